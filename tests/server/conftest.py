"""What the tests of the server share: databases, the GitHub double, and a server that really listens."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
import requests
import uvicorn

from tests.github.conftest import github, running_double
from tests.github.double.hooks import signed
from tests.storage.conftest import address, postgresql

__all__ = ["address", "github", "postgresql", "running_double"]

SECRET = "it's a secret to everybody"


def eventually(true: Callable[[], Any], seconds: float = 120.0) -> None:
    """Waits until something is true, and fails where it does not become so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


@contextmanager
def listening(application: Any) -> Iterator[str]:
    """Where an application can be asked, while it can."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        config = uvicorn.Config(application, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        eventually(lambda: server.started)
        yield f"http://127.0.0.1:{held.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def send(
    url: str, payload: Any, event: str = "issues", guid: str = "a-1", *, secret: str = SECRET, **headers: str
) -> requests.Response:
    """Delivers a webhook as GitHub does."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    sent = {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid,
        "X-Hub-Signature-256": signed(secret, body),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    sent = {name: value for name, value in sent.items() if value}
    return requests.post(f"{url}/github/webhooks", data=body, headers=sent, timeout=20)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
