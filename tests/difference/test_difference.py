"""What a change of the policy loosens: every key of a policy, both ways round."""

# ruff: noqa: E501 - a table is read by the row

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qualitygate.config.schemas import schema
from qualitygate.difference import Kind, difference, findings, sentence
from qualitygate.pipeline import load_config
from tests.conftest import write_files

TODAY = date(2026, 11, 22)
EVIDENCE = "evidence: {unit: {files: unit.xml}}\n"
RULE = "{metric: tests.failed, at_most: 0}"


def policy(*conditions: str, head: str = EVIDENCE) -> str:
    return f"version: 1\nname: p\n{head}gates:\n  g:\n" + "".join(f"    - {each}\n" for each in conditions or (RULE,))


@pytest.fixture
def compare(tmp_path):
    """The changes from one text to another; registers may be given for each side."""

    def compare(before: str, after: str, old: dict[str, str] | None = None, new: dict[str, str] | None = None):
        configs = []
        for name, text, registers in (("a", before, old), ("b", after, new)):
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            write_files(folder, {"qualitygate.yml": text, **(registers or {})})
            configs.append(load_config(str(folder / "qualitygate.yml")))
        return difference(*configs, today=TODAY)

    return compare


def rate(*more: str) -> str:
    return policy(f"{{metric: tests.defect_rate, below: 5%{''.join(', ' + each for each in more)}}}")


def failed(*more: str) -> str:
    return policy(f"{{metric: tests.failed, at_most: 0{''.join(', ' + each for each in more)}}}")


def yearly(head: str) -> str:
    return policy("{metric: tests.failed, at_most: 0, within: year}", head=head + EVIDENCE)


def begun(day: str) -> str:
    head = EVIDENCE + f"anchors: {{start: {day}}}\n"
    return policy("{metric: tests.failed, at_most: 0, from: start}", head=head)


def contract(day: str) -> str:
    return policy(head=EVIDENCE + f"anchors: {{contract_start: {day}}}\n")


def entry(*more: str, files: str = "unit.xml") -> str:
    return policy(head=f"evidence: {{unit: {{files: {files}{''.join(', ' + each for each in more)}}}}}\n")


def code(written: str, condition: str = "{metric: coverage.uncovered_changed_lines, at_most: 0}") -> str:
    return policy(condition, head=EVIDENCE + f"code: {{{written}}}\n")


def support(written: str) -> str:
    return policy(head=EVIDENCE + f"support: {{{written}}}\n")


def clauses(condition: str = RULE, written: str = "'1': {text: Few fail}") -> str:
    return policy(condition, head=EVIDENCE + f"clauses: {{{written}}}\n")


