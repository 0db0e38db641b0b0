"""The deeds: a check run, a commit status, a sticky comment, an issue. An answer that was lost makes none twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate.annotations import Annotation
from qualitygate.escaping import line, plain
from qualitygate.github.client import App, Client
from qualitygate.github.posts import Action, CheckRun, CommitStatus, Sticky, StickyIssue
from qualitygate.values import dataclass

BATCH = 50
"""Annotations that GitHub takes in one call; each further call adds to them."""
_TITLE_MOST, _MESSAGE_MOST = 255, 16_000
_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}
_BOT_TOKENS = ("ghs_", "v1.")
"""How the tokens of Apps begin, that of a workflow run among them; `v1.` is that of older servers.

https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCheck:
    """A check run that is there: its conclusion, empty while it is in progress, and how many annotations it has."""

    id: int
    external_id: str
    conclusion: str
    title: str
    annotations: int

    @property
    def completed(self) -> bool:
        """Whether it has been answered."""
        return bool(self.conclusion)

    def says(self, check: CheckRun) -> bool:
        """Whether it says what this check run would, with all annotations."""
        placed = sum(bool(each.path) for each in check.annotations)
        return (self.conclusion, self.title) == (check.conclusion, check.title) and self.annotations >= placed


def check_run(
    client: Client, repository: str, sha: str, check: CheckRun, known: int | None = None, *, annotated: int = 0
) -> int:
    """Write a check run at a commit, the one of id ``known``, else a new one, once though an answer is lost; its id.

    The first ``annotated`` of its annotations are there already: GitHub adds those of each call to those it has.
    """
    batches = _batches(check.annotations, annotated)
    first = _check(check, next(batches, []))
    if known is None:
        path = f"/repos/{repository}/check-runs"
        made = client.create(path, {**first, "head_sha": sha}, lambda: _check_of(client, repository, sha, check))
        known, annotated = int(made["id"]), annotated + len(first["output"]["annotations"])
    else:
        annotated = _change(client, f"/repos/{repository}/check-runs/{known}", first, annotated)
    for batch in batches:
        body = {"output": _output(check, batch)}
        annotated = _change(client, f"/repos/{repository}/check-runs/{known}", body, annotated)
    return known


def _change(client: Client, path: str, body: dict[str, Any], before: int) -> int:
    """Change a check run that had so many annotations; how many it has then, each once though an answer is lost."""
    after = before + len(body["output"]["annotations"])
    if after == before:
        client.ask("PATCH", path, body=body)
    else:
        client.add(path, body, lambda: int(client.ask("GET", path)["output"]["annotations_count"]) >= after)
    return after


def known_checks(client: Client, repository: str, sha: str, name: str) -> tuple[KnownCheck, ...]:
    """The check runs of that name at a commit that are ours: another App could give its own our name."""
    path, filters = f"/repos/{repository}/commits/{sha}/check-runs", {"check_name": name, "filter": "all"}
    credentials = client.access.credentials
    if isinstance(credentials, App) and credentials.id.isdecimal():
        filters["app_id"] = credentials.id
    return tuple(
        KnownCheck(
            id=int(each["id"]),
            external_id=str(each["external_id"] or ""),
            conclusion=str(each["conclusion"] or ""),
            title=str(each["output"]["title"] or ""),
            annotations=int(each["output"]["annotations_count"]),
        )
        for each in client.pages(path, filters, under="check_runs")
    )


def known_check(client: Client, repository: str, sha: str, check: CheckRun) -> int | None:
    """The id of the check run of this external id at a commit; ``None`` where there is none."""
    found = _check_of(client, repository, sha, check)
    return None if found is None else int(found["id"])


def commit_status(client: Client, repository: str, sha: str, status: CommitStatus) -> None:
    """Set a commit status. GitHub keeps all and counts the last, so that doing it again is harmless."""
    body = {"context": status.context, "state": status.state, "description": status.description}
    if status.target_url:
        body["target_url"] = status.target_url
    client.create(f"/repos/{repository}/statuses/{sha}", body, lambda: None)


