"""A worker whose sweeps come every second or so, and that notes each repository it sweeps in a file.

``python -m tests.server.sweepable DATABASE API APP KEY EFFECTS PERIOD AHEAD``: its clock is so many seconds ahead.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from qualitygate.desk import pace
from qualitygate.server import engines, schedule
from qualitygate.server.clients import Clients, Identity
from qualitygate.server.handling import handler
from qualitygate.server.spreading import CLOCKS
from qualitygate.storage.inbox import Armed, Delivery


def main(database: str, api: str, app: str, key: str, effects: str, period: str, ahead: str) -> None:
    pace.APART = 0
    schedule.EVERY = {CLOCKS: float(period)}
    clients = Clients(Identity(app_id=app, private_key=Path(key).read_text(), base_url=api))
    file = os.open(effects, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead))

    def noted(delivery: Delivery) -> None:
        handle(delivery)
        os.write(file, f"{os.getpid()} {delivery.id} {json.loads(delivery.body)['turn']}\n".encode())

    def arm(delivery: Delivery) -> Armed:
        return engine.inbox.arm(delivery)

    handle = handler(clients, clock, database, arm)

    sweeps = schedule.sweeps(clients, clock, lambda: engine.inbox)
    engine = engines.Queued(database, noted, sweeps, 2, lease=5.0, heartbeat=0.5, stalled=5.0, look=0.2)
    engine.start()
    Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
