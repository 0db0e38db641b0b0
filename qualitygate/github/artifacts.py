"""Files that workflow runs kept as artifacts: found by name or run, streamed, and unpacked within caps.

What a run kept is whatever its code wants: each name is looked at before anything is written, and what is counted are
the bytes that come, not those that are promised.
"""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import requests

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import TIMEOUT, Client
from qualitygate.values import dataclass

ZIP_MOST = 64 * 1024**2
"""Bytes of an artifact as it is sent."""
FILE_MOST = 512 * 1024**2
"""Bytes of one file unpacked."""
ALL_MOST, FILES_MOST = 1024**3, 10_000
"""Bytes of all files unpacked, and how many there may be."""
_BLOCK = 1024**2
_NAME_MOST, _PART_MOST = 1_000, 255
"""Bytes of a name, and between its slashes, where systems have no more."""
_DEVICES = frozenset('\\:*?"<>|')
_GIT = ".git"
"""A folder that makes a checkout of the one around it, with settings that name programs."""
_BROKEN = (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error)
"""What ``zipfile`` raises over what it cannot unpack."""
_TWICE = "is in it twice, or as a file and as a folder; keep each file once"
_ELSEWHERE = "is there twice; artifacts of several workflows need names of their own"
_OURS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EIO})
"""What goes wrong with this machine, whatever the artifact is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """An artifact and the commit whose run made it. ``created_at`` is ISO 8601; an expired one cannot be fetched."""

    id: int
    sha: str
    created_at: str
    name: str = ""
    expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What is left of the caps after some artifacts were unpacked."""

    bytes: int = ALL_MOST
    files: int = FILES_MOST


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
    try:
        with _opened(client, repository, artifact) as archive:
            _unpack(archive, archive.getinfo(file), target, FILE_MOST, f"{file} in {_said(artifact)}")
    except KeyError as error:
        raise CannotUseGitHub("artifact", f"{_said(artifact)} holds no {file}") from error


def of_run(client: Client, repository: str, run: int) -> tuple[Artifact, ...]:
    """What a run kept, of each name the newest: another attempt keeps its own beside that of the first.

    One that has expired is among them where there is no other of its name.
    """
    listed = client.pages(f"/repos/{repository}/actions/runs/{run}/artifacts", under="artifacts")
    newest: dict[str, Mapping[str, Any]] = {}
    for each in sorted(listed, key=lambda each: (not each["expired"], str(each["created_at"]), int(each["id"]))):
        newest[str(each["name"])] = each
    return tuple(
        Artifact(
            id=each["id"],
            sha=str(each["workflow_run"]["head_sha"]),
            created_at=each["created_at"],
            name=name,
            expired=bool(each["expired"]),
        )
        for name, each in newest.items()
    )


def unpack(client: Client, repository: str, artifact: Artifact, folder: str, room: Room) -> Room:
    """Unpack all of an artifact into a folder of its name below this one; the room that is left.

    Raises :class:`~qualitygate.errors.CannotUseGitHub` (``artifact``) for a name that leads out of the folder, a file
    that is there already, a link, and for more than there is room for.
    """
    said = _said(artifact)
    left, written = room.bytes, set[str]()
    with _opened(client, repository, artifact) as archive:
        files = [each for each in archive.infolist() if not each.is_dir()]
        if len(files) > room.files:
            raise CannotUseGitHub("artifact", f"{said} has more than {room.files} files")
        for each in files:
            _refuse_traps(artifact.name, each, said)
            target = os.path.join(folder, artifact.name, *each.filename.split("/"))
            try:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                left -= _unpack(archive, each, target, left, f"what is unpacked of {said}", new=True)
            except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
                own = any(_clash(each.filename, other) for other in written)
                why = _TWICE if own else _ELSEWHERE
                raise CannotUseGitHub("artifact", f"{each.filename!r} of {said} {why}") from error
            written.add(each.filename)
    return Room(bytes=left, files=room.files - len(files))


def _said(artifact: Artifact) -> str:
    return f"the artifact {artifact.name!r}" if artifact.name else f"artifact {artifact.id}"


def _clash(name: str, other: str) -> bool:
    """Whether two files cannot both be there: they have one name, or one lies in a folder that the other is."""
    return name == other or name.startswith(f"{other}/") or other.startswith(f"{name}/")


def _refuse_traps(below: str, file: ZipInfo, said: str) -> None:
    """Refuse a name that leads out of the folder, means something to a system or is too long for it, and no files."""
    name, kind = file.filename, stat.S_IFMT(file.external_attr >> 16)
    steps = [*name.split("/"), below]
    safe = (
        (name + below).isprintable()
        and "/" not in below
        and not _DEVICES & set(name + below)
        and not {"", ".", "..", _GIT} & {step.casefold() for step in steps}
        and all(len(step.encode(errors="replace")) <= _PART_MOST for step in steps)
    )
    if not safe or file.orig_filename != name or len(name.encode(errors="replace")) > _NAME_MOST:
        raise CannotUseGitHub("artifact", f"{said} holds {file.orig_filename[:200]!r}, a name that leads astray")
    if kind not in {0, stat.S_IFREG}:
        raise CannotUseGitHub("artifact", f"{said} holds {name!r}, which is a link or no file at all")


def _unpack(archive: ZipFile, file: ZipInfo, target: str, most: int, said: str, *, new: bool = False) -> int:
    """Write one file; the bytes it has. With ``new`` there must be none of its name."""
    written = 0
    with archive.open(file) as packed, open(target, "xb" if new else "wb") as unpacked:
        while block := packed.read(_BLOCK):
            written += len(block)
            if written > min(most, FILE_MOST):
                raise CannotUseGitHub("artifact", f"{said} is over {min(most, FILE_MOST)} bytes")
            unpacked.write(block)
    return written


@contextmanager
def _opened(client: Client, repository: str, artifact: Artifact) -> Iterator[ZipFile]:
    with TemporaryFile() as packed:
        _download(client, f"/repos/{repository}/actions/artifacts/{artifact.id}/zip", packed)
        try:
            with ZipFile(packed) as archive:
                yield archive
        except _BROKEN as error:
            raise CannotUseGitHub("artifact", f"{_said(artifact)} cannot be unpacked: {error}") from error
        except OSError as error:
            if error.errno in _OURS:
                raise
            why = error.strerror or "the system refuses it"
            raise CannotUseGitHub("artifact", f"{_said(artifact)} cannot be unpacked: {why}") from error


def _of(run: Mapping[str, Any] | None, branch: str) -> bool:
    if run is None or run.get("head_repository_id") != run.get("repository_id"):
        return False
    return run.get("head_branch") == branch


def _download(client: Client, path: str, target: IO[bytes]) -> None:
    """Write the bytes behind the redirect; the token is not shown to the host it leads to."""
    left = ZIP_MOST
    try:
        address = client.redirect(path)
        with requests.get(address, stream=True, timeout=TIMEOUT, headers={"User-Agent": "qualitygate"}) as answer:
            answer.raise_for_status()
            for block in answer.iter_content(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise CannotUseGitHub("artifact", f"GET {path}: the artifact is larger than {ZIP_MOST} bytes")
                target.write(block)
    except (requests.RequestException, OSError) as error:
        raise CannotUseGitHub("unreachable", f"GET {path}: the artifact cannot be fetched: {error}") from error
