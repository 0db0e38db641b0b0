"""What counts months is judged in every month of a quarter, and stands there as in the worst of them."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest

from qualitygate import codec, periodreport, pipeline
from qualitygate.csvtext import MARK
from qualitygate.model.period import named, title
from qualitygate.periodreport.making import made
from qualitygate.periodreport.report import PeriodReport
from qualitygate.periodreport.standing import at_once
from tests.conftest import write_files

POLICY = """\
version: 1
name: desk
timezone: Asia/Shanghai
clauses:
  "1.1": {text: {en: Requests are answered in time.}, owner: lin}
  "1.2": {text: {en: Trainings are held.}}
evidence:
  tickets: {files: tickets.jsonl, read: tickets}
  trainings: {files: trainings/*.yml}
support:
  team: [lin]
  priority: {prefix: "priority:", default: normal}
  targets: {normal: {first_response: 4h}}
gates:
  programme:
    - id: answered
      metric: support.compliance
      at_least: 90%
      where: {clock: first_response}
      within: month
      clause: "1.1"
    - {id: trainings, metric: training.sessions, at_least: 1, within: quarter, clause: "1.2"}
    - {id: best, metric: support.compliance, at_least: 50%, where: {clock: first_response}, within: month}
"""
TRAINING = """\
id: TR-{number}
date: {day}
topic: Course
audience: support
pass_mark: 80
results: [{{who: p-01, score: 92}}]
"""


def ticket(month: str, number: int, *, late: bool) -> str:
    start = datetime.fromisoformat(f"{month}-{2 + number:02}T01:00:00").replace(tzinfo=UTC)
    wait = timedelta(hours=6 if late else 0, minutes=30)
    events = [
        {"at": start.isoformat(), "type": "opened", "user": "mei"},
        {"at": (start + wait).isoformat(), "type": "comment", "user": "lin"},
    ]
    return json.dumps({"id": f"{month}-{number}", "title": "Cannot pay", "events": events})


def desk(late: dict[str, int], trainings: tuple[str, ...] = ("2026-12-31",), policy: str = POLICY) -> dict[str, str]:
    """Five tickets in each month, so many of them late."""
    lines = [ticket(month, number, late=number < count) for month, count in late.items() for number in range(5)]
    return {
        "qualitygate.yml": policy,
        "tickets.jsonl": "\n".join(lines) + "\n",
        **{f"trainings/{day}.yml": TRAINING.format(number=number, day=day) for number, day in enumerate(trainings)},
    }


LATE = {"2026-09": 3, "2026-10": 4, "2026-11": 2, "2026-12": 0}


def report(folder, files: dict[str, str], period: str = "2026-Q4", now: str = "2027-02-01") -> PeriodReport:
    write_files(folder, files)
    config = pipeline.load_config(str(folder / "qualitygate.yml"))
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    return made(config, named(period, moment.astimezone(config.policy.zone)), now=moment)


def parts(found: PeriodReport, clause: str) -> dict[str, str]:
    (check,) = next(each for each in found.commitments if each.clause.id == clause).checks
    return {title(part.result.period): part.standing.name for part in found.parts[check.key] if part.result.period}


def test_one_missed_month_is_a_missed_quarter(tmp_path):
    found = report(tmp_path, desk(LATE))
    assert "MISSED" == found.commitments[0].standing.name
    assert {"2026-10": "MISSED", "2026-11": "MISSED", "2026-12": "MET"} == parts(found, "1.1")


def test_a_commitment_stands_as_in_its_worst_month_with_that_months_numbers(tmp_path):
    found = report(tmp_path, desk({**LATE, "2026-10": 0}))
    (check,) = found.commitments[0].checks
    assert check.result.period is not None
    assert ("2026-11", 3, 5) == (
        title(check.result.period),
        check.result.measurement.numerator,
        check.result.measurement.denominator,
    )


def test_of_equal_standings_the_worst_value_is_told_and_of_equal_values_the_last(tmp_path):
    for late, told in (({}, "2026-10"), ({"2026-10": 2}, "2026-11"), ({"2026-10": 0, "2026-11": 0}, "2026-12")):
        (check,) = report(tmp_path, desk({**LATE, **late})).commitments[0].checks
        assert check.result.period is not None
        assert told == title(check.result.period)


def test_what_no_clause_asks_for_stands_as_in_its_worst_month_too(tmp_path):
    (other,) = report(tmp_path, desk(LATE)).others
    assert ("best", "MISSED") == (other.result.condition.id, other.standing.name)


def test_the_verdict_stays_that_of_a_check_at_the_end(tmp_path):
    found = report(tmp_path, desk(LATE))
    config = pipeline.load_config(str(tmp_path / "qualitygate.yml"))
    checked = pipeline.check(config, now=found.period.end).verdict
    assert codec.dumps(checked) == codec.dumps(found.verdict)


@pytest.mark.parametrize(
    ("period", "answered", "trainings"),
    [
        ("2026-12", {"2026-12": "MET"}, {"2026-Q4": "MET"}),
        ("2026-Q3", {"2026-07": "NO_DATA", "2026-08": "NO_DATA", "2026-09": "MISSED"}, {"2026-Q3": "NO_DATA"}),
        (
            "2026",
            {f"2026-{month:02}": "NO_DATA" for month in range(1, 9)}
            | {"2026-09": "MISSED", "2026-10": "MISSED", "2026-11": "MISSED", "2026-12": "MET"},
            {"2026-Q1": "NO_DATA", "2026-Q2": "MET", "2026-Q3": "NO_DATA", "2026-Q4": "MET"},
        ),
    ],
)
def test_each_part_is_judged_at_its_own_end(tmp_path, period, answered, trainings):
    found = report(tmp_path, desk(LATE, ("2026-05-04", "2026-12-31")), period)
    assert answered == parts(found, "1.1")
    assert trainings == parts(found, "1.2")


def test_of_a_quarter_that_is_not_over_the_months_that_are_count(tmp_path):
    found = report(tmp_path, desk(LATE), now="2026-12-10")
    assert {"2026-10": "MISSED", "2026-11": "MISSED"} == parts(found, "1.1")


def test_while_no_month_of_a_quarter_is_over_nothing_of_the_one_before_is_held_for_or_against_it(tmp_path):
    found = report(tmp_path, desk(LATE, ("2026-09-01",)), now="2026-10-20")
    assert ({"2026-09": "NOT_DUE"}, {"2026-Q3": "NOT_DUE"}) == (parts(found, "1.1"), parts(found, "1.2"))
    assert [False, False] == [each.due for each in found.commitments]
    assert "NOT_DUE" == getattr(found.history["1.1"][-1].standing, "name", None)
    told = periodreport.render("markdown", found, "en").replace("\\", "")
    assert "at least 90 %, in 2026-09" in told
    assert "none of what it counts in 2026-Q4 is over yet" in told


def test_midnight_in_the_policys_zone_parts_the_months(tmp_path):
    """21:00 on 31 October in UTC is November in Shanghai."""
    files = desk({"2026-11": 0, "2026-12": 0})
    events = [
        {"at": "2026-10-31T21:00:00+00:00", "type": "opened", "user": "mei"},
        {"at": "2026-11-01T21:00:00+00:00", "type": "comment", "user": "lin"},
    ]
    files["tickets.jsonl"] += json.dumps({"id": "X", "title": "Late", "events": events}) + "\n"
    assert {"2026-10": "NO_DATA", "2026-11": "MISSED", "2026-12": "MET"} == parts(report(tmp_path, files), "1.1")


def test_a_label_that_only_an_early_part_had_counts(tmp_path):
    policy = POLICY.replace(
        "metric: training.sessions, at_least: 1", "metric: training.pass_rate, at_least: 95%, each: audience"
    )
    files = desk(LATE, ("2026-05-04", "2026-12-31"), policy=policy)
    failed = files["trainings/2026-05-04.yml"].replace("audience: support", "audience: field").replace("92", "12")
    found = report(tmp_path, {**files, "trainings/2026-05-04.yml": failed}, "2026")
    told = {dict(check.key[2]).get("audience"): check.standing.name for check in found.commitments[1].checks}
    assert "field" not in {dict(check.key[2]).get("audience") for check in at_once(found.verdict, ()).checks}
    assert ("MISSED", "MISSED") == (told["field"], found.commitments[1].standing.name)


def test_months_in_which_a_commitment_was_not_due_are_not_held_against_it(tmp_path):
    policy = POLICY.replace("owner: lin}", "owner: lin, due: 2026-12-01}")
    found = report(tmp_path, desk({"2026-10": 4, "2026-11": 0, "2026-12": 0}, policy=policy))
    assert {"2026-10": "NOT_DUE", "2026-11": "NOT_DUE", "2026-12": "MET"} == parts(found, "1.1")
    assert ("MET", True) == (found.commitments[0].standing.name, found.commitments[0].due)


def test_a_waiver_excuses_the_months_in_which_it_counted(tmp_path):
    waiver = """\
- id: W-1
  gate: programme
  metric: support.compliance
  reason: The data centre was flooded in October; the customer agreed.
  requested_by: ann
  approved_by: bo
  created: 2026-10-20
  expires: 2026-11-15
"""
    found = report(tmp_path, {**desk(LATE), "quality/waivers.yml": waiver})
    assert {"2026-10": "WAIVED", "2026-11": "MISSED", "2026-12": "MET"} == parts(found, "1.1")


def test_a_trend_of_months_has_twelve_of_them_and_history_the_quarters(tmp_path):
    found = report(tmp_path, desk(LATE))
    trend = found.trend(found.commitments[0].checks[0])
    assert ("2026-01", "2026-12", 12) == (trend[0].title, trend[-1].title, len(trend))
    assert [None, None, "3/5", "4/5", "2/5"] == [
        point.result and point.result.measurement.value and f"{5 - point.result.measurement.numerator}/5"
        for point in trend[6:11]
    ]
    stood = {point.title: point.standing for point in found.history["1.1"][-3:]}
    assert {"2026-Q3": "MISSED", "2026-Q4": "MISSED"} == {
        name: standing.name for name, standing in stood.items() if standing is not None
    }


def test_the_table_names_the_worst_month_and_the_section_how_many_stood_how(tmp_path):
    told = periodreport.render("markdown", report(tmp_path, desk(LATE)), "en").replace("\\", "")
    assert "| at least 90 %, each month | 20 % (1/5) in 2026-10 | ❌ MISSED |" in told
    assert "the worst of 3 months: 1 met, 2 missed" in told


def test_the_cases_of_every_month_are_listed(tmp_path):
    found = report(tmp_path, desk(LATE))
    told = periodreport.render("markdown", found, "en").replace("\\", "")
    assert "Not as it should be in 2026-10: 4 findings, none left out" in told
    assert "Not as it should be in 2026-11: 2 findings, none left out" in told
    assert 6 == sum("| 2026-1" in line and "first_response due" in line for line in told.split("### ")[1].splitlines())


def test_json_and_csv_tell_each_part_with_its_cases(tmp_path):
    found = report(tmp_path, desk(LATE))
    check = json.loads(periodreport.render("json", found, "en"))["commitments"][0]["checks"][0]
    assert [("2026-10", "missed", "1", 4), ("2026-11", "missed", "3", 2), ("2026-12", "met", "5", 0)] == [
        (part["period"], part["standing"], part["numerator"], len(part["findings"])) for part in check["parts"]
    ]
    rows = list(csv.DictReader(StringIO(periodreport.render("csv", found, "en").removeprefix(MARK))))
    of = [row for row in rows if row["condition"] == "answered"]
    assert ["2026-10", "2026-11", "2026-12"] == [row["period"] for row in of if row["kind"] == "part"]
    assert 4 * ["2026-10"] + 2 * ["2026-11"] == [row["period"] for row in of if row["kind"] == "finding"]


def test_a_day_of_the_calendar_that_is_no_first_parts_a_year_of_a_contract(tmp_path):
    policy = POLICY.replace("timezone:", "year_starts: 2025-03-15\ntimezone:")
    policy = policy.replace("within: quarter", "within: year")
    found = report(tmp_path, desk(LATE, ("2025-06-01",), policy=policy), "2026")
    assert {"2025-03-15 to 2026-03-14": "MET"} == parts(found, "1.2")
    trend = found.trend(found.commitments[1].checks[0])
    assert ["2023", "2024", "2025", "2026"] == [point.title for point in trend]
    assert date(2026, 3, 15) < found.period.end.date()
