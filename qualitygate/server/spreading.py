"""What is swept: every repository of every installation, each as a row of the inbox that is worked on by itself.

So one repository that fails, or that GitHub refuses for now, holds up no other, and its row waits as a webhook would.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client
from qualitygate.github.installations import Installed, installations, repositories
from qualitygate.server import log
from qualitygate.server.clients import ITSELF, Clients
from qualitygate.server.webhook import issues_of
from qualitygate.storage.inbox import OWN, Delivery

CLOCKS = "clocks"
"""Time has passed: labels and escalations of tickets are set right."""
Arm = Callable[[Delivery], bool]


def everywhere(clients: Clients, arm: Arm, action: str, turn: str) -> str:
    """Have all repositories of all installations swept, and say how many of how many that are.

    An installation that cannot be asked is logged, and the others are swept. Raises
    :class:`~qualitygate.errors.CannotUseGitHub` where GitHub does not tell the installations.
    """
    armed = of = 0
    for number in installations(clients.of(ITSELF)):
        try:
            began, there = spread(clients.of(number), number, arm, action, turn)
        except CannotUseGitHub as error:
            if error.slug == "credentials":
                clients.forget(number)
            log.warn("an installation is not swept", installation=number, why=error)
            continue
        armed, of = armed + began, of + there
    return f"{armed} of {of} repositories" if of else ""


def spread(client: Client, installation: int, arm: Arm, action: str, turn: str) -> tuple[int, int]:
    """Have all repositories of an installation swept; how many were armed, and how many there are.

    One that still waits from an earlier turn, or is just swept, is left as it is. The same ``turn`` again arms nothing.
    """
    told = [arm(swept(each, installation, action, turn)) for each in repositories(client)]
    return sum(told), len(told)


def swept(repository: Installed, installation: int, action: str, turn: str) -> Delivery:
    """A repository to sweep, as what the inbox keeps: one row for each action, whichever turn it is."""
    told = {
        "turn": f"{action}:{turn}",
        "repository": {
            "id": repository.id,
            "full_name": repository.name,
            "default_branch": repository.branch,
            "pushed_at": repository.pushed,
        },
    }
    return Delivery(
        id=f"{OWN}:{action}:{repository.id}",
        event=OWN,
        action=action,
        installation=installation,
        repository=repository.name,
        about=issues_of(repository.name),
        body=json.dumps(told),
    )
