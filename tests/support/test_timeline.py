from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qualitygate.errors import ConfigError
from qualitygate.model.tickets import Ticket, TicketEvent
from qualitygate.support.amounts import target
from qualitygate.support.promises import always, history, own_history
from qualitygate.support.targets import Labels, Member, Promise, Terms
from qualitygate.support.timeline import Stop, in_order, merged, remembered, understood, unnamed

START = datetime(2026, 10, 5, 10, tzinfo=UTC)
NORMAL = Terms(targets={"resolution": 7200.0}, calendar=always(), name="normal")
URGENT = Terms(targets={"resolution": 3600.0}, calendar=always(), name="urgent")
PROMISE = Promise(
    terms={"normal": NORMAL, "urgent": URGENT},
    team=(Member(user="lin"), Member(user="wang", first=START + timedelta(hours=1), end=START + timedelta(hours=3))),
    bots=frozenset({"triage"}),
)


def after(hours: float, kind: str, **more) -> TicketEvent:
    return TicketEvent(at=START + timedelta(hours=hours), kind=kind, **more)


def told(*events: TicketEvent, promise: Promise = PROMISE, **more) -> Ticket:
    return understood(Ticket(id="1", events=(after(0, "opened", user="mei"), *events), **more), promise)


def test_the_same_id_twice_is_one_event_and_ids_order_what_happened_at_once():
    first, second = after(1, "paused", id="9"), after(1, "resumed", id="10")
    assert (first, second) == in_order([second, first, second])


def test_without_ids_what_stops_a_clock_comes_before_what_lets_it_run_and_an_answer_before_both():
    kinds = ["reopened", "resumed", "closed", "paused", "comment"]
    found = in_order([after(1, kind, actor="agent" if kind == "comment" else None) for kind in kinds])
    assert ["comment", "paused", "closed", "resumed", "reopened"] == [event.kind for event in found]


def test_a_message_of_the_moment_of_an_answer_still_waits():
    found = in_order([after(1, "comment", actor=actor) for actor in ("customer", "bot", "agent")])
    assert ["agent", "bot", "customer"] == [event.actor for event in found]


@pytest.mark.parametrize(
    ("event", "actor"),
    [
        (after(1, "comment", user="lin"), "agent"),
        (after(1, "comment", user="lin", actor="customer"), "agent"),
        (after(2, "comment", user="wang"), "agent"),
        (after(0.5, "comment", user="wang"), "customer"),
        (after(3, "comment", user="wang"), "customer"),
        (after(1, "comment", user="mei"), "customer"),
        (after(1, "comment", user="mei", actor="agent"), "customer"),
        (after(1, "comment", user="stranger"), "customer"),
        (after(1, "comment", user="stranger", actor="agent"), "agent"),
        (after(1, "comment", user="triage"), "bot"),
        (after(1, "comment", user="dependabot[bot]", actor="agent"), "bot"),
        (after(1, "comment", actor="agent"), "agent"),
        (after(1, "paused"), None),
    ],
)
def test_who_acted_is_told_by_the_team_then_by_the_event(event, actor):
    assert actor == told(event).events[1].actor


def test_a_ticket_that_the_team_opens_is_opened_by_an_agent_who_does_not_answer_it():
    ticket = understood(
        Ticket(id="1", events=(after(0, "opened", user="lin"), after(1, "comment", user="lin"))), PROMISE
    )
    assert ["agent", "customer"] == [event.actor for event in ticket.events]


def test_labels_become_pauses_priorities_and_the_channel():
    ticket = told(
        after(1, "labelled", value="waiting-for-customer"),
        after(2, "unlabelled", value="waiting-for-customer"),
        after(3, "labelled", value="priority:urgent"),
        after(4, "unlabelled", value="priority:urgent"),
        after(5, "labelled", value="channel:phone"),
        after(6, "labelled", value="channel:chat"),
        after(7, "labelled", value="bug"),
    )
    kinds = ["paused", "resumed", "priority_changed", "priority_changed", "labelled", "labelled", "labelled"]
    assert kinds == [event.kind for event in ticket.events[1:]]
    assert ["urgent", None] == [event.value for event in ticket.events if event.kind == "priority_changed"]
    assert "phone" == ticket.channel


def test_the_old_priority_taken_off_after_the_new_one_was_put_on_changes_nothing():
    ticket = told(
        after(1, "labelled", value="priority:low"),
        after(2, "labelled", value="priority:urgent"),
        after(3, "unlabelled", value="priority:low"),
    )
    assert ["low", "urgent", "urgent"] == [event.value for event in ticket.events[1:]]
    assert ["normal", "urgent"] == [terms.name for _, terms in history(ticket, PROMISE)]


def test_a_ticket_waits_until_the_last_of_its_waiting_labels_is_off():
    promise = Promise(terms={}, labels=Labels(waiting=("waiting", "blocked")))
    ticket = told(
        after(1, "labelled", value="waiting"),
        after(2, "labelled", value="blocked"),
        after(3, "unlabelled", value="waiting"),
        after(4, "unlabelled", value="blocked"),
        promise=promise,
    )
    assert ["paused", "paused", "paused", "resumed"] == [event.kind for event in ticket.events[1:]]


