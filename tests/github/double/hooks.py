"""Webhooks: sent to an App's address, signed, each delivery remembered and sent again when asked."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import requests

from tests.github.double.account import App
from tests.github.double.clock import stamp
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.oauth import role
from tests.github.double.operation import does

if TYPE_CHECKING:
    from tests.github.double.world import World

PATIENCE = 10.0
SIZE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to deliver; `status` 0 is nobody there. A redelivery has the guid of the first."""

    id: int
    guid: str
    app: App
    event: str
    payload: dict[str, Any]
    at: datetime
    status: int
    redelivery: bool = False


def deliver(world: World, app: App, event: str, payload: dict[str, Any], *, guid: str | None = None) -> Delivery:
    """Sends a payload to the App's address, if it has one, as GitHub does, and remembers how that went."""
    number = world.new_id()
    name = guid or str(UUID(int=number))
    made = Delivery(
        id=number,
        guid=name,
        app=app,
        event=event,
        payload=payload,
        at=world.now,
        status=_sent(app, event, payload, name),
        redelivery=guid is not None,
    )
    world.deliveries.append(made)
    return made


def signed(secret: str, body: bytes) -> str:
    """`X-Hub-Signature-256`."""
    return f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"


@does("GET /app/hook/deliveries")
def list_deliveries(world: World, request: Request) -> Answer:
    """Newest first; further pages by a cursor, which only the Link header tells."""
    own = [each for each in reversed(world.deliveries) if each.app is request.app]
    if "status" in request.query:
        failed = request.query["status"] == "failure"
        own = [each for each in own if (not 200 <= each.status < 400) is failed]
    size, start = int(request.query.get("per_page", SIZE)), int(request.query.get("cursor", "v1_0").removeprefix("v1_"))
    headers = {}
    if start + size < len(own):
        following = f"{request.api}{request.path}?per_page={size}&cursor=v1_{start + size}"
        headers["Link"] = f'<{following}>; rel="next"'
    return Answer(body=[delivery_shape(each) for each in own[start : start + size]], headers=headers)


@does("GET /app/hook/deliveries/{delivery_id}")
def get_delivery(world: World, request: Request) -> Answer:
    found = _found(world, request)
    sent = {"headers": {"X-GitHub-Event": found.event, "X-GitHub-Delivery": found.guid}, "payload": found.payload}
    got = {"headers": {}, "payload": ""}
    return Answer(body={**delivery_shape(found), "url": found.app.hook or "", "request": sent, "response": got})


@does("GET /repos/{owner}/{repo}/hooks")
def list_hooks(world: World, request: Request) -> Answer:
    """The webhooks of a repository, which only who administers it is told of; it has none."""
    repository = world.repository(request)
    if request.token is None or role(repository, request.token.login) != "admin":
        raise Refused(404, "Not Found")
    return Answer(body=[])


@does("POST /app/hook/deliveries/{delivery_id}/attempts")
def redeliver(world: World, request: Request) -> Answer:
    found = _found(world, request)
    deliver(world, found.app, found.event, found.payload, guid=found.guid)
    return Answer(status=202, body={})


def delivery_shape(delivery: Delivery) -> dict[str, Any]:
    """`hook-delivery-item`."""
    payload = delivery.payload
    words = {True: "OK", False: f"Invalid HTTP Response: {delivery.status}"}
    return {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": stamp(delivery.at),
        "redelivery": delivery.redelivery,
        "duration": 0.1,
        "status": words[200 <= delivery.status < 400] if delivery.status else "failed to connect to host",
        "status_code": delivery.status,
        "event": delivery.event,
        "action": payload.get("action"),
        "installation_id": payload.get("installation", {}).get("id"),
        "repository_id": payload.get("repository", {}).get("id"),
    }


def _sent(app: App, event: str, payload: dict[str, Any], guid: str) -> int:
    if app.hook is None:
        return 0
    body = json.dumps(payload).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/double",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": guid,
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature-256": signed(app.secret, body),
    }
    try:
        return requests.post(app.hook, data=body, headers=headers, timeout=PATIENCE).status_code
    except requests.RequestException:
        return 0


def _found(world: World, request: Request) -> Delivery:
    wanted = request.number("delivery_id")
    for each in world.deliveries:
        if each.id == wanted and each.app is request.app:
            return each
    raise Refused(404, "Not Found")
