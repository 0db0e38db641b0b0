"""Rate limits: what each token has used of its hour, and the headers that say so."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import TYPE_CHECKING

from tests.github.double.exchange import Answer, Request
from tests.github.double.operation import does
from tests.github.double.token import Token

if TYPE_CHECKING:
    from tests.github.double.world import World

HOURLY = 5000
HOUR = 3600


@does("GET /rate_limit")
def get_rate_limit(world: World, request: Request) -> Answer:
    core = standing(world.used, request.token)
    graphql = standing(world.points, request.token)
    return Answer(body={"resources": {"core": core, "search": core, "graphql": graphql}, "rate": core})


def standing(spent: Mapping[str, int], token: Token | None) -> dict[str, int]:
    """`rate-limit`, of what each token has spent: by the real clock, since clients sleep by it."""
    used = spent.get(token.value if token else "", 0)
    reset = (int(time()) // HOUR + 1) * HOUR
    return {"limit": HOURLY, "used": used, "remaining": max(0, HOURLY - used), "reset": reset}


def limit_headers(spent: Mapping[str, int], token: Token | None, *, resource: str = "core") -> dict[str, str]:
    """The `x-ratelimit-*` headers of every answer."""
    told = {f"X-RateLimit-{name.title()}": str(number) for name, number in standing(spent, token).items()}
    return {**told, "X-RateLimit-Resource": resource}
