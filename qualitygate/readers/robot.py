"""Robot Framework's ``output.xml``, of every version that writes one.

The format is defined by https://github.com/robotframework/robotframework/tree/master/doc/schema. Up to version 6 a
status has ``starttime`` and ``endtime``, since version 7 ``start`` and ``elapsed``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

from qualitygate.extension import Reader
from qualitygate.markup import MESSAGE_CAP, Ancestors, Element, elements
from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport
from qualitygate.model.tally import Tally
from qualitygate.recognition import root_element
from qualitygate.stamp import moment, seconds

PARTS = {"robot": (), "suite": ("status",), "test": ("status",), "kw": ("status",), "total": ("stat",)}
OUTCOMES = {
    "PASS": TestOutcome.PASSED,
    "FAIL": TestOutcome.FAILED,
    "NOT RUN": TestOutcome.SKIPPED,
    "NOT_RUN": TestOutcome.SKIPPED,
    "SKIP": TestOutcome.SKIPPED,
}
"""The attribute ``status``; a word that is not here is an error. Robot Framework itself has no errored tests."""
AFTER_TEARDOWN = {"FAIL": TestOutcome.FAILED, "SKIP": TestOutcome.SKIPPED}
"""What a suite's tear-down makes of the tests that passed (a skip: of all)."""
_NO_STATUS = Element("status", {})
_TAG = re.compile(r"<[^<>]*>")
_OLD_FAILURE = re.compile(r"old status:(?:</span>)? ?<span class=\"fail\">", re.IGNORECASE)


def recognises(head: bytes) -> bool:
    """Whether the root is ``<robot>`` and names its generator; a robot description (URDF) has a name instead."""
    root = root_element(head)
    return root is not None and root[0] == "robot" and "generator=" in root[1]


def read(source: Source) -> Iterator[TestReport]:
    """Read one report. Tests are counted when their outermost suite has ended: its tear-down can still fail them."""
    tally = Tally(source)
    held: dict[Element, list[TestCase]] = {}
    torn: dict[Element, Element] = {}
    at: datetime | None = None
    total = Element("total", {})
    for element, standing in elements(source, (), roots={"robot"}, containers=PARTS):
        if element.tag == "test":
            held.setdefault(standing[-1], []).append(_case(element, standing))
        elif element.tag == "kw" and standing[-1].tag == "suite" and _is_teardown(element):
            torn[standing[-1]] = _status(element)
        elif element.tag == "suite":
            at = _started(element, source) or at
            cases = _after(torn.pop(element, _NO_STATUS), held.pop(element, []))
            held.setdefault(standing[-1], []).extend(cases)
        elif element.tag == "total":
            total = element
        elif element.tag == "robot":
            at = at or moment(element.attributes.get("generated"), source.rules.zone)
            for case in held.pop(element, []):
                tally.add(case)
    tests, failing = _claims(total)
    yield tally.checked(at=at, tests=tests, failing=failing)


READER = Reader(kind="tests", recognises=recognises, read=read)


def _case(test: Element, standing: Ancestors) -> TestCase:
    status = _status(test)
    outcome = OUTCOMES.get(status.attributes.get("status", ""), TestOutcome.ERRORED)
    text = status.text.strip()
    failing = outcome > TestOutcome.PASSED
    return TestCase(
        class_name=".".join(suite.attributes.get("name", "") for suite in standing if suite.tag == "suite"),
        name=test.attributes.get("name", ""),
        outcome=outcome,
        seconds=_elapsed(status),
        failed_attempts=_failed_attempts(text),
        message=(_plain(text) or ("no status" if failing else ""))[:MESSAGE_CAP],
        path=_file(standing) if failing else None,
        line=test.number("line") if failing else None,
    )


def _status(element: Element) -> Element:
    """Its own status; of several the last one."""
    return next((child for child in reversed(element.children) if child.tag == "status"), _NO_STATUS)


def _is_teardown(keyword: Element) -> bool:
    return keyword.attributes.get("type", "").upper() == "TEARDOWN"


def _after(teardown: Element, cases: list[TestCase]) -> list[TestCase]:
    """The tests of a suite after its tear-down: one that failed fails them all, one that skips skips them all.

    https://github.com/robotframework/robotframework/blob/master/src/robot/result/suiteteardownfailed.py
    """
    outcome = AFTER_TEARDOWN.get(teardown.attributes.get("status", ""))
    if outcome is None:
        return cases
    said = f"suite tear-down: {_plain(teardown.text.strip())}"[:MESSAGE_CAP]
    keep = {TestOutcome.FAILED, TestOutcome.ERRORED, TestOutcome.SKIPPED} if outcome is TestOutcome.FAILED else set()
    return [case if case.outcome in keep else replace(case, outcome=outcome, message=said) for case in cases]


def _failed_attempts(text: str) -> int:
    """How often an earlier run of the test failed, by what ``rebot --merge`` writes into its message."""
    merged = text.startswith("*HTML*") and "re-executed and results merged" in text
    return len(_OLD_FAILURE.findall(text)) if merged else 0


def _plain(text: str) -> str:
    """The message without the HTML that ``*HTML*`` announces."""
    return " ".join(unescape(_TAG.sub(" ", text[6:])).split()) if text.startswith("*HTML*") else text


def _elapsed(status: Element) -> float | None:
    if "elapsed" in status.attributes:
        return seconds(status.attributes["elapsed"])
    start, end = (moment(status.attributes.get(name), UTC) for name in ("starttime", "endtime"))
    return max((end - start).total_seconds(), 0.0) if start and end else None


def _started(suite: Element, source: Source) -> datetime | None:
    """When a suite started; a merged one does not say."""
    status = _status(suite).attributes
    return moment(status.get("start") or status.get("starttime"), source.rules.zone)


def _file(standing: Ancestors) -> str | None:
    sources = (suite.attributes.get("source") for suite in reversed(standing))
    return next(filter(None, sources), None)


def _claims(total: Element) -> tuple[list[int], list[int]]:
    """The statistics of all tests: the last line of the total, after that of the critical ones in old versions."""
    if not total.children:
        return [], []
    figures = [total.children[-1].number(name) or 0 for name in ("pass", "fail", "skip")]
    return [sum(figures)], [figures[1]]
