"""Whether a transcript is a record: its own reader says so, and what is wrong is told of the issue it is wrong in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from io import BytesIO

from qualitygate import registry
from qualitygate.errors import CannotReadReport, Problem
from qualitygate.model.evidence import Evidence, ReadingRules, Source
from qualitygate.model.retrospectives import Retrospective
from qualitygate.transcripts.writing import Transcript

_PLACE = re.compile(r"(?:has (?:at least )?[0-9]+ problems: |; )?line ([0-9]+), column [0-9]+: ")
_WAYS = {
    "owner": "assign exactly one person",
    "due": "fill in Due in the issue, or plan it for a milestone that has a due date",
    "milestones.due": "give the milestone a due date, or leave milestones out with --only",
    "date": "fill in Date in the issue, a day such as 2026-10-31",
    "audience": "fill in Audience in the issue, a role of quality/people.yml",
    "first_due": "write the day that was agreed on first, or leave it out",
    "pass_mark": "fill in Pass mark in the issue",
    "verified_by": "name one person under Verified by",
}


def problems(transcript: Transcript, zone: tzinfo) -> Iterator[Problem]:
    """What the reader refuses, and what is lacking in a record that is closed, by the address on GitHub."""
    content = transcript.text.encode()
    source = Source(
        name=transcript.path, open=lambda: BytesIO(content), reader=transcript.reader, rules=ReadingRules(zone=zone)
    )
    try:
        for found in registry.reader(transcript.reader).read(source):
            yield from _unfinished(transcript, found)
    except CannotReadReport as error:
        yield from _told(transcript, error)


def _unfinished(transcript: Transcript, found: Evidence) -> Iterator[Problem]:
    """A retrospective that somebody has signed by closing it, and that counts for no month as it is."""
    if isinstance(found, Retrospective) and found.signed_by and found.lacks:
        message = f"{transcript.url}: is closed, and lacks {', '.join(found.lacks)}"
        yield Problem("malformed", message, file=transcript.path, line=1, column=1, help="write it in the issue")


def _told(transcript: Transcript, error: CannotReadReport) -> Iterator[Problem]:
    before, *parts = _PLACE.split(str(error))
    if before:
        yield Problem(error.slug, f"{transcript.url}: {before}")
    for line, message in zip(parts[::2], parts[1::2], strict=True):
        url = transcript.places.get(int(line), transcript.url)
        help_ = _way(transcript.reader, message)
        yield Problem(error.slug, f"{url}: {message}", file=transcript.path, line=int(line), column=1, help=help_)


def _way(reader: str, message: str) -> str:
    """What to do on GitHub, by the first key that a message names."""
    for word in re.findall(r"[a-z_]+", message):
        if found := _WAYS.get(f"{reader}.{word}") or _WAYS.get(word):
            return found
    return ""
