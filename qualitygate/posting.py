"""Puts what is told of a verdict on GitHub, channel by channel; one that is refused does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from qualitygate import publication
from qualitygate.errors import CannotUseGitHub
from qualitygate.github import publish
from qualitygate.github.client import Client
from qualitygate.publication import CommentMode, Publication
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where it is told: a repository, a commit, and the number of a pull request, if it is about one.

    ``check`` is the id of the check run that was opened before the verdict was known; without it, it is looked up.
    ``annotated`` of its annotations are there already.
    """

    repository: str
    sha: str
    pull_request: int | None = None
    check: int | None = None
    annotated: int = 0
    mode: CommentMode = CommentMode.ON_PROBLEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What became of one channel: what was done, or why nothing was."""

    channel: str
    done: str = ""
    error: CannotUseGitHub | None = None


def post(client: Client, place: Destination, told: Publication, channels: Iterable[str]) -> tuple[Posted, ...]:
    """Tell it in every channel; the names are those of ``CHANNELS``."""
    return tuple(_posted(channel, client, place, told) for channel in channels)


def _posted(channel: str, client: Client, place: Destination, told: Publication) -> Posted:
    try:
        return Posted(channel=channel, done=CHANNELS[channel](client, place, told))
    except CannotUseGitHub as error:
        return Posted(channel=channel, error=error)


def _check(client: Client, place: Destination, told: Publication) -> str:
    check = publication.check_run(told)
    known = place.check or publish.known_check(client, place.repository, place.sha, check)
    publish.check_run(client, place.repository, place.sha, check, known, annotated=place.annotated)
    return f"{check.conclusion} at {place.sha[:10]}"


def _status(client: Client, place: Destination, told: Publication) -> str:
    status = publication.commit_status(told)
    publish.commit_status(client, place.repository, place.sha, status)
    return f"{status.state} at {place.sha[:10]}"


def _comment(client: Client, place: Destination, told: Publication) -> str:
    if place.pull_request is None:
        return "nothing to comment on: this is no pull request"
    if place.mode is CommentMode.OFF:
        return "off"
    done = publish.comment(client, place.repository, place.pull_request, publication.comment(told, place.mode))
    return f"{done} in #{place.pull_request}"


def _issue(client: Client, place: Destination, told: Publication) -> str:
    return publish.issue(client, place.repository, publication.issue(told))


CHANNELS: Mapping[str, Callable[[Client, Destination, Publication], str]] = {
    "check": _check,
    "status": _status,
    "comment": _comment,
    "issue": _issue,
}
