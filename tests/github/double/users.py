"""Users: who a token is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.github.double.account import CREATED, account_shape
from tests.github.double.admission import NOT_OURS, is_good
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.operation import does

if TYPE_CHECKING:
    from tests.github.double.world import World

UNTOLD = ("name", "company", "blog", "location", "email", "hireable", "bio", "twitter_username")
NUMBERS = ("public_repos", "public_gists", "followers", "following")


@does("GET /user")
def get_authenticated(world: World, request: Request) -> Answer:
    """The person whose token asks; an App's token is nobody's."""
    if request.token is None or not is_good(request.token):
        raise Refused(401, "Requires authentication")
    if request.token.app is not None:
        raise Refused(403, NOT_OURS)
    user = {
        **account_shape(world.account(request.token.login), request.api),
        **dict.fromkeys(UNTOLD),
        **dict.fromkeys(NUMBERS, 0),
        "created_at": CREATED,
        "updated_at": CREATED,
    }
    return Answer(body=user)
