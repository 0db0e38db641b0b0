"""``go test -json``: one event a line, mixed with what compilers and tests print.

The events are defined at https://pkg.go.dev/cmd/test2json. A test and its subtests are tests each. A test that began
and never ended did not pass; nor did a package that could not be built, failed without a failing test, or never ended:
each is an errored test of its own. A benchmark has no end event, its result line is its end.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsontext import lines, looks_like_json, moment, record, seconds, text
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.recognition import decode, looks_like

OUTCOMES = {
    "pass": TestOutcome.PASSED,
    "bench": TestOutcome.PASSED,
    "fail": TestOutcome.FAILED,
    "skip": TestOutcome.SKIPPED,
}
ACTIONS = (*OUTCOMES, "start", "run", "pause", "cont", "output", "build-output", "build-fail", "attr", "artifacts")
KEPT_LINES = 50
"""Lines of output kept of one running test, to tell why it failed."""

_EVENT = re.compile(
    rf'^\{{(?=.*"(?:Package|ImportPath|Test)"\s*:\s*")(?=.*"Action"\s*:\s*"(?:{"|".join(ACTIONS)})")', re.MULTILINE
)
_BUILD_FAILED = re.compile(r"^FAIL\t(\S+) \[(build|setup) failed\]$", re.MULTILINE)
_PLAIN_TEXT = re.compile(r"^(?:=== RUN|\s*--- (?:PASS|FAIL|SKIP): |ok  \t|PASS$)", re.MULTILINE)
_BENCHMARK = re.compile(r"^(?:(Benchmark\S*?)(?:-\d+)?\s+)?\d+\s+[\d.e+]+ ns/op")
_PLACE = re.compile(r"^\s*(\S+\.go):(\d{1,7}):(?:\d+:)? ?(.*)")
_NOISE = re.compile(r"^\s*(?:===|--- |FAIL|PASS|exit status|#)")

Key = tuple[str, str]
Event = Mapping[str, Any]


class _Output:
    """The last lines a test, a package or a build has printed."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept: deque[str] = deque([""], KEPT_LINES)

    def add(self, part: str) -> str:
        """Take a part of a line, and give the line so far."""
        line = self.kept.pop() + part if self.kept else part
        self.kept.append(text(line.rstrip("\n")))
        if line.endswith("\n"):
            self.kept.append("")
        return line

    def why(self) -> tuple[str, str | None, int | None]:
        """One line of why, and the place it names."""
        said = [line for line in self.kept if line.strip() and not _NOISE.match(line)]
        place = next(filter(None, map(_PLACE.match, said)), None)
        if place:
            return place[3] or place[0].strip(), place[1], int(place[2])
        return (said[0].strip() if said else ""), None, None


