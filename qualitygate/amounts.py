"""Amounts in words: numbers with their nouns, shares, durations, bounds and margins."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, floor

from qualitygate.language import marked, say
from qualitygate.model.measurement import Measurement, Unit
from qualitygate.model.policy import Bound
from qualitygate.model.verdict import Margin

NOUNS = (
    *("files", "lines", "functions", "branches", "branches of changed lines", "tests", "quarantined tests", "tools"),
    *(
        "registers",
        "documents",
        "records",
        "actions",
        "milestones",
        "channels",
        "contacts",
        "commitments",
        "pages",
        "links",
        "tickets",
        "pending tickets",
        "excluded tickets",
        "clocks",
        "defects",
        "changes",
        "changed files",
        "changed lines",
        "findings",
        "checks",
        "conditions",
        "clauses",
        "gates",
        "evidence sources",
    ),
    *("persons", "roles", "trainings", "exams", "waves", "answers", "questions"),
    *("open tickets", "dead links", "internal links", "external links", "template links"),
    *("waivers", "days", "months", "quarters", "years", "more files", "more findings", "more ranges", "differences"),
)
"""What is counted besides what metrics count; their nouns stand in the catalogue of metrics."""
_SCALES = {Unit.RATIO: (100, " %"), Unit.SECONDS: (1, " s"), Unit.POINTS: (100, marked(" pp"))}
_MINUTE = 60
_BEHIND = (" of ", " at ", " changed after ")
"""What parts a noun from words that tell which."""
_COVERED = "covered "
_BOUNDS = (
    ("below", marked("below {limit}")),
    ("at_most", marked("at most {limit}")),
    ("at_least", marked("at least {limit}")),
    ("above", marked("above {limit}")),
)
_BEYOND = {"ceiling": marked("{amount} too many"), "floor": marked("{amount} to spare")}
_NO_MORE = {"ceiling": marked("no more {noun} allowed"), "floor": marked("no {noun} to spare")}
_MORE = {"ceiling": marked("{amount} more allowed"), "floor": marked("{amount} more needed")}
_MORE_OF = {"ceiling": marked("{amount} more {noun} allowed"), "floor": marked("{amount} more {noun} needed")}
_DIGITS = 2
_MOST_DIGITS = 12


def number(noun: str, amount: int | Fraction) -> str:
    """``1 test``, ``2 tests``: the noun is given plural."""
    return f"{_exact(Fraction(amount))} {named(noun, amount)}"


def named(noun: str, amount: int | Fraction) -> str:
    """The noun as so many are called. Another language has its measure word before it and, so far, no plural."""
    told = say(noun)
    return _singular(noun) if told == noun and amount == 1 else told


def _singular(noun: str) -> str:
    """``branch of changed lines`` of ``branches of changed lines``: what stands behind the noun stays as it is."""
    at = min((found for each in _BEHIND if (found := noun.find(each)) > 0), default=len(noun))
    head = noun[:at]
    return head.removesuffix("es" if head.endswith(("ches", "shes")) else "s") + noun[at:]


def together(parts: Iterable[str]) -> str:
    """Parts of one sentence, in a row."""
    return say(", ").join(parts)


def quantity(measurement: Measurement, line: Bound = Bound()) -> str:  # noqa: B008 - a frozen value
    """A measurement as people read it; with a bound it is cut towards the failing side and never across it."""
    if measurement.vacuous:
        return measurement.note or say("nothing to measure")
    if measurement.value is None:
        return say("no data")
    if measurement.metric.unit is Unit.COUNT and measurement.value.denominator == 1:
        return number(measurement.metric.noun, measurement.value)
    unit, noun = measurement.metric.unit, say(measurement.metric.noun)
    scale, suffix = _SCALES.get(unit, (1, ""))
    upwards = line.at_most is not None or line.below is not None
    amount = _cut(measurement.value, line, scale, upwards=upwards)
    if unit is Unit.DENSITY:
        return say("{amount} {noun} per 1,000 lines", amount=amount, noun=noun) + share(measurement)
    return (_with_unit(amount, unit) if suffix else f"{amount} {noun}") + share(measurement)


def share(measurement: Measurement) -> str:
    """The numerator and denominator of a ratio or density, `` (50/990)``; nothing for anything else."""
    shared = measurement.metric.unit in (Unit.RATIO, Unit.DENSITY)
    if not shared or measurement.numerator is None or measurement.denominator is None:
        return ""
    parts = f"{_exact(measurement.numerator)}/{_exact(measurement.denominator)}"
    sampled = measurement.metric.sampled
    return f" ({parts}{_interval(measurement.numerator, measurement.denominator) if sampled else ''})"


def _interval(numerator: Fraction, denominator: Fraction) -> str:
    """The 95 % interval of a share that is a sample: ``; 95 % interval 83.2 to 98.1 %``."""
    from qualitygate.model.sampling import wilson  # noqa: PLC0415 - only support pays for it

    low, high = wilson(numerator, denominator)
    return say("; 95 % interval {low} to {high} %", low=f"{100 * low:.1f}", high=f"{100 * high:.1f}")


def percentage(of: Fraction, line: Bound = Bound()) -> str:  # noqa: B008 - a frozen value
    """A share in percent, cut downwards and never across the bound: ``89.99 %``."""
    return _cut(of, line, 100, upwards=False) + " %"


def span(seconds: float) -> str:
    """Seconds in hours, minutes and seconds: ``1 h 30 min``."""
    return _span(f"{seconds:.6f}".rstrip("0").rstrip("."))


def _span(shown: str) -> str:
    """The same of a number that is written already: no digit of it is lost."""
    whole, _, rest = shown.partition(".")
    minutes, seconds = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    last = f"{seconds}.{rest} s" if rest else f"{seconds} s" if seconds else ""
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", last]
    return " ".join(filter(None, parts)) or "0 s"


def bound(condition_bound: Bound, unit: Unit) -> str:
    """The bound in words: ``below 5 %``, ``at least 3 and at most 5``."""
    return say(" and ").join(
        say(words, limit=amount(limit, unit))
        for name, words in _BOUNDS
        if (limit := getattr(condition_bound, name)) is not None
    )


def margin(far: Margin | None, unit: Unit) -> str:
    """How far to the line: ``2 more failures allowed``, ``cover 7 more lines``; nothing without a value."""
    if far is None:
        return ""
    amount, noun = abs(far.amount), far.noun
    if unit in _SCALES and unit is not Unit.RATIO:
        told = _with_unit(_exact(amount * _SCALES[unit][0], 3), unit)
        return _distance(far, told) or say(_MORE[far.side], amount=told)
    if far.side == "floor" and far.amount < 0 and noun.startswith(_COVERED):
        return say("cover {amount} more {noun}", amount=_exact(amount), noun=named(noun.removeprefix(_COVERED), amount))
    return _distance(far, number(noun, amount)) or say(
        _MORE_OF[far.side], amount=_exact(amount), noun=named(noun, amount)
    )


def _distance(far: Margin, told: str) -> str:
    """Too many, at the line, or to spare; nothing where it is what may or must still be added."""
    if not far.amount:
        return say(_NO_MORE[far.side], noun=say(far.noun))
    if (far.side == "ceiling") is (far.amount < 0):
        return say(_BEYOND[far.side], amount=told)
    return ""


def old(days: int) -> str:
    """How old something is: ``2 days old``."""
    return say("{days} old", days=number("days", days)) if days > 0 else say("less than a day old")


def amount(limit: Fraction, unit: Unit) -> str:
    """An amount with its unit: ``5 %``, ``1 min 30 s``, ``0.2 pp``."""
    return _with_unit(_exact(limit * _SCALES.get(unit, (1, ""))[0], _MOST_DIGITS), unit)


def _with_unit(shown: str, unit: Unit) -> str:
    """A number with what it counts; from a minute on seconds are told as people tell the time."""
    if unit is Unit.SECONDS and "/" not in shown and float(shown) >= _MINUTE:
        return _span(shown)
    return shown + say(_SCALES.get(unit, (1, ""))[1])


def _exact(amount: Fraction, digits: int = _DIGITS) -> str:
    """A number with no more digits than it needs."""
    return str(amount.numerator) if amount.denominator == 1 else f"{float(amount):.{digits}f}".rstrip("0").rstrip(".")


def _cut(amount: Fraction, line: Bound, scale: int, *, upwards: bool) -> str:
    holds = line.holds(amount)
    for digits in range(_DIGITS, _MOST_DIGITS):
        unit = scale * 10**digits
        shown = Fraction(ceil(amount * unit) if upwards else floor(amount * unit), unit)
        if line.holds(shown) is holds:
            break
    else:
        return str(amount * scale)
    sign, whole = ("-", -shown) if shown < 0 else ("", shown)
    text = str(round(whole * scale * 10**digits)).rjust(digits + 1, "0")
    return sign + f"{text[:-digits]}.{text[-digits:]}".rstrip("0").rstrip(".")
