"""The inbox: each webhook that was acknowledged is a row, which is the truth about it until it is done.

Who works on a row has it on a lease that ends by the database's clock, and with a token that grows with every lease: a
worker that was away too long finds its token spent and changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum
from hashlib import sha256
from operator import itemgetter
from threading import Lock
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Engine,
    Row,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)

from qualitygate.storage import tallies
from qualitygate.storage.opening import told
from qualitygate.storage.store import Store, insert_into
from qualitygate.storage.tables import INBOX, TICKS, WITH_BODY
from qualitygate.values import dataclass

LEASE = 60.0
"""Seconds until work that is not heard of is somebody else's."""
ATTEMPTS = 15
"""How often a delivery is begun before it is put aside for people."""
KEPT = 30 * 86_400.0
"""Seconds for which the body of a finished delivery is kept."""
WAITING, RUNNING, DONE, DEAD = "waiting", "running", "done", "dead"
OWN = "sweep"
"""The event of what nobody delivered: rows that sweeps of ours put in, whose ids begin with it and a colon."""
UNTIMED = frozenset({"label", "membership", "organization", "team"})
"""Events whose payloads tell no time: who leaves a team a second time does so in the bytes of the first."""
_NOW = {"sqlite": "((julianday('now') - 2440587.5) * 86400.0)", "postgresql": "extract(epoch from clock_timestamp())"}
_LOOK, _ERROR_MOST, _BATCH = 50, 2_000, 500
BY_ID, SWEPT, WEBHOOKS = "by id", "swept", "webhooks"
"""Of which rows one is looked for."""
_OTHER = INBOX.alias("other")
Announce = Callable[[Any, Sequence[str], float], None]
"""Told within the transaction, with the driver's connection, that deliveries can be taken in so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A webhook as it came. ``about`` is what it is about: of two about the same, only one is worked on at a time.

    ``repository_id`` is GitHub's number of the repository, whose name may become another's; 0 where it names none.
    """

    id: str
    event: str
    body: str
    action: str = ""
    installation: int = 0
    repository: str = ""
    repository_id: int = 0
    about: str = ""


class Receipt(Enum):
    """What receiving a delivery came to. ``KNOWN`` makes no work: it has been here, by its id or by its very bytes."""

    NEW = "new"
    KNOWN = "known"
    REARMED = "rearmed"


