"""Evidence fetched from GitHub: the artifacts of runs that a policy could look for, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fnmatch import fnmatchcase
from posixpath import normpath

from qualitygate.config import Config, EvidenceEntry
from qualitygate.github import artifacts
from qualitygate.github.artifacts import Room
from qualitygate.github.client import Client
from qualitygate.server.case import Case
from qualitygate.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What was fetched, and when each artifact of it was ``made``; what was ``left``, and what had ``expired``."""

    made: Mapping[str, datetime]
    left: tuple[str, ...]
    expired: tuple[str, ...]


def fetch(client: Client, case: Case, config: Config) -> Fetched:
    """The artifacts that hold evidence, each in a folder of its name, as `actions/download-artifact` lays them out.

    A workflow that ran twice for the commit, say for a branch and for a tag, brings each artifact once: its newest.
    """
    room, brought = Room(), set()
    made: dict[str, datetime] = {}
    left, expired = list[str](), list[str]()
    for run in case.runs:
        for artifact in artifacts.of_run(client, case.event.repository, run.id):
            known = (run.workflow, artifact.name)
            if known in brought:
                continue
            brought.add(known)
            if not wanted(config.evidence, artifact.name):
                left.append(artifact.name)
            elif artifact.expired:
                expired.append(artifact.name)
            else:
                room = artifacts.unpack(client, case.event.repository, artifact, config.base_dir, room)
                made[artifact.name] = datetime.fromisoformat(artifact.created_at)
    return Fetched(made=made, left=tuple(left), expired=tuple(expired))


def wanted(evidence: Sequence[EvidenceEntry], name: str) -> bool:
    """Whether a file in the artifact of this name could be evidence: it lies in a folder that is called like it."""
    globs = [normpath(glob) for entry in evidence for glob in entry.files]
    firsts = [glob.split("/")[0] for glob in globs if "/" in glob]
    return any(first == "**" or fnmatchcase(name, first) for first in firsts)
