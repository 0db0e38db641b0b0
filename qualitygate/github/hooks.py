"""Webhooks as GitHub remembers that it sent them, and the wish that it sends one again.

https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from qualitygate.github.client import Client
from qualitygate.values import dataclass

_PATH = "/app/hook/deliveries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to deliver a webhook, of which a later one has the same ``guid`` and a greater ``id``."""

    id: int
    guid: str
    kind: str
    at: datetime
    installation: int


def failures(client: Client, after: int, most: int) -> Iterator[Attempt]:
    """The attempts of this App's webhooks that failed since the one of id ``after``, the newest first, so many at most.

    A client of the App itself is needed.
    """
    for each in islice(client.linked(_PATH, {"status": "failure"}), most):
        if each["id"] <= after:
            return
        if not 200 <= int(each["status_code"]) < 400:
            yield Attempt(
                id=int(each["id"]),
                guid=str(each["guid"]),
                kind=f"{each['event']}.{each['action'] or ''}",
                at=datetime.fromisoformat(each["delivered_at"]),
                installation=int(each["installation_id"] or 0),
            )


def body(client: Client, attempt: Attempt) -> str:
    """What was sent, as far as it matters what it holds."""
    return str(client.ask("GET", f"{_PATH}/{attempt.id}")["request"]["payload"])


def again(client: Client, attempt: Attempt) -> None:
    """Have GitHub send it again."""
    client.ask("POST", f"{_PATH}/{attempt.id}/attempts")
