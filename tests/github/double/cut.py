"""GitHub's OpenAPI description, cut to the operations of operations.txt, its prose removed.

    python -m tests.github.double.cut

cuts anew and says where it lies and which version it is.
"""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from os import getpid
from pathlib import Path
from typing import Any

from tests.github.double.npm import packages
from tests.github.double.operation import LIST, operations

PROSE = {"description", "summary", "example", "examples", "externalDocs", "x-github", "title"}
HINTS = {"discriminator"}  # a folder's contents are an array, which has no property to tell it by
NAMED = {"properties", "schemas", "parameters", "responses", "headers", "examples"}


def description() -> dict[str, Any]:
    """The cut description, from the cache where the list and the packages are those it was cut by."""
    folder = packages()
    key = sha256(LIST.read_bytes() + Path(__file__).read_bytes()).hexdigest()[:16]
    kept = folder / f"description-{key}.json"
    if not kept.exists():
        with gzip.open(folder / "description.json.gz") as whole:
            made = cut(json.load(whole), set(operations()))
        beside = kept.with_suffix(f".{getpid()}")
        beside.write_text(json.dumps(made), "utf-8")
        beside.replace(kept)
    loaded: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    return loaded


def cut(whole: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
    """The operations wanted and all they refer to; one that the description does not know is an error."""
    paths: dict[str, dict[str, Any]] = {}
    for key in sorted(wanted):
        method, template = key.split(" ", 1)
        try:
            paths.setdefault(template, {})[method.lower()] = plain(whole["paths"][template][method.lower()])
        except KeyError:
            raise LookupError(f"GitHub's description does not know {key}") from None
    made: dict[str, Any] = {
        "openapi": whole["openapi"],
        "info": {"title": "GitHub, cut", "version": whole["info"]["version"]},
        "servers": [{"url": "https://api.github.com"}],
        "paths": paths,
        "components": {},
    }
    queue: list[Any] = [paths]
    while queue:
        for reference in _references(queue.pop()):
            _, kind, name = reference.removeprefix("#/").split("/")
            kept = made["components"].setdefault(kind, {})
            if name not in kept:
                kept[name] = plain(whole["components"][kind][name])
                queue.append(kept[name])
    return made


def plain(value: Any, *, names: bool = False) -> Any:
    """Without prose; under `names` the keys are names, never prose."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: each for key, each in value.items() if names or key not in PROSE | HINTS}
    if kept.get("nullable") is True and "enum" in kept and None not in kept["enum"]:
        # OpenAPI 3.0.3 lets null be only where the enum lists it; GitHub says "nullable" and means it.
        kept["enum"] = [*kept["enum"], None]
    return {key: plain(each, names=not names and key in NAMED) for key, each in kept.items()}


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in _references(each)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for each in value.values() for found in _references(each)]


if __name__ == "__main__":
    found = description()
