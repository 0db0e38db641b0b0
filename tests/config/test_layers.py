"""What layers of policies may do to each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qualitygate import ConfigError, load_config

BASE = "version: 1\nname: base\ngates:\n  g: [{id: x, metric: tests.failed, at_most: 2, locked: true}]\n"


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def layer(condition: str, base: str) -> str:
    return f"version: 1\nextends: {base}\ngates:\n  g: [{condition}]\n"


def test_a_lock_outlives_a_layer_that_forgets_it(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", BASE)
    write(tmp_path, "middle.yml", layer("{id: x, metric: tests.failed, at_most: 1}", "base.yml"))
    top = write(tmp_path, "top.yml", layer("{id: x, metric: tests.failed, at_most: 50}", "middle.yml"))

    with pytest.raises(ConfigError, match=r"x is locked in .*base\.yml: at_most may only become tighter"):
        load_config(top)


def test_a_tighter_lock_replaces_the_looser_one(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", BASE)
    write(tmp_path, "middle.yml", layer("{id: x, metric: tests.failed, at_most: 1, locked: true}", "base.yml"))
    top = write(tmp_path, "top.yml", layer("{id: x, metric: tests.failed, at_most: 2}", "middle.yml"))

    with pytest.raises(ConfigError, match=r"x is locked in .*middle\.yml"):
        load_config(top)


def test_a_policy_may_only_extend_and_declare_evidence(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", BASE)
    top = write(tmp_path, "top.yml", "version: 1\nextends: base.yml\nevidence: {unit: {files: u.xml}}\n")

    policy = load_config(top).policy

    assert [gate.name for gate in policy.gates] == ["g"]


def test_a_name_is_not_inherited(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", BASE)
    top = write(tmp_path, "top.yml", "version: 1\nextends: base.yml\n")

    assert load_config(top).policy.name == "top.yml"


def test_a_policy_without_any_gate_is_refused(tmp_path: Path) -> None:
    alone = write(tmp_path, "alone.yml", "version: 1\nevidence: {unit: {files: u.xml}}\n")

    with pytest.raises(ConfigError, match="has no gate"):
        load_config(alone)


def test_a_waiver_for_another_policys_gate_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", BASE)
    (tmp_path / "quality").mkdir()
    record = (
        "- {id: W-1, gate: other, metric: tests.failed, reason: agreed with the customer, requested_by: ann, "
        "approved_by: bob, created: 2026-11-20, expires: 2026-12-01}\n"
    )
    write(tmp_path / "quality", "waivers.yml", record)

    config = load_config(str(tmp_path / "base.yml"))

    assert [problem.slug for problem in config.warnings] == ["idle-waiver"]


CODE = "version: 1\ncode: {include: src}\ngates:\n  g: [{id: x, metric: tests.failed, at_most: 2%s}]\n"


def test_a_policy_with_locked_conditions_says_which_files_are_code(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", CODE % ", locked: true")
    top = write(tmp_path, "top.yml", "version: 1\nextends: base.yml\ncode: {include: src, exclude: src/cart.py}\n")

    with pytest.raises(ConfigError, match=r"base\.yml has locked conditions and says which files are code"):
        load_config(top)


@pytest.mark.parametrize(("lock", "code"), [("", "{include: lib}"), (", locked: true", "{include: src}")])
def test_without_a_lock_or_a_difference_the_nearest_file_says_which_files_are_code(
    tmp_path: Path, lock: str, code: str
) -> None:
    write(tmp_path, "base.yml", CODE % lock)
    top = write(tmp_path, "top.yml", f"version: 1\nextends: base.yml\ncode: {code}\n")

    assert (code.removeprefix("{include: ").rstrip("}"),) == load_config(top).code.include


def test_where_the_locking_policy_does_not_say_which_files_are_code_another_may(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", BASE)
    top = write(tmp_path, "top.yml", "version: 1\nextends: base.yml\ncode: {include: src}\n")

    assert ("src",) == load_config(top).code.include


def test_a_name_that_no_file_can_have_is_no_file(tmp_path: Path) -> None:
    top = write(tmp_path, "top.yml", BASE + 'waivers: "a\\0b"\n')

    with pytest.raises(ConfigError, match="cannot be read: no file has such a name"):
        load_config(top)


SUPPORT = (
    BASE
    + """\