TARGETS = "targets: {normal: {first_response: 24h}}"
L, C, T = "loosened", "changed", "tightened"
# the key, what was, what is, the kind, the kind seen from the other side, the sentence
CONDITIONS = {
    "metric": (policy("{id: x, metric: tests.failed, at_most: 0}"), policy("{id: x, metric: tests.errored, at_most: 0}"), L, L, "tests.errored in g: tests.failed at most 0 → tests.errored at most 0"),
    "below": (rate(), rate().replace("below: 5%", "below: 6%"), L, T, "tests.defect_rate in g: below 5 % → below 6 %"),
    "at_most": (rate(), rate().replace("below: 5%", "at_most: 5%"), L, T, "tests.defect_rate in g: below 5 % → at most 5 %"),
    "at_least": (policy("{metric: tests.pass_rate, at_least: 95%}"), policy("{metric: tests.pass_rate, at_least: 94.5%}"), L, T, "tests.pass_rate in g: at least 95 % → at least 94.5 %"),
    "above": (policy("{metric: tests.pass_rate, above: 95%}"), policy("{metric: tests.pass_rate, at_least: 95%}"), L, T, "tests.pass_rate in g: above 95 % → at least 95 %"),
    "id": (failed("id: a"), failed("id: b"), C, C, "tests.failed in g: id a → id b"),
    "where": (failed(), failed("where: {suite: unit}"), L, L, "tests.failed [suite=unit] in g: all measurements → suite=unit"),
    "each": (rate("each: suite"), rate(), L, T, "tests.defect_rate in g: each suite → all together"),
    "within": (failed(), failed("within: month"), L, L, "tests.failed in g: any time → the last whole month"),
    "min_sample": (rate(), rate("min_sample: 20"), L, T, "tests.defect_rate in g: no min_sample → min_sample 20"),
    "tolerance": (policy("{metric: coverage.delta, at_least: 0pp, tolerance: 0pp}"), policy("{metric: coverage.delta, at_least: 0pp, tolerance: 0.5pp}"), L, T, "coverage.delta in g: tolerance 0 pp → tolerance 0.5 pp"),
    "on_missing": (failed(), failed("on_missing: warn"), L, T, "tests.failed in g: on_missing fail → on_missing warn"),
    "severity": (failed(), failed("severity: warning"), L, T, "tests.failed in g: severity error → severity warning"),
    "locked": (failed("id: a", "locked: true"), failed("id: a"), L, T, "tests.failed in g: locked → not locked"),
    "from": (failed(), failed("from: 2027-01-01"), L, T, "tests.failed in g: enforced → enforced from 2027-01-01"),
    "clause": (clauses("{metric: tests.failed, at_most: 0, clause: '1'}"), clauses(RULE), C, C, "tests.failed in g: clause '1' → no clause"),
    "why": (failed("why: contract"), failed(), C, C, "tests.failed in g: why 'contract' → no why"),
    "owner": (failed(), failed("owner: lin"), C, C, "tests.failed in g: no owner → owner 'lin'"),
}  # fmt: skip
EVIDENCES = {
    "files": (entry(), entry(files="[unit.xml, more.xml]"), L, L, "evidence unit: unit.xml → unit.xml, more.xml"),
    "read": (entry(), entry("read: junit"), L, L, "evidence unit: read as its content says → read as junit"),
    "labels": (entry(), entry("labels: {os: linux}"), L, L, "evidence unit: suite=unit → os=linux suite=unit"),
    "expect": (entry("expect: {tests: 5}"), entry("expect: {}"), L, T, "evidence unit: at least 5 tests expected → at least 0 tests expected"),
    "expect.files": (entry("expect: {files: 4}"), entry("expect: {files: 3}"), L, T, "evidence unit: at least 4 files expected → at least 3 files expected"),
    "expect.tests": (entry("expect: {tests: 5}"), entry("expect: {tests: 4}"), L, T, "evidence unit: at least 5 tests expected → at least 4 tests expected"),
    "expect.responses": (entry("expect: {responses: 30}"), entry("expect: {responses: 20}"), L, T, "evidence unit: at least 30 answers expected → at least 20 answers expected"),
    "expect.response_rate": (entry("expect: {response_rate: 20%}"), entry(), L, T, "evidence unit: at least 20 % of those invited → at least 0 % of those invited"),
    "expect.max_age": (entry("expect: {max_age: 1h}"), entry("expect: {max_age: 2h}"), L, T, "evidence unit: at most 1 h old → at most 2 h old"),
    "retries": (entry("retries: last"), entry("retries: any-pass"), L, T, "evidence unit: retries last → retries any-pass"),
    "expected_failures": (entry("expected_failures: failed"), entry(), L, T, "evidence unit: expected failures are failures → expected failures are skipped"),
    "columns": (entry(), entry("columns: {score: Q1}"), L, L, "evidence unit: no columns → score: Q1"),
    "encoding": (entry("encoding: gb18030"), entry(), L, L, "evidence unit: gb18030 → no encoding"),
    "source": (entry(), entry("source: [src, lib]"), L, L, "evidence unit: no source → src, lib"),
    "strip": (entry("strip: /app"), entry(), L, L, "evidence unit: /app → no strip"),
    "prefix": (entry("prefix: a"), entry("prefix: b"), L, L, "evidence unit: a → b"),
}  # fmt: skip
FILE = {
    "name": (policy(), policy().replace("name: p", "name: q"), C, C, "the policy: p → q"),
    "timezone": (policy(), policy(head="timezone: Asia/Shanghai\n" + EVIDENCE), C, C, "the policy: days of UTC → days of Asia/Shanghai"),
    "lang": (policy(), policy(head="lang: zh-CN\n" + EVIDENCE), C, C, "the policy: reports in en → reports in zh-CN"),
    "evidence": (policy(head=EVIDENCE.replace("}}", "}, it: {files: it.xml}}")), policy(), L, T, "evidence it: it.xml → no evidence"),
    "code": (code("exclude: gen"), code("exclude: [gen, lib]"), L, T, "code.exclude: gen → gen, lib"),
    "code.include": (code("include: [src, lib]"), code("include: src"), L, T, "code.include: lib, src → src"),
    "code.exclude": (code("include: src"), code("include: src, exclude: gen"), L, T, "code.exclude: nothing → gen"),
    "gates": (policy() + f"  h: [{RULE}, {RULE}]\n", policy(), L, T, "gate h: 2 conditions → no gate"),
    "year_starts": (yearly(""), yearly("year_starts: 2027-02-01\n"), L, L, "tests.failed in g: years from January → years from 2027-02-01"),
    "anchors": (begun("2027-01-01"), begun("2027-02-01"), L, T, "tests.failed in g: enforced from 2027-01-01 → enforced from 2027-02-01"),
    "clauses": (clauses(), policy(), L, T, "clause 1: a clause → no clause"),
    "waiver_approvers": (policy(head="waiver_approvers: [mei]\n" + EVIDENCE), policy(head="waiver_approvers: [mei, '@Lin']\n" + EVIDENCE), L, T, "the policy: waivers approved by mei → waivers approved by mei, @Lin"),
    "waiver_days": (policy(), policy(head="waiver_days: 91\n" + EVIDENCE), L, T, "the policy: waivers of 90 days → waivers of 91 days"),
    "waiver_role": (policy(head="waiver_role: admin\n" + EVIDENCE), policy(), L, T, "the policy: waivers by admin → waivers by write"),
    "support": (support(TARGETS), policy(), L, T, "support: a promise → no promise"),
}  # fmt: skip
ELSEWHERE = {"version", "extends", "waivers", "quarantine"}
"""What else a policy file may hold: a version that is always 1, where to start from, and the registers, told below."""
PROMISES = {
    "tickets": (support(TARGETS), support(TARGETS + ", tickets: {label: help}"), L, L, "support: one way → another"),
    "team": (support(TARGETS), support(TARGETS + ", team: [lin]"), L, L, "support: one way → another"),
    "bots": (support(TARGETS), support(TARGETS + ", bots: [mona]"), L, L, "support: one way → another"),
    "priority": (support(TARGETS), support(TARGETS + ", priority: {prefix: p-}"), L, L, "support: one way → another"),
    "channel": (support(TARGETS), support(TARGETS + ", channel: {prefix: c-}"), L, L, "support: one way → another"),
    "waiting": (support(TARGETS), support(TARGETS + ", waiting: later"), L, L, "support: one way → another"),
    "at_risk": (support(TARGETS), support(TARGETS + ", at_risk: {percent: 50%}"), L, L, "support: one way → another"),
    "csat": (support(TARGETS), support(TARGETS + ", csat: {since: 2026-10-01}"), L, L, "support: one way → another"),
    "report": (support(TARGETS), support(TARGETS + ", report: month"), T, L, "support: no report → a report each month"),
    "escalate": (support(TARGETS), support(TARGETS + ", escalate: [{at: 75%, mention: lin}]"), L, L, "support: one way → another"),
    "rules": (support(TARGETS), support(TARGETS + ", rules: {reopen: new_cycle}"), L, L, "support: one way → another"),
    "hours": (support(TARGETS), support(TARGETS + ", hours: contract"), L, T, "support: hours of the policy → hours of the contract"),
    "channels": (support(TARGETS), support(TARGETS + ", channels: [chat]"), L, T, "support: chat, email, phone, social → chat"),
    "live_within": (support(TARGETS + ", live_within: 1h"), support(TARGETS + ", live_within: 2h"), L, T, "support: live within 3600 s → live within 7200 s"),
    "calendars": (support(TARGETS), support("calendars: {office: {hours: {mon-fri: ['09:00-17:00']}}}, targets: {normal: {first_response: 24h, calendar: office}}"), L, L, "support: normal: some hours → other hours"),
    "targets": (support(TARGETS), support(TARGETS.replace("24h", "25h")), L, T, "support: normal: first_response within 86400 s → normal: first_response within 90000 s"),
}  # fmt: skip
CLAUSES = {
    "text": (clauses(), clauses(written="'1': {text: Many fail}"), C, C, "clause 1: one text → another text"),
    "owner": (clauses(), clauses(written="'1': {text: Few fail, owner: lin}"), C, C, "clause 1: one owner → another owner"),
    "due": (clauses(), clauses(written="'1': {text: Few fail, due: 2027-03-01}"), L, T, "clause 1: due at once → due 2027-03-01"),
}  # fmt: skip
ALL = {f"{part}.{key}": row for part, rows in (("gates", CONDITIONS), ("evidence", EVIDENCES), ("file", FILE), ("support", PROMISES), ("clauses", CLAUSES)) for key, row in rows.items()}  # fmt: skip


