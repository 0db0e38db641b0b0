"""What the report files say: each kind of evidence summed up as a row of data, and the row in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import fsum
from typing import Any

from qualitygate.amounts import number
from qualitygate.escaping import line
from qualitygate.model import coverage
from qualitygate.model.defects import AFTER, BEFORE, OPEN, DefectRegister
from qualitygate.model.deployments import DeploymentRegister
from qualitygate.model.evidence import Evidence, Gap, Report, TestOutcome, TestReport
from qualitygate.model.findings import FindingsReport, IssueSeverity
from qualitygate.model.people import PeopleRegister
from qualitygate.model.population import merge
from qualitygate.model.surveys import SurveyRegister
from qualitygate.model.tickets import Tickets
from qualitygate.model.trainings import TrainingRegister

PLURALS = {"line": "lines", "branch": "branches", "function": "functions"}
Row = dict[str, Any]


def summary(evidence: Sequence[Evidence]) -> Row:
    """What the evidence of one file says, as JSON-ready data."""
    for kind, (_, sum_up, _) in KINDS.items():
        reports = [item for item in evidence if isinstance(item, kind)]
        if reports:
            said = [text for report in reports for text in report.contradictions]
            gaps = [item.told for item in evidence if isinstance(item, Gap)]
            told = {"reader": reports[0].source.reader, **sum_up(reports), "contradictions": said}
            return {**told, "gaps": gaps} if gaps else told
    return {"reader": None, "evidence": [type(item).__name__ for item in evidence]}


def told(row: Mapping[str, Any]) -> str:
    """The row of a file that could be read, in words."""
    if "evidence" in row:
        return ", ".join(row["evidence"])
    said = "".join(f"\n    {line(text)}" for text in (*row["contradictions"], *row.get("gaps", ())))
    tell = next(tell for key, _, tell in KINDS.values() if key in row)
    return f"{row['reader']}, {tell(row)}{said}"


def _tests(reports: Sequence[Any]) -> dict[str, Any]:
    tests = merge(reports)
    failed, errored, skipped = (
        len(tests.ended(outcome)) for outcome in (TestOutcome.FAILED, TestOutcome.ERRORED, TestOutcome.SKIPPED)
    )
    return {
        "tests": tests.total,
        "passed": tests.total - failed - errored - skipped,
        "failed": failed,
        "errored": errored,
        "skipped": skipped,
        "flaky": len(tests.flaky),
        "duration_s": round(fsum(tests.seconds), 6),
    }


def _tests_told(row: Mapping[str, Any]) -> str:
    counts = ", ".join(f"{row[key]} {key}" for key in ("passed", "failed", "errored", "skipped", "flaky") if row[key])
    return f"{row['tests']} tests: {counts or 'none'}; {row['duration_s']} s"


def _coverage(reports: Sequence[Any]) -> dict[str, Any]:
    """Covered and total of each kind; ``None`` where nothing tells, which is not 0."""
    found = coverage.merge(reports)
    shares = {plural: found.share(kind) for kind, plural in PLURALS.items()}
    told: dict[str, Any] = {}
    for plural, (covered, total) in shares.items():
        told |= {f"{plural}_covered": covered if total else None, f"{plural}_total": total or None}
    return {**told, "files": len(found.files)}


def _coverage_told(row: Mapping[str, Any]) -> str:
    shares = (
        f"{row[f'{plural}_covered']} of {row[f'{plural}_total']} {plural}"
        for plural in PLURALS.values()
        if row[f"{plural}_total"]
    )
    return f"{row['files']} files: {', '.join(shares) or 'no data'} covered"


def _findings(reports: Sequence[Any]) -> dict[str, Any]:
    """Results that count, in all and by severity, the worst first; the suppressed ones apart."""
    issues = [issue for report in reports for issue in report.issues]
    counted = Counter(issue.severity for issue in issues if not issue.suppressed)
    return {
        "results": counted.total(),
        **{severity.word: counted[severity] for severity in sorted(IssueSeverity, reverse=True)},
        "suppressed": len(issues) - counted.total(),
        "tools": list(dict.fromkeys(tool for report in reports for tool in report.tools)),
    }


def _findings_told(row: Mapping[str, Any]) -> str:
    words = [severity.word for severity in sorted(IssueSeverity, reverse=True)]
    counts = ", ".join(f"{row[key]} {key}" for key in (*words, "suppressed") if row[key])
    return f"{row['results']} findings of {line(', '.join(row['tools']))}: {counts or 'none'}"


def _defects(reports: Sequence[Any]) -> dict[str, Any]:
    """Duplicates and invalid records are counted in ``left_out`` only."""
    records = [each for report in reports for each in report.defects]
    counted = [each for each in records if each.counts]
    sides = [each.found_in for each in counted]
    return {
        "defects": len(counted),
        "open": sum(each.state == OPEN for each in counted),
        "before_release": sides.count(BEFORE),
        "after_release": sides.count(AFTER),
        "unknown": sides.count(None),
        "left_out": len(records) - len(counted),
    }


def _defects_told(row: Mapping[str, Any]) -> str:
    names = {"open": "open", "before_release": "found before release", "after_release": "found after release"}
    names |= {"unknown": "without found_in", "left_out": "duplicate or invalid left out"}
    counts = ", ".join(f"{row[key]} {words}" for key, words in names.items() if row[key])
    return number("defects", row["defects"]) + (f": {counts}" if counts else "")


def _deployments(reports: Sequence[Any]) -> dict[str, Any]:
    changes = [each for report in reports for each in report.deployments]
    return {"deployments": len(changes), "failed_changes": sum(each.failed for each in changes)}


def _deployments_told(row: Mapping[str, Any]) -> str:
    return f"{number('deployments', row['deployments'])}: {row['failed_changes']} failed"


def _tickets(reports: Sequence[Any]) -> dict[str, Any]:
    tickets = [each for report in reports for each in report.tickets]
    return {"tickets": len(tickets), "events": sum(len(each.events) for each in tickets)}


def _tickets_told(row: Mapping[str, Any]) -> str:
    return f"{number('tickets', row['tickets'])}: {number('events', row['events'])}"


def _people(reports: Sequence[Any]) -> dict[str, Any]:
    people = [each for report in reports for each in report.people]
    return {"people": len(people), "roles": len({role for each in people for role in each.roles})}


def _people_told(row: Mapping[str, Any]) -> str:
    return f"{number('persons', row['people'])} in {number('roles', row['roles'])}"


def _trainings(reports: Sequence[Any]) -> dict[str, Any]:
    trainings = [each for report in reports for each in report.trainings]
    return {"trainings": len(trainings), "exams": sum(len(each.results) for each in trainings)}


def _trainings_told(row: Mapping[str, Any]) -> str:
    return f"{number('trainings', row['trainings'])}: {number('exams', row['exams'])}"


def _surveys(reports: Sequence[Any]) -> dict[str, Any]:
    return {
        "waves": sum(len(report.waves) for report in reports),
        "answers": sum(len(report.answers) for report in reports),
    }


def _surveys_told(row: Mapping[str, Any]) -> str:
    return ", ".join(number(key, row[key]) for key in ("waves", "answers") if row[key]) or number("answers", 0)


def _counted(reports: Sequence[Any]) -> dict[str, Any]:
    """What reports of a stranger's kind count themselves."""
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update(report.counts)
    return {"counts": dict(counts)}


def _counts_told(row: Mapping[str, Any]) -> str:
    counts = (number(line(key).replace("_", " "), count) for key, count in row["counts"].items())
    return ", ".join(counts) or "which counts nothing"


KINDS: Mapping[type[Report], tuple[str, Callable[[Sequence[Any]], Row], Callable[[Mapping[str, Any]], str]]] = {
    TestReport: ("tests", _tests, _tests_told),
    coverage.CoverageReport: ("lines_covered", _coverage, _coverage_told),
    FindingsReport: ("results", _findings, _findings_told),
    DefectRegister: ("defects", _defects, _defects_told),
    DeploymentRegister: ("deployments", _deployments, _deployments_told),
    Tickets: ("tickets", _tickets, _tickets_told),
    PeopleRegister: ("people", _people, _people_told),
    TrainingRegister: ("trainings", _trainings, _trainings_told),
    SurveyRegister: ("answers", _surveys, _surveys_told),
    Report: ("counts", _counted, _counts_told),
}
"""For each kind of report a key that its row alone has, how it is summed up, how its row is told. The last is any."""
