"""Whether a transcript is a record: its own reader says so, and what is wrong is told of the issue it is wrong in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from io import BytesIO

from qualitygate import registry
from qualitygate.errors import CannotReadReport, Problem
from qualitygate.model.evidence import ReadingRules, Source
from qualitygate.transcripts.writing import Transcript

_PLACE = re.compile(r"(?:has (?:at least )?[0-9]+ problems: |; )?line ([0-9]+), column [0-9]+: ")
_WAYS = {
    "owner": "assign exactly one person",
    "due": "fill in Due, or plan it for a milestone that has a due date; a milestone needs one of its own",
    "date": "fill in Date in the issue, a day such as 2026-10-31",
    "audience": "fill in Audience in the issue, a role of quality/people.yml",
    "first_due": "write the day that was agreed on first, or leave it out",
    "pass_mark": "fill in Pass mark in the issue",
    "verified_by": "name one person under Verified by",
}


def problems(transcript: Transcript, zone: tzinfo) -> Iterator[Problem]:
    """What the reader refuses, each by the address of the issue or milestone."""
    content = transcript.text.encode()
    source = Source(
        name=transcript.path, open=lambda: BytesIO(content), reader=transcript.reader, rules=ReadingRules(zone=zone)
    )
    try:
        for _ in registry.reader(transcript.reader).read(source):
            pass
    except CannotReadReport as error:
        yield from _told(transcript, error)


def _told(transcript: Transcript, error: CannotReadReport) -> Iterator[Problem]:
    before, *parts = _PLACE.split(str(error))
    if before:
        yield Problem(error.slug, f"{transcript.url}: {before}")
    for line, message in zip(parts[::2], parts[1::2], strict=True):
        url = transcript.places.get(int(line), transcript.url)
        words = re.findall(r"[a-z_]+", message)
        way = next((_WAYS[word] for word in words if word in _WAYS), "")
        yield Problem(error.slug, f"{url}: {message}", file=transcript.path, line=int(line), column=1, help=way)
