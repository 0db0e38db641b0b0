"""The day that the records begin, by what each kind of record tells of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from qualitygate import pipeline
from qualitygate.gathering import gather
from qualitygate.model.tickets import Ticket, TicketEvent
from qualitygate.periodreport.beginning import first_day
from tests.periodreport.samples import NOW

EXAMPLE = Path(__file__).parents[2] / "examples" / "aftersales"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def evidence() -> dict:
    config = pipeline.load_config(str(EXAMPLE / "qualitygate.yml"))
    return {entry.name: list(gather(entry, config.base_dir, now=NOW)) for entry in config.evidence}


def test_each_kind_of_record_tells_its_first_day():
    found = {name: first_day(items, SHANGHAI) for name, items in evidence().items()}
    assert {
        "tickets": date(2026, 1, 1),
        "channels": date(2026, 3, 2),
        "trainings": date(2026, 3, 20),
        "surveys": date(2026, 3, 2),
        "milestones": date(2026, 1, 30),
        "reviews": date(2026, 1, 5),
        "retrospectives": date(2026, 1, 30),
    } == {name: day for name, day in found.items() if day}


def test_a_day_is_that_of_the_policys_zone():
    (register,) = evidence()["tickets"]
    opened = datetime(2026, 6, 30, 20, tzinfo=UTC)
    one = replace(register, tickets=(Ticket(id="1", events=(TicketEvent(at=opened, kind="opened"),)),))
    assert (date(2026, 7, 1), date(2026, 6, 30)) == (first_day([one], SHANGHAI), first_day([one], UTC))


def test_what_tells_no_day_has_none():
    assert first_day([], SHANGHAI) is None
