"""Pages: `page` and `per_page` of a request, and the Link header that leads on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from tests.github.double.exchange import Answer, Request

T = TypeVar("T")


def page_of(request: Request, items: Sequence[T]) -> tuple[list[T], dict[str, str]]:
    """The items of the page asked for, and its headers."""
    size = max(1, min(100, int(request.query.get("per_page", "30"))))
    number = max(1, int(request.query.get("page", "1")))
    last = max(1, -(-len(items) // size))
    links: dict[str, int] = {}
    if number < last:
        links |= {"next": number + 1, "last": last}
    if number > 1:
        links |= {"prev": number - 1, "first": 1}
    lines = [f'<{_address(request, at)}>; rel="{name}"' for name, at in links.items()]
    chosen = list(items[(number - 1) * size : number * size])
    return chosen, {"Link": ", ".join(lines)} if lines else {}


def paged(
    request: Request, items: Sequence[T], shape: Callable[[T], dict[str, Any]], *, under: str | None = None
) -> Answer:
    """A page as an answer, each item shown by `shape`: the bare list, or under a name beside `total_count`."""
    chosen, headers = page_of(request, items)
    shapes = [shape(each) for each in chosen]
    body = shapes if under is None else {"total_count": len(items), under: shapes}
    return Answer(body=body, headers=headers)


def _address(request: Request, page: int) -> str:
    return f"{request.api}{request.path}?{urlencode({**request.query, 'page': str(page)})}"
