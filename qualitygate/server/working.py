"""One delivery worked on: its lease kept while that lasts, and its end written, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import sleep
from zlib import crc32

from qualitygate.errors import CannotUseGitHub, CannotUseStore
from qualitygate.server import log
from qualitygate.storage.inbox import ATTEMPTS, OWN, Delivery, Inbox, Taken
from qualitygate.values import dataclass

Handle = Callable[[Delivery], None]
FIRST, LONGEST, SWEPT = 10.0, 3_600.0, 300.0
"""Seconds before the second attempt, the most between two, and between two of what is swept, where time counts."""
FINAL = frozenset({"event", "permission", "refused"})
"""What GitHub will say tomorrow too, unless people change something; then they deliver again."""
_WRITES = (0.2, 1.0, 5.0)


class Later(Exception):
    """Nothing has failed, but the end cannot be told yet; the message says what is awaited, ``wait`` how long."""

    def __init__(self, why: str, wait: float) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """What becomes of a failed attempt: another in ``wait`` seconds, or none where that is ``None``.

    ``counted``: it is one of those after which nobody tries any more.
    """

    wait: float | None
    counted: bool = True


def failed(error: Exception, delivery: str, attempt: int, longest: float = LONGEST) -> Failed:
    """What becomes of an attempt that ended with this error.

    A limit of GitHub's puts the delivery to sleep for as long as GitHub asks. Else the wait doubles, each delivery's by
    a share of its own, so that those which failed together do not come again together.
    """
    if isinstance(error, Later):
        return Failed(wait=error.wait, counted=False)
    if isinstance(error, CannotUseGitHub) and error.slug == "rate-limited":
        return Failed(wait=60.0 if error.wait is None else error.wait, counted=False)
    if attempt >= ATTEMPTS or (isinstance(error, CannotUseGitHub) and error.slug in FINAL):
        return Failed(wait=None)
    share = 0.75 + crc32(f"{delivery}:{attempt}".encode()) / 2**33
    return Failed(wait=min(longest, FIRST * 2.0 ** (attempt - 1)) * share)


class Work:
    """Deliveries of an inbox worked on by ``handle``. ``close`` it when nothing is worked on any more."""

    def __init__(self, inbox: Inbox, handle: Handle) -> None:
        self._inbox, self._handle = inbox, handle
        self._leases: dict[str, Taken] = {}
        self._lock, self._ended = Lock(), Event()
        self._keeper = Thread(target=self._keep, name="leases", daemon=True)
        self._keeper.start()

    def close(self) -> None:
        """End the keeping of leases."""
        self._ended.set()
        self._keeper.join()

    def one(self, id: str | None = None, *, own: bool = False) -> bool:
        """Work on this delivery, or on the one that waits longest; ``False`` where none can be had now.

        Without an id it is a webhook, or with ``own`` what a sweep put in.
        """
        taken = self._inbox.take(id, own=own)
        if taken is None:
            return False
        with log.about(taken.delivery.id), self._leased(taken):
            self._work(taken)
        return True

    def _work(self, taken: Taken) -> None:
        try:
            self._handle(taken.delivery)
        except Exception as error:  # noqa: BLE001 - whatever it is, the delivery is not lost
            self._write(taken, error)
        else:
            self._write(taken, None)

    def _write(self, taken: Taken, error: Exception | None) -> None:
        """Write the end down; where the store is out of order for long, the lease ends and another does it again."""
        for pause in (*_WRITES, None):
            try:
                ours = self._done(taken) if error is None else self._failed(taken, error)
            except CannotUseStore as why:
                log.warn("the end of a delivery cannot be written", why=why, again=pause is not None)
                if pause is not None:
                    sleep(pause)
            else:
                if not ours:
                    log.warn("a lease was lost, so another worker does this again")
                return

    def _done(self, taken: Taken) -> bool:
        ours = self._inbox.settle(taken)
        if ours and taken.delivery.event != OWN:  # what sweeps find to do tells so itself
            log.tell("a delivery is done", attempt=taken.attempt)
        return ours

    def _failed(self, taken: Taken, error: Exception) -> bool:
        longest = SWEPT if taken.delivery.event == OWN else LONGEST
        what = failed(error, taken.delivery.id, taken.attempt, longest)
        known = isinstance(error, (CannotUseGitHub, CannotUseStore, Later))
        said = str(error) if known else f"{type(error).__name__}: {error}"
        if not known:
            log.broke("an attempt broke", error)
        if what.wait is None:
            log.warn("a delivery is put aside", why=said, attempt=taken.attempt)
            return self._inbox.bury(taken, said)
        log.warn("a delivery is tried again", why=said, attempt=taken.attempt, seconds=round(what.wait, 1))
        return self._inbox.again(taken, what.wait, said, counted=what.counted)

    @contextmanager
    def _leased(self, taken: Taken) -> Iterator[None]:
        with self._lock:
            self._leases[taken.delivery.id] = taken
        try:
            yield
        finally:
            with self._lock:
                self._leases.pop(taken.delivery.id, None)

    def _keep(self) -> None:
        while not self._ended.wait(self._inbox.lease / 3):
            with self._lock:
                leases = list(self._leases.values())
            try:
                lost = self._inbox.renew(leases) if leases else ()
            except CannotUseStore as error:
                log.warn("leases cannot be renewed", why=error)
                continue
            for taken in lost:
                with self._lock:
                    ours = self._leases.get(taken.delivery.id) is taken
                if ours:
                    log.warn("a lease was lost", delivery=taken.delivery.id)
