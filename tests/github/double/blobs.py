"""The second host, where artifacts lie: it takes a signed address, and refuses a token it should never see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request as Arrived
from werkzeug.wrappers import Response

from tests.github.double.artifacts import Artifact, signature
from tests.github.double.wire import Wire


@dataclass(slots=True, kw_only=True)
class Blobs:
    """A WSGI application over the same world."""

    wire: Wire

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        with self.wire.lock:
            response = self._answered(Arrived(environ))
        return response(environ, start)

    def _answered(self, arrived: Arrived) -> Response:
        if "Authorization" in arrived.headers:
            self.wire.problems.append("the blob host was handed the token")
            return Response("InvalidAuthenticationInfo", 400)
        for artifact in self._artifacts():
            if arrived.path == f"/artifacts/{artifact.id}.zip" and arrived.args.get("sig") == signature(artifact):
                return Response(artifact.content, content_type="application/zip")
        return Response("AuthenticationFailed", 403)

    def _artifacts(self) -> list[Artifact]:
        repositories = self.wire.world.repositories.values()
        return [artifact for repository in repositories for artifact in repository.artifacts]
