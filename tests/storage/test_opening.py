"""What a file of SQLite is like that a store makes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from qualitygate.storage.alone import Alone
from qualitygate.storage.sessions import SessionStore


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """A shell as most have it, which lets everybody read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


@pytest.mark.parametrize("before", ["", "sqlite:///"])
def test_what_a_store_makes_is_for_its_owner_only(tmp_path: Path, before: str) -> None:
    path = str(tmp_path / "q.sqlite")
    with SessionStore(f"{before}{path}"):
        alone = Alone(path)
        found = modes(tmp_path)
        alone.release()
    assert {"q.sqlite", "q.sqlite-wal", "q.sqlite-shm", "q.sqlite-alone"} <= set(found)
    assert {0o600} == set(found.values())


def test_a_file_that_is_there_keeps_the_rights_that_somebody_gave_it(tmp_path: Path) -> None:
    path = tmp_path / "q.sqlite"
    path.touch(0o640)
    with SessionStore(str(path)):
        assert 0o640 == modes(tmp_path)["q.sqlite"]
