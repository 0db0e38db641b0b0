"""CTRF JSON, the Common Test Report Format, checked against its rules before it is believed.

Defined at https://github.com/ctrf-io/ctrf (version 0.0 of its JSON Schema, whose types, required and allowed properties
are the tables below). Formats (``uuid``, ``date-time``, ``uri``) are annotations there and are not checked here.

The outcomes are those of https://www.ctrf.io/docs/specification/status: ``skipped`` and ``pending`` did not run.
``other`` is any other end (timed out, broken, inconclusive): not a pass, and not a failed check, hence errored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsontext import document, looks_like_json, moment, number, seconds, text, whole
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally

OUTCOMES = {
    "passed": TestOutcome.PASSED,
    "failed": TestOutcome.FAILED,
    "skipped": TestOutcome.SKIPPED,
    "pending": TestOutcome.SKIPPED,
    "other": TestOutcome.ERRORED,
}
_FAILING = (TestOutcome.FAILED, TestOutcome.ERRORED)
_REPORT_FORMAT = re.compile(r'"reportFormat"\s*:\s*"CTRF"')
_SHAPE = [re.compile(rf'"{name}"\s*:\s*\{{') for name in ("results", "tool", "summary")]

Check = Callable[[Any], str]
"""Gives what is wrong with a value, after the path to it; nothing where it is right."""


def _is(noun: str, test: Callable[[Any], bool]) -> Check:
    return lambda value: "" if test(value) else f" is not {noun}"


def _list_of(item: Check, *, least: int = 0) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, list) or len(value) < least:
            return " is not a list" + (f" of at least {least}" if least else "")
        wrongs = ((index, item(one)) for index, one in enumerate(value))
        return next((f"[{index}]{wrong}" for index, wrong in wrongs if wrong), "")

    return check


def _object(required: Mapping[str, Check], optional: Mapping[str, Check], *, rest: Check | None = None) -> Check:
    unknown = rest or _is("a CTRF property", lambda _: False)
    checks = {**required, **optional}

    def check(value: Any) -> str:
        if not isinstance(value, dict):
            return " is not an object"
        missing = required.keys() - value.keys()
        if missing:
            return f".{min(missing)} is missing"
        for name, one in value.items():
            wrong = checks.get(name, unknown)(one)
            if wrong:
                return f".{text(name)}{wrong}"
        return ""

    return check


def _whole(value: Any, least: float = float("-inf")) -> bool:
    is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return is_whole and not isinstance(value, bool) and value >= least


def _plain(value: Any) -> bool:
    return isinstance(value, str | bool | int | float)


TEXT = _is("a text", lambda value: isinstance(value, str))
FILLED = _is("a text that is not empty", lambda value: isinstance(value, str) and value != "")
TRUTH = _is("true or false", lambda value: isinstance(value, bool))
INTEGER = _is("a whole number", _whole)
NATURAL = _is("a whole number from 0", lambda value: _whole(value, 0))
POSITIVE = _is("a whole number from 1", lambda value: _whole(value, 1))
NUMBER = _is("a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool))
STATUS = _is(f"one of {', '.join(OUTCOMES)}", lambda value: isinstance(value, str) and value in OUTCOMES)
ANYTHING = _is("an object", lambda value: isinstance(value, dict))
LABEL = _is(
    "a text, number, truth or filled list of them",
    lambda value: _plain(value) or (isinstance(value, list) and value != [] and all(map(_plain, value))),
)
VERSION = _is("a version such as 0.0.0", lambda value: bool(re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", str(value))))
CTRF = _is("CTRF", lambda value: value == "CTRF")

EXTRA = {"extra": ANYTHING}
ATTACHMENT = _object({"name": TEXT, "contentType": TEXT, "path": TEXT}, {"attachmentId": FILLED, **EXTRA})
DELTA = _object({}, dict.fromkeys(("current", "baseline", "change"), NUMBER))
OUTPUT = {"stdout": _list_of(TEXT), "stderr": _list_of(TEXT), "attachments": _list_of(ATTACHMENT)}
TOLD = {"message": TEXT, "trace": TEXT, "snippet": TEXT, "line": INTEGER, "start": INTEGER, "stop": INTEGER}
ATTEMPT = _object(
    {"attempt": POSITIVE, "status": STATUS}, {"attemptId": FILLED, "duration": NATURAL, **TOLD, **OUTPUT, **EXTRA}
)
RATES = dict.fromkeys(("passRate", "failRate", "flakyRate", "averageTestDuration"), DELTA)
TEST = _object(
    {"name": FILLED, "status": STATUS, "duration": INTEGER},
    {
        **dict.fromkeys(("id", "testId", "executionId"), FILLED),
        **dict.fromkeys(("ai", "rawStatus", "type", "filePath", "threadId", "browser", "device", "screenshot"), TEXT),
        "suite": _list_of(TEXT, least=1),
        "tags": _list_of(TEXT),
        "labels": _object({}, {}, rest=LABEL),
        "retries": NATURAL,
        "retryAttempts": _list_of(ATTEMPT, least=1),
        "flaky": TRUTH,
        "parameters": ANYTHING,
        "steps": _list_of(_object({"name": TEXT, "status": STATUS}, EXTRA)),
        "insights": _object({}, {**RATES, "p95TestDuration": DELTA, "executedInRuns": INTEGER, **EXTRA}),
        **TOLD,
        **OUTPUT,
        **EXTRA,
    },
)
SUMMARY = _object(
    dict.fromkeys(("tests", *OUTCOMES, "start", "stop"), INTEGER),
    {**dict.fromkeys(("flaky", "suites", "duration"), INTEGER), **EXTRA},
)
BUILD = dict.fromkeys(("buildName", "buildUrl", "commit"), TEXT)
ENVIRONMENT = _object(
    {},
    {
        **dict.fromkeys(("reportName", "appName", "appVersion", "buildId", "repositoryName", "repositoryUrl"), TEXT),
        **dict.fromkeys(("branchName", "osPlatform", "osRelease", "osVersion", "testEnvironment"), TEXT),
        **BUILD,
        "buildNumber": INTEGER,
        "shardId": FILLED,
        "healthy": TRUTH,
        **EXTRA,
    },
)
RESULTS = _object(
    {"tool": _object({"name": FILLED}, {"version": TEXT, **EXTRA}), "summary": SUMMARY, "tests": _list_of(TEST)},
    {"environment": ENVIRONMENT, **EXTRA},
)
REPORT = _object(
    {"reportFormat": CTRF, "specVersion": VERSION, "results": RESULTS},
    {
        **dict.fromkeys(("reportId", "runId"), FILLED),
        **dict.fromkeys(("timestamp", "generatedBy"), TEXT),
        "insights": _object(
            {}, {**RATES, "averageRunDuration": DELTA, "p95RunDuration": DELTA, "runsAnalyzed": INTEGER, **EXTRA}
        ),
        "baseline": _object(
            {"reportId": FILLED},
            {**dict.fromkeys(("timestamp", "source"), TEXT), **BUILD, "buildNumber": INTEGER, **EXTRA},
        ),
        **EXTRA,
    },
)


def recognises(head: bytes) -> bool:
    """Whether it says ``"reportFormat": "CTRF"``, or has the ``results`` with ``tool`` and ``summary`` of one."""
    decoded = looks_like_json(head, "{")
    return bool(_REPORT_FORMAT.search(decoded)) or all(name.search(decoded) for name in _SHAPE)


def read(source: Source) -> Iterator[TestReport]:
    """Read one report. Raises :class:`~qualitygate.errors.CannotReadReport` where it breaks a rule of the format."""
    report = document(source)
    wrong = REPORT(report)
    if wrong:
        raise CannotReadReport("malformed", f"is not valid CTRF: the report{wrong}")
    results = report["results"]
    tally = Tally(source)
    for test in results["tests"]:
        tally.add(_case(test))
    claimed = [name for name in ("tests", *OUTCOMES) if results["summary"][name] > 0]
    yield tally.report(
        at=moment(report.get("timestamp"), source.rules.zone) or _stop(results["summary"], source),
        contradictions=_contradictions(results),
        listed=bool(len(tally) or not claimed),
    )


READER = Reader(kind="tests", recognises=recognises, read=read)


def _stop(summary: Mapping[str, Any], source: Source) -> Any:
    stop = number(summary["stop"])
    return moment(stop / 1000, source.rules.zone) if stop else None


def _case(test: Mapping[str, Any]) -> TestCase:
    outcome = OUTCOMES[test["status"]]
    failing = outcome in _FAILING
    return TestCase(
        class_name=" > ".join(map(text, test.get("suite", ()))),
        name=text(test["name"]),
        file=text(test.get("filePath")) or None,
        outcome=outcome,
        seconds=seconds(test["duration"], per_second=1000),
        failed_attempts=_failed_attempts(test),
        message=text(test.get("message")) or (text(test.get("rawStatus")) if failing else ""),
        path=text(test.get("filePath")) or None if failing else None,
        line=whole(test.get("line")) or None if failing else None,
    )


def _failed_attempts(test: Mapping[str, Any]) -> int:
    """Attempts that failed before the last; ``retries`` counts them only where no history is told."""
    attempts = test.get("retryAttempts")
    failed = (
        sum(OUTCOMES[attempt["status"]] in _FAILING for attempt in attempts) if attempts else whole(test.get("retries"))
    )
    return max(failed, int(test.get("flaky", False)))


def _contradictions(results: Mapping[str, Any]) -> Iterator[str]:
    tests, summary = results["tests"], results["summary"]
    counts = {"tests": len(tests), **{name: sum(test["status"] == name for test in tests) for name in OUTCOMES}}
    for name, listed in counts.items():
        if summary[name] != listed:
            noun = "tests" if name == "tests" else f"{name} tests"
            yield f"counts {text(str(summary[name]))} {noun} in its summary but lists {listed}"
