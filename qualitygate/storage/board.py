"""Open tickets in the order of the time that is left, the worst first, as they stood when they were last looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, insert, select, tuple_, update

from qualitygate.storage.judgement import harmless, moment, short
from qualitygate.storage.tables import BOARD, PROJECTS
from qualitygate.strict import instant, maybe_instant
from qualitygate.support.run import State
from qualitygate.support.waiting import Waiting
from qualitygate.values import dataclass

_STATES = {state.value: state for state in State}
FEW = 20
"""Of how many projects each is asked by itself."""
_RUNS, _STANDS, _NONE = "0", "1", "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on the board: what lists after it are asked by."""

    place: str
    project: int
    ticket: str


FIRST = Spot(place="", project=0, ticket="")
"""Before the worst of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A ticket on the board of a repository. ``looked`` is when it was last looked at.

    ``repository_id`` is GitHub's number of the repository, 0 where that is not known.
    """

    repository: str
    repository_id: int
    waiting: Waiting
    looked: datetime
    spot: Spot


def put(connection: Connection, project: int, waiting: Iterable[Waiting]) -> None:
    """Make the board of a project these tickets; what has not changed is not written."""
    rows = {row["id"]: row for row in map(_row, waiting)}
    own = connection.execute(select(BOARD).where(BOARD.c.project == project)).mappings().all()
    known = {row["id"]: {name: value for name, value in row.items() if name != "project"} for row in own}
    changed = [row for id, row in rows.items() if known.get(id) != row]
    for id in [id for id in known if id not in rows] + [row["id"] for row in changed]:
        connection.execute(delete(BOARD).where(BOARD.c.project == project, BOARD.c.id == id))
    if changed:
        connection.execute(insert(BOARD), [{"project": project, **row} for row in changed])


def clear(connection: Connection, project: int) -> None:
    """Take all tickets of a project off the board, for nobody looks after them any more."""
    connection.execute(delete(BOARD).where(BOARD.c.project == project))
    nothing = dict.fromkeys(("tickets", "at_risk", "breached", "tickets_at"))
    connection.execute(update(PROJECTS).where(PROJECTS.c.id == project).values(**nothing))


def listed(connection: Connection, after: Spot, limit: int, among: Collection[str] | None) -> tuple[Posted, ...]:
    """The board from after a spot on; of all projects, or of those of these keys.

    Of a few each is asked by itself, so that no more is read than the limit of each. Of many the board is walked in its
    order, and what is others' left out: a key that is no bare column keeps databases from sorting all that is theirs.
    """
    if among is None:
        return _read(connection, after, limit)
    if len(among) <= FEW:
        own = connection.execute(select(PROJECTS.c.id).where(PROJECTS.c.key.in_(among))).scalars().all()
        parts = (_read(connection, after, limit, BOARD.c.project == each) for each in own)
        return tuple(islice(merge(*parts, key=lambda each: astuple(each.spot)), limit))
    return _read(connection, after, limit, PROJECTS.c.key.concat("").in_(among))


def _read(connection: Connection, after: Spot, limit: int, *where: Any) -> tuple[Posted, ...]:
    query = select(*BOARD.c, PROJECTS.c.name, PROJECTS.c.github_id, PROJECTS.c.tickets_at).join(
        PROJECTS, PROJECTS.c.id == BOARD.c.project
    )
    here = tuple_(BOARD.c.place, BOARD.c.project, BOARD.c.id)
    query = query.where(here > tuple_(after.place, after.project, after.ticket), *where)
    query = query.order_by(BOARD.c.place, BOARD.c.project, BOARD.c.id).limit(limit)
    return tuple(_posted(each) for each in connection.execute(query).mappings())


def _posted(row: Mapping[Any, Any]) -> Posted:
    """A ticket from its row and that of its project."""
    return Posted(
        repository=row["name"],
        repository_id=row["github_id"] or 0,
        looked=instant(row["tickets_at"]),
        spot=Spot(place=row["place"], project=row["project"], ticket=row["id"]),
        waiting=Waiting(
            ticket=row["id"],
            title=row["title"],
            priority=row["priority"],
            channel=row["channel"],
            opened=instant(row["opened"]),
            clock=row["clock"] or None,
            state=_STATES.get(row["state"]),
            due=maybe_instant(row["due"]),
            risk=maybe_instant(row["risk"]),
            left=row["remaining"],
            target=row["target"],
        ),
    )


def _row(of: Waiting) -> dict[str, Any]:
    """The columns of a ticket. The time that is left is kept of one that stands still; else it is told by ``due``."""
    return {
        "id": short(of.ticket),
        "place": _place(of),
        "title": harmless(of.title),
        "priority": harmless(of.priority),
        "channel": harmless(of.channel),
        "opened": moment(of.opened),
        "clock": of.clock or "",
        "state": of.state.value if of.state else "",
        "due": of.due and moment(of.due),
        "risk": of.risk and moment(of.risk),
        "remaining": None if of.due else of.left,
        "target": of.target,
    }


def _place(of: Waiting) -> str:
    """What sorts tickets: those whose clock runs by when it is due, then those that stand still by what is left."""
    if of.due is not None:
        return f"{_RUNS}{moment(of.due)}"
    if of.left is not None:
        return f"{_STANDS}{max(0.0, of.left):020.3f}"
    return f"{_NONE}{moment(of.opened)}"
