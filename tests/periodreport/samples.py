"""A small vendor's records of two years, with one commitment that ended in each way, and the reports made of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from qualitygate import pipeline
from qualitygate.model.measurement import Finding
from qualitygate.model.period import named
from qualitygate.periodreport.making import made
from qualitygate.periodreport.report import PeriodReport, Written
from tests.conftest import write_files
from tests.reporters.samples import HOSTILE

EXAMPLE = Path(__file__).parents[2] / "examples" / "aftersales"
POLICY = """\
version: 1
name: after-sales
timezone: Asia/Shanghai
lang: en
clauses:
  "1.1":
    text:
      en: At least 90 % of requests are answered within 4 hours.
      zh-CN: 不少于90%的请求在4小时内首次响应。
    owner: lin
    due: 2025-01-01
  "2.1":
    text: {en: Before each release fewer than 5 in 100 tests fail., zh-CN: 每次发布前，失败的测试少于5%。}
  "2.2":
    text: {en: Each stage is reviewed and signed., zh-CN: 每个阶段均经评审并签字。}
    owner: chen
  "4.1":
    text: {en: "Staff are trained, and at least 95 % pass.", zh-CN: 售后人员接受培训，合格率不低于95%。}
    owner: mei
  "5.1":
    text: {en: At least 85 % of the customers who answer are satisfied., zh-CN: 客户满意率不低于85%。}
    owner: mei
  "6.1":
    text: {en: All improvement actions are carried out., zh-CN: 改进措施100%落实。}
    owner: chen
  "6.2":
    text: {en: A retrospective is held each month., zh-CN: 每月召开一次改进回顾会。}
  "7.1":
    text: {en: Everything is in place by the day of the timetable., zh-CN: 各项措施按时间表如期落实。}
    owner: lin
    due: 2027-01-01
  "8.1":
    text: {en: We are kind., zh-CN: 我们待人友善。}
