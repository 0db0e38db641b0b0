"""Answers to surveys by their waves, each question on its own scale, and whether customers were asked in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context
from qualitygate.model.evidence import Evidence, Gap, ReadingRules, about, by_labels
from qualitygate.model.measurement import Better, Combine, Counted, Finding, Measurement, Metric, Unit
from qualitygate.model.registers import differing, in_two
from qualitygate.model.surveys import Answer, SurveyRegister, Wave
from qualitygate.values import dataclass

TOP2BOX = Metric(
    name="satisfaction.top2box",
    noun="satisfied answers",
    formula="answers of 4 or 5 / valid answers on a scale from 1 to 5",
    source="common practice, top two boxes; ISO 10004:2018 on monitoring",
    unit=Unit.RATIO,
    better=Better.HIGHER,
    combine=Combine.RATIO,
    high=Fraction(1),
    labels=("wave", "quarter"),
    sampled=True,
)
WEIGHTED = replace(
    TOP2BOX,
    name="satisfaction.weighted",
    noun="points",
    formula="points of the answers, 100, 80, 60, 40 and 20 for 5 to 1 / 100 for each",
    source="common practice",
    sampled=False,
)
NPS = replace(
    TOP2BOX,
    name="satisfaction.nps",
    noun="promoters",
    formula="(answers of 9 or 10 - answers of 0 to 6) / valid answers on a scale from 0 to 10",
    source="F. Reichheld, The One Number You Need to Grow, 2003",
    low=Fraction(-1),
    sampled=False,
)
SURVEYS = Metric(
    name="satisfaction.surveys",
    noun="closed surveys",
    formula="waves with a valid answer that closed within their quarter",
    source="common practice",
    better=Better.HIGHER,
    labels=("quarter",),
)
METRICS = (TOP2BOX, WEIGHTED, NPS, SURVEYS)
SATISFIED, PROMOTER, DETRACTOR = 4, 9, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One metric of answers: what an answer tells of it, the two parts of the ratio, and which answers are shown."""

    metric: Metric
    scale: str
    told: Callable[[Answer], int | None]
    part: Callable[[int], int]
    whole: int
    shown: Callable[[int], bool]


QUESTIONS = (
    Question(
        metric=TOP2BOX,
        scale="1 to 5",
        told=lambda answer: answer.score,
        part=lambda score: int(score >= SATISFIED),
        whole=1,
        shown=lambda score: score < SATISFIED,
    ),
    Question(
        metric=WEIGHTED,
        scale="1 to 5",
        told=lambda answer: answer.score,
        part=lambda score: 20 * score,
        whole=100,
        shown=lambda score: score < SATISFIED,
    ),
    Question(
        metric=NPS,
        scale="0 to 10",
        told=lambda answer: answer.recommend,
        part=lambda score: int(score >= PROMOTER) - int(score <= DETRACTOR),
        whole=1,
        shown=lambda score: score <= DETRACTOR,
    ),
)
Located = tuple[SurveyRegister, Answer]
"""An answer, and the register it is in."""
Placed = tuple[SurveyRegister, Wave]
"""A wave, and the register it is in."""


def take(evidence: Sequence[Evidence], context: Context) -> Iterator[Measurement]:
    """Each question for each closed wave of each label set, and how many waves closed in time for each quarter.

    Where a declared register is missing or unreadable, or answers are of no known wave, all of its label set is without
    a value.
    """
    relevant = about("surveys", SurveyRegister, evidence)
    cells = {(each.id, each.quarter) for item in relevant if isinstance(item, SurveyRegister) for each in item.waves}
    for labels, items in by_labels(relevant).items():
        yield from _label_set(dict(labels), items, sorted(cells), context.today)


def _label_set(
    labels: Mapping[str, str], items: Sequence[Evidence], cells: Sequence[tuple[str, str]], today: date
) -> Iterator[Measurement]:
    told = [item for item in items if isinstance(item, SurveyRegister)]
    registers = list(compress(told, differing((item.source.name, (*item.waves, *item.answers)) for item in told)))
    waves: list[Placed] = sorted(
        ((item, each) for item in registers for each in item.waves), key=lambda each: (each[1].opened, each[1].id)
    )
    answers = [(item, each) for item in registers for each in item.answers]
    frame = Measurement(
        metric=TOP2BOX,
        value=None,
        labels=labels,
        sources=tuple(sorted({item.source.name for item in registers})),
        examined={"registers": len(registers), "waves": len(waves), "answers": len(answers)},
        note="; ".join(dict.fromkeys(str(item) for item in items if isinstance(item, Gap)))
        or in_two((item.source.name, [each.id for each in item.waves]) for item in registers)
        or _unknown(registers, {each.id for _, each in waves})
        or _too_many(waves, answers),
    )
    if frame.note or not waves:
        frame = replace(frame, note=frame.note or f"no wave is listed in {', '.join(frame.sources)}")
        yield from _without_values(frame, cells)
        return
    covered = {wave for item in registers for wave in item.covers}
    ended = [each for each in waves if each[1].closed is not None and each[1].closed <= today]
    for question in QUESTIONS:
        yield from _question(replace(frame, metric=question.metric), question, ended, answers, covered)
    yield from _in_time(replace(frame, metric=SURVEYS), waves, answers, covered, today)


