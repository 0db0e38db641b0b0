"""A server on loopback in a thread of its own.

Werkzeug's: openapi-core brings it, it speaks plain WSGI, so a fault may sleep or cut the socket where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Writes no log; the double keeps its own list of calls."""

    def log(self, type: str, message: str, *arguments: Any) -> None:
        pass


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Where an application can be asked, while it can: `http://127.0.0.1:PORT`."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
