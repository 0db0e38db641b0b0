"""The doors: a stranger's distribution, really installed, used through the real command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from tests.conftest import write_files

STRANGER = Path(__file__).parent / "stranger"
POLICY = """\
version: 1
evidence: {unit: {files: unit.tally}}
gates:
  g:
    - {metric: tests.failed, at_most: 1}
    - {metric: weather.storms, at_most: 0}
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the stranger has been installed as pip does it."""
    source, target = tmp_path_factory.mktemp("stranger") / "source", tmp_path_factory.mktemp("site")
    copytree(STRANGER, source)
    options = ["--no-index", "--no-build-isolation", "--no-deps", "--target", str(target)]
    command = [sys.executable, "-m", "pip", "install", *options, str(source)]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONWARNINGS": ""}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert 0 == done.returncode, done.stderr
    return target


@pytest.fixture
def run(installed, tmp_path):
    def run(*arguments: str, **files: str):
        write_files(
            tmp_path, {"qualitygate.yml": POLICY, "unit.tally": files.get("tally", "tally 1\nok a\nno storm\n")}
        )
        command = [sys.executable, "-m", "qualitygate", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(installed)}
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)

    return run


def test_a_strangers_reader_measure_and_reporter_work_like_our_own(run):
    done = run("check", "--format", "shout")
    assert (1, "FAILED!!!\n") == (done.returncode, done.stdout), done.stderr


def test_a_strangers_metric_is_judged_with_its_findings(run):
    done = run("check")
    assert "weather.storms" in done.stdout
    assert "storm" in done.stdout
    assert 0 == run("check", tally="tally 1\nok a\nno rain\n").returncode


def test_a_strangers_reader_can_be_named_and_refuses_like_our_own(run):
    assert "tally, 2 tests" in run("read", "unit.tally").stdout
    done = run("read", "--as", "tally", "unit.tally", tally="tally 1\nmaybe a\n")
    assert (3, True) == (done.returncode, "has the word 'maybe'" in done.stdout)


def test_a_strangers_metric_is_in_the_catalogue(run):
    assert "weather.storms" in run("metrics").stdout


def test_the_stranger_imports_nothing_but_the_public_face():
    lines = (STRANGER / "stranger.py").read_text().splitlines()
    imports = [line for line in lines if "qualitygate" in line and line.startswith(("import", "from"))]
    assert ["import qualitygate as qg"] == imports
