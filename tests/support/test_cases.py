"""Facts of well-known support systems: each says what a calendar or a ticket's clocks must come to."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from qualitygate import BusinessCalendar, ConfigError
from qualitygate.model.tickets import Ticket, TicketEvent
from qualitygate.support.clock import read
from qualitygate.support.days import resolve
from qualitygate.support.promises import always, own_history
from qualitygate.support.targets import Labels, Promise, Reading, Terms
from qualitygate.support.timeline import understood

CASES = json.loads((Path(__file__).parent / "cases.json").read_text())["cases"]
CLOCKS = {"first_response": "first_response", "update": "next_response", "resolution": "resolution"}
MEASURED_ONLY = "3650h"


def cases(*kinds: str) -> pytest.MarkDecorator:
    found = [case for case in CASES if case["kind"] in kinds]
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in found])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def spans(pairs: list[list[str]]) -> list[str]:
    return [f"{start}-{end}" for start, end in pairs]


def written(calendar: dict) -> dict:
    return {
        "tz": calendar["tz"],
        "hours": {day: spans(pairs) for day, pairs in calendar["hours"].items()},
        "holidays": [*calendar.get("holidays", []), *calendar.get("recurring_holidays", [])],
        "breaks": [{"date": row["date"], "hours": f"{row['from']}-{row['to']}"} for row in calendar.get("breaks", [])],
        "shifts": {day: spans(pairs) for day, pairs in calendar.get("shifts", {}).items()},
    }


def business(case: dict) -> BusinessCalendar:
    return BusinessCalendar.parse(written(case["calendar"]))


def test_every_kind_of_case_is_tried_but_those_that_are_nothing_of_ours():
    tried = {"add", "elapsed", "is_open", "next_open", "prev_open", "next_close", "next_opening", "open_periods"}
    tried |= {"at_risk", "resolve_local", "invalid_calendar", "lifecycle", "label_time"}
    assert {"stats_mean"} == {
        case["kind"] for case in CASES
    } - tried  # means are not ours: who waits has no part in them


@cases("add")
def test_business_time_is_added(case):
    seconds = -case["target_s"] if case["direction"] == "backward" else case["target_s"]
    due = business(case).add(instant(case["start"]), seconds)
    assert due in {instant(case["expect"]["due"]), *map(instant, case["expect"].get("due_alt", []))}


@cases("elapsed")
def test_business_time_is_counted(case):
    assert case["expect"]["elapsed_s"] == business(case).elapsed(instant(case["start"]), instant(case["end"]))


@cases("is_open")
def test_a_moment_is_open_or_closed(case):
    assert case["expect"]["open"] is business(case).is_open(instant(case["at"]))


@cases("next_open", "prev_open", "next_close", "next_opening")
def test_the_edges_of_business_time_are_found(case):
    calendar = business(case)
    asked = {"next_open": calendar.next_open, "prev_open": calendar.previous_open}
    asked |= {"next_close": calendar.next_close, "next_opening": calendar.next_opening}
    assert instant(case["expect"]["at"]) == asked[case["kind"]](instant(case["at"]))


@cases("open_periods")
def test_the_next_periods_are_listed(case):
    found = business(case).periods(instant(case["start"]), case["n"], backward=case["direction"] == "backward")
    assert [tuple(map(instant, period)) for period in case["expect"]["periods"]] == found


@cases("at_risk")
def test_a_lead_is_counted_backwards_in_business_time(case):
    assert instant(case["expect"]["at"]) == business(case).add(instant(case["due"]), -case["lead_s"])


@cases("resolve_local")
def test_a_wall_clock_is_put_into_utc(case):
    hour, minute, *second = map(int, case["time"].split(":"))
    found = resolve(date.fromisoformat(case["date"]), 60 * hour + minute, ZoneInfo(case["tz"])) + sum(second)
    assert instant(case["expect"]["utc"]) == datetime.fromtimestamp(found, UTC)


@cases("invalid_calendar")
def test_a_calendar_that_makes_no_sense_is_refused(case):
    with pytest.raises(ConfigError):
        business(case)


def event(row: dict) -> TicketEvent:
    told = {"actor": row.get("actor"), "user": row.get("user"), "public": row.get("public", True)}
    return TicketEvent(at=instant(row["at"]), kind=row["type"], paused=row.get("state") == "paused", **told)


def targets(sla: dict) -> dict[str, str]:
    seconds = {CLOCKS[key.removesuffix("_s")]: value for key, value in sla.items()}
    return {name: f"{value}s" if value else MEASURED_ONLY for name, value in seconds.items()}


def change(row: dict) -> tuple[datetime, dict]:
    told = {"targets": targets(row["sla"])} if "sla" in row else {}
    told |= {"calendar": written(row["calendar"])} if "calendar" in row else {}
    return instant(row["at"]), {"at": row["at"], "type": row["type"], **told}


@cases("label_time")
def test_a_ticket_waits_while_the_label_for_it_is_on(case):
    kinds = {"labeled": "labelled", "unlabeled": "unlabelled"}
    labelled = [
        TicketEvent(at=instant(row["at"]), kind=kinds[row["type"]], value=row["label"]) for row in case["events"]
    ]
    opened = TicketEvent(at=instant(case["created"]), kind="opened", actor="customer")
    closed = TicketEvent(at=instant(case["closed"]), kind="closed", actor="agent")
    terms = Terms(targets={"resolution": 3_600_000.0}, calendar=always())
    promise = Promise(terms={"normal": terms}, labels=Labels(waiting=(case["label"],)))
    ticket = understood(Ticket(id="1", events=(opened, *labelled, closed)), promise)
    run = read(ticket.events, [(opened.at, terms)], closed.at, Reading()).clocks["resolution"].current
    assert case["expect"]["elapsed_s"] == (closed.at - opened.at).total_seconds() - run.elapsed


@cases("lifecycle")
def test_the_clocks_of_a_ticket_agree(case):
    events = [event(row) for row in case["events"] if row["type"] not in ("sla_changed", "calendar_changed")]
    changes = tuple(change(row) for row in case["events"] if row["type"] in ("sla_changed", "calendar_changed"))
    held = own_history(events[0].at, targets(case["sla"]), written(case["calendar"]), changes)
    ignored = case.get("ignore_users", [])
    events = [each for each in events if each.user is None or each.user not in ignored]
    clocks = read(events, held, instant(case["now"]), Reading())
    assert case["expect"].get("paused", clocks.paused) is clocks.paused
    for name, want in case["expect"].items():
        if isinstance(want, dict):
            agrees(want, clocks.clocks[CLOCKS[name]], case.get("tolerance_s", 0), stands=clocks.paused)


def agrees(want: dict, clock, tolerance: float, *, stands: bool) -> None:
    run = clock.current
    told = {"elapsed_s": run.elapsed, "margin_s": run.margin} if run else {}
    assert want.get("state", clock.state.value) == clock.state.value
    for key in ("elapsed_s", "margin_s"):
        if want.get(key) is not None:
            assert want[key] == pytest.approx(told[key], abs=tolerance)
    if want.get("due"):
        assert any(
            abs((run.due - instant(due)).total_seconds()) <= tolerance
            for due in [want["due"], *want.get("due_alt", [])]
        )
    elif "due" in want and clock.state.value == "pending" and not stands:
        assert run is None or run.due is None
