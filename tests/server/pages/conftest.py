"""A dashboard that really listens, on the double, and people who look at it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
import requests
import uvicorn

from qualitygate.desk import pace
from qualitygate.github.oauth import OAuthClient
from qualitygate.server.access import Access
from qualitygate.server.pages.dashboard import routes
from qualitygate.server.pages.house import House
from qualitygate.server.pages.policies import Policies
from qualitygate.server.web import application
from qualitygate.storage.inbox import Inbox
from qualitygate.storage.sessions import SessionStore
from qualitygate.storage.verdicts import VerdictStore
from tests.github.double.github import GitHub
from tests.github.test_desk import POLICY
from tests.server.conftest import SECRET, eventually
from tests.server.shop import NOW
from tests.server.test_attending import Desk

CLIENT_SECRET = "the client's secret"


class Dashboard(Desk):
    """`acme/shop`, on which the App is installed, and the dashboard of its server. lin administers it, kim reads it."""

    def __init__(self, github: GitHub, folder: Path, url: str, policy: str | None = POLICY, database: str = "") -> None:
        super().__init__(github, policy, database or str(folder / "q.sqlite"))
        self.url = url
        self.shop.private = True
        self.shop.roles.update(lin="admin", kim="read")
        self.app.client_secret, self.app.callbacks = CLIENT_SECRET, [f"{url}/sign-in/back"]
        self.client = OAuthClient(id=f"Iv1.{self.app.id}", secret=CLIENT_SECRET, api=github.url)
        self.inbox = Inbox(self.database)
        self.sessions = SessionStore(self.database)
        self.verdicts = VerdictStore(self.database)
        self.now = NOW
        self.house = House(
            public_url=url,
            oauth=self.client,
            sessions=self.sessions,
            access=Access(github.url, self.clock),
            policies=Policies(),
            inbox=self.inbox,
            verdicts=self.verdicts,
            database=self.database,
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def application(self):
        return application(
            secret=SECRET, receive=self.inbox.receive, wanted=lambda _: True, ready=lambda: "", pages=routes(self.house)
        )

    def visitor(self, login: str = "") -> Visitor:
        made = Visitor(self)
        if login:
            made.sign_in(login)
        return made

    def close(self) -> None:
        self.inbox.close()
        self.sessions.close()
        self.verdicts.close()


class Visitor(requests.Session):
    """A browser without a screen: it follows redirects, keeps cookies, and sends the forms that it is shown."""

    def __init__(self, dashboard: Dashboard) -> None:
        super().__init__()
        self.trust_env = False
        self.headers["Connection"] = "close"  # one that was idle may be gone, and no form is sent a second time
        self.dashboard = dashboard

    def see(self, path: str, **how) -> requests.Response:
        return self.get(self.dashboard.url + path, timeout=20, **how)

    def submit(self, path: str, **fields: str) -> requests.Response:
        return self.post(self.dashboard.url + path, data=fields, allow_redirects=False, timeout=20)

    def sign_in(self, login: str, wanted: str = "/") -> requests.Response:
        self.dashboard.github.world.person = login
        return self.see("/sign-in/github", params={"next": wanted})

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="(\w+)"', self.see("/").text)
        assert found
        return found[1]


@contextmanager
def opened(github: GitHub, folder: Path, policy: str | None = POLICY, database: str = "") -> Iterator[Dashboard]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        made = Dashboard(github, folder, f"http://127.0.0.1:{held.getsockname()[1]}", policy, database)
        config = uvicorn.Config(made.application(), log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        eventually(lambda: server.started)
        try:
            yield made
        finally:
            server.should_exit = True
            thread.join()
            made.close()


@pytest.fixture
def dashboard(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    monkeypatch.setattr(pace, "APART", 0)
    with opened(github, tmp_path) as made:
        yield made


def path_of(answer: requests.Response) -> str:
    """Where an answer leads, or was found."""
    return urlsplit(answer.headers.get("location", answer.url)).path
