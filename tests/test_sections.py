"""What stands beside the results: changed files with what is not covered, and findings, each once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate import sections, wording
from qualitygate.model.measurement import FileShare, Finding, RegisterEntry
from qualitygate.model.verdict import GateResult, Outcome, Verdict
from tests.reporters import samples
from tests.reporters.samples import CHANGED_LINE, FAILED, NEW, SUPPRESSED, TOTAL, UNCOVERED, found, result

PASSED, WARNED, WAIVED, NO_DATA, BAD = Outcome


def verdict(*results) -> Verdict:
    return replace(samples.all_passed(), gates=(GateResult(name="g", conditions=results),))


def hole(path: str, first: int, last: int | None = None) -> Finding:
    return Finding(title="not covered", path=path, line=first, end_line=last, changed=True)


def share(path: str, covered: int, total: int) -> FileShare:
    return FileShare(path=path, covered=covered, total=total)


ONE_FILE = (share("a.py", 1, 9),)


def covered(*holes: Finding, files=ONE_FILE, metric=CHANGED_LINE, outcome=BAD, **more):
    return result(metric, outcome, findings=holes, files=files, **more)


# Registers


def entry(line: int, **more) -> RegisterEntry:
    return RegisterEntry(register="r.yml", line=line, id=f"D{line}", title="", path="a.md", **more)


def test_what_lacks_something_comes_first_and_what_is_not_required_last():
    entries = (entry(1, left_out="x"), entry(2), entry(3, missing=("x",)), entry(4), entry(5, missing=("y",)))
    (section,) = sections.registers(verdict(result(FAILED, PASSED, register=entries)))
    assert [3, 5, 2, 4, 1] == [each.line for each in section.entries]
    assert (4, 2) == (section.required, section.complete)


def test_a_register_that_two_gates_ask_for_is_told_once_and_another_one_with_its_labels():
    same = result(FAILED, PASSED, register=(entry(1),))
    other = result(FAILED, PASSED, register=(entry(2),), labels={"suite": "b"})
    found = sections.registers(verdict(same, other, replace(same, outcome=BAD)))
    assert [{}, {"suite": "b"}] == [section.labels for section in found]
    assert () == sections.registers(verdict(result(FAILED, PASSED)))


# Changed code


def test_a_changed_file_has_its_share_and_its_uncovered_lines():
    (section,) = sections.changed_code(verdict(covered(hole("a.py", 3, 5), hole("a.py", 9))))
    assert (1, 9, ((3, 5), (9, 9))) == (section.covered, section.total, section.files[0].uncovered)


def test_what_passed_tells_its_changed_files_too():
    assert sections.changed_code(verdict(covered(hole("a.py", 3), outcome=PASSED)))


def test_two_metrics_of_the_same_lines_tell_them_once():
    both = (covered(hole("a.py", 3)), covered(hole("a.py", 3), metric=UNCOVERED, outcome=PASSED))
    assert 1 == len(sections.changed_code(verdict(*both)))


def test_each_set_of_labels_with_other_lines_is_told_with_its_labels():
    units = covered(hole("a.py", 3), labels={"suite": "unit"})
    system = covered(hole("a.py", 4), labels={"suite": "system"})
    found = sections.changed_code(verdict(units, system))
    assert ["Coverage of changed lines [suite=unit]: 1 of 9 in 1 file", {"suite": "system"}] == [
        wording.changed_code(found[0]),
        found[1].labels,
    ]


def test_a_covered_file_lacks_nothing():
    files = (share("a.py", 1, 9), share("b.py", 2, 2))
    (section,) = sections.changed_code(verdict(covered(hole("a.py", 3), files=files)))
    assert ["a.py"] == [file.path for file in section.lacking]
    assert (3, 11) == (section.covered, section.total)


def test_without_a_value_nothing_is_told_of_files():
    assert () == sections.changed_code(verdict(covered(hole("a.py", 3), value=None)))


def test_findings_that_are_no_lines_of_the_files_stay_with_their_result():
    for stray in (Finding(title="t"), Finding(title="t", path="a.py"), hole("z.py", 3)):
        told = covered(hole("a.py", 3), stray)
        assert () == sections.changed_code(verdict(told))
        assert "" == wording.listed(told.measurement, whole=True)


def test_what_has_its_section_says_where():
    measurement = covered(hole("a.py", 3)).measurement
    assert "Coverage of changed lines" == wording.listed(measurement, whole=False)
    assert "" == wording.listed(replace(measurement, findings=()), whole=False)


RANGES = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 5)), min_size=1, max_size=8)


@given(ranges=RANGES)
def test_ranges_of_several_label_sets_are_joined_and_lose_no_line(ranges):
    holes = [hole("a.py", first, first + more if more else None) for first, more in ranges]
    (section,) = sections.changed_code(verdict(covered(*holes)))
    told = section.files[0].uncovered
    expected = {line for first, more in ranges for line in range(first, first + more + 1)}
    lines = [line for first, last in told for line in range(first, last + 1)]
    assert (sorted(expected), sorted(told)) == (lines, list(told))


# Findings

CRITICAL, LOW = found("critical", "c", "a.py", 1), found("low", "l", "a.py", 2)


def told(section) -> list[str]:
    return [row.finding.title for row in section.rows]


def test_a_finding_that_several_results_count_is_there_once_with_them_all():
    section = sections.findings(
        verdict(result(NEW, BAD, findings=(LOW,)), result(TOTAL, BAD, findings=(LOW,))), whole=False
    )
    assert section is not None
    ((row),) = section.rows
    assert ["findings.new", "findings.total"] == [each.condition.metric.name for each in row.results]


@given(first=st.lists(st.sampled_from([CRITICAL, LOW]), max_size=4), second=st.lists(st.sampled_from([CRITICAL, LOW])))
def test_equal_findings_are_as_many_as_the_result_with_most_of_them_has(first, second):
    both = (result(NEW, BAD, findings=tuple(first)), result(TOTAL, BAD, findings=tuple(second)))
    section = sections.findings(verdict(*both), whole=True)
    expected = Counter(first) | Counter(second)
    assert expected == Counter(row.finding for row in (section.rows if section else ()))
    assert expected.total() == (section.total if section else 0)


@pytest.mark.parametrize("metric", [SUPPRESSED, FAILED])
def test_what_is_suppressed_and_what_no_tool_found_stays_with_its_result(metric):
    one = result(metric, BAD, findings=(LOW,))
    assert (None, "") == (sections.findings(verdict(one), whole=True), wording.listed(one.measurement, whole=True))


def test_in_brief_what_stands_behind_the_worst_result_comes_first_and_in_the_whole_what_is_worst():
    both = verdict(result(TOTAL, WARNED, findings=(CRITICAL,)), result(NEW, BAD, findings=(LOW,)))
    brief, whole = (sections.findings(both, whole=each) for each in (False, True))
    assert (["l", "c"], ["c", "l"]) == (told(brief), told(whole))


def test_in_brief_what_passed_is_left_out_where_nobody_knows_what_changed():
    both = verdict(result(TOTAL, PASSED, findings=(CRITICAL,)), result(NEW, BAD, findings=(LOW,)))
    brief, whole = (sections.findings(both, whole=each) for each in (False, True))
    assert (["l"], ["c", "l"]) == (told(brief), told(whole))
    assert sections.findings(verdict(result(TOTAL, PASSED, findings=(CRITICAL,))), whole=False) is None


def changed(finding: Finding, *, to: bool | None = True) -> Finding:
    return replace(finding, changed=to)


def test_where_it_is_known_what_changed_the_rows_are_on_changed_lines_and_the_rest_are_counted():
    findings = (changed(CRITICAL, to=False), changed(LOW))
    section = sections.findings(verdict(result(TOTAL, PASSED, findings=findings)), whole=False)
    assert (["l"], 1, 2) == (told(section), len(section.others), section.total)
    assert "Findings on changed lines: 1 of 2" == wording.findings(section)


def test_a_finding_that_may_stand_on_a_changed_line_is_not_left_out():
    section = sections.findings(verdict(result(TOTAL, BAD, findings=(CRITICAL, changed(LOW, to=False)))), whole=False)
    assert (["c"], 1) == (told(section), len(section.others))


def test_a_result_without_any_finding_on_a_changed_line_tells_them_itself_unless_the_whole_is_told():
    one = result(TOTAL, BAD, findings=(changed(LOW, to=False),))
    assert sections.findings(verdict(one), whole=False) is None
    assert ["", "Findings"] == [wording.listed(one.measurement, whole=each) for each in (False, True)]
    assert 1 == len(sections.findings(verdict(one), whole=True).others)
