"""The memory of verdicts: each as it was told, and for each repository a row that says how it stands.

A repository is known by GitHub's number, as long as that was told: it keeps its history when it is renamed, and another
that takes its old name begins with none. Names are compared as GitHub does, in whatever case they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, tuple_, update

from qualitygate.errors import CannotUseStore
from qualitygate.storage import board, tallies
from qualitygate.storage.board import Posted, Spot
from qualitygate.storage.judgement import (
    OUTCOMES,
    Input,
    Judgement,
    Result,
    harmless,
    judgement,
    moment,
    of_row,
    short,
    to_row,
)
from qualitygate.storage.project import FIRST, Known, Place, Project, of_columns, standing
from qualitygate.storage.store import Store, insert_into
from qualitygate.storage.tables import HEADS, JUDGEMENTS, PROJECTS
from qualitygate.strict import instant
from qualitygate.support.run import State
from qualitygate.support.waiting import Waiting
from qualitygate.values import dataclass

__all__ = [
    "Cursor",
    "Input",
    "Judgement",
    "Known",
    "Place",
    "Posted",
    "Project",
    "Result",
    "Spot",
    "VerdictStore",
    "judgement",
]

KEPT = timedelta(days=3_653)
"""How long what was judged of accepted changes is kept: ten years."""
PROPOSALS_KEPT = timedelta(days=366)
"""How long what was judged of a change that was only proposed is kept."""
UNHEARD = timedelta(days=90)
"""How long a pull request counts as open of which nothing was judged any more: GitHub may not tell when it closes."""
MOST = 200
"""Rows that are read at once, whatever is asked for."""
_FORGET_AT_ONCE = 1_000
_BRIEF = [each for each in JUDGEMENTS.c if each.name not in {"project", "inputs", "verdict"}]
_WHOLE = [each for each in JUDGEMENTS.c if each.name != "project"]
_OF = (PROJECTS.c.name.label("repository"), PROJECTS.c.github_id, PROJECTS.c.default_branch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a list of judgements goes on: after this one."""

    at: datetime
    id: int


