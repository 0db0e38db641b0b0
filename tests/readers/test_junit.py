"""JUnit XML: every odd feature seen in the wild, one fact a test, then what must hold for any bytes."""

from __future__ import annotations

import codecs
import json
import time
from datetime import UTC, datetime
from math import fsum
from pathlib import Path
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

import junitparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate import testcase, xmlfeed
from qualitygate.errors import CannotReadReport
from qualitygate.model.population import merge
from qualitygate.readers import junit
from tests.samples import ERRORED, FAILED, PASSED, SKIPPED, counts, outcomes, population_of, read, source

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text())
READABLE = sorted(name for name, told in EXPECTED.items() if isinstance(told, list))

PASS = "<testcase classname='c' name='p'/>"
FAIL = "<testcase classname='c' name='f'><failure message='no'/></testcase>"


def suite(*cases: str, attributes: str = "") -> str:
    return f"<testsuite name='s' {attributes}>{''.join(cases)}</testsuite>"


def only(document: str | bytes, **rules):
    """The one notable test of a document."""
    (case,) = read(document, **rules).cases
    return case


def refusal(document: str | bytes, **more) -> CannotReadReport:
    with pytest.raises(CannotReadReport) as caught:
        read(document, **more)
    return caught.value


@pytest.mark.parametrize("name", EXPECTED)
def test_a_tools_own_report_is_read_as_the_tool_means_it(name):
    content = (SAMPLES / name).read_bytes()
    if isinstance(EXPECTED[name], str):
        assert EXPECTED[name] == refusal(content).slug
    else:
        assert tuple(EXPECTED[name]) == outcomes(content)


def test_every_sample_is_expected_to_say_something():
    files = {str(path.relative_to(SAMPLES)) for path in SAMPLES.glob("*/*")}
    assert files == set(EXPECTED)


# Shapes


@pytest.mark.parametrize(
    "document",
    [
        suite(PASS, FAIL),
        f"<testsuites>{suite(PASS, FAIL)}</testsuites>",
        f"<testsuites>{suite(PASS)}{suite(FAIL)}</testsuites>",
        f"<testsuites><testsuites>{suite(PASS, FAIL)}</testsuites></testsuites>",
        f"<testsuites>{PASS}{FAIL}</testsuites>",
        suite(PASS, suite(FAIL)),
        suite(suite(suite(suite(suite(FAIL)), PASS))),
        f"<!-- a --><?pi?>\n{suite(PASS, '<!-- <failure/> -->', FAIL)}<!-- b -->\n",
    ],
    ids=["suite", "suites", "two", "suites in suites", "no suite", "nested", "deep", "comments"],
)
def test_suites_may_nest_in_any_way(document):
    assert (1, 1, 0, 0) == outcomes(document)


def test_a_test_case_may_be_the_root():
    assert (0, 1, 0, 0) == outcomes(FAIL)


def test_suites_without_a_suite_are_no_tests():
    assert 0 == read("<testsuites/>").runs


def test_five_thousand_levels_are_read():
    deep = 5_000
    assert (1, 0, 0, 0) == outcomes("<testsuite>" * deep + PASS + "</testsuite>" * deep)


# Outcomes


def test_an_error_beside_the_tests_is_an_errored_test():
    document = suite(PASS, "<error message='fixture broke'>at x.py:1: E</error>")
    assert (1, 0, 1, 0) == outcomes(document)
    assert ("s", "<error> outside the tests", "fixture broke") == (
        only(document).class_name,
        only(document).name,
        only(document).message,
    )


def test_a_failure_of_a_suite_without_tests_is_never_green():
    assert (0, 1, 0, 0) == outcomes(suite("<failure/>"))


def test_a_suite_level_error_before_the_first_test_belongs_to_the_suite():
    assert (1, 0, 1, 0) == outcomes(suite("<error/>", PASS))


def test_suite_level_results_between_tests_all_count():
    assert (2, 1, 2, 0) == outcomes(suite("<error/>", PASS, "<failure/><error/>", "<testcase name='q'/>"))


def test_a_suite_level_skip_is_no_test():
    assert (1, 0, 0, 0) == outcomes(suite(PASS, "<skipped/>"))


def test_a_suite_level_error_before_a_nested_suite_counts():
    assert (1, 0, 1, 0) == outcomes(suite("<error/>", suite(PASS)))


