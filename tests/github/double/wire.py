"""The wire: HTTP in, an operation done, HTTP out; faults, tokens, limits, conditions and the description on the way."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from socket import SHUT_RDWR
from threading import RLock
from traceback import format_exc
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request as Arrived
from werkzeug.wrappers import Response

from tests.github.double.account import App
from tests.github.double.admission import admit, is_good
from tests.github.double.apps import app_of
from tests.github.double.description import Asked, Description, Given, as_json, asked_of
from tests.github.double.exchange import Answer, Refused, Request
from tests.github.double.faults import Fault
from tests.github.double.graphql import GraphFault, answered
from tests.github.double.limits import limit_headers
from tests.github.double.manifests import registering
from tests.github.double.oauth import on_site
from tests.github.double.operation import DEEDS, Operation, aliases, operations
from tests.github.double.token import Token
from tests.github.double.world import World

PREFIX = "/api/v3"
GRAPHQL = "/graphql"
SLASHED = {"basehead", "name", "path", "ref"}
FREE = {"GET /rate_limit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that arrived, and the status it got; None where the connection was dropped."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    token: str | None
    status: int | None


@dataclass(slots=True, kw_only=True)
class Wire:
    """A WSGI application over a world."""

    description: Description
    world: World = field(default_factory=World)
    calls: list[Call] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    graph_faults: list[GraphFault] = field(default_factory=list)
    blobs: str = ""
    lock: Any = field(default_factory=RLock)
    routes: Map = field(default_factory=lambda: routes(operations().values()))

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        arrived = Arrived(environ)
        raw = arrived.get_data()
        path = bare(arrived.path)
        fault = self._fault(arrived.method, path)
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        with self.lock:
            response = self._struck(fault, arrived, raw) if fault else self._answered(arrived, raw)
            status = None if response is None else response.status_code
            self._record(arrived, path, raw, status)
        if fault is not None and fault.late:
            time.sleep(fault.late)
        if response is None:
            environ["werkzeug.socket"].shutdown(SHUT_RDWR)
            raise ConnectionAbortedError("dropped, as ordered")
        return response(environ, start)

    def _fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.strikes(method, path):
                    return fault.drawn()
        return None

    def _struck(self, fault: Fault, arrived: Arrived, raw: bytes) -> Response | None:
        answered = self._answered(arrived, raw, effect=fault.after or fault.status == 0)
        if fault.status == 0:
            return answered
        if fault.status is None:
            return None
        body = fault.body if fault.body is not None else {"message": "Server Error"}
        response = Response(as_json(body), fault.status, content_type="application/json; charset=utf-8")
        response.headers.update(limit_headers(self.world.used, self._token(arrived)))
        response.headers.update(fault.headers)
        return response

    def _answered(self, arrived: Arrived, raw: bytes, *, effect: bool = True) -> Response | None:
        """The answer; without `effect` the request is only judged, and there is none."""
        path = bare(arrived.path)
        try:
            if page := registering(self.world, arrived) or on_site(self.world, arrived):
                return page
            if path == GRAPHQL and arrived.method == "POST":
                return self._queried(arrived, raw) if effect else None
            rule, arguments = self.routes.bind("double").match(path, arrived.method, return_rule=True)
            operation = operations()[rule.endpoint]
            asked = asked_of(operation.key, arguments, arrived.args.to_dict(), raw, list(arrived.headers))
            wrong = self.description.request_problems(operation.key, asked)
            self._note(operation, "the request", wrong)
            return self._operated(operation, arguments, arrived, raw, asked, wrong) if effect else None
        except HTTPException:
            self.problems.append(f"{arrived.method} {path}: the double does not know this operation")
            return Response(as_json({"message": self.problems[-1]}), 500, content_type="application/json")
        except Exception as why:  # noqa: BLE001  # the double's own mistake: the test must hear of it, whatever it was
            self.problems.append(f"{arrived.method} {path}: {format_exc()}")
            return Response(as_json({"message": f"the double failed: {why!r}"}), 500, content_type="application/json")

    def _queried(self, arrived: Arrived, raw: bytes) -> Response:
        token = self._token(arrived)
        if token is None or not is_good(token):
            answer, wrong = Refused(401, "Bad credentials").answer, list[str]()
        else:
            root = arrived.host_url.rstrip("/")
            api = root if arrived.path == GRAPHQL else root + PREFIX
            answer, wrong = answered(self.world, _json(raw) or {}, token, api, self.graph_faults)
        self.problems += [f"POST {GRAPHQL}: {each}" for each in wrong]
        response = Response(as_json(answer.body), answer.status, content_type="application/json; charset=utf-8")
        response.headers.update(limit_headers(self.world.points, token, resource="graphql"))
        return response

    def _operated(
        self, operation: Operation, arguments: Any, arrived: Arrived, raw: bytes, asked: Asked, wrong: list[str]
    ) -> Response:
        token = self._token(arrived)
        try:
            answer = self._done(operation, arguments, arrived, raw, wrong, token)
        except Refused as refused:
            answer = refused.answer
        return self._written(operation, asked, answer, arrived, token)

    def _done(
        self, operation: Operation, arguments: Any, arrived: Arrived, raw: bytes, wrong: list[str], token: Token | None
    ) -> Answer:
        root = arrived.host_url.rstrip("/")
        prefix = PREFIX if arrived.path.startswith(PREFIX + "/") else ""
        request = Request(
            method=arrived.method,
            path=arrived.path.removeprefix(PREFIX),
            template=operation.template,
            arguments=arguments,
            query=arrived.args.to_dict(),
            headers={name.lower(): value for name, value in arrived.headers},
            body=_json(raw),
            token=token,
            app=self._app(operation, arrived),
            api=root + prefix,
            blobs=self.blobs,
        )
        admit(self.world, operation, request)
        if wrong:
            raise Refused(422, f"Invalid request.\n\n{wrong[0]}")
        return DEEDS[operation.key](self.world, request)

    def _token(self, arrived: Arrived) -> Token | None:
        return self.world.tokens.get(_bearer(arrived) or "")

    def _app(self, operation: Operation, arrived: Arrived) -> App | None:
        if operation.needs != "jwt":
            return None
        return app_of(self.world, _bearer(arrived) or "", datetime.now(UTC))

    def _written(
        self, operation: Operation, asked: Asked, answer: Answer, arrived: Arrived, token: Token | None
    ) -> Response:
        body = answer.body if isinstance(answer.body, bytes) else b"" if answer.body is None else as_json(answer.body)
        response = Response(body, answer.status, content_type="application/json; charset=utf-8" if body else None)
        response.headers.update(answer.headers)
        if "=" in operation.needs:
            response.headers["X-Accepted-GitHub-Permissions"] = operation.needs
        if not isinstance(answer.body, bytes):
            given = Given(
                status_code=answer.status, data=body, headers=dict(response.headers), content_type="application/json"
            )
            self._note(operation, "the answer", self.description.answer_problems(operation.key, asked, given))
        if arrived.method == "GET" and answer.status == 200:
            response.set_etag(sha256(body).hexdigest(), weak=True)
            response.make_conditional(arrived)
        if response.status_code != 304 and operation.key not in FREE:
            name = token.value if token else ""
            self.world.used[name] = self.world.used.get(name, 0) + 1
        response.headers.update(limit_headers(self.world.used, token))
        return response

    def _note(self, operation: Operation, what: str, wrong: Iterable[str]) -> None:
        self.problems += [f"{operation.key}: {what}: {each}" for each in wrong]

    def _record(self, arrived: Arrived, path: str, raw: bytes, status: int | None) -> None:
        made = Call(
            method=arrived.method,
            path=path,
            query=arrived.args.to_dict(),
            body=_json(raw),
            token=_bearer(arrived),
            status=status,
        )
        self.calls.append(made)


def bare(path: str) -> str:
    """A path without the prefix that GitHub Enterprise Server gives it."""
    return GRAPHQL if path == f"/api{GRAPHQL}" else path.removeprefix(PREFIX)


def routes(known: Iterable[Operation]) -> Map:
    """The operations by path; what may hold slashes may hold them."""
    named = {**{each.key: each.key for each in known}, **aliases()}
    split = [(name.split(" ", 1), key) for name, key in named.items()]
    return Map([Rule(_pattern(template), methods=[method], endpoint=key) for (method, template), key in split])


def _pattern(template: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: f"<{'path:' if found[1] in SLASHED else ''}{found[1]}>", template)


def _bearer(arrived: Arrived) -> str | None:
    return arrived.headers.get("Authorization", "").partition(" ")[2] or None


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
