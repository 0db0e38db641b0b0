"""Collaborators: who may do what in a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.github.double.account import account_shape
from tests.github.double.exchange import Answer, Request
from tests.github.double.operation import does

if TYPE_CHECKING:
    from tests.github.double.world import World

PERMISSIONS = {"triage": "read", "maintain": "write"}


@does("GET /repos/{owner}/{repo}/collaborators/{username}/permission")
def get_permission(world: World, request: Request) -> Answer:
    """Somebody's role, as `repository.roles` has it; the older word `permission` knows fewer of them."""
    repository, login = world.repository(request), request.arguments["username"]
    stranger = "none" if repository.private else "read"
    role = "admin" if login == repository.owner.login else repository.roles.get(login, stranger)
    permission = PERMISSIONS.get(role, role)
    levels = ("read", "triage", "write", "maintain", "admin")
    held = levels.index(role) if role in levels else -1
    names = dict(zip(levels, ("pull", "triage", "push", "maintain", "admin"), strict=True))
    user = {
        **account_shape(world.account(login), request.api),
        "permissions": {names[level]: at <= held for at, level in enumerate(levels)},
        "role_name": role,
    }
    return Answer(body={"permission": permission, "role_name": role, "user": user})
