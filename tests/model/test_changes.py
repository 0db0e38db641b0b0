"""Marked lines as runs."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qualitygate.model.changes import runs


@given(st.sets(st.integers(1, 300)))
def test_runs_are_the_marked_lines_and_never_touch(lines):
    told = runs(sum(1 << line for line in lines))
    assert lines == {line for first, last in told for line in range(first, last + 1)}
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(told))


def test_no_line_is_no_run():
    assert [] == runs(0)
