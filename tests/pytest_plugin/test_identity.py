"""A session and the JUnit report that pytest writes of it are judged alike, byte for byte."""

from __future__ import annotations

from textwrap import dedent

import pytest

METRICS = (
    *("tests.total", "tests.runs", "tests.executed", "tests.passed", "tests.failed", "tests.errored", "tests.skipped"),
    *("tests.flaky", "tests.defect_rate", "tests.duration", "tests.duration_p95", "tests.duration_max"),
    *("reports.missing", "reports.parse_errors", "reports.inconsistent"),
)

KINDS = dedent(r"""
    import time, unittest, pytest

    @pytest.fixture
    def broken():
        raise ValueError("setup \x7f")

    @pytest.fixture
    def breaks_after():
        yield
        raise ValueError("teardown")

    def test_passes(): time.sleep(0.011)
    def test_fails(): assert 1 == 2, "more\nlines \x01 \x1b[31m \r\n é <&>"
    def test_breaks_in_setup(broken): pass
    def test_breaks_in_teardown(breaks_after): pass
    def test_fails_and_breaks(breaks_after): assert 0
    def test_skips(): pytest.skip("no <network>\nhere")
    def test_skips_wordlessly(): pytest.skip("")
    @pytest.mark.skip
    def test_is_skipped(): pass
    @pytest.mark.xfail(reason="known \x02")
    def test_fails_as_expected(): assert 0
    @pytest.mark.xfail
    def test_passes_unexpectedly(): pass
    @pytest.mark.xfail(strict=True, reason="strict")
    def test_passes_against_a_strict_mark(): pass
    def test_exits(): raise SystemExit("gone")
    def test_fails_elsewhere(): exec(compile("def f():\n  raise KeyError('x')\nf()", "some.py", "exec"))
    def test_fails_at_length(): assert 0, "x" * 1700 + "\n" + "y"
    def test_fails_without_traceback(): pytest.fail("plain\nwords", pytrace=False)

    class TestClass:
        @pytest.mark.parametrize("value", ["a", "b::c", "[x]", "é\n", "a/b.py", ""])
        def test_value(self, value): assert value != "a"

    class TestUnit(unittest.TestCase):
        def test_fails(self): self.fail("no")
        @unittest.expectedFailure
        def test_unexpected(self): pass
        @unittest.skip("later")
        def test_later(self): pass
""")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="pytest"),
        pytest.param(["-n2"], id="xdist"),
        pytest.param(["-ojunit_family=xunit1", "--junitprefix=shard", "-ojunit_duration_report=call"], id="xunit1"),
        pytest.param(["--tb=native"], id="native-traceback"),
    ],
)
def test_every_kind_of_test_is_told_as_the_junit_report_tells_it(project, arguments) -> None:
    project.policy(*METRICS)
    project.write("test_kinds.py", KINDS)
    project.write("pkg/test_uncollected.py", "import nowhere\n")
    project.write("pkg/test_skipped_whole.py", "import pytest\npytest.skip('not here', allow_module_level=True)\n")
    run = project.judge("--junitxml=reports/unit.xml", "--continue-on-collection-errors", *arguments)
    assert project.by_command_line() == run.text
    assert (run.value("tests.failed"), run.value("tests.errored"), run.value("tests.skipped")) == ("10", "4", "6")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def helper(): pass\n", id="no-tests"),
        pytest.param("import pytest\ndef test_a(): pytest.skip('x')\n", id="all-skipped"),
        pytest.param(
            "def test_a(subtests):\n    for i in range(3):\n        with subtests.test(i=i): assert i\n", id="subtests"
        ),
        pytest.param("def test_a(): assert 0, '\\ud800' + 'x' * 1700 + '\\n' + 'y' * 30_000\n", id="long-text"),
        pytest.param("from time import sleep\ndef test_a(): sleep(0.01)\ndef test_b(): sleep(0.02)\n", id="all-passed"),
    ],
)
def test_a_small_session_is_told_alike(project, text) -> None:
    project.policy(*METRICS[:-1])
    project.write("test_a.py", text)
    run = project.judge("--junitxml=reports/unit.xml")
    assert project.by_command_line() == run.text


def test_a_crashed_worker_is_told_alike(project) -> None:
    project.policy(*METRICS)
    project.write("test_a.py", "import os\ndef test_a(): pass\ndef test_crash(): os._exit(1)\ndef test_b(): pass\n")
    run = project.judge("--junitxml=reports/unit.xml", "-n1")
    assert project.by_command_line() == run.text
    assert run.tests("tests.errored") == ["test_a::test_crash"]


def test_a_snapshot_holds_the_tests_that_the_command_lines_holds(project) -> None:
    project.write("test_a.py", "def test_a(): pass\ndef test_b(): assert 0\n")
    project.judge("--junitxml=reports/unit.xml", "--qualitygate-output=snapshot=before.jsonl")
    project.policy("tests.new_failures", "tests.removed", "tests.fixed")
    project.write("test_a.py", "def test_b(): pass\ndef test_c(): assert 0\n")
    run = project.judge("--qualitygate-baseline=before.jsonl")
    assert run.tests("tests.new_failures") == ["test_a::test_c"]
    assert run.tests("tests.fixed") == ["test_a::test_b"]
    assert run.tests("tests.removed") == ["test_a::test_a"]


def test_what_changed_since_a_base_is_told_alike(project) -> None:
    from tests.checkout import Checkout

    checkout = Checkout(project.folder)
    evidence = "  unit: {files: reports/unit.xml}\n  cover: {files: lcov.info, read: lcov}"
    project.policy("tests.failed", "coverage.uncovered_changed_lines", evidence=evidence)
    project.write("test_a.py", "def test_a(): pass\n")
    checkout.commit()
    checkout.branch()
    project.write("test_a.py", "def test_a(): pass\ndef test_b(): pass\n")
    project.write("lcov.info", "TN:\nSF:test_a.py\nDA:1,1\nDA:2,0\nend_of_record\n")
    run = project.judge("--junitxml=reports/unit.xml", "--qualitygate-base=main")
    assert project.by_command_line("--base", "main") == run.text
    assert "1" == run.value("coverage.uncovered_changed_lines")
    assert checkout.git("rev-parse", "main") == run.verdict["subject"]["base"]
    project.write("pytest.ini", "[pytest]\nqualitygate_base = main\n")
    assert run.text == project.judge("--junitxml=reports/unit.xml").text
