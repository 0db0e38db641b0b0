"""What is done about each webhook: the one ``handle`` that every engine drives."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from qualitygate.errors import CannotUseGitHub, CannotUseStore
from qualitygate.github.client import Client
from qualitygate.github.hooks import Attempt
from qualitygate.server import gating, log, tending
from qualitygate.server.attending import TEAMS as MEMBERS
from qualitygate.server.attending import TICKETS
from qualitygate.server.case import OURS
from qualitygate.server.clients import Clients
from qualitygate.server.confirming import Repositories
from qualitygate.server.installation import Clock, Installation
from qualitygate.server.recent import Recent
from qualitygate.server.spreading import CLOCKS, NIGHT, TEAMS, Arm
from qualitygate.server.task import Task
from qualitygate.storage.inbox import OWN, Delivery
from qualitygate.storage.watching import Watch
from qualitygate.strict import exactly

_BY_BODY = "check_"
"""How the events begin that concern us only where they are about what is ours."""


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
                Task(
                    delivery=delivery,
                    payload=payload,
                    app=Installation(client=client, clock=clock, database=database, dashboard=dashboard),
                    repositories=repositories,
                    recent=recent,
                    arm=arm,
                )
            )
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


ISSUES = ("opened", "edited", "closed", "reopened", "labeled", "unlabeled", "assigned", "unassigned", "transferred")
OF_INSTALLATIONS: Mapping[str, Callable[[Task], None]] = {
    **{f"membership.{action}": tending.spreading(TEAMS) for action in ("added", "removed")},
    **{f"team.{action}": tending.spreading(TEAMS) for action in ("created", "edited", "deleted")},
    **{f"organization.{action}": tending.spreading(TEAMS) for action in ("member_added", "member_removed")},
    **{f"installation.{action}": tending.spreading(CLOCKS) for action in ("created", "unsuspend")},
    "installation.new_permissions_accepted": tending.spreading(CLOCKS),
    "installation_repositories.added": tending.spreading(CLOCKS),
}
"""What concerns all repositories of an installation, and names none."""
DEEDS: Mapping[str, Callable[[Task], None]] = {
    **OF_INSTALLATIONS,
    "label.edited": tending.relabel,
    "label.deleted": tending.relabel,
    "workflow_run.requested": gating.run,
    "workflow_run.in_progress": gating.run,
    "workflow_run.completed": gating.run,
    "check_run.rerequested": gating.again,
    "check_run.requested_action": gating.again,
    "pull_request.closed": gating.settle,
    "pull_request.reopened": gating.settle,
    "deployment_protection_rule.requested": gating.deploy,
    **{f"issues.{action}": tending.changed for action in ISSUES},
    "issue_comment.created": tending.commented,
    **{f"issue_comment.{action}": tending.changed for action in ("edited", "deleted")},
}
"""What is done, by event and action."""
SWEEPS: Mapping[str, Callable[[Task], None]] = {
    CLOCKS: tending.sweeping(),
    TEAMS: tending.sweeping({MEMBERS}),
    NIGHT: tending.sweeping({MEMBERS, TICKETS}),
}
"""What is done by sweeps, by action: no webhook comes here."""
