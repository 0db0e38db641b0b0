"""An organisation on the GitHub double that has installed the App, with a server that judges its runs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize
from zipfile import ZipFile

import requests

from qualitygate.server.clients import Clients, Identity
from qualitygate.server.handling import handler
from qualitygate.storage.inbox import Armed, Delivery
from tests.action.conftest import POLICY
from tests.github.double.account import App
from tests.github.double.checks import CheckRun
from tests.github.double.github import GitHub
from tests.github.double.pulls import Pull
from tests.github.double.runs import Run
from tests.github.test_apps import keys, token_of
from tests.server.conftest import SECRET

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PERMISSIONS = {
    "actions": "read",
    "checks": "write",
    "contents": "read",
    "issues": "write",
    "metadata": "read",
    "pull_requests": "write",
}


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()


def _forgotten(owner: object) -> str:
    """A file of SQLite that is gone with its owner."""
    folder = mkdtemp(prefix="qg-shop-")
    finalize(owner, rmtree, folder, ignore_errors=True)
    return os.path.join(folder, "q.sqlite")


class Shop:
    """`acme/shop` on the double, whose policy lies on `main`."""

    def __init__(self, github: GitHub, policy: str | None = POLICY, database: str = "", dashboard: str = "") -> None:
        self.github = github
        self.database = database or _forgotten(self)
        self.shop = github.repository("acme/shop")
        self.app: App = github.app("qualitygate", key=keys()[1], secret=SECRET, **PERMISSIONS)
        self.installation = github.install(self.app, "acme").id
        self.clients = Clients(Identity(app_id=str(self.app.id), private_key=keys()[0], base_url=github.url))
        self.now = NOW
        self.handle = handler(self.clients, lambda: self.now, self.database, self.arm, dashboard)
        self.sent = 0
        if policy is not None:
            self.policy(policy)

    def arm(self, delivery: Delivery) -> Armed:
        """What has a repository swept: nothing does here."""
        raise AssertionError(delivery)

    def policy(self, text: str) -> str:
        return self.shop.commit(branch="main", files={"qualitygate.yml": text.encode()})

    def pull(self, **of: Any) -> Pull:
        return self.shop.pull(**of)

    def run(self, pull: Pull | None = None, *, reports: Mapping[str, str] | None = None, **of: Any) -> Run:
        """A run for a pull request, or for a push to main; what it reports lies in the artifact `reports`."""
        about: dict[str, Any] = {"event": "push"}
        if pull is not None:
            about = {"sha": pull.sha, "branch": pull.head, "event": "pull_request", "source": pull.source}
        made = self.shop.run(**{**about, **of})
        if reports is not None:
            self.shop.artifact(made, "reports", packed(reports))
        return made

    def payload(self, run: Run, action: str = "completed") -> dict[str, Any]:
        whole = self.ask(f"/repos/acme/shop/actions/runs/{run.id}")
        return self.about({"action": action, "workflow_run": whole})

    def rerequest(self, check: CheckRun) -> dict[str, Any]:
        whole = self.ask(f"/repos/acme/shop/check-runs/{check.id}")
        return self.about({"action": "rerequested", "check_run": whole})

    def about(self, payload: dict[str, Any]) -> dict[str, Any]:
        repository = self.ask("/repos/acme/shop")
        return {**payload, "repository": repository, "installation": {"id": self.installation}}

    def ask(self, path: str) -> Any:
        token = self.github.token(**dict.fromkeys(("actions", "checks", "contents", "issues", "metadata"), "read"))
        answer = requests.get(self.github.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=20)
        answer.raise_for_status()
        self.github.calls[:] = [call for call in self.github.calls if call.token != token]
        return answer.json()

    def delivery(self, payload: dict[str, Any], event: str = "workflow_run", id: str = "") -> Delivery:
        self.sent += 1
        return Delivery(
            id=id or f"d-{self.sent}",
            event=event,
            action=payload["action"],
            installation=self.installation,
            repository="acme/shop",
            body=json.dumps(payload),
        )

    def tell(self, run: Run, action: str = "completed") -> None:
        """The server works on the webhook of a run."""
        self.handle(self.delivery(self.payload(run, action)))

    @property
    def check(self) -> CheckRun:
        (check,) = self.shop.check_runs
        return check

    def comments(self, number: int) -> list[str]:
        return [each.body for each in self.shop.comments(number)]


__all__ = ["NOW", "Shop", "packed", "token_of"]