def keys(of: dict) -> set[str]:
    found = set()
    for name, value in of["properties"].items():
        found |= {name, *(f"{name}.{below}" for below in value.get("properties", ()))}
    return found


@pytest.mark.parametrize(
    ("before", "after", "kind"), [("2027-01-01", "2027-02-01", L), ("2027-02-01", "2027-01-01", T)]
)
def test_a_contract_that_begins_later_has_fewer_months(compare, before, after, kind):
    (change,) = compare(contract(before), contract(after))
    told = f"the policy: a contract from {before} → a contract from {after}"
    assert (kind, told) == (change.kind.value, sentence(change))


@pytest.mark.parametrize(("before", "after"), [(policy(), contract("2027-01-01")), (contract("2027-01-01"), policy())])
def test_whether_a_contract_of_unknown_beginning_has_fewer_months_cannot_be_told(compare, before, after):
    assert [L] == [change.kind.value for change in compare(before, after)]


def test_every_key_that_a_policy_may_have_is_compared():
    policies = schema("policy")
    assert keys(policies["definitions"]["condition"]) == set(CONDITIONS)
    assert keys(policies["definitions"]["evidence"]) == set(EVIDENCES)
    assert keys(policies) == set(FILE) | ELSEWHERE
    assert set(policies["definitions"]["support"]["properties"]) == set(PROMISES)
    assert set(policies["definitions"]["clause"]["properties"]) == set(CLAUSES)


