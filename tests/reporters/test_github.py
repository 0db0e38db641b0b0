from __future__ import annotations

import re
from dataclasses import replace

import pytest

from qualitygate.escaping import log_line, tree_path
from qualitygate.extension import Style
from qualitygate.model.measurement import Finding
from qualitygate.model.verdict import GateResult, Outcome
from qualitygate.reporters import text
from qualitygate.reporters.github import REPORTER, SHOWN
from tests.reporters import samples

COMMANDS = {"error", "warning", "notice", "add-mask", "set-env", "stop-commands", "group", "debug"}


def obeyed(log: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands the runner finds in a log: name, properties, message.

    As https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs looks for them.
    """
    found = []
    for line in log.split("\n"):
        told = re.match(r"\s*::(\S+?)(?: (.*?))?::(.*)", line) or re.search(r"##\[(\S+?)(?: (.*?))?\](.*)", line)
        if told and told[1] in COMMANDS:
            properties = dict(part.split("=", 1) for part in (told[2] or "").split(",") if part)
            found.append((told[1], {key: _decoded(value) for key, value in properties.items()}, _decoded(told[3])))
    return found


def _decoded(value: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        value = value.replace(code, character)
    return value


def test_the_worst_come_first_and_conditions_before_findings():
    commands = obeyed(REPORTER.render(samples.every_outcome(), Style()))
    assert [name for name, _, _ in commands] == ["error"] * 10 + ["warning"] * 2 + ["notice"]
    assert [properties["title"] for _, properties, _ in commands[:3]] == [
        "FAIL release/tests.blocking_failures",
        "NO DATA release/tests.defect_rate [suite=regression]",
        "FAIL release/tests.blocking_failures",
    ]


def test_no_more_than_github_shows_and_a_line_says_so():
    log = REPORTER.render(samples.every_outcome(), Style())
    assert sum(name == "error" for name, _, _ in obeyed(log)) == SHOWN
    assert "\nshown 10 of 45 errors; the other formats have them all\n" in log


def test_a_finding_behind_two_conditions_is_annotated_once():
    again = samples.every_outcome().gates[1].conditions[3]
    twice = (again, replace(again, condition=replace(again.condition, id="another")))
    verdict = replace(samples.all_passed(), gates=(GateResult(name="release", conditions=twice),))
    assert "shown 10 of 45 errors" in REPORTER.render(verdict, Style())


def test_uncovered_lines_and_new_findings_are_annotated_once_though_several_conditions_count_them():
    gate = samples.changed_code().gates[0]
    failed = tuple(replace(result, outcome=Outcome.WARNED) for result in gate.conditions[:4])
    verdict = replace(samples.changed_code(), gates=(replace(gate, conditions=failed),))
    told = [(each["file"], message) for _, each, message in obeyed(REPORTER.render(verdict, Style())) if "file" in each]
    assert len(told) == len(set(told))
    assert ("src/pay.py", "line 20 not covered") in told


def test_a_finding_stands_on_its_line():
    commands = obeyed(REPORTER.render(samples.every_outcome(), Style()))
    assert commands[2][1] == {
        "file": "tests/test_cart.py",
        "line": "10",
        "title": "FAIL release/tests.blocking_failures",
    }
    assert commands[2][2] == "shop.test_cart::test_total[0]: AssertionError: assert 0 == 1"


def test_all_passed_is_one_line_without_a_command():
    log = REPORTER.render(samples.all_passed(), Style())
    assert log == "Result: PASS  3 passed; examined 3 files, 948 tests\n"


def test_hostile_names_give_no_command_of_their_own():
    commands = obeyed(REPORTER.render(samples.hostile(), Style()))
    assert [name for name, _, _ in commands] == ["error"] * 4 + ["notice"]
    assert all(set(properties) <= {"file", "line", "title"} for _, properties, _ in commands)


def test_a_hostile_message_arrives_as_text():
    message = next(told for _, _, told in obeyed(REPORTER.render(samples.hostile(), Style())) if "etc/passwd" in told)
    assert "::error::pwned" in message
    assert "%0A::error::x" in message
    assert "\x1b" not in message


def test_a_path_outside_the_tree_is_told_and_not_linked():
    commands = obeyed(REPORTER.render(samples.hostile(), Style()))
    assert all("file" not in properties and "line" not in properties for _, properties, _ in commands)
    assert any(told.startswith("../../etc/passwd:7: ") for _, _, told in commands)


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("tests/test_a.py", "tests/test_a.py"),
        ("./tests//test_a.py", "tests/test_a.py"),
        ("tests\\test_a.py", "tests/test_a.py"),
        ("tests/../src/a.py", "src/a.py"),
        ("文档/a.md", "文档/a.md"),
        ("...", "..."),
        ("", None),
        (".", None),
        ("..", None),
        ("../a", None),
        ("a/../../b", None),
        ("/etc/passwd", None),
        ("\\\\server\\share", None),
        ("C:\\a", None),
        ("file:///a", None),
        ("~/a", None),
        ("a\nb", None),
        ("a\x1b[31mb", None),
        ("a\u202eb", None),
    ],
)
def test_only_a_path_inside_the_tree_is_a_path(path, inside):
    assert tree_path(path) == inside


@pytest.mark.parametrize("line", ["::error::x", "   ::add-mask::x", "a ##[error]x", "\u3000::error::x"])
def test_a_log_line_cannot_be_a_command(line):
    assert obeyed(line)
    assert not obeyed(log_line(line))


def test_a_log_line_without_a_command_is_left_alone():
    assert log_line("tests::test_a ## [x] a::b") == "tests::test_a ## [x] a::b"


def test_the_text_report_gives_the_runner_no_command():
    attack = Finding(title="::add-mask::FAIL", message="##[error]x")
    bad = samples.result(samples.FAILED, Outcome.FAILED, findings=(attack,))
    verdict = replace(samples.hostile(), gates=(GateResult(name="release", conditions=(bad,)),))
    assert not obeyed(text.REPORTER.render(verdict, Style(verbose=True)))
    assert not obeyed(text.REPORTER.render(samples.hostile(), Style(verbose=True)))
