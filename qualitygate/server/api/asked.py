"""What a request asks for: how many, from where on, of what; anything else is told back and not guessed."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request

from qualitygate.nearest import near
from qualitygate.strict import exactly

MOST, USUAL = 100, 50
"""Items of one answer at most, and where nothing is asked for."""
_CURSOR_MOST = 1_500
_T = TypeVar("_T")


class NotThere(Exception):
    """There is no such thing, or none that whoever asks may read: nobody is told which."""


class Wrong(Exception):
    """A parameter of the query is none, or makes no sense; the message says why."""


def only(request: Request, *names: str) -> None:
    """Refuse parameters that mean nothing here, and those that are given twice."""
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in names:
            close = near(name, names, 1)
            raise Wrong(f"there is no parameter {name[:60]!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
        if given.count(name) > 1:
            raise Wrong(f"{name} is given twice")


def limit(request: Request) -> int:
    """How many items are asked for."""
    text = request.query_params.get("limit", str(USUAL))
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:10]) <= MOST:
        raise Wrong(f"limit must be a number from 1 to {MOST}")
    return int(text)


def cursor(request: Request, make: Callable[..., _T], *kinds: type) -> _T | None:
    """Where to go on, as :func:`written` wrote it; ``None`` to begin."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        parts = exactly(json.loads(urlsafe_b64decode(text[:_CURSOR_MOST].encode())), list)
        return make(*[exactly(part, kind) for part, kind in zip(parts, kinds, strict=True)])
    except (ValueError, TypeError, RecursionError, OverflowError, binascii.Error) as error:
        raise Wrong("cursor must be the next of an earlier answer, as it was given") from error


def written(*parts: str | float) -> str:
    """A cursor, which means nothing to anybody else."""
    return urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def page(
    found: Sequence[_T],
    most: int,
    tell: Callable[[_T], Any],
    after: Callable[[_T], str],
    may: Callable[[_T], bool] = lambda _: True,
) -> dict[str, Any]:
    """A part of a list. ``found`` may have one more than ``most``: then there is more to come, after the last of it.

    What whoever asks ``may`` not read is left out.
    """
    part = found[:most]
    items = [tell(each) for each in part if may(each)]
    return {"items": items, "next": after(part[-1]) if len(found) > most else None}
