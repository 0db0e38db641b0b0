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


def fetch(client: Client, case: Case, config: Config) -> Mapping[str, datetime]:
    """The artifacts that hold evidence, each in a folder of its name, as `actions/download-artifact` lays them out.

    A workflow that ran twice for the commit, say for a branch and for a tag, brings each artifact once: its newest.
    What comes back is when each of them was made.
    """
    room, brought, made = Room(), set(), {}
    for run in case.runs:
        for artifact in artifacts.of_run(client, case.event.repository, run.id):
            known = (run.workflow, artifact.name)
            if wanted(config.evidence, artifact.name) and known not in brought:
                brought.add(known)
                room = artifacts.unpack(client, case.event.repository, artifact, config.base_dir, room)
                made[artifact.name] = datetime.fromisoformat(artifact.created_at)
    return made


def wanted(evidence: Sequence[EvidenceEntry], name: str) -> bool:
    """Whether a file in the artifact of this name could be evidence: it lies in a folder that is called like it."""
    globs = [normpath(glob) for entry in evidence for glob in entry.files]
    firsts = [glob.split("/")[0] for glob in globs if "/" in glob]
    return any(first == "**" or fnmatchcase(name, first) for first in firsts)
