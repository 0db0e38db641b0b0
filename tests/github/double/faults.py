"""Faults on demand: the next requests of a kind fail, before their effect or after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from time import time
from typing import Any


@dataclass(slots=True, kw_only=True)
class Fault:
    """What befalls a request: `status` None drops the connection, 0 lets the answer through (a mere delay)."""

    method: str
    path: str
    status: int | None
    after: bool = False
    times: int = 1
    delay: float = 0.0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is meant, and one of its times is left."""
        return self.times > 0 and self.method in {"*", method} and fnmatchcase(path, self.path)


def secondary_limit(method: str, path: str, *, status: int, retry_after: int | None, times: int) -> Fault:
    """The limit on too much at once: 403 or 429, with Retry-After or without."""
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(method=method, path=path, status=status, times=times, body={"message": message}, headers=headers)


def primary_limit(method: str, path: str, *, status: int, reset_in: int, times: int) -> Fault:
    """The hour used up: nothing remaining, and the second at which it begins anew."""
    message = "API rate limit exceeded for installation."
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time()) + reset_in)}
    return Fault(method=method, path=path, status=status, times=times, body={"message": message}, headers=headers)
