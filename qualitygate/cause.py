"""Why a test did not pass and where: the message and the stack trace that .NET test runners write."""

from __future__ import annotations

import re

from qualitygate.markup import MESSAGE_CAP, Element
from qualitygate.values import dataclass

_FRAME = re.compile(
    r"(?<=[)\]])\s[^\W\d]{1,10} ([^<>\n]{1,400}?):(?:[^\W\d]{1,20}[ \xa0]?)?(\d{1,7})[.。]?\s*$", re.MULTILINE
)
"""The method, a word for "in", the file, a word for "line" (Mono has none), the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One message, and the file and line of the innermost stack frame that names its source, where one does."""

    message: str = ""
    path: str | None = None
    line: int | None = None


def cause(message: str, stack: str = "") -> Cause:
    """The cause from a message and a .NET stack trace, innermost frame first.

    A frame ends in ``in FILE:line 12``, in the language of the machine, or in ``in FILE:12`` (Mono).
    https://learn.microsoft.com/dotnet/api/system.environment.stacktrace
    """
    frame = _FRAME.search(stack)
    path, line = (frame[1], int(frame[2])) if frame else (None, None)
    first = next((line.strip() for line in stack.splitlines() if line.strip()), "")
    return Cause(message=(message.strip() or first)[:MESSAGE_CAP], path=path, line=line)


def cause_in(test: Element) -> Cause:
    """The cause that NUnit and xUnit.net put into a test or suite.

    ``<failure>`` holds ``<message>`` and ``<stack-trace>``; ``<reason>`` is a text, or holds a ``<message>``.
    """
    if test.child("failure"):
        return cause(test.said("failure", "message"), test.said("failure", "stack-trace"))
    return cause(test.said("reason", "message") or test.said("reason"))
