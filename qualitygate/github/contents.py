"""Files of a commit, asked for one by one."""

from __future__ import annotations

from base64 import b64decode
from errno import EFBIG, EISDIR
from urllib.parse import quote

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client

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
