"""A process of the server under load: ``python -m benchmarks.loaded KIND DATABASE PORT THREADS``.

``ours`` keeps deliveries as the server does, and works on them; ``bare`` has the same endpoint make one bare insert.
Without a port it only works. What one delivery takes is what its body is parsed in, and fifty milliseconds of waiting.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from threading import Event, Lock

from benchmarks.load import SECRET
from qualitygate.storage.inbox import Delivery, Receipt

EFFECT = 0.05


def main(kind: str, database: str, port: str, threads: str) -> None:
    import uvicorn

    from qualitygate.server.engines import Engine, engine
    from qualitygate.server.web import application

    def handle(delivery: Delivery) -> None:
        json.loads(delivery.body)
        time.sleep(EFFECT)

    made: Engine | None = None
    receive: Callable[[Delivery], Receipt]
    if kind == "ours":
        made = engine(database, handle, {}, int(threads))
        made.start()
        receive = made.receive
    else:
        receive = _postgresql(database) if database.startswith("postgresql") else _sqlite(database)
    if port == "0":
        Event().wait()
    web = application(secret=SECRET, receive=receive, wanted=lambda _: True, ready=lambda: "")
    uvicorn.run(web, host="127.0.0.1", port=int(port), log_config=None, access_log=False, lifespan="off")


def _sqlite(path: str) -> Callable[[Delivery], Receipt]:
    """One insert a transaction, as durable as ours."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
    lock = Lock()

    def receive(delivery: Delivery) -> Receipt:
        with lock:
            connection.execute("INSERT INTO bare VALUES (?, ?)", [delivery.id, delivery.body])
        return Receipt.NEW

    return receive


def _postgresql(address: str) -> Callable[[Delivery], Receipt]:
    from psycopg_pool import ConnectionPool

    pool = ConnectionPool(address, min_size=8, max_size=8, kwargs={"autocommit": True})
    with pool.connection() as connection:
        connection.execute("CREATE TABLE bare (id TEXT PRIMARY KEY, body TEXT NOT NULL)")

    def receive(delivery: Delivery) -> Receipt:
        with pool.connection() as connection:
            connection.execute("INSERT INTO bare VALUES (%s, %s)", [delivery.id, delivery.body])
        return Receipt.NEW

    return receive


if __name__ == "__main__":
    main(*sys.argv[1:])
