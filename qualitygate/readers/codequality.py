"""GitLab's Code Quality report: a list of issues as Code Climate defines them, or the stream its engines write.

GitLab: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format; Code Climate:
https://github.com/codeclimate/platform/blob/master/spec/analyzers/SPEC.md, where a NUL ends each issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qualitygate.errors import CannotReadReport
from qualitygate.extension import Reader
from qualitygate.jsonstream import Walk, walked
from qualitygate.jsontext import looks_like_json, mapping, text, whole
from qualitygate.model.evidence import Source
from qualitygate.model.findings import FindingsReport, IssueSeverity
from qualitygate.model.issues import Issues

SEVERITIES = {
    "blocker": IssueSeverity.CRITICAL,
    "critical": IssueSeverity.HIGH,
    "major": IssueSeverity.MEDIUM,
    "minor": IssueSeverity.LOW,
    "info": IssueSeverity.INFO,
}
UNTOLD = IssueSeverity.MEDIUM
"""The severity of an issue that has none, or one that nobody knows."""
NAMELESS = "codequality"
"""The tool of an issue that names no engine: GitLab's format has no place for it."""
NO_ISSUE = "measurement"
"""The type of what an engine counts rather than finds."""
_LIST = re.compile(r"\[\s*\{")
_STREAM = re.compile(r'"type"\s*:\s*"issue"', re.IGNORECASE)
_KEYS = [re.compile(rf'"{key}"\s*:\s*{opening}') for key, opening in (("description", '"'), ("location", r"\{"))]
_NAMES = re.compile(r'"(?:check_name|fingerprint)"\s*:\s*"')


def recognises(head: bytes) -> bool:
    """Whether it is a list of issues or a stream of them. An empty list is anybody's, so it is not."""
    decoded = looks_like_json(head, "[{")
    begins = _LIST.match(decoded) if decoded[:1] == "[" else _STREAM.search(decoded)
    return bool(begins and _NAMES.search(decoded)) and all(key.search(decoded) for key in _KEYS)


def read(source: Source) -> Iterator[FindingsReport]:
    """Read one report; an empty list is one without issues. Raises :class:`~qualitygate.errors.CannotReadReport`."""
    issues = Issues(source)
    with walked(source) as stream:
        for issue in _issues(stream):
            _add(issues, issue)
    if not len(issues):
        issues.ran(NAMELESS)
    yield issues.report()


READER = Reader(kind="findings", recognises=recognises, read=read)


def _issues(stream: Walk) -> Iterator[Any]:
    """The items of the list, or the values of the stream."""
    if stream.next() == "[":
        for _ in stream.items():
            yield stream.value()
        stream.end()
        return
    while stream.next():
        yield stream.value()
        while stream.skip("\0"):
            pass


def _add(issues: Issues, issue: Any) -> None:
    told = mapping(issue)
    rule, description = text(told.get("check_name")), text(told.get("description"))
    kind = text(told.get("type")).lower()
    if kind == NO_ISSUE:
        return
    if not rule and not description:
        raise CannotReadReport("malformed", "has an issue with neither check_name nor description")
    location = mapping(told.get("location"))
    line, end_line = (_line(location, edge) for edge in ("begin", "end"))
    fingerprint = text(told.get("fingerprint"))
    issues.add(
        tool=text(told.get("engine_name")).strip() or NAMELESS,
        rule=rule,
        severity=SEVERITIES.get(text(told.get("severity")).strip().lower(), UNTOLD),
        message=description,
        path=text(location.get("path")),
        line=line,
        end_line=end_line,
        identity=(fingerprint,) if fingerprint else (),
    )


def _line(location: dict[str, Any], edge: str) -> int | None:
    """A line of ``lines``, else of ``positions``, where some tools write a number for an object."""
    lines = mapping(location.get("lines")).get(edge)
    position = mapping(location.get("positions")).get(edge)
    found = whole(lines) or whole(mapping(lines).get("line")) or whole(position) or whole(mapping(position).get("line"))
    return found or None
