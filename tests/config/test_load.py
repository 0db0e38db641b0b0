"""A policy file to a configuration: every key has its effect, every mistake its place and its way out."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from qualitygate.config import NAMES, find_config
from qualitygate.config.inheritance import builtins
from qualitygate.config.schemas import schema
from qualitygate.config.support import QUESTION
from qualitygate.errors import ConfigError
from qualitygate.model.code import Code
from qualitygate.model.policy import Bound, OnMissing, Severity
from qualitygate.pipeline import load_config
from qualitygate.support.targets import Escalation, Member
from tests.conftest import write_files

EVIDENCE = "evidence: {unit: {files: unit.xml}}\n"
RULE = "{metric: tests.failed, at_most: 0}"
CLAUSES = "clauses:\n  '4.2': {text: {en: Few fail, zh-CN: 很少失败}, owner: lin, due: 2027-03-01}\n"


def policy(*conditions: str, head: str = EVIDENCE) -> str:
    rows = "".join(f"    - {condition}\n" for condition in conditions or (RULE,))
    return f"version: 1\n{head}gates:\n  g:\n{rows}"


def clauses(condition: str = RULE) -> str:
    return policy(condition, head=EVIDENCE + CLAUSES)


@pytest.fixture
def load(tmp_path):
    def load(text: str, **files: str):
        write_files(
            tmp_path,
            {"qualitygate.yml": text, **{name.replace("__", "/") + ".yml": text for name, text in files.items()}},
        )
        return load_config(str(tmp_path / "qualitygate.yml"))

    return load


@pytest.fixture
def problems(load):
    def problems(text: str, **files: str):
        with pytest.raises(ConfigError) as caught:
            load(text, **files)
        return caught.value.problems

    return problems


def only_condition(config):
    ((condition,),) = [gate.conditions for gate in config.policy.gates]
    return condition


# Every key has its effect: the dotted key of the schema, what to write, how to see it


def row(condition: str):
    return lambda value: (policy("{metric: tests.defect_rate, below: 5%, " + condition + "}"), value)


ENTRY = "evidence: {unit: {files: unit.xml, KEY}}\n"


def entry(written: str) -> str:
    return policy(head=ENTRY.replace("KEY", written))


TARGETS = "targets: {normal: {first_response: 4h}}"


def promise(written: str, targets: str = TARGETS) -> str:
    return policy(head=f"support: {{{', '.join(filter(None, (written, targets)))}}}\n{EVIDENCE}")


def rules(config):
    return config.support.reading


def made(config):
    """The rules of the one calendar."""
    return config.support.terms["normal"].calendar.rules


def used(calendar: str) -> str:
    return promise(f"calendars: {{office: {{{calendar}}}}}", "targets: {normal: {resolution: 8h, calendar: office}}")


NINE_TO_FIVE = "hours: {mon: ['09:00-17:00']}"
SUPPORT = {
    "support": (promise(""), lambda c: list(c.support.terms), ["normal"]),
    "support.tickets": (promise("tickets: {}"), lambda c: c.support.default, "normal"),
    "support.tickets.label": (promise("tickets: {label: support}"), lambda c: c.support.label, "support"),
    "support.team": (promise("team: [acme/support, lin]"), lambda c: ([m.user for m in c.support.team], c.support.teams), (["lin"], ("acme/support",))),
    "support.team.user": (promise("team: [{user: lin}]"), lambda c: c.support.team[0], Member(user="lin")),
    "support.team.from": (promise("team: [{user: lin, from: 2026-01-02}]"), lambda c: c.support.team[0].first, datetime(2026, 1, 2, tzinfo=UTC)),
    "support.team.until": (promise("team: [{user: lin, until: 2026-01-02}]"), lambda c: c.support.team[0].end, datetime(2026, 1, 3, tzinfo=UTC)),
    "support.bots": (promise("bots: [triage]"), lambda c: c.support.bots, {"triage"}),
    "support.priority": (promise("priority: {}"), lambda c: c.support.labels.priority, "priority:"),
    "support.priority.prefix": (promise("priority: {prefix: p/}"), lambda c: c.support.labels.priority, "p/"),
    "support.priority.default": (promise("priority: {default: low}", "targets: {low: {resolution: 8h}}"), lambda c: c.support.default, "low"),
    "support.channel": (promise("channel: {}"), lambda c: c.support.labels.channel, "channel:"),
    "support.channel.prefix": (promise("channel: {prefix: via/}"), lambda c: c.support.labels.channel, "via/"),
    "support.waiting": (promise("waiting: [waiting, blocked]"), lambda c: c.support.labels.waiting, ("waiting", "blocked")),
    "support.channels": (promise("channels: [chat, fax]"), lambda c: c.support.channels, ("chat", "fax")),
    "support.live_within": (promise("live_within: 30d"), lambda c: c.support.live_within, 30 * 86_400),
    "support.hours": (promise("hours: contract"), lambda c: c.support.hours_by_contract, True),
    "support.escalate": (promise("escalate: [{at: 75%, mention: lin}]"), lambda c: c.support.escalate, (Escalation(share=Fraction(3, 4), mention=("lin",)),)),
    "support.escalate.at": (promise("escalate: [{at: 100%, mention: lin}]"), lambda c: c.support.escalate[0].share, Fraction(1)),
    "support.escalate.mention": (promise("escalate: [{at: 75%, mention: ['@lin', acme/leads]}]"), lambda c: c.support.escalate[0].mention, ("lin", "acme/leads")),
    "support.report": (promise("report: quarter"), lambda c: c.support.report, "quarter"),
    "support.csat": (promise("csat: {since: 2026-10-01}"), lambda c: (c.support.csat.since, c.support.csat.text), (datetime(2026, 10, 1, tzinfo=UTC), "\n\n".join(QUESTION.values()))),
    "support.csat.since": ("timezone: Asia/Shanghai\n" + promise("csat: {since: 2026-10-01}"), lambda c: c.support.csat.since, datetime(2026, 9, 30, 16, tzinfo=UTC)),
    "support.csat.answer_within": (promise("csat: {since: 2026-10-01, answer_within: 14d}"), lambda c: c.support.csat.answer_within, 14 * 86_400.0),
    "support.csat.text": (promise("csat: {since: 2026-10-01, text: {zh-CN: 满意吗, en: Happy}}"), lambda c: c.support.csat.text, "Happy\n\n满意吗"),
    "support.csat.text.en": (promise("csat: {since: 2026-10-01, text: {en: Happy}}"), lambda c: c.support.csat.text, "Happy"),
    "support.csat.text.zh-CN": (promise("csat: {since: 2026-10-01, text: {zh-CN: 满意吗}}"), lambda c: c.support.csat.text, "满意吗"),
    "support.escalate.assign": (promise("escalate: [{at: 75%, assign: [wang]}]"), lambda c: c.support.escalate[0].assign, ("wang",)),
    "support.at_risk": (promise("at_risk: {}"), lambda c: rules(c).risk, Fraction(3, 4)),
    "support.at_risk.percent": (promise("at_risk: {percent: 90%}"), lambda c: rules(c).risk, Fraction(9, 10)),
    "support.at_risk.min_lead": (promise("at_risk: {min_lead: 1h}"), lambda c: rules(c).least_lead, 3_600),
    "support.rules": (promise("rules: {}"), lambda c: rules(c).reopen, "resume"),
    "support.rules.next_response": (promise("rules: {next_response: every_message}"), lambda c: rules(c).every_message, True),
    "support.rules.close_answers": (promise("rules: {close_answers: true}"), lambda c: rules(c).close_answers, True),
    "support.rules.close_stops": (promise("rules: {close_stops: false}"), lambda c: rules(c).close_stops, False),
    "support.rules.reopen": (promise("rules: {reopen: new_cycle}"), lambda c: rules(c).reopen, "new_cycle"),
    "support.rules.priority_change": (promise("rules: {priority_change: from_change}"), lambda c: rules(c).change, "from_change"),
    "support.calendars": (used(NINE_TO_FIVE), lambda c: made(c).zone, UTC),
    "support.calendars.tz": (used(f"tz: Asia/Shanghai, {NINE_TO_FIVE}"), lambda c: made(c).zone, ZoneInfo("Asia/Shanghai")),
    "support.calendars.hours": (used(NINE_TO_FIVE), lambda c: made(c).week[0], ((540, 1_020),)),
    "support.calendars.holidays": (used(f"{NINE_TO_FIVE}, holidays: [2026-10-01, 12-25, CN]"), lambda c: (len(made(c).holidays.dates), len(made(c).holidays.every_year), made(c).holidays.countries), (1, 1, (("CN", None),))),
    "support.calendars.breaks": (used(f"{NINE_TO_FIVE}, breaks: []"), lambda c: made(c).breaks, {}),
    "support.calendars.breaks.date": (used(f"{NINE_TO_FIVE}, breaks: [{{date: 2026-10-05, hours: '12:00-13:00'}}]"), lambda c: list(made(c).breaks), [date(2026, 10, 5)]),
    "support.calendars.breaks.hours": (used(f"{NINE_TO_FIVE}, breaks: [{{date: 2026-10-05, hours: '12:00-13:00'}}]"), lambda c: list(made(c).breaks.values()), [((720, 780),)]),
    "support.calendars.shifts": (used(f"{NINE_TO_FIVE}, shifts: {{2026-10-05: ['10:00-11:00']}}"), lambda c: made(c).shifts, {date(2026, 10, 5): ((600, 660),)}),
    "support.targets": (promise(""), lambda c: list(c.support.terms), ["normal"]),
    "support.targets.first_response": (promise(""), lambda c: c.support.terms["normal"].targets, {"first_response": 14_400}),
    "support.targets.next_response": (promise("", "targets: {normal: {next_response: 1h30m}}"), lambda c: c.support.terms["normal"].targets, {"next_response": 5_400}),
    "support.targets.resolution": (promise("", "targets: {normal: {resolution: 24h}}"), lambda c: c.support.terms["normal"].targets, {"resolution": 86_400}),
    "support.targets.calendar": (used(NINE_TO_FIVE), lambda c: made(c).week[1], ()),
}  # fmt: skip

EFFECTS = {
    "version": (policy(), lambda c: len(c.policy.gates), 1),
    "name": (policy(head="name: shop\n" + EVIDENCE), lambda c: c.policy.name, "shop"),
    "timezone": (policy(head="timezone: Asia/Shanghai\n" + EVIDENCE), lambda c: c.policy.zone, ZoneInfo("Asia/Shanghai")),
    "lang": (policy(head="lang: zh-CN\n" + EVIDENCE), lambda c: c.lang, "zh-CN"),
    "evidence": (policy(), lambda c: [e.name for e in c.evidence], ["unit"]),
    "evidence.files": (policy(head="evidence: {unit: {files: [a.xml, b.xml]}}\n"), lambda c: c.evidence[0].files, ("a.xml", "b.xml")),
    "evidence.read": (entry("read: junit"), lambda c: c.evidence[0].reader, "junit"),
    "evidence.labels": (entry("labels: {os: linux, shard: 3}"), lambda c: c.evidence[0].labels, {"suite": "unit", "os": "linux", "shard": "3"}),
    "evidence.expect": (entry("expect: {}"), lambda c: (c.evidence[0].min_files, c.evidence[0].min_tests), (1, 0)),
    "evidence.expect.files": (entry("expect: {files: 4}"), lambda c: c.evidence[0].min_files, 4),
    "evidence.expect.tests": (entry("expect: {tests: 500}"), lambda c: c.evidence[0].min_tests, 500),
    "evidence.expect.max_age": (entry("expect: {max_age: 24h}"), lambda c: c.evidence[0].max_age, Fraction(86_400)),
    "evidence.expect.responses": (entry("expect: {responses: 30}"), lambda c: c.evidence[0].rules.responses, 30),
    "evidence.expect.response_rate": (entry("expect: {response_rate: 12.5%}"), lambda c: c.evidence[0].rules.response_rate, Fraction(1, 8)),
    "evidence.source": (entry("source: [src, lib]"), lambda c: c.evidence[0].paths.source, ("src", "lib")),
    "evidence.strip": (entry("strip: /app"), lambda c: c.evidence[0].paths.strip, "/app"),
    "evidence.prefix": (entry("prefix: shop"), lambda c: c.evidence[0].paths.prefix, "shop"),
    "code": (policy(head="code: {include: src, exclude: [gen, '**/*_pb2.py']}\n" + EVIDENCE), lambda c: c.code, Code(include=("src",), exclude=("gen", "**/*_pb2.py"))),
    "code.include": (policy(head="code: {include: [src, lib]}\n" + EVIDENCE), lambda c: c.code.include, ("src", "lib")),
    "code.exclude": (policy(head="code: {exclude: gen}\n" + EVIDENCE), lambda c: c.code.exclude, ("gen",)),
    "evidence.retries": (entry("retries: any-pass"), lambda c: c.evidence[0].rules.retries, "any-pass"),
    "evidence.expected_failures": (entry("expected_failures: failed"), lambda c: c.evidence[0].rules.expected_failures, False),
    "evidence.columns": (entry("columns: {score: Q1, date: Q 2}"), lambda c: c.evidence[0].rules.columns, {"score": "Q1", "date": "Q 2"}),
    "evidence.encoding": (entry("encoding: gb18030"), lambda c: c.evidence[0].rules.encoding, "gb18030"),
    **SUPPORT,
    "gates": (policy(), lambda c: [g.name for g in c.policy.gates], ["g"]),
    "gates.metric": (policy(), lambda c: only_condition(c).metric.name, "tests.failed"),
    "gates.below": (policy("{metric: tests.defect_rate, below: 5%}"), lambda c: only_condition(c).bound, Bound(below=Fraction(1, 20))),
    "gates.at_most": (policy("{metric: tests.failed, at_most: 3}"), lambda c: only_condition(c).bound, Bound(at_most=Fraction(3))),
    "gates.at_least": (policy("{metric: tests.pass_rate, at_least: 95%}"), lambda c: only_condition(c).bound, Bound(at_least=Fraction(19, 20))),
    "gates.above": (policy("{metric: tests.total, above: 3}"), lambda c: only_condition(c).bound, Bound(above=Fraction(3))),
    "gates.id": (policy("{metric: tests.failed, at_most: 0, id: none-fail}"), lambda c: only_condition(c).id, "none-fail"),
    "gates.where": (policy("{metric: tests.failed, at_most: 0, where: {suite: unit}}"), lambda c: only_condition(c).where, {"suite": "unit"}),
    "gates.each": (policy("{metric: tests.failed, at_most: 0, each: suite}"), lambda c: only_condition(c).each, "suite"),
    "gates.within": (policy("{metric: tests.failed, at_most: 0, within: quarter}"), lambda c: only_condition(c).within, "quarter"),
    "gates.min_sample": (policy("{metric: tests.defect_rate, below: 5%, min_sample: 20}"), lambda c: only_condition(c).min_sample, 20),
    "gates.tolerance": (policy("{metric: coverage.delta, at_least: -1pp, tolerance: 0.5pp}"), lambda c: only_condition(c).tolerance, Fraction(5, 1000)),
    "gates.on_missing": (policy("{metric: tests.failed, at_most: 0, on_missing: warn}"), lambda c: only_condition(c).on_missing, OnMissing.WARN),
    "gates.severity": (policy("{metric: tests.failed, at_most: 0, severity: warning}"), lambda c: only_condition(c).severity, Severity.WARNING),
    "gates.why": (policy("{metric: tests.failed, at_most: 0, why: contract}"), lambda c: only_condition(c).why, "contract"),
    "gates.clause": (clauses("{metric: tests.failed, at_most: 0, clause: '4.2'}"), lambda c: only_condition(c).clause, "4.2"),
    "gates.from": (policy("{metric: tests.failed, at_most: 0, from: 2027-01-01}"), lambda c: only_condition(c).enforced_from, date(2027, 1, 1)),
    "year_starts": (policy("{metric: tests.failed, at_most: 0, within: year}", head=EVIDENCE + "year_starts: 2027-02-01\n"), lambda c: only_condition(c).year_starts, date(2027, 2, 1)),
    "anchors": (policy("{metric: tests.failed, at_most: 0, from: start + P1M}", head=EVIDENCE + "anchors: {start: 2027-01-01}\n"), lambda c: only_condition(c).enforced_from, date(2027, 2, 1)),
    "clauses": (clauses(), lambda c: [clause.id for clause in c.policy.clauses], ["4.2"]),
    "waiver_role": (policy(head="waiver_role: maintain\n" + EVIDENCE), lambda c: c.policy.waiver_role, "maintain"),
    "clauses.text": (policy(head=EVIDENCE + CLAUSES.replace("{en: Few fail, zh-CN: 很少失败}", "Few fail")), lambda c: c.policy.clauses[0].text, {"en": "Few fail"}),
    "clauses.text.en": (clauses(), lambda c: c.policy.clauses[0].text["en"], "Few fail"),
    "clauses.text.zh-CN": (clauses(), lambda c: c.policy.clauses[0].text["zh-CN"], "很少失败"),
    "clauses.owner": (clauses(), lambda c: c.policy.clauses[0].owner, "lin"),
    "clauses.due": (clauses(), lambda c: c.policy.clauses[0].due, date(2027, 3, 1)),
    "gates.owner": (policy("{metric: tests.failed, at_most: 0, owner: lin}"), lambda c: only_condition(c).owner, "lin"),
}  # fmt: skip
ELSEWHERE = {
    "extends",
    "waivers",
    "waiver_days",
    "waiver_approvers",
    "quarantine",
    "gates.locked",
    "support.calendars.holidays.file",
}
"""Keys whose effect has tests of its own below."""


def schema_keys():
    root = schema("policy")

    def walk(node, path):
        node = root["definitions"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
        for key, inner in node.get("properties", {}).items():
            yield ".".join([*path, key])
            yield from walk(inner, [*path, key])
        for inner in (node.get("additionalProperties"), node.get("items"), *node.get("anyOf", ())):
            if isinstance(inner, dict):
                yield from walk(inner, path)

    return set(walk(root, []))


def test_every_key_of_the_schema_is_tried():
    assert schema_keys() == set(EFFECTS) | ELSEWHERE


@pytest.mark.parametrize(("text", "look", "expected"), EFFECTS.values(), ids=EFFECTS.keys())
def test_every_key_has_its_effect(load, text, look, expected):
    assert expected == look(load(text))


def test_what_is_left_out_has_its_default(load):
    config = load(policy())
    condition = only_condition(config)
    assert ("qualitygate.yml", UTC) == (config.policy.name, config.policy.zone)
    assert (OnMissing.FAIL, Severity.ERROR, None) == (condition.on_missing, condition.severity, condition.min_sample)
    assert (None, True, UTC) == (config.evidence[0].rules.retries, config.evidence[0].rules.expected_failures, config.evidence[0].rules.zone)  # fmt: skip


def test_conditions_without_an_id_get_one_of_gate_metric_and_labels(load):
    rows = (RULE, RULE, "{metric: tests.failed, at_most: 0, where: {suite: unit}}")
    assert ["g.tests.failed", "g.tests.failed#2", "g.tests.failed[suite=unit]"] == [
        condition.id for condition in load(policy(*rows)).policy.gates[0].conditions
    ]


# Every mistake: what is written, the slug, where, words of message or way out

MISTAKES = {
    "an empty file": ("", "wrong-type", (1, 1), "the file must be a mapping"),
    "a list": ("- a\n", "wrong-type", (1, 1), "a mapping, not a list"),
    "no version": ("gates: {g: [{metric: tests.failed, at_most: 0}]}\n", "missing-key", (1, 1), "'version'"),
    "no gates": ("version: 1\n", "no-gate", (1, 1), "the policy has no gate"),
    "another version": (policy().replace("version: 1", "version: 2"), "unknown-value", (1, 10), "not one of 1"),
    "no gate": ("version: 1\ngates: {}\n", "empty", (2, 8), "gates is empty"),
    "no condition": ("version: 1\ngates: {g: []}\n", "empty", (2, 12), "gates.g is empty"),
    "an unknown key": (policy(head="evidnce: {}\n"), "unknown-key", (2, 1), "did you mean 'evidence'?"),
    "an unlike key": (policy(head="zzzz: 1\n" + EVIDENCE), "unknown-key", (2, 1), "known here: version, name"),
    "an unknown bound": (policy("{metric: tests.failed, atmost: 0}"), "unknown-key", (5, 30), "did you mean 'at_most'?"),
    "no bound": (policy("{metric: tests.failed}"), "no-bound", (5, 7), "add one of below, at_most, at_least, above"),
    "an unknown metric": (policy("{metric: tests.faild, at_most: 0}"), "unknown-metric", (5, 16), "did you mean 'tests.failed'?"),
    "an unlike metric": (policy("{metric: zzz.qqq, at_most: 0}"), "unknown-metric", (5, 16), "qualitygate metrics lists them"),
    "a name that is no metric": (policy("{metric: Failed, at_most: 0}"), "wrong-form", (5, 16), "a metric's name, like tests.failed"),
    "a bare number for a rate": (policy("{metric: tests.defect_rate, below: 5}"), "quantity", (5, 42), "write 5%"),
    "a percentage for a count": (policy("{metric: tests.failed, at_most: 5%}"), "quantity", (5, 39), "write 5, or take a rate"),
    "a duration without a unit": (policy("{metric: tests.duration, at_most: 90}"), "quantity", (5, 41), "with its unit"),
    "a bound nothing can meet": (policy("{metric: tests.pass_rate, at_least: 101%}"), "impossible-bound", (5, 43), "nor more than 100 %"),
    "a negative count": (policy("{metric: tests.failed, below: 0}"), "impossible-bound", (5, 37), "never less than 0"),
    "bounds that exclude each other": (policy("{metric: tests.failed, above: 3, below: 4}"), "impossible-bound", (5, 47), "nothing can meet"),
    "an empty range of a rate": (policy("{metric: tests.pass_rate, above: 50%, at_most: 50%}"), "impossible-bound", (5, 54), "nothing can meet"),
    "a sample of a count": (policy("{metric: tests.failed, at_most: 0, min_sample: 3}"), "min-sample", (5, 54), "is not a rate"),
    "a tolerance of what does not move": (policy("{metric: tests.defect_rate, below: 5%, tolerance: 1%}"), "tolerance", (5, 57), "does not move by itself"),
    "a tolerance without its unit": (policy("{metric: coverage.delta, at_least: 0pp, tolerance: 1}"), "quantity", (5, 58), "write 1pp"),
    "a tolerance below nothing": (policy("{metric: coverage.delta, at_least: 0pp, tolerance: -1pp}"), "tolerance", (5, 58), "never less than 0"),
    "a difference beyond reason": (policy("{metric: coverage.delta, at_least: 101pp}"), "impossible-bound", (5, 42), "nor more than 100 pp"),
    "no word on code": (policy(head="code: {}\n" + EVIDENCE), "empty", (2, 7), "is empty"),
    "code from elsewhere": (policy(head="code: {include: [/src]}\n" + EVIDENCE), "pattern", (2, 17), "write it like src/**/*.py"),
    "code with backslashes": (policy(head="code: {include: 'src\\a'}\n" + EVIDENCE), "pattern", (2, 17), "no glob"),
    "a range that runs backwards": (policy(head="code: {exclude: '[z-a]'}\n" + EVIDENCE), "pattern", (2, 17), "no glob"),
    "a sample of nothing": (policy("{metric: tests.defect_rate, below: 5%, min_sample: 0}"), "out-of-range", (5, 58), "less than 1"),
    "a promise of nothing": (policy(head="support: {}\n" + EVIDENCE), "empty", (2, 10), "support is empty"),
    "a target in days": (promise("", "targets: {normal: {resolution: 5d}}"), "support", (2, 42), "write it in hours, like 24h"),
    "an unknown clock": (promise("", "targets: {normal: {reply: 5h}}"), "unknown-key", (2, 30), "known here: first_response"),
    "no target for the default": (promise("", "targets: {low: {resolution: 5h}}"), "support", (2, 20), "'normal' has no targets; there are low"),
    "a default without targets": (promise("priority: {default: low}"), "support", (2, 31), "'low' has no targets; there are normal"),
    "an unknown calendar": (promise("calendars: {office: {}}", "targets: {normal: {resolution: 5h, calendar: ofice}}"), "support", (2, 81), "did you mean 'office'?"),
    "no calendar at all": (promise("", "targets: {normal: {resolution: 5h, calendar: office}}"), "support", (2, 56), "there are none"),
    "hours that make no sense": (used("hours: {mon: ['09:00-00:00', '08:00-12:00']}"), "support", (2, 46), "write 24:00 for its end"),
    "a country without holidays": (used(NINE_TO_FIVE + ", holidays: XX"), "support", (2, 73), "is no country"),
    "a share of the whole": (promise("at_risk: {percent: 100%}"), "support", (2, 30), "not between 0% and 100%"),
    "a share without its sign": (promise("at_risk: {percent: '75'}"), "support", (2, 30), "write 75%"),
    "a lead beyond reason": (promise("at_risk: {min_lead: 1234567890123h}"), "support", (2, 31), "not a duration"),
    "a first day of asking that is none": (promise("csat: {since: 2026-02-30}"), "support", (2, 25), "is a date that no calendar has"),
    "a day that is none": (promise("team: [{user: lin, from: spring}]"), "support", (2, 36), "is not a date like 2026-10-01"),
    "a member without a name": (promise("team: [{from: 2026-01-01}]"), "missing-key", (2, 18), "needs the key 'user'"),
    "an unknown rule": (promise("rules: {reopen: never}"), "unknown-value", (2, 27), "not one of resume, new_cycle"),
    "an unknown severity": (policy("{metric: tests.failed, at_most: 0, severity: warn}"), "unknown-value", (5, 52), "did you mean 'warning'?"),
    "an unlike value": (policy("{metric: tests.failed, at_most: 0, within: 7}"), "unknown-value", (5, 50), "not one of month, quarter, year"),
    "an unknown label": (policy("{metric: tests.failed, at_most: 0, where: {suit: unit}}"), "unknown-label", (5, 56), "did you mean 'suite'?"),
    "an unknown label value": (policy("{metric: tests.failed, at_most: 0, where: {suite: unti}}"), "unknown-label", (5, 57), "did you mean 'unit'?"),
    "an unlike label value": (policy("{metric: tests.failed, at_most: 0, where: {suite: zzz}}"), "unknown-label", (5, 57), "there are unit"),
    "a clock that is never measured": (promise("").replace(RULE, "{metric: support.compliance, at_least: 90%, where: {clock: first_respons}}"), "unknown-label", (6, 66), "did you mean 'first_response'?"),
    "an unknown priority": (promise("").replace(RULE, "{metric: support.backlog, at_most: 0, where: {priority: urgent}}"), "unknown-label", (6, 63), "there are normal"),
    "an unknown each": (policy("{metric: tests.failed, at_most: 0, each: suit}"), "unknown-label", (5, 48), "did you mean 'suite'?"),
    "an empty where": (policy("{metric: tests.failed, at_most: 0, where: {}}"), "empty", (5, 49), "is empty"),
    "an id twice": (policy("{metric: tests.failed, at_most: 0, id: a}", "{metric: tests.errored, at_most: 0, id: a}"), "duplicate-id", (6, 47), "'a' is there twice"),
    "evidence without files": (policy(head="evidence: {unit: {}}\n"), "missing-key", (2, 18), "needs the key 'files'"),
    "no list of files": (policy(head="evidence: {unit: {files: []}}\n"), "empty", (2, 26), "is empty"),
    "a number for files": (policy(head="evidence: {unit: {files: 3}}\n"), "wrong-type", (2, 26), "text or a list, not a whole number (3)"),
    "an empty name of a file": (policy(head="evidence: {unit: {files: ''}}\n"), "too-short", (2, 26), "at least 1 characters"),
    "an age that is none": (entry("expect: {max_age: 24 h}"), "wrong-form", (2, 54), "a duration like 90s"),
    "a share that is none": (entry("expect: {response_rate: half}"), "quantity", (2, 60), "response_rate: "),
    "a share beyond all": (entry("expect: {response_rate: 120%}"), "quantity", (2, 60), "not between 0% and 100%"),
    "an age beyond reason": (entry("expect: {max_age: 1234567890123h}"), "quantity", (2, 54), "not a duration"),
    "an age with a line end": (entry('expect: {max_age: "24h\\n"}'), "quantity", (2, 54), "not a duration"),
    "an unknown reader": (entry("read: jnuit"), "unknown-reader", (2, 42), "tells which reader knows a file"),
    "an unknown time zone": (policy(head="timezone: Asia/Shangai\n" + EVIDENCE), "timezone", (2, 11), "an IANA name, like Asia/Shanghai"),
    "an encoding that is none": (entry("encoding: gb99"), "encoding", (2, 46), "there is no encoding 'gb99'"),
    "an encoding of bytes": (entry("encoding: hex"), "encoding", (2, 46), "there is no encoding 'hex'"),
    "a folder for a time zone": (policy(head="timezone: Asia\n" + EVIDENCE), "timezone", (2, 11), "there is no time zone"),
    "a path for a time zone": (policy(head="timezone: ../../etc/passwd\n" + EVIDENCE), "timezone", (2, 11), "there is no time zone"),
    "a key twice": (policy(head=EVIDENCE + EVIDENCE), "duplicate-key", (3, 1), "the first is in line 2"),
    "true for text": (policy(head="name: true\n" + EVIDENCE), "wrong-type", (2, 7), "must be text, not true"),
    "nothing for text": (policy(head="name:\n" + EVIDENCE), "wrong-type", (2, 6), "must be text, not nothing"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "slug", "place", "words"), MISTAKES.values(), ids=MISTAKES.keys())
def test_every_mistake_has_its_place_and_its_way_out(problems, tmp_path, text, slug, place, words):
    (problem,) = (each for each in problems(text) if each.slug == slug)
    assert (str(tmp_path / "qualitygate.yml"), *place) == (problem.file, problem.line, problem.column)
    assert words in f"{problem.message} {problem.help}"


def test_all_mistakes_are_told_at_once_in_order(problems):
    text = policy(
        "{metric: tests.faild, at_most: 0}", "{metric: tests.failed}", "{metric: tests.defect_rate, below: 5}"
    )
    assert [5, 6, 7] == [problem.line for problem in problems(text)]


def test_all_mistakes_of_form_are_told_at_once(problems):
    text = policy("{metric: tests.failed, atmost: 0}", "{metric: 3}", head="nam: x\nevidence: {unit: {}}\n")
    assert [2, 3, 6, 7] == sorted(problem.line for problem in problems(text))


def test_a_policy_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_config(str(tmp_path / "no.yml"))


def test_a_policy_in_another_encoding_is_told(tmp_path):
    write_files(tmp_path, {"qualitygate.yml": policy().encode() + b"# \xff"})
    with pytest.raises(ConfigError, match=r"is not UTF-8 text: byte .* is 0xff"):
        load_config(str(tmp_path / "qualitygate.yml"))


def test_a_byte_order_mark_is_passed_over(tmp_path):
    write_files(tmp_path, {"qualitygate.yml": b"\xef\xbb\xbf" + policy().encode()})
    assert load_config(str(tmp_path / "qualitygate.yml")).policy.gates


# What is odd but not wrong


def test_a_bound_nothing_can_break_is_a_warning(load):
    texts = ["{metric: tests.pass_rate, at_least: 0%}", "{metric: tests.pass_rate, at_most: 100%}", "{metric: tests.failed, at_least: 0}"]  # fmt: skip
    for text in texts:
        (warning,) = load(policy(text)).warnings
        assert ("idle-bound", 5) == (warning.slug, warning.line)


def test_evidence_no_condition_uses_is_a_warning(load):
    head = "evidence:\n  unit: {files: unit.xml}\n  it: {files: it.xml}\n"
    (warning,) = load(policy("{metric: tests.failed, at_most: 0, where: {suite: unit}}", head=head)).warnings
    assert ("unused-evidence", 4, 3) == (warning.slug, warning.line, warning.column)
    assert () == load(policy(head=head)).warnings


# Where it lies


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_is_found_by_its_name(tmp_path, name):
    write_files(tmp_path, {name: policy()})
    assert str(tmp_path / name) == find_config(str(tmp_path))
    assert str(tmp_path) == load_config(str(tmp_path / name)).base_dir


def test_no_policy_is_told_with_the_way_out(tmp_path):
    with pytest.raises(ConfigError) as caught:
        find_config(str(tmp_path))
    assert ("no-config", True) == (caught.value.problems[0].slug, "--config" in caught.value.problems[0].help)


# extends

BASE = "version: 1\ngates:\n  g:\n    - {metric: tests.failed, at_most: 0, id: none, locked: true}\n    - {metric: tests.errored, at_most: 3, id: few}\n"


def extending(*conditions: str, extends: str = "base.yml") -> str:
    return policy(*conditions, head=f"extends: {extends}\n{EVIDENCE}")


def test_an_inherited_condition_stands_before_the_own(load):
    config = load(extending("{metric: tests.skipped, at_most: 9}"), base=BASE)
    assert ["none", "few", "g.tests.skipped"] == [condition.id for condition in config.policy.gates[0].conditions]


def test_a_condition_of_the_same_id_takes_the_place_of_the_inherited(load):
    config = load(extending("{metric: tests.errored, at_most: 99, id: few}"), base=BASE)
    assert [0, 99] == [condition.bound.at_most for condition in config.policy.gates[0].conditions]


def test_several_policies_are_extended_in_order(load):
    other = BASE.replace("at_most: 3", "at_most: 4").replace(", locked: true", "")
    config = load(extending(RULE, extends="[base.yml, other.yml]"), base=BASE, other=other)
    assert 4 == config.policy.gates[0].conditions[1].bound.at_most


def test_a_policy_extended_twice_counts_once(load):
    middle = "version: 1\nextends: base.yml\ngates:\n  h:\n    - {metric: tests.failed, at_most: 5}\n"
    config = load(extending(RULE, extends="[base.yml, middle.yml]"), base=BASE, middle=middle)
    assert [3, 1] == [len(gate.conditions) for gate in config.policy.gates]


def test_settings_are_inherited_but_not_the_name(load):
    base = BASE + "name: base\ntimezone: Asia/Shanghai\nevidence: {unit: {files: a.xml}, it: {files: b.xml}}\n"
    config = load(extending(RULE), base=base)
    assert ("qualitygate.yml", ZoneInfo("Asia/Shanghai")) == (config.policy.name, config.policy.zone)
    assert {"unit": ("unit.xml",), "it": ("b.xml",)} == {entry.name: entry.files for entry in config.evidence}


LOOSER = {
    "{metric: tests.failed, at_most: 1, id: none}": "at_most may only become tighter",
    "{metric: tests.failed, below: 1, id: none}": "at_most may only become tighter",
    "{metric: tests.errored, at_most: 0, id: none}": "what it measures may not change",
    "{metric: tests.failed, at_most: 0, id: none, where: {suite: unit}}": "what it measures may not change",
    "{metric: tests.failed, at_most: 0, id: none, severity: warning}": "severity may not become a warning",
    "{metric: tests.failed, at_most: 0, id: none, on_missing: ignore}": "on_missing may not become milder",
}


@pytest.mark.parametrize(("text", "words"), LOOSER.items())
def test_a_locked_condition_cannot_be_loosened(problems, text, words):
    (problem,) = problems(extending(text), base=BASE)
    assert ("locked", 6) == (problem.slug, problem.line)
    assert words in problem.message


def test_a_locked_sample_cannot_grow(problems):
    base = "version: 1\ngates:\n  g:\n    - {metric: tests.defect_rate, below: 5%, id: r, locked: true}\n"
    (problem,) = problems(extending("{metric: tests.defect_rate, below: 5%, id: r, min_sample: 20}"), base=base)
    assert "min_sample may not grow" in problem.message


def test_a_locked_tolerance_cannot_grow(problems, load):
    base = "version: 1\ngates:\n  g:\n    - {metric: coverage.delta, at_least: 0pp, id: d, locked: true}\n"
    (problem,) = problems(extending("{metric: coverage.delta, at_least: 0pp, id: d, tolerance: 0.3pp}"), base=base)
    assert "tolerance may not grow" in problem.message
    config = load(extending("{metric: coverage.delta, at_least: 0pp, id: d, tolerance: 0pp}"), base=base)
    assert 0 == config.policy.gates[0].conditions[0].tolerance


def test_a_tolerance_is_that_of_the_metric_where_none_is_written(load):
    assert Fraction(2, 1000) == only_condition(load(policy("{metric: coverage.delta, at_least: 0pp}"))).tolerance
    assert only_condition(load(policy())).tolerance is None


def test_a_locked_condition_can_be_tightened(load):
    base = "version: 1\ngates:\n  g:\n    - {metric: tests.pass_rate, at_least: 90%, id: r, locked: true, severity: warning}\n"
    config = load(extending("{metric: tests.pass_rate, at_least: 95%, above: 95%, id: r}"), base=base)
    assert Fraction(19, 20) == config.policy.gates[0].conditions[0].bound.above


def test_a_lock_holds_through_a_policy_in_between(problems):
    middle = "version: 1\nextends: base.yml\ngates:\n  g:\n    - {metric: tests.failed, at_most: 0, id: none}\n"
    found = problems(
        extending("{metric: tests.failed, at_most: 7, id: none}", extends="middle.yml"), base=BASE, middle=middle
    )
    assert ["locked"] == [problem.slug for problem in found]


EXTENDS = {
    "itself": ("qualitygate.yml", {}, "extends itself"),
    "a circle": ("base.yml", {"base": BASE + "extends: qualitygate.yml\n"}, "extends itself"),
    "no file": ("gone.yml", {}, "no file 'gone.yml'"),
    "no builtin": ("builtin:gone", {}, "there is no built-in policy 'gone'"),
    "a way out of the builtins": ("builtin:../schema", {}, "there is no built-in policy"),
    "elsewhere": ("github:acme/policies//x@main", {}, "somewhere this command cannot read"),
    "a number": ("3", {}, "must be text or a list"),
    "a list of numbers": ("[3]", {}, "must be text"),
}


@pytest.mark.parametrize(("extends", "files", "words"), EXTENDS.values(), ids=EXTENDS.keys())
def test_what_cannot_be_extended_is_told(problems, extends, files, words):
    assert any(words in str(problem) for problem in problems(extending(extends=extends), **files))


def test_a_chain_without_end_is_told(problems):
    files = {f"p{n}": BASE + f"extends: p{n + 1}.yml\n" for n in range(20)}
    (problem,) = problems(extending(extends="p0.yml"), **files)
    assert "more than 10 policies" in problem.message


def test_a_mistake_in_an_extended_policy_is_told_there(problems):
    (problem,) = problems(extending(), base=BASE.replace("at_most: 3", "atmost: 3"))
    assert ("base.yml", 5) == (Path(problem.file).name, problem.line)


@pytest.mark.parametrize("name", builtins())
def test_a_shipped_policy_can_be_extended(load, name):
    config = load(policy("{metric: tests.failed, at_most: 0, id: mine}", head=f"extends: builtin:{name}\n"))
    assert len(config.policy.gates) > 1 or len(config.policy.gates[0].conditions) > 1


def test_the_digest_is_of_all_files(load):
    first = load(extending(), base=BASE).policy.digest
    assert sha256((BASE + extending()).encode()).hexdigest() == first
    assert first != load(extending(), base=BASE + "# changed\n").policy.digest


# Registers

WAIVER = """\
- id: W-1
  gate: g
  metric: tests.failed
  reason: agreed with the customer
  requested_by: ann
  approved_by: bob
  created: 2026-11-01
  expires: 2026-11-30