def test_several_failures_are_one_failed_test():
    assert (0, 1, 0, 0) == outcomes(suite("<testcase name='a'><failure/><failure/><failure/></testcase>"))


def test_an_error_outweighs_a_failure():
    assert ERRORED is only(suite("<testcase name='a'><failure/><error/></testcase>")).outcome


def test_a_failure_that_was_expected_is_skipped():
    document = suite("<testcase name='a'><failure/><skipped message='todo'/></testcase>")
    assert (SKIPPED, "todo") == (only(document).outcome, only(document).message)


def test_a_failure_that_was_expected_fails_where_the_policy_says_so():
    document = suite("<testcase name='a'><skipped/><failure/></testcase>")
    assert FAILED is only(document, expected_failures=False).outcome


def test_a_mere_skip_is_skipped_where_expected_failures_fail():
    assert SKIPPED is only(suite("<testcase name='a'><skipped/></testcase>"), expected_failures=False).outcome


@pytest.mark.parametrize("tag", ["skipped", "failure", "error"])
def test_a_self_closing_result_counts_like_an_open_one(tag):
    closed, opened = (
        outcomes(suite(f"<testcase name='a'>{body}</testcase>")) for body in (f"<{tag}/>", f"<{tag}>x</{tag}>")
    )
    assert closed == opened != (1, 0, 0, 0)


STATUSES = {
    "status='disabled'": SKIPPED,
    "status='notrun' result='suppressed'": SKIPPED,
    "status='run' result='skipped'": SKIPPED,
    "result='ignored'": SKIPPED,
    "status='Pending'": SKIPPED,
    "status='failed'": FAILED,
    "status='FAIL'": FAILED,
    "status='failure'": FAILED,
    "status='error'": ERRORED,
}


@pytest.mark.parametrize(("attributes", "expected"), STATUSES.items())
def test_a_status_counts_where_no_result_is_inside(attributes, expected):
    assert expected is only(suite(f"<testcase name='a' {attributes}/>", PASS)).outcome


@pytest.mark.parametrize("status", ["run", "passed", "ok", "success", "completed", "Passed", ""])
def test_the_status_of_a_pass_is_a_pass(status):
    assert (1, 0, 0, 0) == outcomes(suite(f"<testcase name='a' status='{status}'/>"))


def test_a_status_that_nobody_knows_is_read_as_a_pass_and_told():
    told = read(suite("<testcase name='a' status='vanished'/><testcase name='b' status='run'/>"))
    assert (2, ("has tests of the status 'vanished', which nobody knows",)) == (told.runs, told.contradictions)
    many = read(suite("".join(f"<testcase name='a' status='s{number}'/>" for number in range(9))))
    assert ("has tests of the status 's0', 's1', 's2' and 6 more, which nobody knows",) == many.contradictions


@pytest.mark.parametrize("status", ["timeout", "TimedOut", "broken", "aborted", "crashed"])
def test_a_status_of_a_test_that_did_not_come_to_its_end_is_an_error(status):
    assert (0, 0, 1, 0) == outcomes(suite(f"<testcase name='a' status='{status}'/>"))


def test_a_report_is_as_old_as_the_oldest_suite_in_it():
    dated = "<testsuite timestamp='2026-{}-01T08:00:00Z'><testcase name='a'/></testsuite>"
    suites = "".join(map(dated.format, ("03", "01", "02")))
    told = read(f"<testsuites>{suites}</testsuites>")
    assert ("2026-03-01", "2026-01-01") == (f"{told.at:%Y-%m-%d}", f"{told.since:%Y-%m-%d}")
    one = read(dated.format("02"))
    assert one.first_at is None and one.since == one.at


def test_a_failure_inside_outweighs_a_status():
    assert FAILED is only(suite("<testcase name='a' status='disabled'><failure/></testcase>")).outcome


def test_a_status_alone_is_told_as_the_reason():
    assert "status failed" == only(suite("<testcase name='a' status='failed'/>")).message


@pytest.mark.parametrize("tag", ["flakyFailure", "flakyError"])
def test_a_flaky_failure_is_a_flaky_pass(tag):
    case = only(suite(f"<testcase name='a'><{tag} message='m'/><{tag}/></testcase>"))
    assert (PASSED, True, 2, "m") == (case.outcome, case.flaky, case.failed_attempts, case.message)


