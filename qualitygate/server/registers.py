"""Registers, which people keep and no run makes: from the commit whose policy counts, and tickets from our own store.

What artifacts have goes before, as if they were unpacked over a checkout.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from errno import EFBIG
from fnmatch import fnmatchcase
from glob import has_magic
from posixpath import basename, dirname, normpath

from qualitygate.config import Config, EvidenceEntry
from qualitygate.desk.looking import tickets
from qualitygate.desk.register import register
from qualitygate.errors import ConfigError, Problem
from qualitygate.github.contents import content, listed
from qualitygate.github.tickets import source
from qualitygate.server.case import Case
from qualitygate.server.installation import Installation
from qualitygate.storage.tickets import TicketStore
from qualitygate.support.membership import with_members
from qualitygate.values import dataclass

TICKETS = "tickets"
REGISTERS = frozenset(
    {
        *("channels", "defects", "deployments", "milestones", "people", "responsibilities", "retrospectives"),
        *("reviews", "surveys", TICKETS, "trainings"),
    }
)
"""Readers of registers. Reports of tests that somebody committed once say nothing of the runs of today."""
FILES_MOST = 50
"""Registers that are laid for a verdict: each is a call of GitHub's API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where registers are looked for, and the folder where evidence is."""

    app: Installation
    case: Case
    config: Config

    def names(self, glob: str) -> Iterable[str]:
        """The files that a glob could mean: it may have wildcards in its last part only."""
        if not has_magic(glob):
            return [glob]
        folder, name = dirname(glob), basename(glob)
        if has_magic(folder):
            return []
        found = listed(self.app.client, self.case.event.repository, folder, self.case.policy_at)
        return [f"{folder}/{each}" if folder else each for each in found if _fits(each, name)]

    def committed(self, path: str) -> bytes | None:
        """A file of the commit; ``None`` where there is none. Raises ``OSError``."""
        return content(self.app.client, self.case.event.repository, path, self.case.policy_at)

    def kept(self) -> bytes | None:
        """The tickets in our store; ``None`` where the policy promises no support, or they were never read whole."""
        promise, repository = self.config.support, self.case.event.repository
        if promise is None:
            return None
        name = source(self.app.client, repository, self.config.policy.zone).name
        with TicketStore(self.app.database, name) as store:
            at = store.whole_at()
            if at is None or store.owner() != self.case.place["repository_id"]:
                return None
            known = with_members(promise, store.teams())
            found = list(tickets(store.records(), known))
        return "".join(register(found, known, at, teams=bool(promise.teams))).encode()

    def target(self, path: str) -> str:
        return os.path.join(self.config.base_dir, *path.split("/"))

    def lay(self, path: str, text: bytes) -> None:
        """Write a file where evidence is looked for. Raises ``OSError``."""
        os.makedirs(os.path.dirname(self.target(path)), exist_ok=True)
        with open(self.target(path), "xb") as file:
            file.write(text)


def _fits(name: str, pattern: str) -> bool:
    """Whether a file is meant by a pattern, which as everywhere means no hidden one unless it says so."""
    return fnmatchcase(name, pattern) and (name[0] != "." or pattern[0] == ".")


def bring(app: Installation, case: Case, config: Config) -> None:
    """Lay the registers that no artifact has where evidence is looked for.

    Raises :class:`~qualitygate.errors.ConfigError` where one is there and cannot be had,
    :class:`~qualitygate.errors.CannotUseGitHub`, and :class:`~qualitygate.errors.CannotUseStore`.
    """
    place, room = _Place(app=app, case=case, config=config), FILES_MOST
    for entry in config.evidence:
        for glob in map(normpath, entry.files if entry.reader in REGISTERS else ()):
            try:
                for path in place.names(glob):
                    room -= _brought(place, entry, path, room)
            except OSError as error:
                raise _refused(config, entry, glob, str(error.strerror)) from error


def _brought(place: _Place, entry: EvidenceEntry, path: str, room: int) -> bool:
    """Whether a register was laid where it is looked for; it is left where an artifact has one of its name."""
    if os.path.lexists(place.target(path)):
        return False
    text = place.committed(path)
    if text is None and entry.reader == TICKETS:
        text = place.kept()
    if text is None:
        return False
    if not room:
        raise OSError(EFBIG, f"it is one of more than {FILES_MOST} registers")
    place.lay(path, text)
    return True


def _refused(config: Config, entry: EvidenceEntry, glob: str, why: str) -> ConfigError:
    place = config.places["evidence", entry.name]
    message = f"{entry.name}: {glob} cannot be had from the repository: {why}"
    return ConfigError([Problem("no-file", message, file=place.file, line=place.line or 0)])