"""
RECORD = "- {test: 'c::t', owner: lin, issue: acme/shop, reason: slow disk, added: 2026-11-01, expires: 2026-11-30}\n"


def test_the_registers_lie_under_quality(load):
    config = load(policy(), quality__waivers=WAIVER + "  where: {shard: 3}\n", quality__quarantine=RECORD)
    ((waiver,), (record,)) = config.policy.waivers, config.policy.quarantine
    assert ("W-1", date(2026, 11, 30), {"shard": "3"}) == (waiver.id, waiver.expires, waiver.where)
    assert ("c::t", date(2026, 11, 1)) == (record.test, record.added)


def test_the_registers_may_lie_elsewhere(load):
    config = load(policy(head=EVIDENCE + "waivers: w.yml\nquarantine: q.yml\n"), w=WAIVER, q=RECORD)
    assert (1, 1) == (len(config.policy.waivers), len(config.policy.quarantine))


def test_an_empty_register_is_no_exception(load):
    config = load(policy(), quality__waivers="# none\n", quality__quarantine="[]\n")
    assert ((), ()) == (config.policy.waivers, config.policy.quarantine)


@pytest.mark.parametrize("key", ["waivers", "quarantine"])
def test_a_register_that_is_named_must_be_there(problems, key):
    (problem,) = problems(policy(head=f"{EVIDENCE}{key}: gone.yml\n"))
    assert "cannot be read" in problem.message


WAIVER_MISTAKES = {
    "no end": (WAIVER.replace("  expires: 2026-11-30\n", ""), "needs the key 'expires'"),
    "a short reason": (WAIVER.replace("agreed with the customer", "because"), "at least 20 characters, not 7"),
    "no second pair of eyes": (WAIVER.replace("bob", "Ann"), "approved by Ann, who asked for it"),
    "an end before the beginning": (WAIVER.replace("2026-11-30", "2026-10-30"), "before it was created"),
    "a day that is none": (WAIVER.replace("2026-11-30", "2026-11-31"), "record 1 has a date that is none"),
    "a date in words": (WAIVER.replace("2026-11-30", "tomorrow"), "a date like 2026-12-01"),
    "the same id": (WAIVER * 2, "waiver W-1 is there twice"),
    "an unknown key": (WAIVER + "  until: 3\n", "unknown key 'until'"),
    "a mapping": ("a: 1\n", "must be a list or nothing"),
}


@pytest.mark.parametrize(("text", "words"), WAIVER_MISTAKES.values(), ids=WAIVER_MISTAKES.keys())
def test_every_rule_of_waivers_is_held(problems, text, words):
    (problem,) = problems(policy(), quality__waivers=text)
    assert words in problem.message
    assert problem.file.endswith("quality/waivers.yml")
    assert problem.line > 0


QUARANTINE_MISTAKES = {
    "no owner": (RECORD.replace("owner: lin, ", ""), "needs the key 'owner'"),
    "no issue": (RECORD.replace("issue: acme/shop, ", ""), "needs the key 'issue'"),
    "an end before the beginning": (RECORD.replace("2026-11-30", "2026-10-30"), "before it was added"),
    "the same test": (RECORD * 2, "the test c::t is there twice"),
    "a day that is none": (RECORD.replace("2026-11-30", "2026-11-31"), "a date that is none"),
}


@pytest.mark.parametrize(("text", "words"), QUARANTINE_MISTAKES.values(), ids=QUARANTINE_MISTAKES.keys())
def test_every_rule_of_quarantine_is_held(problems, text, words):
    (problem,) = problems(policy(), quality__quarantine=text)
    assert words in problem.message
    assert problem.file.endswith("quality/quarantine.yml")
    assert problem.line > 0


@pytest.mark.parametrize(("old", "new"), [("gate: g", "gate: h"), ("tests.failed", "tests.total")])
def test_a_waiver_that_waives_nothing_is_a_warning(load, old, new):
    (warning,) = load(policy(), quality__waivers=WAIVER.replace(old, new)).warnings
    assert ("idle-waiver", 3) == (warning.slug, warning.line)


def test_mistakes_of_policy_and_registers_are_told_at_once(problems):
    found = problems(
        policy("{metric: tests.failed}"), quality__waivers=WAIVER.replace("bob", "ann"), quality__quarantine=RECORD * 2
    )
    assert {"no-bound", "waiver", "quarantine"} == {problem.slug for problem in found}


# Clauses of the contract


def test_a_condition_names_only_a_clause_that_is_there(problems):
    (problem,) = problems(clauses("{metric: tests.failed, at_most: 0, clause: '4.3'}"))
    assert ("unknown-clause", "did you mean '4.2'?", 7) == (problem.slug, problem.help, problem.line)


def test_how_many_clauses_are_kept_checks_no_clause_itself(problems):
    (problem,) = problems(clauses("{metric: commitments.met, at_least: 100%, clause: '4.2'}"))
    assert ("circular-clause", "leave clause out", 7) == (problem.slug, problem.help, problem.line)


def test_without_clauses_there_is_none_to_name(problems):
    (problem,) = problems(policy("{metric: tests.failed, at_most: 0, clause: '4.2'}"))
    assert ("unknown-clause", True) == (problem.slug, "under clauses:" in problem.help)


@pytest.mark.parametrize(
    "text",
    [
        clauses("{metric: tests.failed, at_most: 0, from: 2026-02-30}"),
        policy(head=EVIDENCE + CLAUSES.replace("2027-03-01", "2026-02-30")),
    ],
    ids=["from", "due"],
)
def test_a_day_that_no_calendar_has_is_refused(problems, text):
    (problem,) = problems(text)
    assert ("wrong-form", True) == (problem.slug, "no day '2026-02-30'" in problem.message)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("contract_strat + P2M", "names the anchor 'contract_strat', which is not under anchors; did you mean contract_start?"),
        ("contract_start + P9999Y", "a day beyond the calendar"),
        ("contract_start + P1D2Y", "is no day: write it like 2026-12-01 or contract_start + P1Y6M"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["due", "from"])
def test_a_day_that_cannot_be_told_from_its_anchor_is_refused(problems, key, written, words):
    head = EVIDENCE + "anchors: {contract_start: 2026-01-31}\n"
    condition = {"due": RULE, "from": f"{{metric: tests.failed, at_most: 0, from: {written}}}"}[key]
    due = written if key == "due" else "contract_start"
    (problem,) = problems(policy(condition, head=f"{head}clauses: {{'1': {{text: None fails, due: {due}}}}}\n"))
    assert ("anchor", True) == (problem.slug, words in problem.message), problem


def test_a_day_is_named_by_an_anchor_and_a_duration(load):
    head = EVIDENCE + "anchors: {contract_start: 2026-01-31}\nclauses: {'1': {text: None fails, due: contract_start}}\n"
    config = load(policy("{metric: tests.failed, at_most: 0, clause: '1', from: contract_start + P1M}", head=head))
    ((condition,),) = (gate.conditions for gate in config.policy.gates)
    assert (date(2026, 2, 28), date(2026, 1, 31)) == (condition.enforced_from, config.policy.clauses[0].due)
    assert () == config.warnings


OPEN = "version: 1\ngates:\n  g: [{id: one, metric: tests.failed, at_most: 0, locked: true, from: start + P1M}]\n"


@pytest.mark.parametrize(("anchors", "day"), [("", None), ("anchors: {start: 2026-01-15}\n", date(2026, 2, 15))])
def test_an_anchor_that_a_shared_policy_leaves_open_is_said_by_who_extends_it(load, anchors, day):
    config = load(f"version: 1\nextends: base.yml\n{EVIDENCE}{anchors}", base=OPEN)
    assert [day] == [condition.enforced_from for condition in config.policy.gates[0].conditions]


def test_the_nearest_day_of_an_anchor_counts(load):
    text = f"version: 1\nextends: base.yml\n{EVIDENCE}anchors: {{start: 2026-03-01}}\n"
    config = load(text, base=OPEN.replace("locked: true, ", "") + "anchors: {start: 2026-01-01}\n")
    assert date(2026, 4, 1) == config.policy.gates[0].conditions[0].enforced_from


def test_an_anchor_that_names_no_day_is_a_warning(load):
    (warning,) = load(policy(head=EVIDENCE + "anchors: {start: 2026-01-15}\n")).warnings
    assert ("unused-anchor", True) == (warning.slug, "'start'" in warning.message)


def test_an_anchor_is_a_day_that_the_calendar_has(problems):
    (problem,) = problems(policy(head=EVIDENCE + "anchors: {start: 2026-02-30}\n"))
    assert ("wrong-form", True) == (problem.slug, "2026-02-30" in problem.message)


def test_owner_and_day_of_an_inherited_clause_can_be_said_without_its_text(load):
    base = f"version: 1\n{CLAUSES}gates:\n  g: [{RULE}]\n"
    head = EVIDENCE + "extends: [base.yml]\nclauses: {'4.2': {owner: mei, due: 2027-04-01}}\n"
    (clause,) = load(policy(head=head), base=base).policy.clauses
    (before,) = load(policy(head=EVIDENCE + CLAUSES)).policy.clauses
    assert (before.text, "mei", date(2027, 4, 1)) == (clause.text, clause.owner, clause.due)


def test_a_clause_without_a_text_in_any_file_is_refused(problems):
    (problem,) = problems(policy(head=EVIDENCE + "clauses: {'4.2': {owner: mei}}\n"))
    assert ("missing-key", "clauses.4.2 needs the key 'text'") == (problem.slug, problem.message)


def test_a_clause_of_a_base_may_be_named_and_replaced(load):
    base = f"version: 1\n{CLAUSES}gates:\n  g: [{RULE}]\n"
    head = EVIDENCE + "extends: [base.yml]\n"
    condition = "{metric: tests.errored, at_most: 0, clause: '4.2'}"
    config = load(policy(condition, head=head), base=base)
    assert ["4.2"] == [clause.id for clause in config.policy.clauses]
    nearer = load(policy(condition, head=head + "clauses: {'4.2': {text: None fails}}\n"), base=base)
    assert [{"en": "None fails"}] == [clause.text for clause in nearer.policy.clauses]
