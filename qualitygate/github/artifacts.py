"""Files that earlier workflow runs kept as artifacts: found by name, of our own branch only, unpacked within caps."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import requests

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import TIMEOUT, Client
from qualitygate.values import dataclass

ZIP_MOST = 64 * 1024**2
"""Bytes of an artifact as it is sent."""
FILE_MOST = 512 * 1024**2
"""Bytes of one file unpacked."""
_BLOCK = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """An artifact and the commit whose run made it. ``created_at`` is ISO 8601."""

    id: int
    sha: str
    created_at: str


def latest(client: Client, repository: str, name: str, branch: str) -> Artifact | None:
    """The newest artifact of that name that a run on that branch of this very repository kept, if any.

    A run on a fork's branch of the same name, which anybody can start, has another head repository.
    """
    listed = client.pages(f"/repos/{repository}/actions/artifacts", {"name": name}, under="artifacts")
    own = (each for each in listed if not each["expired"] and _of(each.get("workflow_run"), branch))
    newest = max(own, key=lambda each: str(each["created_at"]), default=None)
    if newest is None:
        return None
    return Artifact(id=newest["id"], sha=newest["workflow_run"]["head_sha"], created_at=newest["created_at"])


def fetch(client: Client, repository: str, artifact: Artifact, file: str, target: str) -> None:
    """Write the one file of that name in an artifact to ``target``. Raises ``CannotUseGitHub``."""
    content = _download(client, f"/repos/{repository}/actions/artifacts/{artifact.id}/zip")
    try:
        with ZipFile(BytesIO(content)) as archive, archive.open(file) as packed, open(target, "wb") as unpacked:
            left = FILE_MOST
            while block := packed.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise CannotUseGitHub("artifact", f"{file} in artifact {artifact.id} is over {FILE_MOST} bytes")
                unpacked.write(block)
    except KeyError as error:
        raise CannotUseGitHub("artifact", f"artifact {artifact.id} holds no {file}") from error
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise CannotUseGitHub("artifact", f"artifact {artifact.id} cannot be unpacked: {error}") from error


def _of(run: Mapping[str, Any] | None, branch: str) -> bool:
    if run is None or run.get("head_repository_id") != run.get("repository_id"):
        return False
    return run.get("head_branch") == branch


def _download(client: Client, path: str) -> bytes:
    """The bytes behind the redirect; the token is not shown to the host it leads to."""
    try:
        address = client.redirect(path)
        with requests.get(address, stream=True, timeout=TIMEOUT, headers={"User-Agent": "qualitygate"}) as answer:
            answer.raise_for_status()
            content = answer.raw.read(ZIP_MOST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise CannotUseGitHub("unreachable", f"GET {path}: the artifact cannot be fetched: {error}") from error
    if len(content) > ZIP_MOST:
        raise CannotUseGitHub("artifact", f"GET {path}: the artifact is larger than {ZIP_MOST} bytes")
    return bytes(content)
