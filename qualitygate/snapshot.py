"""Evidence to lines and back: what a later run compares with, and what shards hand to the job that joins them.

A snapshot is JSON lines: a head that counts what follows, then a line for each report and each gap. Reports are kept
apart, not merged, so that the joined shards give the same verdict as all their reports at once.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any, TypeVar

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import (
    Evidence,
    Gap,
    ReadingRules,
    Source,
    TestCase,
    TestOutcome,
    TestReport,
    identity_of,
)

HEAD = {"qualitygate": "snapshot", "schema_version": 1}
LINE_CAP = 1024**3

Key = tuple[str | None, str, str]
T = TypeVar("T")
_RETRIES = {None: None, "last": "last", "any-pass": "any-pass"}


def dump(evidence: Iterable[Evidence]) -> Iterator[str]:
    """The lines of a snapshot of tests, byte for byte the same for equal evidence; other evidence is left out.

    Raises ``ValueError`` for a report that has not kept its names: its passing tests would be missing.
    """
    lines = [_line({"report": _report(item)}) for item in evidence if isinstance(item, TestReport)]
    lines += [_line({"gap": _gap(item)}) for item in evidence if isinstance(item, Gap)]
    yield _line({**HEAD, "lines": len(lines)})
    yield from sorted(lines)


def load(stream: IO[bytes], source: Source) -> Iterator[Evidence]:
    """The evidence of a snapshot. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    lines = 0
    try:
        head = json.loads(stream.readline(LINE_CAP))
        if {**head, "lines": 0} != {**HEAD, "lines": 0}:
            raise CannotReadReport("unrecognised", f"is not a snapshot of version {HEAD['schema_version']}")
        for line in stream:
            lines += 1
            [(kind, data)] = json.loads(line).items()
            yield _KINDS[kind](data, source)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CannotReadReport("malformed", f"is not a whole snapshot: {error}") from error
    if lines != head.get("lines"):
        raise CannotReadReport("truncated", f"holds {lines} of {head.get('lines')} lines: cut off while it was copied?")


def _report(report: TestReport) -> dict[str, Any]:
    passed: dict[str | None, dict[str, list[str]]] = {}
    if report.passed is None:
        raise ValueError(f"{report.source.name} was read without the names of its passing tests")
    for file, class_name, name in sorted(report.passed, key=lambda key: (key[0] or "", *key[1:], key[0] is None)):
        passed.setdefault(file, {}).setdefault(class_name, []).append(name)
    return {
        "source": report.source.name,
        "labels": dict(sorted(report.source.labels.items())),
        "retries": report.source.rules.retries,
        "at": report.at.isoformat() if report.at else None,
        "runs": report.runs,
        "listed": report.listed,
        "contradictions": list(report.contradictions),
        "passed": list(passed.items()),
        "cases": sorted((_case(case) for case in report.cases), key=json.dumps),
        "seconds": sorted(report.seconds),
        "slowest": [list(entry) for entry in report.slowest],
    }


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


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "slug": gap.slug,
        "source": gap.source,
        "expected": gap.expected,
        "found": gap.found,
        "labels": dict(sorted(gap.labels.items())),
        "kind": gap.kind,
    }


def _to_report(data: Mapping[str, Any], source: Source) -> TestReport:
    names: list[Key] = [
        (_maybe(file, str), class_name, _is(name, str))
        for file, classes in data["passed"]
        for class_name, names in classes.items()
        for name in names
    ]
    cases = tuple(_to_case(*case) for case in data["cases"])
    identities = {identity_of(*name) for name in names} | {case.identity for case in cases}
    return TestReport(
        source=Source(
            name=_is(data["source"], str),
            open=source.open,
            reader="snapshot",
            labels=_labels(data["labels"]),
            rules=ReadingRules(retries=_RETRIES[data["retries"]]),
        ),
        runs=_is(data["runs"], int),
        identities=identities,
        cases=cases,
        seconds=array("d", data["seconds"]),
        slowest=tuple((_is(seconds, float), _is(title, str)) for seconds, title in data["slowest"]),
        passed=tuple(names),
        at=_instant(data["at"]) if data["at"] else None,
        contradictions=tuple(_is(said, str) for said in data["contradictions"]),
        listed=bool(data["listed"]),
    )


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
        class_name=_is(class_name, str),
        name=_is(name, str),
        outcome=TestOutcome[outcome.upper()],
        file=_maybe(file, str),
        occurrence=_is(occurrence, int),
        seconds=_maybe(seconds, float),
        failed_attempts=_is(failed_attempts, int),
        message=_is(message, str),
        path=_maybe(path, str),
        line=_maybe(line, int),
    )


def _to_gap(data: Mapping[str, Any], _source: Source) -> Gap:
    return Gap(
        slug=_is(data["slug"], str),
        source=_is(data["source"], str),
        expected=_is(data["expected"], str),
        found=_is(data["found"], str),
        labels=_labels(data["labels"]),
        kind=_maybe(data["kind"], str),
    )


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no time zone")
    return moment


def _labels(data: Mapping[str, Any]) -> dict[str, str]:
    return {label: _is(value, str) for label, value in data.items()}


def _is(data: Any, kind: type[T]) -> T:
    if type(data) is not kind:
        raise TypeError(f"{data!r} where {kind.__name__} should be")
    return data


def _maybe(data: Any, kind: type[T]) -> T | None:
    return None if data is None else _is(data, kind)


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


_KINDS: Mapping[str, Callable[[Mapping[str, Any], Source], Evidence]] = {"report": _to_report, "gap": _to_gap}
