"""What static analysis and security tools found: one report's word."""

from __future__ import annotations

from enum import IntEnum

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass


class IssueSeverity(IntEnum):
    """How bad an issue is, ordered: the one vocabulary that the words of all formats are put into."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """As a label has it: ``high``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that a tool found.

    ``fingerprint`` is stable text: the same in every run, and different from that of any other issue of the report.
    ``suppressed``: somebody decided that it does not count. ``baseline`` is what the tool itself knows of it: ``new``,
    ``unchanged`` or ``updated``, ``None`` where it compared with nothing. ``path``, ``line`` and ``end_line`` (from 1)
    are ``None`` where the report does not say.
    """

    tool: str
    rule: str
    severity: IssueSeverity
    message: str
    fingerprint: str
    path: str | None = None
    line: int | None = None
    end_line: int | None = None
    suppressed: bool = False
    baseline: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsReport(Report):
    """One report of findings: the issues in report order, and the tools that ran, whether they found any or not."""

    issues: tuple[Issue, ...]
    tools: tuple[str, ...]
