"""What webhooks of issues and turns of sweeps make us do: look after the tickets of a repository, or of all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection

from qualitygate.config import Config
from qualitygate.errors import ConfigError
from qualitygate.server import log
from qualitygate.server.attending import TICKETS, attend, promising
from qualitygate.server.spreading import spread
from qualitygate.server.task import Task
from qualitygate.server.waiving import obey
from qualitygate.server.working import Later
from qualitygate.storage.inbox import Armed
from qualitygate.storage.verdicts import Known
from qualitygate.strict import exactly
from qualitygate.waivers.command import is_command

BUSY = 10.0
"""Seconds after which it is seen again whether repositories that were just swept can be swept anew."""
_WRONG = "tickets are not looked after: the policy is wrong"


def commented(task: Task) -> None:
    """Somebody said something under an issue or a pull request; it may be a command."""
    if is_command(str(task.payload.get("comment", {}).get("body"))):
        obey(task.app, task.told)
    changed(task)


def changed(task: Task) -> None:
    """Something happened to an issue."""
    if "pull_request" not in task.payload["issue"]:
        _look_after(task, _promising(task))


def relabel(task: Task) -> None:
    """A label has another name, or no issue carries it any more: GitHub calls no issue changed by that."""
    _look_after(task, _promising(task), again={TICKETS})


def sweeping(again: Collection[str] = ()) -> Callable[[Task], None]:
    """What is done in a repository that is swept, by the policy that was read there since the last push."""

    def sweep(task: Task) -> None:
        at, pushed = _place(task), task.payload["repository"]["pushed_at"]
        state = f"{at.default_branch} {pushed}"
        _look_after(task, task.recent.of(at.name, state, task.app.clock(), lambda: _promising(task)), again)

    return sweep


def spreading(action: str) -> Callable[[Task], None]:
    """What is done where something concerns all repositories of an installation."""

    def spread_out(task: Task) -> None:
        number = exactly(task.payload["installation"]["id"], int)
        told = spread(task.app.client, number, task.arm, action, task.delivery.id)
        if told[Armed.BUSY]:
            raise Later(f"{told[Armed.BUSY]} of {told.total()} repositories are just swept", BUSY)

    return spread_out


def _place(task: Task) -> Known:
    repository = task.repository
    name, branch = exactly(repository["full_name"], str), exactly(repository["default_branch"], str)
    return Known(name=name, number=exactly(repository["id"], int), default_branch=branch)


def _promising(task: Task) -> Config | None:
    """The policy of a repository, where it promises support."""
    at = _place(task)
    try:
        return promising(task.app, at.name, at.default_branch)
    except ConfigError as error:
        log.warn(_WRONG, repository=at.name, why=error)
        return None


def _look_after(task: Task, config: Config | None, again: Collection[str] = ()) -> None:
    """Look after the tickets of a repository by this policy, if any."""
    if config is None:
        return
    try:
        attend(task.app, _place(task), config, again)
    except ConfigError as error:
        log.warn(_WRONG, repository=_place(task).name, why=error)
