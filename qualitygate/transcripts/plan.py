"""The milestones of a repository as one register: closed is achieved."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.github.records import Milestone
from qualitygate.transcripts.writing import Transcript, flow, head

READER = "milestones"


def transcript(milestones: Sequence[Milestone], path: str, url: str) -> Transcript:
    """The register; a milestone without a due date has none in it, and is refused there."""
    text = [head(url), "milestones:"]
    places = dict(enumerate((each.url for each in milestones), len(text) + 1))
    text.extend(
        flow({"id": each.id, "title": each.title, "due": each.due, "achieved": each.closed_at, "evidence": each.url})
        for each in milestones
    )
    return Transcript(path=path, reader=READER, url=url, text="\n".join([*text, ""]), places=places)