@pytest.mark.parametrize(("before", "after", "kind", "_", "told"), ALL.values(), ids=ALL)
def test_a_change_of_a_key_is_told_in_a_sentence(compare, before, after, kind, _, told):
    assert [(kind, told)] == [(change.kind.value, sentence(change)) for change in compare(before, after)]


@pytest.mark.parametrize(("before", "after", "_", "kind", "__"), ALL.values(), ids=ALL)
def test_the_way_back_is_told_too(compare, before, after, _, kind, __):
    assert [kind] == [change.kind.value for change in compare(after, before)]


@pytest.mark.parametrize(("before", "after", "kind", "back", "_"), ALL.values(), ids=ALL)
def test_what_is_loosened_both_ways_cannot_be_told_and_says_why(compare, before, after, kind, back, _):
    assert all(bool(change.why) is (kind == back == L) for change in compare(before, after))


def test_another_time_zone_changes_no_promise_that_counts_every_second(compare):
    shanghai = support(TARGETS).replace("version: 1\n", "version: 1\ntimezone: Asia/Shanghai\n")
    told = "the policy: days of UTC → days of Asia/Shanghai"
    assert [told] == [sentence(change) for change in compare(support(TARGETS), shanghai)]


def test_a_priority_without_targets_of_its_own_has_those_of_the_default(compare):
    both = TARGETS.replace("}}", "}, urgent: {first_response: 4h}}")
    told = "support: urgent: first_response within 14400 s → urgent: first_response within 86400 s"
    assert [(L, told)] == [(each.kind.value, sentence(each)) for each in compare(support(both), support(TARGETS))]
    assert [T] == [each.kind.value for each in compare(support(TARGETS), support(both))]


# What is finer than a key

