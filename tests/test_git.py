"""What is judged, as CI and git say."""

from __future__ import annotations

import subprocess

import pytest

from qualitygate.git import browsed, head, subject


@pytest.fixture
def checkout(tmp_path):
    def git(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *identity, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    git("init", "--quiet")
    return tmp_path, git


def test_outside_a_checkout_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setattr("qualitygate.git.os.path.exists", lambda _: False)
    assert head(str(tmp_path)) is None


def test_before_the_first_commit_there_is_none(checkout):
    assert head(str(checkout[0])) is None


def test_the_commit_is_the_one_checked_out(checkout):
    folder, git = checkout
    git("commit", "--quiet", "--allow-empty", "-m", "one")
    (folder / "below").mkdir()
    assert git("rev-parse", "HEAD") == head(str(folder)) == head(str(folder / "below"))
    assert {"commit": git("rev-parse", "HEAD")} == subject(str(folder), {})


def test_without_git_there_is_no_commit(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert head(str(checkout[0])) is None


@pytest.mark.parametrize(
    "environ",
    [
        {"GITHUB_REPOSITORY": "acme/shop", "GITHUB_REF_NAME": "main", "GITHUB_SHA": "abc"},
        {"CI_PROJECT_PATH": "acme/shop", "CI_COMMIT_REF_NAME": "main", "CI_COMMIT_SHA": "abc"},
        {"GITHUB_REPOSITORY": "acme/shop", "CI_PROJECT_PATH": "x", "GITHUB_REF_NAME": "main", "CI_COMMIT_SHA": "abc"},
    ],
)
def test_what_the_ci_says_comes_first(tmp_path, environ):
    assert {"name": "acme/shop", "ref": "main", "commit": "abc"} == subject(str(tmp_path), environ)


def test_nothing_known_is_nothing_said(tmp_path, monkeypatch):
    monkeypatch.setattr("qualitygate.git._in_checkout", lambda _: False)
    assert {} == subject(str(tmp_path), {"GITHUB_SHA": ""})


GITHUB = {"GITHUB_SERVER_URL": "https://git.example", "GITHUB_REPOSITORY": "acme/shop", "GITHUB_SHA": "1a2b"}
GITLAB = {"CI_PROJECT_URL": "https://git.example/acme/shop", "CI_COMMIT_SHA": "1a2b"}


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        (GITHUB, "https://git.example/acme/shop/blob/1a2b/"),
        (GITLAB, "https://git.example/acme/shop/-/blob/1a2b/"),
        ({**GITHUB, "GITHUB_SHA": ""}, ""),
        ({}, ""),
    ],
)
def test_files_can_be_read_where_the_ci_says_it_keeps_them(checkout, environ, address):
    folder, _ = checkout
    (folder / "the docs").mkdir()
    assert address == browsed(str(folder), environ)
    assert (address and f"{address}the%20docs/") == browsed(str(folder / "the docs"), environ)


def test_outside_a_checkout_and_without_git_no_files_can_be_read(tmp_path, checkout, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    assert "" == browsed(str(outside), GITHUB)
    monkeypatch.setenv("PATH", "")
    assert "" == browsed(str(checkout[0]), GITHUB)
