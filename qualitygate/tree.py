"""The files of a commit, as a door for policies: read without touching the work tree."""

from __future__ import annotations

import os
from errno import EINVAL
from functools import partial

from qualitygate import git
from qualitygate.config.files import Files
from qualitygate.errors import CannotTellChanges, ConfigError, Problem
from qualitygate.values import dataclass

_FOLDER, _LINK, _SUBMODULE = "040000", "120000", "160000"
_REFUSED = {
    _LINK: "is a link there, and where it leads is not looked at; commit the file itself",
    _SUBMODULE: "is in a submodule there, whose files are not in this repository",
    _FOLDER: "is a folder there",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    """A commit of a checkout. ``roots`` are the names that its root goes by in the work tree."""

    commit: str
    ref: str
    roots: tuple[str, ...]


def at(folder: str, ref: str) -> Files:
    """The files of the checkout around a folder as they are at a branch, tag or commit.

    Paths are those of the work tree, for which they stand; nothing there need exist, and no link there is followed.
    Contents are those that were committed, whatever git makes of their line ends in a checkout. Raises
    :class:`~qualitygate.errors.ConfigError` where there is no such commit.
    """
    folder = _existing(folder)
    try:
        root = git.root(folder)
        commit = git.commit(folder, ref) if root else ""
        if not commit:
            raise ConfigError([_unknown(folder, root, ref)])
    except CannotTellChanges as error:
        raise ConfigError([Problem("unknown-ref", f"{ref} cannot be looked up: {error}")]) from error
    below = git.placed(folder, root)
    named = folder.removesuffix(os.path.normpath(f"/{below}")) if below else folder
    tree = _Tree(commit=commit, ref=ref, roots=tuple(dict.fromkeys([named, os.path.normpath(root)])))
    return Files(
        read=partial(_read, tree),
        has=partial(_has, tree),
        same=lambda path: f"{commit}:{_path(tree, path)}",
        name=lambda path: f"{ref}:{_path(tree, path) or path}",
        ref=ref,
    )


def _existing(folder: str) -> str:
    """The nearest folder that the work tree has, for what is at the commit may be gone there.

    Links lead to a checkout, but none in it is followed: it could lead to another.
    """
    steps = os.path.abspath(folder).split(os.sep)
    here, inside = steps[0] + os.sep, False
    for step in steps[1:]:
        below = os.path.join(here, step)
        if not os.path.isdir(below) or (inside and os.path.islink(below)):
            break
        here, inside = below, inside or os.path.exists(os.path.join(below, ".git"))
    return here


def _unknown(folder: str, root: str, ref: str) -> Problem:
    if not root:
        return Problem("unknown-ref", f"{folder} is in no checkout of git, so it has no {ref}")
    branch = ref.removeprefix("origin/")
    fetch = f"git fetch --depth=1 origin {branch}:refs/remotes/origin/{branch}"
    if git.shallow(folder):
        way_out = f"the clone is shallow; {fetch} gets it"
    else:
        way_out = f"{git.meant(folder, ref)} If it is not fetched yet: {fetch}"
    return Problem("unknown-ref", f"git knows no {ref} here", help=way_out)


def _path(tree: _Tree, path: str) -> str:
    """The path from the root of the checkout, with forward slashes; empty for what is not in it."""
    full = os.path.abspath(path)
    for root in tree.roots:
        if full.startswith(root.rstrip(os.sep) + os.sep):
            return os.path.relpath(full, root).replace(os.sep, "/")
    return ""


def _has(tree: _Tree, path: str) -> bool:
    """Whether there is anything; what would be refused is there too, so that reading it says why."""
    try:
        _blob(tree, path)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _read(tree: _Tree, path: str, most: int) -> bytes:
    try:
        return git.content(tree.roots[-1], _blob(tree, path), most)
    except CannotTellChanges as error:
        raise OSError(EINVAL, f"git cannot tell what is in it: {error}") from error


def _blob(tree: _Tree, path: str) -> str:
    """The object that has the content of a file. Raises ``OSError`` with what stands there instead."""
    name = _path(tree, path)
    if not name or "\0" in name:
        raise FileNotFoundError(EINVAL, f"is not in the checkout, so it is not in {tree.ref}")
    mode, blob = _entry(tree, name)
    if mode in _REFUSED:
        raise OSError(EINVAL, f"it {_REFUSED[mode]}")
    if blob:
        return blob
    while "/" in name:
        name = name.rpartition("/")[0]
        mode, _ = _entry(tree, name)
        if mode in (_LINK, _SUBMODULE):
            raise OSError(EINVAL, f"{name} {_REFUSED[mode]}")
    raise FileNotFoundError(EINVAL, f"it is not in {tree.ref}")


def _entry(tree: _Tree, name: str) -> tuple[str, str]:
    try:
        return git.entry(tree.roots[-1], tree.commit, name) or ("", "")
    except CannotTellChanges as error:
        raise OSError(EINVAL, str(error)) from error
