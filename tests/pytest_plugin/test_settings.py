"""What is wrong with the options is said before any test runs, with the way out."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--qualitygate=none.yml"], "there is no policy file", id="no-policy"),
        pytest.param(["--qualitygate", "."], "write the tests to run first", id="tests-taken-for-a-policy"),
        pytest.param(["--qualitygate", "--qualitygate-gate=al"], "no gate 'al' (did you mean 'all'?)", id="gate"),
        pytest.param(["--qualitygate", "--qualitygate-suite=units"], "did you mean 'unit'?", id="suite"),
        pytest.param(["--qualitygate", "-oqualitygate_suites=a = units"], "did you mean 'unit'?", id="suites"),
        pytest.param(["--qualitygate", "-oqualitygate_suites=units"], "not of the form PATH = NAME", id="suites-form"),
        pytest.param(["--qualitygate", "--qualitygate-output=jsn=a"], "did you mean 'json'?", id="format"),
        pytest.param(["--qualitygate", "--qualitygate-output=json"], "not of the form FORMAT=PATH", id="output"),
        pytest.param(["--qualitygate", "--qualitygate-now=noon"], "write it like 2026-11-22T09:00:00Z", id="now"),
        pytest.param(
            ["--qualitygate", "--qualitygate-baseline=b"], "--qualitygate-output snapshot=FILE", id="baseline"
        ),
    ],
)
def test_a_wrong_option_is_a_usage_error(project, arguments, said) -> None:
    project.write("test_a.py", "def test_a(): open('ran', 'w').close()\n")
    run = project.pytest(*arguments)
    assert run.returncode == 4
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert not (project.folder / "ran").exists()


def test_a_wrong_policy_is_a_usage_error_that_names_line_and_column(project) -> None:
    project.policy("tests.defect_rat")
    run = project.pytest("--qualitygate")
    assert run.returncode == 4
    assert "qualitygate.yml:6:16: " in run.stderr
    assert "tests.defect_rate" in run.stderr


def test_a_folder_without_a_policy_is_a_usage_error(project) -> None:
    (project.folder / "qualitygate.yml").unlink()
    run = project.pytest("--qualitygate")
    assert run.returncode == 4
    assert "there is no qualitygate.yml in" in run.stderr


def test_a_policy_may_lie_elsewhere(project) -> None:
    project.write("test_a.py", "def test_a(): pass\n")
    (project.folder / "policy").mkdir()
    (project.folder / "qualitygate.yml").rename(project.folder / "policy" / "ours.yml")
    run = project.pytest("--qualitygate", "policy/ours.yml")
    assert run.returncode == 0
    assert "Result: PASS" in run.stdout


def test_the_section_is_told_in_the_language_of_the_policy(project) -> None:
    project.write("test_a.py", "def test_a(): pass\n")
    policy = project.folder / "qualitygate.yml"
    policy.write_text(policy.read_text(encoding="utf-8") + "\nlang: zh-CN\n", encoding="utf-8")
    assert "结果：通过" in project.pytest("--qualitygate").stdout
