"""Small values to test with: reports from inline XML, measurements, conditions, policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction
from io import BytesIO
from typing import Any

from qualitygate.extension import Context
from qualitygate.measures import tests as test_measures
from qualitygate.model.evidence import Evidence, ReadingRules, Source, TestCase, TestOutcome, TestReport
from qualitygate.model.measurement import Better, Combine, Measurement, Metric, Unit
from qualitygate.model.policy import Bound, Condition, Gate, Policy, Waiver
from qualitygate.model.population import TestPopulation, merge
from qualitygate.model.tally import Tally
from qualitygate.model.tree import Tree
from qualitygate.model.verdict import ConditionResult, GateResult, Margin, Verdict
from qualitygate.readers import junit

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SKIPPED, PASSED, FAILED, ERRORED = TestOutcome

COUNT = Metric(name="x.failed", noun="failures", formula="f", source="s")
PASSES = Metric(name="x.passed", noun="passes", formula="f", source="s", better=Better.HIGHER)
RATE = Metric(
    name="x.rate", noun="failures", formula="f", source="s", unit=Unit.RATIO, combine=Combine.RATIO, high=Fraction(1)
)
COVER = Metric(
    name="x.cover",
    noun="covered lines",
    formula="f",
    source="s",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    better=Better.HIGHER,
    high=Fraction(1),
)
POINTS = Metric(
    name="x.delta",
    noun="points",
    formula="f",
    source="s",
    unit=Unit.POINTS,
    combine=Combine.DIFFERENCE,
    better=Better.HIGHER,
    low=Fraction(-1),
    high=Fraction(1),
    relative=True,
    tolerance=Fraction(2, 1000),
)
KINDS = Metric(name="x.kinds", noun="kinds", formula="f", source="s", combine=Combine.DISTINCT)
SECONDS = Metric(name="x.time", noun="seconds", formula="f", source="s", unit=Unit.SECONDS)
LONGEST = Metric(name="x.max", noun="seconds", formula="f", source="s", unit=Unit.SECONDS, combine=Combine.MAX)


def source(content: str | bytes = b"", name: str = "report.xml", **more: Any) -> Source:
    raw = content if isinstance(content, bytes) else content.encode()
    rules = {key: more.pop(key) for key in tuple(more) if key in ReadingRules.__dataclass_fields__}
    return Source(name=name, open=lambda: BytesIO(raw), rules=ReadingRules(**rules), **more)


def read(content: str | bytes, name: str = "report.xml", **more: Any) -> TestReport:
    """The one report of a JUnit document."""
    (report,) = junit.read(source(content, name, **more))
    return report


def population_of(*documents: str | bytes, retries: str | None = None, **rules: Any) -> TestPopulation:
    """The tests of several JUnit documents, merged; each is a file of its own."""
    return merge([read(document, f"{index}.xml", **rules) for index, document in enumerate(documents)], retries=retries)


def counts(population: TestPopulation) -> tuple[int, int, int, int]:
    """Passed, failed, errored, skipped."""
    failed, errored, skipped = (len(population.ended(outcome)) for outcome in (FAILED, ERRORED, SKIPPED))
    return population.total - failed - errored - skipped, failed, errored, skipped


def outcomes(*documents: str | bytes, **more: Any) -> tuple[int, int, int, int]:
    """Passed, failed, errored, skipped of some JUnit documents."""
    return counts(population_of(*documents, **more))


def case(name: str = "t", outcome: TestOutcome = PASSED, *, class_name: str = "c", **more: Any) -> TestCase:
    return TestCase(class_name=class_name, name=name, outcome=outcome, **more)


def report(*cases: TestCase, name: str = "report.xml", at: datetime | None = None, **more: Any) -> TestReport:
    """A report of these records, as a reader would give it."""
    more.setdefault("keep_names", True)
    tally = Tally(source(name=name, **more))
    for each in cases:
        tally.add(each)
    return tally.report(at=at)


def measured(
    metric: Metric,
    value: Fraction | int | str | None,
    denominator: int | None = None,
    *,
    at: datetime | None = None,
    note: str = "",
    examined: Mapping[str, int] | None = None,
    **labels: str,
) -> Measurement:
    """A measurement; a ratio is given as numerator and denominator."""
    amount = None if value is None else Fraction(value)
    return Measurement(
        metric=metric,
        value=amount if amount is None or denominator is None else amount / denominator,
        numerator=None if denominator is None else amount,
        denominator=None if denominator is None else Fraction(denominator),
        at=at,
        labels=labels,
        note=note,
        examined={"tests": 1} if examined is None else examined,
    )


def bound(**parts: Fraction | int | str) -> Bound:
    return Bound(**{name: Fraction(part) for name, part in parts.items()})


def condition(metric: Metric = COUNT, /, **more: Any) -> Condition:
    parts = {name: Fraction(more.pop(name)) for name in ("below", "at_most", "at_least", "above") if name in more}
    return Condition(**{"id": "c", "metric": metric, "bound": Bound(**parts), **more})


def policy(*conditions: Condition, gate: str = "g", **more: Any) -> Policy:
    return Policy(**{"name": "p", "gates": (Gate(name=gate, conditions=conditions),), **more})


def waiver(**more: Any) -> Waiver:
    given = {
        "id": "W-1",
        "gate": "g",
        "metric": COUNT.name,
        "reason": "agreed with the customer",
        "requested_by": "ann",
        "approved_by": "bob",
        "created": date(2026, 11, 1),
        "expires": date(2026, 11, 30),
    }
    return Waiver(**{**given, **more})


def result(measurement: Measurement, outcome: Any, line: Bound, *, margin: Margin | None = None) -> ConditionResult:
    return ConditionResult(
        condition=Condition(id="c", metric=measurement.metric, bound=line),
        outcome=outcome,
        measurement=measurement,
        margin=margin,
    )


def verdict(*results: ConditionResult, examined: Mapping[str, int] | None = None, **more: Any) -> Verdict:
    given = {
        "policy": "p",
        "policy_digest": "d" * 64,
        "subject": {},
        "at": NOW,
        "gates": (GateResult(name="g", conditions=results),),
        "examined": {"tests": 1} if examined is None else examined,
    }
    return Verdict(**{**given, **more})


def take(evidence: Sequence[Evidence], **more: Any) -> dict[str, Measurement]:
    """The test metrics of evidence with one label set, by the last part of their names."""
    context = Context(**{"now": NOW, "today": NOW.date(), **more})
    taken = list(test_measures.take(evidence, context))
    return {measurement.metric.name.removeprefix("tests."): measurement for measurement in taken}


def tree(files: Mapping[str, str | bytes], folder: str = "", **more: Any) -> Tree:
    """A tree of files that are at hand, without a past unless one is given."""
    raw = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}

    def opened(path: str) -> BytesIO:
        try:
            return BytesIO(raw[path])
        except KeyError as error:
            raise FileNotFoundError(2, "No such file", path) from error

    past = {} if "past" in more else {"unknown": "there is no git history"}
    return Tree(paths=frozenset(raw), open=opened, folder=folder, **past, **more)
