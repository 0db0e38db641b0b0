"""What is swept: every repository of every installation, each as a row of the inbox that is worked on by itself.

So one repository that fails, or that GitHub refuses for now, holds up no other, and its row waits as a webhook would.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

from qualitygate.errors import CannotUseGitHub
from qualitygate.github.client import Client
from qualitygate.github.installations import Installed, installations, repositories
from qualitygate.server import log
from qualitygate.server.clients import ITSELF, Clients
from qualitygate.server.webhook import issues_of
from qualitygate.storage.inbox import OWN, Armed, Delivery

CLOCKS, TEAMS, NIGHT = "clocks", "teams", "night"
"""Why a repository is swept: time has passed; people came or went; all of it is read anew once a day."""
Arm = Callable[[Delivery], Armed]


def everywhere(clients: Clients, arm: Arm, action: str, turn: str) -> str:
    """Have all repositories of all installations swept, and say how many of how many that are.

    An installation that cannot be asked is logged, and the others are swept. Raises
    :class:`~qualitygate.errors.CannotUseGitHub` where GitHub does not tell the installations.
    """
    told: Counter[Armed] = Counter()
    for number in installations(clients.of(ITSELF)):
        try:
            told += spread(clients.of(number), number, arm, action, turn)
        except CannotUseGitHub as error:
            if error.slug == "credentials":
                clients.forget(number)
            log.warn("an installation is not swept", installation=number, why=error)
    return f"{told[Armed.NEW]} of {told.total()} repositories" if told else ""


def spread(client: Client, installation: int, arm: Arm, action: str, turn: str) -> Counter[Armed]:
    """Have all repositories of an installation swept; what came of it, by how many.

    One that still waits from an earlier turn, or is just swept, is left as it is. The same ``turn`` again arms nothing.
    """
    return Counter(arm(swept(each, installation, action, turn)) for each in repositories(client))


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
        repository_id=repository.id,
        about=issues_of(repository.name),
        body=json.dumps(told),
    )
