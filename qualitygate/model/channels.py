"""What a register of channels says: by which ways customers reach the vendor, and when somebody last came by each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One time that a customer came by a channel, or that somebody tried it, and whether it was ``answered``."""

    day: date
    answered: bool = True
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel with its contacts, as far as they are on record. ``line`` is where the record begins."""

    id: str
    contacts: tuple[Contact, ...] = ()
    line: int | None = None

    def last(self, today: date) -> Contact | None:
        """The last contact that was answered, of those that are not still to come."""
        there = (each for each in self.contacts if each.answered and each.day <= today)
        return max(there, key=lambda each: each.day, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRegister(Report):
    """One register of channels, in the order of its records."""

    channels: tuple[Channel, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Its channels, and their contacts."""
        return {"channels": len(self.channels), "contacts": sum(len(each.contacts) for each in self.channels)}
