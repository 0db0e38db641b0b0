"""Evidence to lines and back: what a later run compares with, and what shards hand to the job that joins them.

A snapshot is JSON lines: a head, then a line for each report and each gap. Reports are kept apart, not merged, so that
the joined shards give the same verdict as all their reports at once.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, Any

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import Evidence, Gap, ReadingRules, Source, TestCase, TestOutcome, TestReport

HEAD = {"qualitygate": "snapshot", "schema_version": 1}
LINE_CAP = 1024**3

Key = tuple[str | None, str, str]


def dump(evidence: Iterable[Evidence]) -> Iterator[str]:
    """The lines of a snapshot, byte for byte the same for equal evidence. The reports must have kept their names."""
    yield _line(HEAD)
    lines = [_line({"report": _report(item)}) for item in evidence if isinstance(item, TestReport)]
    lines += [_line({"gap": _gap(item)}) for item in evidence if isinstance(item, Gap)]
    yield from sorted(lines)


def load(stream: IO[bytes], source: Source) -> Iterator[Evidence]:
    """The evidence of a snapshot. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    try:
        head = json.loads(stream.readline(LINE_CAP))
        if head != HEAD:
            raise CannotReadReport("unrecognised", f"is not a snapshot of version {HEAD['schema_version']}")
        for line in stream:
            kind, data = next(iter(json.loads(line).items()))
            yield _to_report(data, source) if kind == "report" else _to_gap(data)
    except (ValueError, LookupError, TypeError, AttributeError, StopIteration, RecursionError) as error:
        raise CannotReadReport("malformed", f"is not a whole snapshot: {error}") from error


def _report(report: TestReport) -> dict[str, Any]:
    passed: dict[str, dict[str, list[str]]] = {}
    for file, class_name, name in sorted(report.passed or (), key=lambda key: (key[0] or "", key[1], key[2])):
        passed.setdefault(file or "", {}).setdefault(class_name, []).append(name)
    return {
        "source": report.source.name,
        "labels": dict(sorted(report.source.labels.items())),
        "retries": report.source.rules.retries,
        "at": report.at.isoformat() if report.at else None,
        "runs": report.runs,
        "listed": report.listed,
        "contradictions": list(report.contradictions),
        "passed": passed,
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
        (file or None, class_name, name)
        for file, classes in data["passed"].items()
        for class_name, names in classes.items()
        for name in names
    ]
    cases = tuple(_to_case(*case) for case in data["cases"])
    identities = set(map(hash, ((*name, 0) for name in names)))
    identities.update(hash((case.file, case.class_name, case.name, case.occurrence)) for case in cases)
    return TestReport(
        source=Source(
            name=str(data["source"]),
            open=source.open,
            reader="snapshot",
            labels=dict(data["labels"]),
            rules=ReadingRules(retries=data["retries"]),
        ),
        runs=int(data["runs"]),
        identities=identities,
        cases=cases,
        seconds=array("d", data["seconds"]),
        slowest=tuple((float(seconds), str(title)) for seconds, title in data["slowest"]),
        passed=tuple(names),
        at=datetime.fromisoformat(data["at"]) if data["at"] else None,
        contradictions=tuple(data["contradictions"]),
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
        class_name=class_name,
        name=name,
        outcome=TestOutcome[outcome.upper()],
        file=file,
        occurrence=occurrence,
        seconds=seconds,
        failed_attempts=failed_attempts,
        message=message,
        path=path,
        line=line,
    )


def _to_gap(data: Mapping[str, Any]) -> Gap:
    return Gap(
        slug=data["slug"],
        source=data["source"],
        expected=data["expected"],
        found=data["found"],
        labels=dict(data["labels"]),
        kind=data["kind"],
    )


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
