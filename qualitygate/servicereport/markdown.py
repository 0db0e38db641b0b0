"""The support report in GitHub-flavoured Markdown, with plots in Mermaid, which GitHub draws."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qualitygate.escaping import markdown
from qualitygate.servicereport import words
from qualitygate.support.report import Row, ServiceReport

SYMBOLS = {True: "✅", False: "❌", None: "⚪"}
_UNSAFE = r"[^\w .()/-]"


def render(report: ServiceReport) -> str:
    """The report as Markdown; every late target has its row, and each plot its numbers in a table."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: ServiceReport) -> Iterator[str]:
    yield f"## {words.TITLE}: {markdown(report.name)}, {markdown(report.title)}"
    yield ""
    yield f"{markdown(words.period(report))}. {words.received(report)}."
    yield ""
    for total, told in zip(report.totals, words.verdicts(report), strict=True):
        yield f"- {SYMBOLS[total.held]} {markdown(told)}"
    for total in report.totals:
        yield from ("", *_clock(report, total))
    yield from ("", "### Received by hour and weekday", "", *_hours(report))
    yield from ("", words.COUNTING)
    yield from ("", *_late(report))


def _clock(report: ServiceReport, total: Row) -> Iterator[str]:
    rows = [row for row in report.rows if row.clock == total.clock]
    yield f"### {words.CLOCKS[total.clock]}"
    yield ""
    yield from _table((*words.COLUMNS, "Budget", "Goal"), (words.cells(row) for row in rows))
    months = [(month, tally) for month, tally in total.months if tally.share is not None]
    if months:
        shares = [f"{float(tally.share * 100):.2f}" for _, tally in months if tally.share is not None]
        yield from ("", *_chart("In time by month, percent", [month for month, _ in months], shares, most=100))
        yield from ("", "<details>", "<summary>In time by month, in numbers</summary>", "")
        yield from _table(("Month", "In time"), ((month, words.share(tally, total.goal)) for month, tally in months))
        yield from ("", "</details>")
    waits = report.waits[total.clock]
    if waits:
        counts = [str(each.answered + each.waiting) for each in waits]
        yield from ("", *_chart("How long it took, tickets", [_short(words.edge(each)) for each in waits], counts))
        yield ""
        told = ((words.edge(each), str(each.answered), str(each.waiting)) for each in waits)
        yield from _folded("How long it took", ("Took", words.ANSWERS[total.clock].capitalize(), "Still waiting"), told)
    channels = [(channel, tally) for clock, channel, tally in report.channels if clock == total.clock]
    if channels:
        yield from ("", *_pie("Judged by channel", [(channel, tally.counted) for channel, tally in channels]))
        yield ""
        told_channels = (
            (channel, str(tally.received), words.share(tally, total.goal), str(tally.breached))
            for channel, tally in channels
        )
        yield from _table(("Channel", "Received", "In time", "Not in time"), told_channels)


def _late(report: ServiceReport) -> Iterator[str]:
    yield f"### Late: {len(report.late)}"
    yield ""
    if report.late:
        yield from _table(words.LATE_COLUMNS, (words.late(each, report) for each in report.late))
    else:
        yield "None."
    for why, tickets in words.asides(report):
        yield from ("", f"{markdown(why)}: {len(tickets)} ({', '.join(map(markdown, tickets))})")


def _hours(report: ServiceReport) -> Iterator[str]:
    hours = [hour for hour in range(24) if any(day[hour] for day in report.hours)]
    rows = (
        (name, *(str(day[hour] or "") for hour in hours), str(sum(day)))
        for name, day in zip(words.WEEKDAYS, report.hours, strict=True)
    )
    yield from _table(("", *(f"{hour} h" for hour in hours), "All"), rows)


def _folded(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from ("<details>", f"<summary>{title}, in numbers</summary>", "")
    yield from _table(heads, rows)
    yield from ("", "</details>")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(map(markdown, row))} |" for row in rows)


def _chart(title: str, names: Sequence[str], values: Sequence[str], most: int | None = None) -> Iterator[str]:
    """A bar chart: https://mermaid.js.org/syntax/xyChart.html."""
    yield from ("```mermaid", "xychart-beta", f'  title "{title}"')
    yield f"  x-axis [{', '.join(_quoted(name) for name in names)}]"
    yield f"  y-axis 0 --> {most or max(1, *(int(value) for value in values))}"
    yield f"  bar [{', '.join(values)}]"
    yield "```"


def _pie(title: str, parts: Sequence[tuple[str, int]]) -> Iterator[str]:
    """A pie of what is not nothing: https://mermaid.js.org/syntax/pie.html."""
    shown = [(name, count) for name, count in parts if count]
    if shown:
        yield from ("```mermaid", f"pie showData title {title}")
        yield from (f"  {_quoted(name)} : {count}" for name, count in shown)
        yield "```"


def _quoted(name: str) -> str:
    """A name in quotes, of letters that end neither the quotes nor the block."""
    return f'"{re.sub(_UNSAFE, "?", name)[:40]}"'


def _short(edge: str) -> str:
    return edge.removeprefix("up to ")