def _unknown(registers: Sequence[SurveyRegister], known: set[str]) -> str:
    """What is wrong where there are answers to a wave that no record tells of."""
    for register in registers:
        for wave in register.covers:
            if wave not in known:
                return f"{register.source.name} has answers to the wave {wave}, and no register of the label set has it"
    return ""


def _too_many(waves: Sequence[Placed], answers: Sequence[Located]) -> str:
    """What is wrong where more answered a wave than its record says were asked: one of the two is not true."""
    for register, wave in waves:
        count = len(_respondents(wave, answers, register.source.rules.zone))
        if wave.invited is not None and count > wave.invited:
            place = f"{register.source.name}:{wave.line}" if wave.line else register.source.name
            return f"{place} says of the wave {wave.id} that {wave.invited} were invited, and {count} answered"
    return ""


def _respondents(wave: Wave, answers: Sequence[Located], zone: tzinfo) -> set[str]:
    """Who gave a valid answer to any question of a wave."""
    return {
        each.who
        for _, each in answers
        if each.wave == wave.id and _within(each, wave, zone) and (each.score, each.recommend) != (None, None)
    }


def _without_values(frame: Measurement, cells: Sequence[tuple[str, str]]) -> Iterator[Measurement]:
    """Without a value under every label by which a condition could pick it."""
    for question in QUESTIONS:
        yield replace(frame, metric=question.metric)
        for wave, quarter in cells:
            yield replace(frame, metric=question.metric, labels={**frame.labels, "wave": wave, "quarter": quarter})
    yield replace(frame, metric=SURVEYS)
    for quarter in sorted({quarter for _, quarter in cells}):
        yield replace(frame, metric=SURVEYS, labels={**frame.labels, "quarter": quarter})


def _question(
    frame: Measurement, question: Question, ended: Sequence[Placed], answers: Sequence[Located], covered: set[str]
) -> Iterator[Measurement]:
    """One measurement for each wave that has valid answers; a wave whose answers are missing has no value."""
    answered = False
    rules = [each.source.rules for each in {id(each): each for each, _ in [*ended, *answers]}.values()]
    for register, wave in ended:
        zone = register.source.rules.zone
        of_wave = replace(frame, labels={**frame.labels, "wave": wave.id, "quarter": wave.quarter})
        if wave.id not in covered:
            yield replace(of_wave, note=f"the answers to the wave {wave.id} are in no register")
            answered = True
            continue
        given = [each for each in answers if each[1].wave == wave.id]
        within = [each for each in given if _within(each[1], wave, zone)]
        valid = _latest([each for each in within if question.told(each[1]) is not None])
        if valid:
            answered = True
            found = _rate(of_wave, question, (wave, zone), valid, len(given) - len(within))
            few = _too_few(wave, len(valid), rules)
            yield found if not few else replace(of_wave, note=few, at=found.at, settled=True)
    if not answered:
        yield replace(frame, note=f"no wave that has closed has answers on the scale from {question.scale}")


def _rate(
    frame: Measurement, question: Question, place: tuple[Wave, tzinfo], valid: Sequence[Located], outside: int
) -> Measurement:
    wave, zone = place
    scored = [(register, each, question.told(each) or 0) for register, each in valid]
    part, whole = sum(question.part(score) for _, _, score in scored), question.whole * len(scored)
    return replace(
        frame,
        value=Fraction(part, whole),
        numerator=Fraction(part),
        denominator=Fraction(whole),
        at=_moment(min(wave.closed or wave.opened, _last(wave.quarter)), zone),
        findings=tuple(
            Finding(
                title=f"{wave.id} {each.who}",
                message=f"answered {score} on the scale from {question.scale}",
                path=register.source.name,
                line=each.line,
            )
            for register, each, score in scored
            if question.shown(score)
        ),
        counted=tuple(
            Counted(
                title=f"{wave.id} {each.who}",
                path=register.source.name,
                line=each.line,
                counts=question.part(score) > 0,
            )
            for register, each, score in scored
        ),
        note=_response(wave, len(scored), outside),
    )