class Armed(Enum):
    """What arming a row of ours came to. ``BUSY``: it is just worked on, as it was armed before."""

    NEW = "new"
    WAITS = "waits"
    BUSY = "busy"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A delivery on a lease. ``attempt`` counts from 1; ``token`` is the proof that the lease is still ours."""

    delivery: Delivery
    token: int
    attempt: int


def _digest(of: Delivery) -> str:
    """What the very same has again, whatever id it comes under, and what only happened twice has not."""
    own = of.id if of.event in UNTIMED else ""
    return sha256(f"{own}{of.body}".encode()).hexdigest()


def clock_of(database: Engine | Connection) -> ColumnElement[float]:
    """The seconds since 1970 as the database reckons them, within its statements."""
    return literal_column(_NOW[database.dialect.name], INBOX.c.next_try_at.type)


class Inbox(Store):
    """The inbox in a database at a path or an URL. ``close`` it, or use it in a ``with``.

    Every method is one transaction, and raises :class:`~qualitygate.errors.CannotUseStore`. On SQLite one thread writes
    at a time: waiting for a lock of our own is ten times cheaper than for that of the file.
    """

    def __init__(self, address: str, *, lease: float = LEASE, announce: Announce | None = None) -> None:
        super().__init__(address)
        self.lease = lease
        self.shared = self.engine.dialect.name == "postgresql"
        self._announce = announce or (lambda _connection, _ids, _wait: None)
        self._now = clock_of(self.engine)
        self._alone: AbstractContextManager[Any] = nullcontext() if self.shared else Lock()
        self._do = _Statements(self.engine, self._now)

    def receive(self, delivery: Delivery) -> Receipt:
        """Keep a delivery, once; one that was put aside is begun anew."""
        (receipt,) = self.receive_all([delivery])
        return receipt

    def receive_all(self, deliveries: Sequence[Delivery]) -> list[Receipt]:
        """Keep deliveries in one transaction, each as :meth:`receive` does."""
        digests = list(map(_digest, deliveries))
        rows = [{**_row(each), "digest": digest} for each, digest in zip(deliveries, digests, strict=True)]
        receipts = []
        with self.begin() as connection:
            new = set(connection.execute(self._do.keep, sorted(rows, key=itemgetter("id"))).scalars())
            self._tell(connection, sorted(new))
            for each, digest in zip(deliveries, digests, strict=True):
                if each.id in new:
                    new.remove(each.id)  # the same again among these is known
                    receipts.append(Receipt.NEW)
                else:
                    receipts.append(self._known(connection, each.id, digest))
        return receipts

    def _known(self, connection: Connection, id: str, digest: str) -> Receipt:
        """A delivery that has been here, which is begun anew where it was put aside."""
        known = or_(INBOX.c.id == id, INBOX.c.digest == digest)
        again = update(INBOX).where(known, INBOX.c.state == DEAD)
        again = again.values(state=WAITING, attempts=0, next_try_at=self._now)
        armed = connection.execute(again.returning(INBOX.c.id)).scalars().all()
        self._tell(connection, armed)
        return Receipt.REARMED if armed else Receipt.KNOWN

    def arm(self, delivery: Delivery) -> Armed:
        """Have a row of ours worked on, unless it waits for that or is worked on already.

        It is one row for as long as there is something to sweep. The same body twice is one sweep.
        """
        digest = _digest(delivery)
        row = _row(delivery)
        fresh = {"digest": digest, "received_at": self._now, "state": WAITING, "attempts": 0, "next_try_at": self._now}
        made = insert_into(self.engine.dialect.name, INBOX).values(**row, **fresh, token=0, error="")
        ended = and_(INBOX.c.id == delivery.id, INBOX.c.state.in_([DONE, DEAD]), INBOX.c.digest != digest)
        with self.begin() as connection:
            armed = connection.execute(made.on_conflict_do_nothing().returning(INBOX.c.id)).scalar()
            if armed is None:
                again = update(INBOX).where(ended).values(**row, **fresh, error="")
                armed = connection.execute(again.returning(INBOX.c.id)).scalar()
            if armed is not None:
                self._tell(connection, [delivery.id])
                return Armed.NEW
            there = select(INBOX.c.state, INBOX.c.digest).where(INBOX.c.id == delivery.id)
            state, known = connection.execute(there).one()
            return Armed.KNOWN if known == digest else Armed.WAITS if state == WAITING else Armed.BUSY

    def take(self, id: str | None = None, *, own: bool = False) -> Taken | None:
        """A lease on this delivery, or on the one that waits longest; ``None`` where none can be had now.

        Without an id it is a webhook, or with ``own`` what a sweep of ours put in: neither waits behind the other.
        """
        of = BY_ID if id is not None else SWEPT if own else WEBHOOKS
        with self.begin() as connection:
            for found in self._do.find[of]:
                for row in connection.execute(found, {"which": id} if of == BY_ID else {}):
                    if self._only_one(connection, row.about) and (taken := self._lease(connection, row)):
                        return taken
        return None

    def reclaim(self) -> int:
        """End all leases: for a process that knows that it alone is at work, after another was killed."""
        with self.begin() as connection:
            ended = update(INBOX).where(INBOX.c.state == RUNNING).values(lease_until=self._now - 1)
            return int(connection.execute(ended).rowcount)

    def renew(self, taken: Iterable[Taken]) -> tuple[Taken, ...]:
        """Make leases last from now on; those that are ours no more."""
        with self.begin() as connection:
            lease = {"lease": self.lease}
            return tuple(each for each in taken if not self._change(connection, each, self._do.renew, lease))

    def settle(self, taken: Taken) -> bool:
        """It is done; ``False`` where the lease was lost, so that it is somebody else's to say."""
        with self.begin() as connection:
            return self._end(connection, taken, DONE, "", self._do.end)

    def again(self, taken: Taken, wait: float, error: str, *, counted: bool = True) -> bool:
        """It is to be tried again in so many seconds; ``counted`` is whether this was an attempt that failed."""
        with self.begin() as connection:
            begun = taken.attempt if counted else taken.attempt - 1
            ours = self._end(connection, taken, WAITING, error, self._do.again, wait=wait, begun=begun)
            if ours:
                self._tell(connection, [taken.delivery.id], wait)
            return ours

    def bury(self, taken: Taken, error: str) -> bool:
        """It is put aside: nothing tries it again but a redelivery."""
        with self.begin() as connection:
            return self._end(connection, taken, DEAD, error, self._do.end)

    def rearm(self, repository: int, id: str) -> bool:
        """Begin a delivery of the repository of this number anew that was put aside; ``False`` where there is none."""
        aside = update(INBOX).where(INBOX.c.id == id, INBOX.c.repository_id == repository, INBOX.c.state == DEAD)
        again = aside.values(state=WAITING, attempts=0, next_try_at=self._now)
        with self.begin() as connection:
            armed = connection.execute(again.returning(INBOX.c.id)).scalar() is not None
            if armed:
                self._tell(connection, [id])
            return armed

    def wait(self, id: str) -> float | None:
        """In how many seconds a delivery may be tried; ``None`` where it never need be."""
        until = func.coalesce(INBOX.c.lease_until, INBOX.c.next_try_at)
        query = select(until - self._now).where(INBOX.c.id == id, INBOX.c.state.in_([WAITING, RUNNING]))
        with self.begin() as connection:
            left = connection.execute(query).scalar()
        return None if left is None else max(0.0, float(left))

    def overdue(self, grace: float) -> tuple[str, ...]:
        """Deliveries that could have been taken for longer than that, so that nobody seems to know of them."""
        until = func.coalesce(INBOX.c.lease_until, INBOX.c.next_try_at)
        query = select(INBOX.c.id).where(INBOX.c.state.in_([WAITING, RUNNING]), until < self._now - grace)
        with self.begin() as connection:
            return tuple(connection.execute(query.order_by(until).limit(1_000)).scalars())

    def turn(self, name: str, period: float, begun: Callable[[Any, str], None] | None = None) -> int | None:
        """The turn of a sweep that is due in this period and that nobody has begun, which makes it ours.

        ``begun`` is told within the transaction, with the driver's connection.
        """
        with self.begin() as connection:
            now = float(connection.execute(select(self._now)).scalar_one())
            tick = int(now // period)
            made = insert_into(self.engine.dialect.name, TICKS).values(name=name, tick=tick)
            ours = connection.execute(made.on_conflict_do_nothing().returning(TICKS.c.tick)).scalar()
            if ours is not None:
                tallies.read(connection, tallies.SWEEPS, name, now)
            if ours is not None and begun is not None:
                begun(connection.connection.driver_connection, name)
            return ours

    def swept(self, name: str) -> None:
        """Write down that a sweep was made and that nothing went wrong."""
        with self.begin() as connection:
            now = float(connection.execute(select(self._now)).scalar_one())
            tallies.read(connection, tallies.SWEPT, name, now)

    def known(self, ids: Iterable[str]) -> set[str]:
        """Which of these deliveries are here."""
        left, found = list(ids), set[str]()
        with self.begin() as connection:
            while left:
                some, left = left[:_BATCH], left[_BATCH:]
                found.update(connection.execute(select(INBOX.c.id).where(INBOX.c.id.in_(some))).scalars())
        return found

    def mark(self, name: str) -> int:
        """How far something has come, of which that is kept by its name."""
        with self.begin() as connection:
            return connection.execute(select(func.max(TICKS.c.tick)).where(TICKS.c.name == name)).scalar() or 0

    def advance(self, name: str, to: int) -> None:
        """Keep how far it has come."""
        made = insert_into(self.engine.dialect.name, TICKS).values(name=name, tick=to)
        with self.begin() as connection:
            connection.execute(made.on_conflict_do_nothing())

    def forget(self) -> int:
        """Drop what nobody needs any more: the bodies of deliveries long done, not that they were here."""
        done = INBOX.c.state.concat("") == DONE  # else SQLite looks by state, at all that ever were done
        steady = (
            literal_column("extract(epoch from now())", INBOX.c.received_at.type) if self.shared else self._now
        )  # what moves no index can find
        old = and_(WITH_BODY, INBOX.c.received_at < steady - KEPT, done)
        with self.begin() as connection:
            number = connection.execute(update(INBOX).where(old).values(body="")).rowcount
            for name in connection.execute(select(TICKS.c.name).distinct()).scalars().all():
                last = connection.execute(select(func.max(TICKS.c.tick)).where(TICKS.c.name == name)).scalar_one()
                connection.execute(delete(TICKS).where(TICKS.c.name == name, TICKS.c.tick < last))
            return int(number)

    def counts(self) -> dict[str, int]:
        """How many deliveries are in which state."""
        query = select(INBOX.c.state, func.count()).group_by(INBOX.c.state)
        with self.begin() as connection:
            return {state: int(number) for state, number in connection.execute(query)}

    def _tell(self, connection: Connection, ids: Sequence[str], wait: float = 0.0) -> None:
        if ids:
            self._announce(connection.connection.driver_connection, ids, wait)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction."""
        with told(self.address), self._alone, self.engine.begin() as connection:
            yield connection

    def _only_one(self, connection: Connection, about: str) -> bool:
        """Whether no other process is just taking a delivery about the same; where one writes at a time, none is."""
        if not self.shared or not about:
            return True
        return bool(
            connection.execute(text("SELECT pg_try_advisory_xact_lock(2, hashtext(:it))"), {"it": about}).scalar()
        )

    def _lease(self, connection: Connection, found: Row[Any, Any, Any]) -> Taken | None:
        """The lease, unless another took it since; one that was begun too often, and never ended, is put aside."""
        which = {"which": found.id}
        if found.attempts >= ATTEMPTS:
            why = f"begun {ATTEMPTS} times, and its worker died each time"
            connection.execute(self._do.spend, {**which, "most": ATTEMPTS, "why": why})
            return None
        row = connection.execute(self._do.lease, {**which, "lease": self.lease}).mappings().first()
        if row is None:
            return None
        delivery = Delivery(**{name: row[name] for name in _FIELDS})
        return Taken(delivery=delivery, token=row["token"], attempt=row["attempts"])

    def _end(self, connection: Connection, taken: Taken, to: str, error: str, change: Update, **more: float) -> bool:
        """Write the end of an attempt, and count it."""
        why = error.replace("\0", "")[:_ERROR_MOST]
        ours = self._change(connection, taken, change, {"to": to, "why": why, **more})
        if ours:
            tallies.count(connection, tallies.ATTEMPTS, to)
        return ours

    def _change(self, connection: Connection, taken: Taken, change: Update, values: Mapping[str, Any]) -> bool:
        ours = {"which": taken.delivery.id, "held": taken.token}
        return bool(connection.execute(change, {**ours, **values}).rowcount)


class _Statements:
    """What an inbox says again and again, built once: to build a statement costs more than all else about it.

    Their parameters: ``which`` row, the token ``held``, for how long a ``lease`` is, ``to`` what state and ``why``, how
    long to ``wait``, how often it was ``begun``, and how often at the ``most``.
    """

    def __init__(self, engine: Engine, now: ColumnElement[float]) -> None:
        which, lease = INBOX.c.id == bindparam("which"), now + bindparam("lease", type_=Double)
        at_work = and_(_OTHER.c.about == INBOX.c.about, _OTHER.c.state == RUNNING, _OTHER.c.lease_until >= now)
        free = or_(INBOX.c.about == "", ~exists().where(at_work))
        ready = and_(INBOX.c.state == WAITING, INBOX.c.next_try_at <= now)
        left = and_(INBOX.c.state == RUNNING, INBOX.c.lease_until < now)
        due = update(INBOX).where(which, or_(ready, left), free)
        ours = update(INBOX).where(which, INBOX.c.token == bindparam("held"), INBOX.c.state == RUNNING)
        looked = select(INBOX.c.id, INBOX.c.about, INBOX.c.attempts).order_by(INBOX.c.next_try_at).limit(_LOOK)
        of = {BY_ID: which, SWEPT: INBOX.c.event == OWN, WEBHOOKS: INBOX.c.event != OWN}
        fresh = {"received_at": now, "state": WAITING, "attempts": 0, "token": 0, "next_try_at": now, "error": ""}
        kept = insert_into(engine.dialect.name, INBOX).values(**fresh)

        self.keep = kept.on_conflict_do_nothing().returning(INBOX.c.id)
        self.find = {name: tuple(looked.where(when, mine, free) for when in (left, ready)) for name, mine in of.items()}
        """Those whose lease has ended, then those that wait, each so that a backlog is read by its index."""
        self.spend = due.where(INBOX.c.attempts >= bindparam("most")).values(
            state=DEAD, lease_until=None, error=bindparam("why")
        )
        self.lease = due.values(
            state=RUNNING, lease_until=lease, attempts=INBOX.c.attempts + 1, token=INBOX.c.token + 1
        ).returning(INBOX)
        self.renew = ours.values(lease_until=lease)
        self.end = ours.values(state=bindparam("to"), lease_until=None, error=bindparam("why"))
        later = now + bindparam("wait", type_=Double)
        self.again = self.end.values(next_try_at=later, attempts=bindparam("begun"))


def _row(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in _FIELDS}


_FIELDS = ("id", "event", "body", "action", "installation", "repository", "repository_id", "about")
