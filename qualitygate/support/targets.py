"""What is promised: targets of each priority, the calendar they count in, and how the clocks are to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from fractions import Fraction

from qualitygate.support.calendar import BusinessCalendar
from qualitygate.values import dataclass

FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION = "first_response", "next_response", "resolution"
CLOCKS = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION)
RESUME, NEW_CYCLE = "resume", "new_cycle"
RETROACTIVE, FROM_CHANGE = "retroactive", "from_change"
CHANNELS = ("chat", "phone", "email", "social")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The targets that hold for a ticket at one time, in seconds by clock, and the calendar they count in.

    ``name`` is the priority they are of.
    """

    targets: Mapping[str, float]
    calendar: BusinessCalendar
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How clocks are read where anchors differ.

    ``risk`` is the share of the target from which a clock is at risk, ``least_lead`` the seconds left from which it is
    in any case, but never from before half of the target. ``close_answers``: a close by an agent counts as a response.
    ``close_stops``: nobody waits for the next response to a closed ticket. ``every_message``: a message is owed a next
    response even before the first response. ``reopen`` resumes the resolution clock or begins a ``new_cycle``.
    ``change`` of priority judges from the opening (``retroactive``) or ``from_change`` on.
    """

    risk: Fraction = Fraction(3, 4)
    least_lead: float = 1_800.0
    close_answers: bool = False
    close_stops: bool = True
    every_message: bool = False
    reopen: str = RESUME
    change: str = RETROACTIVE

    def lead(self, target: float) -> float:
        """How many seconds before a target is used up a clock is at risk."""
        return min(max(target * float(1 - self.risk), self.least_lead), target / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the team; from one day up to and including another, where they came or left."""

    user: str
    first: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """How the labels of a ticket are read: prefixes of priority and channel, and those that say it waits."""

    priority: str = "priority:"
    channel: str = "channel:"
    waiting: tuple[str, ...] = ("waiting-for-customer",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Whom to mention, and to whom to give a ticket, when ``share`` of a target is used up: ``Fraction(3, 4)``."""

    share: Fraction
    mention: tuple[str, ...] = ()
    assign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How customers are asked whether they are satisfied: under tickets that were closed from ``since`` on.

    ``text`` is the question. A rating counts within ``answer_within`` seconds of it.
    """

    since: datetime
    text: str
    answer_within: float = 30 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """All that a policy says about support: who answers, what is promised, and in which calendar.

    ``terms`` are by priority; a ticket without one has ``default``. ``label`` is what makes an issue a ticket.
    ``teams`` are teams of GitHub whose members are not known, as long as nobody asked. ``channels`` are those that must
    be live, each with a contact within ``live_within`` seconds. ``escalate`` is whom to tell of targets that are used
    up. ``csat`` is ``None`` where nobody is asked whether they are satisfied. ``report`` is the length of the periods
    whose reports are posted, ``month``, ``quarter`` or ``year``, or empty.
    """

    terms: Mapping[str, Terms]
    default: str = "normal"
    label: str = ""
    team: tuple[Member, ...] = ()
    teams: tuple[str, ...] = ()
    bots: frozenset[str] = frozenset()
    labels: Labels = field(default=Labels())
    reading: Reading = field(default=Reading())
    channels: tuple[str, ...] = CHANNELS
    live_within: float = 90 * 86_400.0
    escalate: tuple[Escalation, ...] = ()
    csat: Asking | None = None
    report: str = ""
    hours_by_contract: bool = False

    def terms_of(self, priority: str) -> Terms | None:
        """The terms of a priority, in whatever case it is written, as GitHub takes labels; ``None`` without any."""
        if priority in self.terms:
            return self.terms[priority]
        return next((each for name, each in self.terms.items() if name.casefold() == priority.casefold()), None)
