"""The two engines that drive the work: threads of this process on SQLite, Procrastinate's on PostgreSQL."""

from __future__ import annotations

from threading import Event, Thread
from typing import Protocol

from qualitygate.errors import CannotUseStore, ConfigError, Problem
from qualitygate.server import log
from qualitygate.server.sweeping import LOOK, Sweep, Sweeps, sweep, watch
from qualitygate.server.working import Handle, Work
from qualitygate.storage.alone import Alone
from qualitygate.storage.groupcommit import GroupCommit
from qualitygate.storage.inbox import Delivery, Inbox, Receipt

POLL = 1.0
"""Seconds after which a thread that nobody woke looks for work by itself."""
_HOUR = 3_600.0


class Engine(Protocol):
    """What keeps deliveries and works on them: ``start`` it, and ``stop`` it, which ends what was begun."""

    inbox: Inbox

    def receive(self, delivery: Delivery) -> Receipt:
        """Keep a delivery, and have it worked on."""

    def start(self) -> None:
        """Begin to work. Raises :class:`~qualitygate.errors.CannotUseStore` where another process may not be beside."""

    def stop(self) -> None:
        """Begin nothing new, end what was begun, and let go of the store."""

    def trouble(self) -> str:
        """Why nothing is worked on; empty where all is well."""


def engine(address: str, handle: Handle, sweeps: Sweeps, threads: int) -> Engine:
    """The engine for a store: ``threads`` deliveries at a time, or with 0 none, as other processes do the work."""
    if address.startswith("postgresql"):
        return Queued(address, handle, sweeps, threads)
    if not threads:
        raise ConfigError([Problem("usage", "a store in SQLite has no other workers, so --threads must be 1 or more")])
    return Embedded(address, handle, sweeps, threads)


class Embedded:
    """Threads that take leases, for one process alone with a file of SQLite."""

    def __init__(self, address: str, handle: Handle, sweeps: Sweeps, threads: int, *, lease: float = 60.0) -> None:
        self.inbox = Inbox(address, lease=lease)
        self._together = GroupCommit(self.inbox.receive_all)
        self._alone: Alone | None = None
        self._work = Work(self.inbox, handle)
        self._stopping, self._woken = Event(), Event()
        self._workers = [Thread(target=self._loop, name=f"work-{number}") for number in range(threads)]
        self._workers.append(Thread(target=self._loop, kwargs={"own": True}, name="swept"))
        forget = {"forget": Sweep(period=_HOUR, do=self.inbox.forget)}
        self._watch = Thread(target=watch, args=(self.inbox, {**sweeps, **forget}, self._stopping), name="sweeps")

    def receive(self, delivery: Delivery) -> Receipt:
        """Keep a delivery, and wake a thread for it."""
        receipt = self._together.receive(delivery)
        self._woken.set()
        return receipt

    def start(self) -> None:
        """Begin to work, with what a process that was killed had begun too."""
        self._alone = Alone(self.inbox.engine.url.database or "")
        if left := self.inbox.reclaim():
            log.tell("work that was cut off is taken up", deliveries=left)
        for thread in (*self._workers, self._watch):
            thread.start()

    def stop(self) -> None:
        """Begin nothing new, end what was begun, and let go of the store."""
        self._stopping.set()
        self._woken.set()
        for thread in (*self._workers, self._watch):
            if thread.ident is not None:
                thread.join()
        self._work.close()
        if self._alone is not None:
            self._alone.release()
        self.inbox.close()

    def trouble(self) -> str:
        """Why nothing is worked on; empty where all is well."""
        dead = [each.name for each in (*self._workers, self._watch) if not each.is_alive()]
        return f"{', '.join(dead)} ended" if dead else _reached(self.inbox)

    def _loop(self, *, own: bool = False) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                busy = self._work.one(own=own)
            except CannotUseStore as error:
                log.warn("no work can be looked for", why=error)
                busy = False
            except Exception as error:  # noqa: BLE001 - a thread that ends would never be missed
                log.broke("a worker broke, and goes on", error)
                busy = False
            if not busy:
                self._woken.wait(POLL)


class Queued:
    """Workers of Procrastinate, of which any number share a database of PostgreSQL."""

    def __init__(
        self,
        address: str,
        handle: Handle,
        sweeps: Sweeps,
        threads: int,
        *,
        lease: float = 60.0,
        heartbeat: float = 10.0,
        stalled: float = 30.0,
        look: float = LOOK,
    ) -> None:
        from qualitygate.storage.queue import RESCUE, Queue  # noqa: PLC0415 - SQLite needs none of it

        self._queue = Queue(address, lease=lease, heartbeat=heartbeat, stalled=stalled)
        self.inbox = self._queue.inbox
        self._together = GroupCommit(self.inbox.receive_all)
        own = {"forget": Sweep(period=_HOUR, do=self.inbox.forget), RESCUE: Sweep(period=stalled, do=lambda: None)}
        self._sweeps: Sweeps = {**sweeps, **own}
        self._threads, self._look = threads, look
        self._work = Work(self.inbox, handle)
        self._stopping = Event()
        self._workers = [Thread(target=self._run, name="work"), Thread(target=self._turns, name="sweeps")]

    def receive(self, delivery: Delivery) -> Receipt:
        """Keep a delivery and, in the same transaction, its job."""
        return self._together.receive(delivery)

    def start(self) -> None:
        """Begin to work, unless other processes do."""
        for thread in self._workers if self._threads else ():
            thread.start()

    def stop(self) -> None:
        """Begin nothing new, end what was begun, and let go of the store."""
        self._stopping.set()
        for thread in self._workers:
            if thread.ident is not None:
                thread.join()
        self._work.close()
        self.inbox.close()

    def trouble(self) -> str:
        """Why nothing is worked on; empty where all is well."""
        dead = [each.name for each in self._workers if not each.is_alive()] if self._threads else []
        return f"{', '.join(dead)} ended" if dead else _reached(self.inbox)

    def _run(self) -> None:
        def lost(error: Exception) -> None:
            log.warn("the queue was lost, and is looked for again", why=error)

        self._queue.run(
            self._work.one,
            lambda name: sweep(self.inbox, self._sweeps, name),
            threads=self._threads,
            stopping=self._stopping,
            lost=lost,
        )

    def _turns(self) -> None:
        watch(self.inbox, self._sweeps, self._stopping, look=self._look, begun=self._queue.sweep)


def _reached(inbox: Inbox) -> str:
    try:
        inbox.wait("")  # one look at an index: probes come every few seconds
    except CannotUseStore as error:
        return str(error)
    return ""
