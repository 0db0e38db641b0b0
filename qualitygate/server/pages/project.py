"""A project: what its default branch was last judged, each commitment with its trend, and what was judged of late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from starlette.responses import Response
from starlette.routing import Route

from qualitygate import wording
from qualitygate.codec.decoding import loads
from qualitygate.commitments import Commitment, commitments
from qualitygate.config import Config
from qualitygate.errors import ConfigError
from qualitygate.github.people import Readable
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict
from qualitygate.periodreport import words
from qualitygate.server.pages import layout
from qualitygate.server.pages.guard import Guard
from qualitygate.server.pages.visit import NotFound, Visit, number
from qualitygate.storage.verdicts import Cursor, Judgement, Result
from qualitygate.strict import instant
from qualitygate.values import dataclass

STRIP = 12
"""Judgements in the strip of a condition."""
MOST = 25
"""Judgements listed on a page."""
SIGNS: Mapping[Outcome | None, str] = {
    Outcome.PASSED: "✓",
    Outcome.WARNED: "!",
    Outcome.WAIVED: "≈",
    Outcome.NO_DATA: "∅",
    Outcome.FAILED: "✗",
    None: "–",
}
Key = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How a condition stood in one judgement; ``outcome`` is ``None`` where it was not in there."""

    id: int
    at: datetime
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A condition of the last judgement, with how it stood in those before, the oldest first."""

    gate: str
    result: ConditionResult
    strip: tuple[Point, ...]


def routes(guard: Guard) -> Sequence[Route]:
    """The page of a project."""
    return (Route("/repositories/{owner}/{name}", guard.shown(_page)),)


def _page(visit: Visit) -> Response:
    house, repository = visit.house, visit.repository()
    cursor = _cursor(visit.query("before"))
    project = visit.remembered(repository)
    if project is None:
        return layout.page(visit, "project", repository=repository, project=None)
    last = house.verdicts.judgement(project.last) if project.last and cursor is None else None
    verdict = loads(last.verdict) if last and last.verdict else None
    before: Sequence[Judgement] = ()
    if last:
        shown = Cursor(at=last.at, id=last.id)
        before = house.verdicts.history(repository.name, stream=last.stream, before=shown, limit=STRIP)
    listed = house.verdicts.history(repository.name, before=cursor, limit=MOST + 1)
    return layout.page(
        visit,
        "project",
        repository=repository,
        zone=visit.zone(repository),
        project=project,
        last=last,
        verdict=verdict,
        rows=list(_rows(verdict, before)) if verdict else [],
        promised=_promised(visit, repository, verdict) if verdict else (),
        words=words,
        signs=SIGNS,
        judgements=listed[:MOST],
        later=cursor is not None,
        more=f"{listed[MOST - 1].at.isoformat()}~{listed[MOST - 1].id}" if len(listed) > MOST else "",
    )


def _rows(verdict: Verdict, before: Sequence[Judgement]) -> Iterator[Row]:
    """The conditions, the worst first, as reports have them."""
    known = [(each, {_key(result): result for result in each.results}) for each in reversed(before)]
    for gate, result in wording.results(verdict):
        key = (gate, result.condition.id, tuple(sorted(result.measurement.labels.items())))
        yield Row(gate=gate, result=result, strip=tuple(_point(each, of.get(key)) for each, of in known))


def _point(of: Judgement, result: Result | None) -> Point:
    return Point(id=of.id, at=of.at, outcome=result.outcome if result else None)


def _key(result: Result) -> Key:
    return result.gate, result.id, tuple(sorted(result.labels.items()))


def _promised(visit: Visit, repository: Readable, verdict: Verdict) -> tuple[Commitment, ...]:
    """The clauses of the contract and how each stands, where the policy is still the one that was judged by."""
    try:
        with visit.house.access.client(visit.who) as client:
            config: Config | None = visit.house.policies.of(visit.who.id, repository, client, visit.house.clock())
    except ConfigError:
        return ()
    if config is None or config.policy.digest != verdict.policy_digest:
        return ()
    return commitments(config.policy.clauses, verdict)


def _cursor(text: str) -> Cursor | None:
    at, _, id = text.partition("~")
    try:
        return Cursor(at=instant(at).astimezone(UTC), id=number(id)) if text else None
    except (ValueError, OverflowError):
        raise NotFound from None
