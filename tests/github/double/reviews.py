"""Reviews of pull requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.github.double.account import Account, account_shape, node
from tests.github.double.clock import stamp
from tests.github.double.exchange import Answer, Request
from tests.github.double.operation import does
from tests.github.double.paging import paged
from tests.github.double.pulls import Pull, found

if TYPE_CHECKING:
    from tests.github.double.repository import Repository
    from tests.github.double.world import World


@dataclass(slots=True, kw_only=True)
class Review:
    """What somebody thinks of a pull request at a commit; `at` is None until it is handed in."""

    id: int
    author: Account
    state: str
    sha: str
    at: datetime | None


@does("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews")
def list_reviews(world: World, request: Request) -> Answer:
    repository, pull = found(world, request)
    return paged(request, pull.reviews, lambda each: review_shape(repository, pull, each, request.api))


def review_shape(repository: Repository, pull: Pull, review: Review, api: str) -> dict[str, Any]:
    """`pull-request-review`."""
    page, url = f"{repository.page(api)}/pull/{pull.number}", f"{repository.url(api)}/pulls/{pull.number}"
    return {
        "id": review.id,
        "node_id": node("PRR", review.id),
        "user": account_shape(review.author, api),
        "body": "",
        "state": review.state,
        "html_url": f"{page}#pullrequestreview-{review.id}",
        "pull_request_url": url,
        "author_association": repository.associated(review.author.login),
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        "commit_id": review.sha,
        **({"submitted_at": stamp(review.at)} if review.at else {}),
    }
