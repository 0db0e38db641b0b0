"""``check`` and ``measure`` as a user calls them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest

from .conftest import POLICY, Project

NOW = "2026-11-22T09:00:00Z"


@pytest.mark.parametrize(
    ("report", "code", "outcome"),
    [
        ({"passed": 30}, 0, "passed"),
        ({"passed": 30, "failed": 1}, 1, "failed"),
        ({"skipped": 3}, 3, "no_data"),
        (None, 3, "no_data"),
    ],
)
def test_the_exit_code_follows_the_outcome(
    project: Project, report: dict[str, int] | None, code: int, outcome: str
) -> None:
    if report is not None:
        project.report(**report)

    assert project.run("check", "--format", "json") == code
    assert json.loads(project.out)["outcome"] == outcome


def test_exit_zero_reports_without_blocking(project: Project) -> None:
    project.report(failed=1)

    assert project.run("check", "--exit-zero") == 0
    assert "Result: FAIL" in project.out


def test_a_pass_takes_at_most_six_lines(project: Project) -> None:
    project.report(passed=30)
    conditions = "".join("    - {metric: tests.total, at_least: 3}\n" for _ in range(8))
    project.write("qualitygate.yml", POLICY + conditions)

    assert project.run("check") == 0
    assert len(project.out.splitlines()) <= 6
    assert "10 passed" in project.out


def test_verbose_lists_every_result(project: Project) -> None:
    project.report(passed=30)
    project.write("qualitygate.yml", POLICY + "    - {metric: tests.total, at_least: 3}\n" * 8)

    project.run("check", "-v")

    assert project.out.count("PASS  ") >= 10


def test_several_formats_come_from_one_run(project: Project) -> None:
    project.report(passed=30, failed=1)

    code = project.run("check", "--now", NOW, "-f", "json", "-o", "json=out/verdict.json", "-o", "text=out/verdict.txt")

    assert code == 1
    assert (project.folder / "out/verdict.json").read_text() == project.out
    assert "FAIL" in (project.folder / "out/verdict.txt").read_text()


def test_an_output_is_written_whole_or_not_at_all(project: Project) -> None:
    project.report(passed=30)
    (project.folder / "taken").mkdir()

    assert project.run("check", "-o", "json=taken") == 2
    assert "cannot be written" in project.err
    assert sorted(path.name for path in project.folder.iterdir()) == ["qualitygate.yml", "taken", "unit.xml"]


def test_the_same_instant_gives_the_same_bytes(project: Project) -> None:
    project.report(passed=30, failed=2)

    project.run("check", "-f", "json", "--now", NOW)
    first = project.out
    project.run("check", "-f", "json", "--now", NOW)

    assert first == project.out
    assert json.loads(first)["at"] == "2026-11-22T09:00:00+00:00"


def test_an_instant_without_a_zone_is_refused_with_the_way_out(project: Project) -> None:
    assert project.run("check", "--now", "2026-11-22T09:00:00") == 2
    assert "names no time zone" in project.err
    assert "2026-11-22T09:00:00Z" in project.err


def test_one_gate_can_be_judged_alone(project: Project) -> None:
    project.report(passed=30, failed=1)
    project.write("qualitygate.yml", POLICY + "  lax:\n    - {metric: tests.failed, at_most: 5}\n")

    assert project.run("check", "-g", "lax", "-f", "json") == 0
    assert [gate["name"] for gate in json.loads(project.out)["gates"]] == ["lax"]


def test_a_gate_that_is_not_there_is_refused_with_a_suggestion(project: Project) -> None:
    assert project.run("check", "-g", "relase") == 2
    assert "did you mean 'release'?" in project.err


def test_without_a_policy_the_error_names_the_folder_and_the_way_out(project: Project) -> None:
    (project.folder / "qualitygate.yml").unlink()

    assert project.run("check") == 2
    assert str(project.folder) in project.err
    assert "--config" in project.err


def test_the_policy_is_found_in_the_github_folder_with_paths_from_the_root(project: Project) -> None:
    project.report(passed=30)
    (project.folder / ".github").mkdir()
    (project.folder / "qualitygate.yml").rename(project.folder / ".github/qualitygate.yml")

    assert project.run("check") == 0


def test_base_dir_moves_the_evidence_but_not_the_policy(project: Project) -> None:
    project.report("other/unit.xml", passed=30)

    assert project.run("check") == 3
    assert project.run("check", "--base-dir", "other") == 0


def test_every_problem_of_a_policy_is_shown_at_once_with_its_line(project: Project) -> None:
    project.write("qualitygate.yml", POLICY.replace("at_most: 0", "at_most: 0%").replace("below: 5%", "below: 5"))

    assert project.run("check") == 2
    assert "qualitygate.yml:6:39" in project.err
    assert "qualitygate.yml:7:42" in project.err
    assert "write 5%" in project.err


def test_a_baseline_shows_what_is_new(project: Project) -> None:
    project.write("qualitygate.yml", POLICY + "    - {metric: tests.new_failures, at_most: 0}\n")
    project.report(passed=30)
    project.run("check", "-o", "snapshot=base")
    project.report(passed=30, failed=1)

    assert project.run("check", "--baseline", "base", "-f", "json") == 1
    new = json.loads(project.out)["gates"][0]["conditions"][-1]
    assert (new["metric"], new["value"]) == ("tests.new_failures", "1")
    assert [finding["title"] for finding in new["findings"]] == ["c::failed0"]


def test_a_baseline_that_is_no_snapshot_is_refused_by_name(project: Project) -> None:
    project.report(passed=30)

    assert project.run("check", "--baseline", "unit.xml") == 3
    assert "the baseline unit.xml is not a whole snapshot" in project.err


def test_colour_needs_a_terminal_or_force_color(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report(passed=30)

    project.run("check")
    assert "\x1b[" not in project.out
    monkeypatch.setenv("FORCE_COLOR", "1")
    project.run("check")
    assert "\x1b[" in project.out


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_gets_colour_unless_no_color_says_no(
    project: Project, environment: dict[str, str], *, coloured: bool
) -> None:
    project.report(passed=30)
    ours, theirs = pty.openpty()

    subprocess.run(
        [sys.executable, "-m", "qualitygate", "check"],
        stdout=theirs,
        stderr=theirs,
        check=True,
        env={"PATH": os.environ["PATH"], "TERM": "xterm", **environment},
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)

    assert ("\x1b[1;32mPASS" in shown) is coloured


def test_the_subject_comes_from_the_ci_environment(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report(passed=30)
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/shop")
    monkeypatch.setenv("GITHUB_REF_NAME", "v1.4.0")
    monkeypatch.setenv("GITHUB_SHA", "3f2c1ab" + "0" * 33)

    project.run("check", "-f", "json")

    assert json.loads(project.out)["subject"] == {"commit": "3f2c1ab" + "0" * 33, "name": "acme/shop", "ref": "v1.4.0"}


def test_the_subject_can_be_said(project: Project) -> None:
    project.report(passed=30)

    project.run("check", "-f", "json", "--subject", "name=shop", "--subject", "ref=v2")

    assert json.loads(project.out)["subject"] == {"name": "shop", "ref": "v2"}


def test_a_reader_of_the_output_that_leaves_early_does_not_change_the_answer(project: Project) -> None:
    project.report(failed=20_000)
    run = subprocess.Popen(
        [sys.executable, "-m", "qualitygate", "check", "-v"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.readline()
    run.stdout.close()
    shown = run.stderr.read()
    run.stderr.close()

    assert run.wait() == 1
    assert shown == b""


def test_measure_shows_numbers_without_judging(project: Project) -> None:
    project.report(passed=19, failed=1)

    assert project.run("measure", "--format", "json") == 0
    values = {row["metric"]: row["value"] for row in json.loads(project.out)["measurements"]}
    assert values["tests.defect_rate"] == "0.05"
    assert project.run("measure") == 0
    assert "5 % (1/20)" in project.out


def test_a_long_run_tells_a_terminal_what_it_reads(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qualitygate.cli.check._PATIENCE", -1.0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    project.report(passed=30)

    project.run("check")

    assert "reading file 1" in project.err
    assert project.err.endswith("\r\x1b[K")


def test_in_a_ci_the_markdown_has_links_to_the_lines(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    subprocess.run(["git", "init", "--quiet"], cwd=project.folder, check=True)
    for name, value in {"SERVER_URL": "https://git.example", "REPOSITORY": "acme/shop", "SHA": "1a2b"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    project.write("qualitygate.yml", POLICY)
    project.write("unit.xml", "<testsuite><testcase name='a' file='t.py' line='3'><failure/></testcase></testsuite>")
    assert 1 == project.run("check", "--format", "markdown")
    assert "(https://git.example/acme/shop/blob/1a2b/t.py#L" in project.out
    monkeypatch.delenv("GITHUB_SHA")
    assert 1 == project.run("check", "--format", "markdown")
    assert "git.example" not in project.out
