"""What must hold for any two policies: above all that what is told to loosen nothing loosens nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qualitygate.config import Config, EvidenceEntry
from qualitygate.config.place import Place
from qualitygate.difference import Kind, difference
from qualitygate.difference.pairing import pairs
from qualitygate.evaluation import evaluate
from qualitygate.model.code import Code
from qualitygate.model.evidence import ReadingRules
from qualitygate.model.measurement import Measurement, Unit
from qualitygate.model.policy import Bound, Condition, Gate, OnMissing, Policy, QuarantineRecord, Severity, Waiver
from qualitygate.model.rewriting import Rewriting
from tests.samples import COUNT, COVER, LONGEST, NOW, POINTS, RATE

TODAY = NOW.date()
METRICS = st.sampled_from([COUNT, RATE, COVER, LONGEST, POINTS])
AMOUNTS = st.sampled_from([None, *(Fraction(number, 20) for number in range(-2, 24)), Fraction(2), Fraction(5)])
BOUNDS = st.builds(Bound, below=AMOUNTS, at_most=AMOUNTS, at_least=AMOUNTS, above=AMOUNTS).filter(
    lambda b: b != Bound()
)
WHERES = st.sampled_from([{}, {"suite": "unit"}, {"suite": "it"}, {"os": "linux"}])
CONDITIONS = st.builds(
    Condition,
    id=st.just(""),
    metric=METRICS,
    bound=BOUNDS,
    where=WHERES,
    each=st.sampled_from([None, "suite", "os"]),
    within=st.sampled_from([None, None, None, "month"]),
    min_sample=st.sampled_from([None, 3, 10]),
    tolerance=st.sampled_from([None, Fraction(0), Fraction(1, 20)]),
    on_missing=st.sampled_from(OnMissing),
    severity=st.sampled_from(Severity),
    owner=st.sampled_from(["", "lin"]),
)
DAYS = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days))
WAIVERS = st.builds(
    Waiver,
    id=st.sampled_from(["W-1", "W-2"]),
    gate=st.sampled_from(["g", "h"]),
    metric=METRICS.map(lambda metric: metric.name),
    where=WHERES,
    reason=st.just("r"),
    requested_by=st.just("ann"),
    approved_by=st.sampled_from(["bo", "cy"]),
    created=DAYS,
    expires=DAYS,
)
RECORDS = st.builds(
    QuarantineRecord,
    test=st.sampled_from(["a", "b"]),
    owner=st.just("lin"),
    issue=st.sampled_from(["1", "2"]),
    reason=st.just("r"),
    added=DAYS,
    expires=DAYS,
)
GLOBS = st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(tuple)
ENTRIES = st.builds(
    EvidenceEntry,
    name=st.sampled_from(["unit", "it"]),
    files=GLOBS.filter(bool),
    reader=st.sampled_from([None, "junit", "snapshot"]),
    labels=st.sampled_from([{"suite": "unit"}, {"suite": "it", "os": "linux"}]),
    rules=st.builds(ReadingRules, retries=st.sampled_from([None, "last", "any-pass"]), expected_failures=st.booleans()),
    paths=st.builds(Rewriting, strip=st.sampled_from(["", "/app"])),
    min_files=st.integers(1, 2),
    min_tests=st.integers(0, 1),
    max_age=st.sampled_from([None, Fraction(1), Fraction(2)]),
)


def numbered(gate: str, conditions: list[Condition], own: list[bool]) -> Gate:
    """A gate whose conditions have ids as the loader makes them, some of them ids of their own."""
    taken: dict[str, int] = {}
    named = []
    for index, condition in enumerate(conditions):
        made = f"{gate}.{condition.metric.name}" + "".join(f"[{k}={v}]" for k, v in condition.where.items())
        taken[made] = taken.get(made, 0) + 1
        automatic = made if taken[made] == 1 else f"{made}#{taken[made]}"
        named.append(replace(condition, id=f"own-{index}" if own[index] else automatic))
    return Gate(name=gate, conditions=tuple(named))


@st.composite
def gates(draw: st.DrawFn) -> Gate:
    conditions = draw(st.lists(CONDITIONS, min_size=1, max_size=3))
    own = draw(st.lists(st.booleans(), min_size=len(conditions), max_size=len(conditions)))
    return numbered(draw(st.sampled_from(["g", "h"])), conditions, own)


@st.composite
def configs(draw: st.DrawFn) -> Config:
    made = draw(st.lists(gates(), min_size=1, max_size=2, unique_by=lambda gate: gate.name))
    policy = Policy(
        name=draw(st.sampled_from(["p", "q"])),
        gates=tuple(made),
        waivers=tuple(draw(st.lists(WAIVERS, max_size=2, unique_by=lambda each: each.id))),
        quarantine=tuple(draw(st.lists(RECORDS, max_size=2, unique_by=lambda each: each.test))),
    )
    ids = [("gates", gate.name, each.id) for gate in made for each in gate.conditions]
    return Config(
        policy=policy,
        evidence=tuple(draw(st.lists(ENTRIES, max_size=2, unique_by=lambda each: each.name))),
        base_dir="",
        code=Code(include=draw(GLOBS), exclude=draw(GLOBS)),
        places={path: Place(file="q.yml", line=1, locked=draw(st.booleans())) for path in ids},
    )


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Config, Config]:
    """Two policies that mostly differ in little, as a change does."""
    before = draw(configs())
    if draw(st.integers(0, 4)) == 0:
        return before, draw(configs())
    policy = before.policy
    changed = []
    for gate in policy.gates:
        conditions = list(gate.conditions)
        for _ in range(draw(st.integers(0, 1))):
            index = draw(st.integers(0, len(conditions) - 1))
            other = draw(CONDITIONS)
            key = draw(
                st.sampled_from(
                    ["bound", "each", "where", "min_sample", "tolerance", "on_missing", "severity", "metric"]
                )
            )
            conditions[index] = replace(conditions[index], **{key: getattr(other, key)})
        more = draw(st.lists(CONDITIONS, max_size=1))
        shuffled = draw(st.permutations([*conditions, *more]))
        changed.append(numbered(gate.name, list(shuffled), [each.id.startswith("own") for each in shuffled]))
    waivers = draw(st.sampled_from([policy.waivers, policy.waivers[:1], ()]))
    return before, replace(before, policy=replace(policy, gates=tuple(changed), waivers=waivers), places={})


def kinds(before: Config, after: Config) -> list[Kind]:
    return [change.kind for change in difference(before, after, today=TODAY)]


@given(configs())
def test_a_policy_is_no_different_from_itself(config):
    assert () == difference(config, config, today=TODAY)


@given(neighbours())
def test_a_loosening_seen_from_the_other_side_is_none_or_cannot_be_told(two):
    """It has its counterpart about the same key, which is no loosening unless it is one for want of knowledge."""
    before, after = two
    back = difference(after, before, today=TODAY)
    for change in difference(before, after, today=TODAY):
        if change.kind is Kind.LOOSENED:
            same = [
                each
                for each in back
                if (each.key, each.after, each.before) == (change.key, change.before, change.after)
            ]
            assert same
            assert change.why or any(each.kind is not Kind.LOOSENED or each.why for each in same)


@given(neighbours())
def test_both_sides_have_the_same_changes(two):
    there, back = (difference(*pair, today=TODAY) for pair in (two, two[::-1]))
    assert sorted((each.key, each.before, each.after) for each in there) == sorted(
        (each.key, each.after, each.before) for each in back
    )


@given(METRICS, BOUNDS, BOUNDS, st.fractions(-3, 7, max_denominator=40))
def test_a_value_that_a_bound_refuses_is_refused_by_one_that_is_told_not_to_be_looser(metric, old, new, value):
    if metric.unit is Unit.COUNT:
        value = Fraction(round(value))
    before, after = (
        Config(
            policy=Policy(name="p", gates=(numbered("g", [Condition(id="", metric=metric, bound=bound)], [False]),)),
            evidence=(),
            base_dir="",
        )
        for bound in (old, new)
    )
    assume(Kind.LOOSENED not in kinds(before, after))
    tolerance = metric.tolerance or Fraction(0)
    assert old.widened(tolerance).holds(value) or not new.widened(tolerance).holds(value)


@st.composite
def measurements(draw: st.DrawFn) -> list[Measurement]:
    """Measurements as they come: every metric for every entry, with its suite; rates with what they are made of."""
    made = []
    for labels in ({"suite": "unit"}, {"suite": "it"}, {"suite": "it", "os": "linux"}):
        for metric in (COUNT, RATE, COVER, LONGEST, POINTS):
            value: Fraction | None = Fraction(draw(st.integers(0, 6)))
            numerator = denominator = None
            earlier = None
            if metric.unit in (Unit.RATIO, Unit.POINTS):
                denominator = Fraction(draw(st.integers(1, 12)))
                numerator = min(value, denominator)
                value = numerator / denominator
            if metric.unit is Unit.POINTS:
                earlier = (Fraction(draw(st.integers(0, 4))), Fraction(4))
                value = value - earlier[0] / earlier[1]
            if draw(st.integers(0, 9)) == 0:
                value = None
            made.append(
                Measurement(
                    metric=metric,
                    value=value,
                    numerator=numerator,
                    denominator=denominator,
                    before=earlier,
                    labels=labels,
                    at=NOW,
                )
            )
    return draw(st.lists(st.sampled_from(made), unique_by=id, max_size=len(made)))


@settings(max_examples=200)
@given(neighbours(), measurements())
def test_where_nothing_is_told_to_be_loosened_no_verdict_gets_milder(two, taken):
    for before, after in (two, two[::-1]):
        if Kind.LOOSENED not in kinds(before, after):
            old, new = (evaluate(each.policy, taken, subject={}, now=NOW) for each in (before, after))
            assert old.outcome <= new.outcome


@given(st.lists(st.integers(0, 5)), st.lists(st.integers(0, 5)))
def test_pairs_are_the_same_from_both_sides_and_lose_nothing(before, after):
    keys = (lambda each: each, lambda each: each % 3 or None)
    there = list(pairs(before, after, keys))
    back = [(old, new) for new, old in pairs(after, before, keys)]
    assert sorted(map(str, there)) == sorted(map(str, back))
    assert (sorted(before), sorted(after)) == (
        sorted(old for old, _ in there if old is not None),
        sorted(new for _, new in there if new is not None),
    )
