"""``support status``: open tickets and how much time is left, worst first."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import click

from qualitygate.amounts import number, span
from qualitygate.cli.options import config_options, format_option, lang_option, load, now_option
from qualitygate.cli.tickets import read_cases, registers
from qualitygate.escaping import line
from qualitygate.exits import MET
from qualitygate.language import chosen, marked, say, speaking
from qualitygate.support.asides import reach, unseen
from qualitygate.support.board import OpenTicket, Running, board
from qualitygate.support.run import State

_WORDS = {
    State.BREACHED: marked("LATE"),
    State.AT_RISK: marked("AT RISK"),
    State.PENDING: marked("in time"),
    State.PAUSED: marked("paused"),
    State.MET: marked("met"),
}
SCHEMA_VERSION = 1
_HEADS = (
    "",
    *(marked("Time"), marked("Clock"), marked("Due"), marked("Ticket")),
    *(marked("Priority"), marked("Channel"), marked("Title")),
)


@click.command("status")
@click.option("--timeline", type=click.Path(), help="The tickets: JSON Lines; default: the evidence of the policy.")
@format_option("text", "json")
@config_options
@now_option
@lang_option
def status(
    timeline: str | None,
    format_name: str,
    config_path: str | None,
    base_dir: str | None,
    now: datetime,
    lang: str | None,
) -> int:
    """List the open tickets with the time that is left, the worst first."""
    config = load(config_path, base_dir)
    spoken = chosen(lang, os.environ, config.lang)
    found, zone = registers(config, timeline, now), config.policy.zone
    entries = board(read_cases(config, found, now))
    with speaking(spoken):
        click.echo(TELLING[format_name](entries, now.astimezone(zone)), nl=False)
    for told in unseen(map(reach, found), now, zone):
        click.echo(told, err=True)
    return MET


def _text(entries: Sequence[OpenTicket], now: datetime) -> str:
    from qualitygate.servicereport.text import table  # noqa: PLC0415 - JSON does without it

    late = sum(bool(each.clocks) and each.clocks[0].state is State.BREACHED for each in entries)
    moment = f"{now:%Y-%m-%d %H:%M} ({now.tzinfo})"
    of = number("open tickets", len(entries))
    head = say("{tickets}, {late} late, as of {moment}", tickets=of, late=late, moment=moment) + "\n"
    rows = [tuple(map(say, _HEADS)), *(_row(each, now) for each in entries)]
    return head + "".join(f"{row}\n" for row in (table(rows) if entries else ()))


def _row(entry: OpenTicket, now: datetime) -> tuple[str, ...]:
    of = (entry.ticket, entry.priority, entry.channel, line(entry.title, 60))
    if not entry.clocks:
        return (say("no clock runs"), "", "", "", *of)
    first = entry.clocks[0]
    due = f"{first.due.astimezone(now.tzinfo):%Y-%m-%d %H:%M}" if first.due else ""
    return (say(_WORDS[first.state]), _left(first), first.clock, due, *of)


def _left(clock: Running) -> str:
    if clock.state is State.BREACHED:
        late = clock.left < 0
        return say("late by {time}", time=span(round(-clock.left))) if late else say("late, by time out of hours")
    return say("{time} left", time=span(round(clock.left)))


def _json(entries: Sequence[OpenTicket], now: datetime) -> str:
    told = {"schema_version": SCHEMA_VERSION, "at": now.isoformat(), "tickets": [_entry(each, now) for each in entries]}
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace").decode()


def _entry(entry: OpenTicket, now: datetime) -> dict[str, object]:
    return {
        "ticket": entry.ticket,
        "title": entry.title,
        "priority": entry.priority,
        "channel": entry.channel,
        "paused": entry.paused,
        "opened": entry.opened.astimezone(now.tzinfo).isoformat(),
        "register": entry.register,
        "line": entry.line,
        "clocks": list(_clocks(entry, now)),
    }


def _clocks(entry: OpenTicket, now: datetime) -> Iterator[dict[str, object]]:
    for each in entry.clocks:
        yield {
            "clock": each.clock,
            "state": each.state.value,
            "target_s": round(each.target, 6),
            "left_s": round(each.left, 6),
            "due": each.due.astimezone(now.tzinfo).isoformat() if each.due else None,
        }


TELLING: Mapping[str, Callable[[Sequence[OpenTicket], datetime], str]] = {"text": _text, "json": _json}
