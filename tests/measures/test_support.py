"""Support metrics: what counts where, and what is without a value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest

from qualitygate.evaluation import judge
from qualitygate.extension import Context
from qualitygate.measures import support
from qualitygate.measures.support.channels import LIVE
from qualitygate.measures.support.tickets import BACKLOG, COMPLIANCE, MEDIAN, OPEN_BREACHES, P90
from qualitygate.model.channels import Channel, ChannelRegister, Contact
from qualitygate.model.evidence import Gap
from qualitygate.model.policy import Bound, Condition
from qualitygate.model.tickets import Ticket, TicketEvent, Tickets
from qualitygate.model.verdict import Outcome
from qualitygate.support.promises import always
from qualitygate.support.targets import Member, Promise, Terms
from tests.samples import NOW, source

HOUR = 3600
NORMAL = Terms(targets={"first_response": 4.0 * HOUR, "resolution": 24.0 * HOUR}, calendar=always(), name="normal")
URGENT = Terms(targets={"first_response": 1.0 * HOUR}, calendar=always(), name="urgent")
PROMISE = Promise(terms={"normal": NORMAL, "urgent": URGENT}, team=(Member(user="lin"),))
SEPTEMBER, OCTOBER, NOVEMBER = (datetime(2026, month, 10, 10, tzinfo=UTC) for month in (9, 10, 11))


def ticket(
    id: str, start: datetime = OCTOBER, *, answered: float | None = None, closed: float | None = None, **more
) -> Ticket:
    """A ticket that was answered and closed so many hours after its start."""
    reason = more.pop("reason", None)
    events = [TicketEvent(at=start, kind="opened", user=more.pop("by", "mei"))]
    if answered is not None:
        events.append(TicketEvent(at=start + timedelta(hours=answered), kind="comment", user="lin"))
    if closed is not None:
        events.append(TicketEvent(at=start + timedelta(hours=closed), kind="closed", user="lin", value=reason))
    return Ticket(id=id, events=(*events, *more.pop("events", ())), **more)


def register(*tickets: Ticket, name: str = "tickets.jsonl", labels=None, **rules) -> Tickets:
    return Tickets(source=source(name=name, labels=labels or {}, **rules), tickets=tickets)


def take(*evidence, promise: Promise | None = PROMISE):
    return list(support.take(evidence, Context(now=NOW, today=NOW.date(), support=promise)))


def results(metric, *evidence, promise: Promise | None = PROMISE, **condition):
    bound = Bound(at_least=Fraction(9, 10)) if metric in (COMPLIANCE, LIVE) else Bound(at_most=Fraction(0))
    line = Condition(id="c", metric=metric, bound=bound, **condition)
    return judge(line, take(*evidence, promise=promise), now=NOW)


def measured(metric, *evidence, **condition):
    (found,) = results(metric, *evidence, **condition)
    return found.measurement


TICKETS = (
    ticket("1", answered=1, closed=10),
    ticket("2", answered=5, closed=10, channel="phone"),
    ticket("3", answered=0.5, closed=2, priority="urgent", channel="chat"),
    ticket("4", NOVEMBER, channel="chat", title="Nobody answers"),
    ticket("5", NOW - timedelta(hours=1)),
)
FIRST = {"clock": "first_response"}


def test_compliance_is_met_of_met_and_breached_with_the_open_ones_and_without_the_pending():
    found = measured(COMPLIANCE, register(*TICKETS), where=FIRST)
    assert (Fraction(2, 4), 2, 4) == (found.value, found.numerator, found.denominator)
    assert {"tickets": 5, "pending tickets": 1, "excluded tickets": 0} == found.examined


def test_every_late_ticket_is_listed_the_latest_first_with_when_it_was_due():
    told = [finding.title for finding in measured(COMPLIANCE, register(*TICKETS), where=FIRST).findings]
    assert ["2", "4 Nobody answers"] == told
    [found] = measured(COMPLIANCE, register(ticket("4", NOVEMBER)), where=FIRST).findings
    assert "first_response due 2026-11-10 14:00 (UTC), late by 283.00 h, and still open" == found.message


def test_a_late_ticket_that_was_closed_without_an_answer_is_not_called_open():
    [found] = measured(COMPLIANCE, register(ticket("4", NOVEMBER, closed=100)), where=FIRST).findings
    assert found.message.endswith("late by 96.00 h, and closed without")


def test_a_ticket_closed_in_time_without_an_answer_is_not_pending():
    found = measured(COMPLIANCE, register(*TICKETS, ticket("6", closed=1)), where=FIRST)
    assert (6, 1) == (found.examined["tickets"], found.examined["pending tickets"])


def test_a_priority_is_that_of_the_policy_in_whatever_case_it_is_written():
    late = ticket("1", answered=10, priority="Urgent")
    found = measured(COMPLIANCE, register(late), where={**FIRST, "priority": "urgent"})
    assert (0, 1) == (found.numerator, found.denominator)


def test_a_ticket_belongs_to_the_month_in_which_it_was_due_or_earlier_met():
    end = datetime(2026, 10, 31, 23, tzinfo=UTC)
    tickets = register(ticket("1", end, answered=0.5), ticket("2", end, answered=2), ticket("3", end, answered=9))
    found = measured(COMPLIANCE, tickets, where=FIRST, within="month")
    assert (1, 1) == (found.numerator, found.denominator), "the others were met or due in November"


def test_a_month_in_which_nothing_was_due_is_no_data():
    (found,) = results(COMPLIANCE, register(ticket("1", SEPTEMBER, answered=1)), where=FIRST, within="month")
    assert Outcome.NO_DATA is found.outcome and "within the last whole month" in found.note


def test_it_is_told_by_priority_channel_and_clock():
    by_priority = {
        r.measurement.labels["priority"]: r.measurement.value
        for r in results(COMPLIANCE, register(*TICKETS), where=FIRST, each="priority")
    }
    assert {"normal": Fraction(1, 3), "urgent": 1} == by_priority
    by_channel = {
        r.measurement.labels["channel"]: r.measurement.value
        for r in results(COMPLIANCE, register(*TICKETS), where=FIRST, each="channel")
    }
    assert {"unknown": 1, "phone": 0, "chat": Fraction(1, 2)} == by_channel
    assert 1 - Fraction(1, 3) == measured(COMPLIANCE, register(*TICKETS), where={"clock": "resolution"}).value


def test_what_is_excluded_is_told_with_its_reason():
    tickets = register(
        ticket("1", answered=1),
        ticket("2", closed=9, reason="duplicate"),
        ticket("3", by="lin"),
        ticket("4", probe=True),
        ticket("5", closed=1),
        *(ticket(str(number), closed=9, reason="spam") for number in range(10, 17)),
    )
    found = measured(COMPLIANCE, tickets, where=FIRST)
    assert (1, 1) == (found.numerator, found.denominator)
    assert (
        "2026-10: closed unanswered: 1 (5); duplicate: 1 (2); opened by staff: 1 (3); probe: 1 (4); "
        "spam: 7 (10, 11, 12, 13, 14 and 2 more); "
        "tickets.jsonl does not say when it was written; it ends on 2026-10-10 19:00 (UTC)"
    ) == found.note
    assert 10 == found.examined["excluded tickets"]


def test_what_only_a_lower_priority_made_good_is_told():
    raised = TicketEvent(at=OCTOBER + timedelta(hours=3), kind="labelled", value="priority:normal")
    found = measured(COMPLIANCE, register(ticket("1", answered=3.5, priority="urgent", events=(raised,))), where=FIRST)
    assert 1 == found.value
    assert "met only by the terms of now, breached under earlier ones: 1 (1)" in found.note


def test_nothing_met_or_due_yet_is_no_data():
    (found,) = results(COMPLIANCE, register(ticket("1", NOW - timedelta(minutes=1))), where=FIRST)
    assert Outcome.NO_DATA is found.outcome and "nothing was met or due yet" in found.note


def test_who_still_waits_is_in_the_percentiles():
    tickets = register(*(ticket(str(n), answered=n) for n in (1, 2, 3)), ticket("4", NOVEMBER), ticket("5", NOVEMBER))
    assert 3 * HOUR == measured(MEDIAN, tickets, where=FIRST).value
    assert None is measured(P90, tickets, where=FIRST).value
    assert "cannot be told" in measured(P90, tickets, where=FIRST).note


def test_percentiles_of_several_parts_are_those_of_all_waits():
    tickets = register(*(ticket(str(n), answered=n, channel="chat" if n % 2 else "phone") for n in range(1, 11)))
    assert 5 * HOUR == measured(MEDIAN, tickets, where=FIRST).value
    assert 9 * HOUR == measured(P90, tickets, where=FIRST).value
    assert 9 * HOUR == measured(P90, tickets, where={**FIRST, "channel": "chat"}).value


def test_percentiles_of_a_month_are_of_what_began_in_it():
    tickets = register(ticket("1", answered=1), ticket("2", SEPTEMBER, answered=9), ticket("3", NOVEMBER))
    assert HOUR == measured(MEDIAN, tickets, where=FIRST, within="month").value
    assert HOUR == measured(P90, tickets, where=FIRST, within="month").value, "who waits since is of November"


def test_nobody_who_waited_is_no_data():
    assert "nobody waited" == measured(MEDIAN, register(ticket("1", by="lin")), where=FIRST).note
    unasked = measured(MEDIAN, register(*TICKETS), where={"clock": "next_response"})
    assert "nothing measured for clock next_response" == unasked.note


def test_a_clock_that_never_ran_leaves_the_others_their_values():
    assert None is not measured(COMPLIANCE, register(*TICKETS)).value
    assert None is not measured(MEDIAN, register(*TICKETS)).value


def test_open_breaches_are_those_of_tickets_that_are_still_open():
    found = measured(OPEN_BREACHES, register(*TICKETS, ticket("6", closed=9)))
    assert 2 == found.value, "1, 2, 3 and 6 are closed, 5 is in time; 4 is late by two clocks"


def test_open_breaches_are_counted_by_clock_and_priority_with_zeros():
    tickets = register(ticket("4", NOVEMBER), ticket("5", NOVEMBER, priority="urgent"))
    each = {r.measurement.labels["clock"]: r.measurement.value for r in results(OPEN_BREACHES, tickets, each="clock")}
    assert {"first_response": 2, "next_response": 0, "resolution": 1} == each
    assert 0 == measured(OPEN_BREACHES, tickets, where={"channel": "phone"}).value


def test_the_backlog_is_the_open_tickets_that_count():
    assert 2 == measured(BACKLOG, register(*TICKETS, ticket("9", NOVEMBER, by="lin"))).value
    assert 0 == measured(BACKLOG, register(*TICKETS), where={"priority": "urgent"}).value


def test_a_channel_is_live_by_a_contact_or_a_probe_within_its_days():
    tickets = register(
        ticket("1", NOVEMBER, channel="chat"),
        ticket("2", NOW - timedelta(days=91), channel="phone"),
        ticket("3", NOVEMBER, channel="email", by="lin", probe=True),
        ticket("4", NOVEMBER, channel="social", by="lin"),
    )
    found = measured(LIVE, tickets)
    assert 2 == found.value
    told = {finding.title: finding.message for finding in found.findings}
    assert {"phone": "the last contact was on 2026-08-23", "social": "no contact is on record"} == told


def test_a_channel_that_is_not_live_is_traced_to_its_last_contact():
    long_ago = ticket("7", SEPTEMBER - timedelta(days=100), channel="email", line=7)
    found = measured(LIVE, register(long_ago, name="t.jsonl"))
    told = {finding.title: (finding.path, finding.line) for finding in found.findings}
    assert {"email": ("t.jsonl", 7), "chat": ("t.jsonl", None)}.items() <= told.items()


def probed(day, *, of="phone", answered=True, name="channels.yml", **rules) -> ChannelRegister:
    contacts = (Contact(day=day, answered=answered, line=4),)
    return ChannelRegister(source=source(name=name, **rules), channels=(Channel(id=of, contacts=contacts, line=3),))


@pytest.mark.parametrize(
    ("days", "answered", "live"), [(0, True, 1), (90, True, 1), (91, True, 0), (-1, True, 0), (5, False, 0)]
)
def test_a_channel_is_live_by_a_register_of_channels_too(days, answered, live):
    found = probed((NOW - timedelta(days=days)).date(), answered=answered)
    assert live == measured(LIVE, register(ticket("1", NOVEMBER)), found).value
    assert live == measured(LIVE, found).value


def test_the_days_of_a_register_are_those_of_its_zone():
    honolulu, since = timezone(timedelta(hours=-10)), NOW - timedelta(days=90)
    day = since.astimezone(honolulu).date()
    assert day < since.date()
    assert 1 == measured(LIVE, probed(day, zone=honolulu)).value
    assert 0 == measured(LIVE, probed(day - timedelta(days=1), zone=honolulu)).value
    assert 0 == measured(LIVE, probed(day)).value


def test_a_channel_that_is_not_live_is_traced_to_its_record_where_a_register_has_one():
    old = probed((NOW - timedelta(days=100)).date())
    older = register(ticket("7", NOW - timedelta(days=120), channel="phone"))
    found = measured(LIVE, older, old)
    told = {finding.title: (finding.message, finding.path, finding.line) for finding in found.findings}
    assert (f"the last contact was on {(NOW - timedelta(days=100)).date()}", "channels.yml", 3) == told["phone"]
    assert ("no contact is on record", "channels.yml", None) == told["chat"]
    assert ("channels.yml", "tickets.jsonl") == found.sources
    assert {"channels": 4} == found.examined


@pytest.mark.parametrize("others", [(), (register(ticket("1", NOVEMBER, channel="chat")),)])
def test_a_register_of_channels_that_is_missing_or_in_two_leaves_no_value(others):
    lost = Gap(slug="missing", source="s", expected="1 file", found="no file", kind="channels", labels={})
    assert measured(LIVE, *others, lost).value is None
    twice = [probed(NOW.date(), name=name) for name in ("a.yml", "b.yml")]
    assert "the id phone is in a.yml and in b.yml" in results(LIVE, *others, *twice)[0].note
    assert measured(LIVE, *others, twice[0], twice[0]).value == 1 + len(others)


def test_a_register_of_channels_without_a_promise_is_no_data():
    (found,) = results(LIVE, probed(NOW.date()), promise=None)
    assert (Outcome.NO_DATA, True) == (found.outcome, "promises no support" in found.note)


def test_a_ticket_of_tomorrow_is_not_there_yet():
    assert 0 == measured(BACKLOG, register(ticket("1", NOW + timedelta(days=1)))).value


@pytest.mark.parametrize("metric", support.MEASURE.metrics, ids=lambda metric: metric.name)
def test_a_register_that_is_missing_leaves_all_without_a_value(metric):
    gap = Gap(slug="missing", source="tickets", expected="1 file", found="no file", kind="tickets")
    (found,) = results(metric, register(*TICKETS), gap)
    assert Outcome.NO_DATA is found.outcome and "tickets: no file; expected 1 file" in found.note


@pytest.mark.parametrize("metric", support.MEASURE.metrics, ids=lambda metric: metric.name)
def test_a_policy_that_promises_nothing_leaves_all_without_a_value(metric):
    (found,) = results(metric, register(*TICKETS), promise=None)
    assert Outcome.NO_DATA is found.outcome and "promises no support: declare its targets" in found.note


def test_without_values_a_condition_on_any_label_still_hears_the_reason():
    gap = Gap(slug="missing", source="tickets", expected="1 file", found="no file", kind="tickets")
    where = {"clock": "resolution", "priority": "urgent", "channel": "phone"}
    assert "no file" in measured(COMPLIANCE, gap, where=where).note


def test_an_id_in_two_registers_is_no_data():
    found = measured(BACKLOG, register(*TICKETS), register(TICKETS[0], name="other.jsonl"))
    assert None is found.value and "the id 1 is in other.jsonl and in tickets.jsonl" in found.note


def test_the_same_register_from_two_shards_counts_once():
    assert 2 == measured(BACKLOG, register(*TICKETS), register(*TICKETS)).value


def test_a_team_whose_members_a_file_does_not_know_is_no_data():
    promise = Promise(terms=PROMISE.terms, teams=("acme/support",))
    found = measured(COMPLIANCE, register(*TICKETS), promise=promise)
    assert None is found.value and "acme/support cannot be told from a file" in found.note


def test_what_no_calendar_knows_is_no_data():
    found = measured(COMPLIANCE, register(ticket("1", datetime(1960, 1, 1, tzinfo=UTC), answered=1)))
    assert None is found.value and "answers only for 1970 to 2100" in found.note


def told(*tickets: Ticket, at: datetime | None = NOW, name: str = "tickets.jsonl") -> Tickets:
    """A register that says when it was written."""
    return Tickets(source=source(name=name), at=at, tickets=tickets)


def test_what_is_left_out_is_told_of_the_month_that_is_judged_and_of_the_clock_it_is_missing_in():
    tickets = told(
        ticket("1", SEPTEMBER, answered=1, closed=2),
        ticket("2", SEPTEMBER, closed=1, reason="spam"),
        ticket("3", answered=1, closed=2),
        ticket("4", closed=1, reason="duplicate"),
        ticket("5", closed=1),
    )
    assert "2026-10: closed unanswered: 1 (5); duplicate: 1 (4)" == (
        measured(COMPLIANCE, tickets, where=FIRST, within="month").note
    )
    assert "2026-10: duplicate: 1 (4)" == (
        measured(COMPLIANCE, tickets, where={"clock": "resolution"}, within="month").note
    )
    assert "2026-09: spam: 1 (2); 2026-10: closed unanswered: 1 (5); duplicate: 1 (4)" == (
        measured(COMPLIANCE, tickets, where=FIRST).note
    )


def test_what_is_left_out_of_a_month_without_numbers_is_told_beside_another_month():
    spam = ticket("2", SEPTEMBER, closed=1, reason="spam")
    later = told(spam, ticket("3", answered=1))
    assert "2026-09: spam: 1 (2)" == measured(COMPLIANCE, later, where=FIRST, within="month").note
    earlier = told(spam, ticket("3", datetime(2026, 8, 3, 10, tzinfo=UTC), answered=1))
    assert "2026-09: spam: 1 (2)" == measured(COMPLIANCE, earlier, where=FIRST).note


def test_what_only_later_terms_made_good_is_told_in_the_month_it_counts_in():
    change = TicketEvent(at=OCTOBER + timedelta(hours=3), kind="priority_changed", value="normal")
    good = ticket("1", answered=2, priority="urgent", events=(change,))
    note = measured(COMPLIANCE, told(good), where=FIRST, within="month").note
    assert "2026-10: met only by the terms of now, breached under earlier ones: 1 (1)" == note


@pytest.mark.parametrize("metric", [COMPLIANCE, MEDIAN, P90])
def test_a_month_of_which_a_register_does_not_know_the_end_has_no_value(metric):
    halfway = datetime(2026, 10, 20, tzinfo=UTC)
    tickets = (ticket("1", answered=1, closed=2), ticket("2", SEPTEMBER, answered=1, closed=2))
    (found,) = results(metric, told(*tickets, at=halfway), where=FIRST, within="month")
    assert Outcome.NO_DATA is found.outcome
    words = "tickets.jsonl was read from its tracker on 2026-10-20 00:00 (UTC), before 2026-10 was over"
    assert words == found.note
    (whole,) = results(metric, told(*tickets), where=FIRST, within="month")
    assert whole.measurement.value is not None and "" == whole.note


def test_a_month_that_is_not_over_yet_is_measured_as_far_as_it_is_known():
    known = told(ticket("1", NOVEMBER, answered=1), at=NOVEMBER + timedelta(days=2))
    assert 1 == measured(COMPLIANCE, known, where=FIRST).value


@pytest.mark.parametrize(
    ("register_", "note"),
    [
        (told(ticket("1")), ""),
        (told(ticket("1"), at=NOVEMBER), "tickets.jsonl was read from its tracker on 2026-11-10 10:00 (UTC)"),
        (
            register(ticket("1", closed=2)),
            "tickets.jsonl does not say when it was written; it ends on 2026-10-10 12:00 (UTC)",
        ),
    ],
)
def test_how_far_a_register_reaches_is_said_of_what_is_open(register_, note):
    assert [note] * 2 == [measured(metric, register_).note for metric in (OPEN_BREACHES, BACKLOG)]


def test_an_open_ticket_that_is_left_out_is_named_among_what_is_open():
    off = (TicketEvent(at=NOW - timedelta(hours=1), kind=kind, value="help") for kind in ("labelled", "unlabelled"))
    lost = ticket("1", events=tuple(off))
    labelled = Promise(terms=PROMISE.terms, team=PROMISE.team, label="help")
    (found,) = results(BACKLOG, told(lost, ticket("2", closed=1, reason="spam")), promise=labelled)
    assert (0, "label taken off: 1 (1)") == (found.measurement.value, found.note)


def test_a_priority_without_targets_is_named_where_its_tickets_count():
    slip = ticket("1", answered=1, priority="urgnet")
    words = "judged as normal, for the priority urgnet has no targets: 1 (1)"
    assert f"2026-10: {words}" == measured(COMPLIANCE, told(slip), where=FIRST).note
    assert words == measured(OPEN_BREACHES, told(slip)).note
    mended = TicketEvent(at=OCTOBER + timedelta(minutes=1), kind="priority_changed", value="urgent")
    assert "" == measured(OPEN_BREACHES, told(ticket("1", priority="urgnet", events=(mended,)))).note
    unset = TicketEvent(at=OCTOBER + timedelta(minutes=1), kind="priority_changed")
    assert "" == measured(OPEN_BREACHES, told(ticket("1", priority="urgnet", events=(unset,)))).note


def test_a_register_without_any_ticket_is_no_data():
    (found,) = results(BACKLOG, told())
    assert (Outcome.NO_DATA, "no register has a ticket") == (found.outcome, found.note)


def test_a_channel_counts_once_however_many_label_sets_have_tickets_of_it():
    first = register(ticket("1", NOVEMBER, channel="chat", line=1), name="a.jsonl", labels={"suite": "a"})
    second = register(ticket("1", NOVEMBER, channel="chat", line=1), name="b.jsonl", labels={"suite": "b"})
    third = register(ticket("2", NOVEMBER, channel="email", line=1), name="c.jsonl", labels={"suite": "c"})
    found = measured(LIVE, first, second, third)
    assert (2, ("a.jsonl", "b.jsonl", "c.jsonl")) == (found.value, found.sources)
    assert {"a.jsonl", "c.jsonl"} == {each.path for each in found.counted}


def test_a_label_set_that_is_missing_leaves_no_channel_in_doubt_unseen():
    lost = Gap(slug="missing", source="s", expected="1 file", found="no file", kind="tickets", labels={"suite": "b"})
    there = register(ticket("1", NOVEMBER, channel="chat"), labels={"suite": "a"})
    assert measured(LIVE, there, lost).value is None


def test_what_is_counted_stands_at_its_record():
    late, good = ticket("1", answered=5, line=3), ticket("2", answered=1, line=4)
    found = measured(COMPLIANCE, register(late, good), where={"clock": "first_response"})
    assert {("1", 3, False), ("2", 4, True)} == {(each.title, each.line, each.counts) for each in found.counted}
