"""xUnit.net results, version 1 and later."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from qualitygate.model.evidence import TestReport
from qualitygate.readers import xunit
from tests.samples import ERRORED, FAILED, PASSED, SKIPPED, source

DATA = Path(__file__).parent / "data" / "xunit"
SHOP = (DATA / "shop.xml").read_bytes()
VERSION_1 = (DATA / "version1.xml").read_bytes()
PASS = "<test name='C.t' type='C' result='Pass'/>"


def read(content: str | bytes) -> TestReport:
    (report,) = xunit.read(source(content, keep_names=True))
    return report


def assembly(*tests: str, attributes: str = "", errors: str = "") -> str:
    inside = f"{errors}<collection name='col'>{''.join(tests)}</collection>"
    return f"<assemblies><assembly name='a.dll' {attributes}>{inside}</assembly></assemblies>"


def test_each_test_is_read_with_its_outcome():
    told = read(SHOP)
    assert [("Counts", FAILED), ("weighs 1.5", FAILED), ("Pays", SKIPPED), ("Explicit", SKIPPED)] == [
        (case.name, case.outcome) for case in told.cases
    ]
    assert ((None, "Shop.CartTests", "Adds"),) == told.passed


def test_a_failure_has_its_message_and_its_place():
    failed = read(SHOP).cases[0]
    assert "Assert.Equal() Failure: expected 2, was 3" == failed.message
    assert ("/src/shop/CartTests.cs", 42) == (failed.path, failed.line)


@pytest.mark.parametrize("content", [SHOP, VERSION_1], ids=["2", "1"])
def test_a_skip_says_why(content):
    assert "no bank today" in [case.message for case in read(content).cases]


def test_a_report_is_as_old_as_its_finish():
    assert datetime(2026, 11, 20, 9, 30, 2, tzinfo=UTC) == read(SHOP).at


def test_without_a_finish_the_report_is_as_old_as_the_last_assemblys_start():
    first, second = (f"<assembly run-date='2026-11-{day}' run-time='09:30:00'/>" for day in (21, 20))
    assert datetime(2026, 11, 21, 9, 30, tzinfo=UTC) == read(f"<assemblies>{first}{second}</assemblies>").at


@pytest.mark.parametrize("content", [SHOP, VERSION_1], ids=["2", "1"])
def test_the_figures_of_the_assemblies_agree(content):
    assert () == read(content).contradictions


@pytest.mark.parametrize(("word", "expected"), xunit.OUTCOMES.items())
def test_every_result_of_the_format_has_its_meaning(word, expected):
    told = read(assembly(f"<test name='t' result='{word.title()}'/>"))
    assert expected == (told.cases[0].outcome if told.cases else PASSED)


@pytest.mark.parametrize("attributes", ["result='Splendid'", ""], ids=["unknown", "absent"])
def test_a_result_that_says_nothing_is_an_error(attributes):
    assert [ERRORED] == [case.outcome for case in read(assembly(f"<test name='t' {attributes}/>")).cases]


def test_a_test_without_a_type_belongs_to_its_collection():
    assert "col" == read(assembly("<test name='t' result='Fail'/>")).cases[0].class_name


def test_an_error_of_an_assembly_is_an_errored_test():
    failure = "<failure><message>still open</message></failure>"
    errors = f"<errors><error type='assembly-cleanup' name='db'>{failure}</error></errors>"
    told = read(assembly(PASS, errors=errors, attributes="total='1' failed='0' errors='1'"))
    assert [("db", "<error> assembly-cleanup", ERRORED, "still open")] == [
        (case.class_name, case.name, case.outcome, case.message) for case in told.cases
    ]
    assert () == told.contradictions


def test_a_version_1_class_whose_fixture_failed_is_an_errored_test():
    failed = f"<class name='C'><failure><message>no database</message></failure>{PASS}</class>"
    told = read(f"<assembly total='1' failed='0'>{failed}</assembly>")
    assert [("C", ERRORED, "no database")] == [(case.class_name, case.outcome, case.message) for case in told.cases]


def test_figures_that_deny_the_tests_are_told():
    told = read(assembly(PASS, attributes="total='4' failed='1'"))
    assert (
        "counts 4 tests in its attributes but lists 1",
        "counts 1 failing tests in its attributes but lists 0",
    ) == told.contradictions


def test_no_tests_in_an_assembly_are_no_tests():
    told = read("<assembly name='a.dll' run-date='2026-11-20' total='0'/>")
    assert (0, True) == (told.runs, told.listed)


@pytest.mark.parametrize("content", [SHOP, VERSION_1, b"<assemblies>\n<assembly name='a' total='1'/></assemblies>"])
def test_it_is_recognised_by_an_assembly_that_counts(content):
    assert xunit.recognises(content)


@pytest.mark.parametrize(
    "other",
    [
        b"<assembly xmlns='urn:schemas-microsoft-com:asm.v1' manifestVersion='1.0'/>",
        b"<assemblies><assembly name='a'/></assemblies>",
        b"<doc><assembly total='1'/></doc>",
    ],
)
def test_another_document_with_an_assembly_is_not_xunit(other):
    assert not xunit.recognises(other)
