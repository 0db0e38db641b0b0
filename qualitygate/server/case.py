"""What one verdict is about: a change or a push, and the workflow runs that bring its evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from qualitygate.github import events, publish, runs
from qualitygate.github.client import Client
from qualitygate.github.runs import Run
from qualitygate.values import dataclass

NAME = "qualitygate"
"""The check of a change into the default branch, and of what is pushed there."""
OURS = "qualitygate:app:"
"""What the external ids of our check runs begin with."""
_QUEUED = re.compile(r"gh-readonly-queue/(?P<base>.+)/pr-\d+-(?P<sha>[0-9a-f]{40,64})")
"""The branch of a group in the merge queue, which names what it goes into: no payload of a run does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is judged: ``event`` says at which commit and against what; ``runs``, newest first, bring the evidence."""

    event: events.Event
    runs: tuple[Run, ...]

    @property
    def name(self) -> str:
        """The name of the check, which nothing that the policy says can change: it may be required."""
        return NAME + (f" ({self.event.apart})" if self.event.apart else "")

    @property
    def policy_at(self) -> str:
        """The commit whose policy counts: of a change what it goes into, of a push its own."""
        return self.event.base_sha if self.event.proposes else self.event.sha

    @property
    def url(self) -> str:
        """Where the newest run can be seen."""
        return self.runs[0].url if self.runs else ""

    @property
    def awaited(self) -> tuple[Run, ...]:
        """The runs that have not ended and will by themselves."""
        return tuple(run for run in self.runs if run.active)

    def external_id(self, again: str = "") -> str:
        """What the check run is known by: the same for the same attempts of the same runs, another ``again``."""
        attempts = " ".join([*sorted(f"{run.id}.{run.attempt}" for run in self.runs), again])
        return f"{OURS}{sha256(attempts.encode()).hexdigest()[:16]}:{self.name}"


def of_run(
    client: Client, repository: Mapping[str, Any], told: Run, listed: Sequence[Run] | None = None
) -> Case | None:
    """The case that a run belongs to; ``None`` where nothing is judged for it.

    ``repository`` is as a payload has it. ``listed`` are the runs of its commit, where they were asked for already.
    """
    kind = told.data["event"]
    if kind not in _KINDS:
        return None
    event = _KINDS[kind](
        client, repository, events.parse("workflow_run", {"workflow_run": told.data, "repository": repository})
    )
    if event is None:
        return None
    found = runs.of_commit(client, event.repository, event.sha) if listed is None else listed
    alike = [run for run in found if run.data["event"] == kind and _head(run) == _head(told)]
    return Case(event=event, runs=_with(alike, told))


def _pull_request(client: Client, _repository: Mapping[str, Any], event: events.Event) -> events.Event | None:
    """The event with its pull request, which a payload lacks where that is a fork's; none where it has moved on."""
    if event.pull_request is not None:
        return event
    pull = publish.pull_request_of(client, event.repository, event.sha, event.head) if event.head else None
    if pull is None:
        return None
    base = pull["base"]
    return replace(event, pull_request=pull["number"], base_ref=base["ref"], base_sha=base["sha"])


def _merge_group(_client: Client, _repository: Mapping[str, Any], event: events.Event) -> events.Event | None:
    found = None if event.fork else _QUEUED.fullmatch(event.ref)
    if found is None:
        return None
    return replace(event, name="merge_group", base_ref=found["base"], base_sha=found["sha"])


def _push(_client: Client, repository: Mapping[str, Any], event: events.Event) -> events.Event | None:
    """Only what is pushed to the default branch: on any other, anybody could bring a policy of their own."""
    return event if not event.fork and event.ref == repository["default_branch"] else None


_KINDS = {"pull_request": _pull_request, "merge_group": _merge_group, "push": _push}


def _head(run: Run) -> str:
    return str((run.data.get("head_repository") or {}).get("full_name"))


def _with(listed: Sequence[Run], told: Run) -> tuple[Run, ...]:
    """The runs, of which GitHub may list one as it was before it told us of it."""
    known = next((run for run in listed if run.id == told.id), None)
    newer = known is not None and (known.attempt > told.attempt or (known.attempt == told.attempt and told.active))
    return tuple(listed) if newer else (told, *(run for run in listed if run.id != told.id))
