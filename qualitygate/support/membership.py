"""Who was in a team and when, by what a tracker said each time it was asked: it tells who is in it now, no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from qualitygate.support.targets import Member, Promise
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The members of a team, also those who left, and when it was last asked who they are."""

    asked: datetime
    members: tuple[Member, ...]


def seen(earlier: Membership | None, users: Collection[str], now: datetime) -> Membership:
    """What is known once these users are in the team.

    Whoever is there at the first asking has always been. Who came later came after the asking before, and who is gone
    left now: so answers count as what they were, and none is lost between two askings.
    """
    known = earlier.members if earlier else ()
    kept = tuple(each if each.end or each.user in users else replace(each, end=now) for each in known)
    there = {each.user for each in kept if each.end is None}
    first = earlier.asked if earlier else None
    come = tuple(Member(user=user, first=first) for user in sorted(users) if user not in there)
    return Membership(asked=now, members=(*kept, *come))


def with_members(promise: Promise, known: Mapping[str, Membership]) -> Promise:
    """A promise whose teams are the people in them; a team of which nothing is known stays one."""
    people = tuple(each for team in promise.teams if team in known for each in known[team].members)
    return replace(
        promise, team=(*promise.team, *people), teams=tuple(team for team in promise.teams if team not in known)
    )