def comment(client: Client, repository: str, number: int, sticky: Sticky) -> str:
    """Write the sticky comment of a pull request or issue; what was done: ``created``, ``updated`` or ``left``."""
    path = f"/repos/{repository}/issues/{number}/comments"
    own = _Own(client)
    existing = next((each for each in client.pages(path) if own.has(each, sticky)), None)
    body = sticky.body(None if existing is None else existing["body"])
    if body is None or (existing is not None and body == existing["body"]):
        return "left"
    if existing is not None:
        client.ask("PATCH", f"/repos/{repository}/issues/comments/{existing['id']}", body={"body": body})
        return "updated"
    client.create(
        path, {"body": body}, lambda: next((each for each in client.pages(path) if own.has(each, sticky)), None)
    )
    return "created"


def issue(client: Client, repository: str, wanted: StickyIssue) -> str:
    """Keep the issue that is open while something is wrong.

    What was done: ``created``, ``updated``, ``closed`` or ``left``.
    """
    path, own = f"/repos/{repository}/issues", _Own(client)

    def find() -> Any:
        listed = client.pages(path, {"state": wanted.among, "labels": wanted.label})
        return next((each for each in listed if own.has(each, wanted.sticky)), None)

    existing = find()
    body = wanted.sticky.body(None if existing is None else existing["body"])
    if body is None:
        return "left"
    if existing is None:
        client.create(path, {"title": wanted.title, "body": body, "labels": [wanted.label]}, find)
        return "created"
    if wanted.open and body == existing["body"]:
        return "left"
    closing = {} if wanted.open else {"state": "closed", "state_reason": "completed"}
    client.ask("PATCH", f"{path}/{existing['number']}", body={"body": body, **closing})
    return "updated" if wanted.open else "closed"


def pull_requests_of(client: Client, repository: str, sha: str, head: str) -> Iterator[Mapping[str, Any]]:
    """The open pull requests from a fork's branch ``OWNER:BRANCH`` whose head is this very commit."""
    listed = client.pages(f"/repos/{repository}/pulls", {"state": "open", "head": head})
    return (pull for pull in listed if pull["head"]["sha"] == sha)


class _Own:
    """Tells our own posts by their marker and author: anybody can write a comment that begins with the marker."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.login: str | None = None

    def has(self, post: Mapping[str, Any], sticky: Sticky) -> bool:
        if not (post["body"] or "").startswith(sticky.marker) or "pull_request" in post:
            return False
        author, credentials = post["user"] or {}, self.client.access.credentials
        if not isinstance(credentials, str) or credentials.startswith(_BOT_TOKENS):
            return bool(author.get("type") == "Bot")
        if self.login is None:
            self.login = self.client.ask("GET", "/user")["login"]
        return bool(author.get("login") == self.login)


def _check_of(client: Client, repository: str, sha: str, check: CheckRun) -> Any:
    path, filters = f"/repos/{repository}/commits/{sha}/check-runs", {"check_name": check.name, "filter": "all"}
    listed = client.pages(path, filters, under="check_runs")
    return next((each for each in listed if each["external_id"] == check.external_id), None)


def _check(check: CheckRun, batch: list[dict[str, Any]]) -> dict[str, Any]:
    state = {"status": "completed", "conclusion": check.conclusion} if check.conclusion else {"status": "in_progress"}
    link = {"details_url": check.details_url} if check.details_url else {}
    actions = {"actions": [_action(each) for each in check.actions]} if check.actions else {}
    named = {"name": check.name, "external_id": check.external_id}
    return {**named, **state, **link, **actions, "output": _output(check, batch)}


def _action(action: Action) -> dict[str, str]:
    return {"label": action.label, "description": action.description, "identifier": action.identifier}


def _output(check: CheckRun, batch: list[dict[str, Any]]) -> dict[str, Any]:
    text = {"text": check.text} if check.text else {}
    return {"title": check.title, "summary": check.summary, **text, "annotations": batch}


def _batches(annotations: tuple[Annotation, ...], done: int) -> Iterator[list[dict[str, Any]]]:
    placed = [_annotation(each) for each in annotations if each.path][done:]
    for start in range(0, len(placed), BATCH):
        yield placed[start : start + BATCH]


def _annotation(annotation: Annotation) -> dict[str, Any]:
    """As GitHub takes it: it shows the texts as they are, so that only what cannot be seen must be written out."""
    first = max(annotation.line or 1, 1)
    return {
        "path": annotation.path,
        "start_line": first,
        "end_line": max(annotation.end_line or first, first),
        "annotation_level": _LEVELS[annotation.level],
        "title": line(annotation.title, _TITLE_MOST),
        "message": plain(annotation.message)[:_MESSAGE_MOST] or "no message",
    }
