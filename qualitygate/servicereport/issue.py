"""The support report as the issue that keeps it: one for each period, found again by its marker. Decisions only."""

from __future__ import annotations

import re
from zlib import crc32

from qualitygate.cutting import cut
from qualitygate.escaping import line
from qualitygate.github.posts import TEXT_MOST, Sticky, StickyIssue
from qualitygate.servicereport import words
from qualitygate.servicereport.markdown import render
from qualitygate.support.report import ServiceReport

LABEL = "support-report"
_TITLE_MOST = 200
_FENCE = "```"
_REST = "qualitygate support report --format html has it all."


def issue(report: ServiceReport) -> StickyIssue:
    """The issue of the report's period. One that people have closed is written anew, and stays closed."""
    text = body(report)
    return StickyIssue(
        sticky=Sticky(marker=_marker(report), body=lambda _before: text),
        title=line(f"{words.TITLE}: {report.name}, {report.title}", _TITLE_MOST),
        label=LABEL,
        open=True,
        among="all",
    )


def body(report: ServiceReport, most: int = TEXT_MOST) -> str:
    """The Markdown with its marker, cut where GitHub takes no more; a plot that would be cut in two goes whole."""
    head = f"{_marker(report)}-->\n"
    room = most - len(head.encode())
    told = cut(render(report), room, _REST)
    if told.count(f"\n{_FENCE}") % 2:
        whole = told[: told.rindex(f"\n{_FENCE}mermaid")]
        told = f"{whole}\n\n**Cut here.** {_REST}\n"
    return head + told


def _marker(report: ServiceReport) -> str:
    """What the issue begins with: the policy's name in letters that cannot end an HTML comment, and the period."""
    letters = re.sub(r"[^0-9A-Za-z_.]+", "-", report.name)[:60]
    return (
        f"<!-- qualitygate:support-report:{letters}.{crc32(report.name.encode('utf-8', 'replace')):08x}:{report.title} "
    )
