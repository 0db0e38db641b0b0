"""What became of each clause of a contract: met, missed, waived, unknown, not due yet, or checked by nobody.

Only outcomes are looked at, which the judge gave; nothing here knows a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from datetime import date
from enum import IntEnum
from fractions import Fraction

from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.policy import Clause, Severity
from qualitygate.model.verdict import ConditionResult, Outcome, Verdict
from qualitygate.values import dataclass

Key = tuple[str, str, tuple[tuple[str, str], ...]]
"""What a check is known by in every verdict of the same policy: gate, condition, labels."""


class Standing(IntEnum):
    """How a commitment stands, ordered: that of many checks is ``max()`` of those that are due."""

    NOT_DUE = 0
    MET = 1
    WAIVED = 2
    NO_DATA = 3
    MISSED = 4
    UNCHECKED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One result of a condition that checks a clause, and the gate it stands in."""

    gate: str
    result: ConditionResult
    standing: Standing

    @property
    def binding(self) -> bool:
        """Whether it can block: what only advises makes no commitment met, and none missed."""
        return self.result.condition.severity is Severity.ERROR

    @property
    def key(self) -> Key:
        """What it is known by in every verdict of the same policy."""
        return self.gate, self.result.condition.id, tuple(sorted(self.result.measurement.labels.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A clause with all that checks it; it stands as the worst of what binds.

    ``due`` is whether it had to be kept: one that nobody checks had to be as well, from its day.
    """

    clause: Clause
    standing: Standing
    due: bool
    checks: tuple[Check, ...] = field(default=())

    @property
    def owners(self) -> tuple[str, ...]:
        """Who answers for it: the clause's owner, else those of its conditions."""
        if self.clause.owner:
            return (self.clause.owner,)
        return tuple(
            dict.fromkeys(check.result.condition.owner for check in self.checks if check.result.condition.owner)
        )

    @property
    def since(self) -> date | None:
        """The day from which it must be kept: the clause's, or that of its conditions where all begin later."""
        checks = [check for check in self.checks if check.binding] or self.checks
        days = [check.result.condition.enforced_from for check in checks]
        first = min(filter(None, days), default=None) if all(days) else None
        return max(filter(None, (self.clause.due, first)), default=None)


def commitments(clauses: Iterable[Clause], verdict: Verdict) -> tuple[Commitment, ...]:
    """Each clause, in the contract's order, with its results in that of the policy."""
    today = verdict.at.date()
    found = [(gate.name, result) for gate in verdict.gates for result in gate.conditions]
    return tuple(
        _commitment(clause, [each for each in found if each[1].condition.clause == clause.id], today)
        for clause in clauses
    )


def with_checks(commitment: Commitment, checks: Sequence[Check]) -> Commitment:
    """A commitment as these results make it stand: those of its moment and of earlier ones, when no more was due."""
    worst = _worst(checks)
    due = commitment.due and worst is not Standing.NOT_DUE
    return replace(commitment, standing=worst, due=due, checks=tuple(checks))


def unclaimed(verdict: Verdict) -> tuple[Check, ...]:
    """The results of conditions that no clause asks for."""
    today = verdict.at.date()
    return tuple(
        Check(gate=gate.name, result=result, standing=_standing(result, due=_due(result, today)))
        for gate in verdict.gates
        for result in gate.conditions
        if not result.condition.clause
    )


def tally(found: Iterable[Commitment]) -> dict[Standing, int]:
    """How many stand how, the best first; what does not occur is left out."""
    standings = [each.standing for each in found]
    order = (Standing.MET, Standing.WAIVED, Standing.NO_DATA, Standing.MISSED, Standing.UNCHECKED, Standing.NOT_DUE)
    return {standing: standings.count(standing) for standing in order if standing in standings}


MET = Metric(
    name="commitments.met",
    noun="met commitments",
    formula="clauses of which every condition that can block holds / clauses that are due",
    source="the clauses of the contract",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("clause",),
)
"""How many commitments were kept, each counting as much as any other. Judged last, from all other results."""


def measured(found: Sequence[Commitment]) -> Iterator[Measurement]:
    """One measurement for each commitment that is due; one without a value where none is, or no check was judged."""
    due = [each for each in found if each.due]
    note = _apart(found)
    if not found:
        note = "the policy has no clauses: write the contract's words under clauses:"
    elif not due:
        note = f"no clause is due yet; {note}"
    elif not any(each.checks for each in found):
        note, due = "no condition that was judged checks a clause: judge the other gates too", []
    frame = Measurement(metric=MET, value=None, examined={"clauses": len(found)}, note=note)
    for each in due:
        met = Fraction(each.standing is Standing.MET)
        yield replace(
            frame,
            labels={"clause": each.clause.id},
            value=met,
            numerator=met,
            denominator=Fraction(1),
            sources=tuple(sorted({source for check in each.checks for source in check.result.measurement.sources})),
            findings=() if met else (_finding(each),),
            counted=(Counted(title=each.clause.id, counts=bool(met)),),
        )
    if not due:
        yield frame


def _apart(found: Iterable[Commitment]) -> str:
    later = [each for each in found if not each.due]
    days = (f"{each.clause.id} (from {each.since})" for each in later)
    return f"not due yet: {', '.join(days)}" if later else ""


def _finding(each: Commitment) -> Finding:
    """Which checks do not hold, at the first place that any of them tells."""
    lacking = [check for check in each.checks if check.binding and check.standing > Standing.MET]
    told = "; ".join(map(_told, lacking)) or "no condition that was judged and could block checks it"
    behind = (finding for check in lacking for finding in check.result.measurement.findings if finding.path)
    place = next(behind, None)
    source = next((source for check in lacking for source in check.result.measurement.sources), None)
    return Finding(
        title=each.clause.id, message=told, path=place.path if place else source, line=place.line if place else None
    )


def _told(check: Check) -> str:
    """Which check it is and what became of it: ``defect-rate [suite=it] missed (3/21)``."""
    measurement = check.result.measurement
    labels = ", ".join(f"{label}={value}" for label, value in sorted(measurement.labels.items()))
    picked = f" [{labels}]" if labels else ""
    number = measurement.value
    if measurement.numerator is not None and measurement.denominator is not None:
        number_told = f" ({measurement.numerator}/{measurement.denominator})"
    else:
        number_told = "" if number is None else f" ({number})"
    return f"{check.result.condition.id}{picked} {_WORDS[check.standing]}{number_told}"


_WORDS = {Standing.WAIVED: "waived", Standing.NO_DATA: "without data", Standing.MISSED: "missed"}


def _commitment(clause: Clause, found: list[tuple[str, ConditionResult]], today: date) -> Commitment:
    checks = tuple(
        Check(gate=gate, result=result, standing=_standing(result, due=_due(result, today, clause.due)))
        for gate, result in found
    )
    worst, begun = _worst(checks), clause.due is None or clause.due <= today
    return Commitment(clause=clause, standing=worst, due=begun and worst is not Standing.NOT_DUE, checks=checks)


def _worst(checks: Sequence[Check]) -> Standing:
    return max((check.standing for check in checks if check.binding), default=Standing.UNCHECKED)


def _due(result: ConditionResult, today: date, due: date | None = None) -> bool:
    return all(day is None or result.begun(day, today) for day in (due, result.condition.enforced_from))


def _standing(result: ConditionResult, *, due: bool) -> Standing:
    """Whether a policy lets a result pass that does not hold, changes nothing: what is excused is missed as well."""
    if not due:
        return Standing.NOT_DUE
    if result.outcome is Outcome.PASSED:
        return Standing.MET if result.measurement.value is not None or result.measurement.vacuous else Standing.NO_DATA
    if result.outcome is Outcome.WAIVED:
        return Standing.WAIVED
    return Standing.NO_DATA if result.measurement.value is None else Standing.MISSED
