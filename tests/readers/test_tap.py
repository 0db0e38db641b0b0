"""TAP: plans, directives, subtests and what is wrong beside them."""

from __future__ import annotations

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import TestOutcome
from qualitygate.readers import tap
from qualitygate.readers.tap import READER
from tests.readers.reading import case_of, counts, report_of, sample


def messages(report):
    return [case.message for case in report.cases if case.name == "<stream>"]


def test_directives_decide_over_ok_and_not_ok():
    assert {"passed": 2, "failed": 1, "skipped": 2} == counts(report_of(READER, sample("tap/a.tap")))


def test_a_run_of_node_has_parents_subtests_messages_and_places():
    report = report_of(READER, sample("tap/node.tap"))
    assert {"passed": 1, "failed": 2, "skipped": 2} == counts(report)
    removes = case_of(report, "removes")
    assert ("cart", "Expected values to be strictly equal:", "a.test.js", 5) == (
        removes.class_name,
        removes.message,
        removes.path,
        removes.line,
    )
    assert "1 subtest failed" == case_of(report, "cart").message
    assert 0.033214085 == case_of(report, "cart").seconds
    assert "summer" == case_of(report, "winter").message


@pytest.mark.parametrize(
    ("expected", "stream"),
    [
        ("planned 3 tests, but ran 1", "1..3\nok 1 - one\n"),
        ("planned 1 tests, but ran 2", "ok\nok\n1..1\n"),
        ("has no plan for its 2 tests: cut off?", "ok 1\nok 2\n"),
        ("has no plan for its 0 tests: cut off?", "TAP version 14\n"),
        ("has no plan for its 1 tests: cut off?", "1..1 \nok 1\n"),
        ("has test numbers twice or outside its plan", "1..2\nok 1\nok 3\n"),
        ("has test numbers twice or outside its plan", "1..2\nok 1\nok 1\n"),
        ("has test numbers twice or outside its plan", "1..1\nok 0\n"),
        ("Bail out! no database", "1..9\nok 1\nBail out! no database\nok 2\n"),
        ("Bail out!", "1..1\n    ok 1\n    Bail out!\nok 1\n"),
        ("holds text that is not TAP, which it forbids itself: eh", "pragma +strict\n1..1\n# yes\n\neh\nok 1\n"),
    ],
)
def test_what_is_wrong_with_the_stream_is_an_errored_test_of_its_own(expected, stream):
    report = report_of(READER, stream)
    assert [expected] == messages(report)
    assert 1 == counts(report)["errored"]


@pytest.mark.parametrize(
    "stream",
    [
        "1..2\nok 2\nok 1\n",
        "8..9\nok 8\nok 9\n",
        "ok\r\nok\r\n1..2\r\n",
        "1..1 # a plan\nok 1\n",
        "pragma +strict\npragma -strict\n1..1\neh\nok 1\n",
        "TAP version 13\n1..1\nnoise\nnot \n  ok:\nok 1\n",
        "1..1\nok 1\n  ---\n  not: [yaml\n    ok 7\n# in between\n\n  ...\n",
        "1..1\nok 1\n  ---\n  never ends\n",
    ],
)
def test_a_stream_that_keeps_its_plan_has_no_error(stream):
    assert {"failed", "errored"}.isdisjoint(counts(report_of(READER, stream)))


def test_no_tests_by_plan_are_no_tests():
    assert {} == counts(report_of(READER, "1..0 # SKIP no database\n"))


def test_a_yaml_block_that_never_ends_ends_with_the_next_test():
    assert {"passed": 1, "failed": 1} == counts(report_of(READER, "1..2\nok 1\n  ---\n  a: b\nnot ok 2\n"))


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (TestOutcome.SKIPPED, "ok 1 - a # SKIP"),
        (TestOutcome.SKIPPED, "ok 1 a #SkIpped on foobar"),
        (TestOutcome.SKIPPED, "not ok 1 a # skip"),
        (TestOutcome.SKIPPED, "not ok 1 a # TODO later"),
        (TestOutcome.FAILED, r"not ok 1 a \# TODO later"),
        (TestOutcome.FAILED, "not ok 1 a#todo is a place"),
        (TestOutcome.FAILED, "not ok 1 a # (line 10 TODO?)"),
        (TestOutcome.FAILED, "not ok"),
    ],
)
def test_a_directive_is_a_word_after_a_bare_hash(outcome, line):
    (case,) = report_of(READER, f"1..1\n{line}\n").cases
    assert outcome is case.outcome


