"""The double as tests hold it: they arrange repositories and tokens, order faults, and read what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from tests.github.double import (
    apps,
    artifacts,
    checks,
    collaborators,
    comments,
    commits,
    contents,
    deployments,
    events,
    hooks,
    issues,
    labels,
    limits,
    manifests,
    milestones,
    oauth,
    pulls,
    repositories,
    reviews,
    runs,
    statuses,
    subissues,
    suites,
    teams,
    users,
)
from tests.github.double.account import App
from tests.github.double.apps import Installation
from tests.github.double.faults import Fault, Storm, primary_limit, secondary_limit
from tests.github.double.graphql import GraphFault
from tests.github.double.hooks import Delivery, deliver
from tests.github.double.repository import Repository
from tests.github.double.token import Token
from tests.github.double.wire import PREFIX, Call, Wire
from tests.github.double.world import ACTIONS, World

ROOMS = (
    *(apps, artifacts, checks, collaborators, comments, commits, contents, events, hooks, issues, labels, limits),
    *(deployments, manifests, milestones, oauth, pulls, repositories, reviews, runs, statuses, subissues, suites),
    *(teams, users),
)  # what is imported is bound
TOKENS = count(1)


@dataclass(slots=True, kw_only=True)
class GitHub:
    """A running double: `url` is its API as api.github.com has it, `enterprise` the same under GHES's prefix."""

    wire: Wire
    url: str

    @property
    def enterprise(self) -> str:
        return self.url + PREFIX

    @property
    def world(self) -> World:
        return self.wire.world

    @property
    def calls(self) -> list[Call]:
        """Every request that arrived, in order."""
        return self.wire.calls

    def calls_to(self, method: str, path: str) -> list[Call]:
        """Those to one operation; `path` may hold `*`."""
        fault = Fault(method=method, path=path, status=None)
        return [call for call in self.calls if fault.strikes(call.method, call.path)]

    @property
    def now(self) -> datetime:
        """The clock of all that has a time; it stands until it is moved. Limits and tokens go by the real one."""
        return self.world.now

    def wait(self, time: timedelta) -> None:
        """Moves the clock on."""
        self.world.now += time

    def repository(self, full_name: str, *, private: bool = False) -> Repository:
        """The repository of this name; a new one with one commit on `main` the first time."""
        known = self.world.repositories.get(full_name)
        return known or self.world.new_repository(full_name, private=private)

    def team(self, name: str, *logins: str) -> None:
        """Makes `ORGANISATION/TEAM` a team of these people, and of nobody else."""
        self.world.teams[name] = list(logins)

    def token(
        self,
        *,
        app: str | None = ACTIONS,
        login: str | None = None,
        repositories: Iterable[str] | None = None,
        **permissions: str,
    ) -> str:
        """A token with these permissions (`checks="write"`): a workflow's, an App's, or with `login` a person's."""
        owner = None if login else app
        made = Token(
            value=f"{'ghp' if login else 'ghs'}_{next(TOKENS):036d}",
            login=login or f"{app}[bot]",
            app=owner,
            permissions=permissions,
            repositories=None if repositories is None else frozenset(repositories),
        )
        self.world.tokens[made.value] = made
        return made.value

    def expire(self, token: str) -> None:
        """Ends a token now, as its hour would."""
        self.world.tokens[token] = replace(self.world.tokens[token], expires=datetime.now(UTC))

    def app(self, slug: str, *, key: str, secret: str = "", hook: str | None = None, **permissions: str) -> App:
        """An App with its public key as PEM, the secret its webhooks are signed with, and where they go."""
        made = self.world.app(slug)
        made.key, made.secret, made.hook, made.permissions = key, secret, hook, permissions
        return made

    def install(self, app: App, owner: str, *, repositories: Iterable[str] | None = None) -> Installation:
        """Puts an App on somebody's repositories, on these or all, with the permissions it asks for."""
        made = Installation(
            id=self.world.new_id(),
            app=app,
            account=self.world.account(owner),
            permissions=dict(app.permissions),
            repositories=None if repositories is None else set(repositories),
        )
        self.world.installations.append(made)
        return made

    def deliver(self, app: App, event: str, payload: dict[str, Any]) -> Delivery:
        """Sends a webhook to an App, signed, and remembers it among its deliveries."""
        return deliver(self.world, app, event, payload)

    def fork_token(self, full_name: str) -> str:
        """What a workflow gets for a fork's pull request: it may read, and nothing else."""
        read = dict.fromkeys(("actions", "checks", "contents", "issues", "pull_requests", "statuses"), "read")
        return self.token(repositories=[full_name], **read)

    def fail(
        self, method: str, path: str, *, status: int, after: bool = False, times: int = 1, message: str = "Server Error"
    ) -> None:
        """The next requests like this get a status, before their effect or `after` it; `path` may hold `*`."""
        body = {"message": message}
        self._order(Fault(method=method, path=path, status=status, after=after, times=times, body=body))

    def drop(self, method: str, path: str, *, after: bool = False, times: int = 1) -> None:
        """The next requests like this find the connection closed on them."""
        self._order(Fault(method=method, path=path, status=None, after=after, times=times))

    def delay(self, method: str, path: str, *, seconds: float, times: int = 1) -> None:
        """The next requests like this wait that long, and are then answered."""
        self._order(Fault(method=method, path=path, status=0, delay=seconds, times=times))

    def storm(self, *, share: float, seed: int, late_by: float) -> Storm:
        """From now on a share of all requests meets with something, which its `times` set to 0 ends."""
        made = Storm(method="*", path="*", status=None, times=10**9, share=share, random=Random(seed), late_by=late_by)
        self._order(made)
        return made

    def limit_secondary(
        self, method: str, path: str, *, status: int = 403, retry_after: int | None = 60, times: int = 1
    ) -> None:
        """The next requests like this were too many at once."""
        self._order(secondary_limit(method, path, status=status, retry_after=retry_after, times=times))

    def limit_primary(self, method: str, path: str, *, status: int = 403, reset_in: int = 3600, times: int = 1) -> None:
        """The next requests like this find the hour used up."""
        self._order(primary_limit(method, path, status=status, reset_in=reset_in, times=times))

    def limit_points(self, *, reset_in: int = 3600, times: int = 1) -> None:
        """The next queries find their points used up, which GraphQL tells with 200."""
        fault = primary_limit("POST", "/graphql", status=200, reset_in=reset_in, times=times)
        fault.body = {"errors": [{"type": "RATE_LIMITED", "message": fault.body["message"]}]}
        self._order(fault)

    def time_out(self, *, above: int, times: int = 1) -> None:
        """The next queries for more than so many nodes a page take too long."""
        self.wire.graph_faults.append(GraphFault(above=above, times=times))

    def cut_short(self, *, keep: int, times: int = 1) -> None:
        """The next queries are answered in part: so many nodes, and an error for each that is missing."""
        self.wire.graph_faults.append(GraphFault(keep=keep, times=times))

    def take_problems(self) -> list[str]:
        """What the description held against requests and answers, which from now on is forgiven."""
        taken, self.wire.problems[:] = list(self.wire.problems), []
        return taken

    def reset(self) -> None:
        """Forgets everything."""
        self.wire.world = World()
        for each in (self.wire.calls, self.wire.problems, self.wire.faults, self.wire.graph_faults):
            each.clear()

    def _order(self, fault: Fault) -> None:
        self.wire.faults.append(fault)