class _Run:
    """What is known of the packages and tests of one run so far.

    ``running``, ``packages`` and ``builds`` hold what those have printed. ``failed`` are the packages with a failing
    test. ``unbuilt`` are the builds that failed, and whether no package has told of it yet.
    """

    def __init__(self, source: Source) -> None:
        self.tally = Tally(source)
        self.zone = source.rules.zone
        self.at: datetime | None = None
        self.events = 0
        self.running: dict[Key, _Output] = {}
        self.packages: dict[str, _Output] = {}
        self.builds: dict[str, _Output] = {}
        self.failed: set[str] = set()
        self.unbuilt: dict[str, bool] = {}

    def take(self, event: Event) -> None:
        """Account for one event; one of a kind that is not known says nothing."""
        action, package, test = (text(event.get(name)) for name in ("Action", "Package", "Test"))
        self.events += action in ACTIONS
        stamp = moment(event.get("Time"), self.zone)
        if stamp and (self.at is None or stamp > self.at):
            self.at = stamp
        if action.startswith("build-"):
            self.build(text(event.get("ImportPath")), action, event)
        elif action in OUTCOMES:
            self.end((package, test), event)
        elif action == "output":
            self.output((package, test), event)
        elif action == "run" and test:
            self.begin((package, test))
        elif action in ("start", "run"):
            self.packages.setdefault(package, _Output())

    def begin(self, key: Key) -> None:
        if key in self.running:
            self.unfinished(key)
        self.packages.setdefault(key[0], _Output())
        self.running[key] = _Output()

    def output(self, key: Key, event: Event) -> None:
        package, test = key
        printed = self.packages.setdefault(package, _Output())
        running = self.running.get(key)
        line = (running or printed).add(text(event.get("Output")))
        result = _BENCHMARK.match(line)
        name = (result[1] or test) if result else ""
        if name.startswith("Benchmark"):
            self.running.pop((package, name), None)
            self.add((package, name), TestOutcome.PASSED)

    def end(self, key: Key, event: Event) -> None:
        package, test = key
        if not test:
            self.end_package(package, event)
            return
        self.packages.setdefault(package, _Output())
        outcome = OUTCOMES[text(event.get("Action"))]
        printed = self.running.pop(key, None) or _Output()
        self.add(key, outcome, printed, seconds(event.get("Elapsed")))

    def end_package(self, package: str, event: Event) -> None:
        """The end of a package: what still runs there did not pass, and a failure needs a test that tells it."""
        failed = text(event.get("Action")) == "fail"
        printed = self.packages.pop(package, None) or _Output()
        for key in [key for key in self.running if key[0] == package]:
            self.unfinished(key, passed=not failed and key[1].startswith("Benchmark"))
        build = text(event.get("FailedBuild"))
        if build:
            self.not_built(package, self.builds.get(build) or printed)
            self.unbuilt[build] = False
        elif failed and package not in self.failed:
            self.add((package, "<package>"), TestOutcome.ERRORED, printed, otherwise="failed without a failing test")
        self.failed.discard(package)

    def unfinished(self, key: Key, *, passed: bool = False) -> None:
        printed = self.running.pop(key)
        self.add(
            key, TestOutcome.PASSED if passed else TestOutcome.FAILED, printed, otherwise="began and did not finish"
        )

    def build(self, path: str, action: str, event: Event) -> None:
        printed = self.builds.setdefault(path, _Output())
        if action == "build-output":
            printed.add(text(event.get("Output")))
        else:
            self.unbuilt.setdefault(path, True)

    def not_built(self, package: str, printed: _Output) -> None:
        self.add((package, "<build>"), TestOutcome.ERRORED, printed, otherwise="could not be built")

    def add(
        self,
        key: Key,
        outcome: TestOutcome,
        printed: _Output | None = None,
        elapsed: float | None = None,
        *,
        otherwise: str = "",
    ) -> None:
        message, path, line = printed.why() if printed and outcome is not TestOutcome.PASSED else ("", None, None)
        self.tally.add(
            TestCase(
                class_name=key[0],
                name=key[1],
                outcome=outcome,
                seconds=elapsed,
                message=message or (otherwise if outcome is not TestOutcome.PASSED else ""),
                path=path,
                line=line,
            )
        )
        if outcome > TestOutcome.PASSED:
            self.failed.add(key[0])

    def finish(self) -> TestReport:
        """The report; what has not ended by now was cut off or never built."""
        for key in list(self.running):
            self.unfinished(key)
        for package, printed in self.packages.items():
            if package not in self.failed:
                self.add(
                    (package, "<package>"), TestOutcome.ERRORED, printed, otherwise="has no end in the report: cut off?"
                )
        for path, untold in self.unbuilt.items():
            if untold:
                self.not_built(path.partition(" ")[0].removesuffix(".test"), self.builds[path])
        return self.tally.report(at=self.at)


def recognises(head: bytes) -> bool:
    """Whether a line is an event of test2json, or all there is are packages that could not be built."""
    decoded = decode(head)
    if decoded.lstrip()[:1] in ("<", "["):
        return False
    return bool(_EVENT.search(decoded)) or bool(
        _BUILD_FAILED.search(decoded) and not _PLAIN_TEXT.search(decoded) and not looks_like_json(head, "{")
    )


def read(source: Source) -> Iterator[TestReport]:
    """Read one run. Raises :class:`~qualitygate.errors.CannotReadReport` where no line is an event."""
    run = _Run(source)
    for line in lines(source):
        event = record(line)
        unbuilt = _BUILD_FAILED.match(line) if event is None else None
        if event:
            run.take(event)
        elif unbuilt:
            run.not_built(unbuilt[1], _Output())
    if not run.events and not len(run.tally):
        with source.open() as stream:
            raise CannotReadReport(
                "unrecognised", f"is {looks_like(stream.read(1000))}, not the output of go test -json"
            )
    yield run.finish()


READER = Reader(kind="tests", recognises=recognises, read=read)
