"""GitHub's description as judge: what is wrong with a request or with an answer, less what is waived."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.github.double.cut import description

WAIVERS = Path(__file__).with_name("waivers.yml")
HOST = "https://api.github.com"


@dataclass(slots=True, kw_only=True)
class Asked:
    """A request as openapi-core wants it, its path under the description's own server."""

    method: str
    path: str
    parameters: RequestParameters
    body: bytes | None
    content_type: str
    host_url: str = HOST


@dataclass(slots=True, kw_only=True)
class Given:
    """An answer as openapi-core wants it."""

    status_code: int
    data: bytes
    headers: Mapping[str, Any]
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Where the description is wrong: a problem of an operation in which the expression `says` is found is none."""

    operation: str
    says: str
    reason: str


class Description:
    """The cut description, loaded once a process."""

    def __init__(self, cut: dict[str, Any], waivers: Iterable[Waiver]) -> None:
        self.cut = cut
        self.paths: dict[str, Any] = cut["paths"]
        self.version: str = cut["info"]["version"]
        self.waivers = tuple(waivers)
        self._components = cut["components"]
        # Answers without a description are not valid OpenAPI, and prose was cut: the whole is GitHub's business.
        unjudged = Config(spec_validator_cls=None)  # type: ignore[arg-type]  # its own default for "do not validate"
        self._openapi = OpenAPI.from_dict(cut, config=unjudged)
        self._known: dict[object, list[str]] = {}

    def request_problems(self, key: str, asked: Asked) -> list[str]:
        """What a request does that the description does not know, names it never heard of among it.

        The same again is not judged again, wherever its path leads: to judge one takes half of an answer's time.
        """
        steps = tuple("0" if step.isdecimal() else "" for step in asked.path.split("/"))
        alike = (key, steps, asked.body, *sorted(asked.parameters.query.items()))
        if alike not in self._known:
            self._known[alike] = self._problems_of_request(key, asked)
        return self._known[alike]

    def _problems_of_request(self, key: str, asked: Asked) -> list[str]:
        unknown = [f"{name!r} is no query parameter" for name in asked.parameters.query if name not in self._query(key)]
        unknown += [f"{name!r} is no field of the body" for name in self._unknown_fields(key, asked.body)]
        wrong = [each for error in self._openapi.iter_request_errors(asked) for each in told(error)]
        return self._unwaived(key, unknown + wrong)

    def answer_problems(self, key: str, asked: Asked, given: Given) -> list[str]:
        """What an answer holds that the description does not; an error's status it does not list is let pass."""
        method, template = key.split(" ", 1)
        listed = self.paths[template][method.lower()]["responses"]
        if str(given.status_code) not in listed:
            known = given.status_code >= 400 or given.status_code == 304
            return [] if known else self._unwaived(key, [f"{given.status_code} is no answer of it"])
        if not given.data:
            content = self._resolved(listed[str(given.status_code)]).get("content")
            return self._unwaived(key, ["an empty body"]) if content and given.status_code < 300 else []
        wrong = [each for error in self._openapi.iter_response_errors(asked, given) for each in told(error)]
        return self._unwaived(key, wrong)

    def _query(self, key: str) -> set[str]:
        method, template = key.split(" ", 1)
        parameters = self.paths[template][method.lower()].get("parameters", [])
        return {each["name"] for each in map(self._resolved, parameters) if each["in"] == "query"}

    def _unknown_fields(self, key: str, body: bytes | None) -> set[str]:
        method, template = key.split(" ", 1)
        content = self.paths[template][method.lower()].get("requestBody", {}).get("content", {})
        given = _parsed(body) if body and content else None
        if not isinstance(given, dict):
            return set()
        return {*given} - self._fields(content["application/json"]["schema"])

    def _fields(self, schema: Any) -> set[str]:
        own = self._resolved(schema)
        ways = [way for kind in ("oneOf", "anyOf", "allOf") for way in own.get(kind, ())]
        return {*own.get("properties", ())}.union(*map(self._fields, ways))

    def _resolved(self, value: Any) -> Any:
        if "$ref" not in value:
            return value
        _, _, kind, name = value["$ref"].split("/")
        return self._components[kind][name]

    def _unwaived(self, key: str, problems: list[str]) -> list[str]:
        own = [waiver for waiver in self.waivers if waiver.operation == key]
        return [problem for problem in problems if not any(re.search(waiver.says, problem) for waiver in own)]


def asked_of(key: str, arguments: Mapping[str, str], query: Mapping[str, str], body: bytes, headers: Any) -> Asked:
    """The request at an operation's own path, whatever prefix it came under."""
    method, path = key.split(" ", 1)
    for name, value in arguments.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return Asked(
        method=method.lower(),
        path=path,
        parameters=RequestParameters(query=ImmutableMultiDict(query), header=Headers(headers)),
        body=body or None,
        content_type="application/json" if body else "",
    )


def told(error: BaseException) -> list[str]:
    """What an error is about: each place in a body that is wrong by itself, or else the error and its causes."""
    found = []
    for wrong in getattr(error, "schema_errors", None) or ():
        where = "/".join(map(str, wrong.absolute_path)) or "the top"
        ways = [f"; or {'/'.join(map(str, each.absolute_path))}: {each.message[:100]}" for each in wrong.context or ()]
        found.append(f"at {where}: {wrong.message[:400]}{''.join(ways)}")
    cause = error.__cause__ or error.__context__
    deeper = told(cause) if cause is not None else []
    return found or deeper or [f"{type(error).__name__}: {str(error)[:300]}"]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:  # openapi-core tells of it
        return None


def waivers() -> list[Waiver]:
    """The written list."""
    return [Waiver(**each) for each in yaml.safe_load(WAIVERS.read_text("utf-8")) or []]


@cache
def judge() -> Description:
    """The description of this checkout."""
    return Description(description(), waivers())


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
