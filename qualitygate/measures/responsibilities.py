"""Responsibilities: how many commitments have one person who answers for them, is there, and has a deputy."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context, Measure
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.model.registers import differing, in_two
from qualitygate.model.responsibilities import Responsibility, ResponsibilityRegister
from qualitygate.nearest import near

ACCOUNTABLE = Metric(
    name="responsibilities.accountable",
    noun="owned commitments",
    formula="commitments with exactly one accountable person, who is active, and a deputy / commitments",
    source="RACI, one accountable",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("commitment",),
)
METRICS = (ACCOUNTABLE,)


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """One measurement for each commitment of each label set. People are those of all registers of people.

    Each clause of the contract that no register names is one that nobody answers for. Where a declared register is
    missing or unreadable, or one of people, there is no value.
    """
    relevant = about("responsibilities", ResponsibilityRegister, evidence)
    registers = [item for item in evidence if isinstance(item, PeopleRegister)]
    read = [register.source.name for register in registers]
    people = {person.id: person for register in registers for person in register.people}
    lost = [str(item) for item in evidence if isinstance(item, Gap) and item.kind == "people"]
    if not registers and not lost:
        lost = ["no register of people says who is active: declare quality/people.yml as evidence"]
    lost += filter(None, [_told_twice(registers)])
    known = {
        each.commitment
        for item in relevant
        if isinstance(item, ResponsibilityRegister)
        for each in item.responsibilities
    }
    unnamed = [clause for clause in context.clauses if not any(_names(each, clause) for each in known)]
    known.update(unnamed)
    for labels, items in by_labels(relevant).items():
        for found in _label_set(dict(labels), items, known, unnamed, people, lost, context.today):
            yield replace(found, sources=tuple(sorted({*found.sources, *read})))


MEASURE = Measure(metrics=METRICS, take=take)


def _told_twice(registers: Sequence[PeopleRegister]) -> str:
    fresh = compress(registers, differing((register.source.name, register.people) for register in registers))
    return in_two((register.source.name, [person.id for person in register.people]) for register in fresh)


def _label_set(
    labels: Mapping[str, str],
    items: Sequence[Evidence],
    known: Collection[str],
    unnamed: Sequence[str],
    people: Mapping[str, Person],
    lost: Sequence[str],
    today: date,
) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, ResponsibilityRegister)]
    registers = list(compress(told, differing((item.source.name, item.responsibilities) for item in told)))
    found = [(register, each) for register in registers for each in register.responsibilities]
    gaps = [str(item) for item in items if isinstance(item, Gap)]
    named = [(register.source.name, [each.commitment for each in register.responsibilities]) for register in registers]
    frame = Measurement(
        metric=ACCOUNTABLE,
        value=None,
        labels=labels,
        sources=tuple(sorted(register.source.name for register in registers)),
        examined={"registers": len(registers), **({"commitments": len(found)} if found else {})},
        note="; ".join(dict.fromkeys([*gaps, *lost])) or in_two(named),
    )
    if frame.note or not found:
        yield replace(frame, note=frame.note or f"no commitment is listed in {', '.join(frame.sources)}")
        for commitment in sorted(known) if frame.note else ():
            yield replace(frame, labels={**labels, "commitment": commitment})
        return
    for register, each in found:
        wrong = "; ".join(_wrong(each, people, today))
        finding = Finding(title=each.commitment, message=wrong, path=register.source.name, line=each.line)
        yield replace(
            frame,
            labels={**labels, "commitment": each.commitment},
            value=Fraction(not wrong),
            numerator=Fraction(not wrong),
            denominator=Fraction(1),
            findings=(finding,) if wrong else (),
            counted=(Counted(title=each.commitment, path=register.source.name, line=each.line, counts=not wrong),),
        )
    for clause in unnamed:
        lacks = f"no commitment begins with this clause: write one, {clause} and what it is about, with who answers"
        yield replace(
            frame,
            labels={**labels, "commitment": clause},
            value=Fraction(0),
            numerator=Fraction(0),
            denominator=Fraction(1),
            findings=(Finding(title=clause, message=lacks, path=frame.sources[0]),),
            counted=(Counted(title=clause, path=frame.sources[0], counts=False),),
        )


def _names(commitment: str, clause: str) -> bool:
    """Whether a commitment is about a clause: its text is the clause's id, or begins with it and a space."""
    return commitment == clause or commitment.startswith(f"{clause} ")


def _wrong(each: Responsibility, people: Mapping[str, Person], today: date) -> Iterator[str]:
    """Each thing that is wrong with who answers for a commitment, with the way out."""
    if not each.accountable:
        yield "nobody is accountable: name one person"
    elif len(each.accountable) > 1:
        yield f"{len(each.accountable)} are accountable, {', '.join(each.accountable)}: name one of them"
    else:
        yield from _away("the accountable person", each.accountable[0], people, today)
    if each.deputy is None:
        yield "has no deputy: name one"
    elif each.deputy in each.accountable:
        yield f"{each.deputy} is accountable and the deputy: name another"
    else:
        yield from _away("the deputy", each.deputy, people, today)


def _away(what: str, who: str, people: Mapping[str, Person], today: date) -> Iterator[str]:
    person = people.get(who)
    if person is None:
        close = near(who, people)
        way_out = f"did you mean {close[0]}?" if close else "add the person, or name another"
        yield f"{what}, {who}, is in no register of people: {way_out}"
    elif not person.active(today):
        yield f"{what}, {who}, is not active on {today}: name another"