@pytest.mark.parametrize(("tag", "expected"), [("rerunFailure", FAILED), ("rerunError", ERRORED)])
def test_a_rerun_that_failed_again_is_one_failed_test(tag, expected):
    with_failure = only(suite(f"<testcase name='a'><failure/><{tag}/></testcase>"))
    assert (FAILED, 1, False) == (with_failure.outcome, with_failure.failed_attempts, with_failure.flaky)
    assert expected is only(suite(f"<testcase name='a'><{tag}/></testcase>")).outcome


# What is not a result


def test_a_failure_inside_properties_is_none():
    document = suite(
        "<properties><failure/></properties>", "<testcase name='a'><properties><error/></properties></testcase>"
    )
    assert (1, 0, 0, 0) == outcomes(document)


def test_tests_after_properties_count():
    assert (1, 1, 0, 0) == outcomes(suite("<properties><property name='a'/></properties>", PASS, FAIL))


def test_a_test_case_in_cdata_is_text():
    assert (0, 1, 0, 0) == outcomes(suite("<testcase name='a'><failure><![CDATA[<testcase/>]]></failure></testcase>"))
    assert (1, 0, 0, 0) == outcomes(
        suite("<testcase name='a'><system-out><![CDATA[<failure/>]]></system-out></testcase>")
    )


def test_a_failure_inside_an_element_that_nobody_knows_is_a_failure_all_the_same():
    assert (1, 1, 0, 0) == outcomes(suite("<testcase name='a'><outcome><failure/></outcome></testcase>"))
    assert (1, 0, 1, 0) == outcomes(suite("<hook><error/></hook><testcase name='a'/>"))
    assert (1, 0, 0, 0) == outcomes(suite("<testcase name='a'><outcome><skipped/></outcome></testcase>"))


@pytest.mark.parametrize("inside", ["system-out", "system-err"])
def test_a_failure_inside_what_a_test_printed_is_none(inside):
    assert (1, 0, 0, 0) == outcomes(suite(f"<testcase name='a'><{inside}><failure/></{inside}></testcase>"))


def test_a_failure_after_a_skip_and_other_elements_still_belongs_to_its_test():
    body = "<system-out>x</system-out><skipped/><properties><error/></properties><system-err/><failure/>"
    document = suite(f"<testcase name='a'>{body}</testcase>", PASS)
    assert (1, 1, 0, 0) == outcomes(document, expected_failures=False)


def test_an_element_inside_a_failure_is_part_of_it():
    assert (0, 1, 0, 0) == outcomes(suite("<testcase name='a'><failure><error/>x<b>y</b></failure></testcase>"))


# Identity


def test_a_test_without_a_class_belongs_to_its_suite():
    assert "s" == only(suite("<testcase name='a'><failure/></testcase>")).class_name


def test_a_class_attribute_is_a_class():
    assert "k" == only(suite("<testcase class='k' name='a'><failure/></testcase>")).class_name


def test_each_test_without_a_class_belongs_to_the_suite_before_it():
    bare = "<testcase name='a'><failure/></testcase>"
    named = {"x": bare, "y": "", "z": bare + bare}
    document = "".join(f"<testsuite name='{name}'>{cases}</testsuite>" for name, cases in named.items())
    document = f"<testsuites>{document}</testsuites>"
    assert ["x", "z", "z"] == [case.class_name for case in read(document).cases]


@pytest.mark.parametrize("attributes", ["", "name=''", "time='1'", "classname=''"])
def test_no_name_no_class_and_no_time_is_still_a_test(attributes):
    assert (0, 1, 0, 0) == outcomes(suite(f"<testcase {attributes}><failure/></testcase>"))


def test_repeats_of_a_name_are_tests_of_their_own():
    assert (2, 1, 0, 0) == outcomes(suite(PASS, PASS, PASS.replace("/>", "><failure/></testcase>")))


def test_repeats_are_attempts_where_the_policy_says_so():
    failed_first = suite("<testcase name='a'><failure/></testcase>", "<testcase name='a'/>")
    passed_first = suite("<testcase name='a'/>", "<testcase name='a'><failure/></testcase>")
    assert (1, 0, 0, 0) == outcomes(failed_first, retries="last")
    assert (0, 1, 0, 0) == outcomes(passed_first, retries="last")
    assert (1, 0, 0, 0) == outcomes(passed_first, retries="any-pass")


def test_the_same_file_read_twice_has_no_more_tests():
    document = suite(PASS, FAIL)
    assert ((1, 1, 0, 0), 4) == (outcomes(document, document), population_of(document, document).runs)