evidence:
  tickets: {files: quality/tickets.jsonl, read: tickets}
  regression: {files: reports/regression.xml, read: junit}
  reviews: {files: quality/reviews/*.md, read: reviews}
  trainings: {files: quality/trainings/*.yml, read: trainings}
  surveys: {files: quality/surveys/*, read: surveys}
  retrospectives: {files: quality/retrospectives/*.md, read: retrospectives}
  milestones: {files: quality/milestones.yml, read: milestones}
support:
  team: [lin]
  targets: {normal: {first_response: 4h}}
gates:
  release:
    - {id: defect-rate, metric: tests.defect_rate, below: 5%, each: suite, clause: "2.1", owner: bo}
    - {id: ran, metric: tests.executed, at_least: 1}
    - {id: stage-reviews, metric: reviews.signed, at_least: 100%, clause: "2.2"}
  programme:
    - id: first-response
      metric: support.compliance
      at_least: 90%
      where: {clock: first_response}
      within: quarter
      clause: "1.1"
      why: Customers wait for the first answer most.
    - {id: trainings, metric: training.sessions, at_least: 2, within: quarter, clause: "4.1"}
    - {id: pass-rate, metric: training.pass_rate, at_least: 95%, within: quarter, clause: "4.1"}
    - {id: satisfaction, metric: satisfaction.top2box, at_least: 85%, within: quarter, clause: "5.1"}
    - {id: actions, metric: improvement.closure, at_least: 100%, within: quarter, clause: "6.1"}
    - {id: held, metric: improvement.retrospectives, at_least: 100%, within: quarter, clause: "6.2", from: 2027-01-01}
    - {id: milestones, metric: milestones.on_time, at_least: 100%, clause: "7.1"}
"""
WAIVERS = """\
- id: W-3
  gate: programme
  metric: training.pass_rate
  reason: The exam of July was held twice by mistake; the customer agreed.
  requested_by: ann
  approved_by: bo
  created: 2026-09-20
  expires: 2026-10-31
- id: W-1
  gate: release
  metric: tests.defect_rate
  reason: The voucher rounding was repaired in 1.4.1.
  requested_by: ann
  approved_by: bo
  created: 2026-01-20
  expires: 2026-01-31
"""
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
QUARTERS = [(year, quarter) for year in (2025, 2026) for quarter in (1, 2, 3, 4)][:7]


def tickets() -> str:
    """Ten tickets a quarter; how many are late grows less: 4, 3, 2, 1, 1, 0, 1."""
    lines = []
    for (year, quarter), late in zip(QUARTERS, (4, 3, 2, 1, 1, 0, 1), strict=True):
        for number in range(10):
            start = datetime(year, 3 * quarter - 1, 2 + number, 1, tzinfo=UTC)
            wait = timedelta(hours=6 if number < late else 1)
            events = [
                {"at": start.isoformat(), "type": "opened", "user": "mei"},
                {"at": (start + wait).isoformat(), "type": "comment", "user": "lin"},
            ]
            lines.append(json.dumps({"id": f"{year}{quarter}{number:02}", "title": "Cannot pay", "events": events}))
    return "\n".join(lines) + "\n"


def junit(failed: int, at: str) -> str:
    cases = "".join(
        f"<testcase classname='cart' name='t{number}'>"
        + ("<failure message='assert 90 == 85'/>" if number < failed else "")
        + "</testcase>"
        for number in range(40)
    )
    return f"<testsuite name='regression' timestamp='{at}'>{cases}</testsuite>"


def surveys() -> dict[str, str]:
    waves, files = [], {}
    for (year, quarter), good in zip(QUARTERS, (15, 16, 16, 17, 18, 18, 19), strict=True):
        name = f"{year}-q{quarter}"
        month = 3 * quarter
        waves.append(f"  - {{id: {name}, opened: {year}-{month:02}-01, closed: {year}-{month:02}-20, invited: 40}}")
        scores = [5 if number < good else 2 for number in range(20)]
        rows = [f"r-{number:02},{score},{year}-{month:02}-05" for number, score in enumerate(scores)]
        files[f"quality/surveys/{name}.csv"] = "\n".join(["respondent,score,date", *rows]) + "\n"
    return {"quality/surveys/waves.yml": "waves:\n" + "\n".join(waves) + "\n", **files}


def training(number: int, day: date, scores: list[int]) -> str:
    results = "".join(f"  - {{who: p-{who:02}, score: {score}}}\n" for who, score in enumerate(scores))
    return (
        f"id: TR-{number}\ndate: {day}\ntopic: Course {number}\naudience: support\npass_mark: 80\nresults:\n{results}"
    )


def trainings() -> dict[str, str]:
    found = {}
    for place, (year, quarter) in enumerate(QUARTERS):
        for half in (0, 1) if place else (0,):
            day = date(year, 3 * quarter - 2 + half, 15)
            low = 60 if (year, quarter, half) in {(2025, 2, 0), (2026, 3, 0)} else 90
            found[f"quality/trainings/{day}.yml"] = training(2 * place + half, day, [85, 90, low, 95])
    return found


def retrospectives() -> dict[str, str]:
    found = {}
    for month in range(1, 10):
        done = "" if month in {2, 8} else f", done: 2026-{month:02}-20, verified_by: lin"
        found[f"quality/retrospectives/2026-{month:02}.md"] = (
            f"---\ndate: 2026-{month:02}-28\nattendees: [lin, mei]\ndecisions: [Go on]\nsigned_by: lin\nactions:\n"
            f"  - {{id: A-{month}, text: Mend number {month}, owner: chen, due: 2026-{month:02}-25{done}}}\n"
            "---\n# Month\n"
        )
    return found


def files() -> dict[str, str]:
    return {
        "qualitygate.yml": POLICY,
        "quality/waivers.yml": WAIVERS,
        "quality/tickets.jsonl": tickets(),
        "quality/milestones.yml": "milestones:\n  - {id: m1, title: Tickets, due: 2026-02-01, achieved: 2026-01-30}\n",
        "reports/regression.xml": junit(1, "2026-09-29T10:00:00"),
        **surveys(),
        **trainings(),
        **retrospectives(),
    }


@cache
def folder() -> Path:
    """The repository, written once."""
    return write_files(Path(mkdtemp(prefix="qualitygate-tests-")), files())


@cache
def report(period: str = "2026-Q3", now: datetime = NOW) -> PeriodReport:
    config = pipeline.load_config(str(folder() / "qualitygate.yml"))
    at = named(period, now.astimezone(config.policy.zone))
    found = made(config, at, now=now, subject={"name": "acme/shop", "commit": "3f2c1ab09d"})
    return replace(found, version="VERSION")


def whole() -> PeriodReport:
    """A quarter with one commitment that ended in each way."""
    return report()


def so_far() -> PeriodReport:
    """A month that has not ended."""
    return report("2026-11")


@cache
def on_nothing() -> PeriodReport:
    """A policy without a clause, over a file that is not there."""
    place = write_files(
        Path(mkdtemp(prefix="qualitygate-tests-")),
        {
            "qualitygate.yml": "version: 1\nname: bare\nevidence: {unit: {files: unit.xml}}\n"
            "gates: {release: [{metric: tests.failed, at_most: 0}]}\n"
        },
    )
    config = pipeline.load_config(str(place / "qualitygate.yml"))
    found = made(config, named("2026", NOW), now=NOW, subject={"name": "bare"})
    return replace(found, version="VERSION")


@cache
def example() -> PeriodReport:
    """The chapter that ships, over the year of records that ships with it."""
    config = pipeline.load_config(str(EXAMPLE / "qualitygate.yml"))
    now = datetime(2027, 1, 15, 1, tzinfo=UTC)
    return made(config, named("2026-Q4", now.astimezone(config.policy.zone)), now=now, subject={"name": "tea shop"})


def hostile() -> PeriodReport:
    """One in which every text of strangers is hostile."""
    found = whole()
    odd = Finding(title=HOSTILE, message=HOSTILE, path=HOSTILE, line=3)
    commitments = []
    for each in found.commitments:
        checks = tuple(
            replace(
                check,
                gate=HOSTILE,
                result=replace(
                    check.result,
                    note=HOSTILE,
                    condition=replace(check.result.condition, id=HOSTILE, why=HOSTILE, owner=HOSTILE),
                    measurement=replace(check.result.measurement, findings=(odd,), sources=(HOSTILE,)),
                ),
            )
            for check in each.checks
        )
        clause = replace(each.clause, text={"en": HOSTILE, "zh-CN": HOSTILE}, owner=HOSTILE)
        commitments.append(replace(each, clause=clause, checks=checks))
    waivers = tuple(
        (replace(waiver, id=HOSTILE, reason=HOSTILE, requested_by=HOSTILE, approved_by=HOSTILE), live)
        for waiver, live in found.verdict.waivers
    )
    trends = {
        check.key: found.trend(old)
        for new, was in zip(commitments, found.commitments, strict=True)
        for check, old in zip(new.checks, was.checks, strict=True)
    }
    return replace(
        found,
        commitments=tuple(commitments),
        trends=trends,
        parts={**found.parts, **{check.key: (check,) for each in commitments for check in each.checks}},
        verdict=replace(found.verdict, policy=HOSTILE, waivers=waivers, subject={"name": HOSTILE}),
        inputs=tuple(replace(each, name=HOSTILE, entry=HOSTILE) for each in found.inputs),
        places={path: Written(file=HOSTILE, line=1) for path in found.places},
    )
