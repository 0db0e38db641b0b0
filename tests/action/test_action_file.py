"""``action.yml``: what it says and what Python takes are one; and it is installed and run as a runner would."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from qualitygate import git
from qualitygate.action import FILES, _broken, telling
from qualitygate.action.inputs import DEFAULTS, read
from qualitygate.errors import ConfigError, Problem
from tests.reporters import samples

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, JUDGE = ACTION["runs"]["steps"]
WEBSHOP = ROOT / "examples" / "webshop"
EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) }}")
OFFLINE = re.compile(r"No matching distribution|Could not find|not found in the package registry|connect|resolve|fetch")


# What it says


def test_the_inputs_are_those_that_python_takes_with_the_same_defaults():
    declared = {name: each["default"] for name, each in ACTION["inputs"].items()}
    assert ("${{ github.token }}", "") == (declared.pop("token"), DEFAULTS["token"])
    assert "" == declared.pop("version")  # for the installer alone
    assert {name: default for name, default in DEFAULTS.items() if name != "token"} == declared


def test_each_input_reaches_python_under_its_own_name():
    passed = {name: value for name, value in JUDGE["env"].items() if name != "PYTHON"}
    assert {f"INPUT_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}" for name in DEFAULTS} == passed
    assert "${{ inputs.version }}" == INSTALL["env"]["VERSION"]


HEAD = git.head(str(ROOT)) or "1" * 40
"""What is judged is what is checked out, where it is a checkout."""


@pytest.mark.parametrize("name", [name for name in DEFAULTS if name not in {"token", "name"}])
def test_a_variable_of_that_name_is_read(name):
    variable = f"INPUT_{name.upper().replace('-', '_')}"
    given = {
        "fail-on": "never",
        "lang": "zh-CN",
        "to": "issue",
        "comment": "off",
        "annotations": "false",
        "summary": "false",
    }
    assert read({variable: given.get(name, "something")}) != read({})


def test_no_text_of_a_workflow_becomes_a_command():
    for step in (INSTALL, JUDGE):
        assert "${{" not in step["run"]
        assert "bash" == step["shell"]


class Told:
    """What the outputs of a step are asked of."""

    class inputs:  # noqa: N801 - a stand-in
        fail_on = read({}).fail_on


def test_the_outputs_are_those_that_a_step_sets(tmp_path):
    set_ = {*FILES, *telling.outputs(Told, samples.every_outcome())}
    assert set_ == set(ACTION["outputs"])
    for name, output in ACTION["outputs"].items():
        assert f"${{{{ steps.{JUDGE['id']}.outputs.{name} }}}}" == output["value"]
    _broken({"GITHUB_OUTPUT": str(tmp_path / "output")}, ConfigError([Problem("usage", "wrong")]))
    assert {line.partition("=")[0] for line in (tmp_path / "output").read_text().splitlines()} <= set_


def table(section: str) -> dict[str, list[str]]:
    """The rows of the table under a heading of ``docs/github.md``, by their first cell."""
    page = (ROOT / "docs" / "github.md").read_text(encoding="utf-8")
    (text,) = re.findall(rf"^## {section}\n(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    rows = [line.strip("| ").split("|") for line in text.splitlines() if line.startswith("| `")]
    return {name.strip().strip("`"): [cell.strip() for cell in cells] for name, *cells in rows}


def test_the_page_has_a_row_for_each_input_with_its_default():
    shown = {name: cells[0].strip("`") for name, cells in table("Inputs").items()}
    assert {name: each["default"] for name, each in ACTION["inputs"].items()} == shown


def test_the_page_has_a_row_for_each_output():
    assert list(ACTION["outputs"]) == list(table("Outputs"))


# Run as a runner would


class Runner:
    """Runs the steps of ``action.yml`` with their own ``env`` and ``run``, without a token, offline from GitHub."""

    def __init__(self, folder: Path, path: str) -> None:
        self.folder = folder
        self.output = folder / "output"
        self.outputs: dict[str, str] = {}
        keep = {name: os.environ[name] for name in os.environ if re.match(r"HOME$|PIP_|UV_|SSL_|\w+_proxy$", name)}
        self.environ = {
            **keep,
            "PATH": path,
            "RUNNER_TEMP": str(folder / "temp"),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SHA": HEAD,
            "GITHUB_REF": "refs/heads/main",
        }
        Path(self.environ["RUNNER_TEMP"]).mkdir(parents=True)
        event = {"repository": {"full_name": "acme/shop"}, "before": "0" * 40, "after": HEAD, "ref": "refs/heads/x"}
        Path(self.environ["GITHUB_EVENT_PATH"]).write_text(json.dumps(event))

    def step(self, step: dict[str, Any], **inputs: str) -> subprocess.CompletedProcess[str]:
        def value(match: re.Match[str]) -> str:
            known = {f"inputs.{name}": each["default"] for name, each in ACTION["inputs"].items()}
            known |= {"inputs.token": "", "github.action_path": str(ROOT)}
            known |= {f"inputs.{name.replace('_', '-')}": text for name, text in inputs.items()}
            known |= {f"steps.install.outputs.{name}": text for name, text in self.outputs.items()}
            return known[match[1]]

        self.output.write_text("")
        environ = self.environ | {name: EXPRESSION.sub(value, text) for name, text in step["env"].items()}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command, cwd=WEBSHOP, env=environ, capture_output=True, text=True, check=False, timeout=300
        )
        self.outputs |= dict(line.split("=", 1) for line in self.output.read_text().splitlines())
        return done


def tools(folder: Path, *names: str) -> str:
    """A ``PATH`` that has the system's commands, a Python of ours, and of other installers only those named."""
    folder.mkdir(parents=True)
    (folder / "python3").symlink_to(sys._base_executable)
    for name in names:
        found = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        if found is None:
            pytest.skip(f"{name} is not installed")
        (folder / name).symlink_to(found)
    return os.pathsep.join([str(folder), "/usr/bin", "/bin"])


