"""Webhooks that GitHub could not deliver, asked for again: it sends none again by itself.

Whatever is asked for twice comes with the id it had, and makes no work a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from qualitygate.errors import CannotUseGitHub
from qualitygate.github import hooks
from qualitygate.github.client import Client
from qualitygate.github.hooks import Attempt
from qualitygate.server import log
from qualitygate.storage.inbox import Inbox

KEPT = timedelta(days=3)
"""How long GitHub can send one again."""
READ, MOST = 5_000, 100
"""How many attempts are looked at in one turn, and how many webhooks are asked for."""
FIRST = timedelta(minutes=10)
"""How long after a second attempt failed it is asked for again; twice as long after each further one."""
MARK = "redelivered"
"""The name in the store of the attempt up to which nothing is missing."""
_OF_ONE = ("not-found", "refused")
Wanted = Callable[[Attempt, Callable[[], str]], bool]
"""Whether anything is done about a webhook; its body can be had where that matters."""


def redeliver(client: Client, inbox: Inbox, wanted: Wanted, now: datetime) -> str:
    """Ask for the webhooks of which every attempt failed, the oldest first; how many of how many, if any is missing.

    ``client`` is the App's own. Raises :class:`~qualitygate.errors.CannotUseGitHub` where GitHub wants to be asked
    later, and :class:`~qualitygate.errors.CannotUseStore`.
    """
    before = inbox.mark(MARK)
    failed = list(hooks.failures(client, before, READ))
    if len(failed) == READ:
        log.warn("older webhooks that did not come are not looked for", looked_at=READ, oldest=failed[-1].at)
    missing = _missing(client, failed, inbox, wanted, now)
    pending = [attempt.id for attempts in missing.values() for attempt in attempts]
    inbox.advance(MARK, min(pending) - 1 if pending else max((each.id for each in failed), default=before))
    due = [attempts for attempts in missing.values() if now >= attempts[-1].at + _pause(len(attempts))]
    asked = sum(_ask(client, attempts[-1]) for attempts in due[:MOST])
    return f"{asked} of {len(missing)} webhooks that did not come" if missing else ""


def _missing(
    client: Client, failed: Sequence[Attempt], inbox: Inbox, wanted: Wanted, now: datetime
) -> Mapping[str, Sequence[Attempt]]:
    """The attempts of each webhook that is not here and should be, in their order."""
    found: dict[str, list[Attempt]] = {}
    for each in reversed(failed):
        found.setdefault(each.guid, []).append(each)
    kept = inbox.known(found)
    return {
        guid: attempts
        for guid, attempts in found.items()
        if guid not in kept
        and now - attempts[0].at < KEPT
        and wanted(attempts[0], partial(hooks.body, client, attempts[0]))
    }


def _pause(failed: int) -> timedelta:
    return FIRST * 2 ** (failed - 2) if failed > 1 else timedelta()


def _ask(client: Client, attempt: Attempt) -> bool:
    try:
        hooks.again(client, attempt)
    except CannotUseGitHub as error:
        if error.slug not in _OF_ONE:
            raise
        log.warn("a webhook cannot be asked for again", webhook=attempt.guid, why=error)
        return False
    return True
