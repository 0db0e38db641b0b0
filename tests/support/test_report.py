"""The support report: rows add up to totals, every late target is listed, and it counts what the measure counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.extension import Context
from qualitygate.measures import support as measure
from qualitygate.measures.support.tickets import COMPLIANCE, MEDIAN
from qualitygate.model.measurement import Combine
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.sampling import percentile
from qualitygate.model.tickets import Ticket, TicketEvent, Tickets
from qualitygate.support.goal import DEFAULT, Goal, goal
from qualitygate.support.report import EDGES
from qualitygate.support.tally import ComplianceTally
from tests.samples import COUNT, source
from tests.servicereport.samples import NOW, OCTOBER, PROMISE, TICKETS, condition, made, ticket, whole

moments = st.integers(0, 120 * 86_400).map(
    lambda seconds: datetime(2026, 8, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
events = st.builds(
    lambda at, kind, user, value: TicketEvent(at=at, kind=kind, user=user, value=value if kind == "closed" else None),
    moments,
    st.sampled_from(["comment", "paused", "resumed", "closed", "reopened"]),
    st.sampled_from(["lin", "mei"]),
    st.sampled_from([None, "duplicate", "completed"]),
)
tickets = st.lists(
    st.builds(
        lambda start, by, rest, priority, channel: Ticket(
            id="", events=(TicketEvent(at=start, kind="opened", user=by), *rest), priority=priority, channel=channel
        ),
        moments,
        st.sampled_from(["mei", "mei", "mei", "lin"]),
        st.lists(events, max_size=5),
        st.sampled_from([None, "urgent", "normal", "odd"]),
        st.sampled_from([None, "chat", "phone"]),
    ),
    max_size=8,
).map(lambda found: [Ticket(**{**fields(each), "id": str(place)}) for place, each in enumerate(found)])
periods = st.sampled_from(["2026-08", "2026-09", "2026-10", "2026-11", "2026-Q3", "2026-Q4", "2026"])
COUNTS = ("received", "met", "late", "over")


def fields(ticket: Ticket) -> dict:
    return {name: getattr(ticket, name) for name in Ticket.__dataclass_fields__}


def sums(tallies) -> list[int]:
    tallies = list(tallies)
    return [sum(getattr(each, name) for each in tallies) for name in COUNTS]


@settings(deadline=None)
@given(tickets, periods)
def test_rows_and_channels_add_up_to_the_total_and_every_late_target_is_listed(found, period):
    report = made(*found, period=period)
    for total in report.totals:
        rows = [row for row in report.rows if row.clock == total.clock and row.priority]
        assert sums([total.tally]) == sums(row.tally for row in rows)
        assert sums([total.tally]) == sums(tally for clock, _, tally in report.channels if clock == total.clock)
        late = [each for each in report.late if each.clock == total.clock]
        assert (total.tally.breached, total.tally.over) == (len(late), sum(each.open for each in late))
        assert total.tally.received == sum(each.answered + each.waiting for each in report.waits[total.clock])
        assert 12 == len(total.months)
        of_period = [tally for month, tally in total.months if period in ("2026", month)]
        if of_period:
            assert sums([total.tally]) == sums(of_period)
    assert report.tickets == sum(map(sum, report.hours))


@settings(deadline=None)
@given(tickets, st.sampled_from(["2026-08", "2026-09", "2026-10", "2026-11"]))
def test_it_counts_what_the_measure_counts(found, month):
    from zoneinfo import ZoneInfo

    register = Tickets(source=source(name="tickets.jsonl", zone=ZoneInfo("Asia/Shanghai")), tickets=tuple(found))
    measured = [
        each
        for each in measure.take([register], Context(now=NOW, today=NOW.date(), support=PROMISE))
        if each.labels.get("month") == month
    ]
    for row in made(*found, period=month).rows:
        of_row = [
            each
            for each in measured
            if each.labels["clock"] == row.clock and row.priority in ("", each.labels["priority"])
        ]
        shares = [each for each in of_row if each.metric is COMPLIANCE]
        assert (row.tally.met, row.tally.counted) == (
            sum(each.numerator for each in shares),
            sum(each.denominator for each in shares),
        )
        waits = [wait for each in of_row if each.metric is MEDIAN for wait in each.waits]
        assert (row.median, row.p90) == tuple(percentile(waits, Fraction(share)) for share in ("0.5", "0.9"))


def test_a_month_is_told_with_all_there_is():
    report = whole()
    assert [("first_response", "urgent"), ("first_response", "normal"), ("first_response", "")] == [
        (row.clock, row.priority) for row in report.rows[:3]
    ]
    assert ComplianceTally(received=8, met=3, late=2, over=1) == report.totals[0].tally
    assert (False, -3, Fraction(1, 2)) == (report.totals[0].held, report.totals[0].budget, report.totals[0].tally.share)
    assert [("4", True), ("4", True), ("5", False), ("5", False), ("2", False)] == [
        (each.ticket, each.open) for each in report.late
    ]
    assert {"closed unanswered": ("8",), "duplicate": ("6",), "opened by staff": ("7",)} == report.left_out
    assert ("13",) == report.late_before
    assert (8, False, "2026-10") == (report.tickets, report.so_far, report.title)


def test_a_ticket_whose_priority_has_no_targets_is_named():
    report = made(ticket("1", answered=1, priority="urgnet"), ticket("2", by="lin", priority="urgnet"))
    assert {"judged as normal, for the priority urgnet has no targets": ("1",)} == report.unpromised


def test_what_is_not_due_yet_is_pending_and_in_no_number():
    report = made(*TICKETS, period="2026-11")
    assert (("12",), True) == (report.pending, report.so_far)
    assert ComplianceTally(received=1, met=1) == report.totals[0].tally, (
        "the ticket 11 was met in November, in Shanghai"
    )


def test_a_ticket_stands_at_the_hour_and_weekday_of_its_zone():
    assert 1 == whole().hours[5][23], "a Saturday at 15:30 in UTC is half past eleven at night in Shanghai"


def test_a_wait_of_just_the_bound_is_within_it():
    start = OCTOBER
    buckets = made(ticket("1", start, EDGES[2] / 3_600), ticket("2", start, EDGES[2] / 3_600 + 0.01)).waits
    assert [0, 0, 1, 1] == [each.answered for each in buckets["first_response"]]


def test_nothing_judged_holds_no_goal():
    row = made(period="2026-09").totals[0]
    assert (None, None, None, None) == (row.held, row.budget, row.tally.share, row.tally.interval)


CONDITIONS = (
    condition("any", "0.8"),
    condition("first", "0.9", clock="first_response"),
    condition("strict", "0.95", clock="first_response"),
    condition("urgent", "0.99", clock="first_response", priority="urgent"),
    condition("elsewhere", "1", clock="first_response", channel="chat"),
    Condition(id="other", metric=COUNT, bound=Bound(at_least=Fraction(1)), where={}),
    Condition(id="ceiling", metric=COMPLIANCE, bound=Bound(at_most=Fraction(1)), where={}),
)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"clock": "resolution"}, "any"),
        ({"clock": "first_response"}, "strict"),
        ({"clock": "first_response", "priority": "normal"}, "strict"),
        ({"clock": "first_response", "priority": "urgent"}, "urgent"),
    ],
)
def test_the_goal_is_that_of_the_condition_that_says_most_and_asks_most(labels, expected):
    assert expected == goal(CONDITIONS, labels).condition


def test_without_a_condition_nine_in_ten_are_to_be_kept():
    assert DEFAULT == goal(CONDITIONS[4:], {"clock": "first_response"})
    assert (Fraction(9, 10), "") == (DEFAULT.share, DEFAULT.condition)
    assert Combine.RATIO is COMPLIANCE.combine


@given(st.integers(0, 300), st.fractions(0, 1), st.booleans())
def test_as_many_as_are_allowed_may_be_late_and_not_one_more(counted, share, strict):
    bound = Bound(above=share) if strict else Bound(at_least=share)
    allowed = Goal(bound=bound).allowed(counted)
    if counted and allowed >= 0:
        assert bound.holds(Fraction(counted - allowed, counted))
    if counted and allowed < counted:
        assert not bound.holds(Fraction(counted - allowed - 1, counted)) or allowed < 0