# Times

TIMES = {
    "1.5": 1.5,
    "1,234.5": 1234.5,
    "1,234,567": 1234567.0,
    "0,123": 0.123,
    "12,5": 12.5,
    "4.5e-05": 4.5e-05,
    " 2 ": 2.0,
    "-1": 0.0,
    "0": 0.0,
}


@pytest.mark.parametrize(("text", "expected"), TIMES.items())
def test_a_time_is_seconds(text, expected):
    assert [expected] == list(read(suite(f"<testcase name='a' time='{text}'/>")).seconds)


@pytest.mark.parametrize("text", ["", "NaN", "inf", "-inf", "1.5s", "00:01:02", "{time}", "1e300", "1e400", "9" * 400])
def test_a_time_that_says_nothing_never_breaks_the_counts(text):
    document = suite(f"<testcase name='a' time='{text}'/>", "<testcase name='b' time='2'><failure/></testcase>")
    assert ([2.0], (1, 1, 0, 0)) == (list(read(document).seconds), outcomes(document))


def test_a_time_is_the_same_seconds_however_many_tests_took_it():
    odd = {**TIMES, "NaN": None, "1.5s": None}
    cases = [f"<testcase name='{number}' time='{text}'/>" for number, text in enumerate([*odd, *odd, *odd])]
    expected = [seconds for seconds in odd.values() if seconds is not None]
    assert expected * 3 == list(read(suite(*cases)).seconds)


def test_times_are_left_out_where_they_are_not_given():
    assert [] == list(read(suite(PASS)).seconds)


def test_the_slowest_are_named_though_some_times_are_missing():
    document = suite(
        PASS, "<testcase classname='c' name='slow' time='9'/>", "<testcase classname='c' name='x' time='y'/>"
    )
    assert ((9.0, "c::slow"),) == read(document).slowest


# Time stamps


def test_a_time_stamp_without_a_zone_is_in_the_zone_of_the_policy():
    document = suite(PASS, attributes="timestamp='2026-11-22T09:00:00'")
    assert datetime(2026, 11, 22, 9, tzinfo=UTC) == read(document).at
    assert datetime(2026, 11, 22, 1, tzinfo=UTC) == read(document, zone=ZoneInfo("Asia/Shanghai")).at


def test_the_latest_time_stamp_of_all_suites_counts():
    stamps = ["2026-11-22T09:00:00Z", "2026-11-22T18:00:00+08:00", "2026-11-22T08:00:00Z", "yesterday", ""]
    document = "".join(suite(PASS, attributes=f"timestamp='{stamp}'") for stamp in stamps)
    assert datetime(2026, 11, 22, 10, tzinfo=UTC) == read(f"<testsuites>{document}</testsuites>").at


@pytest.mark.parametrize("stamp", ["", "yesterday", "0000-00-00T00:00:00", "2026-13-01T00:00:00"])
def test_a_time_stamp_that_is_none_is_none(stamp):
    assert read(suite(PASS, attributes=f"timestamp='{stamp}'")).at is None


# Why and where

TRACE = """Traceback (most recent call last):
  File "/app/tests/test_a.py", line 12, in test_a
    helper()
  File "/app/tests/helper.py", line 7, in helper
AssertionError: no"""
PYTEST = "def test_a():\n>  assert 1 == 2\nE  assert 1 == 2\n\ntests/test_a.py:5: AssertionError\n"


def test_the_place_is_the_last_the_traceback_names():
    case = only(suite(f"<testcase name='a'><failure>{TRACE}</failure></testcase>"))
    assert ("/app/tests/helper.py", 7) == (case.path, case.line)


def test_the_place_is_the_one_pytest_names():
    case = only(suite(f"<testcase name='a'><failure message='m'><![CDATA[{PYTEST}]]></failure></testcase>"))
    assert ("tests/test_a.py", 5, "m") == (case.path, case.line, case.message)


def test_without_a_place_in_the_text_the_tests_own_counts():
    case = only(suite("<testcase name='a' file='x.py' line='3'><failure/></testcase>"))
    assert ("x.py", 3) == (case.path, case.line)


@pytest.mark.parametrize("line", ["", "0", "-4", "many"])
def test_a_line_that_is_none_is_none(line):
    assert only(suite(f"<testcase name='a' file='x.py' line='{line}'><failure/></testcase>")).line is None


