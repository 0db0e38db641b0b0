"""Support clocks: 100,000 tickets of three clocks with holidays and changed clocks, beside a bare loop and a peer.

``python -m benchmarks.support`` prints what every subject takes in one process, as JSON: microseconds a clock, the
median of rounds that take turns, and the ratios within a round.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from statistics import median
from time import process_time

from benchmarks.clock import answer
from benchmarks.table import Row

TICKETS = 100_000
PART = 500
"""Tickets of one turn: short, so that what else the machine does falls on all subjects alike."""
PEER = 40
START = datetime(2024, 1, 8, tzinfo=UTC)
HOLIDAYS = [f"{year}-{day}" for year in range(2023, 2029) for day in ("01-01", "05-01", "10-03", "12-25", "12-26")]
CALENDAR = {"tz": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}, "holidays": HOLIDAYS}

Moments = tuple[datetime, datetime, datetime, datetime]


def run(quick: bool = False) -> Iterator[Row]:
    found = answer("benchmarks.support", *(["--quick"] if quick else []))
    told = f"{found['elapsed_us']:.2f} us beside {found['loop_us']:.2f} us here"
    yield Row(what="elapsed business time / bare total_seconds()", goal=6, measured=found["elapsed"], note=told)
    yield Row(what="due in business time / bare total_seconds()", measured=found["due"])
    most = 8 / 0.15
    yield Row(what="three clocks from four ISO strings / bare total_seconds()", goal=most, measured=found["ticket"])
    yield Row(what="1,000 x elapsed business time / businesstimedelta", goal=1, measured=1_000 * found["peer"])
    yield Row(what="three clocks of a timeline of events / bare total_seconds()", measured=found["clocks"])
    yield Row(what="a year of a calendar", measured=found["year_us"], unit="us")


def tickets(number: int) -> list[Moments]:
    """Opened, answered, asked again and closed, over two years with four changes of the clocks; the same every time."""
    draw = random.Random(7)
    found = []
    for _ in range(number):
        opened = START + timedelta(seconds=draw.randrange(2 * 365 * 86_400))
        found.append((opened, *sorted(opened + timedelta(seconds=draw.randrange(14 * 86_400)) for _ in range(3))))
    return found


def main(quick: bool) -> dict[str, float]:
    from qualitygate import BusinessCalendar
    from qualitygate.model.tickets import TicketEvent
    from qualitygate.support.clock import read
    from qualitygate.support.targets import Reading, Terms

    whole = tickets(TICKETS)
    calendar = BusinessCalendar.parse(CALENDAR)
    year = _year(calendar)
    parts = [whole[at : at + PART] for at in range(0, len(whole), PART)]
    targets = {"first_response": 14_400.0, "next_response": 28_800.0, "resolution": 144_000.0}
    terms, reading = Terms(targets=targets, calendar=calendar), Reading()

    def loop(part: Sequence[Moments]) -> None:
        for opened, answered, asked, closed in part:
            (answered - opened).total_seconds()
            (closed - asked).total_seconds()
            (closed - opened).total_seconds()

    def elapsed(part: Sequence[Moments]) -> None:
        count = calendar.elapsed
        for opened, answered, asked, closed in part:
            count(opened, answered)
            count(asked, closed)
            count(opened, closed)

    def due(part: Sequence[Moments]) -> None:
        add = calendar.add
        for opened, _, asked, _ in part:
            add(opened, 14_400)
            add(asked, 28_800)
            add(opened, 144_000)

    def ticket(part: Sequence[tuple[str, str, str, str]]) -> None:
        parse, count = datetime.fromisoformat, calendar.elapsed
        for written in part:
            opened, answered, asked, closed = map(parse, written)
            count(opened, answered)
            count(asked, closed)
            count(opened, closed)

    def clocks(part: Sequence[Moments]) -> None:
        for opened, answered, asked, closed in part:
            events = [
                TicketEvent(at=opened, kind="opened", actor="customer"),
                TicketEvent(at=answered, kind="comment", actor="agent"),
                TicketEvent(at=asked, kind="comment", actor="customer"),
                TicketEvent(at=closed, kind="closed", actor="agent"),
            ]
            read(events, [(opened, terms)], closed, reading)

    def written(part: Sequence[Moments]) -> Sequence[tuple[str, str, str, str]]:
        return [tuple(moment.isoformat() for moment in each) for each in part]

    subjects: Mapping[str, Callable[[Sequence[Moments]], None]] = {
        "loop": loop,
        "elapsed": elapsed,
        "due": due,
        "clocks": clocks,
    }
    times: dict[str, list[float]] = {name: [] for name in (*subjects, "ticket")}
    for part in parts[: 40 if quick else None]:
        texts = written(part)
        for name, subject in subjects.items():
            times[name].append(_timed(partial(subject, part)))
        times["ticket"].append(_timed(partial(ticket, texts)))
    found = {name: median(one / other for one, other in zip(times[name], times["loop"], strict=True)) for name in times}
    for name in ("ticket", "clocks"):
        found[name] *= 3  # of a ticket, not of a clock
    found |= {f"{name}_us": 1e6 * median(times[name]) / PART / 3 for name in times}
    return {**found, "peer": _peer(calendar, whole), "year_us": 1e6 * year}


def _year(calendar: object) -> float:
    start = process_time()
    for at in (START, START + timedelta(days=900)):
        calendar.is_open(at)  # type: ignore[attr-defined]
    return (process_time() - start) / 3


def _timed(work: Callable[[], None]) -> float:
    start = process_time()
    work()
    return process_time() - start


def _peer(calendar: object, whole: Sequence[Moments]) -> float:
    """Ours to businesstimedelta, where it gives the same answer: it is checked on every ticket that is timed."""
    import pytz
    from businesstimedelta import HolidayRule, Rules, WorkDayRule

    zone = pytz.timezone(CALENDAR["tz"])
    days = [0, 1, 2, 3, 4]
    office = WorkDayRule(start_time=time(9), end_time=time(17), working_days=days, tz=zone)
    rules = Rules([office, HolidayRule(dict.fromkeys(map(date.fromisoformat, HOLIDAYS)), tz=zone)])
    ratios = []
    for opened, _, _, closed in whole[:PEER]:
        theirs = _timed(lambda opened=opened, closed=closed: rules.difference(opened, closed))
        ours = _timed(lambda opened=opened, closed=closed: [calendar.elapsed(opened, closed) for _ in range(1_000)])
        found = rules.difference(opened, closed)
        if found.hours * 3_600 + found.seconds != calendar.elapsed(opened, closed):
            raise RuntimeError(f"businesstimedelta says otherwise from {opened} to {closed}")
        ratios.append(ours / 1_000 / theirs)
    return median(ratios)


if __name__ == "__main__":
    print(json.dumps(main("--quick" in sys.argv)))
