"""Registers of milestones in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.milestones import Milestone, MilestoneRegister
from qualitygate.snapshot import frame
from qualitygate.strict import Data, day, exactly, maybe, maybe_day, texts, written


def encode(register: MilestoneRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {**frame.encode(register), "milestones": [_milestone(each) for each in register.milestones]}


def decode(data: Data, source: Source) -> MilestoneRegister:
    """From JSON data."""
    milestones = tuple(map(_to_milestone, exactly(data["milestones"], list)))
    return MilestoneRegister(**frame.decode(data, source), milestones=milestones)


def _milestone(milestone: Milestone) -> dict[str, Any]:
    return {
        "id": milestone.id,
        "title": milestone.title,
        "due": written(milestone.due),
        "due_as": milestone.due_as,
        "achieved": written(milestone.achieved),
        "owner": milestone.owner,
        "evidence": list(milestone.evidence),
        "line": milestone.line,
    }


def _to_milestone(data: Data) -> Milestone:
    return Milestone(
        id=exactly(data["id"], str),
        title=exactly(data["title"], str),
        due=day(data["due"]),
        due_as=exactly(data["due_as"], str),
        achieved=maybe_day(data["achieved"]),
        owner=maybe(data["owner"], str),
        evidence=texts(data["evidence"]),
        line=maybe(data["line"], int),
    )
