"""A file of SQLite that one process alone works with, for as long as that lives: the system lets go of it then."""

from __future__ import annotations

import sqlite3

from qualitygate.errors import CannotUseStore
from qualitygate.storage.opening import owned


class Alone:
    """The right to a file, held until ``release``.

    Raises :class:`~qualitygate.errors.CannotUseStore` where another has it.
    """

    def __init__(self, path: str) -> None:
        owned(f"{path}-alone")
        self._held = sqlite3.connect(f"{path}-alone", timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._held.close()
            why = f"another process works with the store {path}; with postgresql:// any number may"
            raise CannotUseStore(why) from error

    def release(self) -> None:
        """Let others have it."""
        self._held.close()