FINER = {
    "a condition is removed": (policy(RULE, "{metric: tests.errored, at_most: 1}"), policy(), [(L, "tests.errored in g: at most 1 → no condition")]),
    "a condition is added": (policy(), policy(RULE, "{metric: tests.errored, at_most: 1}"), [(T, "tests.errored in g: no condition → at most 1")]),
    "both sides of a bound move": (policy("{metric: tests.skip_rate, above: 1%, at_most: 5%}"), policy("{metric: tests.skip_rate, above: 2%, at_most: 9%}"), [(L, "tests.skip_rate in g: at most 5 % → at most 9 %"), (T, "tests.skip_rate in g: above 1 % → above 2 %")]),
    "a side of a bound goes": (policy("{metric: tests.skip_rate, above: 1%, at_most: 5%}"), policy("{metric: tests.skip_rate, at_most: 5%}"), [(L, "tests.skip_rate in g: above 1 % → no lower bound")]),
    "of whole numbers below 5 are at most 4": (policy("{metric: tests.failed, below: 5}"), policy("{metric: tests.failed, at_most: 4}"), [(C, "tests.failed in g: below 5 → at most 4")]),
    "of whole numbers above 5 are at least 6": (policy("{metric: tests.total, above: 5}"), policy("{metric: tests.total, at_least: 6}"), [(C, "tests.total in g: above 5 → at least 6")]),
    "a difference beyond what words show": (policy("{metric: tests.defect_rate, below: 5%}"), policy("{metric: tests.defect_rate, below: 5.00000000000001%}"), [(L, "tests.defect_rate in g: below 0.05 → below 0.0500000000000001")]),
    "another order": (policy(RULE, "{metric: tests.failed, at_most: 5, each: suite}", "{metric: tests.failed, at_most: 9}"), policy("{metric: tests.failed, at_most: 9}", "{metric: tests.failed, at_most: 5, each: suite}", RULE), []),
    "a moved bound of one of two of a metric": (policy(RULE, "{metric: tests.failed, at_most: 5, each: suite}"), policy("{metric: tests.failed, at_most: 6, each: suite}", RULE), [(L, "tests.failed in g: at most 5 → at most 6")]),
    "an id for what had none, with another bound": (policy(RULE), policy("{id: x, metric: tests.failed, at_most: 1}"), [(L, "tests.failed in g: at most 0 → at most 1"), (C, "tests.failed in g: id g.tests.failed → id x")]),
    "a swap of ids": (policy("{id: x, metric: tests.failed, at_most: 0}", "{id: y, metric: tests.failed, at_most: 1}"), policy("{id: y, metric: tests.failed, at_most: 0}", "{id: x, metric: tests.failed, at_most: 1}"), [(L, "tests.failed in g: at most 0 → at most 1"), (T, "tests.failed in g: at most 1 → at most 0")]),
    "each, where parts are given a doubt": (rate("min_sample: 20"), rate("min_sample: 20", "each: suite"), [(L, "tests.defect_rate in g: all together → each suite")]),
    "each, of a count": (failed("each: suite"), failed(), [(L, "tests.failed in g: each suite → all together")]),
    "each of another label": (policy("{metric: tests.defect_rate, below: 5%, each: suite}", head=EVIDENCE.replace("unit.xml", "unit.xml, labels: {os: a}")), policy("{metric: tests.defect_rate, below: 5%, each: os}", head=EVIDENCE.replace("unit.xml", "unit.xml, labels: {os: a}")), [(L, "tests.defect_rate in g: each suite → each os")]),
    "a small sample between two bounds": (policy("{metric: tests.skip_rate, above: 1%, below: 5%, min_sample: 20}"), policy("{metric: tests.skip_rate, above: 1%, below: 5%, min_sample: 10}"), [(L, "tests.skip_rate in g: min_sample 20 → min_sample 10")]),
    "the metric's own tolerance, written down": (policy("{metric: coverage.delta, at_least: 0pp}"), policy("{metric: coverage.delta, at_least: 0pp, tolerance: 0.2pp}"), []),
    "files in another order": (entry(files="[a, b]"), entry(files="[b, a]"), []),
    "any age": (entry("expect: {max_age: 1h}"), entry(), [(L, "evidence unit: at most 1 h old → of any age")]),
    "an age where there was none": (entry(), entry("expect: {max_age: 1h}"), [(T, "evidence unit: of any age → at most 1 h old")]),
    "no retries any more": (entry("retries: last"), entry(), [(L, "evidence unit: retries last → no retries")]),
    "only some code": (code("exclude: x"), code("exclude: x, include: src"), [(L, "code.include: all code → src")]),
    "all code": (code("include: src"), policy("{metric: coverage.uncovered_changed_lines, at_most: 0}"), [(T, "code.include: src → all code")]),
    "other code": (code("include: src"), code("include: lib"), [(L, "code.include: src → lib")]),
    "more code, which can dilute a rate": (code("include: src", "{metric: coverage.changed_line, at_least: 80%}"), code("include: [src, tests]", "{metric: coverage.changed_line, at_least: 80%}"), [(L, "code.include: src → src, tests")]),
    "more code, which can dilute a density": (code("include: src", "{metric: findings.density, at_most: 1}"), code("include: [src, tests]", "{metric: findings.density, at_most: 1}"), [(L, "code.include: src → src, tests")]),
    "more evidence, which can dilute a rate": (rate(), rate().replace("}}\n", "}, it: {files: it.xml}}\n"), [(L, "evidence it: no evidence → it.xml")]),
    "more evidence, which can make up for what lacks": (policy("{metric: tests.executed, at_least: 5}"), policy("{metric: tests.executed, at_least: 5}", head=EVIDENCE.replace("}}", "}, it: {files: it.xml}}")), [(L, "evidence it: no evidence → it.xml")]),
    "more evidence that is judged by itself": (rate("each: suite"), rate("each: suite").replace("}}\n", "}, it: {files: it.xml}}\n"), [(T, "evidence it: no evidence → it.xml")]),
    "more evidence of the same suite": (rate("each: suite"), rate("each: suite").replace("}}\n", "}, it: {files: it.xml, labels: {suite: unit}}}\n"), [(L, "evidence it: no evidence → it.xml")]),
    "more evidence that no rate picks": (rate("where: {suite: unit}"), policy("{metric: tests.defect_rate, below: 5%, where: {suite: unit}}", head=EVIDENCE.replace("}}", "}, it: {files: it.xml}}")), [(T, "evidence it: no evidence → it.xml")]),
    "a snapshot, with any labels": (rate("where: {suite: unit}", "each: suite"), rate("where: {suite: unit}", "each: suite").replace("}}\n", "}, it: {files: it.jsonl, read: snapshot}}\n"), [(L, "evidence it: no evidence → it.jsonl")]),
    "evidence without the label that is judged by itself": (policy("{metric: tests.defect_rate, below: 5%, each: os}", head="evidence: {unit: {files: unit.xml, labels: {os: a}}}\n"), policy("{metric: tests.defect_rate, below: 5%, each: os}", head="evidence: {unit: {files: unit.xml, labels: {os: a}}, it: {files: it.xml}}\n"), [(L, "evidence it: no evidence → it.xml")]),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "told"), FINER.values(), ids=FINER)
