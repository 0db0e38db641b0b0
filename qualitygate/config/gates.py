"""From the ``gates:`` of all layers to gates: metrics looked up, bounds made exact, locks held."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from qualitygate.config.day import Days
from qualitygate.config.place import Place, place
from qualitygate.config.quantity import quantity
from qualitygate.errors import Problem
from qualitygate.evaluation import COMMITMENTS
from qualitygate.model.measurement import Metric, Unit
from qualitygate.model.policy import Bound, Condition, Gate, OnMissing, Severity
from qualitygate.nearest import near
from qualitygate.yamltext import Document, Path

BOUNDS = ("below", "at_most", "at_least", "above")
Values = Mapping[str, Mapping[str, Collection[str]]]
"""By subject, the first word of a metric: all values that a label of its metrics can have, where they are known."""
_STRICTNESS = {OnMissing.IGNORE: 0, OnMissing.WARN: 1, OnMissing.FAIL: 2}


class Catalogue:
    """What is installed: a metric by name, the names of all metrics, and whether there is a reader of a name."""

    __slots__ = ("has_reader", "metric", "names")

    def __init__(
        self,
        metric: Callable[[str], Metric | None],
        names: Callable[[], Sequence[str]],
        has_reader: Callable[[str], bool],
    ) -> None:
        self.metric = metric
        self.names = names
        self.has_reader = has_reader


class _Written:
    """One condition as written, and where."""

    __slots__ = ("data", "document", "path")

    def __init__(self, document: Document, path: Path, data: dict[str, Any]) -> None:
        self.document = document
        self.path = path
        self.data = data

    def problem(self, slug: str, message: str, key: str = "", *, help: str = "") -> Problem:
        return self.document.problem(slug, message, (*self.path, key) if key else self.path, help=help)


class _Placed:
    """A condition in its gate: as written, as understood, and the lock that any layer has put on it."""

    __slots__ = ("condition", "lock", "row")

    def __init__(self, row: _Written, condition: Condition, lock: _Placed | None) -> None:
        self.row = row
        self.condition = condition
        self.lock = self if row.data.get("locked") else lock


def gates(
    documents: Sequence[Document],
    catalogue: Catalogue,
    labels: Mapping[str, AbstractSet[str]] | None,
    values: Values,
    days: Days,
    problems: list[Problem],
    warnings: list[Problem],
    places: dict[Path, Place],
) -> tuple[Gate, ...]:
    """The gates of all layers, ancestors first.

    A condition with the ``id`` of an inherited one takes its place; where any layer has locked it, it may only be
    tighter, and stays locked. ``labels`` maps each label of the declared evidence to its values; ``None`` where any
    may come. ``values`` are all that labels of metrics can have. Where each gate and condition is written is added to
    ``places``.
    """
    written: dict[str, list[_Placed]] = {}
    for document in documents:
        for name, rows in document.data.get("gates", {}).items():
            placed = written.setdefault(name, [])
            places["gates", name] = place(document, ("gates", name), key=True)
            for index, data in enumerate(rows):
                row = _Written(document, ("gates", name, index), data)
                condition = _condition(row, catalogue, labels, values, days, problems, warnings)
                if condition is not None:
                    _place(row, condition, placed, problems)
    if not written:
        problems.append(documents[-1].problem("no-gate", "the policy has no gate, and neither has what it extends"))
    found = []
    for name, placed in written.items():
        conditions = _with_ids(name, [each.condition for each in placed])
        for each, condition in zip(placed, conditions, strict=True):
            row, locked = each.row, each.lock is not None
            places["gates", name, condition.id] = place(row.document, row.path, locked=locked)
        found.append(Gate(name=name, conditions=conditions))
    return tuple(found)


def _place(row: _Written, condition: Condition, placed: list[_Placed], problems: list[Problem]) -> None:
    ids = [each.condition.id for each in placed]
    if not condition.id or condition.id not in ids:
        placed.append(_Placed(row, condition, None))
        return
    place = ids.index(condition.id)
    inherited = placed[place]
    if inherited.row.document is row.document:
        problems.append(row.problem("duplicate-id", f"the id {condition.id!r} is there twice", "id"))
    elif inherited.lock:
        file = inherited.lock.row.document.file
        reasons = loosened(inherited.lock.condition, condition)
        problems.extend(row.problem("locked", f"{condition.id} is locked in {file}: {reason}") for reason in reasons)
    placed[place] = _Placed(row, condition, inherited.lock)


def loosened(before: Condition, after: Condition) -> Iterator[str]:
    """In which ways ``after`` asks for less than ``before``, in words; nothing where it asks for as much or more."""
    if (before.metric.name, before.where, before.each, before.within) != (
        after.metric.name,
        after.where,
        after.each,
        after.within,
    ):
        yield "what it measures may not change"
        return
    for name, looser in (("below", max), ("at_most", max), ("at_least", min), ("above", min)):
        old, new = getattr(before.bound, name), getattr(after.bound, name)
        if old is not None and (new is None or (new != old and looser(old, new) == new)):
            yield f"{name} may only become tighter"
    if after.severity is Severity.WARNING and before.severity is Severity.ERROR:
        yield "severity may not become a warning"
    if _STRICTNESS[after.on_missing] < _STRICTNESS[before.on_missing]:
        yield "on_missing may not become milder"
    if (after.min_sample or 0) > (before.min_sample or 0):
        yield "min_sample may not grow"
    if (after.tolerance or 0) > (before.tolerance or 0):
        yield "tolerance may not grow"
    if (after.enforced_from or date.min) > (before.enforced_from or date.min):
        yield "from may not become later"


def _condition(
    row: _Written,
    catalogue: Catalogue,
    labels: Mapping[str, AbstractSet[str]] | None,
    values: Values,
    days: Days,
    problems: list[Problem],
    warnings: list[Problem],
) -> Condition | None:
    data = row.data
    metric = catalogue.metric(data["metric"])
    if metric is None:
        close = near(data["metric"], catalogue.names(), 1)
        problems.append(
            row.problem(
                "unknown-metric",
                f"unknown metric {data['metric']!r}",
                "metric",
                help=f"did you mean {close[0]!r}?" if close else "qualitygate metrics lists them",
            )
        )
        return None
    count = len(problems)
    bound = _bound(row, metric, problems, warnings)
    where = {label: str(value) for label, value in data.get("where", {}).items()}
    problems.extend(_unknown_labels(row, metric, where, labels))
    if "evidence" in row.document.data:
        problems.extend(_unknown_values(row, metric, where, values.get(metric.name.partition(".")[0], {})))
    if "min_sample" in data and metric.unit is not Unit.RATIO:
        problems.append(row.problem("min-sample", f"{metric.name} is not a rate, so it has no sample", "min_sample"))
    if "clause" in data and metric.name == COMMITMENTS:
        message = f"{metric.name} is told from the results of what checks the clauses, so it can check none itself"
        problems.append(row.problem("circular-clause", message, "clause", help="leave clause out"))
    tolerance = _tolerance(row, metric, problems)
    begins = days.day(row.document, (*row.path, "from"), data.get("from"))
    if len(problems) > count:
        return None
    return Condition(
        id=data.get("id", ""),
        metric=metric,
        bound=bound,
        where=where,
        each=data.get("each"),
        within=data.get("within"),
        min_sample=data.get("min_sample"),
        tolerance=tolerance,
        on_missing=OnMissing(data.get("on_missing", "fail")),
        severity=Severity(data.get("severity", "error")),
        why=data.get("why", ""),
        owner=data.get("owner", ""),
        clause=data.get("clause", ""),
        enforced_from=begins,
        year_starts=days.year_starts if data.get("within") == "year" else None,
    )


def _tolerance(row: _Written, metric: Metric, problems: list[Problem]) -> Fraction | None:
    """The tolerance as written, else the metric's own; only what moves by itself has one."""
    if "tolerance" not in row.data:
        return metric.tolerance
    if metric.tolerance is None:
        message = f"{metric.name} does not move by itself, so it has no tolerance"
        problems.append(row.problem("tolerance", message, "tolerance", help="write it into the bound"))
        return None
    try:
        tolerance = quantity(row.data["tolerance"], metric.unit)
    except ValueError as error:
        problems.append(row.problem("quantity", f"tolerance: {error}", "tolerance"))
        return None
    if tolerance < 0:
        problems.append(row.problem("tolerance", "a tolerance is never less than 0", "tolerance"))
    return tolerance


