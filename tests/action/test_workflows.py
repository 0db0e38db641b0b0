"""Every workflow that we show is one: by its schema, by actionlint and zizmor; and what it does with strangers' files.

actionlint checks the expressions and the runtimes of the actions used, zizmor what an attacker could make of them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from qualitygate.action.inputs import SNAPSHOT
from qualitygate.baseline import FILE

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples" / "workflows").glob("*.yml"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
IN_PAGES = {
    f"{page.stem}-{number}": text
    for page in PAGES
    for number, text in enumerate(FENCE.findall(page.read_text(encoding="utf-8")))
    if re.search(r"^jobs:", text, re.MULTILINE)
}
ALL = {path.stem: path.read_text(encoding="utf-8") for path in EXAMPLES} | IN_PAGES
WRONG = """\
name: Wrong
on: {workflow_run: {workflows: [Tests], types: [completed]}}
jobs:
  judge:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: echo "${{ github.event.workflow_run.head_branch }} ${{ steps.nowhere.outputs.answer }}"
"""


def lint(tool: str, *options: str) -> subprocess.CompletedProcess[str]:
    folder = Path(sys.executable).parent
    command = shutil.which(tool, path=os.pathsep.join([str(folder), os.environ["PATH"]]))
    if command is None:
        pytest.fail(f"{tool} is not installed: the dependency group dev")
    return subprocess.run([command, *options], capture_output=True, text=True, check=False, timeout=60)


def actionlint(*paths: Path) -> subprocess.CompletedProcess[str]:
    return lint("actionlint", "-shellcheck=", "-pyflakes=", *map(str, paths))


def zizmor(*paths: Path) -> subprocess.CompletedProcess[str]:
    """Strict, for a file that zizmor takes for no workflow is else passed over; an example has to stand more."""
    persona = "regular" if {path.stem for path in paths} & set(IN_PAGES) else "pedantic"
    options = ("--offline", "--no-progress", "--no-config", "--strict-collection", f"--persona={persona}")
    return lint("zizmor", *options, *map(str, paths))


def schema(kind: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    return lint("check-jsonschema", "--builtin-schema", f"vendor.github-{kind}", *map(str, paths))


def loaded(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(ALL[name])
    return data


def jobs(name: str) -> list[dict[str, Any]]:
    return list(loaded(name)["jobs"].values())


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in jobs(name) for step in job["steps"]]


@pytest.fixture
def workflows(tmp_path: Path) -> list[Path]:
    paths = {tmp_path / f"{name}.yml": text for name, text in ALL.items()}
    for path, text in paths.items():
        path.write_text(text, encoding="utf-8")
    return list(paths)


def test_there_are_workflows_to_look_at():
    names = ["evidence", "fork-judge", "fork-reports", "merge-queue", "pull-request", "records", "release", "support"]
    assert names == [path.stem for path in EXAMPLES]
    assert ["README-1", "github-0"] == list(IN_PAGES)
    assert IN_PAGES["README-1"] == IN_PAGES["github-0"]


def test_every_workflow_is_one_by_the_published_schema(workflows):
    done = schema("workflows", *workflows)
    assert 0 == done.returncode, done.stdout


def test_actionlint_finds_nothing(workflows):
    done = actionlint(*workflows)
    assert (0, "") == (done.returncode, done.stdout)


def test_zizmor_finds_nothing(workflows):
    shown = [path for path in workflows if path.stem in IN_PAGES]
    for paths in (shown, [*EXAMPLES, ROOT / "action.yml"]):
        done = zizmor(*paths)
        assert 0 == done.returncode, done.stdout
        assert all(path.name in done.stderr for path in paths)


def test_the_action_is_one_by_the_published_schema():
    done = schema("actions", ROOT / "action.yml")
    assert 0 == done.returncode, done.stdout


def test_the_linters_find_what_is_wrong(tmp_path):
    path = tmp_path / "wrong.yml"
    path.write_text(WRONG, encoding="utf-8")
    assert 'property "nowhere" is not defined' in actionlint(path).stdout
    found = zizmor(path).stdout
    for audit in ("template-injection", "unpinned-uses", "dangerous-triggers", "artipacked"):
        assert audit in found
    path.write_text(WRONG.replace("runs-on", "runs_on"), encoding="utf-8")
    assert 0 != schema("workflows", path).returncode
    action = tmp_path / "action.yml"
    action.write_text((ROOT / "action.yml").read_text(encoding="utf-8").replace("shell: bash\n", "", 1), "utf-8")
    assert 0 != schema("actions", action).returncode
    assert 0 != zizmor(action).returncode


# What a linter does not know


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_job_has_an_end_and_rights_of_its_own(path):
    assert {} == loaded(path.stem)["permissions"]
    assert "concurrency" in loaded(path.stem)
    for job in jobs(path.stem):
        assert job["timeout-minutes"] <= 60
        assert job["permissions"]


@pytest.mark.parametrize("name", ALL)
def test_every_action_is_pinned_with_its_version_beside_it(name):
    lines = re.findall(r"uses: (.*)", ALL[name])
    assert lines
    for line in lines:
        assert re.fullmatch(r"[\w-]+/[\w-]+[\w/-]*@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


@pytest.mark.parametrize("name", ALL)
def test_our_action_is_given_inputs_that_it_has(name):
    known = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    ours = [step for step in steps(name) if step.get("uses", "").startswith("acme/qualitygate@")]
    assert bool(ours) is (name not in {"evidence", "fork-reports", "records", "support"})
    for step in ours:
        assert set(step.get("with", {})) <= set(known)


def test_the_snapshot_that_is_kept_is_the_one_that_is_looked_for():
    (kept,) = (step for step in steps("pull-request") if step.get("name") == "Keep the snapshot of main")
    assert (SNAPSHOT, "${{ steps.gate.outputs.snapshot-path }}") == (kept["with"]["name"], kept["with"]["path"])
    assert FILE.startswith(SNAPSHOT)


def test_a_check_has_one_name_in_pull_requests_of_all_kinds_and_in_the_queue():
    gates = {
        step["with"]["gate"]
        for name in ("pull-request", "fork-judge", "merge-queue")
        for step in steps(name)
        if step.get("uses", "").startswith("acme/")
    }
    assert {"pull-request"} == gates


# The fork's two halves


def test_the_half_that_runs_a_strangers_code_can_only_read():
    assert [{"contents": "read"}] == [job["permissions"] for job in jobs("fork-reports")]
    assert "secrets." not in ALL["fork-reports"]


def test_the_half_that_may_write_takes_nothing_but_reports_from_the_fork():
    text = ALL["fork-judge"]
    (checkout,) = (step for step in steps("fork-judge") if step.get("uses", "").startswith("actions/checkout@"))
    assert {"persist-credentials": False} == checkout["with"]  # no ref and no repository: the default branch
    assert not re.search(r"head_sha|head_commit|refs/pull", text)
    (fetched,) = (step for step in steps("fork-judge") if step.get("uses", "").startswith("actions/download-artifact@"))
    assert fetched["with"]["path"].startswith("${{ runner.temp }}/")
    (gate,) = (step for step in steps("fork-judge") if step.get("uses", "").startswith("acme/"))
    for line in gate["with"]["reports"].splitlines():
        assert re.fullmatch(r"\w+=\$\{\{ runner\.temp }}/fork-reports/\w+\.xml", line), line


def test_the_two_halves_know_each_other():
    assert [loaded("fork-reports")["name"]] == loaded("fork-judge")[True]["workflow_run"]["workflows"]
    (handed,) = (step["with"]["name"] for step in steps("fork-reports") if "upload-artifact" in step.get("uses", ""))
    (taken,) = (step["with"]["name"] for step in steps("fork-judge") if "download-artifact" in step.get("uses", ""))
    assert handed == taken


def run(step: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A step's own commands, as the runner runs them."""
    (script,) = (each["run"] for each in steps("fork-judge") if each["name"] == step)
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-e", "-c", script],
        env={"PATH": path, "GITHUB_REPOSITORY": "acme/shop", "RUN": "7", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="the workflow runs on Linux, with GNU find and du")