def test_what_is_finer_than_a_key(compare, before, after, told):
    assert told == [(change.kind.value, sentence(change)) for change in compare(before, after)]


@pytest.mark.parametrize(("before", "after"), [row[:2] for row in [*ALL.values(), *FINER.values()]])
def test_a_policy_is_no_different_from_itself(compare, before, after):
    assert () == compare(before, before) == compare(after, after)


# The registers

PERIOD = "created: 2026-11-01, expires: 2026-11-30"
LIVE = f'- {{id: W-1, gate: g, metric: tests.failed, where: {{suite: unit}}, reason: "it is repaired on Friday", requested_by: ann, approved_by: bo, {PERIOD}}}\n'
ENDED = LIVE.replace("2026-11-30", "2026-11-21")
WAIVERS = {
    "none": ("", LIVE, [(L, "waiver W-1 on tests.failed [suite=unit] in g: no waiver → until 2026-11-30")], [T]),
    "one that has ended": ("", ENDED, [(C, "waiver W-1 on tests.failed [suite=unit] in g: no waiver → until 2026-11-21")], [C]),
    "the last day": ("", LIVE.replace("2026-11-30", "2026-11-22"), [(L, "waiver W-1 on tests.failed [suite=unit] in g: no waiver → until 2026-11-22")], [T]),
    "expires": (LIVE, LIVE.replace("2026-11-30", "2026-12-30"), [(L, "waiver W-1 on tests.failed [suite=unit] in g: until 2026-11-30 → until 2026-12-30")], [T]),
    "revived": (ENDED, LIVE, [(L, "waiver W-1 on tests.failed [suite=unit] in g: until 2026-11-21 → until 2026-11-30")], [T]),
    "prolonged to what is past": (LIVE.replace("2026-11-30", "2026-11-20"), ENDED, [(C, "waiver W-1 on tests.failed [suite=unit] in g: until 2026-11-20 → until 2026-11-21")], [C]),
    "created": (LIVE.replace("2026-11-01", "2026-11-29"), LIVE, [(L, "waiver W-1 on tests.failed [suite=unit] in g: from 2026-11-29 → from 2026-11-01")], [T]),
    "created in the past": (LIVE.replace("2026-11-01", "2026-11-02"), LIVE, [(C, "waiver W-1 on tests.failed [suite=unit] in g: from 2026-11-02 → from 2026-11-01")], [C]),
    "where": (LIVE, LIVE.replace("where: {suite: unit}, ", ""), [(L, "waiver W-1 on tests.failed in g: suite=unit → all results")], [T]),
    "another where": (LIVE, LIVE.replace("suite: unit", "suite: it"), [(L, "waiver W-1 on tests.failed [suite=it] in g: suite=unit → suite=it")], [L]),
    "another where of what has ended": (ENDED, ENDED.replace("suite: unit", "suite: it"), [(C, "waiver W-1 on tests.failed [suite=it] in g: suite=unit → suite=it")], [C]),
    "metric": (LIVE, LIVE.replace("tests.failed", "tests.errored"), [(L, "waiver W-1 on tests.errored [suite=unit] in g: tests.failed → tests.errored")], [L]),
    "gate": (LIVE, LIVE.replace("gate: g", "gate: h"), [(L, "waiver W-1 on tests.failed [suite=unit] in h: g → h")], [L]),
    "gate of what has ended": (ENDED, ENDED.replace("gate: g", "gate: h"), [(C, "waiver W-1 on tests.failed [suite=unit] in h: g → h")], [C]),
    "id": (LIVE, LIVE.replace("W-1", "W-2"), [(C, "waiver W-2 on tests.failed [suite=unit] in g: id W-1 → id W-2")], [C]),
    "reason": (LIVE, LIVE.replace("Friday", "Monday"), [(C, "waiver W-1 on tests.failed [suite=unit] in g: reason it is repaired on Friday → reason it is repaired on Monday")], [C]),
    "requested_by": (LIVE, LIVE.replace("ann", "cy"), [(C, "waiver W-1 on tests.failed [suite=unit] in g: requested_by ann → requested_by cy")], [C]),
    "approved_by": (LIVE, LIVE.replace("bo,", "cy,"), [(C, "waiver W-1 on tests.failed [suite=unit] in g: approved_by bo → approved_by cy")], [C]),
}  # fmt: skip
RECORD = "- {test: 'c::t', owner: lin, issue: '12', reason: 'it fails on Fridays only', added: 2026-11-01, expires: 2026-11-30}\n"
QUARANTINE = {
    "test": ("", RECORD, [(L, "quarantine of c::t: no record → until 2026-11-30")], [T]),
    "expires": (RECORD, RECORD.replace("2026-11-30", "2026-12-30"), [(L, "quarantine of c::t: until 2026-11-30 → until 2026-12-30")], [T]),
    "added": (RECORD.replace("2026-11-01", "2026-11-29"), RECORD, [(L, "quarantine of c::t: from 2026-11-29 → from 2026-11-01")], [T]),
    "owner": (RECORD, RECORD.replace("lin", "ann"), [(C, "quarantine of c::t: owner lin → owner ann")], [C]),
    "issue": (RECORD, RECORD.replace("'12'", "'13'"), [(C, "quarantine of c::t: issue 12 → issue 13")], [C]),
    "reason": (RECORD, RECORD.replace("Fridays", "Mondays"), [(C, "quarantine of c::t: reason it fails on Fridays only → reason it fails on Mondays only")], [C]),
}  # fmt: skip
REGISTERS = {f"{name}: {key}": (f"quality/{name}.yml", *row) for name, rows in (("waivers", WAIVERS), ("quarantine", QUARANTINE)) for key, row in rows.items()}  # fmt: skip


