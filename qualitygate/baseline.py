"""The snapshot that a change is compared with: the last one that a run on its base branch kept."""

from __future__ import annotations

import os
from datetime import datetime

from qualitygate.amounts import old
from qualitygate.config import Config
from qualitygate.errors import CannotUseGitHub
from qualitygate.github import artifacts
from qualitygate.github.client import Client
from qualitygate.language import marked, say
from qualitygate.values import dataclass

SNAPSHOT = "qualitygate-snapshot"
"""The artifact that runs on the base branch keep their snapshot in."""
FILE = "qualitygate-snapshot.jsonl"
"""The file in the artifact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The path of the snapshot, ``None`` where there is none, and in words what it is or why there is none."""

    path: str | None
    note: str = ""


def asked(config: Config, gates: tuple[str, ...]) -> bool:
    """Whether a condition compares with a baseline."""
    return any(
        condition.metric.relative
        for gate in config.policy.gates
        if not gates or gate.name in gates
        for condition in gate.conditions
    )


def fetch(client: Client, repository: str, branch: str, name: str, folder: str, now: datetime) -> Baseline:
    """The newest snapshot of that branch, put into a folder; whatever is wrong with it is a note, not an error."""
    try:
        found = artifacts.latest(client, repository, name, branch)
        if found is None:
            words = marked("nothing to compare with: keep snapshot-path of a push to {branch} as the artifact {name}")
            note = say(words, branch=branch, name=name)
            return Baseline(path=None, note=note)
        path = os.path.join(folder, "baseline.jsonl")
        artifacts.fetch(client, repository, found, FILE, path)
    except CannotUseGitHub as error:
        return Baseline(path=None, note=say("the snapshot of {branch} cannot be had: {why}", branch=branch, why=error))
    age = old((now - datetime.fromisoformat(found.created_at)).days)
    note = say(
        "compared with the snapshot of {branch} at {commit}, {age}", branch=branch, commit=found.sha[:10], age=age
    )
    return Baseline(path=path, note=note)