@needs_linux
def test_a_link_among_a_strangers_reports_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("mine")
    folder = tmp_path / "fork-reports"
    (folder / "-rf .").mkdir(parents=True)
    (folder / "-rf ." / "unit\n.xml").write_text("<testsuite/>")
    (folder / "unit.xml").symlink_to(secret)
    (folder / "all").symlink_to("/")
    os.mkfifo(folder / "pipe")
    assert 0 == run("Keep plain files only", tmp_path, FOLDER=str(folder)).returncode
    assert ["-rf .", "-rf ./unit\n.xml"] == sorted(str(each.relative_to(folder)) for each in folder.rglob("*"))
    assert "mine" == secret.read_text()


@needs_linux
def test_more_files_or_bytes_than_reports_have_are_refused(tmp_path):
    folder = tmp_path / "fork-reports"
    assert 0 == run("Keep plain files only", tmp_path, FOLDER=str(folder)).returncode
    for number in range(101):
        (folder / f"{number}\n").touch()
    assert 0 != run("Keep plain files only", tmp_path, FOLDER=str(folder)).returncode
    (folder / "0\n").unlink()
    assert 0 == run("Keep plain files only", tmp_path, FOLDER=str(folder)).returncode
    with open(folder / "large", "wb") as file:
        file.truncate(200_000_001)
    (folder / "1\n").unlink()
    assert 0 != run("Keep plain files only", tmp_path, FOLDER=str(folder)).returncode


@needs_linux
@pytest.mark.parametrize(("size", "code", "output"), [(0, 0, ""), (20_000_000, 0, "found=true\n"), (20_000_001, 1, "")])
def test_an_artifact_is_weighed_before_it_is_fetched(tmp_path, size, code, output):
    gh = tmp_path / "gh"
    gh.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {tmp_path}/asked\necho {size}\n")
    gh.chmod(0o755)
    told = tmp_path / "output"
    told.touch()
    assert code == run("Weigh the artifact", tmp_path, GITHUB_OUTPUT=str(told)).returncode
    assert output == told.read_text()
    assert "repos/acme/shop/actions/runs/7/artifacts?name=fork-reports" in (tmp_path / "asked").read_text()
