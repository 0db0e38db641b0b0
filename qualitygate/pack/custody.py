"""What a forge was asked of approvals and bypasses, as the JSON file that ``evidence fetch`` keeps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.model.custody import Asking, Bypass, Custody, PullReview
from qualitygate.pack.manifest import text
from qualitygate.strict import exactly, instant, maybe, natural

SCHEMA_VERSION = 1


def dumps(custody: Custody) -> bytes:
    """As JSON, described by ``policies/custody.schema.json``; byte for byte the same for equal values."""
    return text({
        "schema_version": SCHEMA_VERSION,
        "repository": custody.repository,
        "commit": custody.commit,
        "asked": spans(custody.askings),
        "bypasses": [bypass(each) for each in custody.bypasses],
        "reviews": [review(each) for each in custody.reviews],
    })  # fmt: skip


def spans(askings: Iterable[Asking]) -> list[dict[str, str]]:
    """From when until when was asked, those that meet as one."""
    met: list[list[datetime]] = []
    for each in sorted(askings, key=lambda each: each.since):
        if met and each.since <= met[-1][1]:
            met[-1][1] = max(met[-1][1], each.at)
        else:
            met.append([each.since, each.at])
    return [{"since": since.isoformat(), "until": until.isoformat()} for since, until in met]


def bypass(each: Bypass) -> dict[str, Any]:
    """One push around the rules."""
    named = {"id": each.id, "by": each.by, "ref": each.ref, "before": each.before, "after": each.after}
    return {**named, "at": each.at.isoformat()}


def review(each: PullReview) -> dict[str, Any]:
    """One review of a pull request."""
    named = {"pull_request": each.pull_request, "by": each.by, "state": each.state, "commit": each.commit}
    return {**named, "at": each.at.isoformat()}


def loads(content: bytes, name: str) -> Custody:
    """The same back. Raises :class:`~qualitygate.errors.CannotReadReport` for anything else."""
    try:
        return _custody(exactly(json.loads(content), dict))
    except KeyError as error:
        raise CannotReadReport("malformed", f"{name} is no file of evidence fetch: there is no {error}") from error
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise CannotReadReport("malformed", f"{name} is no file of evidence fetch: {error}") from error


def merged(earlier: Custody, later: Custody) -> Custody:
    """Two askings of one repository as one; of what both know, the later word counts."""
    if earlier.repository != later.repository:
        message = f"it is about {earlier.repository}, and {later.repository} was asked"
        raise CannotReadReport("malformed", message)
    bypasses = {each.id: each for each in (*earlier.bypasses, *later.bypasses)}
    same = earlier.commit == later.commit
    return Custody(
        repository=later.repository,
        commit=later.commit,
        askings=(*earlier.askings, *later.askings),
        bypasses=tuple(sorted(bypasses.values(), key=lambda each: (each.at, each.id))),
        reviews=tuple(dict.fromkeys((*(earlier.reviews if same else ()), *later.reviews))),
    )


def _custody(data: Mapping[str, Any]) -> Custody:
    version = data["schema_version"]
    if version != SCHEMA_VERSION:
        raise ValueError(f"its schema_version is {version!r}, not {SCHEMA_VERSION}")
    return Custody(
        repository=exactly(data["repository"], str),
        commit=maybe(data["commit"], str),
        askings=tuple(
            Asking(since=instant(each["since"]), at=instant(each["until"])) for each in exactly(data["asked"], list)
        ),
        bypasses=tuple(_to_bypass(each) for each in exactly(data["bypasses"], list)),
        reviews=tuple(_to_review(each) for each in exactly(data["reviews"], list)),
    )


def _to_bypass(data: Mapping[str, Any]) -> Bypass:
    named = {key: exactly(data[key], str) for key in ("by", "ref", "before", "after")}
    return Bypass(id=natural(data["id"]), at=instant(data["at"]), **named)


def _to_review(data: Mapping[str, Any]) -> PullReview:
    return PullReview(
        pull_request=natural(data["pull_request"]),
        by=exactly(data["by"], str),
        state=exactly(data["state"], str),
        at=instant(data["at"]),
        commit=maybe(data["commit"], str),
    )