def test_without_a_message_the_first_line_of_the_text_is_why_and_else_the_type():
    assert "first" == only(suite("<testcase name='a'><failure>\n  first \nsecond</failure></testcase>")).message
    assert "T" == only(suite("<testcase name='a'><failure type='T'/></testcase>")).message


def test_a_message_is_cut():
    long = "x" * 5_000
    assert testcase.MESSAGE_CAP == len(
        only(suite(f"<testcase name='a'><failure message='{long}'/></testcase>")).message
    )
    assert testcase.MESSAGE_CAP == len(only(suite(f"<testcase name='a'><failure>{long}</failure></testcase>")).message)


@pytest.mark.parametrize(
    "text", ["&#10;" * 60_000, "a." * 30_000, "E " * 30_000, "E" + " " * 60_000, "  File " * 9_000]
)
def test_no_text_takes_long_to_look_for_a_place_in(text):
    document = suite(f"<testcase name='a'><failure>{text}</failure></testcase>")
    started = time.perf_counter()
    assert FAILED is only(document).outcome
    assert time.perf_counter() - started < 5


# Attributes and cases at odds


def test_cases_outrank_attributes_and_the_report_says_so():
    told = read(suite(PASS, FAIL, attributes="tests='9' failures='0'"))
    assert (1, 1, 0, 0) == counts(merge([told]))
    assert (
        "counts 9 tests in its attributes but lists 2",
        "counts 0 failing tests in its attributes but lists 1",
    ) == told.contradictions


@pytest.mark.parametrize(
    "document",
    [
        suite(PASS, FAIL, attributes="tests='2' failures='1'"),
        suite(PASS, FAIL),
        f"<testsuites tests='2' failures='1'>{suite(PASS, FAIL)}</testsuites>",
        (
            f"<testsuites tests='2' errors='1'><testsuite tests='1'>{PASS}</testsuite>"
            f"<testsuite tests='1' errors='1'>{FAIL}</testsuite></testsuites>"
        ),
        suite(PASS, suite(FAIL, attributes="tests='1' failures='1'"), attributes="tests='2' failures='1'"),
        suite(PASS, suite(FAIL, attributes="tests='1' failures='1'"), attributes="tests='1'"),
    ],
    ids=["suite", "none", "root", "every level", "inclusive", "exclusive"],
)
def test_any_reading_of_the_attributes_that_fits_is_no_contradiction(document):
    assert () == read(document).contradictions


def test_a_report_that_counts_failures_but_lists_no_test_is_red():
    document = "<testsuites><testsuite name='s' tests='6' failures='1' errors='1' skipped='2'/></testsuites>"
    told = read(document)
    assert ((2, 1, 1, 2), False) == (outcomes(document), told.listed)
    assert ("counts tests in its attributes but lists none",) == told.contradictions


def test_a_report_that_counts_only_passes_but_lists_none_has_no_tests():
    told = read("<testsuite tests='6' failures='0'/>")
    assert (0, False, 1) == (told.runs, told.listed, len(told.contradictions))


@pytest.mark.parametrize("numbers", [("3", "9" * 17), ("9" * 17, "9" * 17), ("9999", "9999"), ("x", "1")])
def test_no_number_in_an_attribute_costs_time_or_memory(numbers):
    tests, failures = numbers
    started = time.perf_counter()
    told = read(f"<testsuite tests='{tests}' failures='{failures}'/>")
    assert told.runs <= junit.CLAIMS_CAP
    assert time.perf_counter() - started < 10


def test_a_report_of_nothing_is_listed():
    told = read("<testsuite tests='0' failures='0'/>")
    assert (0, True, ()) == (told.runs, told.listed, told.contradictions)


# Encodings

TEXT = suite("<testcase classname='c' name='größe'><failure/></testcase>")


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        b"<?xml version='1.0' encoding='UTF-8'?>" + TEXT.encode(),
        f"<?xml version='1.0' encoding='iso-8859-1'?>{TEXT}".encode("latin-1"),
        f"<?xml version='1.0' encoding='windows-1252'?>{TEXT}".encode("cp1252"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        f"<?xml version='1.0' encoding='UTF-16'?>{TEXT}".encode("utf-16"),
        f"<?xml version='1.0' encoding='UTF-8'?>{TEXT}".encode("utf-16"),
        codecs.BOM_UTF16_BE + f"<?xml version='1.0' encoding='UTF-8'?>{TEXT}".encode("utf-16-be"),
        f"<?xml version='1.0'?>{TEXT}".encode("utf-16-be"),
    ],
    ids=[
        "utf-8", "bom", "declared", "latin-1", "cp1252", "utf-16-le", "utf-16-be", "utf-16 declared",
        "utf-16-le declared utf-8", "utf-16-be declared utf-8", "utf-16 without mark",
    ],
)  # fmt: skip
def test_every_encoding_reads_the_same(raw):
    assert ("größe", FAILED) == (only(raw).name, only(raw).outcome)
    assert junit.recognises(raw)


