"""What was told of the surroundings of a policy while it was judged, as a value, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from qualitygate.errors import CannotUsePack
from qualitygate.model.changes import Changes
from qualitygate.pack.manifest import text
from qualitygate.pack.names import SURROUNDINGS
from qualitygate.strict import exactly, instant, maybe, maybe_instant, natural, texts, written
from qualitygate.values import dataclass
from qualitygate.waivers.foureyes import FourEyes, Seen

Why = str
"""Why something could not be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A file of the policy: its name in the pack, and what is equal for all names of one file."""

    file: str
    same: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file of evidence: its name, its name in the pack or why it could not be opened, and when it was written.

    ``at`` is kept only where a reader dates its report by it. ``hidden``: addresses in it were replaced by codes.
    """

    name: str
    file: str | None = None
    why: Why = ""
    at: datetime | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A commit that touched a document. ``file`` is ``None`` where it was gone; ``asked``: somebody looked."""

    at: datetime
    file: str | None = None
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTree:
    """The files around a register of documents, and what git told of those that it speaks of.

    ``past`` and ``then`` are ``None`` where git could tell nothing, and ``unknown`` says why.
    """

    paths: tuple[str, ...]
    folder: str
    unknown: str
    opened: Mapping[str, Found]
    past: Mapping[str, tuple[Past, ...]] | None
    then: Mapping[str, tuple[str, ...] | None] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Everything a run looked at, with the names in the pack of what it read.

    ``home`` is the absolute name of the policy's folder where a report names files by it, else one that says nothing.
    ``changes`` is what git told of the branch, or why it could not; ``size`` the lines of code, ``approvals`` what git
    told of each waiver. Each is ``None`` where nobody asked.
    """

    home: str
    policy: Mapping[str, Layer]
    evidence: Mapping[str, tuple[Found, ...]] = field(default_factory=dict)
    globs: Mapping[str, bool] = field(default_factory=dict)
    exists: tuple[str, ...] = ()
    baseline: Found | None = None
    tree: ToldTree | None = None
    changes: Changes | Why | None = None
    size: int | None = None
    approvals: Mapping[str, FourEyes] | None = None


# To JSON


def dumps(told: Told) -> bytes:
    """What was told, byte for byte the same for equal values."""
    return text({
        "home": told.home,
        "policy": {key: {"file": each.file, "same": each.same} for key, each in told.policy.items()},
        "evidence": {entry: [_found(each) for each in files] for entry, files in told.evidence.items()},
        "globs": dict(told.globs),
        "exists": sorted(told.exists),
        "baseline": _found(told.baseline) if told.baseline else None,
        "tree": _tree(told.tree) if told.tree else None,
        "changes": _changes(told.changes) if isinstance(told.changes, Changes) else told.changes,
        "size": told.size,
        "approvals": None if told.approvals is None else {id: _eyes(each) for id, each in told.approvals.items()},
    })  # fmt: skip


def _found(found: Found) -> dict[str, Any]:
    row = {"name": found.name, "file": found.file, "why": found.why, "at": written(found.at)}
    return {**row, "hidden": True} if found.hidden else row


def _tree(tree: ToldTree) -> dict[str, Any]:
    past, then = tree.past, tree.then
    return {
        "paths": sorted(tree.paths),
        "folder": tree.folder,
        "unknown": tree.unknown,
        "opened": {path: _found(each) for path, each in tree.opened.items()},
        "past": None if past is None else {path: [_past(each) for each in past[path]] for path in past},
        "then": None if then is None else {day: None if (at := then[day]) is None else sorted(at) for day in then},
    }


def _past(past: Past) -> dict[str, Any]:
    return {"at": written(past.at), "file": past.file, "asked": past.asked}


def _eyes(eyes: FourEyes) -> dict[str, str]:
    return {"seen": eyes.seen.value, "how": eyes.how, "commit": eyes.commit, "why": eyes.why}


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "ref": changes.ref,
        "base": changes.base,
        "base_at": written(changes.base_at),
        "lines": {path: f"{mask:x}" for path, mask in changes.lines.items()},
        "tracked": sorted(changes.tracked),
        "roots": list(changes.roots),
        "folder": changes.folder,
        "touched": sorted(changes.touched),
        "excuses": list(changes.excuses),
    }


# And back


def loads(content: bytes) -> Told:
    """What was told, from its JSON. Raises :class:`~qualitygate.errors.CannotUsePack`."""
    try:
        return _told(exactly(json.loads(content), dict))
    except KeyError as error:
        raise CannotUsePack("not-a-pack", f"{SURROUNDINGS}: there is no {error}") from error
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise CannotUsePack("not-a-pack", f"{SURROUNDINGS}: {error}") from error


def _told(data: Mapping[str, Any]) -> Told:
    changes = data["changes"]
    return Told(
        home=exactly(data["home"], str),
        policy={
            key: Layer(file=exactly(each["file"], str), same=exactly(each["same"], str))
            for key, each in exactly(data["policy"], dict).items()
        },
        evidence={
            entry: tuple(map(_to_found, exactly(files, list)))
            for entry, files in exactly(data["evidence"], dict).items()
        },
        globs={pattern: exactly(found, bool) for pattern, found in exactly(data["globs"], dict).items()},
        exists=texts(data["exists"]),
        baseline=None if data["baseline"] is None else _to_found(data["baseline"]),
        tree=None if data["tree"] is None else _to_tree(exactly(data["tree"], dict)),
        changes=_to_changes(changes) if isinstance(changes, dict) else maybe(changes, str),
        size=None if data["size"] is None else natural(data["size"]),
        approvals=None
        if data["approvals"] is None
        else {id: _to_eyes(each) for id, each in exactly(data["approvals"], dict).items()},
    )


def _to_found(data: Mapping[str, Any]) -> Found:
    return Found(
        name=exactly(data["name"], str),
        file=maybe(data["file"], str),
        why=exactly(data["why"], str),
        at=maybe_instant(data["at"]),
        hidden=exactly(data.get("hidden", False), bool),
    )


def _to_tree(data: Mapping[str, Any]) -> ToldTree:
    past, then = maybe(data["past"], dict), maybe(data["then"], dict)
    return ToldTree(
        paths=texts(data["paths"]),
        folder=exactly(data["folder"], str),
        unknown=exactly(data["unknown"], str),
        opened={path: _to_found(each) for path, each in exactly(data["opened"], dict).items()},
        past=None
        if past is None
        else {path: tuple(map(_to_past, exactly(changes, list))) for path, changes in past.items()},
        then=None if then is None else {day: None if paths is None else texts(paths) for day, paths in then.items()},
    )


def _to_past(data: Mapping[str, Any]) -> Past:
    return Past(at=instant(data["at"]), file=maybe(data["file"], str), asked=exactly(data["asked"], bool))


def _to_eyes(data: Mapping[str, Any]) -> FourEyes:
    return FourEyes(seen=Seen(data["seen"]), **{key: exactly(data[key], str) for key in ("why", "how", "commit")})


def _to_changes(data: Mapping[str, Any]) -> Changes:
    return Changes(
        ref=exactly(data["ref"], str),
        base=exactly(data["base"], str),
        base_at=instant(data["base_at"]),
        lines={path: int(exactly(mask, str), 16) for path, mask in exactly(data["lines"], dict).items()},
        tracked=frozenset(texts(data["tracked"])),
        roots=texts(data["roots"]),
        folder=exactly(data["folder"], str),
        touched=frozenset(texts(data["touched"])),
        excuses=texts(data["excuses"]),
    )
