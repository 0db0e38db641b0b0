"""One exchange: the request as an operation sees it, the answer it gives, and the refusal it may raise instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.github.double.account import App
from tests.github.double.token import Token

DOCUMENTATION = "https://docs.github.com/rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What arrived, its path taken apart: `api` is the root that the client asked under, without a slash at its end."""

    method: str
    path: str
    template: str
    arguments: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    token: Token | None
    app: App | None
    api: str
    blobs: str

    def number(self, name: str) -> int:
        """An argument of the path that must be a number; anything else names nothing."""
        try:
            return int(self.arguments[name])
        except ValueError as why:
            raise Refused(404, "Not Found") from why

    @property
    def site(self) -> str:
        """Where people look: the API's root without its GitHub Enterprise prefix."""
        return self.api.removesuffix("/api/v3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: a body that is JSON, or none."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """GitHub's own way to say no: a status, a message and what is wrong with which field."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.errors, self.headers = status, message, errors, dict(headers or {})

    @property
    def answer(self) -> Answer:
        body: dict[str, Any] = {"message": self.message, "documentation_url": DOCUMENTATION, "status": str(self.status)}
        if self.errors is not None:
            body["errors"] = self.errors
        return Answer(status=self.status, body=body, headers=self.headers)


def invalid(resource: str, field: str, message: str, code: str = "custom") -> Refused:
    """422, the way GitHub names a field that will not do."""
    wrong = {"resource": resource, "field": field, "code": code, "message": message}
    return Refused(422, "Validation Failed", errors=[wrong])
