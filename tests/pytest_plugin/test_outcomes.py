"""What each way to end makes of the verdict and of pytest's exit status."""

from __future__ import annotations

import pytest

COUNTS = ("tests.total", "tests.failed", "tests.errored", "tests.skipped", "tests.flaky")


def test_a_passed_gate_leaves_a_good_session_good(project) -> None:
    project.write("test_a.py", "def test_a(): pass\n")
    run = project.judge()
    assert (run.status, run.outcome) == (0, "passed")
    assert "= qualitygate =" in run.terminal
    assert "Result: PASS" in run.terminal


def test_a_failed_gate_fails_a_good_session(project) -> None:
    project.policy("tests.skipped")
    project.write("test_a.py", "import pytest\ndef test_a(): pass\ndef test_b(): pytest.skip('x')\n")
    run = project.judge()
    assert (run.status, run.outcome) == (1, "failed")


def test_a_passed_gate_does_not_hide_failed_tests(project) -> None:
    project.write("test_a.py", "import pytest\n@pytest.mark.parametrize('n', range(30))\ndef test_a(n): assert n\n")
    run = project.judge()
    assert (run.status, run.outcome) == (1, "passed")


def test_a_passed_gate_that_decides_ends_as_a_success(project) -> None:
    project.write("test_a.py", "import pytest\n@pytest.mark.parametrize('n', range(30))\ndef test_a(n): assert n\n")
    run = project.judge("--qualitygate-decides")
    assert (run.status, run.outcome) == (0, "passed")


def test_a_session_without_tests_is_no_data_and_fails(project) -> None:
    run = project.judge()
    assert (run.status, run.outcome) == (1, "no_data")
    assert "no test was executed" in run.condition("tests.defect_rate")["note"]


def test_a_test_that_passes_when_run_again_is_flaky(project) -> None:
    project.policy(*COUNTS, "tests.flaky_rate")
    project.write("test_a.py", "tries = []\ndef test_a():\n    tries.append(1)\n    assert len(tries) == 3\n")
    run = project.judge("--reruns=2")
    assert run.tests("tests.flaky") == ["test_a::test_a"]
    assert run.value("tests.flaky_rate") == "2/3"
    assert (run.value("tests.total"), run.value("tests.failed")) == ("1", "0")


def test_a_test_that_fails_all_its_reruns_is_one_failed_test(project) -> None:
    project.policy(*COUNTS)
    project.write("test_a.py", "def test_a(): assert 0\n")
    run = project.judge("--reruns=2")
    assert [run.value(metric) for metric in COUNTS] == ["1", "1", "0", "0", "0"]


def test_several_failed_subtests_are_one_failed_test(project) -> None:
    project.policy(*COUNTS)
    project.write(
        "test_a.py", "def test_a(subtests):\n    for i in range(3):\n        with subtests.test(i=i): assert i == 1\n"
    )
    run = project.judge()
    assert [run.value(metric) for metric in COUNTS] == ["1", "1", "0", "0", "0"]


def test_a_skipped_subtest_does_not_hide_a_failed_one(project) -> None:
    project.policy(*COUNTS)
    project.write(
        "test_a.py",
        "import pytest\ndef test_a(subtests):\n    with subtests.test('a'): assert 0\n"
        "    with subtests.test('b'): pytest.skip('no')\n",
    )
    run = project.judge()
    assert [run.value(metric) for metric in COUNTS] == ["1", "1", "0", "0", "0"]


