"""Webhook payloads: GitHub's own examples, from npm."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from tests.github.double.npm import packages

EXAMPLES = "node_modules/@octokit/webhooks-examples/api.github.com/index.json"


def payload(event: str, action: str | None = None) -> dict[str, Any]:
    """A fresh copy of the first example of an event, or of that with this action; LookupError where there is none."""
    for example in _examples().get(event, []):
        if action in {None, example.get("action")}:
            copied: dict[str, Any] = json.loads(json.dumps(example))
            return copied
    raise LookupError(f"no example of {event}{f'.{action}' if action else ''}")


def payloads(event: str) -> list[dict[str, Any]]:
    """Fresh copies of all examples of an event."""
    copied: list[dict[str, Any]] = json.loads(json.dumps(_examples()[event]))
    return copied


@cache
def _examples() -> dict[str, list[dict[str, Any]]]:
    listed = json.loads((packages() / EXAMPLES).read_text("utf-8"))
    return {each["name"]: each["examples"] for each in listed}
