"""What is done about each webhook: the one ``handle`` that every engine drives."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence

from qualitygate.config import Config
from qualitygate.errors import CannotUseGitHub, CannotUseStore, ConfigError
from qualitygate.github import publish, runs
from qualitygate.github.client import Client
from qualitygate.github.hooks import Attempt
from qualitygate.github.rulesets import tag_needs
from qualitygate.github.runs import WorkflowRun
from qualitygate.publication import AGAIN
from qualitygate.server import confirming, log
from qualitygate.server.attending import TEAMS as MEMBERS
from qualitygate.server.attending import TICKETS, attend, promising
from qualitygate.server.case import OURS, RELEASE, named, of_now, of_release, of_run
from qualitygate.server.clients import Clients
from qualitygate.server.confirming import Repositories
from qualitygate.server.deploying import decide
from qualitygate.server.judging import Clock, judge
from qualitygate.server.recent import Recent
from qualitygate.server.spreading import CLOCKS, NIGHT, TEAMS, Arm, spread
from qualitygate.server.waiving import obey
from qualitygate.server.working import Later
from qualitygate.storage.inbox import OWN, Armed, Delivery
from qualitygate.storage.verdicts import Known, VerdictStore
from qualitygate.storage.watching import Watch
from qualitygate.strict import Data, exactly
from qualitygate.values import dataclass
from qualitygate.waivers.command import is_command

_WRONG = "tickets are not looked after: the policy is wrong"
_BY_BODY = "check_"
"""How the events begin that concern us only where they are about what is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One webhook at work: what it says, who asks GitHub about it, when it is now, and where things are remembered.

    Nothing in ``payload`` is believed but where to look. ``recent`` are policies that sweeps have read, ``arm`` has a
    repository swept, ``dashboard`` is the pages' address.
    """

    delivery: Delivery
    payload: Data
    client: Client
    repositories: Repositories
    clock: Clock
    database: str
    recent: Recent
    arm: Arm
    dashboard: str = ""

    @property
    def repository(self) -> Data:
        """The repository that it is about, in GitHub's words; a sweep had those already."""
        if self.delivery.event == OWN:
            return exactly(self.payload["repository"], dict)
        return self.repositories.of(self.client, self.delivery)

    @property
    def told(self) -> Data:
        """The payload, with what GitHub says of the repository in place of what the webhook did."""
        return {**self.payload, "repository": self.repository}


def handler(clients: Clients, clock: Clock, database: str, arm: Arm, dashboard: str = "") -> Callable[[Delivery], None]:
    """What works on deliveries. It may be given the same one again, and any two in any order.

    What it remembers of tickets and verdicts lies in the store ``database``; ``arm`` puts what is to be swept into the
    inbox. What it tells on GitHub leads to the ``dashboard``, where there is one.
    """
    recent, repositories = Recent(), Repositories(clients, clock)

    def handle(delivery: Delivery) -> None:
        deed = SWEEPS[delivery.action] if delivery.event == OWN else DEEDS[_kind(delivery)]
        client = clients.of(delivery.installation)
        payload = exactly(json.loads(delivery.body), dict)
        try:
            deed(
                Asked(
                    delivery=delivery,
                    payload=payload,
                    client=client,
                    repositories=repositories,
                    clock=clock,
                    database=database,
                    recent=recent,
                    arm=arm,
                    dashboard=dashboard,
                )
            )
        except (KeyError, TypeError, ValueError) as error:
            why = f"the payload of {_kind(delivery)!r} is not as GitHub describes it: {error!r}"
            raise CannotUseGitHub("event", why) from error
        except CannotUseGitHub as error:
            if error.slug == "credentials":
                clients.forget(delivery.installation)
            raise
        finally:
            if client.calls:
                log.tell("GitHub was asked", calls=client.calls, remaining=client.remaining)
                _count(database, delivery.installation, client)

    return handle


