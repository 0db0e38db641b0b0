"""Reports of tests in a snapshot: every test by name, those that are more than a plain pass with all that is known."""

from __future__ import annotations

import json
from array import array
from dataclasses import replace
from typing import Any

from qualitygate.model.evidence import ReadingRules, Source, TestCase, TestOutcome, TestReport, identity_of
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, maybe, natural

Key = tuple[str | None, str, str]
_RETRIES = {None: None, "last": "last", "any-pass": "any-pass"}


def encode(report: TestReport) -> dict[str, Any]:
    """As JSON-ready data. Raises ``ValueError`` for a report that has not kept its names."""
    passed: dict[str | None, dict[str, list[str]]] = {}
    if report.passed is None:
        raise ValueError(f"{report.source.name} was read without the names of its passing tests")
    for file, class_name, name in sorted(report.passed, key=lambda key: (key[0] or "", *key[1:], key[0] is None)):
        passed.setdefault(file, {}).setdefault(class_name, []).append(name)
    return {
        **frame.encode(report),
        "retries": report.source.rules.retries,
        "runs": report.runs,
        "listed": report.listed,
        "passed": list(passed.items()),
        "cases": sorted((_case(case) for case in report.cases), key=json.dumps),
        "seconds": sorted(report.seconds),
        "slowest": [list(entry) for entry in report.slowest],
    }


def decode(data: Data, source: Source) -> TestReport:
    """From JSON data."""
    names: list[Key] = [
        (maybe(file, str), class_name, exactly(name, str))
        for file, classes in data["passed"]
        for class_name, names in classes.items()
        for name in names
    ]
    cases = tuple(_to_case(*case) for case in data["cases"])
    framed = frame.decode(data, source)
    framed["source"] = replace(framed["source"], rules=ReadingRules(retries=_RETRIES[data["retries"]]))
    return TestReport(
        **framed,
        runs=natural(data["runs"]),
        identities={identity_of(*name) for name in names} | {case.identity for case in cases},
        cases=cases,
        seconds=array("d", data["seconds"]),
        slowest=tuple((exactly(seconds, float), exactly(title, str)) for seconds, title in data["slowest"]),
        passed=tuple(names),
        listed=exactly(data["listed"], bool),
    )


def _case(case: TestCase) -> list[Any]:
    return [
        case.file,
        case.class_name,
        case.name,
        case.occurrence,
        case.outcome.name.lower(),
        case.failed_attempts,
        case.seconds,
        case.message,
        case.path,
        case.line,
    ]


def _to_case(
    file: str | None,
    class_name: str,
    name: str,
    occurrence: int,
    outcome: str,
    failed_attempts: int,
    seconds: float | None,
    message: str,
    path: str | None,
    line: int | None,
) -> TestCase:
    return TestCase(
        class_name=exactly(class_name, str),
        name=exactly(name, str),
        outcome=TestOutcome[outcome.upper()],
        file=maybe(file, str),
        occurrence=natural(occurrence),
        seconds=maybe(seconds, float),
        failed_attempts=natural(failed_attempts),
        message=exactly(message, str),
        path=maybe(path, str),
        line=maybe(line, int),
    )