@pytest.fixture(scope="module", params=["pip", "uv"])
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    if sys.platform == "win32":
        pytest.skip("the tools are put together for a POSIX system")
    folder = tmp_path_factory.mktemp(request.param)
    names = [request.param] if request.param == "uv" else []
    runner = Runner(folder, tools(folder / "bin", *names))
    done = runner.step(INSTALL)
    if done.returncode and OFFLINE.search(done.stderr) and os.environ.get("QUALITYGATE_REQUIRE_INDEX") != "1":
        pytest.skip(f"the packages cannot be had here: {done.stderr[-200:]}")
    assert 0 == done.returncode, done.stdout + done.stderr
    return runner


def reports(release: str) -> str:
    return "\n".join(f"{name}=releases/{release}/reports/{name}.xml" for name in ("unit", "integration", "regression"))


def test_a_release_that_keeps_its_promises_passes(runner):
    done = runner.step(JUDGE, config="qualitygate.yml", reports=reports("1.4.0"))
    assert 0 == done.returncode, done.stdout + done.stderr
    assert ("success", "passed", "0") == tuple(runner.outputs[name] for name in ("conclusion", "outcome", "failed"))
    assert set(ACTION["outputs"]) <= set(runner.outputs)
    for name in FILES:
        assert Path(runner.outputs[name]).stat().st_size
    assert "Result: PASS" in done.stdout
    assert "there is no token" in done.stdout


def test_a_release_that_does_not_fails_the_step(runner):
    done = runner.step(JUDGE, config="qualitygate.yml", reports=reports("1.5.0"))
    assert 1 == done.returncode, done.stdout + done.stderr
    assert ("failure", "failed") == (runner.outputs["conclusion"], runner.outputs["outcome"])
    assert "::error" in done.stdout
    assert "❌ FAIL" in (runner.folder / "summary.md").read_text(encoding="utf-8")


def test_an_input_that_is_wrong_is_no_failed_gate(runner):
    done = runner.step(JUDGE, config="qualitygate.yml", fail_on="nodata")
    assert 2 == done.returncode, done.stdout + done.stderr
    assert "did you mean 'no-data'?" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="the tools are put together for a POSIX system")
@pytest.mark.parametrize("version", ["1.0 --index-url=https://evil.example", "1.0;id", "$(id)", "../x", "1\n2"])
def test_a_version_that_is_none_is_not_installed(tmp_path, version):
    done = Runner(tmp_path, tools(tmp_path / "bin")).step(INSTALL, version=version)
    assert 2 == done.returncode
    assert done.stdout.startswith("::error title=qualitygate::the input version cannot be ")
    assert 1 == len(done.stdout.splitlines())


@pytest.mark.skipif(sys.platform == "win32", reason="the tools are put together for a POSIX system")
def test_a_python_that_is_too_old_is_said_to_be(tmp_path):
    path = tools(tmp_path / "bin")
    (tmp_path / "bin" / "python3").unlink()
    (tmp_path / "bin" / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "python3").chmod(0o755)
    done = Runner(tmp_path, path).step(INSTALL)
    assert 2 == done.returncode
    assert "Python 3.11 or newer is needed" in done.stdout
