"""Registers of tickets: what is read, and what is refused with its line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.tickets import TicketEvent
from qualitygate.readers.tickets import READER
from qualitygate.timelines import EVENTS_CAP, read
from tests.samples import source

from .reading import sample

OPENED = {"at": "2026-10-05T10:00:00Z", "type": "opened", "actor": "customer"}


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def ticket(*events: object, **more) -> dict:
    return {"id": "1", "events": [OPENED, *events], **more}


def event(**more) -> dict:
    return {"at": "2026-10-05T11:00:00Z", "type": "comment", "actor": "agent", **more}


def register(content: str | bytes):
    (found,) = READER.read(source(content))
    return found


def refusal(content: str | bytes) -> str:
    with pytest.raises(CannotReadReport) as refused:
        register(content)
    return str(refused.value)


def test_a_register_is_read():
    found = register(sample("tickets/register.jsonl"))
    assert ["17", "18", "19", "20"] == [each.id for each in found.tickets]
    first, second = found.tickets[:2]
    assert ("Cannot pay", "email", None, 1, 7) == (
        first.title,
        first.channel,
        first.priority,
        first.line,
        len(first.events),
    )
    at, received = datetime(2026, 10, 10, 20, tzinfo=UTC), datetime(2026, 10, 10, 19, 30, tzinfo=UTC)
    assert TicketEvent(at=at, kind="opened", user="tom", received_at=received) == second.events[0]


HEAD = {"synced_at": "2026-11-22T09:00:00Z", "tickets": 1}


def test_the_first_line_says_when_the_tickets_were_read_from_their_tracker():
    found = register(lines(HEAD, ticket()))
    assert (datetime(2026, 11, 22, 9, tzinfo=UTC), ["1"]) == (found.at, [each.id for each in found.tickets])
    assert READER.recognises(lines(HEAD, ticket()).encode()) and READER.recognises(lines(HEAD).encode())
    assert register(lines(ticket())).at is None
    assert () == register(lines({**HEAD, "tickets": 0})).tickets


@pytest.mark.parametrize(
    ("rows", "slug", "words"),
    [
        ([{**HEAD, "tickets": 2}, ticket()], "truncated", "says that it has 2 tickets, and has 1: cut off?"),
        ([HEAD], "truncated", "says that it has 1 tickets, and has 0"),
        ([{**HEAD, "tickets": 0}, ticket()], "malformed", "says that it has 0 tickets, and has 1: put together?"),
        ([ticket(), HEAD], "malformed", "line 2: has synced_at, which the first line may have, and once"),
        ([HEAD, HEAD, ticket()], "malformed", "line 2: has synced_at"),
        ([{**HEAD, "tickets": True}, ticket()], "malformed", "line 1: tickets is 'True', not how many there are"),
        ([{**HEAD, "tickets": -1}, ticket()], "malformed", "line 1: tickets is '-1'"),
        ([{"synced_at": "soon", "tickets": 1}, ticket()], "malformed", "line 1: synced_at is 'soon', not a time stamp"),
        ([{**HEAD, "ticket": 1}, ticket()], "malformed", "the key 'ticket' is not known; did you mean 'tickets'?"),
    ],
)
def test_a_first_line_that_the_others_deny_is_refused(rows, slug, words):
    with pytest.raises(CannotReadReport) as refused:
        register(lines(*rows))
    assert slug == refused.value.slug and words in str(refused.value)


def test_a_key_that_is_there_twice_is_refused():
    twice = lines(ticket()).replace('"events"', '"events": [], "events"')
    assert "line 1: has the key 'events' twice in one object" in refusal(twice)
    assert "has the key 'at' twice" in refusal(lines(ticket()).replace('"at"', '"at": 1, "at"'))


def test_every_field_of_an_event_is_read():
    events = [
        event(public=False, id=7, user="lin"),
        event(type="closed", reason="spam"),
        event(type="labelled", label="bug"),
        event(type="priority_changed", priority="urgent"),
        event(type="priority_changed", priority=None),
    ]
    [found] = register(lines(ticket(*events, probe=True, channel="chat", priority="urgent"))).tickets
    assert [("7", False, "lin"), ("", True, None)] == [(each.id, each.public, each.user) for each in found.events[1:3]]
    assert ["spam", "bug", "urgent", None] == [each.value for each in found.events[2:]]
    assert found.probe
    [waiting] = register(lines({"id": 2, "events": [{**OPENED, "state": "paused"}]})).tickets
    assert waiting.events[0].paused and "2" == waiting.id


def test_a_time_without_a_zone_is_in_the_policys():
    content = lines({"id": "1", "events": [{**OPENED, "at": "2026-10-05T10:00:00"}]})
    [found] = register(content).tickets
    assert datetime(2026, 10, 5, 10, tzinfo=UTC) == found.events[0].at


def test_empty_lines_are_no_tickets():
    assert 1 == len(register("\n" + lines(ticket()) + "\n\n").tickets)


WRONG = [
    ([], "line 1: is not a JSON object with a ticket"),
    ({"id": "1"}, "line 1: has no events"),
    ({"id": "1", "events": []}, "line 1: has no events"),
    ({"id": "1", "events": {}}, "line 1: has no events"),
    ({"id": "1", "events": [event()]}, "line 1: has no event of the type opened"),
    ({"events": [OPENED]}, "line 1: id is 'None', which is no name"),
    (ticket(id=True), "id is 'True', which is no name"),
    (ticket(id=" "), "id is ' ', which is no name"),
    (ticket(titel="x"), "the key 'titel' is not known; did you mean 'title'?"),
    (ticket(title=1), "title is not a text"),
    (ticket(probe="yes"), "probe is 'yes', not true or false"),
    (ticket(targets={}), "the key 'targets' is not known"),
    (ticket("x"), "has an event that is not a JSON object"),
    (ticket(event(type="answered")), "type is 'answered', none of opened"),
    (ticket(event(type="sla_changed", targets={})), "type is 'sla_changed', none of opened"),
    (ticket(event(actor="boss")), "actor is 'boss', none of customer, agent, bot"),
    (ticket(event(actor=None)), "an event of the type comment tells neither its actor nor its user"),
    (ticket(event(at="yesterday")), "at is 'yesterday', not a time stamp"),
    (ticket(event(at=1759658400)), "at is '1759658400', not a time stamp"),
    (ticket(event(received_at="x")), "received_at is 'x', not a time stamp"),
    (ticket(event(public="no")), "public is 'no', not true or false"),
    (ticket(event(type="labelled")), "an event of the type labelled names no label"),
    (ticket(event(type="closed", reason="bored")), "reason is 'bored', none of completed"),
    (ticket(event(type="rated", user="mei")), "rating is 'None', none of up, down"),
    (ticket(event(type="rated", rating="up")), "an event of the type rated tells no user"),
    (ticket(event(colour="x")), "the key 'colour' is not known; an event has at, type"),
    ({"id": "1", "events": [{**OPENED, "state": "shut"}]}, "state is 'shut', none of open, paused"),
    (ticket(*[event()] * EVENTS_CAP), "has more than 10,000 events"),
]


@pytest.mark.parametrize(("row", "told"), WRONG, ids=[told for _, told in WRONG])
def test_a_ticket_that_is_none_is_refused_with_its_line(row, told):
    assert told in refusal(lines(row))


def test_all_that_is_wrong_is_told_and_an_id_may_stand_once():
    told = refusal("{\n" + lines(ticket(), ticket(), ticket(event(actor="boss"), id="3")))
    assert "has 3 problems: line 1: is not JSON" in told
    assert "line 3: has the id '1' of line 2" in told and "line 4: actor is 'boss'" in told


def test_a_flood_of_problems_ends():
    assert "problems" in refusal("x\n" * 1_000)


@pytest.mark.parametrize(
    ("content", "slug"), [("", "empty"), ("\0\0", "empty"), ('{"id": NaN}', "malformed"), ("[" * 100_000, "too-large")]
)
def test_what_is_no_register_is_refused(content, slug):
    with pytest.raises(CannotReadReport) as refused:
        register(content)
    assert slug == refused.value.slug


def test_too_many_tickets_are_refused(monkeypatch):
    monkeypatch.setattr("qualitygate.timelines.TICKETS_CAP", 1)
    assert "has more than 1 tickets" in refusal(lines(ticket(), ticket(id="2")))


def test_a_line_may_promise_for_itself_where_it_is_asked_to():
    row = ticket(
        event(type="sla_changed", targets={"resolution": "2h"}),
        targets={"resolution": "1h"},
        calendar={"tz": "UTC"},
        now="2026-10-06T00:00:00Z",
    )
    [line] = read(source(lines(row)), own_terms=True).lines
    assert ({"resolution": "1h"}, {"tz": "UTC"}, datetime(2026, 10, 6, tzinfo=UTC)) == (
        line.targets,
        line.calendar,
        line.now,
    )
    assert [{"resolution": "2h"}] == [change["targets"] for _, change in line.changes]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (ticket(targets=[]), "targets is not a JSON object"),
        (ticket(now="soon"), "now is 'soon', not a time stamp"),
        (ticket({"type": "sla_changed", "at": "x"}), "at is 'x', not a time stamp"),
    ],
)
def test_terms_of_a_line_that_are_none_are_refused(row, told):
    with pytest.raises(CannotReadReport, match=told):
        read(source(lines(row)), own_terms=True)


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (lines(ticket()), True),
        (lines(ticket())[:90], True),
        (lines({"id": "1", "events": ["x"]}), False),
        (lines({"events": [OPENED]}), False),
        ("[]", False),
        ('{"id": 1}', False),
    ],
)
def test_it_is_recognised_by_its_first_ticket(head, known):
    assert known is READER.recognises(head.encode())
