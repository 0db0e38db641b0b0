"""What a snapshot keeps of any report: where it was read, when it was made, what it contradicts itself in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, TypedDict

from qualitygate.model.evidence import Report, Source
from qualitygate.strict import Data, exactly, labels, maybe_instant, texts, written

READER = "snapshot"


class Frame(TypedDict):
    """The arguments that every report takes."""

    source: Source
    at: datetime | None
    first_at: datetime | None
    contradictions: tuple[str, ...]


def encode(report: Report) -> dict[str, Any]:
    """As JSON-ready data."""
    return {
        "source": report.source.name,
        "labels": dict(sorted(report.source.labels.items())),
        "at": written(report.at),
        **({"first_at": written(report.first_at)} if report.first_at else {}),
        "contradictions": list(report.contradictions),
    }


def decode(data: Data, source: Source) -> Frame:
    """From JSON data; the name and labels are those of the report, all else is that of the snapshot."""
    name, labelled = exactly(data["source"], str), labels(data["labels"])
    return Frame(
        source=replace(source, name=name, labels=labelled, reader=READER),
        at=maybe_instant(data["at"]),
        first_at=maybe_instant(data.get("first_at")),
        contradictions=texts(data["contradictions"]),
    )
