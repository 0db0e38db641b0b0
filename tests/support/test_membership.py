"""Who was in a team and when, from what was said each time it was asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from qualitygate.support.membership import Membership, seen, with_members
from qualitygate.support.targets import Member, Promise

FIRST = datetime(2026, 10, 1, tzinfo=UTC)
SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)


def test_whoever_is_there_at_the_first_asking_has_always_been() -> None:
    both = (Member(user="kim"), Member(user="zoe"))
    assert Membership(asked=FIRST, members=both) == seen(None, {"zoe", "kim"}, FIRST)


def test_who_came_later_came_after_the_asking_before() -> None:
    known = seen(seen(None, {"zoe"}, FIRST), {"zoe", "kim"}, SECOND)
    assert (Member(user="zoe"), Member(user="kim", first=FIRST)) == known.members


def test_who_is_gone_left_now_and_may_come_back() -> None:
    gone = seen(seen(None, {"zoe"}, FIRST), set(), SECOND)
    assert (Member(user="zoe", end=SECOND),) == gone.members
    back = seen(gone, {"zoe"}, THIRD)
    assert (Member(user="zoe", end=SECOND), Member(user="zoe", first=SECOND)) == back.members
    assert back.members == seen(back, {"zoe"}, THIRD).members


def test_a_team_is_the_people_in_it_where_they_are_known() -> None:
    promise = Promise(terms={}, team=(Member(user="lin"),), teams=("acme/support", "acme/night"))
    known = {"acme/support": seen(None, {"zoe"}, FIRST), "acme/other": seen(None, {"eve"}, FIRST)}
    made = with_members(promise, known)
    assert ((Member(user="lin"), Member(user="zoe")), ("acme/night",)) == (made.team, made.teams)
