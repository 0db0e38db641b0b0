"""A workflow run as GitHub starts one: a checkout, an event file, the runner's variables, and the double to tell."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import requests

from qualitygate.action import run
from tests.checkout import Checkout
from tests.github.conftest import github, running_double
from tests.github.double.github import GitHub

__all__ = ["github", "running_double"]

POLICY = """\
version: 1
name: shop
evidence:
  unit: {files: reports/unit.xml}
gates:
  pull-request:
    - {metric: tests.failed, at_most: 0}
    - {metric: tests.executed, at_least: 1}
"""
WRITE = {"checks": "write", "statuses": "write", "pull_requests": "write", "issues": "write", "actions": "read"}


def junit(*, passed: int = 3, failed: int = 0, words: str = "no") -> str:
    good = "".join(
        f"<testcase classname='c' name='ok{number}' file='test_a.py' line='{number}'/>" for number in range(passed)
    )
    bad = "".join(
        f"<testcase classname='c' name='bad{number}' file='tests/test_b.py' line='{number + 1}'>"
        f"<failure message='{words} {number}'>tests/test_b.py:{number + 1}: in bad{number}</failure></testcase>"
        for number in range(failed)
    )
    return f"<testsuite name='s'>{good}{bad}</testsuite>"


class Workflow:
    """One repository on the double, its checkout, and steps that run for its events."""

    def __init__(self, double: GitHub, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.double = double
        self.shop = double.repository("acme/shop")
        self.folder = folder
        self.checkout = Checkout(folder / "work")
        self.capture = capture
        self.permissions: dict[str, str] = dict(WRITE)
        self.log = ""
        self.outputs: dict[str, str] = {}
        self.summary = ""
        self.checkout.write("qualitygate.yml", POLICY)
        self.base = self.checkout.commit()
        self.shop.commit(sha=self.base, branch="main")
        self.attempt = 0

    def write(self, name: str, text: str) -> None:
        self.checkout.write(name, text)

    def pull(self, *, fork: bool = False, number: int = 7) -> dict[str, Any]:
        """A pull request of what the checkout holds now, as its event."""
        if "feature" not in self.checkout.git("branch", "--list", "feature"):
            self.checkout.branch()
        sha = self.checkout.commit()
        if number in self.shop.pulls:
            pull = self.shop.pulls[number]
            self.shop.commit(sha=sha, branch="feature")
            pull.source.branches["feature"] = pull.sha = sha
        else:
            self.shop.pull(number=number, sha=sha, fork=fork)
        told = self.ask(f"/repos/acme/shop/pulls/{number}")
        return {"action": "synchronize", "number": number, "pull_request": told, "repository": told["base"]["repo"]}

    def ask(self, path: str) -> Any:
        token = self.double.token(**dict.fromkeys(("pull_requests", "contents", "metadata", "actions"), "read"))
        answer = requests.get(self.double.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        answer.raise_for_status()
        self.double.calls.clear()
        return answer.json()

    def keep_snapshot(
        self, text: bytes, *, name: str = "qualitygate-snapshot", file: str = "qualitygate-snapshot.jsonl", **of: Any
    ) -> None:
        packed = BytesIO()
        with ZipFile(packed, "w") as archive:
            archive.writestr(file, text)
        self.shop.artifact(self.shop.run(**of), name, packed.getvalue())

    def step(
        self, payload: dict[str, Any], event: str = "pull_request", *, token: str | None = None, **inputs: str
    ) -> int:
        """Run the action for an event; what it said and set is kept."""
        self.attempt += 1
        event_path, output, summary = (self.folder / name for name in ("event.json", "output", "summary.md"))
        event_path.write_text(json.dumps(payload))
        output.write_text("")
        summary.write_text("")
        environ = {
            "PATH": os.environ["PATH"],
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.double.url,
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_WORKSPACE": str(self.checkout.folder),
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(event_path),
            "GITHUB_SHA": self.checkout.git("rev-parse", "HEAD"),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_RUN_ID": "99",
            "GITHUB_RUN_ATTEMPT": str(self.attempt),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(self.folder / "temp"),
            "INPUT_WORKING_DIRECTORY": str(self.checkout.folder),
            "INPUT_NAME": "quality gate",
            "INPUT_TOKEN": self.double.token(**self.permissions) if token is None else token,
            **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
        }
        self.double.calls.clear()
        self.capture.readouterr()
        code = run(environ)
        self.log = self.capture.readouterr().out
        self.outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        self.summary = summary.read_text()
        return code

    @property
    def check(self) -> Any:
        return self.shop.check_runs[-1]

    def comments(self, number: int = 7) -> list[str]:
        return [each.body for each in self.shop.comments(number)]


@pytest.fixture
def workflow(github: GitHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Workflow:
    return Workflow(github, tmp_path, capsys)
