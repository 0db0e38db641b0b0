"""``support``: the story of a ticket's clocks; the other commands have their own files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import click

from qualitygate.cli import desk
from qualitygate.cli.board import status
from qualitygate.cli.options import config_options, find, load, now_option
from qualitygate.cli.report import report
from qualitygate.cli.stories import story
from qualitygate.cli.tickets import promised, told
from qualitygate.errors import BeyondCalendar, CannotReadReport, ConfigError, Problem
from qualitygate.exits import MET
from qualitygate.model.tickets import Ticket
from qualitygate.sources import source
from qualitygate.support.clock import Clock, Clocks
from qualitygate.support.clock import read as read_clocks
from qualitygate.support.promises import history, own_history
from qualitygate.support.run import Run
from qualitygate.support.targets import Promise
from qualitygate.support.timeline import understood
from qualitygate.timelines import Line
from qualitygate.timelines import read as read_lines


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
@click.option("--format", "-f", "format_name", type=click.Choice(["text", "jsonl"]), default="text")
@config_options
@now_option
def explain(
    tickets: tuple[str, ...],
    timeline: str | None,
    only: tuple[str, ...],
    format_name: str,
    config_path: str | None,
    base_dir: str | None,
    now: datetime,
) -> int:
    """Tell the story of the clocks of tickets, or of all: what was counted, what was not, and when each was due."""
    if timeline is None:
        config = load(config_path, base_dir)
        promise: Promise | None = promised(config)
        found = [(register.source.name, _line(each)) for register in told(config, now) for each in register.tickets]
    else:
        lines = _lines(timeline)
        wanted = any(line.targets is None for line in lines) and (config_path or find(None))
        promise = load(config_path, base_dir).support if wanted else None
        found = [(timeline, line) for line in lines]
    sought = {each.removeprefix("#") for each in tickets}.union(only)
    unknown = sought.difference(line.ticket.id for _, line in found)
    if unknown:
        raise ConfigError([Problem("usage", f"there is no ticket {each}") for each in sorted(unknown)])
    for path, line in found:
        if not sought or line.ticket.id in sought:
            ticket, clocks = _clocks(line, promise, line.now or now, path)
            click.echo(TELLING[format_name](ticket, clocks))
    return MET


support.add_command(status)
support.add_command(report)


def _lines(timeline: str) -> list[Line]:
    try:
        return list(read_lines(source(timeline, timeline, reader="tickets"), own_terms=True))
    except OSError as error:
        raise CannotReadReport("unreadable", f"{timeline} cannot be opened: {error.strerror or error}") from error
    except CannotReadReport as error:
        raise CannotReadReport(error.slug, f"{timeline} {error}") from error


def _line(ticket: Ticket) -> Line:
    """A ticket of a register, which promises nothing itself."""
    return Line(number=ticket.line or 0, ticket=ticket, targets=None, calendar=None, now=None)


def _clocks(line: Line, promise: Promise | None, now: datetime, path: str) -> tuple[Ticket, Clocks]:
    """A ticket and its clocks, by the terms of its own line, else by the policy's."""
    place = f"{path}:{line.number}"
    if line.targets is None and promise is None:
        message = f"{place}: the ticket {line.ticket.id} has no targets, and no policy says what is promised"
        raise ConfigError(
            [Problem("support", message, help="give the line targets, or --config a policy with support:")]
        )
    promise = promise or Promise(terms={})
    ticket = understood(line.ticket, promise)
    try:
        if line.targets is None:
            held = history(ticket, promise)
        else:
            held = own_history(ticket.events[0].at, line.targets, line.calendar, line.changes)
        return ticket, read_clocks(ticket.events, held, now, promise.reading)
    except ConfigError as error:
        placed = [Problem(each.slug, f"{place}: {each.message}", help=each.help) for each in error.problems]
        raise ConfigError(placed) from error
    except (BeyondCalendar, ValueError) as error:
        message = f"{place}: the clocks of {line.ticket.id} cannot be read at {now.isoformat()}: {error}"
        raise ConfigError([Problem("support", message)]) from error


def _row(ticket: Ticket, clocks: Clocks) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "paused": clocks.paused,
        "closed": clocks.closed,
        "clocks": {name: _clock(clock) for name, clock in clocks.clocks.items()},
    }


def _as_json(ticket: Ticket, clocks: Clocks) -> str:
    return json.dumps(_row(ticket, clocks))


TELLING: Mapping[str, Callable[[Ticket, Clocks], str]] = {"jsonl": _as_json, "text": story}


def _clock(clock: Clock) -> dict[str, Any]:
    run = clock.current
    return {
        "state": clock.state.value,
        "due": _stamp(run.due) if run else None,
        "elapsed_s": _number(run.elapsed) if run else 0,
        "wall_s": _number(run.wall) if run else 0,
        "margin_s": _number(run.margin) if run else None,
        "target_s": _number(run.target) if run else None,
        "start": _stamp(run.start) if run else None,
        "done": _stamp(run.done) if run else None,
        "forecast": clock.forecast,
        "ever_breached": clock.ever_breached,
        "breaches": [
            {"due": _stamp(each.due), "terms": each.terms, "until": _stamp(each.until)} for each in clock.breaches
        ],
        "why": list(_why(run)) if run else [],
    }


def _why(run: Run) -> Iterator[dict[str, Any]]:
    for piece in run.pieces:
        yield {"from": _stamp(piece.start), "to": _stamp(piece.end), "counted_s": _number(piece.seconds)}


def _stamp(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def _number(seconds: float) -> float:
    return int(seconds) if seconds == int(seconds) else round(seconds, 6)


for command in (desk.sync, desk.label, desk.init):
    support.add_command(command)
