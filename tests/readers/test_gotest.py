"""``go test -json``: ends that are told, ends that are missing, and packages that never ran."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import TestOutcome
from qualitygate.readers.gotest import READER
from tests.readers.reading import case_of, counts, report_of, sample


def event(action, test=None, package="shop/cart", **more):
    told = {"Action": action, "Package": package, **({"Test": test} if test else {})}
    return json.dumps({**told, **{name.title(): value for name, value in more.items()}})


def run(*lines):
    return report_of(READER, "\n".join(lines))


def test_a_real_run_with_a_build_failure_and_a_panic():
    report = report_of(READER, sample("gotest/all.json"))
    assert {"passed": 3, "failed": 4, "errored": 1, "skipped": 1} == counts(report)
    failed = case_of(report, "TestFail")
    assert ("example.com/demo/pkg1", "bad <&> 1", "a_test.go", 4) == (
        failed.class_name,
        failed.message,
        failed.path,
        failed.line,
    )
    assert "panic: boom [recovered]" == case_of(report, "TestPanic").message
    assert "example.com/demo/broken" == case_of(report, "<build>").class_name
    assert timedelta(seconds=1) > datetime(2026, 11, 22, 7, 25, 55, tzinfo=UTC) - report.at


def test_parents_and_subtests_both_count():
    report = run(event("run", "A"), event("run", "A/b"), event("pass", "A/b"), event("pass", "A"), event("pass"))
    assert {"passed": 2} == counts(report)


def test_a_repeated_run_is_another_test():
    once = (event("run", "A"), event("fail", "A"))
    assert {"failed": 2} == counts(run(*once, *once, event("fail")))


def test_a_test_that_began_and_did_not_end_failed():
    report = run(event("run", "A"), event("pass"))
    assert {"failed": 1} == counts(report)
    assert "began and did not finish" == case_of(report, "A").message
    assert {"failed": 2} == counts(run(event("run", "A"), event("run", "A"), event("pass")))


def test_a_stream_without_the_end_of_its_package_was_cut_off():
    assert {"passed": 1, "errored": 1} == counts(run(event("run", "A"), event("pass", "A")))
    assert {"failed": 1} == counts(run(event("run", "A"), '{"Action":"pa'))


def test_a_package_that_fails_without_a_failing_test_is_errored():
    report = run(event("run", "A"), event("pass", "A"), event("output", output="exit 2\n"), event("fail"))
    assert {"passed": 1, "errored": 1} == counts(report)
    assert "exit 2" == case_of(report, "<package>").message


def test_a_package_whose_test_failed_tells_nothing_more():
    assert {"failed": 1} == counts(run(event("fail", "A"), event("fail")))
    assert {"failed": 1} == counts(run(event("run", "A"), event("fail")))


def test_the_failure_of_one_package_does_not_excuse_another():
    report = run(event("fail", "A"), event("fail"), event("start", package="b"), event("fail", package="b"))
    assert {"failed": 1, "errored": 1} == counts(report)


def test_an_earlier_failure_of_a_package_does_not_excuse_its_next_run():
    assert {"failed": 1, "errored": 1} == counts(run(event("fail", "A"), event("fail"), event("start"), event("fail")))


BUILD = [
    json.dumps({"ImportPath": "b [b.test]", "Action": "build-output", "Output": "# b [b.test]\n"}),
    json.dumps({"ImportPath": "b [b.test]", "Action": "build-output", "Output": "./b.go:3:2: undefined: x\n"}),
    json.dumps({"ImportPath": "b [b.test]", "Action": "build-fail"}),
]


def test_a_build_failure_is_one_errored_test_of_its_package():
    told = event("fail", package="b", failedbuild="b [b.test]").replace("Failedbuild", "FailedBuild")
    for lines in (BUILD, [*BUILD, event("start", package="b"), told]):
        report = run(*lines)
        assert {"errored": 1} == counts(report)
        found = case_of(report, "<build>")
        assert ("b", "undefined: x", "./b.go", 3) == (found.class_name, found.message, found.path, found.line)


def test_words_of_a_compiler_alone_are_no_failure():
    assert {"passed": 1} == counts(run(*BUILD[:2], event("pass", "A"), event("pass")))


@pytest.mark.parametrize("reason", ["build", "setup"])
def test_a_build_failure_told_as_text_is_errored_too(reason):
    report = run(f"FAIL\tshop/broken [{reason} failed]", event("pass", "A"), event("pass"))
    assert {"passed": 1, "errored": 1} == counts(report)


def test_lines_that_are_no_events_are_passed_over():
    assert {"passed": 1} == counts(run("|||", "[1]", "{}", '{"Action":1}', event("pass", "A"), event("pass")))


def test_a_benchmark_ends_with_its_result_line():
    result = ("BenchmarkAdd-8   \t", "1000000000\t         0.44 ns/op\n")
    running = (event("run", "BenchmarkAdd"), *(event("output", "BenchmarkAdd", output=part) for part in result))
    assert {"passed": 1} == counts(run(*running, event("pass")))
    unnamed = event("output", "TestZ", output="BenchmarkAdd-8 \t 1000 \t 0.44 ns/op\n")
    assert {"passed": 2} == counts(run(event("run", "TestZ"), unnamed, event("pass", "TestZ"), event("pass")))


def test_a_benchmark_of_benchmarks_ends_with_its_package():
    assert {"passed": 1} == counts(run(event("run", "BenchmarkAll"), event("pass")))
    assert {"failed": 1} == counts(run(event("run", "BenchmarkAll"), event("fail")))


def test_a_package_without_tests_is_no_test():
    assert {} == counts(run(event("output", output="?   \tshop\t[no test files]\n"), event("skip")))


def test_seconds_are_those_that_go_tells():
    assert [0.39] == list(run(event("pass", "A", elapsed=0.39), event("pass")).seconds)


def test_a_skip_tells_why():
    output = event("output", "A", output="    a_test.go:5: no database\n")
    skipped = case_of(run(event("run", "A"), output, event("skip", "A"), event("pass")), "A")
    assert (TestOutcome.SKIPPED, "no database") == (skipped.outcome, skipped.message)


def test_text_without_any_event_is_refused():
    with pytest.raises(CannotReadReport, match="not the output of go test"):
        run("=== RUN   TestA", "--- PASS: TestA (0.00s)")


@pytest.mark.parametrize(
    ("expected", "head"),
    [
        (True, event("run", "A")),
        (True, "warning: mixed in\n" + event("start") + '\n{"Act'),
        (True, "# b\n./b.go:3:2: undefined: x\nFAIL\tb [build failed]\n"),
        (False, "=== RUN   A\nFAIL\tb [build failed]\n"),
        (False, '{"Action": "labeled", "Package": "x"}'),
        (False, '{"nodeid": "a", "$report_type": "TestReport"}'),
        (False, f"<a>\n{event('run', 'A')}\n</a>"),
        (False, ""),
    ],
)
def test_it_is_recognised_by_its_events(expected, head):
    assert expected == READER.recognises(head.encode())
