"""Go's coverage profiles."""

from __future__ import annotations

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.coverage import merge
from qualitygate.readers.go_cover import READER

from .covering import report_of, shares
from .reading import sample

ONE = "shop/a.go:2.22,4.2 3 1"
TWO = "shop/a.go:6.22,9.2 2 0"


def read(*told: str):
    return report_of(READER, "\n".join(["mode: count", *told, ""]))


def test_a_real_profile_says_what_go_said():
    assert {"line": (2, 4)} == shares(report_of(READER, sample("go_cover/cover.out")))


def test_statements_are_counted_and_not_lines():
    assert {"line": (3, 5)} == shares(read(ONE, TWO))


def test_a_block_told_twice_counts_once_and_ran_if_it_ran_once():
    assert {"line": (2, 2)} == shares(read(TWO, TWO.replace(" 0", " 7"), TWO))


def test_profiles_of_the_same_file_are_merged_by_block():
    merged = merge([read(ONE, TWO), read(ONE.replace(" 1", " 0"), TWO.replace(" 0", " 1"))])
    assert (5, 5) == merged.share("line")


def test_profiles_one_after_another_are_read_as_one():
    assert {"line": (3, 5)} == shares(read(ONE, "mode: set", TWO))


def test_a_profile_of_nothing_has_no_data():
    assert {} == shares(read())


def test_a_path_may_have_a_colon_and_a_space():
    assert ["C:/my shop/a.go"] == list(read("C:\\my shop\\a.go:2.22,4.2 3 1").coverage.files)


@pytest.mark.parametrize("broken", ["shop/a.go:2.22,4.2 3", "shop/a.go:2.22 3 1", "ok shop 0.1s", "shop/a.go:2.22,4"])
def test_a_line_that_is_no_block_is_refused(broken):
    with pytest.raises(CannotReadReport, match="in line 3"):
        read(ONE, broken)


def test_a_profile_without_a_mode_is_refused_where_it_should_stand():
    with pytest.raises(CannotReadReport, match="in line 1"):
        report_of(READER, "\n" + ONE)


@pytest.mark.parametrize("head", [b"mode: set", b"mode: atomic\n", b"mode: count\r\na.go:1.1,2.2 1 1"])
def test_a_mode_is_recognised(head):
    assert READER.recognises(head)


@pytest.mark.parametrize("head", [b"", b"mode: fast\n", b"model: set\n", b"\nmode: set\n"])
def test_other_text_is_not_recognised(head):
    assert not READER.recognises(head)