@pytest.mark.parametrize("encoding", ["klingon", "utf-7", "idna", "hex", "shift_jis"])
def test_an_encoding_that_cannot_be_decoded_is_refused(encoding):
    assert "malformed" == refusal(f"<?xml version='1.0' encoding='{encoding}'?>{suite(PASS)}").slug


def test_bytes_that_are_not_their_encoding_are_refused():
    assert "malformed" == refusal(TEXT.encode("latin-1")).slug


# Namespaces


@pytest.mark.parametrize(
    "document",
    [
        f"<testsuite xmlns='urn:x'>{PASS}{FAIL}</testsuite>",
        (
            "<j:testsuites xmlns:j='u'><j:testsuite><j:testcase name='p'/><j:testcase name='f'><j:failure/>"
            "</j:testcase></j:testsuite></j:testsuites>"
        ),
        f"<testsuite xmlns:xsi='urn:xsi' xsi:noNamespaceSchemaLocation='x.xsd'>{PASS}{FAIL}</testsuite>",
    ],
    ids=["default", "prefixed", "schema location"],
)
def test_namespaces_change_nothing(document):
    assert (1, 1, 0, 0) == outcomes(document)


def test_prefixed_properties_and_output_are_passed_over():
    document = (
        "<j:testsuite xmlns:j='u'><j:testcase name='a'><j:properties><j:failure/></j:properties>"
        "<j:system-out><j:failure/></j:system-out></j:testcase><j:testcase name='b'/></j:testsuite>"
    )
    assert (2, 0, 0, 0) == outcomes(document)


# Document types


def test_a_document_type_without_entities_is_accepted_and_never_fetched():
    assert (1, 1, 0, 0) == outcomes(f"<!DOCTYPE testsuite SYSTEM 'http://127.0.0.1:9/x.dtd'>{suite(PASS, FAIL)}")


@pytest.mark.parametrize(
    "declaration",
    [
        "<!ENTITY a 'x'>",
        "<!ENTITY a SYSTEM 'file:///etc/passwd'>",
        "<!ENTITY % a '<!ENTITY b \"x\">'> %a;",
        "<!ATTLIST testcase status CDATA 'disabled'>",
        "<!ATTLIST testcase status CDATA #FIXED 'disabled'>",
    ],
    ids=["internal", "external", "parameter", "default attribute", "fixed attribute"],
)
def test_a_document_type_that_declares_something_is_refused(declaration):
    assert "entities" == refusal(f"<!DOCTYPE testsuite [{declaration}]>{suite(PASS)}").slug


def test_an_entity_that_nobody_declared_is_refused():
    assert "malformed" == refusal(suite("<testcase name='a'>&failure;</testcase>")).slug


def test_an_inclusion_is_not_followed():
    document = (
        "<testsuite xmlns:xi='http://www.w3.org/2001/XInclude'><testcase name='a'/><xi:include href='x'/></testsuite>"
    )
    assert (1, 0, 0, 0) == outcomes(document)


# Refusals

