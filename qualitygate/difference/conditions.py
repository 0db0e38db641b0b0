"""Gates and their conditions: added, removed, and every way in which a condition asks for more or less."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import fields
from datetime import date

from qualitygate.amounts import amount, bound, number
from qualitygate.config import Config
from qualitygate.difference.bounds import compare as compare_bounds
from qualitygate.difference.bounds import tolerance, two_sided
from qualitygate.difference.change import Change, Kind, Subject, moved, where
from qualitygate.difference.pairing import pairs
from qualitygate.model.measurement import Combine
from qualitygate.model.policy import Condition, Gate, OnMissing, Severity
from qualitygate.wording import labels

_MILDNESS = {OnMissing.FAIL: 0, OnMissing.WARN: 1, OnMissing.IGNORE: 2}
_ANOTHER_METRIC = "what another metric asks for cannot be compared"
_OTHERS = "it judges other measurements, which may be better"
_PARTS = "good parts can hide bad ones, or few can be given the benefit of the doubt"
_BOTH_SIDES = "with bounds on both sides a small sample can be excused by either"


def compare(before: Config, after: Config) -> Iterator[Change]:
    """What became of each gate and each of its conditions."""
    keys = (lambda gate: gate.name,)
    for old, new in pairs(before.policy.gates, after.policy.gates, keys):
        if old and new:
            yield from _gate(before, after, old, new)
        elif new:
            subject = Subject(what=f"gate {new.name}", place=where(after, ("gates", new.name)))
            yield subject.change(Kind.TIGHTENED, "gate", ("no gate", number("conditions", len(new.conditions))))
        else:
            assert old is not None
            subject = Subject(what=f"gate {old.name}", place=where(after, ("gates",)))
            yield subject.change(Kind.LOOSENED, "gate", (number("conditions", len(old.conditions)), "no gate"))


def _gate(before: Config, after: Config, old: Gate, new: Gate) -> Iterator[Change]:
    name = new.name
    keys = (
        lambda each: _all_of(name, each),
        lambda each: (own, each.metric.name) if (own := _own_id(name, each)) else None,
        lambda each: (*_picked(each), each.within),
        _picked,
        lambda each: each.metric.name,
        lambda each: _own_id(name, each),
    )
    for was, now in pairs(old.conditions, new.conditions, keys):
        place = where(after, ("gates", name, now.id if now else ""), ("gates", name))
        subject = Subject(what=_what(now or was), place=place, gate=name)
        if was and now:
            yield from _condition(subject, was, now, waived=_waived(name, was, before) or _waived(name, now, after))
            yield from _lock(subject, before, after, was, now)
            if was.id != now.id and (_own_id(name, was) or _own_id(name, now)):
                yield subject.change(Kind.CHANGED, "id", (f"id {was.id}", f"id {now.id}"))
        elif now:
            yield subject.change(Kind.TIGHTENED, "condition", ("no condition", _line(now)))
        else:
            assert was is not None
            yield subject.change(Kind.LOOSENED, "condition", (_line(was), "no condition"))


def _condition(subject: Subject, was: Condition, now: Condition, *, waived: bool) -> Iterator[Change]:
    if was.metric.name != now.metric.name:
        before, after = (f"{each.metric.name} {_line(each)}" for each in (was, now))
        yield subject.change(Kind.LOOSENED, "metric", (before, after), _ANOTHER_METRIC)
    else:
        yield from compare_bounds(subject, was, now)
        yield from _tolerance(subject, was, now)
    if was.where != now.where:
        before, after = (labels(each.where) or "all measurements" for each in (was, now))
        yield subject.change(Kind.LOOSENED, "where", (before, after), _OTHERS)
    if was.each != now.each:
        yield _each(subject, was, now, waived=waived)
    if was.within != now.within:
        before, after = (f"the last whole {each.within}" if each.within else "any time" for each in (was, now))
        yield subject.change(Kind.LOOSENED, "within", (before, after), _OTHERS)
    if was.year_starts != now.year_starts:
        days = (f"years from {each.year_starts or 'January'}" for each in (was, now))
        yield subject.change(Kind.LOOSENED, "year_starts", days, _OTHERS)
    yield from _min_sample(subject, was, now)
    if was.on_missing is not now.on_missing:
        kind = moved(up=_MILDNESS[now.on_missing] > _MILDNESS[was.on_missing], looser_up=True)
        words = (f"on_missing {each.on_missing.value}" for each in (was, now))
        yield subject.change(kind, "on_missing", words)
    if was.severity is not now.severity:
        kind = moved(up=now.severity is Severity.WARNING, looser_up=True)
        yield subject.change(kind, "severity", (f"severity {each.severity.value}" for each in (was, now)))
    if was.enforced_from != now.enforced_from:
        later = (now.enforced_from or date.min) > (was.enforced_from or date.min)
        words = (f"enforced from {each.enforced_from}" if each.enforced_from else "enforced" for each in (was, now))
        yield subject.change(moved(up=later, looser_up=True), "from", words)
    for key in ("why", "owner", "clause"):
        if getattr(was, key) != getattr(now, key):
            words = (f"{key} {getattr(each, key)!r}" if getattr(each, key) else f"no {key}" for each in (was, now))
            yield subject.change(Kind.CHANGED, key, words)


def _tolerance(subject: Subject, was: Condition, now: Condition) -> Iterator[Change]:
    if tolerance(was) != tolerance(now):
        kind = moved(up=tolerance(now) > tolerance(was), looser_up=True)
        words = (f"tolerance {amount(tolerance(each), each.metric.unit)}" for each in (was, now))
        yield subject.change(kind, "tolerance", words)


def _min_sample(subject: Subject, was: Condition, now: Condition) -> Iterator[Change]:
    if was.min_sample != now.min_sample:
        doubtful = two_sided(was) or two_sided(now)
        kind = moved(up=doubtful or (now.min_sample or 0) > (was.min_sample or 0), looser_up=True)
        words = (f"min_sample {each.min_sample}" if each.min_sample else "no min_sample" for each in (was, now))
        yield subject.change(kind, "min_sample", words, why=_BOTH_SIDES if doubtful else "")


def _each(subject: Subject, was: Condition, now: Condition, *, waived: bool) -> Change:
    """A rate over all is within a bound where each part is, for it lies between them; so is the largest.

    That does not hold where the parts are given a doubt or a waiver that the whole is not. Only ``suite`` is on all
    evidence; what lacks another label would no longer be judged.
    """
    told = (f"each {each.each}" if each.each else "all together" for each in (was, now))
    certain = (
        {was.each, now.each} == {None, "suite"}
        and now.metric.combine in (Combine.RATIO, Combine.MAX)
        and not (was.min_sample or now.min_sample or waived)
    )
    kind = Kind.TIGHTENED if certain and now.each else Kind.LOOSENED
    return subject.change(kind, "each", told, why="" if certain else _PARTS)


def _lock(subject: Subject, before: Config, after: Config, was: Condition, now: Condition) -> Iterator[Change]:
    sides = ((before, was), (after, now))
    old, new = (
        bool(place and place.locked)
        for place in (config.places.get(("gates", subject.gate, each.id)) for config, each in sides)
    )
    if old is not new:
        words = ("locked" if each else "not locked" for each in (old, new))
        yield subject.change(moved(up=new, looser_up=False), "locked", words)


def _waived(gate: str, condition: Condition, config: Config) -> bool:
    return any(each.gate == gate and each.metric == condition.metric.name for each in config.policy.waivers)


def _picked(condition: Condition) -> tuple[Hashable, ...]:
    """What a condition measures."""
    return condition.metric.name, tuple(sorted(condition.where.items())), condition.each


def _own_id(gate: str, condition: Condition) -> str | None:
    """The id that people wrote; none where it was made of gate, metric and labels."""
    of = "".join(f"[{label}={value}]" for label, value in sorted(condition.where.items()))
    made = f"{gate}.{condition.metric.name}{of}"
    return None if condition.id == made or condition.id.startswith(f"{made}#") else condition.id


def _all_of(gate: str, condition: Condition) -> Hashable:
    """The whole condition, with no regard to an id that only tells its place."""
    told = {field.name: getattr(condition, field.name) for field in fields(condition)}
    return tuple({**told, "id": _own_id(gate, condition), "where": _picked(condition)}.values())


def _what(condition: Condition | None) -> str:
    assert condition is not None
    of = labels(condition.where)
    return condition.metric.name + (f" [{of}]" if of else "")


def _line(condition: Condition) -> str:
    return bound(condition.bound, condition.metric.unit)
