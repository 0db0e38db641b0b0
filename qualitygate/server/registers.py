"""Registers, which people keep and no run makes: from the commit whose policy counts, and tickets from our own store.

They go before what artifacts have: whoever proposes a change says what its runs keep.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from errno import EFBIG, EINVAL
from fnmatch import fnmatchcase
from glob import has_magic
from posixpath import basename, dirname, normpath

from qualitygate.config import Config, EvidenceEntry
from qualitygate.desk.looking import tickets
from qualitygate.desk.register import register
from qualitygate.errors import CannotReadReport, ConfigError, Problem
from qualitygate.gathering import read, recognised
from qualitygate.github.contents import content, listed
from qualitygate.github.tickets import source
from qualitygate.language import say
from qualitygate.model.coverage import CoverageReport
from qualitygate.model.evidence import Gap, TestReport
from qualitygate.model.findings import FindingsReport
from qualitygate.server.case import Case
from qualitygate.server.fenced import fenced
from qualitygate.server.installation import Installation
from qualitygate.sources import matches
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
SNAPSHOT = "snapshot"
_OF_RUNS = (TestReport, CoverageReport, FindingsReport, Gap)
"""What a snapshot may hold here: that of a change's runs must not bring registers either."""
FILES_MOST = 50
"""Registers that are laid for a verdict: each is a call of GitHub's API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where registers are looked for, and the folder where evidence is."""

    app: Installation
    case: Case
    config: Config

    def names(self, glob: str) -> Iterable[str]:
        """The files that a glob could mean. Raises ``OSError`` where it has wildcards before its last part."""
        if not has_magic(glob):
            return [glob]
        folder, name = dirname(glob), basename(glob)
        if has_magic(folder) or "**" in name:
            raise OSError(EINVAL, "wildcards may be in the last part of a path only; name the folder")
        found = listed(self.app.client, self.case.event.repository, folder, self.case.policy_at)
        return [f"{folder}/{each}" if folder else each for each in found if _fits(each, name)]

    def committed(self, path: str) -> bytes | None:
        """A file of the commit; ``None`` where there is none. Raises ``OSError``."""
        return content(self.app.client, self.case.event.repository, path, self.case.policy_at)

    def kept(self) -> tuple[bytes | None, str]:
        """The tickets in our store; else why there are none to go by."""
        promise, repository = self.config.support, self.case.event.repository
        if promise is None:
            return None, say("The policy promises no support, so that the App has no tickets.")
        name = source(self.app.client, repository, self.config.policy.zone).name
        with TicketStore(self.app.database, name) as store:
            at = store.whole_at()
            if at is None or store.owner() != self.case.place["repository_id"]:
                return None, say("The App has not read all tickets yet.")
            known = with_members(promise, store.teams())
            if known.teams:
                return None, say("The App does not know who is in {teams}.", teams=", ".join(known.teams))
            found = list(tickets(store.records(), known))
        return "".join(register(found, known, at, teams=bool(promise.teams))).encode(), ""

    def clear(self, entry: EvidenceEntry, laid: Collection[str]) -> None:
        """Take away what artifacts have of this evidence: a change must not add to a register that is kept here."""
        for glob in entry.files:
            for name in {*matches(glob, self.config.base_dir)} - {*laid}:
                os.remove(os.path.join(self.config.base_dir, name))

    def lay(self, path: str, text: bytes) -> None:
        """Write a file where evidence is looked for. Raises ``OSError``."""
        target = os.path.join(self.config.base_dir, *path.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(text)


def _fits(name: str, pattern: str) -> bool:
    """Whether a file is meant by a pattern, which as everywhere means no hidden one unless it says so."""
    return fnmatchcase(name, pattern) and (name[0] != "." or pattern[0] == ".")


def bring(app: Installation, case: Case, config: Config) -> tuple[str, ...]:
    """Lay registers where evidence is looked for, in place of what artifacts have of the same evidence.

    Gives why there are none, for evidence of which there is nothing at all. Raises
    :class:`~qualitygate.errors.ConfigError` where one is there and cannot be had,
    :class:`~qualitygate.errors.CannotUseGitHub`, and :class:`~qualitygate.errors.CannotUseStore`.
    """
    place, room = _Place(app=app, case=case, config=config), FILES_MOST
    notes, laid = list[str](), set[str]()
    for entry in config.evidence:
        _refuse_unnamed(config, entry)
    for entry in config.evidence:
        if entry.reader not in REGISTERS:
            continue
        try:
            found, why = _found(place, entry, room)
        except OSError as error:
            raise _refused(config, entry, str(error.strerror)) from error
        room -= len(found)
        if found:
            place.clear(entry, laid)
            laid |= found.keys()
        elif not any(map(fenced(config.base_dir).matches, entry.files)):
            notes.append(f"{entry.name}: {why}")
        for path, text in found.items():
            try:
                place.lay(path, text)
            except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
                raise _refused(config, entry, f"an artifact has something else where {path} should be") from error
    return tuple(notes)


def _found(place: _Place, entry: EvidenceEntry, room: int) -> tuple[dict[str, bytes], str]:
    """The registers of an entry by path: those of the commit, or where there is none the tickets of our store."""
    found: dict[str, bytes] = {}
    globs = [normpath(glob) for glob in entry.files]
    for path in dict.fromkeys(path for glob in globs for path in place.names(glob)):
        text = place.committed(path)
        if text is None:
            continue
        if len(found) == room:
            raise OSError(EFBIG, f"{path} is one of more than {FILES_MOST} registers")
        found[path] = text
    why = say("There is no such register in the repository at {commit}.", commit=place.case.policy_at[:10])
    if found or entry.reader != TICKETS:
        return found, why
    plain = next((glob for glob in globs if not has_magic(glob)), None)
    if plain is None:
        return {}, why
    text, why = place.kept()
    return ({} if text is None else {plain: text}), why


def _refuse_unnamed(config: Config, entry: EvidenceEntry) -> None:
    """Refuse a register of an artifact that the policy does not call one: nobody looked for it in the repository."""
    for one in fenced(config.base_dir).find(entry, entry.rules) if entry.reader in {None, SNAPSHOT} else ():
        try:
            known = recognised(one)
            inner = known.reader == SNAPSHOT and not all(isinstance(each, _OF_RUNS) for each in read(known))
        except CannotReadReport:
            continue  # what that means is said where it is read
        if inner or known.reader in REGISTERS:
            place, has = config.places["evidence", entry.name], "holds" if inner else "is"
            named = "NAME" if inner else known.reader
            way_out = f"give it an entry of its own, and it is looked for in the repository first: read: {named}"
            message = f"{entry.name}: {one.name} {has} a register"
            raise ConfigError([Problem("no-file", message, file=place.file, line=place.line or 0, help=way_out)])


def _refused(config: Config, entry: EvidenceEntry, why: str) -> ConfigError:
    place = config.places["evidence", entry.name]
    message = f"{entry.name}: {', '.join(entry.files)} cannot be had from the repository: {why}"
    return ConfigError([Problem("no-file", message, file=place.file, line=place.line or 0)])
