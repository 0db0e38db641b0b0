"""Training metrics: sessions held, exams passed, and how many of those in the role have passed of late."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, tzinfo
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context, Measure
from qualitygate.model.evidence import Evidence, Gap, about, by_labels
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.model.registers import differing, in_two
from qualitygate.model.trainings import ExamResult, Training, TrainingRegister

SESSIONS = Metric(
    name="training.sessions",
    noun="held trainings",
    formula="trainings whose day has come and whose exam somebody sat",
    source="ISO 9001:2015, 7.2",
    better=Better.HIGHER,
    labels=("audience", "month"),
)
PASS_RATE = Metric(
    name="training.pass_rate",
    noun="passed exams",
    formula="persons who passed by their last attempt / persons required to sit the exam",
    source="Kirkpatrick, level 2",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("audience", "month"),
)
FIRST_RATE = replace(
    PASS_RATE,
    name="training.first_attempt_rate",
    noun="passed exams at the first attempt",
    formula="persons who passed by their first attempt / persons required to sit the exam",
)
REACH = Metric(
    name="training.reach",
    noun="trained persons",
    formula="active persons of the role who passed within twelve months / active persons of the role",
    source="ISO 9001:2015, 7.2",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("audience",),
)
METRICS = (SESSIONS, PASS_RATE, FIRST_RATE, REACH)

Located = tuple[TrainingRegister, Training]
"""A session, and the register it is in."""


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """One measurement for each audience and day of each label set, so that ``within`` picks whole periods.

    Where a declared register is missing or unreadable, all of its label set is without a value. ``reach`` is of now,
    and needs a register of people, whatever its labels.
    """
    relevant = about("trainings", TrainingRegister, evidence)
    cells = {
        (each.audience, _month(each, item.source.rules.zone))
        for item in relevant
        if isinstance(item, TrainingRegister)
        for each in item.trainings
    }
    people = about("people", PeopleRegister, evidence)
    for labels, items in by_labels(relevant).items():
        yield from _label_set(dict(labels), items, people, cells, context)


MEASURE = Measure(metrics=METRICS, take=take, dated=True)


def _label_set(
    labels: Mapping[str, str],
    items: Sequence[Evidence],
    people: Sequence[Evidence],
    cells: Collection[tuple[str, str]],
    context: Context,
) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, TrainingRegister)]
    registers = list(compress(told, differing((item.source.name, item.trainings) for item in told)))
    found = [(register, each) for register in registers for each in register.trainings if each.at <= context.now]
    frame = Measurement(
        metric=SESSIONS,
        value=None,
        labels=labels,
        sources=tuple(sorted(register.source.name for register in registers)),
        examined={"registers": len(registers), **({"trainings": len(found)} if found else {})},
        note="; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))
        or in_two((register.source.name, [each.id for each in register.trainings]) for register in registers),
    )
    if frame.note or not found:
        yield from _without_values(frame, cells)
        return
    by_cell: dict[tuple[str, date], list[Located]] = {}
    for each in sorted(found, key=lambda each: (each[1].at, each[1].id)):
        day = each[1].at.astimezone(each[0].source.rules.zone).date()
        by_cell.setdefault((each[1].audience, day), []).append(each)
    rated = False
    for (audience, day), these in sorted(by_cell.items()):
        month = f"{day:%Y-%m}"
        cell = replace(
            frame, labels={**labels, "audience": audience, "month": month}, at=max(each.at for _, each in these)
        )
        yield _sessions(cell, these)
        for rate in _rates(cell, month, these):
            rated = True
            yield rate
    for metric in () if rated else (PASS_RATE, FIRST_RATE):
        yield replace(frame, metric=metric, note=f"nobody had to sit an exam in {', '.join(frame.sources)}")
    for audience in sorted({audience for audience, _ in by_cell}):
        yield _reach(replace(frame, labels={**labels, "audience": audience}), found, people, context.today)


def _without_values(frame: Measurement, cells: Collection[tuple[str, str]]) -> Iterator[Measurement]:
    """Without a value under every label by which a condition could pick it."""
    frame = replace(frame, note=frame.note or f"no training was held in {', '.join(frame.sources)}")
    audiences = [{"audience": audience} for audience in sorted({audience for audience, _ in cells})]
    months = [{"audience": audience, "month": month} for audience, month in sorted(cells)]
    for metric in METRICS:
        for more in [{}, *(audiences if metric is REACH else months)]:
            yield replace(frame, metric=metric, labels={**frame.labels, **more})


def _sessions(frame: Measurement, found: Sequence[Located]) -> Measurement:
    empty = [each for each in found if not each[1].attended]
    return replace(
        frame,
        value=Fraction(len(found) - len(empty)),
        findings=tuple(
            Finding(
                title=f"{each.id} {each.topic}", message="nobody sat its exam", path=one.source.name, line=each.line
            )
            for one, each in empty
        ),
        counted=tuple(
            Counted(title=each.id, path=one.source.name, line=each.line) for one, each in found if each.attended
        ),
    )


def _rates(frame: Measurement, month: str, found: Sequence[Located]) -> Iterator[Measurement]:
    """Both rates, each told beside the other; none where nobody had to sit an exam."""
    required = [(*each, result) for each in found for result in each[1].results if result.required]
    if not required:
        return
    failed_first = [each for each in required if not each[1].passed(each[2].score)]
    failed = [each for each in required if not each[1].passed(each[2].final)]
    at_once, in_the_end = len(required) - len(failed_first), len(required) - len(failed)
    excused = sum(not result.required for _, each in found for result in each.results)
    left_out = f", {excused} excused" if excused else ""
    notes = {
        PASS_RATE: f"{month}: {at_once} of {len(required)} passed at the first attempt{left_out}",
        FIRST_RATE: f"{month}: {in_the_end} of {len(required)} passed in the end{left_out}",
    }
    for metric, good, lacking in ((PASS_RATE, in_the_end, failed), (FIRST_RATE, at_once, failed_first)):
        wrong = {id(result) for _, _, result in lacking}
        yield replace(
            frame,
            metric=metric,
            value=Fraction(good, len(required)),
            numerator=Fraction(good),
            denominator=Fraction(len(required)),
            findings=tuple(_finding(*each) for each in lacking),
            counted=tuple(_counted(*each, passed=id(each[2]) not in wrong) for each in required),
            note=notes[metric],
        )


def _counted(register: TrainingRegister, training: Training, result: ExamResult, *, passed: bool) -> Counted:
    place = result.line or training.line
    return Counted(title=f"{training.id} {result.who}", path=register.source.name, line=place, counts=passed)


def _finding(register: TrainingRegister, training: Training, result: ExamResult) -> Finding:
    """Who did not pass, by id; scores are not told."""
    attempts = "by two attempts" if None not in (result.score, result.retake) else "by the first attempt"
    told = "was absent" if result.final is None else f"did not pass {attempts}"
    if result.score is None and result.retake is not None:
        told = "was absent, and did not pass later"
    return Finding(
        title=f"{training.id} {result.who}", message=told, path=register.source.name, line=result.line or training.line
    )


def _reach(frame: Measurement, found: Sequence[Located], people: Sequence[Evidence], today: date) -> Measurement:
    role = frame.labels["audience"]
    registers = [item for item in people if isinstance(item, PeopleRegister)]
    registers = list(compress(registers, differing((item.source.name, item.people) for item in registers)))
    frame = replace(
        frame,
        metric=REACH,
        at=None,
        sources=tuple(sorted({*frame.sources, *(item.source.name for item in registers)})),
        note="; ".join(dict.fromkeys(str(item) for item in people if isinstance(item, Gap)))
        or in_two((item.source.name, [each.id for each in item.people]) for item in registers),
    )
    known: list[tuple[PeopleRegister, Person]] = [(item, each) for item in registers for each in item.people]
    active = [each for each in known if each[1].active(today) and role in each[1].roles]
    if frame.note or not active:
        nobody = f"nobody is active as {role}" if registers else f"no register of people tells who is active as {role}"
        return replace(frame, note=frame.note or nobody)
    since = _a_year_before(today)
    passed = {
        result.who
        for register, training in found
        if training.audience == role and training.at.astimezone(register.source.rules.zone).date() >= since
        for result in training.results
        if training.passed(result.final)
    }
    strangers = sorted({result.who for _, each in found for result in each.results} - {each.id for _, each in known})
    lacking = [each for each in active if each[1].id not in passed]
    return replace(
        frame,
        value=Fraction(len(active) - len(lacking), len(active)),
        numerator=Fraction(len(active) - len(lacking)),
        denominator=Fraction(len(active)),
        examined={**frame.examined, "persons": len(active)},
        findings=tuple(
            Finding(
                title=each.id, message=f"passed no training since {since}", path=register.source.name, line=each.line
            )
            for register, each in lacking
        ),
        counted=tuple(
            Counted(title=each.id, path=register.source.name, line=each.line, counts=each.id in passed)
            for register, each in active
        ),
        note=f"in no register of people: {', '.join(strangers)}" if strangers else "",
    )


def _a_year_before(day: date) -> date:
    """The same day a year before; for 29 February the day before it."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _month(training: Training, zone: tzinfo) -> str:
    return f"{training.at.astimezone(zone):%Y-%m}"
