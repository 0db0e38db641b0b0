"""Deeds done on GitHub: what may have been done by a run that was cut off is looked up, never done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from qualitygate.desk.deeds import LABELS, Relabel, Tell
from qualitygate.desk.pace import Pace
from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client
from qualitygate.github.posts import Sticky
from qualitygate.github.publish import comment
from qualitygate.storage.tickets import TicketStore
from qualitygate.values import dataclass

_OF_ONE = ("not-found", "refused")
"""What GitHub says of an issue that was deleted, transferred or locked; it does not keep others from theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where deeds are done: the repository, the store that remembers them, and the pace."""

    client: Client
    repository: str
    store: TicketStore
    pace: Pace
    now: datetime

    def path(self, id: str) -> str:
        """The path of an issue."""
        return f"/repos/{self.repository}/issues/{id}"


def recover(desk: Desk) -> None:
    """Look up the labels of tickets of which an earlier run did not see whether it changed them."""
    for (id_, what), finished in desk.store.writes().items():
        if what == LABELS and not finished:
            try:
                _look(desk, id_)
            except CannotUseGitHub as error:
                if error.slug not in _OF_ONE:
                    raise


def do(desk: Desk, deeds: Iterable[Relabel | Tell], on_done: Callable[[Relabel | Tell], None]) -> list[CannotUseGitHub]:
    """Do what is planned, and tell of each. What GitHub refuses of one ticket is given back, and the others go on.

    Raises :class:`~qualitygate.errors.CannotUseGitHub` where it is not about one ticket.
    """
    failed = []
    for deed in deeds:
        try:
            _DEEDS[type(deed)](desk, deed)
        except CannotUseGitHub as error:
            if error.slug not in _OF_ONE:
                raise
            failed.append(error)
        else:
            on_done(deed)
    return failed


def _look(desk: Desk, id: str) -> None:
    desk.store.relabel(id, _labels(desk, id))
    desk.store.finish(id, LABELS, desk.now)


def _labels(desk: Desk, id: str) -> list[str]:
    return [each["name"] for each in desk.client.pages(f"{desk.path(id)}/labels")]


def _relabel(desk: Desk, deed: Relabel) -> None:
    """Add and remove one by one: setting all at once would undo what somebody did meanwhile."""
    path, wanted = f"{desk.path(deed.id)}/labels", set(deed.change.add)
    desk.store.begin(deed.id, LABELS, desk.now)
    if wanted:
        desk.pace.wait()
        desk.client.create(path, {"labels": list(deed.change.add)}, lambda: wanted <= set(_labels(desk, deed.id)))
    for label in deed.change.remove:
        desk.pace.wait()
        try:
            desk.client.ask("DELETE", f"{path}/{quote(label, safe='')}")
        except CannotUseGitHub as error:
            if error.slug != "not-found":  # somebody was quicker
                raise
    known = desk.store.records([deed.id])[0].labels
    gone = {label.casefold() for label in deed.change.remove}
    desk.store.relabel(deed.id, [*(each for each in known if each.casefold() not in gone), *deed.change.add])
    desk.store.finish(deed.id, LABELS, desk.now)


def _tell(desk: Desk, deed: Tell) -> None:
    """One comment, found again by its marker; and whoever does not have the ticket yet gets it."""
    desk.store.begin(deed.id, deed.key, desk.now)
    text = f"{deed.marker}\n{deed.text}"
    desk.pace.wait()
    written = Sticky(marker=deed.marker, body=lambda existing: None if existing else text)
    comment(desk.client, desk.repository, int(deed.id), written)
    if lacking := _unassigned(desk, deed):
        desk.pace.wait()
        body = {"assignees": lacking}
        desk.client.create(f"{desk.path(deed.id)}/assignees", body, lambda: not _unassigned(desk, deed))
    for key in (*deed.passed, deed.key):
        desk.store.begin(deed.id, key, desk.now)
        desk.store.finish(deed.id, key, desk.now)


def _unassigned(desk: Desk, deed: Tell) -> list[str]:
    """Those of a deed who do not have the ticket."""
    if not deed.assign:
        return []
    having = {each["login"].casefold() for each in desk.client.ask("GET", desk.path(deed.id))["assignees"]}
    return [user for user in deed.assign if user.casefold() not in having]


_DEEDS: Mapping[type, Callable[[Desk, Any], None]] = {Relabel: _relabel, Tell: _tell}