support:
  calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
  targets: {normal: {resolution: 8h, calendar: office}}
"""
)


def promise(tmp_path: Path, written: str, base: str = SUPPORT) -> str:
    write(tmp_path, "base.yml", base)
    return write(tmp_path, "top.yml", f"version: 1\nextends: base.yml\nsupport: {written}\n")


def test_a_promise_is_inherited_key_by_key_and_target_by_target(tmp_path: Path) -> None:
    top = promise(
        tmp_path, "{targets: {urgent: {resolution: 1h, calendar: office}}}", SUPPORT.replace(", locked: true", "")
    )

    found = load_config(top).support

    assert found is not None
    assert {"normal": 28_800.0, "urgent": 3_600.0} == {
        name: terms.targets["resolution"] for name, terms in found.terms.items()
    }
    assert found.terms["normal"].calendar is found.terms["urgent"].calendar


def test_who_answers_a_locked_promise_is_each_policys_own_word(tmp_path: Path) -> None:
    same = "{team: [lin], bots: [triage], targets: {normal: {resolution: 8h, calendar: office}}}"

    found = load_config(promise(tmp_path, same)).support

    assert found is not None
    assert ["lin"] == [member.user for member in found.team]


@pytest.mark.parametrize(
    "written",
    [
        "{targets: {normal: {resolution: 80h, calendar: office}}}",
        "{targets: {low: {resolution: 80h}}}",
        "{calendars: {office: {hours: {mon: ['09:00-10:00']}}}}",
        "{targets: {normal: {first_response: 1h, calendar: office}}}",
        "{targets: {normal: {resolution: 8h}}}",
        "{calendars: {day: {}}, targets: {low: {resolution: 8h, calendar: day}}}",
        "{targets: {slow: {first_response: 1h, calendar: office}}, priority: {default: slow}}",
        "{hours: contract, calendars: {day: {}}, targets: {normal: {resolution: 8h, calendar: day}}}",
        "{live_within: 91d}",
        "{waiting: [open, blocked]}",
        "{tickets: {label: support}, waiting: support}",
        "{waiting: 'priority:normal'}",
        "{rules: {close_answers: true}}",
        "{channels: [chat]}",
    ],
)
def test_a_locked_promise_is_not_loosened(tmp_path: Path, written: str) -> None:
    with pytest.raises(ConfigError, match=r"base\.yml locks what it promises of support"):
        load_config(promise(tmp_path, written))


@pytest.mark.parametrize(
    "written",
    [
        "{targets: {normal: {first_response: 1h, resolution: 7h, calendar: office}}}",
        "{targets: {low: {resolution: 8h, calendar: office}}}",
        "{targets: {urgent: {resolution: 1h, calendar: office}}, priority: {prefix: 'prio/', default: urgent}}",
        "{calendars: {night: {hours: {mon: ['20:00-21:00']}}}}",
        "{waiting: open, channel: {prefix: 'by:'}, tickets: {label: support}}",
        "{live_within: 30d}",
        "{at_risk: {percent: 50%}, csat: {since: 2026-01-01}, escalate: [{at: 75%, mention: lin}], report: month}",
    ],
)
def test_a_locked_promise_may_be_made_tighter_and_be_told_in_the_words_of_the_tracker(
    tmp_path: Path, written: str
) -> None:
    assert load_config(promise(tmp_path, written)).support is not None


def test_what_the_locking_policy_itself_extends_may_promise_something_else(tmp_path: Path) -> None:
    write(tmp_path, "ground.yml", "version: 1\nsupport: {targets: {normal: {resolution: 80h}}}\n")
    write(tmp_path, "base.yml", f"extends: ground.yml\n{SUPPORT}")
    top = write(tmp_path, "top.yml", "version: 1\nextends: base.yml\n")

    found = load_config(top).support

    assert found is not None
    assert 28_800.0 == found.terms["normal"].targets["resolution"]


CONTRACT = """\
version: 1
clauses: {"1": {text: Within 24 hours.}}
gates:
  g: [{id: x, metric: support.compliance, at_least: 90%, clause: "1", locked: true}]
