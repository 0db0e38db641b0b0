"""Group commit: deliveries that arrive while a transaction is being committed share the next one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Lock

from qualitygate.storage.inbox import Delivery, Receipt


class GroupCommit:
    """Many threads' deliveries kept by one transaction at a time: durable for each, and one wait for the disk for all.

    ``keep`` is :meth:`~qualitygate.storage.inbox.Inbox.receive_all`.
    """

    def __init__(self, keep: Callable[[Sequence[Delivery]], Sequence[Receipt]]) -> None:
        self._keep = keep
        self._waiting: deque[tuple[Delivery, Future[Receipt]]] = deque()
        self._committing = Lock()

    def receive(self, delivery: Delivery) -> Receipt:
        """Keep a delivery, and return when it is safe. Raises :class:`~qualitygate.errors.CannotUseStore`."""
        receipt: Future[Receipt] = Future()
        self._waiting.append((delivery, receipt))
        with self._committing:  # whoever comes in next commits for all who came meanwhile
            if not receipt.done():
                self._commit([self._waiting.popleft() for _ in range(len(self._waiting))])
        return receipt.result()

    def _commit(self, group: Sequence[tuple[Delivery, Future[Receipt]]]) -> None:
        try:
            kept = self._keep([delivery for delivery, _ in group])
        except Exception as error:  # noqa: BLE001 - it is raised where the delivery came from
            if len(group) == 1:
                group[0][1].set_exception(error)
            else:
                for one in group:  # what the store does not take is only its own sender's trouble
                    self._commit([one])
        else:
            for (_, receipt), each in zip(group, kept, strict=True):
                receipt.set_result(each)