REFUSED = {
    "nothing": (b"", "empty", "an empty file"),
    "white space": (b" \n\t ", "empty", "nothing but white space"),
    "NULs": (b"\0" * 500, "empty", "nothing but NUL bytes"),
    "text": (b"all 12 tests passed", "unrecognised", "plain text that begins 'all 12 tests passed'"),
    "JSON": (b'{"tests": []}', "unrecognised", "a JSON document"),
    "gzip": (b"\x1f\x8b\x08\x00\x00", "unrecognised", "a gzip archive"),
    "HTML": (b"<!DOCTYPE html><html><p></html>", "unrecognised", "<html>"),
    "another report": (b"<coverage line-rate='1'/>", "unrecognised", "<coverage>"),
    "a lone output": (b"<system-out>ok</system-out>", "unrecognised", "no test suite"),
    "cut off in a tag": (f"<testsuite>{PASS}<testc".encode(), "truncated", "ends in the middle"),
    "cut off between tests": (f"<testsuite>{PASS}".encode(), "truncated", "cut off while it was written"),
    "cut off in a comment": (f"<testsuite>{PASS}<!-- ".encode(), "truncated", "ends in the middle"),
    "a raw escape": (suite("<testcase name='\x1b[0m'/>").encode(), "malformed", "line 1, column"),
    "a tag in an attribute": (suite("<testcase name='<b>'/>").encode(), "malformed", "not well-formed"),
    "mismatched tags": (b"<testsuite><testcase></testsuite>", "malformed", "mismatched tag"),
    "text after the end": (f"{suite(PASS)} done".encode(), "malformed", "junk after document element"),
    "two documents": (f"{suite(PASS)}{suite(FAIL)}".encode(), "malformed", "junk after document element"),
}


@pytest.mark.parametrize(("raw", "slug", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_trusted_is_refused_by_what_it_looks_like(raw, slug, words):
    error = refusal(raw)
    assert slug == error.slug
    assert words in str(error)


def test_a_token_without_an_end_is_refused(monkeypatch):
    monkeypatch.setattr(xmlfeed, "TOKEN_CAP", 1_000)
    monkeypatch.setattr(xmlfeed, "HEAD", 100)
    monkeypatch.setattr(xmlfeed, "BLOCK", 100)
    assert "too-large" == refusal(f"<testsuite><testcase name='{'x' * 5_000}'/></testsuite>").slug


def test_a_file_beyond_the_cap_is_refused(monkeypatch):
    monkeypatch.setattr(xmlfeed, "SIZE_CAP", 1_000)
    assert "too-large" == refusal(suite(*[PASS] * 2_000)).slug, "longer than what is read at once"


def test_more_tests_than_the_cap_are_refused(monkeypatch):
    monkeypatch.setattr(junit, "TESTS_CAP", 10)
    assert "too-large" == refusal(suite(*[PASS] * 12)).slug
    assert (10, 0, 0, 0) == outcomes(suite(*[PASS] * 10))


def test_a_long_text_is_read_and_cut(monkeypatch):
    document = suite(f"<testcase name='a'><failure>{'x' * 500_000}</failure></testcase>", FAIL)
    assert (0, 2, 0, 0) == outcomes(document)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"<testsuites>", True),
        (b"<?xml version='1.0'?>\n<!-- x --><j:testsuite a='b'>", True),
        (b"<!DOCTYPE x [<!ELEMENT x ANY>]><testcase/>", True),
        (b"<coverage>", False),
        (b"testsuite", False),
        (b"", False),
    ],
)
def test_junit_is_recognised_by_its_root(head, expected):
    assert expected is junit.recognises(head)


# Blocks


def record(number: int) -> str:
    body = {
        0: "",
        1: "<failure message='no'>x.py:1: E</failure>",
        2: "<skipped/>",
        3: "<system-out><![CDATA[<failure/>]]></system-out><error>e</error>",
        4: "<flakyFailure/>",
        5: "<properties><property name='a' value='b'/></properties>",
    }[number % 6]
    classname = "" if number % 4 else f"classname='c{number % 5}'"
    timed = "" if number % 7 == 3 else f"time='{number % 11}.5'"
    return f"<testcase {classname} name='t{number % 40}' {timed}>{body}</testcase>"


def many(number: int) -> str:
    parts = []
    for start in range(0, number, 10):
        cases = "".join(record(index) for index in range(start, min(start + 10, number)))
        parts.append(f"<testsuite name='s{start}'>{cases}{'<error/>' if start % 20 else ''}</testsuite>")
    return f"<testsuites>{''.join(parts)}</testsuites>"


def told(report):
    return (
        report.runs,
        report.identities,
        report.cases,
        list(report.seconds),
        report.slowest,
        report.passed,
        report.contradictions,
    )


def test_a_large_file_reads_like_a_small_one():
    document = many(15_000)
    assert len(document) > 4 * xmlfeed.BLOCK
    seen = [case for case in read(document).cases if case.name.startswith("t")]
    assert 2 * 15_000 // 6 == sum(case.outcome in (FAILED, ERRORED) for case in seen)
    assert 15_000 // 6 == sum(case.outcome is SKIPPED for case in seen)


