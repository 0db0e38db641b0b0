"""The queue on PostgreSQL, by Procrastinate: a job is an id and a hint to look at it, the inbox is the truth.

Sweeps have queues and workers of their own, so that no backlog of webhooks delays them: one for their turns, and one
for the repositories that they look at.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.schema import SchemaManager
from procrastinate.types import JSONValue
from sqlalchemy import Engine, inspect, select, text

from qualitygate.storage.inbox import OWN, Inbox
from qualitygate.storage.opening import told
from qualitygate.storage.tables import QUEUE

DELIVERIES, SWEEPS, SWEPT = "qualitygate-deliveries", "qualitygate-sweeps", "qualitygate-swept"
HEARTBEAT, STALLED = 10.0, 30.0
"""Seconds between two signs of life of a worker, and after how many without one its jobs are another's."""
RESCUE = "rescue"
"""The sweep that this engine needs for itself."""
_LOCK = 7_204_511_964
_PAUSE = 2.0
"""Seconds after which a worker that lost its database begins anew."""


class Queue:
    """Jobs for the deliveries of an inbox on PostgreSQL, and for sweeps."""

    def __init__(
        self, address: str, *, lease: float = 60.0, heartbeat: float = HEARTBEAT, stalled: float = STALLED
    ) -> None:
        self.inbox = Inbox(address, lease=lease, announce=self._defer)
        self._heartbeat, self._stalled = heartbeat, stalled
        self._app = self._made(1)
        with told(self.inbox.address):
            _prepare(self.inbox.engine)

    def sweep(self, connection: Any, name: str) -> None:
        """Have a sweep made, by a job in the transaction of this connection of the driver."""
        self._app.configure_task(name=SWEEPS, queue=SWEEPS, connection=connection).defer(name=name)

    def run(
        self,
        work: Callable[[str], bool],
        sweep: Callable[[str], None],
        *,
        threads: int,
        stopping: Event,
        lost: Callable[[Exception], None],
    ) -> None:
        """Work until told to stop, then to the end of what was begun.

        ``work`` is given the id of a delivery and says whether it could be taken, ``sweep`` the name of a sweep.
        ``lost`` is told of each error of the database after which the work is begun anew.
        """
        with ThreadPoolExecutor(threads + half(threads) + 1, "work") as pool:
            while not stopping.is_set():
                try:
                    asyncio.run(self._work(pool, work, sweep, threads, stopping))
                except (ConnectorException, OSError) as error:
                    lost(error)
                stopping.wait(_PAUSE)

    def _made(self, connections: int) -> App:
        url = self.inbox.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=connections))

    async def _rescue(self, app: App) -> None:
        """Give the jobs of workers that are gone to others, and a job to each delivery that seems to have none."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._stalled):
            await app.job_manager.retry_job(job)
        for id in await asyncio.to_thread(self.inbox.overdue, self._stalled * 4):
            task = app.configure_task(name=DELIVERIES, queue=queue_of(id), queueing_lock=f"rescue:{id}")
            with suppress(AlreadyEnqueued):
                await task.defer_async(id=id)

    def _defer(self, connection: Any, ids: Sequence[str], wait: float) -> None:
        later = {"seconds": wait} if wait else None
        for queue in {queue_of(id) for id in ids}:
            task = self._app.configure_task(name=DELIVERIES, queue=queue, schedule_in=later, connection=connection)
            jobs: list[dict[str, JSONValue]] = [{"id": id} for id in ids if queue_of(id) == queue]
            task.batch_defer(*jobs)

    async def _work(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[str], bool],
        sweep: Callable[[str], None],
        threads: int,
        stopping: Event,
    ) -> None:
        loop = asyncio.get_running_loop()
        swept = half(threads)
        app = self._made(threads + swept + 8)

        @app.task(name=DELIVERIES, queue=DELIVERIES)
        async def _deliver(id: str) -> None:
            if await loop.run_in_executor(pool, work, id):
                return
            wait = await loop.run_in_executor(pool, self.inbox.wait, id)
            if wait is not None:  # its lease is another's still, or one about the same is at work
                task = app.configure_task(name=DELIVERIES, queue=queue_of(id), schedule_in={"seconds": max(wait, 1.0)})
                await task.defer_async(id=id)

        @app.task(name=SWEEPS, queue=SWEEPS)
        async def _sweep(name: str) -> None:
            await loop.run_in_executor(pool, sweep, name)
            if name == RESCUE:
                await self._rescue(app)

        async with app.open_async():
            common: dict[str, Any] = {
                "install_signal_handlers": False,
                "delete_jobs": "always",
                "update_heartbeat_interval": self._heartbeat,
                "stalled_worker_timeout": self._stalled,
            }
            workers = [
                asyncio.create_task(app.run_worker_async(queues=[DELIVERIES], concurrency=threads, **common)),
                asyncio.create_task(app.run_worker_async(queues=[SWEPT], concurrency=swept, **common)),
                asyncio.create_task(app.run_worker_async(queues=[SWEEPS], concurrency=1, **common)),
            ]
            stop = asyncio.create_task(_until(stopping))
            await asyncio.wait([*workers, stop], return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            for worker in workers:
                worker.cancel()
            ended = await asyncio.gather(*workers, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception):
                raise error


def queue_of(id: str) -> str:
    """The queue for a row of the inbox."""
    return SWEPT if id.startswith(f"{OWN}:") else DELIVERIES


def half(threads: int) -> int:
    """How many repositories are swept at a time, beside so many webhooks."""
    return max(1, threads // 2)


async def _until(stopping: Event) -> None:
    while not stopping.is_set():  # noqa: ASYNC110 - it is set by another thread
        await asyncio.sleep(0.1)


def _prepare(engine: Engine) -> None:
    """Procrastinate's own tables, as the installed version wants them, by one process at a time."""
    folder = SchemaManager.get_migrations_path()
    names = sorted(name for name in os.listdir(folder) if name.endswith(".sql"))
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        run = set(connection.execute(select(QUEUE.c.name)).scalars())
        lacking = [name for name in names if name not in run]
        raw: Any = connection.connection.driver_connection
        if not inspect(connection).has_table("procrastinate_jobs"):
            raw.execute(SchemaManager.get_schema())
        else:
            for name in lacking:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    raw.execute(file.read())
        if lacking:
            connection.execute(QUEUE.insert(), [{"name": name} for name in lacking])