@pytest.mark.parametrize(("name", "keys", "rows"), [("waivers", 9, WAIVERS), ("quarantine", 6, QUARANTINE)])
def test_every_key_of_a_record_is_compared(name, keys, rows):
    known = set(schema(name)["items"]["properties"])
    assert (keys, set()) == (len(known), known - set(rows))


@pytest.mark.parametrize(("file", "before", "after", "told", "back"), REGISTERS.values(), ids=REGISTERS)
def test_a_change_of_a_register_is_told(compare, file, before, after, told, back):
    here = policy()
    assert told == [
        (change.kind.value, sentence(change)) for change in compare(here, here, {file: before}, {file: after})
    ]
    assert back == [change.kind.value for change in compare(here, here, {file: after}, {file: before})]


# Where, and how it is handed on


def test_a_change_stands_where_the_new_policy_has_it(compare, tmp_path):
    (change,) = compare(
        policy(RULE, "{metric: tests.errored, at_most: 0}"), policy(RULE, "{metric: tests.errored, at_most: 1}")
    )
    assert (str(tmp_path / "b/qualitygate.yml"), 7) == (change.place.file, change.place.line)


def test_what_is_gone_stands_at_its_gate_else_at_the_gates_else_in_the_policy_file(compare):
    (change,) = compare(policy(RULE, "{metric: tests.errored, at_most: 0}"), policy())
    assert 5 == change.place.line
    (change,) = compare(FILE["gates"][0], FILE["gates"][1])
    assert 4 == change.place.line
    (change,) = compare(policy(), policy(), {"quality/waivers.yml": LIVE})
    assert None is change.place.line