def test_names_lose_escapes_times_and_directives():
    (case,) = report_of(READER, "1..1\nnot ok 1 - one \\# two \\\\ # time=12.5ms\n").cases
    assert ("one # two \\", 0.0125) == (case.name, case.seconds)


INDENTED = """\
1..2
# Subtest: cart
    ok 1 - adds
        not ok 1 - deep
        1..1
    not ok 2 - removes
    1..2
not ok 1 - cart{directive}
ok 2 - till
"""
BUFFERED = """\
1..2
not ok 1 - cart{directive} {{
    ok 1 - adds
    not ok 2 - removes {{
        not ok 1 - deep
        1..1
    }}
    1..2
}}
ok 2 - till
"""
AFTER_YAML = BUFFERED.replace("cart{directive} {{", "cart{directive}\n  ---\n  a: b\n  ...\n{{")


@pytest.mark.parametrize("stream", [INDENTED, BUFFERED, AFTER_YAML])
def test_subtests_count_under_the_test_they_belong_to(stream):
    report = report_of(READER, stream.format(directive=""))
    assert {"passed": 2, "failed": 3} == counts(report)
    assert {("cart > removes", "deep"), ("cart", "removes"), ("", "cart")} == {
        (case.class_name, case.name) for case in report.cases
    }


@pytest.mark.parametrize("stream", [INDENTED, BUFFERED, AFTER_YAML])
def test_subtests_of_a_todo_test_are_excused(stream):
    assert {"passed": 2, "skipped": 3} == counts(report_of(READER, stream.format(directive=" # TODO later")))


def test_a_failing_subtest_is_not_hidden_by_its_parent():
    assert {"passed": 1, "failed": 1} == counts(report_of(READER, "1..1\n    1..1\n    not ok 1 - a\nok 1 - parent\n"))


def test_a_subtest_keeps_its_own_plan():
    report = report_of(READER, "1..1\n    1..3\n    ok 1\nok 1 - parent\n")
    assert ["planned 3 tests, but ran 1"] == messages(report)
    assert "parent" == case_of(report, "<stream>").class_name


def test_a_subtest_that_waits_in_vain_counts_all_the_same():
    assert {"passed": 1, "failed": 1} == counts(report_of(READER, "1..1\nok 1\n    1..1\n    not ok 1\n"))


def test_a_closing_brace_ends_a_yaml_block_that_never_ends():
    stream = "1..2\nok 1 - cart {\n    1..1\n    not ok 1 - adds\n      ---\n      a: b\n}\nok 2 - till\n"
    assert "cart" == case_of(report_of(READER, stream), "adds").class_name


def test_braces_that_belong_to_no_test_are_text():
    assert {"passed": 1} == counts(report_of(READER, "{\n}\n1..1\nok 1 - a\n}\n"))


def test_a_diagnostic_tells_message_and_place():
    (case,) = report_of(READER, "1..1\nnot ok 1 - a\n#   Failed test 'a'\n#   at t/a.t line 2.\n").cases
    assert ("Failed test 'a'", "t/a.t", 2) == (case.message, case.path, case.line)
    (case,) = report_of(READER, "1..1\nnot ok 1 a\n# (in test file a.bats, line 5)\n").cases
    assert ("a.bats", 5) == (case.path, case.line)


def test_depth_and_number_are_capped(monkeypatch):
    with pytest.raises(CannotReadReport, match="nested"):
        report_of(READER, " " * 4 * (tap.DEPTH_CAP + 1) + "ok 1\n")
    monkeypatch.setattr(tap, "TESTS_CAP", 1)
    with pytest.raises(CannotReadReport, match="more than 1 tests"):
        report_of(READER, "ok 1\nok 2\n")


def test_text_without_any_tap_is_refused():
    with pytest.raises(CannotReadReport, match="not TAP"):
        report_of(READER, "hello\n# world\n")


@pytest.mark.parametrize(
    ("expected", "head"),
    [
        (True, "TAP version 13\n"),
        (True, "# a comment\n1..0 # SKIP\n"),
        (True, "noise\nnot ok 1 - a\r\n"),
        (True, "ok 1"),
        (False, "ok  \tshop/cart\t0.01s\n"),
        (False, "ok\n"),
        (False, '{"a": "\nok 1\n"}'),
        (False, "<a>\nok 1\n</a>"),
        (False, ""),
    ],
)
def test_it_is_recognised_by_version_plan_or_numbered_test(expected, head):
    assert expected == READER.recognises(head.encode())
