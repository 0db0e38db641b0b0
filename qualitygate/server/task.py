"""A task: one webhook, or one turn of a sweep, with all that is needed to do something about it."""

from __future__ import annotations

from qualitygate.server.confirming import Repositories
from qualitygate.server.installation import Installation
from qualitygate.server.recent import Recent
from qualitygate.server.spreading import Arm
from qualitygate.storage.inbox import OWN, Delivery
from qualitygate.strict import Data, exactly
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Nothing in ``payload``, which is that of the ``delivery``, is believed but where to look.

    ``recent`` are policies that sweeps have read, ``arm`` has a repository swept.
    """

    delivery: Delivery
    payload: Data
    app: Installation
    repositories: Repositories
    recent: Recent
    arm: Arm

    @property
    def repository(self) -> Data:
        """The repository that it is about, in GitHub's words; a sweep had those already."""
        if self.delivery.event == OWN:
            return exactly(self.payload["repository"], dict)
        return self.repositories.of(self.app.client, self.delivery)

    @property
    def told(self) -> Data:
        """The payload, with what GitHub says of the repository in place of what the webhook did."""
        return {**self.payload, "repository": self.repository}