class VerdictStore(Store):
    """The memory of verdicts in a database."""

    def keep(self, judged: Judgement) -> int:
        """Remember a verdict, and how its repository stands by it; its id, the same when it is told again."""
        row = to_row(judged)
        with self._writing() as connection:
            project = _met(connection, _known(judged), row["at"])
            id = _put(connection, project, row)
            _lead(connection, project, id, judged)
            if judged.of_default:
                _last(connection, project, id, row)
            _stand(connection, project)
        return id

    def settle(self, repository: int, number: int, *, closed: bool) -> None:
        """Remember that a pull request was closed, so that nothing it fails counts, or opened again.

        ``repository`` is GitHub's number of it: another may have had its name.
        """
        with self._writing() as connection:
            project = _held(connection, PROJECTS.c.github_id == repository)
            if project is not None:
                own = (HEADS.c.project == project.id, HEADS.c.pull_request == number)
                blocks = HEADS.c.outcome.in_(_BLOCKING) if not closed else False
                connection.execute(update(HEADS).where(*own).values(closed=closed, failing=blocks))
                _stand(connection, project.id)

    def look(self, repository: Known, waiting: Iterable[Waiting], now: datetime) -> None:
        """Remember how the open tickets of a repository stand, as of now."""
        tickets = tuple(waiting)
        states = [each.state for each in tickets]
        counts = {"at_risk": states.count(State.AT_RISK), "breached": states.count(State.BREACHED)}
        with self._writing() as connection:
            project = _met(connection, repository, moment(now))
            board.put(connection, project, tickets)
            values = {"tickets": len(tickets), **counts, "tickets_at": moment(now)}
            connection.execute(update(PROJECTS).where(PROJECTS.c.id == project).values(**values))
            _stand(connection, project)

    def overlook(self, repository: str) -> None:
        """Remember that a repository promises no support any more."""
        with self._writing() as connection:
            project = _held(connection, PROJECTS.c.key == repository.casefold())
            if project is not None and project.tickets_at is not None:
                board.clear(connection, project.id)
                _stand(connection, project.id)

    def board(
        self, *, after: Spot = board.FIRST, limit: int = MOST, among: Iterable[str] | None = None
    ) -> tuple[Posted, ...]:
        """Open tickets, those with the least time left first, from after a spot on; all, or those of these names."""
        own = None if among is None else _keys(among)
        with self._reading() as connection:
            return board.listed(connection, after, min(limit, MOST), own)

    def projects(
        self, *, after: Place = FIRST, limit: int = MOST, among: Iterable[str] | None = None
    ) -> tuple[Project, ...]:
        """How repositories stand, worst first, from after a place on; all, or those of these names."""
        later = tuple_(PROJECTS.c.standing, PROJECTS.c.key) > tuple_(after.standing, after.key)
        query = select(PROJECTS).where(later).order_by(PROJECTS.c.standing, PROJECTS.c.key).limit(min(limit, MOST))
        if among is not None:
            names = list(among)
            query = query.where(
                _of_names(names, PROJECTS.c.key if len(names) <= board.FEW else PROJECTS.c.key.concat(""))
            )
        with self._reading() as connection:
            return tuple(of_columns(each) for each in connection.execute(query).mappings())

    def project(self, repository: str) -> Project | None:
        """How a repository stands; ``None`` where nothing is known of it."""
        query = select(PROJECTS).where(PROJECTS.c.key == repository.casefold())
        with self._reading() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else of_columns(row)

    def history(
        self, repository: str, *, stream: str | None = None, before: Cursor | None = None, limit: int = 30
    ) -> tuple[Judgement, ...]:
        """The judgements of a repository, newest first, without what only a page of one needs; or those of a stream."""
        query = _judgements(_BRIEF).where(_within(repository))
        if stream is not None:
            query = query.where(JUDGEMENTS.c.stream == stream)
        return self._listed(query, before, limit)

    def judgement(self, id: int) -> Judgement | None:
        """One judgement, whole; ``None`` where there is none, or none any more."""
        if not 0 < id < 2**63:
            return None
        with self._reading() as connection:
            row = connection.execute(_judgements(_WHOLE).where(JUDGEMENTS.c.id == id)).mappings().first()
            return None if row is None else self._read(row)

    def before(self, judged: Judgement) -> Judgement | None:
        """The judgement that a kept one follows in its stream, whole; ``None`` where it is the first."""
        query = _judgements(_WHOLE).where(_within(judged.repository), JUDGEMENTS.c.stream == judged.stream)
        return next(iter(self._listed(query, Cursor(at=judged.at, id=judged.id), 1)), None)

    def forget(self, now: datetime) -> int:
        """Drop judgements that were kept long enough, and count no pull request of which nothing was heard for long."""
        with self._writing() as connection:
            number = 0
            for lasting, since in ((True, now - KEPT), (False, now - PROPOSALS_KEPT)):
                old = (JUDGEMENTS.c.lasting == lasting, JUDGEMENTS.c.at < moment(since))
                ids = select(JUDGEMENTS.c.id).where(*old).order_by(JUDGEMENTS.c.at).limit(_FORGET_AT_ONCE)
                number += connection.execute(delete(JUDGEMENTS).where(JUDGEMENTS.c.id.in_(ids))).rowcount
            for project in sorted(_unheard(connection, now - UNHEARD)):
                _stand(connection, project)
        return number

    def _listed(self, query: Select[Any], before: Cursor | None, limit: int) -> tuple[Judgement, ...]:
        if before is not None:
            at, id = moment(before.at), before.id
            query = query.where(tuple_(JUDGEMENTS.c.at, JUDGEMENTS.c.id) < tuple_(at, id))
        query = query.order_by(JUDGEMENTS.c.at.desc(), JUDGEMENTS.c.id.desc()).limit(min(limit, MOST))
        with self._reading() as connection:
            return tuple(self._read(each) for each in connection.execute(query).mappings())

    def _read(self, row: Mapping[Any, Any]) -> Judgement:
        try:
            return of_row(row)
        except (ValueError, TypeError, LookupError) as error:
            raise CannotUseStore(f"the store {self.address} holds a judgement that is none: {error}") from error


_BLOCKING = [name for name, outcome in OUTCOMES.items() if outcome.blocks]


def _of_names(names: Iterable[str], key: ColumnElement[str] = PROJECTS.c.key) -> Any:
    """Projects of these names. Where ``key`` is no bare column, databases walk in the order that is asked for."""
    return key.in_(_keys(names))


def _keys(names: Iterable[str]) -> list[str]:
    return [harmless(each).casefold() for each in names]


def _within(repository: str) -> ColumnElement[bool]:
    """Judgements of one project, looked up before they are: joined to it, PostgreSQL reads all to sort them."""
    own = select(PROJECTS.c.id).where(PROJECTS.c.key == repository.casefold())
    return JUDGEMENTS.c.project == own.scalar_subquery()


def _judgements(columns: Iterable[Any]) -> Select[Any]:
    return select(*columns, *_OF).join(PROJECTS, PROJECTS.c.id == JUDGEMENTS.c.project)


def _held(connection: Connection, where: Any) -> Row[Any] | None:
    """A project, held until the transaction ends."""
    return connection.execute(select(PROJECTS).where(where).with_for_update()).first()


def _known(judged: Judgement) -> Known:
    return Known(name=judged.repository, number=judged.repository_id, default_branch=judged.default_branch)


