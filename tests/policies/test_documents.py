"""The registers of documents that ship with qualitygate can be read as they are, and nothing in them is complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from qualitygate.readers.documents import READER
from tests.samples import source, tree

FOLDER = Path(__file__).parents[2] / "policies" / "documents"
COUNTS = {"builtin": 9, "gbt8567": 25, "oss": 6}


def test_every_preset_is_known_here():
    assert sorted(COUNTS) == sorted(path.stem for path in FOLDER.iterdir())


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_a_preset_is_recognised_and_read(name, count):
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    assert READER.recognises(text.encode())
    (register,) = READER.read(source(text, tree=lambda: tree({"LICENSE": "x", "docs/a/b.md": "x", "SECURITY.md": "x"})))
    assert count == len(register.documents)
    there = {document.id for document in register.documents if document.paths}
    assert ({"license", "docs", "security"} if name == "oss" else set()) == there
