"""What a register of people says: who has which role from when until when, and who stands in."""

from __future__ import annotations

from datetime import date

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person, by an id; names are not kept.

    ``enabled`` is what the record says by a plain ``active``. ``since`` and ``until`` are the first and the last day in
    the role, ``None`` for no limit. ``deputy`` is the id of another person of the same register. ``aliases`` are what
    git and GitHub know the person by: logins, names, codes of e-mail addresses. ``line`` is where the record begins.
    """

    id: str
    roles: tuple[str, ...]
    enabled: bool = True
    since: date | None = None
    until: date | None = None
    deputy: str | None = None
    aliases: tuple[str, ...] = ()
    line: int | None = None

    def active(self, day: date) -> bool:
        """Whether the person is there on a day; the first and the last day count."""
        return self.enabled and (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRegister(Report):
    """One register of people, in the order of its records."""

    people: tuple[Person, ...]
