"""What one verdict is about: a change, a push, a release or a deployment, and the runs that bring its evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from hashlib import sha256
from typing import Any

from qualitygate.github import events, publish, refs, runs
from qualitygate.github.client import Client
from qualitygate.github.runs import WorkflowRun
from qualitygate.strict import Data
from qualitygate.values import dataclass

NAME = "qualitygate"
"""The check of a change into the default branch, and of what is pushed there."""
RELEASE = f"{NAME} (release)"
"""The check of a release."""
OURS = "qualitygate:app:"
"""What the external ids of our check runs begin with."""
PROPOSALS, RELEASES = "pull-request", "release"
"""The gates that alone are judged of changes and of releases, where a policy has one of that name."""
_DEPLOYMENT = re.compile(rf"{NAME} \(deployment to (?P<environment>.+)\)")
_QUEUED = re.compile(r"gh-readonly-queue/(?P<base>.+)/pr-\d+-(?P<sha>[0-9a-f]{40,64})")
"""The branch of a group in the merge queue, which names what it goes into: no payload of a run does."""
_OWN = frozenset({"push", "release", "workflow_dispatch", "schedule"})
"""Events that strangers cannot bring about: their runs bring the evidence of a release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is judged: ``event`` says at which commit and against what; ``runs``, newest first, bring the evidence.

    ``name`` is that of the check, which nothing that the policy says can change: it may be required. ``policy_at`` is
    the commit whose policy counts. Of ``gates`` the first that the policy has is judged alone. ``waits`` is the run
    that itself waits for the verdict.
    """

    event: events.Event
    policy_at: str
    name: str = NAME
    gates: tuple[str, ...] = (PROPOSALS,)
    runs: tuple[WorkflowRun, ...] = field(default=())
    waits: int = 0

    @property
    def url(self) -> str:
        """Where the newest run can be seen."""
        return self.runs[0].url if self.runs else ""

    @property
    def awaited(self) -> tuple[WorkflowRun, ...]:
        """The runs that have not ended and will by themselves."""
        return tuple(run for run in self.runs if run.active and run.id != self.waits)

    @property
    def deploys(self) -> bool:
        """Whether a deployment is judged, or was: no run of its own tells when what is awaited has come."""
        return _DEPLOYMENT.fullmatch(self.name) is not None

    @property
    def proposes(self) -> bool:
        """Whether a change is judged as such, by a policy that it may propose another for."""
        return self.event.proposes and self.gates == (PROPOSALS,)

    @property
    def place(self) -> Mapping[str, Any]:
        """Where its verdict belongs, in the terms of the memory of verdicts."""
        event = self.event
        return {
            "repository": event.repository,
            "repository_id": int(self.runs[0].data["repository"]["id"]) if self.runs else 0,
            "default_branch": event.default_branch,
            "of_default": self.name == NAME and not event.proposes,
            "sha": event.sha,
            "ref": f"tags/{event.ref}" if event.tag else event.ref,
            "pull_request": event.pull_request,
            "lasting": not event.proposes,
            "name": self.name,
            "policy_at": self.policy_at,
            "url": self.url,
        }

    def external_id(self, again: str = "") -> str:
        """What the check run is known by: the same for the same attempts of the same runs, another ``again``."""
        attempts = " ".join([*sorted(f"{run.id}.{run.attempt}" for run in self.runs), again])
        return f"{OURS}{sha256(attempts.encode()).hexdigest()[:16]}:{self.name}"


def of_run(
    client: Client, repository: Mapping[str, Any], told: WorkflowRun, listed: Sequence[WorkflowRun] | None = None
) -> tuple[Case, ...]:
    """The cases that a run belongs to: one, or one for each pull request of its commit; none where nothing is judged.

    ``repository`` is as a payload has it. ``listed`` are the runs of its commit, where they were asked for already.
    """
    kind = told.data["event"]
    if kind == "pull_request":
        cases = tuple(map(_proposal, _proposed(client, repository, told)))
    else:
        case = _KINDS[kind](client, repository, _event(repository, told)) if kind in _KINDS else None
        cases = () if case is None else (case,)
    if not cases:
        return ()
    found = runs.of_commit(client, cases[0].event.repository, cases[0].event.sha) if listed is None else listed
    brings = _release_brings if cases[0].name == RELEASE else _alike(told)
    whole = _with(filter(brings, found), told)
    return tuple(replace(case, runs=whole) for case in cases)


def of_release(
    client: Client, repository: Mapping[str, Any], told: WorkflowRun, listed: Sequence[WorkflowRun] | None = None
) -> Case | None:
    """The case of releasing the commit of a run, tagged or not; ``None`` where the run brings no evidence for that."""
    if not _release_brings(told):
        return None
    event = _event(repository, told)
    case = _release(client, repository, event)
    found = runs.of_commit(client, event.repository, event.sha) if listed is None else listed
    return case and replace(case, runs=_with(filter(_release_brings, found), told))


def of_deployment(
    client: Client,
    repository: Mapping[str, Any],
    told: WorkflowRun,
    environment: str,
    listed: Sequence[WorkflowRun] | None = None,
) -> Case | None:
    """The case of deploying the commit of a run, which waits for the verdict, to an environment.

    Its check has a name of its own: what a change's own runs bring must not count as a release. ``None`` where the
    default branch is gone.
    """
    event = _event(repository, told)
    case = _release(client, repository, event)
    found = runs.of_commit(client, event.repository, event.sha) if listed is None else listed
    brings = _release_brings if _release_brings(told) else _alike(told)
    return case and replace(
        case,
        name=f"{NAME} (deployment to {environment})",
        gates=(environment, RELEASES),
        runs=_with(filter(brings, found), told),
        waits=told.id,
    )


def named(client: Client, repository: Mapping[str, Any], name: str, listed: Sequence[WorkflowRun]) -> Case | None:
    """The case whose check has this name, from the runs of its commit; ``None`` where there is none."""
    deployment = _DEPLOYMENT.fullmatch(name)
    if deployment and listed:
        waits = min(listed, key=lambda run: (run.status != "waiting", not _release_brings(run)))
        found = of_deployment(client, repository, waits, deployment["environment"], listed)
        return found if waits.status == "waiting" else found and replace(found, waits=0)
    for run in listed:
        release = [of_release(client, repository, run, listed)] if name == RELEASE else None
        cases = of_run(client, repository, run, listed) if release is None else release
        case = next((each for each in cases if each is not None and each.name == name), None)
        if case is not None:
            return case
    return None


def of_now(client: Client, case: Case) -> Case:
    """The same case by the policy of today: of a change that of the branch it goes into, which may have moved on."""
    event = case.event
    tip = refs.head(client, event.repository, event.base_ref) if event.pull_request is not None else None
    return case if tip is None else replace(case, policy_at=tip)


def _payload(repository: Mapping[str, Any], told: WorkflowRun) -> Data:
    return {"workflow_run": told.data, "repository": repository}


def _event(repository: Mapping[str, Any], told: WorkflowRun) -> events.Event:
    return events.parse("workflow_run", _payload(repository, told))


def _proposed(client: Client, repository: Mapping[str, Any], told: WorkflowRun) -> Iterable[events.Event]:
    """An event for each pull request, which a payload lacks where it is a fork's; none where those have moved on."""
    found = events.of_run(_payload(repository, told))
    event = found[0]
    if event.pull_request is not None:
        return found
    pulls = publish.pull_requests_of(client, event.repository, event.sha, event.head) if event.head else ()
    return (
        replace(event, pull_request=each["number"], base_ref=each["base"]["ref"], base_sha=each["base"]["sha"])
        for each in pulls
    )


