"""The App's folder: who it is and its secrets, each a file that only its owner can read."""

from __future__ import annotations

import os
from contextlib import suppress
from shutil import rmtree
from tempfile import mkdtemp

from qualitygate.errors import ConfigError, Problem
from qualitygate.github.manifest import Registered

FOLDER = "qualitygate-app"
"""Where it lies, unless another is named: in the current folder, beside the database."""
FILES = {
    "id": "id",
    "name": "name",
    "url": "url",
    "address": "address",
    "private_key": "private-key.pem",
    "webhook_secret": "webhook-secret",
    "client_id": "client-id",
    "client_secret": "client-secret",
}


def known(path: str) -> Registered | None:
    """The App that a folder is of; ``None`` where there is no such folder.

    Raises :class:`~qualitygate.errors.ConfigError` where one of its files is missing.
    """
    if not os.path.isdir(path):
        return None
    found, problems = {}, list[Problem]()
    for field, name in FILES.items():
        try:
            with open(os.path.join(path, name), encoding="utf-8") as file:
                found[field] = file.read().strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            problems.append(Problem("usage", f"the App's folder {path}: {name} cannot be read: {why}"))
    if problems:
        raise ConfigError(problems)
    return Registered(**found)


def prepare(path: str) -> None:
    """See that an App can be kept there, before GitHub is asked to make one.

    Raises :class:`~qualitygate.errors.ConfigError` where one is kept already, or nothing can be written.
    """
    if os.path.lexists(path):
        way_out = "start without --setup to use it; to register another, move the folder away"
        raise ConfigError([Problem("usage", f"there is an App in {path} already", help=way_out)])
    try:
        os.rmdir(_beside(path))
    except OSError as error:
        raise _refused(path, error) from error


def keep(path: str, app: Registered) -> None:
    """Write an App's folder, whole or not at all. Raises :class:`~qualitygate.errors.ConfigError`."""
    try:
        made = _beside(path)
        try:
            for field, name in FILES.items():
                _write(os.path.join(made, name), getattr(app, field))
            os.rename(made, path)
        except OSError:
            with suppress(OSError):
                rmtree(made)
            raise
    except OSError as error:
        raise _refused(path, error) from error


def _beside(path: str) -> str:
    """A new folder beside it, which only we can enter."""
    full = os.path.abspath(path)
    return mkdtemp(prefix=f".{os.path.basename(full)}-", dir=os.path.dirname(full))


def _write(path: str, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{text.strip()}\n")
        file.flush()
        os.fsync(file.fileno())


def _refused(path: str, error: OSError) -> ConfigError:
    return ConfigError([Problem("usage", f"the App cannot be kept in {path}: {error.strerror or error}")])
