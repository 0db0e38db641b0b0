"""The sections of the text report; its lines are in the golden files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qualitygate.extension import Style
from qualitygate.model.measurement import FileShare, Finding
from qualitygate.model.verdict import GateResult, Outcome
from qualitygate.reporters.text import FILES_SHOWN, RANGES_SHOWN, REPORTER
from tests.reporters import samples

PLAIN, VERBOSE = Style(), Style(verbose=True)
NUMBER = 12


def many() -> object:
    """A passed result over twelve files, one of which has twelve ranges."""
    files = tuple(FileShare(path=f"src/f{number:02}.py", covered=0, total=12) for number in range(NUMBER))
    holes = tuple(
        Finding(title="line", path=file.path, line=2 * line, changed=True) for file in files for line in range(1, 13)
    )
    result = samples.result(samples.CHANGED_LINE, Outcome.PASSED, files=files, findings=holes, share=(0, 144))
    return replace(samples.all_passed(), gates=(GateResult(name="release", conditions=(result,)),))


def test_a_run_that_passed_has_six_lines_where_nothing_lacks_cover():
    covered = (FileShare(path="src/a.py", covered=3, total=3),)
    result = samples.result(samples.CHANGED_LINE, Outcome.PASSED, share=(3, 3), files=covered)
    conditions = (result, *samples.passed())
    told = REPORTER.render(replace(samples.all_passed(), gates=(GateResult(name="g", conditions=conditions),)), PLAIN)
    assert len(told.splitlines()) <= 6
    assert "Coverage of changed lines" not in told


def test_a_run_that_passed_tells_its_uncovered_changed_lines():
    told = REPORTER.render(many(), PLAIN).splitlines()
    assert "Coverage of changed lines: 0 of 144 in 12 files" in told
    assert told.index("Coverage of changed lines: 0 of 144 in 12 files") < len(told) - 1 - FILES_SHOWN


def test_many_files_and_ranges_are_cut_and_verbose_has_them_all():
    brief, whole = REPORTER.render(many(), PLAIN), REPORTER.render(many(), VERBOSE)
    assert brief.count("0 of 12 covered, not 2, 4,") == FILES_SHOWN
    assert f"16, … {12 - RANGES_SHOWN} more ranges\n" in brief
    assert "        … 2 more files (-v lists them)\n" in brief
    assert whole.count("20, 22, 24\n") == NUMBER
    assert "…" not in whole


def test_a_cut_changes_no_count():
    brief, whole = REPORTER.render(many(), PLAIN), REPORTER.render(many(), VERBOSE)
    assert "0 of 144 in 12 files" in brief
    assert "0 of 144 in 12 files" in whole


@pytest.mark.parametrize(("style", "listed"), [(PLAIN, 2 + 10), (VERBOSE, 2 + 12)])
def test_no_finding_is_listed_twice(style, listed):
    told = REPORTER.render(samples.changed_code(), style)
    assert told.count("what S608 says") == 1
    assert told.count(": what ") == listed + 1
    assert told.count("src/old.py:1  ") == 1


def test_verbose_lists_the_findings_on_other_lines_apart():
    brief, whole = (REPORTER.render(samples.changed_code(), style) for style in (PLAIN, VERBOSE))
    assert "\n        12 on other lines (-v lists them)\n" in brief
    assert "\nFindings on other lines: 12\n" in whole


def test_a_long_reason_is_told_in_lines_and_once():
    problems = [f"line {number}: the date is none; did you mean 2026?" for number in range(NUMBER)]
    none = samples.result(samples.CHANGED_LINE, Outcome.NO_DATA, note="; ".join(problems))
    again = replace(none, measurement=replace(none.measurement, labels={"suite": "other"}))
    gates = (GateResult(name="g", conditions=(none, again)),)
    told = REPORTER.render(replace(samples.all_passed(), gates=gates), PLAIN).splitlines()
    assert [f"        {problem}" for problem in problems] == [each for each in told if "the date is none" in each]
    assert 1 == sum(each.startswith("        as of coverage.changed_line") for each in told)


def test_a_short_reason_stays_one_line():
    none = samples.result(samples.CHANGED_LINE, Outcome.NO_DATA, note="one; two")
    gates = (GateResult(name="g", conditions=(none, none)),)
    told = REPORTER.render(replace(samples.all_passed(), gates=gates), PLAIN).splitlines()
    assert 2 == told.count("        one; two")
