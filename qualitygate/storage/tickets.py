"""What is remembered of tickets: their timelines, who answers them, how far a source was read, and what was written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, select, update

from qualitygate.errors import CannotUseStore
from qualitygate.snapshot.tickets import of_ticket, to_ticket
from qualitygate.storage.store import Store, insert_into
from qualitygate.storage.tables import SOURCES, TEAMS, TICKETS, WRITES
from qualitygate.strict import exactly, instant, maybe_instant, texts
from qualitygate.support.membership import Membership
from qualitygate.support.targets import Member
from qualitygate.tracker import TicketRecord

_TABLES = (TICKETS, WRITES, TEAMS, SOURCES)


class TicketStore(Store):
    """The tickets of one source in a database."""

    def __init__(self, address: str, source: str) -> None:
        super().__init__(address)
        self.source = source

    def owner(self) -> int | None:
        """GitHub's number of the repository whose tickets these are; ``None`` where nobody said."""
        with self._reading() as connection:
            return connection.execute(select(SOURCES.c.repository_id).where(self._own(SOURCES))).scalar()

    def claim(self, number: int) -> None:
        """Have the source be of the repository of this number: what is known of one that had its name is dropped."""
        if self.owner() == number:
            return
        with self._writing() as connection:
            known = connection.execute(select(SOURCES.c.repository_id).where(self._own(SOURCES))).scalar()
            if known is not None and known != number:
                for table in _TABLES:
                    connection.execute(delete(table).where(self._own(table)))
                known = None
            if known is None:
                self._take_over(connection, number)
            own = {"repository_id": number}
            if not connection.execute(update(SOURCES).where(self._own(SOURCES)).values(**own)).rowcount:
                self._put(connection, SOURCES, {"bookmark": "", **own})

    def _take_over(self, connection: Connection, number: int) -> None:
        """Have what is known of the repository under the name it had before, where it has been renamed."""
        there = connection.execute(select(SOURCES.c.source).where(SOURCES.c.repository_id == number)).scalars()
        host = self.source.rsplit("/", 2)[0]
        before = next((each for each in there if each.rsplit("/", 2)[0] == host), None)
        if before is None:
            return
        for table in _TABLES:
            connection.execute(delete(table).where(self._own(table)))
            connection.execute(update(table).where(table.c.source == before).values(source=self.source))

    def bookmark(self) -> str:
        """From where to go on reading the source; empty where nothing was read."""
        with self._reading() as connection:
            return connection.execute(select(SOURCES.c.bookmark).where(self._own(SOURCES))).scalar() or ""

    def restart(self) -> None:
        """Have the source read from its beginning; what is known of its tickets stays."""
        with self._writing() as connection:
            self._put(connection, SOURCES, {"bookmark": ""})

    def whole_at(self) -> datetime | None:
        """When all of the source was last read; ``None`` where it never was."""
        with self._reading() as connection:
            return maybe_instant(connection.execute(select(SOURCES.c.whole_at).where(self._own(SOURCES))).scalar())

    def keep(self, records: Iterable[TicketRecord], bookmark: str, whole_at: datetime | None) -> None:
        """Remember tickets and how far the source was read by them: both, or neither."""
        rows = [_row(each) for each in records]
        with self._writing() as connection:
            for row in rows:
                self._put(connection, TICKETS, row)
            finished = {"whole_at": whole_at.isoformat()} if whole_at else {}
            self._put(connection, SOURCES, {"bookmark": bookmark, **finished})

    def records(self, ids: Iterable[str] | None = None) -> tuple[TicketRecord, ...]:
        """What is known of these tickets, or of all, by their ids, a number by its size."""
        query = select(TICKETS).where(self._own(TICKETS))
        if ids is not None:
            query = query.where(TICKETS.c.id.in_(list(ids)))
        return self._found(query)

    def _found(self, query: Select[Any]) -> tuple[TicketRecord, ...]:
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
        try:
            found = [_record(dict(row)) for row in rows]
        except (ValueError, TypeError, LookupError) as error:
            raise CannotUseStore(f"the store {self.address} holds a ticket that is none: {error}") from error
        return tuple(sorted(found, key=lambda each: (len(each.ticket.id), each.ticket.id)))

    def open_records(self) -> tuple[TicketRecord, ...]:
        """What is known of the tickets that are open: a few, however many there have been."""
        return self._found(select(TICKETS).where(self._own(TICKETS), TICKETS.c.open))

    def retell(self, records: Iterable[TicketRecord]) -> None:
        """Remember what was learnt of tickets besides the pages of their source."""
        rows = [_row(each) for each in records]
        with self._writing() as connection:
            for row in rows:
                self._put(connection, TICKETS, row)

    def relabel(self, id: str, labels: Iterable[str]) -> None:
        """Remember which labels a ticket carries now."""
        with self._writing() as connection:
            connection.execute(
                update(TICKETS).where(self._own(TICKETS), TICKETS.c.id == id).values(labels=json.dumps(list(labels)))
            )

    def teams(self) -> dict[str, Membership]:
        """Who is and was in the teams that were asked for."""
        query = select(TEAMS.c.team, TEAMS.c.asked, TEAMS.c.members).where(self._own(TEAMS))
        with self._reading() as connection:
            rows = connection.execute(query).all()
        try:
            return {row.team: _membership(row.asked, row.members) for row in rows}
        except (ValueError, TypeError, LookupError) as error:
            raise CannotUseStore(f"the store {self.address} holds a team that is none: {error}") from error

    def keep_team(self, team: str, known: Membership) -> None:
        """Remember who is in a team."""
        members = [{"user": each.user, "first": _text(each.first), "end": _text(each.end)} for each in known.members]
        row = {"team": team, "asked": known.asked.isoformat(), "members": json.dumps(members)}
        with self._writing() as connection:
            self._put(connection, TEAMS, row)

    def begin(self, id: str, what: str, at: datetime) -> None:
        """Remember that something is about to be written to a ticket, so that a later run knows it may have been."""
        with self._writing() as connection:
            self._put(connection, WRITES, {"id": id, "what": what, "begun": at.isoformat(), "done": None})

    def finish(self, id: str, what: str, at: datetime) -> None:
        """Remember that it was written."""
        with self._writing() as connection:
            query = update(WRITES).where(self._own(WRITES), WRITES.c.id == id, WRITES.c.what == what)
            connection.execute(query.values(done=at.isoformat()))

    def writes(self) -> dict[tuple[str, str], bool]:
        """What was written to which ticket, and whether it was finished: of others the tracker must be asked."""
        with self._reading() as connection:
            rows = connection.execute(select(WRITES.c.id, WRITES.c.what, WRITES.c.done).where(self._own(WRITES)))
            return {(row.id, row.what): row.done is not None for row in rows}

    def _own(self, table: Table) -> Any:
        return table.c.source == self.source

    def _put(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
        """A row, in place of the one of the same key."""
        keys = [column.name for column in table.primary_key]
        made = insert_into(connection.dialect.name, table).values(source=self.source, **row)
        others = {name: made.excluded[name] for name in row if name not in keys}
        connection.execute(made.on_conflict_do_update(index_elements=keys, set_=others))


def _row(record: TicketRecord) -> dict[str, Any]:
    return {
        "id": record.ticket.id,
        "ticket": json.dumps(of_ticket(record.ticket)),
        "labels": json.dumps(record.labels),
        "open": record.open,
        "updated": record.updated.isoformat(),
        "problems": json.dumps(record.problems),
    }


def _record(row: Mapping[str, Any]) -> TicketRecord:
    return TicketRecord(
        ticket=to_ticket(exactly(json.loads(row["ticket"]), dict)),
        labels=texts(json.loads(row["labels"])),
        open=bool(row["open"]),
        updated=instant(row["updated"]),
        problems=texts(json.loads(row["problems"])),
    )


def _membership(asked: str, members: str) -> Membership:
    return Membership(
        asked=instant(asked),
        members=tuple(
            Member(user=exactly(each["user"], str), first=maybe_instant(each["first"]), end=maybe_instant(each["end"]))
            for each in json.loads(members)
        ),
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
