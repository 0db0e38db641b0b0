"""Faults on demand: the next requests of a kind fail, before their effect or after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from time import time
from typing import Any


@dataclass(slots=True, kw_only=True)
class Fault:
    """What befalls a request: `status` None drops the connection, 0 lets the answer through (a mere delay).

    `delay` is how long nothing is done, `late` how long what was done is not answered.
    """

    method: str
    path: str
    status: int | None
    after: bool = False
    times: int = 1
    delay: float = 0.0
    late: float = 0.0
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is meant, and one of its times is left."""
        return self.times > 0 and self.method in {"*", method} and fnmatchcase(path, self.path)

    def drawn(self) -> Fault:
        """What befalls this one request."""
        self.times -= 1
        return self


@dataclass(slots=True, kw_only=True)
class Storm(Fault):
    """Faults at random: of all requests like this a `share` is struck, each by a mishap of its own."""

    share: float
    random: Random
    late_by: float
    struck: Counter[str] = field(default_factory=Counter)

    def strikes(self, method: str, path: str) -> bool:
        return Fault.strikes(self, method, path) and self.random.random() < self.share

    def drawn(self) -> Fault:
        name = self.random.choice(["502", "502 after", "dropped", "dropped after", "late", "429", "403"])
        self.struck[name] += 1
        if name == "late":
            return Fault(method="*", path="*", status=0, late=self.late_by)
        if name in {"429", "403"}:
            return secondary_limit("*", "*", status=int(name), retry_after=1, times=1)
        return Fault(method="*", path="*", status=502 if "502" in name else None, after="after" in name)


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
