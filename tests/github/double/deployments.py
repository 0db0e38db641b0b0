"""Deployments: one for each environment that a run waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.github.double.account import account_shape, node
from tests.github.double.clock import stamp
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does

if TYPE_CHECKING:
    from tests.github.double.runs import Run
    from tests.github.double.world import World


def number_of(run: Run, environment: str) -> int:
    """The id of a run's deployment to an environment."""
    return run.id * 100 + list(run.reviews).index(environment)


@does("GET /repos/{owner}/{repo}/deployments/{deployment_id}")
def get_deployment(world: World, request: Request) -> Answer:
    repository, wanted = world.repository(request), request.number("deployment_id")
    known = {number_of(run, name): (run, name) for run in repository.runs for name in run.reviews}
    if wanted not in known:
        raise Refused(404, "Not Found")
    run, environment = known[wanted]
    url, at = f"{repository.url(request.api)}/deployments/{wanted}", stamp(run.at)
    return Answer(
        body={
            "id": wanted,
            "node_id": node("DE", wanted),
            "url": url,
            "sha": run.sha,
            "ref": run.branch,
            "task": "deploy",
            "payload": {},
            "original_environment": environment,
            "environment": environment,
            "description": None,
            "creator": account_shape(world.account("github-actions[bot]"), request.api),
            "created_at": at,
            "updated_at": at,
            "statuses_url": f"{url}/statuses",
            "repository_url": repository.url(request.api),
        }
    )