def _bound(row: _Written, metric: Metric, problems: list[Problem], warnings: list[Problem]) -> Bound:
    amounts: dict[str, Fraction] = {}
    for name in BOUNDS:
        if name in row.data:
            try:
                amounts[name] = quantity(row.data[name], metric.unit)
            except ValueError as error:
                problems.append(row.problem("quantity", f"{name}: {error}", name))
    if not any(name in row.data for name in BOUNDS):
        problems.append(
            row.problem(
                "no-bound", f"the condition on {metric.name} has no bound", help=f"add one of {', '.join(BOUNDS)}"
            )
        )
    bound = Bound(**amounts)
    if _impossible(bound, metric):
        problems.append(
            row.problem(
                "impossible-bound",
                f"nothing can meet this bound on {metric.name}",
                next(iter(amounts)),
                help=_range(metric),
            )
        )
    elif amounts and _idle(bound, metric):
        warnings.append(
            row.problem(
                "idle-bound",
                f"nothing can break this bound on {metric.name}, so it guards nothing",
                next(iter(amounts)),
                help=_range(metric),
            )
        )
    return bound


def _impossible(bound: Bound, metric: Metric) -> bool:
    """Whether no value the metric can take keeps the bound."""
    lows = [(metric.low, True), (bound.at_least, True), (bound.above, False)]
    highs = [(metric.high, True), (bound.at_most, True), (bound.below, False)]
    whole = metric.unit is Unit.COUNT
    low = max(
        ((value, included) for value, included in lows if value is not None),
        key=lambda end: (end[0], not end[1]),
        default=None,
    )
    high = min(
        ((value, included) for value, included in highs if value is not None),
        key=lambda end: (end[0], end[1]),
        default=None,
    )
    if low is None or high is None:
        return False
    if whole:
        first = low[0].__ceil__() if low[1] else low[0].__floor__() + 1
        last = high[0].__floor__() if high[1] else high[0].__ceil__() - 1
        return first > last
    return low[0] > high[0] or (low[0] == high[0] and not (low[1] and high[1]))


