"""Workflow runs: which of a commit have ended, and what is still awaited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualitygate.github.client import Client
from qualitygate.values import dataclass

ACTIVE = frozenset({"queued", "in_progress", "requested", "pending"})
"""States that end by themselves; one that ``waiting`` is in may wait for people, or for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRun:
    """One attempt of a run of a ``workflow``, which is its id. ``data`` is all that GitHub says of it."""

    id: int
    workflow: int
    attempt: int
    name: str
    status: str
    url: str
    data: Mapping[str, Any]

    @property
    def active(self) -> bool:
        """Whether it will end by itself."""
        return self.status in ACTIVE


def run_of(data: Mapping[str, Any]) -> WorkflowRun:
    """A run from an answer or the payload of an event."""
    return WorkflowRun(
        id=int(data["id"]),
        workflow=int(data["workflow_id"]),
        attempt=int(data.get("run_attempt") or 1),
        name=str(data.get("name") or data["id"]),
        status=str(data["status"]),
        url=str(data["html_url"]),
        data=data,
    )


def of_commit(client: Client, repository: str, sha: str) -> tuple[WorkflowRun, ...]:
    """The runs for a commit, of each its last attempt, the newest first."""
    listed = client.pages(f"/repos/{repository}/actions/runs", {"head_sha": sha}, under="workflow_runs")
    return tuple(map(run_of, listed))


def known(client: Client, repository: str, id: int) -> WorkflowRun:
    """A run in its last attempt. Raises :class:`~qualitygate.errors.CannotUseGitHub`."""
    return run_of(client.ask("GET", f"/repos/{repository}/actions/runs/{id}"))
