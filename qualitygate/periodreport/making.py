"""Making the report of a period: gather once, judge at its end, and again at the ends of those before it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from qualitygate import __version__, pipeline
from qualitygate.commitments import Check, Commitment, Standing, commitments, unclaimed
from qualitygate.config import Config, EvidenceEntry
from qualitygate.config.place import Place
from qualitygate.gathering import ignore
from qualitygate.model import evidence as model
from qualitygate.model.evidence import ReadingRules, Source
from qualitygate.model.period import Period, up_to
from qualitygate.model.policy import Clause
from qualitygate.model.verdict import Verdict
from qualitygate.periodreport.report import Input, Point, Report, Written
from qualitygate.surroundings import Surroundings, around
from qualitygate.values import dataclass

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
) -> Report:
    """The report of a period, whose midnights are those of the policy's time zone.

    Where it has ended, the verdict is that of ``check --now`` with its end. Raises what a check raises.
    """
    at = min(now, period.end)
    read: dict[tuple[str, str], Input] = {}
    run = pipeline.check(
        config, now=at, subject=subject, base=base, on_read=on_read, among=_hashing(around(config.base_dir), read)
    )
    return of_run(
        config,
        period,
        run,
        now=now,
        inputs=tuple(read.values()),
        places={path: _written(each, config.base_dir) for path, each in config.places.items()},
    )


def of_run(
    config: Config,
    period: Period,
    run: pipeline.Run,
    *,
    now: datetime,
    inputs: Sequence[Input],
    places: Mapping[tuple[str | int, ...], Written],
) -> Report:
    """The report of a period from what was gathered and judged for it, and what was read for that."""
    clauses = config.policy.clauses
    found, others = commitments(clauses, run.verdict), unclaimed(run.verdict)
    moments = [
        *(Moment.of(each, pipeline.as_of(config, run, each.end), clauses) for each in _former(period)),
        Moment.of(period, run.verdict, clauses),
    ]
    stamps = {item.source.name: item.at for item in run.evidence if isinstance(item, model.Report) and item.at}
    return Report(
        period=period,
        now=now.astimezone(config.policy.zone),
        verdict=run.verdict,
        commitments=found,
        others=others,
        trends={
            check.key: tuple(each.point(check) for each in moments)
            for check in (*(check for each in found for check in each.checks), *others)
            if pipeline.dated(check.result.condition.metric)
        },
        history={each.clause.id: tuple(_stood(each, moment, run.verdict) for moment in moments) for each in found},
        inputs=tuple(replace(each, made=stamps.get(each.name)) for each in inputs),
        places=places,
        version=__version__,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The end of a period, and how everything stood then that can be told."""

    period: Period
    verdict: Verdict
    commitments: Mapping[str, Commitment]
    checks: Mapping[object, Check]

    @staticmethod
    def of(period: Period, verdict: Verdict, clauses: Sequence[Clause]) -> Moment:
        """What a verdict says of that moment."""
        found = {each.clause.id: each for each in commitments(clauses, verdict)}
        checks = [*(check for each in found.values() for check in each.checks), *unclaimed(verdict)]
        return Moment(period=period, verdict=verdict, commitments=found, checks={check.key: check for check in checks})

    def point(self, check: Check) -> Point:
        """How a check stood; not known where its labels were not there yet."""
        then = self.checks.get(check.key)
        if then is None:
            return Point(period=self.period, standing=None)
        return Point(period=self.period, standing=then.standing, result=then.result)


def _former(period: Period) -> Sequence[Period]:
    months = 12 * (period.end.year - period.start.year) + period.end.month - period.start.month
    return up_to(period, PERIODS[months])[:-1]


def _stood(commitment: Commitment, moment: Moment, judged: Verdict) -> Point:
    """How a commitment stood. Where only a part of it can be told, that it was missed is known, and no more."""
    then = moment.commitments[commitment.clause.id]
    standing: Standing | None = then.standing
    due, today = commitment.clause.due, moment.verdict.at.date()
    told = {(each.gate, each.result.condition.id) for each in then.checks}
    asked = {(each.gate, each.result.condition.id) for each in commitment.checks}
    if due is not None and due > today and commitment.checks:
        standing = Standing.NOT_DUE
    elif moment.verdict is not judged and told != asked and standing is not Standing.MISSED:
        standing = None
    return Point(period=moment.period, standing=standing)


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
