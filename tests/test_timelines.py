"""Tickets written as lines are read back the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st

from qualitygate import Source
from qualitygate.model.tickets import ACTORS, KINDS, RATINGS, REASONS, Ticket, TicketEvent
from qualitygate.timelines import read, written

AT = st.integers(0, 10**9).map(lambda seconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=40)
VALUED = {
    "labelled": NAMES,
    "unlabelled": NAMES,
    "priority_changed": NAMES,
    "closed": st.sampled_from(REASONS),
    "rated": st.sampled_from(RATINGS),
}


def events(kind: str) -> st.SearchStrategy[TicketEvent]:
    return st.builds(
        TicketEvent,
        at=AT,
        kind=st.just(kind),
        id=NAMES,
        actor=st.sampled_from(ACTORS),
        user=NAMES if kind == "rated" else st.none() | NAMES,
        public=st.booleans(),
        paused=st.booleans() if kind == "opened" else st.just(False),
        received_at=st.none() | AT,
        value=VALUED.get(kind, st.none()),
    )


TICKETS = st.builds(
    Ticket,
    id=NAMES,
    events=st.tuples(events("opened"), st.lists(st.sampled_from(KINDS).flatmap(events), max_size=5)).map(
        lambda found: (found[0], *found[1])
    ),
    priority=st.none() | NAMES,
    channel=st.none() | NAMES,
    title=st.just("") | NAMES,
    probe=st.booleans(),
)


@given(TICKETS)
def test_what_is_written_is_read_back_the_same(ticket: Ticket) -> None:
    content = f"{written(ticket)}\n".encode()
    source = Source(name="tickets.jsonl", open=lambda: BytesIO(content), reader="tickets")
    assert [replace(ticket, line=1)] == [line.ticket for line in read(source).lines]