def _too_few(wave: Wave, count: int, rules: Sequence[ReadingRules]) -> str:
    """What is wrong where too few answered for the answers to tell anything; the strictest of the entries counts."""
    least = max(each.responses for each in rules)
    share = max(each.response_rate for each in rules)
    if count < least:
        return f"{wave.id}: {count} valid answers, and at least {least} are expected"
    if share and not wave.invited:
        return f"{wave.id}: nobody knows how many were invited, and a share of them is expected: write invited"
    if wave.invited and Fraction(count, wave.invited) < share:
        expected = f"{float(100 * share):g} %"
        return f"{wave.id}: {count} valid answers of {wave.invited} invited, and at least {expected} are expected"
    return ""


def _response(wave: Wave, count: int, outside: int) -> str:
    """How many answered, of how many, and what was left out."""
    told = f"{wave.id}: {count} valid answers"
    if wave.invited:
        permille = 1000 * count // wave.invited
        told += f" of {wave.invited} invited, {permille // 10}.{permille % 10} %"
    else:
        told += ", of nobody knows how many invited"
    late = _last(wave.quarter)
    told += f", closed late on {wave.closed}" if wave.closed and wave.closed > late else ""
    return told + (f", {outside} before or after the wave left out" if outside else "")


def _within(answer: Answer, wave: Wave, zone: tzinfo) -> bool:
    if answer.at is None or wave.closed is None:
        return True
    return wave.opened <= answer.at.astimezone(zone).date() <= wave.closed


def _latest(valid: Sequence[Located]) -> list[Located]:
    """Of each respondent the latest answer: by its date, else the last in its register."""
    last: dict[str, Located] = {}
    for each in sorted(valid, key=_age):
        last[each[1].who] = each
    return sorted(last.values(), key=lambda each: (each[0].source.name, each[1].line or 0, each[1].who))


def _age(located: Located) -> tuple[float, str, int]:
    register, answer = located
    return (answer.at.timestamp() if answer.at else 0.0, register.source.name, answer.line or 0)


def _in_time(
    frame: Measurement, waves: Sequence[Placed], answers: Sequence[Located], covered: set[str], today: date
) -> Iterator[Measurement]:
    """Every quarter from that of the first wave on until the last whole one; the running one if a survey was held.

    A wave that nobody answered is no survey that was held.
    """
    zone = waves[0][0].source.rules.zone
    silent = {
        each.id: "nobody answered" if each.id in covered else "its answers are in no register"
        for register, each in waves
        if not _respondents(each, answers, register.source.rules.zone)
    }
    of: dict[str, list[Placed]] = {}
    for each in waves:
        of.setdefault(each[1].quarter, []).append(each)
    quarter, running, told = min(of), _quarter(today), False
    while quarter <= running:
        found = of.get(quarter, [])
        good = [
            each
            for _, each in found
            if each.closed and each.closed <= min(today, _last(quarter)) and each.id not in silent
        ]
        if quarter < running or good:
            told = True
            yield replace(
                frame,
                labels={**frame.labels, "quarter": quarter},
                value=Fraction(len(good)),
                at=_moment(min(today, _last(quarter)), zone),
                findings=tuple(_missed(quarter, found, silent, today)) if quarter < running else (),
                counted=tuple(
                    Counted(title=each.id, path=register.source.name, line=each.line)
                    for register, each in found
                    if any(each is one for one in good)
                ),
            )
        quarter = _quarter(_last(quarter) + timedelta(days=1))
    if not told:
        yield replace(frame, note="no quarter with a wave has ended")


def _missed(quarter: str, found: Sequence[Placed], silent: Mapping[str, str], today: date) -> Iterator[Finding]:
    """What was not closed in a quarter that is over, or was never answered."""
    for register, wave in found:
        said = ""
        if wave.closed is None or wave.closed > _last(quarter):
            gone = wave.closed is not None and wave.closed <= today
            told = f"closed late, on {wave.closed}" if gone else "has not closed"
            said = f"{told}; {quarter} ended on {_last(quarter)}"
        elif wave.id in silent:
            said = f"closed on {wave.closed}, and {silent[wave.id]}: a survey without a valid answer was not held"
        if said:
            yield Finding(title=f"{quarter} {wave.id}", message=said, path=register.source.name, line=wave.line)
    if not found:
        yield Finding(title=quarter, message="no wave is listed")


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _last(quarter: str) -> date:
    """The last day of a quarter."""
    year, number = int(quarter[:4]), int(quarter[-1])
    return date(year, 12, 31) if number == 4 else date(year, 3 * number + 1, 1) - timedelta(days=1)


def _moment(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
