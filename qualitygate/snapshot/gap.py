"""Gaps in a snapshot: what a shard lacked, the whole lacks."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Gap, Source
from qualitygate.strict import Data, exactly, labels, maybe


def encode(gap: Gap) -> dict[str, Any]:
    """As JSON-ready data."""
    return {
        "slug": gap.slug,
        "source": gap.source,
        "expected": gap.expected,
        "found": gap.found,
        "labels": dict(sorted(gap.labels.items())),
        "kind": gap.kind,
    }


def decode(data: Data, _source: Source) -> Gap:
    """From JSON data."""
    return Gap(
        slug=exactly(data["slug"], str),
        source=exactly(data["source"], str),
        expected=exactly(data["expected"], str),
        found=exactly(data["found"], str),
        labels=labels(data["labels"]),
        kind=maybe(data["kind"], str),
    )