def test_a_written_channel_is_not_changed_by_a_label():
    assert "email" == told(after(1, "labelled", value="channel:phone"), channel="email").channel


def test_the_terms_of_a_ticket_follow_its_priority():
    ticket = told(after(1, "priority_changed", value="urgent"), after(2, "priority_changed", value="unheard-of"))
    assert [(START, NORMAL), (START + timedelta(hours=1), URGENT), (START + timedelta(hours=2), NORMAL)] == history(
        ticket, PROMISE
    )
    assert [(START, URGENT)] == history(told(priority="urgent"), PROMISE)


def test_without_targets_a_ticket_has_no_clocks():
    assert [{}] == [terms.targets for _, terms in history(told(), Promise(terms={}))]
    assert [] == history(Ticket(id="1", events=()), PROMISE)


def test_only_a_team_whose_members_are_elsewhere_leaves_a_user_unknown():
    elsewhere = Promise(terms={}, team=PROMISE.team, bots=PROMISE.bots, teams=("acme/support",))
    opened = after(0, "opened", user="mei", actor="customer")

    def stranger(*events: TicketEvent, promise: Promise = elsewhere) -> str:
        return unnamed(Ticket(id="1", events=(opened, *events)), promise)

    assert "tom" == stranger(after(1, "comment", user="tom"))
    assert "" == stranger(after(1, "comment", user="tom"), promise=PROMISE)
    assert "" == stranger(after(1, "comment", user="tom", actor="agent"), after(2, "paused", user="tom"))
    assert "" == stranger(*(after(1, "comment", user=user) for user in ("lin", "mei", "triage", "x[bot]")))
    assert "mei" == unnamed(Ticket(id="1", events=(after(0, "opened", user="mei"),)), elsewhere)


def test_stops_that_overlap_count_once():
    hours = [START + timedelta(hours=hour) for hour in range(6)]
    stops = [
        Stop(start=hours[0], end=hours[2], why="paused"),
        Stop(start=hours[1], end=hours[3], why="closed"),
        Stop(start=hours[4], end=None, why="paused"),
        Stop(start=hours[5], end=None, why="closed"),
    ]
    assert [(hours[0], hours[3]), (hours[4], None)] == merged(stops)
    assert [(hours[0], None)] == merged([stops[0], Stop(start=hours[1], end=None, why="closed")])


@pytest.mark.parametrize(
    ("written", "seconds"), [("4h", 14_400), ("1h30m", 5_400), ("90s", 90), ("0.5h", 1_800), ("45m", 2_700)]
)
def test_a_target_is_in_hours_minutes_and_seconds(written, seconds):
    assert seconds == target(written)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2d", "'2d' is in days, which may mean 24 hours or a working day: write it in hours"),
        ("1 day", "is in days"),
        ("3 weeks", "is in days"),
        ("4", "'4' is not a target; write it with its unit"),
        ("soon", "is not a target"),
        ("4h!", "is not a target"),
        ("0h", "must be more than nothing"),
        ("999999h", "at most ten years"),
    ],
)
def test_a_target_in_days_or_of_no_form_is_refused(written, why):
    with pytest.raises(ValueError, match=why):
        target(written)


@pytest.mark.parametrize(
    ("targets", "calendar", "changes", "why"),
    [
        ({"reply": "4h"}, None, (), "targets.reply: is no clock; there are first_response"),
        ({"resolution": "2d"}, None, (), "targets.resolution: '2d' is in days"),
        ({"resolution": "2h"}, {"tz": "Nowhere"}, (), "calendar.tz: there is no time zone"),
        ({}, None, ({"type": "sla_changed"},), "events.sla_changed: has no mapping of targets"),
        ({}, None, ({"type": "sla_changed", "targets": {"resolution": 1}},), "events.sla_changed.targets.resolution"),
        ({}, None, ({"type": "calendar_changed"},), "events.calendar_changed.calendar: must be a mapping"),
        ({}, None, ({"type": "sla_removed", "user": "x"},), "events.sla_removed.user: is not known"),
    ],
)
def test_terms_of_a_line_that_make_no_sense_are_refused(targets, calendar, changes, why):
    with pytest.raises(ConfigError) as refused:
        own_history(START, targets, calendar, tuple((START, change) for change in changes))
    assert why in str(refused.value)


def test_a_line_may_take_its_targets_back():
    held = own_history(START, {"resolution": "2h"}, None, ((START, {"type": "sla_removed"}),))
    assert [{"resolution": 7200.0}, {}] == [terms.targets for _, terms in held]


def test_a_comment_that_is_deleted_later_was_given() -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    opened, answer, late = (
        TicketEvent(at=at, kind=kind, id=id_) for kind, id_ in (("opened", "1"), ("comment", "2"), ("labelled", "3"))
    )
    assert (opened, answer) == remembered((opened, answer, late), (opened,))
    assert (opened, answer) == remembered((opened, answer), (opened, answer))
