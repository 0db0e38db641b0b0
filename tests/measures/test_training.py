"""Training metrics: sessions, passes by the last and the first attempt, and who of a role has passed of late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures import training
from qualitygate.model.evidence import Gap
from qualitygate.model.people import PeopleRegister, Person
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.trainings import ExamResult, Training, TrainingRegister
from qualitygate.model.verdict import Outcome
from tests.samples import source

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def got(who: str, score: int | None, **more) -> ExamResult:
    return ExamResult(who=who, score=None if score is None else Fraction(score), **more)


def many(passed: int, failed: int) -> tuple[ExamResult, ...]:
    return tuple(got(f"p-{number}", 80 if number < passed else 79) for number in range(passed + failed))


def session(name: str, day: str, *results: ExamResult, zone=UTC, audience: str = "support") -> Training:
    return Training(
        id=name,
        at=datetime.fromisoformat(day).replace(tzinfo=zone),
        topic="Topic",
        audience=audience,
        pass_mark=Fraction(80),
        results=results,
        line=1,
    )


def register(*sessions: Training, name: str = "trainings.yml", **rules) -> TrainingRegister:
    return TrainingRegister(source=source(name=name, labels={"suite": "trainings"}, **rules), trainings=sessions)


def people(*persons: Person, name: str = "people.yml") -> PeopleRegister:
    return PeopleRegister(source=source(name=name, labels={"suite": "people"}), people=persons)


def member(name: str, **more) -> Person:
    return Person(**{"id": name, "roles": ("support",), "line": 2, **more})


def gap(kind: str | None) -> Gap:
    return Gap(slug="missing", source="s", expected="1 file", found="no file", kind=kind, labels={"suite": "trainings"})


def judged(metric, *evidence, now=NOW, **condition):
    bound = Bound(at_least=Fraction(condition.pop("at_least", 0)))
    line = Condition(id="c", metric=metric, bound=bound, **condition)
    measurements = list(training.take(evidence, Context(now=now, today=now.date())))
    (found,) = judge(line, measurements, now=now)
    return found


def value(metric, *evidence, **condition):
    return judged(metric, *evidence, **condition).measurement.value


PASS = got("p", 80)


def test_two_trainings_of_one_month_may_be_of_two_years_of_a_contract():
    found = register(session("1", "2025-11-14", PASS), session("2", "2025-11-15", got("p", 79)))
    year = {"within": "year", "year_starts": date(2024, 11, 15)}
    before = {**year, "now": datetime(2026, 11, 14, tzinfo=UTC)}
    assert (1, 1) == (value(training.SESSIONS, found, **before), value(training.PASS_RATE, found, **before))
    assert (1, 0) == (value(training.SESSIONS, found, **year), value(training.PASS_RATE, found, **year))
    assert 2 == value(training.SESSIONS, found, where={"month": "2025-11"})


@pytest.mark.parametrize(("held", "outcome"), [(2, Outcome.FAILED), (3, Outcome.PASSED), (4, Outcome.PASSED)])
def test_three_trainings_a_year_are_three(held, outcome):
    found = [session(str(number), f"2025-0{number + 1}-10", PASS) for number in range(held)]
    assert outcome is judged(training.SESSIONS, register(*found), at_least=3, within="year").outcome


@pytest.mark.parametrize(
    ("days", "count"),
    [
        (["2024-12-31T23:59:59", "2025-01-01T00:00:00", "2025-12-31T23:59:59", "2026-01-01T00:00:00"], 2),
        (["2024-12-31T23:59:59", "2026-01-01T00:00:00"], None),
    ],
)
def test_a_year_ends_at_midnight_in_shanghai(days, count):
    found = [session(day, day, PASS, zone=SHANGHAI) for day in days]
    assert count == value(
        training.SESSIONS, register(*found, zone=SHANGHAI), within="year", now=NOW.astimezone(SHANGHAI)
    )


def test_a_quarter_ends_at_midnight_in_shanghai():
    days = ["2026-06-30T23:59:59", "2026-07-01T00:00:00", "2026-09-30T23:59:59", "2026-10-01T00:00:00"]
    found = register(*[session(day, day, PASS, zone=SHANGHAI) for day in days], zone=SHANGHAI)
    assert 2 == value(training.SESSIONS, found, within="quarter", now=NOW.astimezone(SHANGHAI))


def test_a_training_whose_exam_nobody_sat_was_not_held_and_is_shown():
    found = judged(training.SESSIONS, register(session("1", "2026-10-01", got("p", None), got("q", None))))
    assert 0 == found.measurement.value
    assert [("1 Topic", "nobody sat its exam")] == [(each.title, each.message) for each in found.measurement.findings]


def test_a_training_that_is_to_come_does_not_count_yet():
    found = register(session("1", "2026-10-01", PASS), session("2", "2026-11-23", PASS))
    assert 1 == value(training.SESSIONS, found)
    assert 2 == value(training.SESSIONS, found, now=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("passed", "failed", "outcome"),
    [(94, 6, Outcome.FAILED), (949, 51, Outcome.FAILED), (95, 5, Outcome.PASSED), (96, 4, Outcome.PASSED)],
)
def test_ninety_five_percent_must_pass(passed, failed, outcome):
    found = register(session("1", "2026-10-01", *many(passed, failed)))
    assert outcome is judged(training.PASS_RATE, found, at_least=Fraction(95, 100), within="month").outcome


@pytest.mark.parametrize(
    ("result", "last", "first"),
    [
        (got("q", 80), (2, 2), (2, 2)),
        (got("q", 79), (1, 2), (1, 2)),
        (got("q", 79, retake=Fraction(80)), (2, 2), (1, 2)),
        (got("q", 80, retake=Fraction(79)), (1, 2), (2, 2)),
        (got("q", None), (1, 2), (1, 2)),
        (got("q", None, retake=Fraction(80)), (2, 2), (1, 2)),
        (got("q", None, excused=True), (1, 1), (1, 1)),
        (got("q", None, excused=True, retake=Fraction(80)), (2, 2), (1, 2)),
    ],
)
def test_who_passes_by_which_attempt(result, last, first):
    found = register(session("1", "2026-10-01", PASS, result))
    measured = [judged(metric, found).measurement for metric in (training.PASS_RATE, training.FIRST_RATE)]
    assert [last, first] == [(each.numerator, each.denominator) for each in measured]


def test_each_rate_tells_the_other_beside_it_and_who_was_excused():
    found = register(session("1", "2026-10-01", PASS, got("q", 1, retake=Fraction(99)), got("r", None, excused=True)))
    assert "2026-10: 1 of 2 passed at the first attempt, 1 excused" == judged(training.PASS_RATE, found).note
    assert "2026-10: 2 of 2 passed in the end, 1 excused" == judged(training.FIRST_RATE, found).note


def test_who_did_not_pass_is_told_by_id_without_a_score():
    found = session(
        "T",
        "2026-10-01",
        got("a", 42, line=7),
        got("b", 42, retake=Fraction(43), line=8),
        got("c", None, line=9),
        got("d", None, retake=Fraction(43)),
    )
    findings = judged(training.PASS_RATE, register(found)).measurement.findings
    assert [
        ("T a", "did not pass by the first attempt", 7),
        ("T b", "did not pass by two attempts", 8),
        ("T c", "was absent", 9),
        ("T d", "was absent, and did not pass later", 1),
    ] == [(each.title, each.message, each.line) for each in findings]
    assert not any(mark in repr(findings) for mark in ("42", "43"))


def test_a_session_of_which_all_were_excused_takes_nothing_from_the_others():
    excused = session("1", "2026-09-01", got("p", None, excused=True))
    found = register(excused, session("2", "2026-10-01", PASS))
    assert 1 == value(training.PASS_RATE, found)
    assert value(training.PASS_RATE, found, where={"month": "2026-09"}) is None


@pytest.mark.parametrize("metric", [training.PASS_RATE, training.FIRST_RATE])
def test_where_nobody_had_to_sit_an_exam_there_is_no_data(metric):
    found = judged(metric, register(session("1", "2026-10-01", got("p", None, excused=True))))
    assert (Outcome.NO_DATA, "nobody had to sit an exam in trainings.yml") == (found.outcome, found.note)


@pytest.mark.parametrize("metric", training.METRICS)
@pytest.mark.parametrize("sessions", [[], [session("1", "2027-01-01", PASS)]])
def test_where_no_training_was_held_there_is_no_data(metric, sessions):
    found = judged(metric, register(*sessions), people(member("p")))
    assert (Outcome.NO_DATA, "no training was held in trainings.yml") == (found.outcome, found.note)


def test_a_period_without_trainings_is_no_data():
    found = judged(training.SESSIONS, register(session("1", "2024-05-01", PASS)), within="year")
    assert (Outcome.NO_DATA, "nothing measured within the last whole year") == (found.outcome, found.note)


@pytest.mark.parametrize("metric", training.METRICS)
@pytest.mark.parametrize("kind", ["trainings", None])
def test_where_a_register_is_missing_there_is_no_data_for_any_audience(metric, kind):
    evidence = [register(session("1", "2026-10-01", PASS)), people(member("p")), gap(kind)]
    for where in ({}, {"audience": "support"}):
        assert judged(metric, *evidence, where=where).outcome is Outcome.NO_DATA
    assert "s: no file; expected 1 file" == judged(metric, *evidence).note


@pytest.mark.parametrize("metric", training.METRICS)
def test_a_session_in_two_registers_is_no_data(metric):
    one, two = (register(session("1", day, PASS), name=f"{day}.yml") for day in ("2026-10-01", "2026-10-02"))
    assert "the id 1 is in 2026-10-01.yml and in 2026-10-02.yml" in judged(metric, one, two, people(member("p"))).note


def test_the_same_register_from_two_shards_counts_once():
    found = register(session("1", "2026-10-01", PASS))
    assert 1 == value(training.SESSIONS, found, found)


@pytest.mark.parametrize(("day", "reached"), [("2025-11-21", 0), ("2025-11-22", 1), ("2026-11-22", 1)])
def test_a_pass_counts_for_twelve_months(day, reached):
    assert reached == value(training.REACH, register(session("1", day, PASS)), people(member("p")))


def test_on_a_leap_day_a_year_before_is_the_last_of_february():
    assert date(2027, 2, 28) == training._a_year_before(date(2028, 2, 29))


@pytest.mark.parametrize(
    ("persons", "share"),
    [
        ([member("p"), member("q")], Fraction(1, 2)),
        ([member("p"), member("q", enabled=False)], 1),
        ([member("p"), member("q", until=date(2026, 11, 21))], 1),
        ([member("p"), member("q", until=date(2026, 11, 22))], Fraction(1, 2)),
        ([member("p"), member("q", since=date(2026, 11, 23))], 1),
        ([member("p"), member("q", roles=("sales",))], 1),
        ([member("p"), member("q", roles=("sales", "support"))], Fraction(1, 2)),
    ],
)
def test_reach_is_over_the_active_persons_of_the_role(persons, share):
    found = register(session("1", "2026-10-01", PASS, got("q", 10)))
    assert share == value(training.REACH, found, people(*persons))


def test_a_pass_for_another_audience_reaches_nobody():
    sessions = [session("1", "2026-10-01", PASS, audience="sales"), session("2", "2026-10-01", got("q", 80))]
    found = register(*sessions), people(member("p"), member("q"))
    assert Fraction(1, 2) == value(training.REACH, *found, where={"audience": "support"})


def test_who_has_not_passed_is_told_with_the_line_and_strangers_are_named():
    found = judged(training.REACH, register(session("1", "2026-10-01", got("x", 90))), people(member("p"))).measurement
    assert [("p", "passed no training since 2025-11-22", "people.yml", 2)] == [
        (each.title, each.message, each.path, each.line) for each in found.findings
    ]
    assert "in no register of people: x" == found.note


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "no register of people tells who is active as support"),
        ([people()], "nobody is active as support"),
        ([people(member("p"), name="a"), people(member("p", line=3), name="b")], "the id p is in a and in b"),
        ([gap("people")], "s: no file; expected 1 file"),
    ],
)
def test_without_active_persons_reach_is_no_data(more, said):
    found = judged(training.REACH, register(session("1", "2026-10-01", PASS)), *more)
    assert said in found.note
    assert found.outcome is Outcome.NO_DATA


def test_reach_is_of_now_and_of_no_period():
    found = judged(training.REACH, register(session("1", "2026-10-01", PASS)), people(member("p")), within="year")
    assert "carries no time stamp, so its period cannot be told" == found.note


def test_other_evidence_has_no_trainings():
    assert [] == list(training.take([people(member("p"))], Context(now=NOW, today=NOW.date())))
