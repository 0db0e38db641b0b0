"""Mutation metrics: how many of the mutants the tests detect.

The score is that of https://stryker-mutator.io/docs/mutation-testing-elements/mutant-states-and-metrics, with PIT's
MEMORY_ERROR among the detected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from qualitygate import Better, Combine, Context, Evidence, Finding, Gap, Measure, Measurement, Metric, Unit, by_labels
from qualitygate_mutation.report import DETECTED, KIND, SURVIVING, UNDETECTED, VALID, Mutant, MutationReport, State

SCORE = Metric(
    name="mutation.score",
    noun="detected mutants",
    formula="(killed + timed out + out of memory) / (those + survived + no coverage + doubtful)",
    source="Stryker; PIT; mutmut",
    unit=Unit.RATIO,
    combine=Combine.RATIO,
    better=Better.HIGHER,
    high=Fraction(1),
)
SURVIVED = Metric(
    name="mutation.survived",
    noun="surviving mutants",
    formula="mutants that tests ran and did not detect, the doubtful among them",
    source="Stryker; PIT; mutmut",
)
NO_COVERAGE = Metric(
    name="mutation.no_coverage",
    noun="mutants without coverage",
    formula="mutants that no test ran",
    source="Stryker; PIT; mutmut",
)
COUNTED = {SURVIVED: SURVIVING, NO_COVERAGE: frozenset({State.NO_COVERAGE})}
"""The metrics that count, and what."""


def take(evidence: Sequence[Evidence], _context: Context) -> Iterator[Measurement]:
    """Every mutation metric for every label set that has reports of mutation testing, or should have.

    Reports of one label set are added up. Without a value are those where a report is missing or unreadable, a run did
    not end, or no mutant counts.
    """
    relevant = [item for item in evidence if isinstance(item, MutationReport) or _is_gap(item)]
    for labels, items in by_labels(relevant).items():
        yield from _label_set(dict(labels), items)


MEASURE = Measure(metrics=(SCORE, SURVIVED, NO_COVERAGE), take=take)


def _is_gap(item: Evidence) -> bool:
    return isinstance(item, Gap) and item.kind in (KIND, None)


def _label_set(labels: Mapping[str, str], items: Sequence[Evidence]) -> Iterator[Measurement]:
    reports = [item for item in items if isinstance(item, MutationReport)]
    states: Counter[State] = Counter()
    for report in reports:
        states.update(report.states)
    frame = Measurement(
        metric=SCORE,
        value=None,
        labels=labels,
        at=max((report.at for report in reports if report.at), default=None),
        sources=tuple(sorted(report.source.name for report in reports)),
        examined={"files": len(reports), "mutants": _number(states, VALID)},
        note="; ".join(_notes(items, states)),
    )
    if frame.note:
        yield from (replace(frame, metric=metric) for metric in MEASURE.metrics)
    else:
        yield from _measured(frame, states, [mutant for report in reports for mutant in report.undetected])


def _notes(items: Sequence[Evidence], states: Mapping[State, int]) -> Iterator[str]:
    """Why nothing can be told."""
    yield from dict.fromkeys(str(item) for item in items if isinstance(item, Gap))
    reports = ", ".join(sorted(item.source.name for item in items if isinstance(item, MutationReport)))
    if states.get(State.NOT_RUN):
        yield f"{reports}: {states[State.NOT_RUN]} of {sum(states.values())} mutants have no result; did the run end?"
    if reports and not _number(states, VALID):
        yield f"{reports}: expected mutants, found {sum(states.values())}, of which none counts"


def _measured(frame: Measurement, states: Mapping[State, int], mutants: Sequence[Mutant]) -> Iterator[Measurement]:
    detected, valid = _number(states, DETECTED), _number(states, VALID)
    yield replace(
        frame,
        value=Fraction(detected, valid),
        numerator=Fraction(detected),
        denominator=Fraction(valid),
        findings=_findings(mutants, UNDETECTED),
    )
    for metric, counted in COUNTED.items():
        number = Fraction(_number(states, counted))
        yield replace(frame, metric=metric, value=number, findings=_findings(mutants, counted))


def _number(states: Mapping[State, int], counted: frozenset[State]) -> int:
    return sum(number for state, number in states.items() if state in counted)


def _findings(mutants: Sequence[Mutant], counted: frozenset[State]) -> tuple[Finding, ...]:
    """The mutants in these states by place, the survivors before those that no test ran."""
    chosen = [mutant for mutant in mutants if mutant.state in counted]
    chosen.sort(key=lambda mutant: (mutant.state is State.NO_COVERAGE, mutant.path or "", mutant.line or 0))
    return tuple(
        Finding(
            title=f"{mutant.state.value}: {mutant.title}", message=mutant.message, path=mutant.path, line=mutant.line
        )
        for mutant in chosen
    )
