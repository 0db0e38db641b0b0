"""Satisfaction metrics: each question on its own scale, one answer a respondent, and waves in their quarters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures.satisfaction import waves as satisfaction
from qualitygate.model.evidence import Gap
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.surveys import Answer, SurveyRegister, Wave
from qualitygate.model.verdict import Outcome
from qualitygate.readers.surveys import READER
from tests.samples import source

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
LABELS = {"suite": "surveys"}


def wave(name: str = "q3", opened: str = "2026-09-01", closed: str | None = "2026-09-20", **more) -> Wave:
    opens = date.fromisoformat(opened)
    quarter = more.pop("quarter", f"{opens.year}-Q{(opens.month + 2) // 3}")
    ends = date.fromisoformat(closed) if closed else None
    return Wave(id=name, opened=opens, closed=ends, quarter=quarter, line=2, **more)


def waves(*found: Wave, name: str = "waves.yml", **rules) -> SurveyRegister:
    return SurveyRegister(source=source(name=name, labels=LABELS, **rules), waves=found)


def answers(*found: Answer, name: str = "q3.csv", covers=("q3",)) -> SurveyRegister:
    return SurveyRegister(source=source(name=name, labels=LABELS), answers=found, covers=covers)


def scored(*scores: int | None, of: str = "q3") -> tuple[Answer, ...]:
    return tuple(Answer(wave=of, who=f"r-{n}", score=score, line=n + 2) for n, score in enumerate(scores))


def said(who: str, score: int | None, day: str | None = None, line: int = 2) -> Answer:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    return Answer(wave="q3", who=who, score=score, at=at, line=line)


def gap(kind: str | None) -> Gap:
    return Gap(slug="missing", source="s", expected="1 file", found="no file", kind=kind, labels=LABELS)


def judged(metric, *evidence, now=NOW, **condition):
    bound = Bound(at_least=Fraction(condition.pop("at_least", -1)))
    line = Condition(id="c", metric=metric, bound=bound, **condition)
    measurements = list(satisfaction.take(evidence, Context(now=now, today=now.date())))
    (found,) = judge(line, measurements, now=now)
    return found


def value(metric, *evidence, **condition):
    return judged(metric, *evidence, **condition).measurement.value


QUESTIONS = (satisfaction.TOP2BOX, satisfaction.WEIGHTED, satisfaction.NPS)


@pytest.mark.parametrize(
    ("good", "bad", "outcome"),
    [(8499, 1501, Outcome.FAILED), (85, 15, Outcome.PASSED), (17, 3, Outcome.PASSED), (84, 16, Outcome.FAILED)],
)
def test_eighty_five_percent_is_the_line_and_eighty_four_point_nine_nine_is_below_it(good, bad, outcome):
    found = answers(*scored(*[4] * good, *[3] * bad))
    condition = {"at_least": Fraction(85, 100), "within": "quarter"}
    assert outcome is judged(satisfaction.TOP2BOX, waves(wave()), found, **condition).outcome


@pytest.mark.parametrize(
    ("scores", "top", "weighted"),
    [
        ([5], (1, 1), (100, 100)),
        ([4], (1, 1), (80, 100)),
        ([3], (0, 1), (60, 100)),
        ([1, 2], (0, 2), (60, 200)),
        ([5, None, 1], (1, 2), (120, 200)),
    ],
)
def test_what_each_score_is_worth(scores, top, weighted):
    found = waves(wave()), answers(*scored(*scores))
    measured = [judged(metric, *found).measurement for metric in (satisfaction.TOP2BOX, satisfaction.WEIGHTED)]
    assert [top, weighted] == [(each.numerator, each.denominator) for each in measured]


@pytest.mark.parametrize(
    ("answered", "points"),
    [([10], 1), ([9], 1), ([8], 0), ([7], 0), ([6], -1), ([0], -1), ([9, 10, 7, 0], Fraction(1, 4))],
)
def test_promoters_less_detractors(answered, points):
    found = [Answer(wave="q3", who=str(n), recommend=one) for n, one in enumerate(answered)]
    assert points == value(satisfaction.NPS, waves(wave()), answers(*found))


def test_the_two_scales_never_mix():
    found = waves(wave()), answers(Answer(wave="q3", who="a", score=4), Answer(wave="q3", who="b", recommend=10))
    assert [1, 1, 1] == [
        judged(metric, *found).measurement.value * 1 if metric is not satisfaction.WEIGHTED else 1
        for metric in QUESTIONS
    ]
    assert [1, 100, 1] == [judged(metric, *found).measurement.denominator for metric in QUESTIONS]


def test_a_question_that_nobody_was_asked_is_no_data():
    found = waves(wave()), answers(*scored(5))
    told = judged(satisfaction.NPS, *found)
    assert (Outcome.NO_DATA, "no wave that has closed has answers on the scale from 0 to 10") == (
        told.outcome,
        told.note,
    )


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        (said("r", 5, "2026-09-02"), said("r", 1, "2026-09-03", 3), 0),
        (said("r", 5, "2026-09-03"), said("r", 1, "2026-09-02", 3), 1),
        (said("r", 5), said("r", 1, line=3), 0),
        (said("r", 5), said("r", None, line=3), 1),
        (said("r", 5), said("q", 1, line=3), Fraction(1, 2)),
    ],
)
def test_of_each_respondent_the_latest_valid_answer_counts(first, second, share):
    assert share == value(satisfaction.TOP2BOX, waves(wave()), answers(first, second))


def test_a_respondent_counts_once_in_each_wave():
    found = answers(said("r", 5), Answer(wave="q2", who="r", score=1), covers=("q2", "q3"))
    both = waves(wave(), wave("q2", "2026-05-01", "2026-05-20"))
    assert Fraction(1, 2) == value(satisfaction.TOP2BOX, both, found)
    assert 1 == value(satisfaction.TOP2BOX, both, found, within="quarter")


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2026-08-31", False), ("2026-09-01", True), ("2026-09-20T23:59:59", True), ("2026-09-21", False)],
)
def test_an_answer_before_or_after_the_wave_is_left_out_and_told(day, counts):
    found = judged(satisfaction.TOP2BOX, waves(wave(invited=4)), answers(said("a", 5), said("b", 1, day))).measurement
    assert (2 if counts else 1) == found.denominator
    assert counts is not found.note.endswith(", 1 before or after the wave left out")


@pytest.mark.parametrize(
    ("invited", "told"),
    [
        (3, "q3: 2 valid answers of 3 invited, 66.6 %"),
        (2, "q3: 2 valid answers of 2 invited, 100.0 %"),
        (None, "q3: 2 valid answers, of nobody knows how many invited"),
    ],
)
def test_the_note_tells_how_many_answered_and_the_interval_stands_with_the_value(invited, told):
    assert told == judged(satisfaction.TOP2BOX, waves(wave(invited=invited)), answers(*scored(5, 4))).note
    assert satisfaction.TOP2BOX.sampled


UNTOLD = "q3: nobody knows how many were invited, and a share of them is expected: write invited"


@pytest.mark.parametrize(
    ("rules", "invited", "told"),
    [
        ({"responses": 5}, 10, None),
        ({"responses": 6}, 10, "q3: 5 valid answers, and at least 6 are expected"),
        ({"response_rate": Fraction(1, 2)}, 10, None),
        ({"response_rate": Fraction(1, 2)}, 11, "q3: 5 valid answers of 11 invited, and at least 50 % are expected"),
        ({"response_rate": Fraction(1, 2)}, None, UNTOLD),
        ({"responses": 5, "response_rate": Fraction(1, 2)}, 10, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("metric", [satisfaction.TOP2BOX, satisfaction.WEIGHTED])
def test_a_wave_that_too_few_answered_is_no_data(metric, rules, invited, told):
    found = judged(metric, waves(wave(invited=invited), **rules), answers(*scored(5, 5, 4, 4, 3)), within="quarter")
    assert (Outcome.NO_DATA if told else Outcome.PASSED) is found.outcome
    assert told is None or told == found.note


def test_too_few_answers_take_nothing_from_the_quarters_of_other_waves():
    before = wave("q2", "2026-06-01", "2026-06-20", invited=10)
    both = [waves(before, wave(invited=2), responses=2), answers(*scored(5, of="q2"), covers=("q2",), name="q2.csv")]
    found = [*both, answers(*scored(5, 4))]
    assert 1 == value(satisfaction.TOP2BOX, *found, within="quarter")
    assert value(satisfaction.TOP2BOX, *found) is None
    assert value(satisfaction.TOP2BOX, *found, within="quarter", now=datetime(2026, 7, 2, tzinfo=UTC)) is None


def test_who_is_not_satisfied_is_told_by_the_line_and_without_a_text():
    found = judged(satisfaction.TOP2BOX, waves(wave()), answers(*scored(5, 3))).measurement
    assert [("q3 r-1", "answered 3 on the scale from 1 to 5", "q3.csv", 3)] == [
        (each.title, each.message, each.path, each.line) for each in found.findings
    ]


@pytest.mark.parametrize("metric", QUESTIONS)
def test_a_wave_that_has_not_closed_has_no_answers_yet(metric):
    for closed in (None, "2026-11-23"):
        found = waves(wave(opened="2026-11-01", closed=closed)), answers(*scored(5))
        assert judged(metric, *found).outcome is Outcome.NO_DATA
    assert value(satisfaction.TOP2BOX, waves(wave(closed="2026-11-22")), answers(*scored(5))) == 1


@pytest.mark.parametrize("metric", QUESTIONS)
def test_a_wave_whose_answers_are_nowhere_is_no_data_by_its_name(metric):
    found = judged(metric, waves(wave(), wave("q3b")), answers(*scored(5)), within="quarter")
    assert (Outcome.NO_DATA, True) == (found.outcome, "the answers to the wave q3b are in no register" in found.note)


def test_a_wave_that_nobody_answered_takes_nothing_from_the_others():
    both = waves(wave(), wave("q2", "2026-05-01", "2026-05-20"))
    found = both, answers(*scored(5), covers=("q2", "q3"))
    assert 1 == value(satisfaction.TOP2BOX, *found)
    assert value(satisfaction.TOP2BOX, *found, where={"wave": "q2"}) is None


@pytest.mark.parametrize("metric", satisfaction.METRICS)
def test_answers_to_a_wave_that_no_register_has_are_no_data(metric):
    found = judged(metric, waves(wave()), answers(*scored(5), covers=("q3", "q4")))
    assert "q3.csv has answers to the wave q4, and no register of the label set has it" == found.note


@pytest.mark.parametrize("metric", satisfaction.METRICS)
@pytest.mark.parametrize("kind", ["surveys", None])
def test_where_a_register_is_missing_there_is_no_data_for_any_quarter(metric, kind):
    evidence = waves(wave()), answers(*scored(5)), gap(kind)
    for where in ({}, {"quarter": "2026-Q3"}):
        found = judged(metric, *evidence, where=where)
        assert (Outcome.NO_DATA, "s: no file; expected 1 file") == (found.outcome, found.note)


@pytest.mark.parametrize("metric", satisfaction.METRICS)
def test_without_waves_there_is_no_data(metric):
    assert "no wave is listed in waves.yml" == judged(metric, waves()).note


@pytest.mark.parametrize("metric", satisfaction.METRICS)
def test_a_wave_in_two_registers_is_no_data(metric):
    found = judged(metric, waves(wave()), waves(wave(), name="b.yml"), answers(*scored(5)))
    assert "the id q3 is in b.yml and in waves.yml" in found.note


def test_the_same_registers_from_two_shards_count_once():
    found = waves(wave()), answers(*scored(5, 1)), waves(wave()), answers(*scored(5, 1))
    assert 2 == judged(satisfaction.TOP2BOX, *found).measurement.denominator
    assert 1 == value(satisfaction.SURVEYS, *found, within="quarter")


@pytest.mark.parametrize(
    ("closed", "count", "told"),
    [
        ("2026-09-20", 1, []),
        ("2026-09-30", 1, []),
        ("2026-10-01", 0, ["closed late, on 2026-10-01; 2026-Q3 ended on 2026-09-30"]),
        ("2026-12-01", 0, ["has not closed; 2026-Q3 ended on 2026-09-30"]),
        (None, 0, ["has not closed; 2026-Q3 ended on 2026-09-30"]),
    ],
)
def test_a_late_wave_is_missed_and_shown(closed, count, told):
    evidence = waves(wave(closed=closed)), answers(*scored(5))
    found = judged(satisfaction.SURVEYS, *evidence, at_least=1, within="quarter")
    assert (count, told) == (found.measurement.value, [each.message for each in found.measurement.findings])
    assert found.outcome is (Outcome.PASSED if count else Outcome.FAILED)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([], "its answers are in no register"),
        ([answers()], "nobody answered"),
        ([answers(*scored(None, None))], "nobody answered"),
        ([answers(said("a", 5, "2026-09-21"))], "nobody answered"),
    ],
)
def test_a_wave_without_a_valid_answer_is_no_survey_that_was_held(given, why):
    found = judged(satisfaction.SURVEYS, waves(wave()), *given, at_least=1, within="quarter")
    said_ = f"closed on 2026-09-20, and {why}: a survey without a valid answer was not held"
    (finding,) = found.measurement.findings
    assert (Outcome.FAILED, 0, ()) == (found.outcome, found.measurement.value, found.measurement.counted)
    assert ("2026-Q3 q3", said_, "waves.yml", 2) == (finding.title, finding.message, finding.path, finding.line)


def test_an_answer_to_either_question_is_a_survey_that_was_held():
    found = answers(Answer(wave="q3", who="a", recommend=0))
    assert 1 == value(satisfaction.SURVEYS, waves(wave()), found, within="quarter")


@pytest.mark.parametrize("metric", satisfaction.METRICS)
@pytest.mark.parametrize("invited", [0, 1])
def test_a_wave_that_more_answered_than_were_asked_contradicts_itself(metric, invited):
    found = judged(metric, waves(wave(invited=invited)), answers(*scored(5, 4)), within="quarter")
    told = f"waves.yml:2 says of the wave q3 that {invited} were invited, and 2 answered"
    assert (Outcome.NO_DATA, told) == (found.outcome, found.note)


def test_who_answers_twice_or_not_at_all_or_too_late_is_not_counted_against_those_who_were_asked():
    found = said("a", 1, "2026-09-02"), said("a", 5, "2026-09-03", 3), said("b", None), said("c", 5, "2026-09-21")
    assert 1 == value(satisfaction.TOP2BOX, waves(wave(invited=1)), answers(*found), within="quarter")


def test_the_answers_of_a_late_wave_count_in_its_own_quarter():
    late = waves(wave("q3", "2026-10-02", "2026-10-09", quarter="2026-Q3", invited=1))
    found = judged(satisfaction.TOP2BOX, late, answers(*scored(5)), within="quarter").measurement
    assert (1, "q3: 1 valid answers of 1 invited, 100.0 %, closed late on 2026-10-09") == (found.value, found.note)


def test_every_quarter_since_the_first_wave_is_counted_and_an_empty_one_is_none():
    found = waves(wave("a", "2026-02-01", "2026-02-20"), wave("b", "2026-08-01", "2026-08-20"))
    given = answers(*scored(5, of="a"), *scored(5, of="b"), covers=("a", "b"))
    taken = satisfaction.take([found, given], Context(now=NOW, today=NOW.date()))
    counts = {each.labels["quarter"]: each.value for each in taken if each.metric is satisfaction.SURVEYS}
    assert {"2026-Q1": 1, "2026-Q2": 0, "2026-Q3": 1} == counts
    empty = judged(satisfaction.SURVEYS, found, given, where={"quarter": "2026-Q2"}).measurement
    assert [("2026-Q2", "no wave is listed")] == [(each.title, each.message) for each in empty.findings]


@pytest.mark.parametrize(("closed", "counts"), [("2026-11-22", {"2026-Q4": 1}), ("2026-11-23", {})])
def test_the_running_quarter_counts_once_a_wave_of_it_has_closed(closed, counts):
    found = waves(wave(opened="2026-11-01", closed=closed)), answers(*scored(5))
    taken = satisfaction.take(found, Context(now=NOW, today=NOW.date()))
    measured = [each for each in taken if each.metric is satisfaction.SURVEYS]
    assert counts == {each.labels["quarter"]: each.value for each in measured if each.value is not None}
    if not counts:
        assert ["no quarter with a wave has ended"] == [each.note for each in measured]


@pytest.mark.parametrize(
    ("closed", "now", "count"),
    [
        ("2026-12-31T15:59:59Z", "2027-01-10T00:00:00Z", 1),
        ("2026-12-31T16:00:00Z", "2027-01-10T00:00:00Z", 0),
        ("2026-12-31T15:59:59Z", "2026-12-31T16:00:00Z", 1),
        ("2026-12-31T15:59:59Z", "2026-12-31T15:59:59Z", None),
    ],
)
def test_a_year_ends_at_midnight_in_shanghai(closed, now, count):
    text = f"waves:\n- {{id: q4, opened: 2026-12-01, closed: '{closed}'}}\n"
    (found,) = READER.read(source(text, name="waves.yml", labels=LABELS, zone=SHANGHAI))
    local = datetime.fromisoformat(now).astimezone(SHANGHAI)
    for within in ("quarter", "year"):
        given = answers(*scored(5, of="q4"), covers=("q4",))
        assert count == value(satisfaction.SURVEYS, found, given, within=within, now=local)


def test_other_evidence_has_no_surveys():
    assert [] == list(satisfaction.take([], Context(now=NOW, today=NOW.date())))
