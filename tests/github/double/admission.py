"""Admission: who may do what, in the order in which GitHub says no."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.github.double.exchange import Refused, Request
from tests.github.double.operation import Operation
from tests.github.double.token import Token, needs

if TYPE_CHECKING:
    from tests.github.double.world import World

NOT_OURS = "Resource not accessible by integration"


def admit(world: World, operation: Operation, request: Request) -> None:
    """Bad credentials, then what cannot be seen, then what is not allowed; an App's own JWT was checked before."""
    if operation.needs in {"jwt", "basic"}:
        return
    if "authorization" in request.headers and not is_good(request.token):
        raise Refused(401, "Bad credentials")
    if "repo" not in request.arguments:
        return
    repository = world.repository(request)
    open_to_all = "archive_format" not in request.arguments and "repository_hooks" not in operation.needs
    if not repository.private and request.method == "GET" and open_to_all:
        return
    if request.token is None:
        raise Refused(401, "Requires authentication")
    if not request.token.reaches(repository.full_name) or not _allowed(world, operation, request, request.token):
        raise Refused(403, NOT_OURS)


def is_good(token: Token | None) -> bool:
    """Whether it is known and has not ended, by the real clock."""
    return token is not None and (token.expires is None or token.expires > datetime.now(UTC))


def _allowed(world: World, operation: Operation, request: Request, token: Token) -> bool:
    """A right to pull requests is one to the issue, comments and labels of a pull request, and of nothing else."""
    about_pull = world.about_pull(request)
    pairs = [pair for pair in needs(operation.needs) if pair[0] != "pull_requests" or about_pull]
    everyone = operation.needs == "metadata=read"
    return everyone or any(token.allows(permission, level) for permission, level in pairs)
