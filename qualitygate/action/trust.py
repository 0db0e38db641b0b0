"""By which policy a change is judged: that of the branch it goes into, so that no change loosens its own gate."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from qualitygate import git, pipeline
from qualitygate.action.inputs import Inputs
from qualitygate.config import Config
from qualitygate.difference.proposal import proposal
from qualitygate.errors import ConfigError, Problem
from qualitygate.git import default_base
from qualitygate.github.events import Event
from qualitygate.model.measurement import Finding
from qualitygate.values import dataclass

APART = frozenset({"workflow_run"})
"""Events whose change is not what is checked out: only its reports are here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """The policy that counts, and what must be said of it.

    ``changes`` is what the change would make of the policy, in Markdown, empty where nothing; ``loosened`` are the
    findings among it.
    """

    config: Config
    note: str = ""
    changes: str = ""
    loosened: tuple[Finding, ...] = ()


def policy(inputs: Inputs, event: Event, now: datetime) -> Trusted:
    """The policy of the base branch for a proposal, else that of the checkout. Raises ``ConfigError``.

    Where the base branch has no policy yet, that of the change is the first, and it is said. A proposal whose own
    policy is wrong is refused, for once accepted it would stop every other.
    """
    refuse_another_checkout(event)
    if not event.proposes:
        return Trusted(config=_load(inputs, None))
    git.fetch(".", event.base_sha)
    accepted, proposed = _found(inputs, event.base_sha), _found(inputs, None)
    if accepted is None:
        note = f"{event.base_ref} has no policy yet, so this is judged by the one it brings"
        return Trusted(config=_load(inputs, None), note=note)
    if event.name in APART:
        return Trusted(config=accepted)
    told = proposal(accepted, proposed, into=event.base_ref, now=now)
    placed = told.loosened if proposed is None else tuple(map(_from_the_root, told.loosened))
    return Trusted(config=accepted, changes=told.changes, loosened=placed)


def refuse_another_checkout(event: Event) -> None:
    """Refuse to judge another commit than the one the answer is written at, or the merge that was made of it.

    Raises :class:`~qualitygate.errors.ConfigError`.
    """
    heads = git.heads(".")
    if event.name in APART or not heads or event.sha in heads:
        return
    message = f"{git.head('.')} is checked out, but the event {event.name} is about {event.sha}"
    way_out = "judge what the event is about; pull_request_target checks out the branch it goes into"
    raise ConfigError([Problem("checkout", message, help=way_out)])


def bases(event: Event, environ: Mapping[str, str]) -> tuple[str, ...]:
    """What changed lines are told against: what the CI says, else the commit that the event names.

    The CI says nothing in the merge queue or of a push. Of a fork's run the change is not even checked out: there
    nobody can tell, and what another branch changed must not stand in for it.
    """
    named = "" if event.name in APART else event.base_sha
    return (*default_base(environ), *filter(None, [named]))


def _from_the_root(finding: Finding) -> Finding:
    """The finding at its path from the root of the checkout; the policy names it from here."""
    if finding.path is None:
        return finding
    return replace(finding, path=posixpath.join(git.placed(".", git.root(".")), finding.path.replace(os.sep, "/")))


def _found(inputs: Inputs, ref: str | None) -> Config | None:
    """The policy there, ``None`` where there is none; one that is wrong is an error."""
    try:
        pipeline.load_config(inputs.config, ref=ref)
    except ConfigError as error:
        slugs = {problem.slug for problem in error.problems}
        if slugs == {"no-config"}:
            return None
        if slugs == {"unknown-ref"}:
            way_out = "with actions/checkout: fetch-depth: 0"
            raise ConfigError([Problem("unknown-ref", str(error.problems[0].message), help=way_out)]) from error
        raise
    return _load(inputs, ref)


def _load(inputs: Inputs, ref: str | None) -> Config:
    return pipeline.load_config(inputs.config, ref=ref, reports=inputs.reports)
