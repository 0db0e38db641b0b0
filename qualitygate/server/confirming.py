"""What a webhook names, as GitHub has it: of a webhook nothing is believed but where to look.

Whoever has its secret can tell of anything: of another default branch, whose policy would count, or in the name of an
installation that has nothing to do with the repository.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from qualitygate.errors import CannotUseGitHub
from qualitygate.github import runs
from qualitygate.github.client import Client
from qualitygate.github.runs import WorkflowRun
from qualitygate.server.clients import ITSELF, Clients
from qualitygate.server.installation import Clock
from qualitygate.storage.inbox import Delivery
from qualitygate.strict import Data, exactly

BELIEVED = timedelta(minutes=1)
"""How long it is believed what GitHub said of a repository."""
_MOST = 1_000
_NAME = re.compile(r"(?!\.{1,2}/)[\w.-]{1,100}/(?!\.{1,2}$)[\w.-]{1,100}", re.ASCII)


class Repositories:
    """The repositories that webhooks are about, asked for as the installation that each webhook is for."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients, self._clock = clients, clock
        self._known: OrderedDict[tuple[int, str], tuple[datetime, Data]] = OrderedDict()
        self._lock = Lock()

    def of(self, client: Client, delivery: Delivery) -> Data:
        """The repository that a delivery names, in GitHub's words. ``client`` acts as the installation.

        Raises :class:`~qualitygate.errors.CannotUseGitHub`, with the slug ``event`` where the App's installation on
        that repository is another, or the repository has another number than the delivery says.
        """
        found = self._believed(client, delivery)
        if delivery.repository_id not in {0, found["id"]}:
            why = f"a webhook is about {delivery.repository}, and another repository is called so"
            raise CannotUseGitHub("event", why)
        return found

    def _believed(self, client: Client, delivery: Delivery) -> Data:
        now, key = self._clock(), (delivery.installation, delivery.repository.casefold())
        with self._lock:
            known = self._known.get(key)
        if known is not None and now - BELIEVED < known[0] <= now:
            return known[1]
        found = self._asked(client, delivery)
        with self._lock:
            self._known[key] = (now, found)
            self._known.move_to_end(key)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return found

    def _asked(self, client: Client, delivery: Delivery) -> Data:
        name = delivery.repository
        if not _NAME.fullmatch(name):
            raise CannotUseGitHub("event", f"a webhook is about {name[:200]!r}, which no repository is called")
        installed = self._clients.of(ITSELF).ask("GET", f"/repos/{name}/installation")["id"]
        if installed != delivery.installation:
            why = f"a webhook of installation {delivery.installation} is about {name}, where {installed} is"
            raise CannotUseGitHub("event", why)
        return exactly(client.ask("GET", f"/repos/{name}"), dict)


def run(client: Client, repository: str, told: Mapping[str, Any]) -> tuple[WorkflowRun, Sequence[WorkflowRun]]:
    """The run that a webhook tells of, as it is now, and all runs of its commit.

    Raises :class:`~qualitygate.errors.CannotUseGitHub`, so that it is tried again, where GitHub has not come as far as
    the webhook says: a run that is only said to have ended must not be judged without what is still to come.
    """
    said, sha = runs.run_of(told), exactly(told["head_sha"], str)
    listed = runs.of_commit(client, repository, sha)
    found = next((each for each in listed if each.id == said.id), None)
    if found is None or _behind(found, said):  # lists are the last to know
        found = runs.known(client, repository, said.id)
    if found.data["head_sha"] != sha:
        raise CannotUseGitHub("event", f"run {said.id} is not of {sha[:40]}, as a webhook has it")
    if _behind(found, said):
        why = f"run {said.id} is said to be {said.status!r} in attempt {said.attempt}"
        raise CannotUseGitHub("unreachable", f"{why}, and GitHub has it {found.status!r} in attempt {found.attempt}")
    return found, listed


def _behind(found: WorkflowRun, said: WorkflowRun) -> bool:
    """Whether more is said of a run than was found."""
    ended = said.status == "completed" != found.status
    return said.attempt > found.attempt or (said.attempt == found.attempt and ended)
