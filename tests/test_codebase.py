"""The code there is."""

from __future__ import annotations

from qualitygate.codebase import SIZE_CAP, present, size
from tests.conftest import write_files


def test_lines_that_are_not_blank_count(tmp_path):
    write_files(tmp_path, {"a.py": "a\n\n  \t\nb\n", "b.py": "c", "c.py": ""})
    assert 3 == size(str(tmp_path), ["a.py", "b.py", "c.py"])


def test_what_is_gone_binary_a_link_or_beyond_reason_does_not_count(tmp_path):
    write_files(tmp_path, {"a.py": "a\n", "b.bin": b"a\n\0b\n", "folder/c.py": "c\n"})
    (tmp_path / "link.py").symlink_to("a.py")
    with (tmp_path / "large.py").open("wb") as file:
        file.truncate(SIZE_CAP + 1)
    assert 1 == size(str(tmp_path), ["a.py", "b.bin", "gone.py", "link.py", "folder", "large.py"])


def test_the_files_below_a_folder_are_told_without_those_of_version_control(tmp_path):
    write_files(tmp_path, {"b/c.py": "", "a.py": "", ".git/config": "", "b/.git/x": ""})
    assert ["a.py", "b/c.py"] == list(present(str(tmp_path)))
