"""Real reports, damaged in any way: a reader gives evidence or refuses, and raises nothing else.

The seeds are the public corpus, where it lies beside the repository, and the samples of the tests, which always do.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualitygate import registry
from qualitygate.errors import CannotReadReport
from qualitygate.model.evidence import Evidence, Source
from qualitygate.recognition import HEAD
from tests.test_corpus import SHARED

SAMPLES = Path(__file__).parent / "readers"
LARGEST = 30_000
MOST = 40
ODD = [
    b"",
    b"\0",
    b"<",
    b">",
    b'"',
    b"{",
    b"}",
    b"]",
    b"[",
    b",",
    b"\xff",
    b"&",
    b"-1",
    b"1e999",
    b"null",
    b"\n",
    b"\xe2\x80",
]
READERS = [name for name in registry.names(registry.READERS) if name not in ("snapshot", "coverage_sqlite")]
"""All but the one whose files are SQLite's own, and the one that has its own tests for this."""


@cache
def seeds() -> dict[str, list[bytes]]:
    """Reports by the reader that recognises them, at most so many of each, the smallest first."""
    found: dict[str, list[bytes]] = {}
    folders = [SAMPLES, SHARED / "data" / "reports"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".py"]
    for path in sorted(files, key=lambda path: (path.stat().st_size, str(path))):
        if path.stat().st_size <= LARGEST:
            raw = path.read_bytes()
            known = registry.reader_for(raw[:HEAD])
            if known and len(found.setdefault(known[0], [])) < MOST:
                found[known[0]].append(raw)
    return found


@st.composite
def damaged(draw, raw: bytes) -> bytes:
    """Some bytes with some of them gone, replaced, repeated or moved."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, max(len(raw) - 1, 0)))
        end = min(start + draw(st.sampled_from([0, 1, 2, 7, 40, 400])), len(raw))
        new = draw(st.sampled_from(ODD) | st.binary(max_size=3) | st.just(raw[start:end] * 2))
        raw = raw[:start] + new + raw[end:]
    return raw[: draw(st.sampled_from([len(raw), len(raw) - 1, len(raw) // 2]))]


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(data=st.data())
def test_damaged_reports_are_read_or_refused(name, data):
    known = seeds().get(name)
    assert known, f"there is no sample that {name} recognises"
    raw = data.draw(st.sampled_from(known).flatmap(damaged))
    try:
        found = list(registry.reader(name).read(Source(name="report", open=lambda: BytesIO(raw), reader=name)))
    except CannotReadReport:
        return
    assert all(isinstance(item, Evidence) for item in found)
