"""Teams of organisations: who is in them, which only tokens that may read an organisation's members are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.github.double.account import account_shape
from tests.github.double.admission import NOT_OURS, is_good
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does
from tests.github.double.paging import paged

if TYPE_CHECKING:
    from tests.github.double.world import World


@does("GET /orgs/{org}/teams/{team_slug}/members")
def list_members(world: World, request: Request) -> Answer:
    """The members of a team, as `world.teams` has them by `ORGANISATION/SLUG`."""
    if request.token is None or not is_good(request.token):
        raise Refused(401, "Requires authentication")
    if not request.token.allows("members", "read"):
        raise Refused(403, NOT_OURS)
    team = world.teams.get(f"{request.arguments['org']}/{request.arguments['team_slug']}")
    if team is None:
        raise Refused(404, "Not Found")
    return paged(request, [world.account(login) for login in team], lambda each: account_shape(each, request.api))
