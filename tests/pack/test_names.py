"""Names in a pack: safe, and another for every path."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualitygate.pack.names import LONGEST, is_safe, packed

PATHS = st.text(max_size=30)


@given(PATHS)
def test_every_path_has_a_safe_name(path):
    name = packed("inputs/", path)
    assert is_safe(name) or len(name.encode()) > LONGEST
    assert name.encode().decode() == name


@given(PATHS, PATHS)
def test_two_paths_never_share_a_name(one, other):
    assert (one == other) is (packed("", one) == packed("", other))


def test_plain_paths_stay_as_they_are_and_ways_out_do_not():
    assert "inputs/a b/测试.xml" == packed("inputs/", "a b/测试.xml")
    assert "inputs/%2E%2E/x" == packed("inputs/", "../x")
    assert "inputs/%00/etc/passwd" == packed("inputs/", "/etc/passwd")
    assert "inputs/C%3A/x" == packed("inputs/", "C:/x")
    assert "inputs/%ED%B3%BF" == packed("inputs/", "\udcff")
