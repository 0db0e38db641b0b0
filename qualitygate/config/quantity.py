"""Amounts as people write them in a policy: ``5%``, ``20``, ``90s``; exact, and each fit for its unit only."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from qualitygate.model.measurement import Unit

_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?\Z")
_DURATION = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(ms|s|m|h|d)")
_SECONDS = {"ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60), "h": Fraction(3600), "d": Fraction(86_400)}


def quantity(written: Any, unit: Unit) -> Fraction:
    """The exact amount of what is written. Raises ``ValueError`` with the way out where it does not fit the unit."""
    text = str(written).strip()
    parsers = {Unit.RATIO: _ratio, Unit.SECONDS: duration, Unit.POINTS: _points}
    return parsers.get(unit, _count)(text)


def duration(text: str) -> Fraction:
    """Seconds of ``90s``, ``1h30m``, ``24h``. Raises ``ValueError``."""
    if text == "0":
        return Fraction(0)
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration; write it with its unit, like 90s, 30m or 24h")
    return sum((Fraction(number) * _SECONDS[unit] for number, unit in parts), Fraction(0))


def _ratio(text: str) -> Fraction:
    if text.endswith("%") and _NUMBER.match(text[:-1].strip()):
        return Fraction(text[:-1].strip()) / 100
    way_out = f"; write {text}%" if _NUMBER.match(text) else ", like 5%"
    raise ValueError(f"{text!r} is not a percentage, which this metric is measured in{way_out}")


def _points(text: str) -> Fraction:
    amount = text.removesuffix("%").removesuffix("pp").strip()
    if amount != text and _NUMBER.match(amount):
        return Fraction(amount) / 100
    way_out = f"; write {text}pp" if _NUMBER.match(text) else ", like -0.5pp"
    raise ValueError(f"{text!r} is not in percentage points, which this metric is measured in{way_out}")


def _count(text: str) -> Fraction:
    if _NUMBER.match(text):
        return Fraction(text)
    way_out = f"; write {text.rstrip('% ')}, or take a rate" if text.endswith("%") else ", like 20"
    raise ValueError(f"{text!r} is not a plain number, which this metric is counted in{way_out}")
