"""Files of a commit, asked for one by one."""

from __future__ import annotations

from base64 import b64decode
from errno import EFBIG, EISDIR
from urllib.parse import quote

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client

LISTED_MOST = 1_000
"""Files and folders that GitHub lists of one folder, without a word of those beyond."""
_KINDS = {"dir": "it is a folder there", "symlink": "it is a link there", "submodule": "it is in a submodule there"}


def content(client: Client, repository: str, path: str, ref: str) -> bytes | None:
    """The content of a file at a branch, tag or commit, or without one on the default branch; ``None`` where none is.

    Raises ``OSError`` with what stands there instead, and :class:`~qualitygate.errors.CannotUseGitHub`.
    """
    try:
        at = {"ref": ref} if ref else {}
        found = client.ask("GET", f"/repos/{repository}/contents/{quote(path)}", parameters=at)
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return None
        raise
    if isinstance(found, list):
        raise OSError(EISDIR, _KINDS["dir"])
    if found["type"] in _KINDS:
        raise OSError(EISDIR, _KINDS[found["type"]])
    if found.get("encoding") != "base64":
        raise OSError(EFBIG, "it is larger than 1 MB, which GitHub does not give in one piece")
    return b64decode(found["content"])


def listed(client: Client, repository: str, folder: str, ref: str) -> tuple[str, ...]:
    """The names of the files in a folder, the root where it has no name; none where there is no such folder.

    Raises ``OSError`` where GitHub does not list all, and :class:`~qualitygate.errors.CannotUseGitHub`.
    """
    try:
        found = client.ask("GET", f"/repos/{repository}/contents/{quote(folder)}", parameters={"ref": ref})
    except CannotUseGitHub as error:
        if error.slug == "not-found":
            return ()
        raise
    if not isinstance(found, list):
        return ()
    if len(found) >= LISTED_MOST:
        raise OSError(EFBIG, f"GitHub lists no more than {LISTED_MOST} files of a folder")
    return tuple(each["name"] for each in found if each["type"] != "dir")