def _merge_group(_client: Client, _repository: Mapping[str, Any], event: events.Event) -> Case | None:
    found = None if event.fork else _QUEUED.fullmatch(event.ref)
    if found is None:
        return None
    return _proposal(replace(event, name="merge_group", base_ref=found["base"], base_sha=found["sha"]))


def _proposal(event: events.Event) -> Case:
    apart = f" ({event.apart})" if event.apart else ""
    return Case(event=event, policy_at=event.base_sha, name=f"{NAME}{apart}")


def _push(client: Client, repository: Mapping[str, Any], event: events.Event) -> Case | None:
    """What is pushed to the default branch, by its own policy, and what is tagged; of a run both are a push.

    On any other branch anybody could bring a policy of their own, and so could a tag that is called like the default
    branch: the commit must be on that. A tag that has moved on meanwhile is none. A pull request out of the branch is
    not what is judged, though GitHub names it with the run.
    """
    if event.fork:
        return None
    event = replace(event, pull_request=None, base_ref="", base_sha="")
    if event.ref == repository["default_branch"]:
        tip = refs.head(client, event.repository, event.ref)
        if tip is not None and refs.within(client, event.repository, event.sha, tip):
            return Case(event=event, policy_at=event.sha)
    return _tag(client, repository, event)


def _tag(client: Client, repository: Mapping[str, Any], event: events.Event) -> Case | None:
    if event.fork or not event.ref or refs.tagged(client, event.repository, event.ref) != event.sha:
        return None
    return _release(client, repository, replace(event, tag=True))


def _release(client: Client, repository: Mapping[str, Any], event: events.Event) -> Case | None:
    """A release, by the policy of the default branch as it is now: whoever may push a tag could tag a laxer one."""
    branch = str(repository["default_branch"])
    tip = refs.head(client, event.repository, branch)
    if tip is None:
        return None
    return Case(event=replace(event, base_ref=branch), policy_at=tip, name=RELEASE, gates=(RELEASES,))


_KINDS: Mapping[str, Callable[[Client, Mapping[str, Any], events.Event], Case | None]] = {
    "merge_group": _merge_group,
    "push": _push,
    "release": _tag,
}


def _release_brings(run: WorkflowRun) -> bool:
    return run.data["event"] in _OWN and _head(run) == str(run.data["repository"]["full_name"])


def _alike(told: WorkflowRun) -> Callable[[WorkflowRun], bool]:
    return lambda run: run.data["event"] == told.data["event"] and _head(run) == _head(told)


def _head(run: WorkflowRun) -> str:
    return str((run.data.get("head_repository") or {}).get("full_name"))


def _with(listed: Iterable[WorkflowRun], told: WorkflowRun) -> tuple[WorkflowRun, ...]:
    """The runs, of which GitHub may list one as it was before it told us of it, the newest first."""
    found = tuple(listed)
    known = next((run for run in found if run.id == told.id), None)
    newer = known is not None and (known.attempt > told.attempt or (known.attempt == told.attempt and told.active))
    whole = found if newer else (told, *(run for run in found if run.id != told.id))
    return tuple(sorted(whole, key=lambda run: run.id, reverse=True))