def _met(connection: Connection, repository: Known, at: str) -> int:
    """The project of a repository, by its name of now; it is made where it is new, and held until the transaction ends.

    One whose name has become another's is set aside under a name that none can have, until it is heard of again.
    """
    key, number = short(repository.name).casefold(), repository.number or None
    named = own = _held(connection, PROJECTS.c.key == key)
    if number is not None:
        known = _held(connection, PROJECTS.c.github_id == number)
        own = known if known is not None or named is None or named.github_id is not None else named
        if named is not None and (own is None or own.id != named.id):
            aside = {"key": f"{key}#{named.id}"[-500:], "name": f"{named.name}#{named.id}"[-500:]}
            connection.execute(update(PROJECTS).where(PROJECTS.c.id == named.id).values(**aside))
            board.clear(connection, named.id)
            _stand(connection, named.id)
    values = {"key": key, "name": short(repository.name), **({"github_id": number} if number else {})}
    if repository.default_branch:
        values["default_branch"] = short(repository.default_branch)
    if own is None:
        new = {"default_branch": "", "standing": 0, "failing": 0, "seen_at": at, **values}
        made = insert_into(connection.dialect.name, PROJECTS).values(**new).on_conflict_do_nothing()
        found = connection.execute(made.returning(PROJECTS.c.id)).scalar()
        return int(found) if found is not None else _met(connection, repository, at)  # another has just made it
    seen = max(at, own.seen_at)
    connection.execute(update(PROJECTS).where(PROJECTS.c.id == own.id).values(**values, seen_at=seen))
    return int(own.id)


def _put(connection: Connection, project: int, row: Mapping[str, Any]) -> int:
    """The id of a judgement, put in place of the one of the same external id, or counted as another."""
    own = (JUDGEMENTS.c.project == project, JUDGEMENTS.c.external_id == row["external_id"])
    known = connection.execute(select(JUDGEMENTS.c.id).where(*own)).scalar()
    if known is not None:
        connection.execute(update(JUDGEMENTS).where(JUDGEMENTS.c.id == known).values(**row))
        return int(known)
    tallies.count(connection, tallies.VERDICTS, row["outcome"])
    made = insert(JUDGEMENTS).values(project=project, **row).returning(JUDGEMENTS.c.id)
    return int(connection.execute(made).scalar_one())


def _lead(connection: Connection, project: int, id: int, judged: Judgement) -> None:
    """The judgement leads its stream, unless a later one does."""
    at, own = moment(judged.at), (HEADS.c.project == project, HEADS.c.stream == judged.stream)
    known = connection.execute(select(HEADS.c.at, HEADS.c.judgement, HEADS.c.closed).where(*own)).first()
    if known is not None and known.judgement != id and known.at > at:
        return
    closed = known is not None and known.closed
    row = {
        "judgement": id,
        "pull_request": judged.pull_request,
        "at": at,
        "outcome": judged.outcome.name.lower(),
        "closed": closed,
        "failing": judged.pull_request is not None and not closed and judged.outcome.blocks,
    }
    made = insert_into(connection.dialect.name, HEADS).values(project=project, stream=judged.stream, **row)
    connection.execute(made.on_conflict_do_update(index_elements=["project", "stream"], set_=row))


def _last(connection: Connection, project: int, id: int, row: Mapping[str, Any]) -> None:
    """The judgement is the last of the default branch, unless there is a later one."""
    own = connection.execute(select(PROJECTS.c.last, PROJECTS.c.last_at).where(PROJECTS.c.id == project)).one()
    if own.last is None or own.last == id or instant(own.last_at) <= instant(row["at"]):
        values = {"last": id, "last_outcome": row["outcome"], "last_at": row["at"], "last_stream": row["stream"]}
        connection.execute(update(PROJECTS).where(PROJECTS.c.id == project).values(**values))


def _unheard(connection: Connection, since: datetime) -> set[int]:
    """Drop the heads of pull requests that were not heard of since then; the projects they were of.

    They are looked up first, in the order of their index: asked to delete all, PostgreSQL looks at every one there is.
    """
    old = (HEADS.c.at < moment(since), HEADS.c.pull_request.is_not(None))
    some = select(HEADS.c.project, HEADS.c.stream).where(*old).order_by(HEADS.c.at).limit(_FORGET_AT_ONCE)
    found = set[int]()
    while gone := connection.execute(some).all():
        found.update(project for project, _ in gone)
        for project, stream in gone:
            own = (HEADS.c.project == project, HEADS.c.stream == stream)
            connection.execute(delete(HEADS).where(*own, *old))
    return found


def _stand(connection: Connection, project: int) -> None:
    """How the project stands, reckoned anew."""
    failing = select(func.count()).where(HEADS.c.project == project, HEADS.c.failing.is_(True))
    number = connection.execute(failing).scalar_one()
    row = connection.execute(select(PROJECTS).where(PROJECTS.c.id == project)).mappings().one()
    found = of_columns({**row, "failing": number})
    connection.execute(
        update(PROJECTS).where(PROJECTS.c.id == project).values(failing=number, standing=standing(found))
    )