def _count(database: str, installation: int, client: Client) -> None:
    """Write down how often GitHub was asked, for those who watch; that it fails must not fail the work."""
    try:
        with Watch(database) as watch:
            watch.asked(installation, client.calls, client.remaining)
    except CannotUseStore as error:
        log.warn("calls of GitHub cannot be counted", why=error)


def wanted(delivery: Delivery) -> bool:
    """Whether anything is done about a delivery."""
    kind = _kind(delivery)
    if kind not in DEEDS or not delivery.installation or not (delivery.repository or kind in OF_INSTALLATIONS):
        return False
    return not kind.startswith(_BY_BODY) or OURS in delivery.body


def awaited(attempt: Attempt, body: Callable[[], str]) -> bool:
    """Whether anything would be done about a webhook that did not come; its body is asked for where it matters."""
    if attempt.kind not in DEEDS or not attempt.installation:
        return False
    return not attempt.kind.startswith(_BY_BODY) or OURS in body()


def _kind(delivery: Delivery) -> str:
    return f"{delivery.event}.{delivery.action}"


def _run(asked: Asked) -> None:
    """A run of a workflow was asked for, began, or ended: what that means is seen from all runs of its commit."""
    repository = asked.repository
    told, listed = confirming.run(asked.client, exactly(repository["full_name"], str), asked.payload["workflow_run"])
    cases = of_run(asked.client, repository, told, listed)
    for case in cases:
        judge(asked.client, case, asked.clock, asked.database, dashboard=asked.dashboard)
    if told.status == "completed" and all(case.name != RELEASE for case in cases):
        _release(asked, told, listed)


def _release(asked: Asked, told: WorkflowRun, listed: Sequence[WorkflowRun]) -> None:
    """A run ended that is none of a tag: its commit is judged as a release where it was, or has to be before a tag."""
    release = of_release(asked.client, asked.repository, told, listed)
    if release is None:
        return
    repository, sha = release.event.repository, release.event.sha
    if publish.known_checks(asked.client, repository, sha, RELEASE) or tag_needs(asked.client, repository, RELEASE):
        judge(asked.client, release, asked.clock, asked.database, dashboard=asked.dashboard)


def _again(asked: Asked) -> None:
    """A person wants one of our checks anew: perhaps the policy has changed."""
    told = asked.payload["check_run"]
    if not exactly(told["external_id"], str).startswith(OURS):
        return
    if asked.payload.get("requested_action", {"identifier": AGAIN})["identifier"] != AGAIN:
        return
    repository = asked.repository
    name = exactly(repository["full_name"], str)
    check = asked.client.ask("GET", f"/repos/{name}/check-runs/{exactly(told['id'], int)}")
    if not str(check["external_id"]).startswith(OURS):
        log.warn("a check is not judged anew: GitHub has it as none of ours", repository=name, check=told["id"])
        return
    listed = runs.of_commit(asked.client, name, exactly(check["head_sha"], str))
    case = named(asked.client, repository, exactly(check["name"], str), listed)
    if case is None:
        log.tell("there is no run to judge", check=check["name"])
    else:
        case = of_now(asked.client, case)
        judge(asked.client, case, asked.clock, asked.database, again=asked.delivery.id, dashboard=asked.dashboard)


def _commented(asked: Asked) -> None:
    """Somebody said something under an issue or a pull request; it may be a command."""
    if is_command(str(asked.payload.get("comment", {}).get("body"))):
        obey(asked.client, asked.told, asked.clock)
    _attend(asked)


def _attend(asked: Asked) -> None:
    """Something happened to an issue."""
    if "pull_request" not in asked.payload["issue"]:
        _look_after(asked, _promising(asked))


def _relabel(asked: Asked) -> None:
    """A label has another name, or no issue carries it any more: GitHub calls no issue changed by that."""
    _look_after(asked, _promising(asked), again={TICKETS})


def _sweeping(again: Collection[str] = ()) -> Callable[[Asked], None]:
    """What is done in a repository that is swept, by the policy that was read there since the last push."""

    def sweep(asked: Asked) -> None:
        at, pushed = _place(asked), asked.payload["repository"]["pushed_at"]
        state = f"{at.default_branch} {pushed}"
        _look_after(asked, asked.recent.of(at.name, state, asked.clock(), lambda: _promising(asked)), again)

    return sweep


