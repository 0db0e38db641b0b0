"""The past of a register in git: the commits that touched it, by whom they are, and its records then."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import cache
from typing import Any

from qualitygate import git
from qualitygate.config.inheritance import SIZE_CAP
from qualitygate.errors import CannotTellChanges, ConfigError
from qualitygate.values import dataclass
from qualitygate.waivers.identity import Signature
from qualitygate.yamltext import parse

COMMITS_CAP = 20_000
"""Commits of one register that are looked at."""
_FIELDS = (
    *("%H", "%P", "%aN", "%aE", "%cN", "%cE", "%ct"),
    "%(trailers:key=Approved-by,key=Reviewed-by,valueonly,unfold)",
)
_FORMAT = "%x00".join(_FIELDS) + "%x00"
_TRAILER = re.compile(r"(?P<name>[^<>]*)(?:<(?P<email>[^<>]*)>)?\s*")
Record = Mapping[str, Any]
"""A record as it is written, by its keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit that touched a register.

    ``parents`` are its own, ``earlier`` those before it that touched the register too. ``vouched`` has who stands in
    its trailers ``Approved-by`` and ``Reviewed-by``. ``cut``: what came before was not fetched.
    """

    id: str
    author: Signature
    committer: Signature
    at: datetime
    parents: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    vouched: tuple[Signature, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The past of one register: its commits by their ids, the latest one first, and its records at any of them.

    ``records`` gives the records by their ids; none where the register was not there, or was none. ``head`` is empty
    where it is not committed.
    """

    head: str = ""
    commits: Mapping[str, Commit] = field(default_factory=dict)
    records: Callable[[str], Mapping[str, Record]]


def past(path: str) -> Past:
    """The past of a register. Raises :class:`~qualitygate.errors.CannotTellChanges` where nobody can tell."""
    folder = os.path.dirname(os.path.abspath(path))
    top = git.root(folder)
    if not top:
        raise CannotTellChanges("it is in no checkout of git")
    below = os.path.relpath(os.path.realpath(path), os.path.realpath(top)).replace(os.sep, "/")
    earlier = _touching(top, below) if git.head(top) and "\n" not in below else {}
    if not earlier:
        return Past(records=lambda _commit: {})
    cut = git.boundary(top)
    commits = {each.id: each for each in _told(top, earlier, cut)}
    blobs = git.blobs(top, below, dict.fromkeys((*commits, *(id for each in commits.values() for id in each.parents))))

    @cache
    def records(blob: str) -> Mapping[str, Record]:
        return records_in(git.content(top, blob, SIZE_CAP))

    return Past(
        head=next(iter(earlier)),
        commits=commits,
        records=lambda commit: records(blobs[commit]) if commit in blobs else {},
    )


def _touching(top: str, below: str) -> dict[str, tuple[str, ...]]:
    """The commits that touched a path, and all merges, the latest first, each with those before it."""
    listed = git.output(
        top, "--literal-pathspecs", "rev-list", "--topo-order", "--full-history", "--parents", "HEAD", "--", below
    )
    lines = (listed or b"").decode("ascii", "replace").splitlines()
    if len(lines) > COMMITS_CAP:
        raise CannotTellChanges(f"more than {COMMITS_CAP:,} commits would have to be looked at")
    return {id: tuple(parents) for id, *parents in map(str.split, lines)}


def _told(top: str, earlier: Mapping[str, tuple[str, ...]], cut: frozenset[str]) -> Iterator[Commit]:
    told = git.output(
        top,
        *("log", "--no-walk=unsorted", "--no-show-signature", "--encoding=UTF-8", f"--format={_FORMAT}", "--stdin"),
        given="".join(f"{id}\n" for id in earlier).encode(),
    )
    parts = (told or b"").decode("utf-8", "replace").split("\0")
    for row in zip(*[iter(parts)] * len(_FIELDS), strict=False):
        id, parents, author, author_mail, committer, committer_mail, at, trailers = row
        id = id.strip()
        yield Commit(
            id=id,
            author=Signature(name=author, email=author_mail),
            committer=Signature(name=committer, email=committer_mail),
            at=git.moment(at),
            parents=tuple(parents.split()),
            earlier=earlier[id],
            vouched=tuple(_vouched(trailers.splitlines())),
            cut=id in cut,
        )


def _vouched(lines: Sequence[str]) -> Iterator[Signature]:
    for line in lines:
        found = _TRAILER.fullmatch(line)
        if found and (found["name"].strip() or found["email"]):
            yield Signature(name=found["name"].strip(), email=(found["email"] or "").strip())


def records_in(content: bytes) -> Mapping[str, Record]:
    """The records of a register by their ids; none where it is, or once was, no register."""
    try:
        data = parse(content.decode("utf-8-sig"), "").data
    except (ConfigError, UnicodeDecodeError):
        return {}
    rows: Iterable[Any] = data if isinstance(data, list) else ()
    return {row["id"]: row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)}
