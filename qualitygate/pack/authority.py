"""Who authorised what is packed: approvals of reviews, waivers and pull requests, and pushes around the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from qualitygate.model.custody import Custody
from qualitygate.model.evidence import Evidence
from qualitygate.model.reviews import Approval, StageReview
from qualitygate.pack.custody import bypass, review, spans
from qualitygate.waivers.lint import Linted

SCHEMA_VERSION = 1
_NOT_ASKED = {
    "asked": False,
    "why": "GitHub was not asked: qualitygate evidence fetch keeps what pack takes by --github",
}


def approvals(evidence: Iterable[Evidence], waivers: Sequence[Linted], custody: Custody | None) -> dict[str, Any]:
    """Every approval on record, described by ``policies/approvals.schema.json``."""
    return {
        "schema_version": SCHEMA_VERSION,
        "stage_reviews": [
            _stage(each, one) for each in evidence if isinstance(each, StageReview) for one in each.approvals
        ],
        "waivers": [
            {
                "waiver": each.waiver.id,
                "by": each.waiver.approved_by,
                "four_eyes": each.eyes.seen.value,
                "how": each.eyes.how or None,
                "commit": each.eyes.commit or None,
            }
            for each in waivers
        ],
        "pull_requests": _NOT_ASKED
        if custody is None or custody.commit is None
        else {
            "asked": True,
            "repository": custody.repository,
            "commit": custody.commit,
            "reviews": [review(each) for each in custody.reviews],
        },
    }


def bypasses(custody: Custody | None) -> dict[str, Any]:
    """Every push around the rules, and the spans that were asked for: ``policies/bypasses.schema.json``."""
    if custody is None:
        return {"schema_version": SCHEMA_VERSION, **_NOT_ASKED}
    return {
        "schema_version": SCHEMA_VERSION,
        "asked": True,
        "repository": custody.repository,
        "spans": spans(custody.askings),
        "bypasses": [bypass(each) for each in custody.bypasses],
    }


def _stage(review: StageReview, one: Approval) -> dict[str, Any]:
    return {
        "stage": review.stage,
        "decision": review.decision,
        "by": one.by,
        "on": one.on.isoformat(),
        "path": review.source.name,
        "line": one.line,
    }
