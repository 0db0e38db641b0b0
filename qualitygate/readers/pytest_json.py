"""The JSON report of pytest-json-report.

Described at https://github.com/numirias/pytest-json-report#format. An expected failure (``xfailed``) is skipped, an
unexpected pass (``xpassed``) passed, as in pytest's own JUnit report. ``rerun`` is what the plug-in calls a test that
pytest-rerunfailures ran again: the stages it lists are those of the last attempt, and they decide. A file that could
not be collected is an errored test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsontext import document, first_line, looks_like_json, mapping, mappings, moment, seconds, text, whole
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.nodeid import names

OUTCOMES = {
    "passed": TestOutcome.PASSED,
    "xpassed": TestOutcome.PASSED,
    "failed": TestOutcome.FAILED,
    "error": TestOutcome.ERRORED,
    "skipped": TestOutcome.SKIPPED,
    "xfailed": TestOutcome.SKIPPED,
}
STAGES = {"setup": TestOutcome.ERRORED, "call": TestOutcome.FAILED, "teardown": TestOutcome.ERRORED}
"""What a test is whose stage failed."""
BROKEN = {2: "was interrupted", 3: "met an internal error", 4: "was used wrongly"}
"""Exit codes of a session that did not run its tests, https://docs.pytest.org/en/stable/reference/exit-codes.html"""
_HEAD = tuple(re.compile(rf'"{name}"\s*:') for name in ("created", "exitcode", "root"))
_SKIPPED = re.compile(r"^\(['\"](.*?)['\"], (\d+), ['\"](?:Skipped: )?(.*)['\"]\)$", re.DOTALL)

Node = Mapping[str, Any]


def recognises(head: bytes) -> bool:
    """Whether it is an object with ``created``, ``exitcode`` and ``root``, which the plug-in writes first."""
    decoded = looks_like_json(head, "{")
    return bool(decoded) and all(name.search(decoded) for name in _HEAD)


def read(source: Source) -> Iterator[TestReport]:
    """Read one report. Raises :class:`~qualitygate.errors.CannotReadReport` where it is no report of the plug-in."""
    report = document(source)
    if not isinstance(report, dict) or "exitcode" not in report or "summary" not in report:
        raise CannotReadReport("unrecognised", "is a JSON document, but no report of pytest-json-report")
    tests = mappings(report.get("tests"))
    cases = [*map(_case, tests), *_not_collected(mappings(report.get("collectors")))]
    failing = any(case.outcome > TestOutcome.PASSED for case in cases)
    if not failing and whole(report["exitcode"]) in BROKEN:
        cases.append(_broken(whole(report["exitcode"])))
    tally = Tally(source)
    for case in cases:
        tally.add(case)
    yield tally.report(
        at=moment(report.get("created"), source.rules.zone),
        contradictions=_contradictions(report, tests, failing=failing),
        listed=bool(cases or not whole(mapping(report["summary"]).get("total"))),
    )


READER = Reader(kind="tests", recognises=recognises, read=read)


def _case(test: Node) -> TestCase:
    stages = {name: mapping(test.get(name)) for name in STAGES if name in test}
    outcome = OUTCOMES.get(text(test.get("outcome")))
    rerun = test.get("outcome") == "rerun"
    if outcome is None:
        outcome = _worst(stages) if rerun else TestOutcome.ERRORED
    class_name, name = names(text(test.get("nodeid")))
    message, path, line = _why(stages, outcome)
    told = [seconds(stage.get("duration")) for stage in stages.values()]
    known = [duration for duration in told if duration is not None]
    return TestCase(
        class_name=class_name,
        name=name,
        outcome=outcome,
        seconds=sum(known) if known else None,
        failed_attempts=int(rerun and outcome is not TestOutcome.SKIPPED),
        message=message,
        path=path,
        line=line,
    )


def _worst(stages: Mapping[str, Node]) -> TestOutcome:
    """What the stages of the last attempt came to."""
    told = {text(stage.get("outcome")) for stage in stages.values()}
    failed = [STAGES[name] for name, stage in stages.items() if stage.get("outcome") in ("failed", "error")]
    if failed or not told <= {"passed", "skipped"}:
        return max(failed, default=TestOutcome.ERRORED)
    return TestOutcome.SKIPPED if not told or "skipped" in told else TestOutcome.PASSED


def _why(stages: Mapping[str, Node], outcome: TestOutcome) -> tuple[str, str | None, int | None]:
    """One line of why, and the place where it was raised."""
    wanted = ("skipped",) if outcome is TestOutcome.SKIPPED else ("failed", "error")
    stage = next((stage for stage in stages.values() if stage.get("outcome") in wanted), None)
    if stage is None or outcome is TestOutcome.PASSED:
        return "", None, None
    crash = mapping(stage.get("crash"))
    said = text(stage.get("longrepr"))
    skipped = _SKIPPED.match(said)
    message = text(crash.get("message")) or (skipped[3] if skipped else said)
    traceback = mappings(stage.get("traceback"))
    place = traceback[-1] if traceback else crash
    if outcome is TestOutcome.SKIPPED:
        return first_line(message), None, None
    return first_line(message), text(place.get("path")) or None, whole(place.get("lineno")) or None


def _not_collected(collectors: list[dict[str, Any]]) -> Iterator[TestCase]:
    """A file or class that could not be collected is an errored test, named by what it is."""
    for collector in collectors:
        if collector.get("outcome") in ("failed", "error"):
            said = [line.strip() for line in str(collector.get("longrepr", ""))[-4000:].splitlines() if line.strip()]
            last = next((line[1:].strip() for line in reversed(said) if line.startswith("E ")), "".join(said[-1:]))
            nodeid = text(collector.get("nodeid"))
            yield TestCase(
                class_name=names(nodeid)[0],
                name="<collection>",
                outcome=TestOutcome.ERRORED,
                message=text(last) or "could not be collected",
                path=nodeid.partition("::")[0] or None,
            )


def _broken(code: int) -> TestCase:
    message = f"the session {BROKEN[code]}: exit code {code}"
    return TestCase(class_name="", name="<session>", outcome=TestOutcome.ERRORED, message=message)


def _contradictions(report: Node, tests: list[dict[str, Any]], *, failing: bool) -> Iterator[str]:
    summary = mapping(report["summary"])
    for name in ("total", *OUTCOMES):
        listed = len(tests) if name == "total" else sum(test.get("outcome") == name for test in tests)
        if name in summary and whole(summary[name]) != listed:
            noun = "tests" if name == "total" else f"{name} tests"
            yield f"counts {whole(summary[name])} {noun} in its summary but lists {listed}"
    if failing != (whole(report["exitcode"]) not in (0, 5)):
        yield f"has exit code {whole(report['exitcode'])}, but {'a' if failing else 'no'} test that failed"