def test_what_a_built_in_policy_has_stands_in_the_policy_file(compare, tmp_path):
    own = "    - {id: unit-executed, metric: tests.executed, at_least: 9, where: {suite: unit}}\n"
    built_in = "version: 1\nname: p\nextends: builtin:release\n"
    change, _ = compare(f"{built_in}gates:\n  release:\n{own}", built_in)
    assert "tests.executed [suite=unit] in release: at least 9 → at least 1" == sentence(change)
    assert (str(tmp_path / "b/qualitygate.yml"), None) == (change.place.file, change.place.line)


def test_the_worst_is_told_first(compare):
    changes = compare(
        policy(RULE, "{metric: tests.errored, at_most: 1}"),
        policy("{metric: tests.errored, at_most: 0, owner: lin}", "{metric: tests.failed, at_most: 1}"),
    )
    assert list(Kind) == [change.kind for change in changes]


def test_loosenings_are_findings_and_nothing_else_is(compare, tmp_path):
    changes = compare(
        policy(RULE, "{metric: tests.errored, at_most: 1}"),
        policy("{metric: tests.failed, at_most: 1, where: {suite: unit}}", "{metric: tests.errored, at_most: 0}"),
    )
    bound, where = findings(changes)
    assert ("tests.failed [suite=unit] in g: at most 0 → at most 1", "", 6) == (bound.title, bound.message, bound.line)
    assert "it judges other measurements, which may be better" == where.message
    assert str(tmp_path / "b/qualitygate.yml") == where.path


def test_a_policy_made_by_hand_has_no_places(compare, tmp_path):
    write_files(tmp_path, {"qualitygate.yml": policy()})
    config = replace(load_config(str(tmp_path / "qualitygate.yml")), places={})
    emptied = replace(config, policy=replace(config.policy, gates=()))
    assert [(None, None)] == [(each.path, each.line) for each in findings(difference(config, emptied, today=TODAY))]


@pytest.mark.parametrize(
    ("before", "after", "kind"), [("year", "month", L), ("month", "", L), ("", "month", T)], ids=lambda each: each
)
def test_a_report_that_is_gone_or_comes_at_other_times_is_less(compare, before: str, after: str, kind: str) -> None:
    old, new = (support(TARGETS + (f", report: {each}" if each else "")) for each in (before, after))
    assert [kind] == [each.kind.value for each in compare(old, new)]