def _spreading(action: str) -> Callable[[Asked], None]:
    """What is done where something concerns all repositories of an installation."""

    def spread_out(asked: Asked) -> None:
        number = exactly(asked.payload["installation"]["id"], int)
        told = spread(asked.client, number, asked.arm, action, asked.delivery.id)
        if told[Armed.BUSY]:
            raise Later(f"{told[Armed.BUSY]} of {told.total()} repositories are just swept", BUSY)

    return spread_out


def _place(asked: Asked) -> Known:
    repository = asked.repository
    name, branch = exactly(repository["full_name"], str), exactly(repository["default_branch"], str)
    return Known(name=name, number=exactly(repository["id"], int), default_branch=branch)


def _promising(asked: Asked) -> Config | None:
    """The policy of a repository, where it promises support."""
    at = _place(asked)
    try:
        return promising(asked.client, at.name, at.default_branch, asked.database)
    except ConfigError as error:
        log.warn(_WRONG, repository=at.name, why=error)
        return None


def _look_after(asked: Asked, config: Config | None, again: Collection[str] = ()) -> None:
    """Look after the tickets of a repository by this policy, if any."""
    if config is None:
        return
    try:
        attend(asked.client, _place(asked), config, asked.database, asked.clock, again)
    except ConfigError as error:
        log.warn(_WRONG, repository=_place(asked).name, why=error)


def _settle(asked: Asked) -> None:
    """A pull request was closed or opened again: what holds it up counts no more, or does again."""
    name = exactly(asked.repository["full_name"], str)
    number = exactly(asked.payload["pull_request"]["number"], int)
    pull = asked.client.ask("GET", f"/repos/{name}/pulls/{number}")
    with VerdictStore(asked.database) as store:
        store.settle(name, number, closed=pull["state"] == "closed")


ISSUES = ("opened", "edited", "closed", "reopened", "labeled", "unlabeled", "assigned", "unassigned", "transferred")
BUSY = 10.0
"""Seconds after which it is seen again whether repositories that were just swept can be swept anew."""
OF_INSTALLATIONS: Mapping[str, Callable[[Asked], None]] = {
    **{f"membership.{action}": _spreading(TEAMS) for action in ("added", "removed")},
    **{f"team.{action}": _spreading(TEAMS) for action in ("created", "edited", "deleted")},
    **{f"organization.{action}": _spreading(TEAMS) for action in ("member_added", "member_removed")},
    **{f"installation.{action}": _spreading(CLOCKS) for action in ("created", "unsuspend")},
    "installation.new_permissions_accepted": _spreading(CLOCKS),
    "installation_repositories.added": _spreading(CLOCKS),
}
"""What concerns all repositories of an installation, and names none."""
DEEDS: Mapping[str, Callable[[Asked], None]] = {
    **OF_INSTALLATIONS,
    "label.edited": _relabel,
    "label.deleted": _relabel,
    "workflow_run.requested": _run,
    "workflow_run.in_progress": _run,
    "workflow_run.completed": _run,
    "check_run.rerequested": _again,
    "check_run.requested_action": _again,
    "pull_request.closed": _settle,
    "pull_request.reopened": _settle,
    "deployment_protection_rule.requested": lambda asked: decide(
        asked.client, asked.told, asked.clock, asked.database, asked.dashboard
    ),
    **{f"issues.{action}": _attend for action in ISSUES},
    "issue_comment.created": _commented,
    **{f"issue_comment.{action}": _attend for action in ("edited", "deleted")},
}
"""What is done, by event and action."""
SWEEPS: Mapping[str, Callable[[Asked], None]] = {
    CLOCKS: _sweeping(),
    TEAMS: _sweeping({MEMBERS}),
    NIGHT: _sweeping({MEMBERS, TICKETS}),
}
"""What is done by sweeps, by action: no webhook comes here."""
