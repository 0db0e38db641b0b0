"""Issues and milestones of GitHub as records are made of them: what they say and who they name, without any judgement.

Records are few, a training or a retrospective a month, so that all are asked for each time: what was deleted, or has
lost its label, is gone then, which no time of change would tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate.github.client import Client
from qualitygate.values import dataclass

COMPLETED = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account; ``program`` is that of a bot or an App."""

    login: str
    program: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as it stands.

    ``id`` is how GitHub names it from anywhere, ``owner/name#12``. ``reason`` is why it is closed, empty while it is
    open. ``closed_at`` is a time as GitHub writes it. ``due`` is the day of its milestone, empty where it has none.
    ``parts`` are its sub-issues, in their order.
    """

    id: str
    number: int
    url: str
    title: str
    body: str
    reason: str = ""
    closed_at: str = ""
    closed_by: Person | None = None
    assignees: tuple[Person, ...] = ()
    due: str = ""
    parts: tuple[Issue, ...] = ()

    @property
    def dropped(self) -> bool:
        """Whether it is closed as not planned or as a duplicate: what it was to record has not been."""
        return self.reason not in ("", COMPLETED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A milestone as it stands. ``due`` is its day, ``closed_at`` a time; each is empty where there is none."""

    id: str
    url: str
    title: str
    due: str = ""
    closed_at: str = ""


def labelled(client: Client, repository: str, label: str, *, parts: bool = False) -> Iterator[Issue]:
    """The issues with a label, open and closed, the oldest first; with ``parts`` their sub-issues too.

    Raises :class:`~qualitygate.errors.CannotUseGitHub`.
    """
    filters = {"labels": label, "state": "all", "sort": "created", "direction": "asc"}
    for item in client.every(f"/repos/{repository}/issues", filters):
        if "pull_request" not in item:
            path = f"/repos/{repository}/issues/{item['number']}/sub_issues"
            below = tuple(_issue(client, each) for each in client.every(path)) if parts else ()
            yield _issue(client, item, below)


def milestones(client: Client, repository: str) -> Iterator[Milestone]:
    """All milestones by their numbers. Raises :class:`~qualitygate.errors.CannotUseGitHub`."""
    found = client.every(f"/repos/{repository}/milestones", {"state": "all"})
    for item in sorted(found, key=lambda each: int(each["number"])):
        yield Milestone(
            id=f"{repository.lower()}/milestone/{item['number']}",
            url=item["html_url"],
            title=item["title"],
            due=_day(item),
            closed_at=item["closed_at"] or "",
        )


def _issue(client: Client, item: Mapping[str, Any], parts: tuple[Issue, ...] = ()) -> Issue:
    repository = "/".join(item["repository_url"].split("/")[-2:])
    closed = item["state"] == "closed"
    if closed and "closed_by" not in item:  # lists may leave out who closed it
        item = client.ask("GET", f"/repos/{repository}/issues/{item['number']}")
    return Issue(
        id=f"{repository.lower()}#{item['number']}",
        number=item["number"],
        url=item["html_url"],
        title=item["title"],
        body=item["body"] or "",
        reason=(item["state_reason"] or COMPLETED) if closed else "",
        closed_at=(item["closed_at"] or "") if closed else "",
        closed_by=_person(item["closed_by"]) if closed and item.get("closed_by") else None,
        assignees=tuple(map(_person, item["assignees"])),
        due=_day(item["milestone"]) if item["milestone"] else "",
        parts=parts,
    )


def _person(account: Mapping[str, Any]) -> Person:
    return Person(login=account["login"], program=account["type"] != "User")


def _day(milestone: Mapping[str, Any]) -> str:
    """The day that was picked: GitHub keeps it as a morning in UTC, which is another day in some zones."""
    return (milestone["due_on"] or "")[:10]
