"""The world: everything the double remembers between two requests, and its clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.github.double.account import Account, App
from tests.github.double.apps import Installation
from tests.github.double.exchange import Refused, Request
from tests.github.double.hooks import Delivery
from tests.github.double.issues import Issue
from tests.github.double.oauth import Code
from tests.github.double.repository import Repository
from tests.github.double.token import Token

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
ACTIONS = "github-actions"


@dataclass(slots=True, kw_only=True)
class World:
    """Mutable on purpose: requests change it, tests arrange and read it. `now` stands still until a test moves it.

    `person` is whom the site takes a browser for.
    """

    now: datetime = START
    repositories: dict[str, Repository] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    teams: dict[str, list[str]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    installations: list[Installation] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    manifests: dict[str, dict[str, Any]] = field(default_factory=dict)
    person: str = ""
    codes: dict[str, Code] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1001))

    def new_id(self) -> int:
        return next(self.numbers)

    def account(self, login: str) -> Account:
        """Who has this login; somebody new the first time."""
        if login not in self.accounts:
            kind = "Bot" if login.endswith("[bot]") else "User"
            self.accounts[login] = Account(id=self.new_id(), login=login, kind=kind)
        return self.accounts[login]

    def app(self, slug: str) -> App:
        """The App of this name; a new one the first time."""
        if slug not in self.apps:
            owner = self.account("github")
            self.apps[slug] = App(id=15368 if slug == ACTIONS else self.new_id(), slug=slug, owner=owner)
        return self.apps[slug]

    def repository(self, request: Request) -> Repository:
        """The repository a path names; what the token cannot see is not there."""
        name = f"{request.arguments['owner']}/{request.arguments['repo']}"
        found = self.repositories.get(name)
        if found is None or (found.private and not sees(request.token, name)):
            raise Refused(404, "Not Found")
        return found

    def issue(self, request: Request) -> tuple[Repository, Issue]:
        """The issue a path names, in its repository."""
        repository, number = self.repository(request), request.number("issue_number")
        if number not in repository.issues:
            raise Refused(404, "Not Found")
        return repository, repository.issues[number]

    def fork_of(self, repository: Repository, login: str) -> Repository:
        """Somebody's fork of a repository, made the first time with all its commits."""
        name = f"{login}/{repository.name}"
        if name not in self.repositories:
            made = self.new_repository(name, private=repository.private, fork=True)
            made.commits |= repository.commits
            made.branches |= repository.branches
        return self.repositories[name]

    def new_repository(self, full_name: str, *, private: bool = False, fork: bool = False) -> Repository:
        """A repository with one commit on its default branch."""
        owner, name = full_name.split("/")
        made = Repository(
            world=self, id=self.new_id(), owner=self.account(owner), name=name, private=private, fork=fork
        )
        self.repositories[full_name] = made
        if not fork:
            made.commit(branch=made.default_branch, message="The beginning")
        return made

    def about_pull(self, request: Request) -> bool:
        """Whether a path is about a pull request's own issue, comment or label."""
        repository, arguments = self.repository(request), request.arguments
        if "issue_number" in arguments:
            return request.number("issue_number") in repository.pulls
        if "comment_id" in arguments:
            numbers = {each.number for each in repository.all_comments if each.id == request.number("comment_id")}
            return numbers <= {*repository.pulls}
        return True

    def actor(self, request: Request) -> Account:
        assert request.token is not None
        return self.account(request.token.login)


def sees(token: Token | None, name: str) -> bool:
    return token is not None and token.reaches(name)
