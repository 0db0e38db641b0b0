"""The files of a commit on GitHub as a door for policies: what is asked for is fetched, and nothing is checked out."""

from __future__ import annotations

import os
from errno import EINVAL
from functools import cache
from tempfile import gettempdir

from qualitygate.config.files import Files
from qualitygate.github.client import Client
from qualitygate.github.contents import content

NOWHERE = os.path.join(os.path.realpath(gettempdir()), "qualitygate-reads-no-file")
"""A root for who only reads what is on GitHub: nothing of this machine lies there."""


def at(client: Client, repository: str, commit: str, root: str, called: str = "") -> Files:
    """The files of a repository at a commit. Paths are as if it were checked out at ``root``.

    Problems call it ``called``, by default by the commit.
    """
    called = called or commit[:10]

    @cache
    def fetched(name: str) -> bytes | OSError:
        try:
            found = content(client, repository, name, commit)
        except OSError as error:
            return error
        return FileNotFoundError(EINVAL, f"it is not in {called}") if found is None else found

    def read(path: str, most: int) -> bytes:
        found = fetched(_name(path, root))
        if isinstance(found, OSError):
            raise found
        return found[:most]

    def has(path: str) -> bool:
        name = _name(path, root, "")
        return bool(name) and not isinstance(fetched(name), FileNotFoundError)

    return Files(
        read=read,
        has=has,
        same=lambda path: f"{commit}:{_name(path, root, path)}",
        name=lambda path: f"{called}:{_name(os.path.abspath(path), root, path)}",
        ref=called,
    )


def _name(path: str, root: str, other: str | None = None) -> str:
    """The path from the root of the repository; for one that leads out of it the other, or an ``OSError``."""
    full = os.path.normpath(os.path.join(root, path))
    if full.startswith(root + os.sep) and "\0" not in full:
        return os.path.relpath(full, root).replace(os.sep, "/")
    if other is None:
        raise FileNotFoundError(EINVAL, "it is not in the repository")
    return other
