"""Records of retrospectives in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.retrospectives import Action, Retrospective
from qualitygate.snapshot import frame
from qualitygate.strict import Data, day, exactly, maybe, maybe_day, texts, written


def encode(record: Retrospective) -> dict[str, Any]:
    """As JSON-ready data, the actions in their order."""
    return {
        **frame.encode(record),
        "held": written(record.held),
        "month": written(record.month),
        "project": record.project,
        "attendees": list(record.attendees),
        "decisions": list(record.decisions),
        "no_action": record.no_action,
        "signed_by": list(record.signed_by),
        "actions": [_action(each) for each in record.actions],
    }


def decode(data: Data, source: Source) -> Retrospective:
    """From JSON data."""
    return Retrospective(
        **frame.decode(data, source),
        held=day(data["held"]),
        month=maybe_day(data["month"]),
        project=maybe(data["project"], str),
        attendees=texts(data["attendees"]),
        decisions=texts(data["decisions"]),
        no_action=maybe(data["no_action"], str),
        signed_by=texts(data["signed_by"]),
        actions=tuple(map(_to_action, exactly(data["actions"], list))),
    )


def _action(action: Action) -> dict[str, Any]:
    return {
        "id": action.id,
        "text": action.text,
        "owner": action.owner,
        "due": written(action.due),
        "first_due": written(action.first_due),
        "done": written(action.done),
        "verified_by": action.verified_by,
        "not_planned": action.not_planned,
        "line": action.line,
    }


def _to_action(data: Data) -> Action:
    return Action(
        id=exactly(data["id"], str),
        text=exactly(data["text"], str),
        owner=exactly(data["owner"], str),
        due=day(data["due"]),
        first_due=maybe_day(data["first_due"]),
        done=maybe_day(data["done"]),
        verified_by=maybe(data["verified_by"], str),
        not_planned=maybe(data["not_planned"], str),
        line=maybe(data["line"], int),
    )
