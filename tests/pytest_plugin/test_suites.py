"""Which evidence entry a test belongs to."""

from __future__ import annotations

import pytest

from qualitygate.pytest_plugin.suites import Suites

TWO = Suites(entries=("unit", "integration"), paths={"tests": "unit", "tests/it": "integration"})


@pytest.mark.parametrize(
    ("suites", "nodeid", "marked", "entry"),
    [
        pytest.param(Suites(entries=("all",)), "test_a.py::test_a", None, "all", id="the-only-entry"),
        pytest.param(Suites(entries=("unit", "it")), "tests/unit/it/test_a.py::test_a", None, "unit", id="top-folder"),
        pytest.param(Suites(entries=("unit", "it")), "tests/unity/test_a.py::test_a", None, None, id="no-such-folder"),
        pytest.param(Suites(entries=("unit", "test_a.py")), "test_a.py::test_a", None, None, id="a-file-is-no-folder"),
        pytest.param(TWO, "tests/a/test_a.py::test_a", None, "unit", id="path"),
        pytest.param(TWO, "tests/it/test_a.py::test_a", None, "integration", id="longest-path"),
        pytest.param(TWO, "tests/item/test_a.py::test_a", None, "unit", id="whole-folders-only"),
        pytest.param(TWO, "tests/it/test_a.py::test_a[/x::y]", "unit", "unit", id="marker-over-path"),
        pytest.param(TWO, "tests/it/test_a.py::test_a", "regression", None, id="marker-without-entry"),
        pytest.param(Suites(entries=("a", "b"), all_in="b"), "a/test_a.py::test_a", "a", "b", id="option-over-all"),
    ],
)
def test_the_entry_of_a_test(suites, nodeid, marked, entry) -> None:
    assert suites.of(nodeid, marked) == entry


def test_folders_named_like_entries_are_their_tests(two_suites) -> None:
    run = two_suites.judge()
    assert (run.value("tests.total", "unit"), run.value("tests.total", "integration")) == ("1", "1")


def test_an_entry_without_tests_in_the_session_is_read_from_its_files(two_suites) -> None:
    two_suites.write("reports/unit.xml", '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>')
    two_suites.write("reports/integration.xml", '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>')
    run = two_suites.judge("tests/unit")
    assert (run.value("tests.total", "unit"), run.value("tests.total", "integration")) == ("1", "2")


@pytest.mark.parametrize("arguments", [[], ["-n1"]], ids=["pytest", "xdist"])
def test_a_marker_wins_over_the_path(two_suites, arguments) -> None:
    two_suites.write(
        "tests/unit/test_slow.py",
        "import pytest\npytestmark = pytest.mark.qualitygate_suite('integration')\ndef test_slow(): assert 0\n",
    )
    run = two_suites.judge("--strict-markers", *arguments)
    assert (run.value("tests.failed", "unit"), run.value("tests.failed", "integration")) == ("0", "1")


def test_ini_options_mean_what_the_options_mean(two_suites) -> None:
    two_suites.write("other/test_other.py", "def test_other(): pass\n")
    two_suites.write(
        "pytest.ini",
        "[pytest]\nqualitygate = qualitygate.yml\nqualitygate_suites =\n    other = integration\n    tests = unit\n"
        "qualitygate_output =\n    json=plugin.json\nqualitygate_gate =\n    all\n",
    )
    assert two_suites.pytest().returncode == 1
    run = two_suites.judge()
    assert (run.value("tests.total", "unit"), run.value("tests.total", "integration")) == ("2", "1")


def test_tests_that_belong_nowhere_are_refused_before_they_run(two_suites) -> None:
    two_suites.write("test_lost.py", "def test_lost(): open('ran', 'w').close()\n")
    run = two_suites.pytest("--qualitygate")
    assert run.returncode == 4
    assert "test_lost.py::test_lost cannot be told to be of one of the evidence entries unit, integration" in run.stderr
    assert "--qualitygate-suite NAME" in run.stderr
    assert not (two_suites.folder / "ran").exists()


def test_tests_of_workers_that_belong_nowhere_are_no_data(two_suites) -> None:
    two_suites.write("test_lost.py", "def test_lost(): pass\n")
    run = two_suites.judge("-n1")
    assert (run.status, run.outcome) == (1, "no_data")
    assert "test_lost.py::test_lost cannot be told" in run.condition("tests.total", "unit")["note"]


def test_a_session_without_tests_cannot_stand_for_several_suites(two_suites) -> None:
    two_suites.write("reports/unit.xml", '<testsuite><testcase name="a"/></testsuite>')
    two_suites.write("reports/integration.xml", '<testsuite><testcase name="a"/></testsuite>')
    two_suites.write("empty/readme", "")
    assert two_suites.judge("empty").outcome == "no_data"


def test_a_stop_leaves_the_suites_that_ran_whole_as_they_are(two_suites) -> None:
    two_suites.write("tests/unit/test_zero.py", "def test_zero(): assert 0\ndef test_one(): pass\n")
    two_suites.write("reports/integration.xml", '<testsuite><testcase name="a"/></testsuite>')
    run = two_suites.judge("-x")
    assert (run.value("tests.total", "unit"), run.value("tests.total", "integration")) == (None, "1")