def test_an_error_after_a_skip_is_an_error(project) -> None:
    project.policy(*COUNTS)
    project.write(
        "test_a.py",
        "import pytest\n@pytest.fixture\ndef broken():\n    yield\n    raise ValueError\n"
        "def test_a(broken): pytest.skip('no')\n",
    )
    run = project.judge()
    assert run.tests("tests.errored") == ["test_a::test_a"]


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        pytest.param(["-x"], "assert 0", id="exitfirst"),
        pytest.param(["--maxfail=1"], "assert 0", id="maxfail"),
        pytest.param([], "raise KeyboardInterrupt", id="interrupt"),
        pytest.param([], "pytest.exit('enough', returncode=0)", id="exit-as-if-well"),
        pytest.param(["-n1", "--max-worker-restart=0"], "os._exit(1)", id="crash-without-restart"),
        pytest.param(["-n1", "-x"], "assert 0", id="xdist-exitfirst"),
    ],
)
def test_a_session_that_did_not_run_all_tests_does_not_pass(project, arguments, body) -> None:
    project.policy("tests.skipped")
    project.write(
        "test_a.py", f"import os, time, pytest\ndef test_a(): pass\ndef test_b(): {body}\n"
        "@pytest.mark.parametrize('n', range(9))\ndef test_c(n): time.sleep(.1)\n"
    )  # fmt: skip
    run = project.judge(*arguments)
    assert run.status != 0
    assert run.outcome == "no_data"
    assert "did not run, first test_a.py::test_" in run.condition("tests.skipped")["note"]


def test_an_uncollected_file_is_an_errored_test_and_what_did_not_run_is_no_data(project) -> None:
    project.policy("tests.errored")
    project.write("test_b.py", "import nowhere\n")
    assert project.judge().tests("tests.errored") == ["test_b"]
    project.write("test_a.py", "def test_a(): pass\n")
    run = project.judge()
    assert (run.status, run.outcome) == (2, "no_data")


def test_a_collection_that_stopped_at_its_first_error_is_no_data(project) -> None:
    project.policy("tests.skipped")
    project.write("test_a.py", "import nowhere\n")
    project.write("test_b.py", "def test_b(): pass\n")
    run = project.judge("-x")
    assert (run.status, run.outcome) == (1, "no_data")
    assert "before its tests were collected (stopping after 1 failures)" in run.condition("tests.skipped")["note"]


def test_pytest_breaking_is_an_errored_test(project) -> None:
    project.policy("tests.errored")
    project.write("conftest.py", "def pytest_runtest_logfinish(nodeid): raise RuntimeError('plugin')\n")
    project.write("test_a.py", "def test_a(): pass\n")
    run = project.judge()
    assert (run.status, run.tests("tests.errored")) == (3, ["pytest::internal"])


def test_tests_that_were_only_set_up_did_not_pass(project) -> None:
    project.write("test_a.py", "def test_a(): pass\n")
    run = project.judge("--setup-only")
    assert (run.status, run.outcome) == (1, "no_data")


def test_collecting_only_judges_nothing(project) -> None:
    project.write("test_a.py", "def test_a(): pass\n")
    run = project.pytest("--qualitygate", "--qualitygate-output=json=plugin.json", "--collect-only")
    assert run.returncode == 0
    assert "qualitygate ==" not in run.stdout
    assert not (project.folder / "plugin.json").exists()


def test_a_session_that_is_not_judged_does_not_load_the_engine(project) -> None:
    project.write(
        "test_a.py",
        "import sys\ndef test_a():\n"
        "    assert {name for name in sys.modules if name.startswith('qualitygate')} == "
        "{'qualitygate', 'qualitygate.pytest_plugin'}\n",
    )
    assert project.pytest("--strict-markers").returncode == 0


def test_a_baseline_that_cannot_be_read_fails_the_session_and_says_so(project) -> None:
    project.write("test_a.py", "def test_a(): pass\n")
    project.write("before.jsonl", "no snapshot\n")
    run = project.pytest("--qualitygate", "--qualitygate-baseline=before.jsonl")
    assert run.returncode == 1
    assert "is not a whole snapshot" in run.stdout
    assert "1 passed" in run.stdout


def test_an_output_that_cannot_be_written_fails_the_session_and_says_so(project) -> None:
    project.write("test_a.py", "def test_a(): pass\n")
    run = project.pytest("--qualitygate", "--qualitygate-output=json=test_a.py/plugin.json")
    assert run.returncode == 1
    assert "cannot be written" in run.stdout
