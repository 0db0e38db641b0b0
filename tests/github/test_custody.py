"""``evidence fetch``: reviews and pushes around the rules, asked of the double and kept in a file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from qualitygate.cli import main
from qualitygate.config import schemas
from tests.github.double.github import GitHub

ADMINISTRATION = {"administration": "read", "pull_requests": "read", "contents": "read"}


class Fetching:
    """The command with a token, and the file it keeps."""

    def __init__(self, github: GitHub, folder: Path, monkeypatch: pytest.MonkeyPatch, capture) -> None:
        self.github, self.monkeypatch, self.capture = github, monkeypatch, capture
        self.file = folder / "custody.json"
        for name in ("GITHUB_REPOSITORY", "GITHUB_API_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("GITHUB_TOKEN", github.token(**ADMINISTRATION))
        self.shop = github.repository("acme/crm", private=True)
        self.out = self.err = ""

    def run(self, *arguments: str, repo: str = "acme/crm") -> int:
        about = ("--repo", repo, "--api-url", self.github.url, "--now", self.github.now.isoformat())
        code = main(["evidence", "fetch", *about, "-o", str(self.file), *arguments])
        self.out, self.err = self.capture.readouterr()
        return code

    @property
    def kept(self) -> dict:
        data = json.loads(self.file.read_text())
        jsonschema.validate(data, schemas.schema("custody"))
        return data


@pytest.fixture
def fetching(github: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Fetching:
    return Fetching(github, tmp_path, monkeypatch, capsys)


def test_pushes_around_the_rules_are_kept_and_no_others(fetching: Fetching) -> None:
    fetching.shop.suite("pass", login="lin")
    made = fetching.shop.suite("bypass", login="mei")
    fetching.shop.suite("fail", login="lin")

    assert 0 == fetching.run(), fetching.err
    assert fetching.out == f"{fetching.file}: 1 push around the rules, 0 reviews of pull requests\n"
    (bypass,) = fetching.kept["bypasses"]
    assert (made.id, "mei", "refs/heads/main", made.after) == tuple(bypass[key] for key in ("id", "by", "ref", "after"))
    assert [] == fetching.kept["reviews"]


def test_what_was_kept_before_stays_and_the_spans_meet(fetching: Fetching, github: GitHub) -> None:
    fetching.shop.suite("bypass", login="mei")
    assert 0 == fetching.run()
    begun = fetching.kept["asked"][0]["since"]
    github.wait(timedelta(days=20))
    assert 0 == fetching.run()
    github.wait(timedelta(days=25))
    fetching.shop.suite("bypass", login="lin")
    assert 0 == fetching.run()

    assert ["mei", "lin"] == [each["by"] for each in fetching.kept["bypasses"]]
    assert [{"since": begun, "until": github.now.isoformat()}] == fetching.kept["asked"]


def test_days_that_nobody_asked_about_are_a_gap(fetching: Fetching, github: GitHub) -> None:
    assert 0 == fetching.run()
    github.wait(timedelta(days=29))
    assert 0 == fetching.run()
    assert 2 == len(fetching.kept["asked"])


def test_reviews_of_the_pull_request_that_brought_a_commit_are_kept(fetching: Fetching) -> None:
    pull = fetching.shop.pull(number=7, login="ann")
    fetching.shop.review(7, "CHANGES_REQUESTED", login="bo")
    fetching.shop.review(7, "APPROVED", login="bo")
    fetching.shop.review(7, "PENDING", login="cy", pending=True)
    merged = fetching.shop.merge(7, login="bo")

    assert 0 == fetching.run("--sha", merged), fetching.err
    assert merged == fetching.kept["commit"]
    assert [(7, "bo", "changes_requested", pull.sha), (7, "bo", "approved", pull.sha)] == [
        (each["pull_request"], each["by"], each["state"], each["commit"]) for each in fetching.kept["reviews"]
    ]
    assert 0 == fetching.run("--sha", fetching.shop.head)
    assert 2 == len(fetching.kept["reviews"])


def test_a_token_that_may_not_read_the_administration_is_told_so(fetching: Fetching, github: GitHub) -> None:
    fetching.monkeypatch.setenv("GITHUB_TOKEN", github.token(contents="read"))
    assert 4 == fetching.run()
    assert "error[permission]: GET /repos/acme/crm/rulesets/rule-suites: the token may not do this" in fetching.err
    assert not fetching.file.exists()


def test_another_repository_is_not_mixed_in(fetching: Fetching, github: GitHub) -> None:
    assert 0 == fetching.run()
    github.repository("acme/shop", private=True)
    assert 3 == fetching.run(repo="acme/shop")
    assert "it is about acme/crm, and acme/shop was asked" in fetching.err


@pytest.mark.parametrize("repo", ["", "acme", "a/b/c"])
def test_a_repository_must_be_named(fetching: Fetching, repo: str) -> None:
    assert 2 == fetching.run(repo=repo)
    assert "needs --repo OWNER/NAME" in fetching.err
