"""Issues gathered from one report: fingerprints, shared texts, caps."""

from __future__ import annotations

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model import issues
from qualitygate.model.findings import IssueSeverity
from qualitygate.model.issues import Issues
from tests.samples import NOW, source


def gathered(*told: dict):
    found = Issues(source())
    for each in told:
        found.add(**{"tool": "t", "rule": "r", "severity": IssueSeverity.LOW, "message": "m", **each})
    return found.report(at=NOW, contradictions=["odd"])


def fingerprints(*told: dict) -> list[str]:
    return [issue.fingerprint for issue in gathered(*told).issues]


def test_severities_are_ordered_from_harmless_to_bad():
    assert ["info", "low", "medium", "high", "critical"] == [severity.word for severity in sorted(IssueSeverity)]


def test_a_report_keeps_the_order_its_time_and_what_it_contradicts():
    report = gathered({"rule": "b"}, {"rule": "a"})
    assert (["b", "a"], NOW, ("odd",)) == ([issue.rule for issue in report.issues], report.at, report.contradictions)


def test_tools_are_those_that_ran_and_those_that_found():
    found = Issues(source())
    found.ran("quiet")
    found.add(tool="loud", rule="", severity=IssueSeverity.HIGH, message="")
    assert (("quiet", "loud"), 1) == (found.report().tools, len(found))


def test_a_fingerprint_is_the_same_in_every_process():
    assert ["e7d589427351f610c12f"] == fingerprints({"path": "a.py", "line": 3})


def test_the_line_is_not_in_the_fingerprint():
    assert fingerprints({"line": 3, "end_line": 4}) == fingerprints({"line": 90})


def test_a_leading_dot_makes_no_other_file():
    assert fingerprints({"path": "./a.py"}) == fingerprints({"path": "a.py"})


def test_issues_alike_are_told_apart_by_their_number():
    first, second, third = fingerprints({}, {}, {})
    assert [f"{first}-2", f"{first}-3"] == [second, third]


def test_what_the_report_identifies_by_stands_for_the_issue():
    assert fingerprints({"identity": ["x"]}) == fingerprints({"identity": ["x"], "message": "n", "path": "b.py"})


def test_texts_that_repeat_are_kept_once():
    told = [{"path": f"src/{letter}.py", "message": f"m{letter}"} for letter in "aa"]
    first, second = gathered(*told).issues
    assert told[0]["path"] is not told[1]["path"]
    assert first.path is second.path
    assert first.message is second.message


def test_a_lone_surrogate_breaks_nothing():
    assert 1 == len(fingerprints({"message": "\ud800"}))


def test_more_issues_than_the_cap_are_refused(monkeypatch):
    monkeypatch.setattr(issues, "ISSUES_CAP", 2)
    assert 2 == len(gathered({}, {}).issues)
    with pytest.raises(CannotReadReport, match="more than 2 results") as refused:
        gathered({}, {}, {})
    assert "too-large" == refused.value.slug
