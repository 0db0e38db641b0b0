"""The bound of a condition, side by side: which values it still lets through."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from qualitygate.amounts import bound
from qualitygate.codec import exact
from qualitygate.difference.change import Change, Kind, Subject
from qualitygate.model.measurement import Unit
from qualitygate.model.policy import Bound, Condition

_Room = tuple[bool, Fraction, bool]
"""How much a side lets through, in the order of how much: without limit, up to which number, including it."""
_UNLIMITED: _Room = (True, Fraction(0), False)


def compare(subject: Subject, before: Condition, after: Condition) -> Iterator[Change]:
    """What became of each side of a bound."""
    whole = before.metric.unit is Unit.COUNT and not tolerance(before) and not tolerance(after)
    for key, side, room in (("upper bound", _upper, _upper_room), ("lower bound", _lower, _lower_room)):
        old, new = side(before.bound), side(after.bound)
        if old != new:
            was, now = room(old, whole=whole), room(new, whole=whole)
            kind = Kind.CHANGED if was == now else Kind.LOOSENED if now > was else Kind.TIGHTENED
            yield subject.change(kind, key, _words(old, new, before.metric.unit, f"no {key}"))


def tolerance(condition: Condition) -> Fraction:
    """The tolerance that counts: the condition's own, else the metric's, else none."""
    own = condition.metric.tolerance if condition.tolerance is None else condition.tolerance
    return own or Fraction(0)


def has_lower(condition: Condition) -> bool:
    """Whether the condition asks for at least something."""
    return _lower(condition.bound) != Bound()


def two_sided(condition: Condition) -> bool:
    """Whether a value can break the bound at both sides."""
    return has_lower(condition) and _upper(condition.bound) != Bound()


def _upper(of: Bound) -> Bound:
    return Bound(below=of.below, at_most=of.at_most)


def _lower(of: Bound) -> Bound:
    return Bound(at_least=of.at_least, above=of.above)


def _upper_room(of: Bound, *, whole: bool) -> _Room:
    """Of whole numbers those below 5 are those that are at most 4."""
    parts = [_UNLIMITED]
    if of.below is not None:
        parts.append((False, Fraction(ceil(of.below) - 1), True) if whole else (False, of.below, False))
    if of.at_most is not None:
        parts.append((False, Fraction(floor(of.at_most)) if whole else of.at_most, True))
    return min(parts)


def _lower_room(of: Bound, *, whole: bool) -> _Room:
    return _upper_room(
        Bound(below=None if of.above is None else -of.above, at_most=None if of.at_least is None else -of.at_least),
        whole=whole,
    )


def _words(old: Bound, new: Bound, unit: Unit, none: str) -> tuple[str, str]:
    """Both in words; exactly, where they differ by less than words show."""
    was, now = bound(old, unit), bound(new, unit)
    if was == now:
        was, now = _exactly(old), _exactly(new)
    return was or none, now or none


def _exactly(of: Bound) -> str:
    names = ("below", "at_most", "at_least", "above")
    parts = [(name.replace("_", " "), getattr(of, name)) for name in names]
    return " and ".join(f"{name} {exact(limit)}" for name, limit in parts if limit is not None)
