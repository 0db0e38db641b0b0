"""The tree around a folder: its files, and what git tells of their past."""

from __future__ import annotations

import os
import subprocess
from datetime import date

import pytest

from qualitygate import checkout
from qualitygate.git import changes
from tests.checkout import ALONE, IDENTITY, Checkout


@pytest.fixture
def repository(tmp_path):
    return Checkout(tmp_path / "shop")


def commit(repository: Checkout, day: str, message: str = "a step", **files: str) -> None:
    """A commit of a day."""
    for name, text in files.items():
        repository.write(name.replace("__", "/") + ".md", text)
    repository.git("add", "--all")
    environ = {**os.environ, **ALONE, "GIT_COMMITTER_DATE": f"{day}T09:00:00Z"}
    command = ["git", *IDENTITY, "commit", "--quiet", "--allow-empty", "-m", message]
    subprocess.run(command, cwd=repository.folder, env=environ, check=True, capture_output=True)


def test_a_folder_without_git_has_its_files_and_no_past(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("x")
    found = checkout.tree(str(tmp_path))
    assert ({"docs/a.md"}, None, "it is in no checkout of git") == (found.paths, found.past, found.unknown)
    with found.open("docs/a.md") as stream:
        assert b"x" == stream.read()


def test_a_checkout_has_the_files_that_are_there_and_not_ignored(repository):
    commit(repository, "2026-01-05", kept="x", gone="x")
    repository.write(".gitignore", "build\n")
    repository.write("build/out.md", "x")
    repository.write("new.md", "x")
    (repository.folder / "gone.md").unlink()
    repository.write("sub/here.md", "x")
    found = checkout.tree(str(repository.folder / "sub"))
    assert ({"kept.md", ".gitignore", "new.md", "sub/here.md"}, "sub") == (found.paths, found.folder)


def test_the_past_of_a_file_is_the_latest_commit_first_also_under_another_name(repository):
    commit(repository, "2026-01-05", old="one\n" * 20)
    repository.git("mv", "old.md", "new.md")
    commit(repository, "2026-02-05")
    commit(repository, "2026-03-05", new="two\n")
    found = checkout.tree(str(repository.folder))
    past = found.past("new.md")
    assert [date(2026, 3, 5), date(2026, 2, 5), date(2026, 1, 5)] == [change.at.date() for change in past]
    assert b"two\n" == past[0].content()
    assert b"one\n" * 20 == past[-1].content()
    assert [] == found.past("nowhere.md")


def test_what_was_there_on_a_day(repository):
    commit(repository, "2026-01-05", a="x")
    commit(repository, "2026-02-05", b="x")
    then = checkout.tree(str(repository.folder)).then
    assert {"a.md"} == then(date(2026, 1, 5)) == then(date(2026, 2, 4))
    assert {"a.md", "b.md"} == then(date(2026, 2, 5))
    assert then(date(2026, 1, 4)) is None


def test_a_shallow_clone_has_no_past(repository, tmp_path):
    commit(repository, "2026-01-05", a="x")
    commit(repository, "2026-02-05", a="y")
    repository.git("clone", "--quiet", "--depth=1", repository.folder.as_uri(), str(tmp_path / "clone"))
    found = checkout.tree(str(tmp_path / "clone"))
    assert (None, "the clone is shallow: fetch-depth: 0 with actions/checkout") == (found.past, found.unknown)


def test_a_checkout_without_a_commit_has_no_past(repository):
    assert "there is no commit yet" == checkout.tree(str(repository.folder)).unknown


def test_a_link_that_leads_out_is_followed_by_nobody(repository, tmp_path):
    (tmp_path / "secret").write_text("x")
    os.symlink(tmp_path / "secret", repository.folder / "link.md")
    found = checkout.tree(str(repository.folder))
    assert "link.md" in found.paths
    with pytest.raises(OSError, match="outside"):
        found.open("link.md")


def test_a_branch_tells_every_file_it_touched_and_its_excuses(repository):
    commit(repository, "2026-01-05", a="x", b="x", c="x")
    repository.branch()
    (repository.folder / "b.md").unlink()
    commit(repository, "2026-02-05", "a step\n\nDocs-not-needed: only a comment\n", a="y")
    found = changes(str(repository.folder), ["main"])
    assert ({"a.md", "b.md"}, ("only a comment",)) == (found.touched, found.excuses)
