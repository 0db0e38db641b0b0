"""Making the report of a period: gather once, judge at its end, at the ends of its parts, and of those before it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from qualitygate import __version__, pipeline
from qualitygate.commitments import Check, Commitment, Standing
from qualitygate.config import Config, EvidenceEntry
from qualitygate.config.place import Place
from qualitygate.gathering import ignore
from qualitygate.model import evidence as model
from qualitygate.model.evidence import ReadingRules, Source
from qualitygate.model.period import Period, length, up_to
from qualitygate.periodreport.beginning import first_day
from qualitygate.periodreport.report import Input, PeriodReport, Point, Written
from qualitygate.periodreport.standing import Stood, at_once, over
from qualitygate.surroundings import Surroundings, around
from qualitygate.waivers.doubts import Doubt

PERIODS = {1: 12, 3: 8, 12: 4}
"""How many periods a trend has, this one included, by their months."""
_BLOCK = 1 << 20


def made(
    config: Config,
    period: Period,
    *,
    now: datetime,
    subject: Mapping[str, str] | None = None,
    base: Sequence[str] = (),
    on_read: Callable[[str], None] = ignore,
    doubts: Callable[[pipeline.Run], Sequence[Doubt]] = lambda _: (),
) -> PeriodReport:
    """The report of a period, whose midnights are those of the policy's time zone.

    Where it has ended, the verdict is that of ``check --now`` with its end. ``doubts`` says of the waivers that it
    heeded why their approval is doubted. Raises what a check raises.
    """
    at = min(now, period.end)
    read: dict[tuple[str, str], Input] = {}
    run = pipeline.check(
        config, now=at, subject=subject, base=base, on_read=on_read, among=_hashing(around(config.base_dir), read)
    )
    report = of_run(
        config,
        period,
        run,
        now=now,
        inputs=tuple(read.values()),
        places={path: _written(each, config.base_dir) for path, each in config.places.items()},
    )
    return replace(report, doubts={each.waiver: each for each in doubts(run)})


def of_run(
    config: Config,
    period: Period,
    run: pipeline.Run,
    *,
    now: datetime,
    inputs: Sequence[Input],
    places: Mapping[tuple[str | int, ...], Written],
) -> PeriodReport:
    """The report of a period from what was gathered and judged for it, and what was read for that."""
    last = at_once(run.verdict, config.policy.clauses)
    moments = {last.at: last}

    def judged(at: datetime) -> Stood:
        if at not in moments:
            moments[at] = at_once(pipeline.as_of(config, run, at), config.policy.clauses)
        return moments[at]

    found = over(period, last, judged)
    before = [(each, over(each, judged(each.end), judged)) for each in up_to(period, PERIODS[length(period)])[:-1]]
    begun = config.policy.contract_start, first_day(run.evidence, config.policy.zone)
    start = min(filter(None, begun), default=None)
    due = {each.id: each.due for each in config.policy.clauses}
    stamps = {item.source.name: item.at for item in run.evidence if isinstance(item, model.Report) and item.at}
    return PeriodReport(
        period=period,
        now=now.astimezone(config.policy.zone),
        verdict=run.verdict,
        commitments=found.commitments,
        others=found.others,
        parts=found.parts,
        trends={
            check.key: tuple(
                _begun(point, [check], _since(check, due.get(check.result.condition.clause)), start)
                for point in _trend(found.parts[check.key][-1], period, last.at, judged)
            )
            for check in found.checks
            if pipeline.dated(check.result.condition.metric)
        },
        history={
            each.clause.id: (
                *(
                    _begun(Point(period=was, standing=_standing(each, then)), each.checks, each.since, start)
                    for was, then in before
                ),
                Point(period=period, standing=_standing(each, found)),
            )
            for each in found.commitments
        },
        inputs=tuple(replace(each, made=stamps.get(each.name)) for each in inputs),
        places=places,
        version=__version__,
    )


def _trend(check: Check, whole: Period, at: datetime, judged: Callable[[datetime], Stood]) -> Iterator[Point]:
    """How a check stood in each period that it counts, or at the ends of those as long as the report's.

    Not known where its labels were not there yet.
    """
    condition = check.result.condition
    last = check.result.period or whole
    if length(last) > length(whole) or (condition.within == "year" and condition.year_starts):
        last = whole
    for each in up_to(last, PERIODS[length(last)]):
        found = judged(at if each == last else each.end).checks
        then = next((one for one in found if one.key == check.key), None)
        if then is None:
            yield Point(period=each, standing=None)
        else:
            yield Point(period=each, standing=then.standing, result=then.result)


def _standing(commitment: Commitment, stood: Stood) -> Standing | None:
    """How a commitment stood. Where only a part of it can be told, that it was missed is known, and no more."""
    (then,) = [each for each in stood.commitments if each.clause.id == commitment.clause.id]
    due = commitment.clause.due
    if due is not None and due > stood.at.date() and commitment.checks:
        return Standing.NOT_DUE
    told = {(each.gate, each.result.condition.id) for each in then.checks}
    asked = {(each.gate, each.result.condition.id) for each in commitment.checks}
    return then.standing if told == asked or then.standing is Standing.MISSED else None


def _since(check: Check, due: date | None) -> date | None:
    """The day from which a check must hold: its own and that of its clause, the later of both."""
    return max((day for day in (due, check.result.condition.enforced_from) if day), default=None)


def _begun(point: Point, checks: Sequence[Check], since: date | None, start: date | None) -> Point:
    """How things stood in a period that was over by the day from which they must hold: then it was not due.

    What counts whole periods says by its day which of them is the first. Where no day is said, nobody knows of what was
    over before ``start``: the first day of the contract or on record.
    """
    end = point.period.end.date()
    if point.standing in (Standing.NOT_DUE, Standing.UNCHECKED):
        return point
    if since is None:
        return Point(period=point.period, standing=None) if start is not None and end <= start else point
    at_once = not any(check.result.condition.within for check in checks)
    return replace(point, standing=Standing.NOT_DUE) if at_once and end <= since else point


def _written(place: Place, folder: str) -> Written:
    """A place from the policy's folder, as sources are named; what lies elsewhere keeps its name."""
    name = os.path.relpath(os.path.abspath(place.file), os.path.abspath(folder)).replace(os.sep, "/")
    inside = not place.file.startswith("builtin:") and not name.startswith("../")
    return Written(file=name if inside else place.file, line=place.line)


def _hashing(among: Surroundings, read: dict[tuple[str, str], Input]) -> Surroundings:
    """Surroundings that note the files of the evidence, each with what it holds, before they are read."""

    def find(entry: EvidenceEntry, rules: ReadingRules) -> Sequence[Source]:
        sources = among.find(entry, rules)
        for each in sources:
            read[entry.name, each.name] = _input(entry, each)
        return sources

    return replace(among, find=find)


def _input(entry: EvidenceEntry, one: Source) -> Input:
    digest, size = hashlib.sha256(), 0
    try:
        with one.open() as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
    except OSError:
        return Input(entry=entry.name, name=one.name, sha256=None, size=0)
    return Input(entry=entry.name, name=one.name, sha256=digest.hexdigest(), size=size)
