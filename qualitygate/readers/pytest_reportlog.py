"""The JSON lines of pytest-reportlog, one report of pytest's a line.

Described at https://github.com/pytest-dev/pytest-reportlog; the fields are those of ``pytest.TestReport`` and
``pytest.CollectReport`` (https://docs.pytest.org/en/stable/reference/reference.html#testreport). A test has a report
for each of its stages, which other workers' reports may part; a teardown ends it. pytest-rerunfailures gives a failed
attempt the outcome ``rerun``, and sets up again. An expected failure is skipped, an unexpected pass passed. What has no
teardown, and a session without its end, was cut off: an errored test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsontext import (
    first_line,
    lines,
    looks_like_json,
    mapping,
    mappings,
    moment,
    record,
    seconds,
    text,
    whole,
)
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.nodeid import names

STAGES = {"setup": TestOutcome.ERRORED, "call": TestOutcome.FAILED, "teardown": TestOutcome.ERRORED}
"""What a test is whose stage failed; a report of no stage is a crash."""
UNTOLD = (0, 1, 5)
"""Exit codes that the tests explain, https://docs.pytest.org/en/stable/reference/exit-codes.html"""
_TYPE = re.compile(r'^[ \t]*\{.*"\$report_type"\s*:\s*"', re.MULTILINE)

Node = Mapping[str, Any]


class _Test:
    """One test between its first report and its last teardown."""

    __slots__ = ("again", "attempts", "failed", "seconds", "skipped", "stages")

    def __init__(self) -> None:
        self.attempts = 0
        self.seconds = 0.0
        self.begin()

    def begin(self) -> None:
        """Forget what the stages of an earlier attempt came to."""
        self.stages: set[str] = set()
        self.failed: list[tuple[TestOutcome, Node]] = []
        self.skipped: Node | None = None
        self.again = False

    def take(self, report: Node) -> None:
        """Account for one stage."""
        when, outcome = text(report.get("when")), text(report.get("outcome"))
        if when == "setup" and self.again:
            self.begin()
        self.stages.add(when)
        self.seconds += seconds(report.get("duration")) or 0.0
        if outcome == "rerun":
            self.attempts += not self.again
            self.again = True
        elif outcome == "skipped":
            self.skipped = report
        elif outcome != "passed":
            self.failed.append((STAGES.get(when, TestOutcome.ERRORED), report))

    @property
    def over(self) -> bool:
        """Whether its last attempt is over: what crashed has no stages."""
        return not self.again and ("teardown" in self.stages or not self.stages <= set(STAGES))

    def case(self, nodeid: str) -> TestCase:
        """What it came to."""
        outcome, told = TestOutcome.PASSED, None
        if self.failed:
            outcome, told = max(self.failed, key=lambda failure: failure[0])
        elif not self.over:
            outcome = TestOutcome.ERRORED
        elif self.skipped:
            outcome, told = TestOutcome.SKIPPED, self.skipped
        message, path, line = _why(told) if told else ("", None, None)
        class_name, name = names(nodeid)
        return TestCase(
            class_name=class_name,
            name=name,
            outcome=outcome,
            seconds=self.seconds,
            failed_attempts=self.attempts,
            message=message if told or outcome is TestOutcome.PASSED else "began and did not finish",
            path=path if outcome > TestOutcome.PASSED else None,
            line=line if outcome > TestOutcome.PASSED else None,
        )


class _Session:
    """What is known of the tests of one session so far."""

    def __init__(self, source: Source) -> None:
        self.tally = Tally(source)
        self.zone = source.rules.zone
        self.tests: dict[str, _Test] = {}
        self.at: datetime | None = None
        self.known = False
        self.exit_code: int | None = None
        self.failing = False

    def take(self, report: Node) -> None:
        """Account for one line."""
        kind = text(report.get("$report_type"))
        self.known = self.known or bool(kind)
        if kind == "SessionFinish":
            self.exit_code = whole(report.get("exitstatus"))
        elif kind == "CollectReport" and report.get("outcome") == "failed":
            self.not_collected(report)
        elif kind in ("TestReport", "SubTestReport", "SubtestReport"):
            self.stage(report)

    def stage(self, report: Node) -> None:
        nodeid = text(report.get("nodeid"))
        stop = moment(report.get("stop"), self.zone)
        if stop and (self.at is None or stop > self.at):
            self.at = stop
        test = self.tests.setdefault(nodeid, _Test())
        test.take(report)
        if test.over:
            self.add(self.tests.pop(nodeid).case(nodeid))

    def not_collected(self, report: Node) -> None:
        nodeid = text(report.get("nodeid"))
        message, path, line = _why(report)
        self.add(
            TestCase(
                class_name=names(nodeid)[0],
                name="<collection>",
                outcome=TestOutcome.ERRORED,
                message=message or "could not be collected",
                path=path or nodeid.partition("::")[0] or None,
                line=line,
            )
        )

    def add(self, case: TestCase) -> None:
        self.failing = self.failing or case.outcome > TestOutcome.PASSED
        self.tally.add(case)

    def finish(self) -> TestReport:
        """The report; a session that broke, or has no end, is an errored test where no other tells of it."""
        for nodeid, test in self.tests.items():
            self.add(test.case(nodeid))
        message = "has no end in the report: cut off?" if self.exit_code is None else f"exit code {self.exit_code}"
        broken = self.exit_code is None or (self.exit_code not in UNTOLD and not self.failing)
        denied = not broken and self.failing != (self.exit_code not in (0, 5))
        if broken:
            self.add(TestCase(class_name="", name="<session>", outcome=TestOutcome.ERRORED, message=message))
        return self.tally.report(
            at=self.at,
            contradictions=[f"has {message}, but {'a' if self.failing else 'no'} test that failed"] if denied else (),
        )


def recognises(head: bytes) -> bool:
    """Whether a line is an object with a ``$report_type``."""
    return bool(_TYPE.search(looks_like_json(head, "{")))


def read(source: Source) -> Iterator[TestReport]:
    """Read one session. Raises :class:`~qualitygate.errors.CannotReadReport` where no line is a report of pytest's."""
    session = _Session(source)
    for line in lines(source):
        report = record(line)
        if report:
            session.take(report)
    if not session.known:
        raise CannotReadReport("unrecognised", "holds no line with a $report_type, so it is no log of pytest-reportlog")
    yield session.finish()


READER = Reader(kind="tests", recognises=recognises, read=read)


def _why(report: Node) -> tuple[str, str | None, int | None]:
    """One line of why, and where it was raised; ``longrepr`` is an object, a text or ``[path, line, why]``."""
    said = report.get("longrepr")
    if isinstance(said, list):
        path, line, why = (*said, None, None, None)[:3]
        return first_line(text(why)).removeprefix("Skipped: "), text(path) or None, whole(line) or None
    if isinstance(said, str):
        return first_line(text(said)), None, None
    crash = mapping(mapping(said).get("reprcrash"))
    entries = mappings(mapping(mapping(said).get("reprtraceback")).get("reprentries"))
    place = mapping(mapping(entries[-1].get("data")).get("reprfileloc")) if entries else {}
    message = first_line(text(crash.get("message")) or text(mapping(said).get("longrepr")))
    return (
        message,
        text(place.get("path") or crash.get("path")) or None,
        whole(place.get("lineno") or crash.get("lineno")) or None,
    )
