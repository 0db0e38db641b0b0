"""By which policy a change is judged: that of the branch it goes into, so that no change loosens its own gate."""

from __future__ import annotations

from qualitygate import git, pipeline
from qualitygate.action.inputs import Inputs
from qualitygate.config import Config
from qualitygate.errors import ConfigError
from qualitygate.github.events import Event
from qualitygate.values import dataclass

PROPOSALS = frozenset({"pull_request", "pull_request_target", "pull_request_review", "merge_group"})
"""Events whose checkout holds a change that is not accepted yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """The policy that counts, and what must be said of it."""

    config: Config
    note: str = ""


def policy(inputs: Inputs, event: Event) -> Trusted:
    """The policy of the base branch for a proposal, else that of the checkout. Raises ``ConfigError``.

    Where the base branch has no policy yet, that of the change is the first, and it is said.
    """
    if event.name not in PROPOSALS or not event.base_sha:
        return Trusted(config=_load(inputs, None))
    git.fetch(".", event.base_sha)
    try:
        return Trusted(config=_load(inputs, event.base_sha))
    except ConfigError as error:
        if {problem.slug for problem in error.problems} != {"no-config"}:
            raise
    note = f"{event.base_ref} has no policy yet, so this is judged by the one it brings"
    return Trusted(config=_load(inputs, None), note=note)


def _load(inputs: Inputs, ref: str | None) -> Config:
    return pipeline.load_config(inputs.config, ref=ref, reports=inputs.reports)
