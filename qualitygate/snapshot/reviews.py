"""Records of stage reviews in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.reviews import Approval, Check, StageReview
from qualitygate.snapshot import frame
from qualitygate.strict import Data, day, exactly, maybe, maybe_day, texts, written


def encode(record: StageReview) -> dict[str, Any]:
    """As JSON-ready data."""
    return {
        **frame.encode(record),
        "stage": record.stage,
        "started": written(record.started),
        "ended": written(record.ended),
        "commit": record.commit,
        "participants": list(record.participants),
        "checklist": [[each.item, each.result, list(each.evidence)] for each in record.checklist],
        "decision": record.decision,
        "actions": [list(each) for each in record.actions],
        "approvals": [[each.by, written(each.on), each.line] for each in record.approvals],
    }


def decode(data: Data, source: Source) -> StageReview:
    """From JSON data."""
    return StageReview(
        **frame.decode(data, source),
        stage=exactly(data["stage"], str),
        started=day(data["started"]),
        ended=maybe_day(data["ended"]),
        commit=maybe(data["commit"], str),
        participants=texts(data["participants"]),
        checklist=tuple(
            Check(item=exactly(item, str), result=exactly(result, str), evidence=texts(evidence))
            for item, result, evidence in exactly(data["checklist"], list)
        ),
        decision=maybe(data["decision"], str),
        actions=tuple((exactly(id, str), exactly(text, str)) for id, text in exactly(data["actions"], list)),
        approvals=tuple(
            Approval(by=exactly(by, str), on=day(on), line=maybe(line, int))
            for by, on, line in exactly(data["approvals"], list)
        ),
    )
