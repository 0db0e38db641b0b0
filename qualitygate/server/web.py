"""What the server answers: webhooks, and whether it is well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from qualitygate.errors import CannotUseStore
from qualitygate.server import log, webhook
from qualitygate.storage.inbox import Delivery, Receipt

IGNORED = "ignored"
"""What is said of a delivery that nothing is done about, and that is not kept."""
_SIGNATURE = "x-hub-signature-256"
Receive = Callable[[Delivery], Receipt]


def application(
    *,
    secret: str,
    receive: Receive,
    wanted: Callable[[Delivery], bool],
    ready: Callable[[], str],
    acknowledged: Callable[[float], None] = lambda _seconds: None,
    pages: Sequence[Route] = (),
) -> Starlette:
    """The web application.

    ``receive`` keeps a delivery and returns when it is safe, ``wanted`` says whether anything is done about it, and
    ``ready`` why nothing can be worked on, which is empty where all is well. ``acknowledged`` is told in how many
    seconds a webhook was answered. ``pages`` are whatever else is answered.
    """

    async def webhooks(request: Request) -> Response:
        begun = perf_counter()
        try:
            return await _answered(request)
        finally:
            acknowledged(perf_counter() - begun)

    async def _answered(request: Request) -> Response:
        signature = request.headers.get(_SIGNATURE, "")
        body = await _body(request)
        if not webhook.signed(secret, body, signature):
            log.warn("a webhook is refused", why="badly signed" if signature else "not signed", bytes=len(body))
            return JSONResponse({"error": "the signature is missing or wrong"}, 401)
        try:
            delivery = webhook.delivery(request.headers, body)
        except webhook.NotAWebhook as why:
            log.warn("a webhook is refused", why=why)
            return JSONResponse({"error": str(why)}, 400)
        with log.about(delivery.id):
            return await _received(delivery)

    async def _received(delivery: Delivery) -> Response:
        told = {"event": delivery.event, "action": delivery.action, "repository": delivery.repository}
        if not wanted(delivery):
            log.tell("a webhook is ignored", **told)
            return JSONResponse({"delivery": delivery.id, "state": IGNORED}, 202)
        try:
            receipt = await run_in_threadpool(receive, delivery)
        except CannotUseStore as error:
            log.warn("a webhook cannot be kept", **told, why=error)
            return JSONResponse({"error": "the delivery cannot be kept now; deliver it again"}, 503)
        log.tell("a webhook is kept", **told, receipt=receipt.value)
        return JSONResponse({"delivery": delivery.id, "state": receipt.value}, 202)

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"state": "alive"})

    async def readyz(_request: Request) -> Response:
        why = await run_in_threadpool(ready)
        return JSONResponse({"state": "not ready", "why": why} if why else {"state": "ready"}, 503 if why else 200)

    return Starlette(
        routes=[
            Route("/github/webhooks", webhooks, methods=["POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            *pages,
        ]
    )


def alone() -> Route:
    """What people see at the address of a server that has no pages for them."""

    async def told(_request: Request) -> Response:
        return PlainTextResponse("qualitygate listens for GitHub's webhooks. Its dashboard is off: see --public-url.\n")

    return Route("/", told)


async def _body(request: Request) -> bytes:
    """The body, unless it is larger than GitHub's ever are: then it is not read to its end."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > webhook.MOST:
        raise HTTPException(413, "a payload has at most 25 MB")
    body = bytearray()
    try:
        async for block in request.stream():
            body += block
            if len(body) > webhook.MOST:
                raise HTTPException(413, "a payload has at most 25 MB")
    except ClientDisconnect as error:
        raise HTTPException(400, "the request was cut off") from error
    return bytes(body)
