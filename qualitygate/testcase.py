"""What a ``<testcase>`` of JUnit XML says: the record of a test from its attributes and the results inside.

There is no standard; what is read here is what the tools mean. Whoever has a test in these words, the reader of reports
or the session of pytest, makes its record here, so that both make the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from math import isfinite

from qualitygate.model.evidence import ReadingRules, TestCase, TestOutcome

TEXT_CAP = 65_536
MESSAGE_CAP = 1_000
PLACE_CAP = 2_000

RESULTS = frozenset({"failure", "error", "skipped", "flakyFailure", "flakyError", "rerunFailure", "rerunError"})
_PASSED = TestOutcome.PASSED  # by name: looking a member up on its class is Python code in 3.11, ten times slower
FAILED_BY = {"failure": TestOutcome.FAILED, "error": TestOutcome.ERRORED}
_FLAKY = frozenset({"flakyFailure", "flakyError"})
_FINAL = {**FAILED_BY, "skipped": TestOutcome.SKIPPED}
BY_STATUS = {
    "disabled": TestOutcome.SKIPPED,
    "notrun": TestOutcome.SKIPPED,
    "skipped": TestOutcome.SKIPPED,
    "ignored": TestOutcome.SKIPPED,
    "suppressed": TestOutcome.SKIPPED,
    "pending": TestOutcome.SKIPPED,
    "failed": TestOutcome.FAILED,
    "failure": TestOutcome.FAILED,
    "fail": TestOutcome.FAILED,
    "error": TestOutcome.ERRORED,
    "broken": TestOutcome.ERRORED,
    "aborted": TestOutcome.ERRORED,
    "crashed": TestOutcome.ERRORED,
    "killed": TestOutcome.ERRORED,
    "timeout": TestOutcome.ERRORED,
    "timedout": TestOutcome.ERRORED,
    "timed out": TestOutcome.ERRORED,
}
PASSES = frozenset({"", "run", "passed", "pass", "success", "successful", "succeeded", "ok", "completed", "executed"})
"""What ``status`` and ``result`` say of a plain pass. Any other word is read as one too, and the report says so."""
_PATH = r"([^\s:\"'<>|()]{1,500}\.\w{1,5})"
# Every part is bounded and every line is entered once: a failure text is as hostile as the rest. They begin with the
# line break, not with ^: a literal is searched for ten times faster than an anchor. Each has a cheap sign before it:
# a word that must be there, or a place without its path.
_LAST_PLACES = (
    ("", r":\d{1,7}:", rf"\n(?:E[ \t]{{1,20}})?{_PATH}:(\d{{1,7}}):"),  # pytest, compilers
    ('File "', "", r"\n[ \t]{0,200}File \"([^\"\n]{1,500})\", line (\d{1,7})"),  # Python
)
_FIRST_PLACES = (
    ("❯ ", r":\d{1,7}:\d", rf"\n[ \t]{{0,20}}❯ (?:[^\n]{{1,200}} )?{_PATH}:(\d{{1,7}}):\d"),  # vitest
    ("at ", r":\d{1,7}:\d", rf"\n[ \t]{{0,20}}at (?:[^\n(]{{1,200}}\()?{_PATH}:(\d{{1,7}}):\d"),  # JavaScript
    ("in test file ", "", r"in test file (\S{1,500}), line (\d{1,7})"),  # bats
)
_regex = cache(re.compile)  # at the first failure, not at every start; and ten times faster found than by re itself

Attributes = Mapping[str, str]


class Result:
    """One ``<failure>`` or its like: its tag and attributes, and its text, which is gathered in parts."""

    __slots__ = ("message", "size", "tag", "text", "type")

    def __init__(self, tag: str, attributes: Attributes) -> None:
        self.tag = tag
        self.message = attributes.get("message", "")[:MESSAGE_CAP]
        self.type = attributes.get("type", "")
        self.text: list[str] = []
        self.size = 0


def case_of(attributes: Attributes, results: Sequence[Result], class_name: str, rules: ReadingRules) -> TestCase:
    """The record of a test from the attributes of its ``<testcase>`` and the results inside."""
    outcome, told_by = _outcome(attributes, results, expected_failures=rules.expected_failures)
    message = _message(told_by) if told_by else ""
    path, line = _place("\n" + "".join(told_by.text)) if told_by and outcome > _PASSED else (None, None)
    if outcome > _PASSED and path is None and "file" in attributes:
        path, line = attributes["file"], integer(attributes.get("line")) or None
    status = attributes.get("status")
    return TestCase(
        class_name=class_name,
        name=attributes.get("name", ""),
        file=attributes.get("file"),
        outcome=outcome,
        seconds=seconds_of(attributes.get("time")),
        failed_attempts=len([result for result in results if result.tag not in _FINAL]),
        message=message or (f"status {status}" if outcome > _PASSED and status else ""),
        path=path,
        line=line,
    )


def told_outcome(case: Attributes) -> TestOutcome | None:
    """What the attributes say of a test that has no result inside; ``None`` for a plain pass."""
    for name in ("result", "status"):
        told = BY_STATUS.get(case.get(name, "").lower())
        if told is not None:
            return told
    return None


def _outcome(
    case: Attributes, results: Sequence[Result], *, expected_failures: bool
) -> tuple[TestOutcome, Result | None]:
    """The outcome of a test, and the result that tells it: error over failure over pass, expected failures skipped."""
    if len(results) == 1 and results[0].tag in _FINAL:
        return _FINAL[results[0].tag], results[0]
    first = {result.tag: result for result in reversed(results)}
    worst = first.get("error") or first.get("failure")
    skipped = first.get("skipped")
    if skipped and (expected_failures or not worst):
        return TestOutcome.SKIPPED, skipped
    if worst:
        return FAILED_BY[worst.tag], worst
    rerun = next((result for result in results if result.tag not in _FLAKY), None)
    if rerun:
        return TestOutcome.ERRORED if rerun.tag == "rerunError" else TestOutcome.FAILED, rerun
    told = told_outcome(case)
    return _PASSED if told is None else told, results[0] if results else None


def _place(text: str) -> tuple[str | None, int | None]:
    """Where a failure was raised: Python names the innermost call last, JavaScript and bats first.

    Only the ends of a long text are searched, for a trace of thousands of lines is searched as often as a test fails.
    """
    for patterns, part, which in ((_LAST_PLACES, text[-PLACE_CAP:], -1), (_FIRST_PLACES, text[:PLACE_CAP], 0)):
        for word, sign, pattern in patterns:
            if word in part and _regex(sign).search(part):
                found = _regex(pattern).findall(part)
                if found:
                    return found[which][0], int(found[which][1])
    return None, None


def _message(result: Result) -> str:
    """One line of why."""
    text = "".join(result.text).strip() if not result.message else ""
    return (result.message or next(iter(text.splitlines()), "").strip() or result.type)[:MESSAGE_CAP]


def seconds_of(text: str | None) -> float | None:
    """A duration in seconds: ``1,234.5`` has thousands, ``0,123`` a decimal comma; below 0 is 0, else unknown."""
    if not text:
        return None
    if "," in text:
        text = text.strip()
        text = (
            text.replace(",", "")
            if "." in text or re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+", text)
            else text.replace(",", ".")
        )
    try:
        seconds = float(text)
    except ValueError:
        return None
    if seconds < 0:
        return 0.0 if isfinite(seconds) else None
    return seconds if seconds < 1e9 else None  # which no infinity is, and no NaN


def integer(text: str | None) -> int:
    """A count as some tools write it, with thousands; anything else is 0."""
    if text is None:
        return 0
    try:
        number = int(text[:18])
    except ValueError:
        text = text.replace(",", "").strip()
        return int(text[:18]) if text[:18].isdecimal() and text.isascii() else 0
    return 0 if number < 0 else number  # noqa: FURB136 - max() takes longer than all the rest
