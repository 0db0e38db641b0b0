"""Which terms a ticket had and when: by its priorities in a policy, or by what a line of a timeline says itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any

from qualitygate.model.tickets import Ticket
from qualitygate.support import rules
from qualitygate.support.amounts import target
from qualitygate.support.calendar import BusinessCalendar
from qualitygate.support.complaints import Complaints, Path
from qualitygate.support.days import Rules
from qualitygate.support.targets import CLOCKS, Promise, Terms


@cache
def always(zone: tzinfo = UTC) -> BusinessCalendar:
    """The calendar of a target that names none: every second counts, and times are told in ``zone``."""
    return BusinessCalendar(rules.always(zone))


def terms_for(promise: Promise, priority: str) -> Terms:
    """The terms of a priority, or where it has none those of the default."""
    fallback = Terms(targets={}, calendar=always(), name=promise.default)
    return promise.terms_of(priority) or promise.terms_of(promise.default) or fallback


def hours_of(terms: Terms) -> Rules:
    """The rules of the calendar that targets count in; where every second counts, the zone changes nothing."""
    rules = terms.calendar.rules
    return always().rules if rules == always(rules.zone).rules else rules


def history(ticket: Ticket, promise: Promise) -> list[tuple[datetime, Terms]]:
    """The terms of a ticket whose labels are understood: from its opening, and from each change of its priority.

    A priority without targets of its own has those of the default.
    """
    start = min((event.at for event in ticket.events), default=None)
    first = terms_for(promise, ticket.priority or promise.default)
    found = [(start, first)] if start else []
    for event in ticket.events:
        if event.kind == "priority_changed":
            terms = terms_for(promise, event.value or promise.default)
            if terms is not found[-1][1]:
                found.append((event.at, terms))
    return found


def unpromised(ticket: Ticket, promise: Promise, now: datetime) -> str:
    """The priority of a ticket at ``now``, where it has one and the policy has no targets for it: a slip, perhaps."""
    changes = (event.value for event in ticket.events if event.kind == "priority_changed" and event.at <= now)
    name = [ticket.priority, *changes][-1]
    return name if name is not None and promise.terms_of(name) is None else ""


def targets_of(data: Mapping[str, Any], path: Path, complaints: Complaints) -> dict[str, float]:
    """The targets of a mapping by clock, in seconds; what is none is complained about."""
    found = {}
    for name, written in data.items():
        if name not in CLOCKS:
            complaints.add((*path, name), f"is no clock; there are {', '.join(CLOCKS)}")
            continue
        try:
            found[name] = target(written)
        except ValueError as error:
            complaints.add((*path, name), str(error))
    return found


def own_history(
    start: datetime,
    targets: Mapping[str, Any],
    calendar: Mapping[str, Any] | None,
    changes: tuple[tuple[datetime, Mapping[str, Any]], ...],
    zone: tzinfo = UTC,
) -> list[tuple[datetime, Terms]]:
    """The terms that a line of a timeline writes itself, and how they change; calendars without a zone are of ``zone``.

    Changed targets replace those they name; a changed calendar replaces the calendar. Raises
    :class:`~qualitygate.errors.ConfigError`.
    """
    complaints = Complaints()
    terms = Terms(
        targets=targets_of(targets, ("targets",), complaints),
        calendar=always(zone)
        if calendar is None
        else BusinessCalendar(rules.read(calendar, ("calendar",), complaints, zone)),
    )
    found = [(start, terms)]
    for at, change in sorted(changes, key=lambda each: each[0]):
        terms = _changed(terms, change, complaints, zone)
        found.append((at, terms))
    complaints.refuse()
    return found


def _changed(terms: Terms, change: Mapping[str, Any], complaints: Complaints, zone: tzinfo) -> Terms:
    path = ("events", change["type"])
    kept: Mapping[str, float] = terms.targets
    calendar = terms.calendar
    for key in change:
        if key not in ("at", "type", "targets", "calendar"):
            complaints.add((*path, key), "is not known")
    if change["type"] == "sla_removed":
        kept = {}
    elif change["type"] == "sla_changed" and isinstance(change.get("targets"), Mapping):
        kept = {**kept, **targets_of(change["targets"], (*path, "targets"), complaints)}
    elif change["type"] == "calendar_changed":
        calendar = BusinessCalendar(rules.read(change.get("calendar"), (*path, "calendar"), complaints, zone))
    else:
        complaints.add(path, "has no mapping of targets")
    return Terms(targets=kept, calendar=calendar)
