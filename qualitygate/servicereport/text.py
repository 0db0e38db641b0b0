"""The support report for a terminal: tables, bars and blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from qualitygate.escaping import line
from qualitygate.servicereport import words
from qualitygate.support.report import Bucket, Row, ServiceReport
from qualitygate.support.tally import ComplianceTally

_BLOCKS = "▁▂▃▄▅▆▇█"
_SHADES = " ░▒▓█"
_WIDTH = 30
"""Columns of the longest bar."""


def render(report: ServiceReport) -> str:
    """The report as lines; every late target has its own."""
    return "\n".join(_lines(report)) + "\n"


def spark(shares: Sequence[ComplianceTally]) -> str:
    """A block for each share, the lowest for none at all and the highest for all; a dot where nothing was judged."""
    return "".join("·" if each.share is None else _BLOCKS[int(each.share * (len(_BLOCKS) - 1))] for each in shares)


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns as wide as their widest cell, the first row being their heads."""
    harmless = [[line(cell) for cell in row] for row in rows]
    widths = [max(_columns(row[place]) for row in harmless) for place in range(len(rows[0]))]
    for row in harmless:
        padded = (cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(padded).rstrip()


def _lines(report: ServiceReport) -> Iterator[str]:
    yield f"{words.TITLE}: {line(report.name)}, {words.period(report)}"
    yield f"{words.received(report)}; from {', '.join(map(line, report.sources))}"
    for total in report.totals:
        yield from ("", *_clock(report, total))
    yield from ("", *_late(report))
    for why, tickets in words.asides(report):
        yield f"{why}: {len(tickets)} ({', '.join(map(line, tickets))})"
    yield from ("", "Received by hour and weekday", *_hours(report.hours))
    yield from ("", words.COUNTING)


def _clock(report: ServiceReport, total: Row) -> Iterator[str]:
    yield f"{words.CLOCKS[total.clock]}: {line(words.goal(total.goal))} -> {words.OUTCOMES[total.held]}"
    rows = [row for row in report.rows if row.clock == total.clock]
    heads = (*words.COLUMNS, "Budget", "", "12 months")
    yield from table([heads, *((*words.cells(row), spark([each for _, each in row.months])) for row in rows)])
    channels = [(channel, tally) for clock, channel, tally in report.channels if clock == total.clock]
    if channels:
        told = (f"{line(channel)} {words.share(tally, total.goal)}" for channel, tally in channels)
        yield f"  By channel: {', '.join(told)}"
    yield from _waits(report.waits[total.clock], words.ANSWERS[total.clock])


def _waits(buckets: Sequence[Bucket], done: str) -> Iterator[str]:
    most = max((each.answered + each.waiting for each in buckets), default=0)
    if most:
        yield f"  How long it took (█ {done}, ░ still waiting)"
    width = max((len(words.edge(each)) for each in buckets), default=0)
    for each in buckets:
        bar = "█" * _long(each.answered, most) + "░" * _long(each.waiting, most)
        yield f"  {words.edge(each):>{width}}  {bar} {each.answered + each.waiting}".rstrip()


def _long(count: int, most: int) -> int:
    return 0 if not count else max(1, count * _WIDTH // most)


def _late(report: ServiceReport) -> Iterator[str]:
    yield f"Late, every one of {len(report.late)}:" if report.late else "Late: none"
    if report.late:
        yield from table([words.LATE_COLUMNS, *(words.late(each, report) for each in report.late)])


def _hours(week: Sequence[Sequence[int]]) -> Iterator[str]:
    most = max(max(day) for day in week)
    yield "       " + "".join(f"{hour:<6}" for hour in range(0, 24, 3)).rstrip() + f"  ({_SHADES[-1]} {most})"
    for name, day in zip(words.WEEKDAYS, week, strict=True):
        shades = "".join((_SHADES[-(-count * (len(_SHADES) - 1) // most)] if count else "·") * 2 for count in day)
        yield f"  {name}  {shades}  {sum(day)}"


def _columns(text: str) -> int:
    return len(text) + sum(east_asian_width(letter) in "WF" for letter in text)
