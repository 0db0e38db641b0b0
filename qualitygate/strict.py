"""Values of the type they must have, where our own JSON is read: anything else is a ``TypeError`` or ``ValueError``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

T = TypeVar("T")


def exactly(data: Any, kind: type[T]) -> T:
    """The value, if it is of this very type: no ``True`` for a 1."""
    if type(data) is not kind:
        raise TypeError(f"{str(data)[:60]!r} where {kind.__name__} should be")
    return data


def maybe(data: Any, kind: type[T]) -> T | None:
    """The value of this very type, or nothing."""
    return None if data is None else exactly(data, kind)


def natural(data: Any) -> int:
    """A count."""
    number = exactly(data, int)
    if number < 0:
        raise ValueError(f"{number} where a count should be")
    return number


def texts(data: Any) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(exactly(each, str) for each in exactly(data, list))


def counts(data: Any) -> dict[str, int]:
    """What was counted, and how many there are."""
    return {noun: natural(number) for noun, number in exactly(data, dict).items()}


def labels(data: Any) -> dict[str, str]:
    """Labels and their values."""
    return {label: exactly(value, str) for label, value in exactly(data, dict).items()}


def instant(data: Any) -> datetime:
    """An aware moment."""
    moment = datetime.fromisoformat(exactly(data, str))
    if moment.tzinfo is None:
        raise ValueError(f"{data} names no time zone")
    return moment


def maybe_instant(data: Any) -> datetime | None:
    """An aware moment, or nothing."""
    return None if data is None else instant(data)


def day(data: Any) -> date:
    """A day."""
    return date.fromisoformat(exactly(data, str))


def maybe_day(data: Any) -> date | None:
    """A day, or nothing."""
    return None if data is None else day(data)


def written(moment: datetime | date | None) -> str | None:
    """A moment or a day as it is written."""
    return moment.isoformat() if moment else None


Data = Mapping[str, Any]
"""An object, as JSON has it."""
