"""Gathering issues while one report of findings is read: in little memory, each with a fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import Source
from qualitygate.model.findings import FindingsReport, Issue, IssueSeverity

ISSUES_CAP = 1_000_000
"""Issues one report may hold."""
FINGERPRINT = 20
"""Digits of a fingerprint: 80 bits, so that among a million issues the odds that two share one are 1 in 2 billion."""


class Issues:
    """Takes the issues of one report one by one, and gives the report. Texts that repeat are kept once."""

    __slots__ = ("_found", "_repeated", "_shared", "_tools", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self._found: list[Issue] = []
        self._tools: dict[str, None] = {}
        self._shared: dict[str, str] = {}
        self._repeated: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._found)

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools that ran so far."""
        return tuple(self._tools)

    def ran(self, tool: str) -> None:
        """A tool that ran, whatever it found."""
        self._tools[tool] = None

    def add(
        self,
        *,
        tool: str,
        rule: str,
        severity: IssueSeverity,
        message: str,
        path: str | None = None,
        line: int | None = None,
        end_line: int | None = None,
        identity: Sequence[str] = (),
        suppressed: bool = False,
        baseline: str | None = None,
    ) -> None:
        """One issue. ``identity`` is what the report says makes it the same in the next run, if it says so.

        Else rule, path and message are taken for it. The line never is, for it moves. Issues of the same identity are
        told apart by how many came before. Raises :class:`~qualitygate.errors.CannotReadReport` beyond the cap.
        """
        if len(self._found) >= ISSUES_CAP:
            raise CannotReadReport("too-large", f"has more than {ISSUES_CAP:,} results")
        self._tools[tool] = None
        path = self.source.rules.place((path or "").removeprefix("./")) or None
        fingerprint = self._fingerprint((tool, *(identity or (rule, path or "", message))))
        share = self._shared.setdefault
        self._found.append(
            Issue(
                tool=share(tool, tool),
                rule=share(rule, rule),
                severity=severity,
                message=share(message, message),
                fingerprint=fingerprint,
                path=path and share(path, path),
                line=line,
                end_line=end_line,
                suppressed=suppressed,
                baseline=baseline,
            )
        )

    def report(self, *, at: datetime | None = None, contradictions: Iterable[str] = ()) -> FindingsReport:
        """The report, once all of it was read."""
        return FindingsReport(
            source=self.source, at=at, contradictions=tuple(contradictions), issues=tuple(self._found), tools=self.tools
        )

    def _fingerprint(self, identity: Iterable[str]) -> str:
        told = sha256("\0".join(identity).encode("utf-8", "backslashreplace")).hexdigest()[:FINGERPRINT]
        before = self._repeated.get(told, 0)
        self._repeated[told] = before + 1
        return f"{told}-{before + 1}" if before else told
