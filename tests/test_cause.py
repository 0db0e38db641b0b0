"""Messages and stack traces of .NET."""

from __future__ import annotations

import time

import pytest

from qualitygate.cause import Cause, cause, cause_in
from qualitygate.markup import Element, elements
from tests.samples import source


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("   at A.B() in C:\\src\\B.cs:line 42", ("C:\\src\\B.cs", 42)),
        ("   at A.B(Int32 in) in /src/my tests/B.cs:line 42\r", ("/src/my tests/B.cs", 42)),
        ("   bei A.B() in C:\\B.cs:Zeile 42.", ("C:\\B.cs", 42)),
        ("   à A.B() dans C:\\B.cs:ligne 42", ("C:\\B.cs", 42)),
        ("   en A.B() en C:\\B.cs:línea 42", ("C:\\B.cs", 42)),
        ("   在 A.B() 位置 C:\\B.cs:行号 42", ("C:\\B.cs", 42)),
        ("  at A.B () [0x00012] in /src/B.cs:42", ("/src/B.cs", 42)),
        ("  at A.B () [0x00012] in <0f1e2d>:0", (None, None)),
        ("   at A.B()", (None, None)),
        ("", (None, None)),
    ],
)
def test_the_place_is_read_in_every_language_of_net(frame, expected):
    found = cause("no", frame)
    assert expected == (found.path, found.line)


def test_the_innermost_frame_with_a_file_is_the_place():
    stack = "  at X.Assert()\n  at A.B() in /src/B.cs:line 1\n  at A.C() in /src/C.cs:line 2"
    assert ("/src/B.cs", 1) == (cause("no", stack).path, cause("no", stack).line)


def test_without_a_message_the_first_frame_speaks():
    assert "at A.B()" == cause(" ", "\n  at A.B()\n  at A.C()").message


def test_a_message_is_cut_at_its_cap():
    assert 1_000 == len(cause("x" * 5_000).message)


def test_a_hostile_stack_costs_no_time():
    started = time.monotonic()
    cause("", " in" * 20_000 + ":line")
    assert time.monotonic() - started < 5


def inside(content: str) -> Element:
    return next(element for element, _ in elements(source(f"<r><t>{content}</t></r>"), {"t"}, roots={"r"}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<failure><message>no</message><stack-trace/></failure><reason>other</reason>", "no"),
        ("<reason><message>not today</message></reason>", "not today"),
        ("<reason>not today</reason>", "not today"),
        ("<output>noise</output>", ""),
    ],
)
def test_a_failure_speaks_before_a_reason(content, message):
    assert Cause(message=message) == cause_in(inside(content))
