"""A process of the server whose work is to write lines into a file, so that what it did can be counted.

``python -m tests.server.killable DATABASE EFFECTS PORT THREADS``: without a port it only works.
"""

from __future__ import annotations

import os
import sys
import time
from threading import Event

import uvicorn

from qualitygate.errors import CannotUseGitHub
from qualitygate.server import engines, working
from qualitygate.server.web import application
from qualitygate.server.working import Handle
from qualitygate.storage.inbox import Delivery
from tests.server.conftest import SECRET

EFFECT = 0.005
"""Seconds that an effect takes."""


def main(database: str, effects: str, port: str, threads: str) -> None:
    file = os.open(effects, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    failed: set[str] = set()

    def handle(delivery: Delivery) -> None:
        os.write(file, f"begin {delivery.id}\n".encode())
        time.sleep(EFFECT)
        if delivery.id.endswith("7") and delivery.id not in failed:
            failed.add(delivery.id)
            raise CannotUseGitHub("unreachable", "GitHub is out of order (502)")
        os.write(file, f"end {delivery.id}\n".encode())

    serve(database, handle, int(port), int(threads))


def serve(database: str, handle: Handle, port: int, threads: int) -> None:
    """Work, with leases that end soon, and listen where there is a port, until killed."""
    working.FIRST, engines.POLL = 0.1, 0.05
    if database.startswith("postgresql"):
        engine: engines.Engine = engines.Queued(
            database, handle, {}, threads, lease=2.0, heartbeat=0.5, stalled=2.0, look=0.5
        )
    else:
        engine = engines.Embedded(database, handle, {}, threads, lease=2.0)
    engine.start()
    if not port:
        Event().wait()
    web = application(secret=SECRET, receive=engine.receive, wanted=lambda _: True, ready=engine.trouble)
    uvicorn.run(web, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
