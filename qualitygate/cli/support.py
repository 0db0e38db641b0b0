"""``support``: the story of a ticket's clocks; the other commands have their own files."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo

import click

from qualitygate.cli import desk
from qualitygate.cli.board import status
from qualitygate.cli.options import config_options, find, format_option, lang_option, load, now_option
from qualitygate.cli.report import report
from qualitygate.cli.rows import row
from qualitygate.cli.stories import story
from qualitygate.cli.tickets import lines, promised, read_cases, refuse_untold, register, registers
from qualitygate.config import Config
from qualitygate.errors import BeyondCalendar, ConfigError, Problem
from qualitygate.exits import MET
from qualitygate.language import chosen, speaking
from qualitygate.model.tickets import Tickets
from qualitygate.support.case import TicketCase, case_of
from qualitygate.support.promises import own_history
from qualitygate.support.targets import Promise
from qualitygate.timelines import Line


@click.group()
def support() -> None:
    """Clocks of support tickets, in business time."""


@support.command("explain")
@click.argument("tickets", nargs=-1, metavar="[TICKET]...")
@click.option(
    "--timeline",
    type=click.Path(),
    help="JSON Lines: a ticket a line with its events; a line may bring its own calendar, targets and now. "
    "Default: the evidence of the policy.",
)
@click.option("--ticket", "only", metavar="ID", multiple=True, help="Only this ticket; repeatable.")
@format_option("text", "jsonl")
@config_options
@now_option
@lang_option
def explain(
    tickets: tuple[str, ...],
    timeline: str | None,
    only: tuple[str, ...],
    format_name: str,
    config_path: str | None,
    base_dir: str | None,
    now: datetime,
    lang: str | None,
) -> int:
    """Tell the story of the clocks of tickets, or of all: what was counted, what was not, and when each was due."""
    sought = {each.removeprefix("#") for each in tickets}.union(only)
    config = load(config_path, base_dir) if timeline is None or config_path or find(None) else None
    spoken = chosen(lang, os.environ, config.lang if config else "")
    if timeline is None and config is not None:
        found = _declared(config, sought, now)
    else:
        found = _written(timeline or "", config, sought, now)
    with speaking(spoken):
        for case in found:
            click.echo(TELLING[format_name](case))
    return MET


support.add_command(status)
support.add_command(report)


def _declared(config: Config, sought: Collection[str], now: datetime) -> Iterable[TicketCase]:
    """Those of the policy's tickets that are sought, by what it promises."""
    promise, found = promised(config), registers(config, None, now)
    _refuse_unknown(sought, found, promise)
    some = [replace(each, tickets=tuple(one for one in each.tickets if one.id in sought)) for each in found]
    told = read_cases(config, some if sought else found, now)
    early = set(sought).difference(case.ticket.id for case in told)
    if early:
        raise ConfigError(
            [Problem("usage", f"the ticket {each} was not opened yet at {now.isoformat()}") for each in sorted(early)]
        )
    return told


def _written(timeline: str, config: Config | None, sought: Collection[str], now: datetime) -> Iterable[TicketCase]:
    """The tickets of a file, by the terms of their own lines, else by those of the policy, if there is one."""
    zone = config.policy.zone if config else UTC
    promise = (config.support if config else None) or Promise(terms={})
    one, told = lines(timeline, zone, own_terms=True)
    whole = register(one, told)
    _refuse_unknown(sought, [whole], promise)
    refuse_untold(promise, [whole])
    for line in told.lines:
        if not sought or line.ticket.id in sought:
            yield _case(line, promise, line.now or now, zone, timeline)


def _case(line: Line, promise: Promise, now: datetime, zone: tzinfo, path: str) -> TicketCase:
    place = f"{path}:{line.number}"
    if line.targets is None and not promise.terms:
        message = f"{place}: the ticket {line.ticket.id} has no targets, and no policy says what is promised"
        raise ConfigError(
            [Problem("support", message, help="give the line targets, or --config a policy with support:")]
        )
    try:
        own = None
        if line.targets is not None:
            start = min(event.at for event in line.ticket.events)
            own = own_history(start, line.targets, line.calendar, line.changes, zone)
        return case_of(line.ticket, promise, now, path, own)
    except ConfigError as error:
        placed = [Problem(each.slug, f"{place}: {each.message}", help=each.help) for each in error.problems]
        raise ConfigError(placed) from error
    except BeyondCalendar as error:
        raise ConfigError([Problem("support", f"{place}: {error}")]) from error
    except ValueError as error:
        message = f"{place}: the clocks of {line.ticket.id} cannot be read at {now.isoformat()}: {error}"
        raise ConfigError([Problem("support", message)]) from error


def _refuse_unknown(sought: Collection[str], found: Sequence[Tickets], promise: Promise) -> None:
    unknown = set(sought).difference(each.id for register in found for each in register.tickets)
    if unknown:
        names = ", ".join(register.source.name for register in found)
        which = f"those issues that carry the label {promise.label}" if promise.label else "new issues"
        way_out = f"support sync --register brings {which}; is it one of them, and was it there at the last sync?"
        problems = [Problem("usage", f"there is no ticket {each} in {names}", help=way_out) for each in sorted(unknown)]
        raise ConfigError(problems)


TELLING: Mapping[str, Callable[[TicketCase], str]] = {"jsonl": row, "text": story}

for command in (desk.sync, desk.label, desk.init):
    support.add_command(command)
