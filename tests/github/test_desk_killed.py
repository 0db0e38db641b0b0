"""A whole run over a busy repository: what it costs, and that a process killed anywhere changes nothing of its end.

``QUALITYGATE_FULL_SYNC=20 pytest tests/github/test_desk_killed.py`` does it with 3,000 issues and 20 points,
which takes long; otherwise 200 issues and 3 points are tried.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Timer
from typing import Any

import pytest

from tests.github.double.github import GitHub
from tests.github.double.wire import Wire
from tests.github.test_desk import POLICY

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked, so that killing many is cheap")
FULL = int(os.environ.get("QUALITYGATE_FULL_SYNC") or 0)
ISSUES, EVENTS, POINTS = (3_000, 40_000, FULL) if FULL else (120, 1_560, 2)
OPEN, YOUNG = 12, 8
PAGE = 50
FORKING = """
import json, os, sys
from qualitygate.desk import deeds, looking, pace, reading, starting, writing
from qualitygate.storage import tickets
import qualitygate.cli.desk
from qualitygate.cli import main
pace.APART = 0
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = 99
        try:
            code = main(json.loads(line))
        finally:
            os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@dataclass(slots=True)
class Runner:
    """Runs the command in processes of their own, one of which dies as it makes a certain call."""

    github: GitHub
    process: subprocess.Popen[str]
    pid: int = 0
    deadly: int = 0

    def run(self, *arguments: str) -> int:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(["support", *arguments]) + "\n")
        self.process.stdin.flush()
        self.pid = int(self.process.stdout.readline())
        return int(self.process.stdout.readline())

    def arrived(self) -> None:
        """Kills the process whose call this is: before it hears the answer, or just after."""
        if self.deadly and len(self.github.calls) == self.deadly:
            if self.deadly % 2:
                self.kill()
            else:
                Timer(0.002, self.kill).start()

    def kill(self) -> None:
        with suppress(ProcessLookupError):  # it was quicker, after its last call
            os.kill(self.pid, signal.SIGKILL)


@pytest.fixture
def runner(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    (tmp_path / "qualitygate.yml").write_text(POLICY)
    token = github.token(issues="write", metadata="read")
    environ = {**os.environ, "GITHUB_TOKEN": token, "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [sys.executable, "-c", FORKING],
        cwd=tmp_path,
        env=environ,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    made = Runner(github, process)
    record = Wire._record

    def recorded(wire: Wire, *arguments: Any) -> None:
        record(wire, *arguments)
        made.arrived()

    monkeypatch.setattr(Wire, "_record", recorded)
    yield made
    process.communicate()


def fill(github: GitHub) -> None:
    """Issues over two months, answered, waiting, closed, reopened; few are open in the end, and the last are young."""
    drawn, shop = Random(7), github.repository("acme/shop")
    lin = github.world.account("lin")
    events = 0
    for at in range(ISSUES):
        github.wait(timedelta(seconds=drawn.randint(1, 2 * 60 * 86_400 // ISSUES)))
        labels = ["support", *(["priority:urgent"] if drawn.random() < 0.1 else [])]
        issue = shop.issue(labels=labels, login="eve", title=f"Trouble {at}")
        events += len(labels)
        if at > ISSUES - YOUNG:
            continue
        left = drawn.randint(4, 2 * EVENTS // ISSUES - 2)
        events += left
        for _ in range(left):
            kind = drawn.choice(("comment", "answer", "label", "turn")) if left > 3 else "answer"
            github.wait(timedelta(seconds=drawn.randint(0, 5)))
            if kind in ("comment", "answer"):
                shop.comment(issue.number, "words", login="lin" if kind == "answer" else "eve")
                issue.updated = github.now
            elif kind == "label":
                other = [name for name in issue.labels if name != "waiting-for-customer"]
                waiting = len(other) < len(issue.labels)
                shop.relabel(issue, other if waiting else [*other, "waiting-for-customer"], lin)
            else:
                shop.turn(issue, lin)
        if issue.state == "open" and at % (ISSUES // OPEN):
            shop.turn(issue, lin)
            events += 1
    assert events > EVENTS * 0.9


def test_a_killed_process_changes_nothing_of_the_end(github: GitHub, runner: Runner, tmp_path: Path) -> None:
    fill(github)
    beginning, now = deepcopy(github.world), (github.now + timedelta(hours=20)).isoformat()

    def both(store: str) -> list[int]:
        common = ("--repo", "acme/shop", "--api-url", github.url, "--store", store, "--now", now)
        return [runner.run("sync", *common), runner.run("label", *common, "--apply")]

    assert [0, 0] == both("whole.sqlite")
    calls, wanted = len(github.calls), ending(github)
    queries, writes = written(github)
    assert (-(-ISSUES // PAGE)) == queries, "a page of fifty is one request"
    assert queries == sum(github.world.points.values()), "and one point"
    assert queries + sum(writes.values()) <= calls <= queries + 3 * sum(writes.values())
    assert {1} == {*writes.values()}
    assert len(writes) > 10 and wanted["labels"]
    github.calls.clear()
    assert [0, 0] == both("whole.sqlite")
    assert 0 == sum(written(github)[1].values()), "what we write makes us write nothing"

    for point in range(POINTS):
        github.wire.world = deepcopy(beginning)
        github.calls.clear()
        runner.deadly = 1 + point * (calls - 1) // (POINTS - 1)
        codes = both(f"{point}.sqlite")
        runner.deadly = 0
        assert [0, 0] == both(f"{point}.sqlite")
        assert wanted == ending(github), f"killed at call {point}"
        assert {1} == {*written(github)[1].values()}, f"killed at call {point}"
        assert -signal.SIGKILL in codes or point == POINTS - 1, codes


def ending(github: GitHub) -> dict[str, Any]:
    shop = github.repository("acme/shop")
    own = {issue.number: sorted(set(issue.labels) & {"sla:at-risk", "sla:breached"}) for issue in shop.issues.values()}
    return {
        "labels": {number: names for number, names in own.items() if names},
        "assignees": {issue.number: issue.assignees for issue in shop.issues.values() if issue.assignees},
        "comments": Counter((each.number, each.body) for each in shop.all_comments if each.body != "words"),
    }


def written(github: GitHub) -> tuple[int, Counter[tuple[str, str, str]]]:
    """How many queries there were, and each write with how often it was asked for."""
    queries = sum(call.path == "/graphql" for call in github.calls)
    writes = [call for call in github.calls if call.method != "GET" and call.path != "/graphql"]
    return queries, Counter((call.method, call.path, json.dumps(call.body)) for call in writes)
