"""Where the commands of ``support`` get their tickets from: a file that is named, else the evidence of the policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from itertools import compress

from qualitygate.config import Config
from qualitygate.errors import CannotReadReport, ConfigError, Problem
from qualitygate.gathering import gather
from qualitygate.model.evidence import Evidence, Gap, ReadingRules, Source, about
from qualitygate.model.registers import differing, in_two
from qualitygate.model.tickets import Tickets
from qualitygate.sources import source
from qualitygate.support.case import TicketCase, cases, untold
from qualitygate.support.targets import Promise
from qualitygate.timelines import Told
from qualitygate.timelines import read as read_lines

_READERS = (None, "tickets", "snapshot")
"""The readers that may bring tickets; ``None`` is whichever recognises the file."""


def promised(config: Config) -> Promise:
    """What the policy promises. Raises :class:`~qualitygate.errors.ConfigError` where it promises nothing."""
    if config.support is None:
        way_out = "declare who answers and how fast: docs, Support SLA in ten minutes"
        raise ConfigError([Problem("support", "the policy promises no support", help=way_out)])
    return config.support


def registers(config: Config, timeline: str | None, now: datetime) -> Sequence[Tickets]:
    """The registers of tickets: the file that is named, else all that the policy declares, each once and whole.

    Raises :class:`~qualitygate.errors.CannotReadReport` where one is missing, cannot be read, or has the ticket of
    another: no evidence is never a good report.
    """
    if timeline is not None:
        return [register(*lines(timeline, config.policy.zone))]
    entries = [entry for entry in config.evidence if entry.reader in _READERS]
    gathered = [item for entry in entries for item in gather(entry, config.base_dir, now=now)]
    return _whole(about("tickets", Tickets, gathered))


def lines(path: str, zone: tzinfo, *, own_terms: bool = False) -> tuple[Source, Told]:
    """The lines of a file of tickets; times without a zone are of ``zone``.

    Raises :class:`~qualitygate.errors.CannotReadReport` where it is missing or cannot be read.
    """
    one = source(path, path, reader="tickets", rules=ReadingRules(zone=zone))
    try:
        return one, read_lines(one, own_terms=own_terms)
    except OSError as error:
        raise CannotReadReport("unreadable", f"{path} cannot be opened: {error.strerror or error}") from error
    except CannotReadReport as error:
        raise CannotReadReport(error.slug, f"{path} {error}") from error


def register(one: Source, told: Told) -> Tickets:
    """A file of tickets as a register."""
    return Tickets(source=one, at=told.at, tickets=tuple(each.ticket for each in told.lines))


def read_cases(config: Config, found: Sequence[Tickets], now: datetime) -> list[TicketCase]:
    """How each ticket stands. Raises :class:`~qualitygate.errors.QualityGateError` where that cannot be told."""
    promise = promised(config)
    refuse_untold(promise, found)
    return list(cases(found, promise, now))


def refuse_untold(promise: Promise, found: Sequence[Tickets]) -> None:
    """Raise :class:`~qualitygate.errors.ConfigError` where it cannot be told who answered."""
    why = untold(found, promise)
    if why:
        raise ConfigError([Problem("support", why)])


def _whole(items: Sequence[Evidence]) -> list[Tickets]:
    for item in items:
        if isinstance(item, Gap):
            raise CannotReadReport(item.slug, str(item))
    told = [item for item in items if isinstance(item, Tickets)]
    found = list(compress(told, differing((item.source.name, item.tickets) for item in told)))
    if not found:
        way_out = "name a file with --timeline"
        raise ConfigError([Problem("support", "the policy declares no register of tickets", help=way_out)])
    twice = in_two((item.source.name, [each.id for each in item.tickets]) for item in found)
    if twice:
        raise CannotReadReport("malformed", twice)
    return found
