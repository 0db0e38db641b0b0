"""A process of the App in a hurry: it judges and attends for real, but gives up on GitHub, and on leases, very soon.

``python -m tests.server.stormy DATABASE API APP KEY-FILE NOW PORT THREADS``: without a port it only works.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from qualitygate.desk import pace
from qualitygate.github import client
from qualitygate.server import log
from qualitygate.server.clients import Clients, Identity
from qualitygate.server.handling import handler
from qualitygate.storage.inbox import Armed
from tests.server.killable import serve

GIVES_UP = 1
"""Seconds until GitHub is taken for gone."""


def main(database: str, api: str, app: str, key: str, now: str, port: str, threads: str) -> None:
    client.TIMEOUT, pace.APART = GIVES_UP, 0
    log.begin(sys.stderr, [])
    clients = Clients(Identity(app_id=app, private_key=Path(key).read_text(), base_url=api))
    handle = handler(clients, lambda: datetime.fromisoformat(now), database, lambda _: Armed.KNOWN)
    serve(database, handle, int(port), int(threads))


if __name__ == "__main__":
    main(*sys.argv[1:])
