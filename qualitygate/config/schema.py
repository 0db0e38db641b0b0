"""Checking a document against our published JSON Schema, with positions and a way out for each problem.

The schema that editors use is the one that decides here, so the two cannot disagree. Only the part of draft-07 that
our schemas use is implemented; a test holds it against the ``jsonschema`` package. Why not that package, or a compiled
one, at run time: ``docs/adr/0004-config-loader.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qualitygate.errors import Problem
from qualitygate.nearest import near
from qualitygate.yamltext import Document, Path

Schema = Mapping[str, Any]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def check(document: Document, schema: Schema) -> list[Problem]:
    """Every place where the document breaks the schema, in document order."""
    return sorted(
        _Check(document, schema).value(document.data, schema, ()), key=lambda problem: (problem.line, problem.column)
    )


class _Check:
    __slots__ = ("document", "root")

    def __init__(self, document: Document, root: Schema) -> None:
        self.document = document
        self.root = root

    def value(self, data: Any, schema: Schema, path: Path) -> Iterator[Problem]:
        if "$ref" in schema:
            schema = self.root["definitions"][schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            fitting = next((choice for choice in schema["anyOf"] if self._type_fits(data, choice)), None)
            if fitting is None:
                words = " or ".join(self._words(choice) for choice in schema["anyOf"])
                yield self._problem("wrong-type", f"{_name(path)} must be {words}, not {_describe(data)}", path)
            else:
                yield from self.value(data, fitting, path)
            return
        if "enum" in schema and not any(data == choice and type(data) is type(choice) for choice in schema["enum"]):
            yield self._not_in_enum(data, schema["enum"], path)
        elif not self._type_fits(data, schema):
            yield self._problem(
                "wrong-type", f"{_name(path)} must be {self._words(schema)}, not {_describe(data)}", path
            )
        elif isinstance(data, dict):
            yield from self._object(data, schema, path)
        elif isinstance(data, list):
            yield from self._array(data, schema, path)
        else:
            yield from self._scalar(data, schema, path)

    def _object(self, data: dict[str, Any], schema: Schema, path: Path) -> Iterator[Problem]:
        known, extra = schema.get("properties", {}), schema.get("additionalProperties", True)
        for key in schema.get("required", ()):
            if key not in data:
                yield self._problem("missing-key", f"{_name(path)} needs the key {key!r}", path)
        if len(data) < schema.get("minProperties", 0):
            yield self._problem("empty", f"{_name(path)} is empty", path)
        for key, item in data.items():
            if key in known:
                yield from self.value(item, known[key], (*path, key))
            elif extra is False:
                yield self._unknown(key, list(known), path)
            elif extra is not True:
                yield from self.value(item, extra, (*path, key))

    def _array(self, data: list[Any], schema: Schema, path: Path) -> Iterator[Problem]:
        if len(data) < schema.get("minItems", 0):
            yield self._problem("empty", f"{_name(path)} is empty", path)
        for index, item in enumerate(data):
            yield from self.value(item, schema.get("items", {}), (*path, index))

    def _scalar(self, data: Any, schema: Schema, path: Path) -> Iterator[Problem]:
        if isinstance(data, str):
            if len(data) < schema.get("minLength", 0):
                yield self._problem(
                    "too-short", f"{_name(path)} needs at least {schema['minLength']} characters, not {len(data)}", path
                )
            elif "pattern" in schema and not re.search(schema["pattern"], data):
                form = schema.get("x-form", f"of the form {schema['pattern']}")
                yield self._problem("wrong-form", f"{_name(path)} is {data!r}, which is not {form}", path)
        elif "minimum" in schema and data < schema["minimum"]:
            yield self._problem(
                "out-of-range", f"{_name(path)} is {data}, which is less than {schema['minimum']}", path
            )

    def _type_fits(self, data: Any, schema: Schema) -> bool:
        if "$ref" in schema:
            schema = self.root["definitions"][schema["$ref"].rpartition("/")[2]]
        types = schema.get("type")
        if types is None:
            return True
        if isinstance(types, str):
            return isinstance(data, _TYPES[types]) and (types == "boolean" or not isinstance(data, bool))
        return any(
            isinstance(data, _TYPES[name]) and (name == "boolean" or not isinstance(data, bool)) for name in types
        )

    def _words(self, schema: Schema) -> str:
        if "$ref" in schema:
            schema = self.root["definitions"][schema["$ref"].rpartition("/")[2]]
        types = schema["type"]
        return _WORDS[types] if isinstance(types, str) else " or ".join(_WORDS[name] for name in types)

    def _unknown(self, key: str, known: list[str], path: Path) -> Problem:
        close = near(key, known, 1, 0.5)
        way_out = f"did you mean {close[0]!r}?" if close else f"known here: {', '.join(known)}"
        return self.document.problem(
            "unknown-key", f"unknown key {key!r} in {_name(path)}", (*path, key), key=True, help=way_out
        )

    def _not_in_enum(self, data: Any, choices: list[Any], path: Path) -> Problem:
        close = near(str(data), map(str, choices), 1, 0.5)
        way_out = f"did you mean {close[0]!r}?" if close and str(data) != close[0] else ""
        return self._problem(
            "unknown-value", f"{_name(path)} is {data!r}, not one of {', '.join(map(str, choices))}", path, help=way_out
        )

    def _problem(self, slug: str, message: str, path: Path, *, help: str = "") -> Problem:
        return self.document.problem(slug, message, path, help=help)


def _name(path: Path) -> str:
    """A path as people write it: ``gates.release[0].metric``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".") or "the file"


def _describe(data: Any) -> str:
    if data is None:
        return "nothing"
    if isinstance(data, bool):
        return "true" if data else "false"
    kind = next(name for name, types in _TYPES.items() if isinstance(data, types))
    return _WORDS[kind] if isinstance(data, (dict, list)) else f"{_WORDS[kind]} ({data!r})"
