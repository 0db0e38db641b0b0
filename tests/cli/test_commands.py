"""The other commands, the exit codes, and what a cold start may load."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO

import pytest

from qualitygate import Report, Source, __version__

from .conftest import POLICY, Project

WAIVER = """\
- id: W-1
  gate: release
  metric: tests.failed
  reason: customer agreed on 2026-11-20 to ship
  requested_by: ann
  approved_by: bob
  created: 2026-11-20
  expires: 2026-12-01
"""

ALLOWED = {"click", "yaml", "_yaml", "qualitygate", "__main__"}
"""The packages beside the standard library that ``check`` may load; each costs every run."""

DEAR = {
    "asyncio",
    "email",
    "http",
    "importlib.metadata",
    "logging",
    "multiprocessing",
    "pathlib",
    "socket",
    "subprocess",
    "urllib.request",
    "xml.etree",
}
"""Standard modules that are too dear for every run; they are imported where they are used."""


def test_version_says_the_command_and_its_version(project: Project) -> None:
    assert project.run("--version") == 0
    assert project.out == f"qualitygate {__version__}\n"


def test_help_lists_every_command(project: Project) -> None:
    assert project.run("--help") == 0
    for command in ("check", "measure", "read", "metrics", "explain", "policy", "waiver"):
        assert f"  {command}" in project.out


def test_a_mistyped_command_is_refused_with_a_suggestion(project: Project) -> None:
    assert project.run("chekc") == 2
    assert "did you mean 'check'?" in project.err


def test_a_format_nobody_registers_is_refused_with_a_suggestion(project: Project) -> None:
    assert project.run("check", "--format", "jsno") == 2
    assert "did you mean 'json'?" in project.err


def test_a_bug_is_seventy_and_no_traceback(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("qualitygate.pipeline.check", broken)

    assert project.run("check") == 70
    assert "Traceback" not in project.err
    assert "ZeroDivisionError: by design" in project.err


def test_a_bug_shows_where_when_asked(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr("qualitygate.pipeline.check", broken)
    monkeypatch.setenv("QUALITYGATE_DEBUG", "1")

    with pytest.raises(ZeroDivisionError):
        project.run("check")


def test_read_needs_no_policy(project: Project) -> None:
    (project.folder / "qualitygate.yml").unlink()
    project.report(passed=3, failed=1, skipped=1)

    assert project.run("read", "unit.xml") == 0
    assert project.out == "unit.xml: junit, 5 tests: 3 passed, 1 failed, 1 skipped; 2.5 s\n"


def test_read_gives_one_json_line_a_file_in_order(project: Project) -> None:
    project.report("b.xml", passed=1)
    project.write("a.xml", "<html><body>502</body></html>")

    assert project.run("read", "--format", "jsonl", "b.xml", "a.xml", "gone.xml") == 3
    rows = [json.loads(line) for line in project.out.splitlines()]
    assert [row["path"] for row in rows] == ["b.xml", "a.xml", "gone.xml"]
    assert rows[0]["tests"] == 1
    assert rows[1]["error"]["slug"] == "unrecognised"
    assert "an HTML page" in rows[1]["error"]["message"]
    assert rows[2]["error"]["slug"] == "unreadable"


def test_read_as_json_is_one_document(project: Project) -> None:
    project.report(passed=1)

    assert project.run("read", "--format", "json", "--as", "junit", "unit.xml") == 0
    assert [row["reader"] for row in json.loads(project.out)] == ["junit"]


class Storms(Report):
    """A report of a kind that is not ours."""

    @property
    def counts(self) -> dict[str, int]:
        """Storms, and days without."""
        return {"storms": 2, "calm_days": 5}


def test_read_tells_what_a_strangers_report_counts(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(name="w", open=BytesIO, reader="weather")
    monkeypatch.setattr("qualitygate.gathering.read", lambda _: [Storms(source=source), Storms(source=source)])

    assert project.run("read", "w") == 0
    assert project.out == "w: weather, 4 storms, 10 calm days\n"
    assert project.run("read", "--format", "json", "w") == 0
    expected = {"path": "w", "reader": "weather", "counts": {"storms": 4, "calm_days": 10}, "contradictions": []}
    assert json.loads(project.out) == [expected]


def test_read_tells_of_a_report_that_counts_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Report(source=Source(name="w", open=BytesIO, reader="weather"), contradictions=("odd",))
    monkeypatch.setattr("qualitygate.gathering.read", lambda _: [report])

    assert project.run("read", "w") == 0
    assert project.out == "w: weather, which counts nothing\n    odd\n"


def test_read_with_a_reader_nobody_registers_is_refused(project: Project) -> None:
    project.report(passed=1)

    assert project.run("read", "--as", "junti", "unit.xml") == 2
    assert "did you mean 'junit'?" in project.err


def test_metrics_lists_the_catalogue(project: Project) -> None:
    assert project.run("metrics", "--format", "json") == 0
    found = {row["name"]: row for row in json.loads(project.out)}
    assert found["tests.defect_rate"]["unit"] == "ratio"
    assert found["tests.new_failures"]["relative"] is True
    assert project.run("metrics") == 0
    assert len(project.out.splitlines()) == len(found)


def test_explain_tells_formula_and_this_projects_numbers(project: Project) -> None:
    project.report(passed=19, failed=1)

    assert project.run("explain", "tests.defect_rate") == 0
    assert "(failed + errored) / (passed + failed + errored)" in project.out
    assert "now: FAIL [suite=unit] 5 % (1/20); 1 failure too many; examined 1 file, 20 tests" in project.out


def test_explain_tells_what_a_gate_asks_for(project: Project) -> None:
    project.report(passed=20)

    assert project.run("explain", "release") == 0
    assert "tests.defect_rate below 5 % for each suite" in project.out


def test_explain_works_without_a_policy(project: Project) -> None:
    (project.folder / "qualitygate.yml").unlink()

    assert project.run("explain", "tests.new_failures") == 0
    assert "--baseline" in project.out


def test_explain_suggests_the_name_that_was_meant(project: Project) -> None:
    assert project.run("explain", "tests.faild") == 2
    assert "did you mean 'tests.failed'?" in project.err


def test_policy_validate_counts_what_it_found(project: Project) -> None:
    assert project.run("policy", "validate") == 0
    assert "is valid: 1 gate, 2 conditions" in project.out


def test_policy_show_is_what_is_judged_by(project: Project) -> None:
    project.write(
        "strict.yml", "version: 1\nextends: qualitygate.yml\ngates:\n  release: [{metric: tests.total, at_least: 1}]\n"
    )

    assert project.run("policy", "show", "-c", "strict.yml") == 0
    shown = json.loads(project.out)
    assert [condition["metric"] for condition in shown["gates"]["release"]] == [
        "tests.failed",
        "tests.defect_rate",
        "tests.total",
    ]
    assert shown["gates"]["release"][1]["below"] == "0.05"


@pytest.mark.parametrize("kind", ["policy", "waivers", "quarantine", "verdict", "waiver-lint"])
def test_policy_schema_prints_a_draft_07_schema(project: Project, kind: str) -> None:
    assert project.run("policy", "schema", kind) == 0
    assert json.loads(project.out)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_waiver_list_shows_each_exception_and_its_state(project: Project) -> None:
    project.write("quality/waivers.yml", WAIVER)

    assert project.run("waiver", "list", "--now", "2026-11-22T09:00:00Z") == 0
    assert "W-1  until 2026-12-01  release/tests.failed" in project.out
    assert project.run("waiver", "list", "--now", "2027-01-01T09:00:00Z") == 0
    assert "W-1  EXPIRED 2026-12-01" in project.out


def test_check_loads_nothing_it_does_not_need(project: Project) -> None:
    project.report(passed=30)
    code = "import sys; from qualitygate.cli import main; main(['check']); print(*sys.modules, file=sys.stderr)"

    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)

    loaded = set(run.stderr.split())
    packages = {name.partition(".")[0] for name in loaded}
    foreign = {
        name
        for name in packages - set(sys.stdlib_module_names)
        if not name.startswith(
            ("__editable__", "_virtualenv", "_distutils", "distutils", "a1_coverage", "coverage", "_cython", "cython")
        )
    }
    assert foreign <= ALLOWED
    assert loaded & DEAR <= _already_loaded()


def _already_loaded() -> set[str]:
    """What an empty start loads in this environment, through its own .pth files."""
    run = subprocess.run(
        [sys.executable, "-I", "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_the_module_runs_as_the_command(project: Project) -> None:
    project.report(passed=30)

    run = subprocess.run([sys.executable, "-m", "qualitygate", "check"], capture_output=True, text=True, check=False)

    assert run.returncode == 0
    assert run.stdout.startswith("qualitygate.yml")


def test_a_reader_nobody_registers_is_refused_when_the_policy_is_loaded(project: Project) -> None:
    project.write("qualitygate.yml", POLICY.replace("unit.xml}", "unit.xml, read: junti}"))

    assert project.run("policy", "validate") == 2
    assert "qualitygate.yml:3:33" in project.err
