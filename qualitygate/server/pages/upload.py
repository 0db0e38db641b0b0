"""A form with a file: read as it comes, no more of it than there may be, and in a time that ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import IO

from anyio import from_thread
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from qualitygate.language import marked
from qualitygate.values import dataclass

MOST = 24 * 1024**2
"""Bytes of a form with its file; the proxy of ``examples/server`` lets 25 MB through."""
SECONDS = 60.0
"""In which all of it must have come."""
AT_ONCE = 4
"""Forms that are read at the same time; each may lie on the disk until it is done with."""
_FIELDS, _FIELD_MOST = 5, 4_096
_BEYOND = 4
"""How many times the most is read and thrown away, so that a browser hears why: it listens when it has said all."""
_ROOM = BoundedSemaphore(AT_ONCE)
_LARGE = marked("The file is too large")
_LARGE_HELP = marked(
    "At most 24 MB are taken here. Check it on a machine of your own: qualitygate evidence verify PACK"
)
_SLOW = marked("The file came too slowly")
_TORN = marked("The form could not be read")
_AGAIN = marked("Load the page again, choose the file, and send it once more.")
_FULL = marked("Others send files just now")
_LATER = marked("Send it again in a minute.")


class NotTaken(Exception):
    """What was sent is not taken: the status of the answer, what happened, and what to do about it."""

    def __init__(self, status: int, what: str, way_out: str) -> None:
        super().__init__(what)
        self.status, self.what, self.way_out = status, what, way_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The fields of a form, and the file in it, if one was chosen."""

    fields: dict[str, str]
    file: IO[bytes] | None


@contextmanager
def received(request: Request) -> Iterator[Sent]:
    """What is sent, for as long as it is looked at. For a thread that the loop waits for. Raises :class:`NotTaken`."""
    if not _ROOM.acquire(blocking=False):
        raise NotTaken(503, _FULL, _LATER)
    try:
        form = from_thread.run(_read, request)
        try:
            yield _sent(form)
        finally:
            from_thread.run(form.close)
    finally:
        _ROOM.release()


def _sent(form: FormData) -> Sent:
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    files = [value for value in form.values() if isinstance(value, UploadFile) and value.filename]
    return Sent(fields=fields, file=files[0].file if files else None)


async def _read(request: Request) -> FormData:
    tap = _Tap(request)
    limited = Request(request.scope, tap.receive)
    try:
        async with asyncio.timeout(SECONDS):
            try:
                return await limited.form(max_files=1, max_fields=_FIELDS, max_part_size=_FIELD_MOST)
            except (_TooLarge, HTTPException, MultiPartException) as error:
                await tap.spill()
                large = isinstance(error, _TooLarge)
                raise NotTaken(*((413, _LARGE, _LARGE_HELP) if large else (400, _TORN, _AGAIN))) from error
    except TimeoutError as error:
        raise NotTaken(408, _SLOW, _AGAIN) from error
    except ClientDisconnect as error:
        raise NotTaken(400, _TORN, _AGAIN) from error


class _TooLarge(Exception):
    """More came than is taken."""


class _Tap:
    """The body of a request as it comes, until too much has."""

    def __init__(self, request: Request) -> None:
        self._request, self._come, self._more = request, 0, True

    async def receive(self) -> Message:
        message = await self._request.receive()
        self._come += len(message.get("body", b""))
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        if self._come > MOST:
            raise _TooLarge
        return message

    async def spill(self) -> None:
        """Throw away what still comes, but not without end."""
        while self._more and self._come <= _BEYOND * MOST:
            message = await self._request.receive()
            self._come += len(message.get("body", b""))
            self._more = message["type"] == "http.request" and message.get("more_body", False)