support: {hours: contract, targets: {normal: {first_response: 24h}}}
"""
OFFICE = """\
  calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
  targets: {normal: {first_response: 24h, calendar: office}}
"""
WORDS = 'clauses: {"1": {text: "Within 24 hours, Monday to Friday from 9 to 17."}}\n'


def test_other_hours_need_the_words_of_the_contract(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", CONTRACT)
    top = write(tmp_path, "top.yml", f"version: 1\nextends: base.yml\nsupport:\n{OFFICE}")

    with pytest.raises(ConfigError, match="in other hours than the clause 1 says: write the contract's words") as told:
        load_config(top)

    assert [5] == [problem.line for problem in told.value.problems]


def test_with_its_words_a_contract_counts_in_its_hours(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", CONTRACT)
    top = write(tmp_path, "top.yml", f"version: 1\nextends: base.yml\n{WORDS}support:\n{OFFICE}")

    found = load_config(top).support

    assert found is not None
    assert found.terms["normal"].calendar.rules.week[6] == ()


def test_the_words_of_the_contract_excuse_no_longer_target(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", CONTRACT)
    longer = OFFICE.replace("24h", "25h")
    top = write(tmp_path, "top.yml", f"version: 1\nextends: base.yml\n{WORDS}support:\n{longer}")

    with pytest.raises(ConfigError, match="normal: first_response must stay within 24h"):
        load_config(top)


@pytest.mark.parametrize("own", ["", OFFICE])
def test_a_policy_between_may_lock_the_hours_as_they_are(tmp_path: Path, own: str) -> None:
    write(tmp_path, "base.yml", CONTRACT)
    words = WORDS if own else ""
    write(tmp_path, "company.yml", f"version: 1\nextends: base.yml\n{words}support:\n  hours: locked\n{own}")
    assert load_config(write(tmp_path, "top.yml", "version: 1\nextends: company.yml\n")).support is not None

    other = OFFICE.replace("17:00", "16:00").replace("office", "short")
    top = write(tmp_path, "top.yml", f"version: 1\nextends: company.yml\n{WORDS}support:\n  hours: contract\n{other}")
    with pytest.raises(ConfigError, match=r"company\.yml locks .*: targets must count in the same hours"):
        load_config(top)


def test_a_mistake_in_a_promise_is_told_where_it_stands(tmp_path: Path) -> None:
    top = promise(tmp_path, "{team: [lin]}", SUPPORT.replace("8h", "8d"))

    with pytest.raises(ConfigError) as refused:
        load_config(top)

    [problem] = refused.value.problems
    assert (str(tmp_path / "base.yml"), 7) == (problem.file, problem.line)


def test_a_locked_condition_is_not_enforced_later(tmp_path: Path) -> None:
    write(tmp_path, "base.yml", BASE)
    later = layer("{id: x, metric: tests.failed, at_most: 2, from: 2027-01-01}", "base.yml")
    with pytest.raises(ConfigError, match="from may not become later"):
        load_config(write(tmp_path, "qualitygate.yml", later))


YEARLY = "version: 1\n%sgates:\n  g: [{id: x, metric: tests.failed, at_most: 2, within: year%s}]\n"


def chain(folder: Path, base: str, middle: str, top: str) -> str:
    write(folder, "base.yml", base)
    write(folder, "middle.yml", f"version: 1\nextends: base.yml\n{middle}")
    return write(folder, "top.yml", f"version: 1\nextends: middle.yml\n{top}")


FIXED = "year_starts: 2026-11-01\n"
OPEN = "year_starts: contract_start\n"
BEGAN = "anchors: {contract_start: 2026-11-01}\n"
LATER = "anchors: {contract_start: 2027-02-01}\n"


@pytest.mark.parametrize(
    ("base", "middle", "top", "words"),
    [
        (FIXED, "", "year_starts: 2027-02-01\n", r"year_starts is locked in .*base\.yml: it is 2026-11-01 there"),
        ("", FIXED, "year_starts: 2027-02-01\n", r"year_starts is locked in .*middle\.yml: it is 2026-11-01 there"),
        (OPEN, FIXED, "year_starts: 2027-02-01\n", r"year_starts is locked in .*middle\.yml"),
        (FIXED, "", OPEN, r"year_starts is locked in .*base\.yml"),
        (OPEN, BEGAN, LATER, r"contract_start is locked in .*middle\.yml: it is 2026-11-01 there, and may not move"),
        (OPEN, BEGAN, "year_starts: 2027-02-01\n", r"year_starts is locked in .*base\.yml: it is 2026-11-01 there"),
        (OPEN, "", BEGAN + "year_starts: 2027-02-01\n", r"year_starts is locked in .*base\.yml"),
    ],
)
def test_the_year_that_a_locked_condition_judges_may_not_move(
    tmp_path: Path, base: str, middle: str, top: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        load_config(chain(tmp_path, YEARLY % (base, ", locked: true"), middle, top))


@pytest.mark.parametrize(
    ("base", "middle", "top"),
    [
        ("", "", FIXED),
        (OPEN, FIXED, ""),
        (OPEN, BEGAN, ""),
        (OPEN, "", BEGAN),
        (OPEN, "", FIXED),
        (FIXED, FIXED, FIXED),
        (OPEN, BEGAN, BEGAN + OPEN),
        (OPEN, BEGAN, FIXED),
    ],
)
def test_the_year_that_a_locked_condition_judges_may_be_said_once_or_repeated(
    tmp_path: Path, base: str, middle: str, top: str
) -> None:
    config = load_config(chain(tmp_path, YEARLY % (base, ", locked: true"), middle, top))

    assert [date(2026, 11, 1)] == [each.year_starts for each in config.policy.gates[0].conditions]


@pytest.mark.parametrize("locked", ["", "}, {id: y, metric: tests.failed, at_most: 2, within: month, locked: true"])
def test_without_a_lock_on_a_year_the_nearest_file_says_when_it_starts(tmp_path: Path, locked: str) -> None:
    top = chain(tmp_path, YEARLY % (FIXED, locked), "", "year_starts: 2027-02-01\n")

    assert date(2027, 2, 1) == load_config(top).policy.gates[0].conditions[0].year_starts


def test_a_lock_in_the_middle_holds_the_year_that_a_file_above_it_says(tmp_path: Path) -> None:
    middle = "gates:\n  g: [{id: x, metric: tests.failed, at_most: 2, within: year, locked: true}]\n"
    with pytest.raises(ConfigError, match=r"year_starts is locked in .*base\.yml"):
        load_config(chain(tmp_path, YEARLY % (FIXED, ""), middle, "year_starts: 2027-02-01\n"))


def test_a_day_that_a_locked_condition_is_enforced_from_may_not_move_with_its_anchor(tmp_path: Path) -> None:
    base = "version: 1\ngates:\n  g: [{id: x, metric: tests.failed, at_most: 2, from: start, locked: true}]\n"
    with pytest.raises(ConfigError, match=r"start is locked in .*middle\.yml: it is 2026-11-01 there"):
        load_config(chain(tmp_path, base, "anchors: {start: 2026-11-01}\n", "anchors: {start: 2027-11-01}\n"))
