"""The snapshot as a format to read."""

from __future__ import annotations

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.readers import snapshot as reader
from qualitygate.snapshot import dump
from tests.samples import FAILED, case, report, source


def test_a_snapshot_is_recognised_by_its_first_line():
    text = "".join(dump([report(case("a"))]))
    assert reader.recognises(text.encode())
    assert not reader.recognises(b'{"tests": []}')


def test_its_reports_keep_the_labels_they_were_made_with():
    text = "".join(dump([report(case("a", FAILED), labels={"suite": "unit"})]))
    (back,) = reader.READER.read(source(text, labels={"suite": "joined"}))
    assert {"suite": "unit"} == back.source.labels


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"1", b"<testsuite/>", b"\xff"])
def test_anything_else_is_refused(raw):
    with pytest.raises(CannotReadReport):
        list(reader.read(source(raw)))