def _idle(bound: Bound, metric: Metric) -> bool:
    """Whether every value the metric can take keeps the bound."""
    keeps_low = (bound.at_least is None and bound.above is None) or (
        metric.low is not None and Bound(at_least=bound.at_least, above=bound.above).holds(metric.low)
    )
    keeps_high = (bound.at_most is None and bound.below is None) or (
        metric.high is not None and Bound(at_most=bound.at_most, below=bound.below).holds(metric.high)
    )
    return keeps_low and keeps_high


def _range(metric: Metric) -> str:
    scale, suffix = {Unit.RATIO: (100, " %"), Unit.POINTS: (100, " pp")}.get(metric.unit, (1, ""))
    low, high = (None if end is None else f"{float(end * scale):g}{suffix}" for end in (metric.low, metric.high))
    return f"it is never less than {low}" + (f" nor more than {high}" if high else "") if low else ""


def _unknown_labels(
    row: _Written, metric: Metric, where: Mapping[str, str], labels: Mapping[str, AbstractSet[str]] | None
) -> Iterator[Problem]:
    """A selector that selects nothing would check nothing, so it is an error.

    A policy without evidence of its own is written for others to extend; what they do not declare is NO_DATA there.
    """
    if labels is None or "evidence" not in row.document.data:
        return
    known = sorted({*metric.labels, *labels})
    for label in [*where, *([row.data["each"]] if "each" in row.data else [])]:
        if label not in known:
            close = near(label, known, 1)
            path = ("where", label) if label in where else ("each",)
            way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}" if known else ""
            yield row.document.problem(
                "unknown-label", f"{metric.name} carries no label {label!r}", (*row.path, *path), help=way_out
            )
    for label, value in where.items():
        if label in labels and label not in metric.labels and value not in labels[label]:
            close = near(value, sorted(labels[label]), 1)
            way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(labels[label]))}"
            yield row.document.problem(
                "unknown-label",
                f"no evidence is declared with {label} {value!r}",
                (*row.path, "where", label),
                help=way_out,
            )


def _unknown_values(
    row: _Written, metric: Metric, where: Mapping[str, str], values: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """The same of a label that the metric itself brings, where the policy knows all of its values."""
    for label, value in where.items():
        if label in metric.labels and value not in values.get(label, (value,)):
            close = near(value, values[label], 1)
            way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(values[label])}"
            message = f"{metric.name} is never of the {label} {value!r}"
            yield row.document.problem("unknown-label", message, (*row.path, "where", label), help=way_out)


def _with_ids(gate: str, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Every condition with an id: its own, or one made of gate, metric and labels, numbered where it repeats."""
    taken: dict[str, int] = {}
    named = []
    for condition in conditions:
        where = "".join(f"[{label}={value}]" for label, value in sorted(condition.where.items()))
        name = condition.id or f"{gate}.{condition.metric.name}{where}"
        taken[name] = taken.get(name, 0) + 1
        named.append(replace(condition, id=name if taken[name] == 1 else f"{name}#{taken[name]}"))
    return tuple(named)
