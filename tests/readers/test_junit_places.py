"""Where a failure was raised, and reports that hide what they count."""

from __future__ import annotations

import io
import time

import pytest

from qualitygate import Source, TestReport
from qualitygate.readers.junit import READER


def read(text: str) -> TestReport:
    (report,) = READER.read(Source(name="r.xml", open=lambda: io.BytesIO(text.encode())))
    assert isinstance(report, TestReport)
    return report


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        (
            "def test():\n>  assert 0\nE  assert 0\n\ntests/test_a.py:3: in outer\nsrc/a.py:12: AssertionError",
            "src/a.py",
            12,
        ),
        ('Traceback:\n  File "a.py", line 1, in x\n  File "b.py", line 22, in y\nValueError', "b.py", 22),
        (
            "AssertionError: no\n ❯ integration/checkout.test.js:33:92\n ❯ other.js:1:1",
            "integration/checkout.test.js",
            33,
        ),
        ("Error: no\n    at check (src/cart.js:7:11)\n    at run (src/main.js:1:1)", "src/cart.js", 7),
        ("Error: no\n    at src/cart.js:7:11\n", "src/cart.js", 7),
        (
            "(from function `order' in test file regression/receipts.bats, line 11)\n  failed",
            "regression/receipts.bats",
            11,
        ),
        ("it just failed at 12:30", None, None),
    ],
)
def test_the_place_is_the_one_the_tool_means(text: str, path: str | None, line: int | None) -> None:
    (case,) = read(f"<testsuite><testcase name='a'><failure><![CDATA[{text}]]></failure></testcase></testsuite>").cases

    assert (path, line) == (case.path, case.line)


@pytest.mark.parametrize(
    "text", ["a" * 65_000, "in test file " * 5_000, "\n at (" * 10_000, "❯ " * 30_000, "\n" + " " * 65_000]
)
def test_a_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    started = time.process_time()
    read(f"<testsuite><testcase name='a'><failure><![CDATA[{text}]]></failure></testcase></testsuite>")

    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("report", "listed"),
    [
        ("<testsuite tests='2' failures='1'><testcase name='a'/><testcase name='b'/></testsuite>", False),
        ("<testsuite tests='0' errors='1'/>", False),
        (
            (
                "<testsuite tests='2' failures='1'><testcase name='a'><failure/></testcase>"
                "<testcase name='b'/></testsuite>"
            ),
            True,
        ),
        ("<testsuite tests='1' failures='1'><testcase name='a'><failure/><skipped/></testcase></testsuite>", True),
        ("<testsuite tests='1' failures='0'><testcase name='a'/></testsuite>", True),
    ],
)
def test_a_report_that_counts_failures_but_lists_none_hides_them(report: str, *, listed: bool) -> None:
    assert read(report).listed is listed


@pytest.mark.parametrize(
    ("report", "contradictions"),
    [
        ("<testsuite tests='2' failures='1'><testcase name='a'/><testcase name='b'/></testsuite>", 1),
        ("<testsuite tests='3'><testcase name='a'/></testsuite>", 1),
        ("<testsuites tests='1'><testsuite tests='1'><testcase name='a'/></testsuite></testsuites>", 0),
        (
            (
                "<testsuites><testsuite tests='1'><testcase name='a'/></testsuite>"
                "<testsuite tests='1'><testcase name='b'/></testsuite></testsuites>"
            ),
            0,
        ),
    ],
)
def test_attributes_are_held_against_the_cases(report: str, contradictions: int) -> None:
    assert contradictions == len(read(report).contradictions)


@pytest.mark.parametrize("name", ["utf8", "UTF8", "utf_8", "utf-8"])
def test_utf_8_is_read_under_every_name_that_writers_give_it(name: str) -> None:
    report = read(
        f"<?xml version='1.0' encoding='{name}'?><testsuite><testcase name='é'><failure/></testcase></testsuite>"
    )

    assert [case.name for case in report.cases] == ["é"]
