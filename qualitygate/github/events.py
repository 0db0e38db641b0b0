"""The payload of a GitHub event as a typed value: what is judged, and against what. No call, no clock, no file.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from qualitygate.errors import CannotUseGitHub
from qualitygate.strict import Data, exactly, maybe
from qualitygate.values import dataclass

NOTHING = "0" * 40
"""The commit that a new branch had before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened, as far as a gate must know.

    ``sha`` is the commit that is judged and shown at: of a pull request its head, not the merge that was tested.
    ``ref`` is the branch or tag it is on. ``pull_request`` is its number, ``base_ref`` and ``base_sha`` what it goes
    into, empty where nothing. ``fork``: it comes from another repository, so that the token is read-only and all it
    brought is a stranger's. ``default_branch`` is that of the repository; ``tag``: ``ref`` is a tag. ``head`` is
    ``OWNER:BRANCH`` where a pull request has still to be looked up by it.
    """

    name: str
    repository: str
    sha: str
    ref: str = ""
    pull_request: int | None = None
    base_ref: str = ""
    base_sha: str = ""
    fork: bool = False
    head: str = ""
    default_branch: str = ""
    tag: bool = False

    @property
    def proposes(self) -> bool:
        """Whether what is judged is a change that is not accepted yet, and known by what it goes into."""
        return bool(self.base_sha) and (self.pull_request is not None or self.name == "merge_group")

    @property
    def subject(self) -> Mapping[str, str]:
        """What is judged: of a pull request its head, which is what people know, not the merge that was tested."""
        number = {"pull_request": str(self.pull_request)} if self.pull_request else {}
        return {"name": self.repository, **({"ref": self.ref} if self.ref else {}), "commit": self.sha, **number}

    @property
    def apart(self) -> str:
        """What sets a check of this event apart from that of a change into the default branch; empty for that one.

        Another event, and a change into another branch, are judged by another policy. At the same commit they must not
        have the same name, for the last one written would count.
        """
        if self.proposes:
            return "" if self.base_ref == self.default_branch else f"into {self.base_ref}"
        return "" if self.ref in {self.default_branch, ""} or self.tag else self.name


def parse(name: str, payload: Any, *, sha: str = "", ref: str = "") -> Event:
    """The event of that name. ``sha`` and ``ref`` are what GitHub runs the workflow for, where an event names none.

    Raises :class:`~qualitygate.errors.CannotUseGitHub` (``event``) for a payload that is not of its form.
    """
    try:
        data = exactly(payload, dict)
        repository = exactly(data["repository"]["full_name"], str)
        parser = _pull_request if "pull_request" in data else _PARSERS.get(name, _other)
        found = parser(name, repository, data, (sha, ref))
        return replace(
            found,
            default_branch=maybe(data["repository"].get("default_branch"), str) or "",
            tag=(maybe(data.get("ref"), str) or ref).startswith("refs/tags/"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CannotUseGitHub("event", f"the payload of {name!r} is not as GitHub describes it: {error}") from error


def of_run(payload: Data) -> tuple[Event, ...]:
    """The events of a run that a `workflow_run` tells of: one for each pull request of ours that it names.

    One commit may be proposed into several branches. Where the run names no pull request it is one event.
    """
    run = payload["workflow_run"]
    named, repository = exactly(run["pull_requests"], list), payload["repository"]
    pulls = [pull for pull in named if _ours(pull, run["head_sha"], repository)]
    alone = ({**payload, "workflow_run": {**run, "pull_requests": [pull]}} for pull in pulls)
    return tuple(parse("workflow_run", each) for each in alone) or (parse("workflow_run", payload),)


def _pull_request(name: str, repository: str, data: Data, _run: tuple[str, str]) -> Event:
    pull = data["pull_request"]
    head, base = pull["head"], pull["base"]
    return Event(
        name=name,
        repository=repository,
        sha=_commit(head["sha"]),
        ref=exactly(head["ref"], str),
        pull_request=exactly(pull["number"], int),
        base_ref=exactly(base["ref"], str),
        base_sha=_commit(base["sha"]),
        fork=_foreign(head["repo"], repository),
    )


def _push(name: str, repository: str, data: Data, run: tuple[str, str]) -> Event:
    before = exactly(data["before"], str)
    return Event(
        name=name,
        repository=repository,
        # the push that deletes a branch has no commit; the run has one
        sha=_commit(data["after"] if data["after"] != NOTHING else run[0]),
        ref=_short(exactly(data["ref"], str)),
        base_sha="" if before == NOTHING else _commit(before),
    )


def _merge_group(name: str, repository: str, data: Data, _run: tuple[str, str]) -> Event:
    group = data["merge_group"]
    return Event(
        name=name,
        repository=repository,
        sha=_commit(group["head_sha"]),
        ref=_short(exactly(group["head_ref"], str)),
        base_ref=_short(exactly(group["base_ref"], str)),
        base_sha=_commit(group["base_sha"]),
    )


def _workflow_run(name: str, repository: str, data: Data, _run: tuple[str, str]) -> Event:
    """The run that brought the reports. Of a fork's GitHub leaves out the pull requests: ``head`` finds them."""
    run = data["workflow_run"]
    fork = _foreign(run["head_repository"], repository)
    branch = maybe(run["head_branch"], str) or ""
    pulls = [pull for pull in exactly(run["pull_requests"], list) if _ours(pull, run["head_sha"], data["repository"])]
    pull = pulls[0] if pulls else None
    owner = "" if run["head_repository"] is None else exactly(run["head_repository"]["owner"]["login"], str)
    from_pull_request = run["event"] in {"pull_request", "pull_request_target"}
    return Event(
        name=name,
        repository=repository,
        sha=_commit(run["head_sha"]),
        ref=branch,
        pull_request=exactly(pull["number"], int) if pull else None,
        base_ref=exactly(pull["base"]["ref"], str) if pull else "",
        base_sha=_commit(pull["base"]["sha"]) if pull else "",
        fork=fork,
        head=f"{owner}:{branch}" if from_pull_request and not pull and owner and branch else "",
    )


def _other(name: str, repository: str, _data: Data, run: tuple[str, str]) -> Event:
    """Any other event says nothing of its own about what is judged: the run's commit is."""
    return Event(name=name, repository=repository, sha=_commit(run[0]), ref=_short(run[1]))


_PARSERS: Mapping[str, Callable[[str, str, Data, tuple[str, str]], Event]] = {
    "push": _push,
    "merge_group": _merge_group,
    "workflow_run": _workflow_run,
}


def _commit(sha: Any) -> str:
    text = exactly(sha, str)
    if not text or not set(text) <= set("0123456789abcdef"):
        raise ValueError(f"{text[:60]!r} is no commit")
    return text


def _foreign(head: Any, repository: str) -> bool:
    """Whether a head is of another repository; one that was deleted meanwhile was a fork."""
    return head is None or exactly(head["full_name"], str) != repository


def _ours(pull: Data, sha: str, repository: Data) -> bool:
    """Whether a pull request is of this commit and into this repository.

    GitHub also names those into forks, which anybody can open: their base would be another's policy.
    """
    return bool(pull["head"]["sha"] == sha and pull["base"]["repo"]["id"] == repository["id"])


def _short(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