@pytest.mark.parametrize("keep_names", [False, True])
def test_where_blocks_end_changes_nothing(monkeypatch, keep_names):
    document = many(60)
    whole = told(read(document, keep_names=keep_names))
    for size in range(1, 65):
        monkeypatch.setattr(xmlfeed, "HEAD", 1 + size % 7)
        monkeypatch.setattr(xmlfeed, "BLOCK", size)
        assert whole == told(read(document, keep_names=keep_names)), size


@pytest.mark.parametrize("name", READABLE)
def test_where_blocks_end_changes_nothing_in_a_tools_own_report(monkeypatch, name):
    raw = (SAMPLES / name).read_bytes()
    whole = told(read(raw))
    for size in (1, 2, 3, 61, 997):
        monkeypatch.setattr(xmlfeed, "HEAD", 16)
        monkeypatch.setattr(xmlfeed, "BLOCK", size)
        assert whole == told(read(raw)), size


# What holds for any bytes

SEEDS = st.sampled_from([(SAMPLES / name).read_bytes() for name in sorted(EXPECTED)])
EDITS = st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 6), st.binary(max_size=4)), min_size=1, max_size=5)
BITS = [
    b"<",
    b">",
    b"&",
    b"</testcase>",
    b"<failure>",
    b"<testcase",
    b"'",
    b"]]>",
    b"<![CDATA[",
    b"<!DOCTYPE x [",
    b"\0",
]


def mutate(raw: bytes, edits, bits=()) -> bytes:
    for where, length, new in [*edits, *((place, 0, bit) for place, bit in bits)]:
        place = where % (len(raw) + 1)
        raw = raw[:place] + new + raw[place + length :]
    return raw


@settings(max_examples=400)
@given(raw=SEEDS, edits=EDITS, bits=st.lists(st.tuples(st.integers(0, 4_000), st.sampled_from(BITS)), max_size=2))
def test_no_bytes_raise_anything_but_cannot_read_report(raw, edits, bits):
    try:
        for report in junit.read(source(mutate(raw, edits, bits))):
            assert len(report.identities) <= report.runs
            assert fsum(report.seconds) >= 0
    except CannotReadReport as error:
        slug = error.slug
    else:
        slug = "empty"
    assert slug in {"empty", "truncated", "malformed", "unrecognised", "entities", "too-large"}


@settings(max_examples=200)
@given(raw=st.sampled_from([(SAMPLES / name).read_bytes() for name in READABLE]), cut=st.floats(0, 1))
def test_a_truncated_file_is_never_read(raw, cut):
    ends_with_mark = raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\0" in raw[:4]
    whole = raw if ends_with_mark else raw.rstrip()
    assert refusal(whole[: int((len(whole) - 3) * cut)])


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_file_cut_off_within_its_last_tag_is_not_read(cut):
    assert "truncated" == refusal(suite(PASS)[:-cut]).slug


# The referee

NAMES = st.text("abc <>&'\"é\n", max_size=6)


@st.composite
def suites(draw, depth=0):
    cases = []
    for _ in range(draw(st.integers(0, 5))):
        body = draw(
            st.sampled_from(
                ["", "<failure/>", "<failure message='m'>t</failure>", "<error>e</error>", "<skipped/>",
                 "<system-out>o</system-out>", "<system-out><![CDATA[<failure/>]]></system-out>"]
            )
        )  # fmt: skip
        cases.append(f"<testcase classname={quoteattr(draw(NAMES))} name={quoteattr(draw(NAMES))}>{body}</testcase>")
    inner = [draw(suites(depth + 1)) for _ in range(draw(st.integers(0, 2 if depth < 2 else 0)))]
    return f"<testsuite name={quoteattr(draw(NAMES))}>{''.join(cases)}{''.join(inner)}</testsuite>"


def by_the_referee(document: str):
    ended = {"Failure": 0, "Error": 0, "Skipped": 0, "": 0}

    for suite in junitparser.JUnitXml.fromstring(document.encode()):
        for each in suite:
            ended[type(each.result[0]).__name__ if each.result else ""] += 1
    return ended[""], ended["Failure"], ended["Error"], ended["Skipped"]


@given(st.lists(suites(), min_size=1, max_size=3))
def test_junitparser_counts_the_same(documents):
    document = f"<?xml version='1.0'?><testsuites>{''.join(documents)}</testsuites>"
    assert by_the_referee(document) == outcomes(document)
