"""Tickets looked after: an issue changed, so the issues of its repository are read, and their labels set right.

What is done and how it is written are those of ``support sync`` and ``support label``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from qualitygate.config import Config
from qualitygate.desk.deeds import plan
from qualitygate.desk.looking import look
from qualitygate.desk.pace import Pace
from qualitygate.desk.reading import anew, ask, rate, read
from qualitygate.desk.writing import Desk, do, recover
from qualitygate.github.tickets import source
from qualitygate.server import log, policy
from qualitygate.server.installation import Installation
from qualitygate.server.remote import NOWHERE
from qualitygate.server.reporting import post
from qualitygate.storage.tickets import TicketStore
from qualitygate.storage.verdicts import Known, VerdictStore
from qualitygate.support.membership import with_members
from qualitygate.support.waiting import waiting

TEAMS_FOR = timedelta(hours=1)
"""How long it is believed who is in a team, before GitHub is asked again."""
TEAMS, TICKETS = "teams", "tickets"
"""What can be read anew, though nothing says that it changed."""


def promising(app: Installation, repository: str, branch: str) -> Config | None:
    """The policy of this branch; ``None`` where it promises no support, so that nobody looks for tickets there.

    Raises :class:`~qualitygate.errors.ConfigError` where it is wrong, :class:`~qualitygate.errors.CannotUseGitHub`, and
    :class:`~qualitygate.errors.CannotUseStore`.
    """
    found = policy.found(app.client, repository, f"refs/heads/{branch}", NOWHERE, branch)
    config = None if found is None else found.load()
    if config is None or config.support is None:
        with VerdictStore(app.database) as memory:
            memory.overlook(repository)
        return None
    return config


def attend(app: Installation, at: Known, config: Config, again: Collection[str] = ()) -> None:
    """Read what changed in a repository's issues, and do what a policy that promises support makes of it.

    ``again`` is what is read anew in any case. Done again, it finds what was done. Raises
    :class:`~qualitygate.errors.ConfigError` where the policy cannot tell who spoke,
    :class:`~qualitygate.errors.CannotUseGitHub`, and :class:`~qualitygate.errors.CannotUseStore`.
    """
    assert config.support is not None
    repository, promise, now = at.name, config.support, app.clock()
    issues = source(app.client, repository, config.policy.zone)
    with TicketStore(app.database, issues.name) as store:
        store.claim(at.number)
        known = store.teams()
        ask(
            issues,
            store,
            [
                each
                for each in promise.teams
                if TEAMS in again or each not in known or known[each].asked < now - TEAMS_FOR
            ],
            now,
        )
        if TICKETS in again:
            anew(store, now)
        changed = read(issues, store, now)
        promise = with_members(promise, store.teams())
        rate(issues, store, promise, now)
        desk = Desk(client=app.client, repository=repository, store=store, pace=Pace(), now=now)
        recover(desk)
        settled = {key for key, finished in store.writes().items() if finished}
        seen = list(look(store.records(), promise, now))
        with VerdictStore(app.database) as memory:  # before anything is written, which GitHub may refuse
            memory.look(at, waiting((each.case for each in seen), promise.reading, now), now)
        deeds = list(plan(seen, promise, settled, now))
        failed = do(desk, deeds, lambda deed: log.tell("a deed is done", repository=repository, deed=deed))
        post(desk, config, promise, [each.case for each in seen])
    log.tell("tickets are looked after", repository=repository, changed=changed, done=len(deeds) - len(failed))
    for each in failed:
        log.warn("a deed is refused", repository=repository, why=each)
