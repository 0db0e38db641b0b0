"""GitHub's own library for webhooks, as who signs and sends them: one process of node for many."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.github.double.npm import CannotInstall, packages

SCRIPT = """
import { createInterface } from "readline";
import { sign } from "METHODS/dist-node/index.js";
for await (const line of createInterface({ input: process.stdin })) {
  const { secret, url, event, id, body } = JSON.parse(line);
  const headers = { "content-type": "application/json", "x-github-event": event, "x-github-delivery": id };
  headers["x-hub-signature-256"] = await sign(secret, body);
  const answer = await fetch(url, { method: "POST", body, headers });
  console.log(JSON.stringify({ status: answer.status, said: await answer.json() }));
}
"""


class Octokit:
    """Signs a body with a secret, sends it, and says what the answer was."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def send(self, url: str, secret: str, event: str, id: str, body: str) -> tuple[int, str]:
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = {"secret": secret, "url": f"{url}/github/webhooks", "event": event, "id": id, "body": body}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return answer["status"], str(answer["said"].get("state"))


@contextmanager
def octokit(folder: Path) -> Iterator[Octokit]:
    """It at work; where it cannot be had the test is skipped, or fails where that was asked for."""
    node = shutil.which("node")
    try:
        methods = packages(Path(__file__).parent / "npm") / "node_modules" / "@octokit" / "webhooks-methods"
    except CannotInstall as why:
        if os.environ.get("QUALITYGATE_REQUIRE_NPM") == "1":
            raise
        pytest.skip(f"@octokit/webhooks-methods is not here: {why}")
    if node is None:
        pytest.skip("@octokit/webhooks-methods needs node, which is not here")
    script = folder / "send.mjs"
    script.write_text(SCRIPT.replace("METHODS", str(methods)))
    command = [node, str(script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Octokit(process)
        assert process.stdin is not None
        process.stdin.close()
