"""The JSON Schemas of registers, made from the outlines that their readers hold them against.

``python -m tests.registers`` after an outline has changed writes them anew. A schema refuses nothing that is read: it
has the keys, which of them must be there, and the words of a choice; what a value may be is the reader's to say.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qualitygate.columns import Column, Form
from qualitygate.config import schemas
from qualitygate.outline import Outline
from qualitygate.readers import (
    channels,
    milestones,
    people,
    responsibilities,
    retrospectives,
    reviews,
    surveys,
    trainings,
)

POLICIES = Path(__file__).parent.parent / "policies"
Schema = dict[str, Any]
OUTLINES: Mapping[str, tuple[str, Outline]] = {
    "trainings": ("quality/trainings/*.yml", trainings.OUTLINE),
    "surveys": ("quality/surveys/*.yml", surveys.REGISTER),
    "retrospectives": ("the front matter of quality/retrospectives/*.md", retrospectives.SHAPE),
    "milestones": ("quality/milestones.yml", milestones.SHAPE),
    "responsibilities": ("quality/responsibilities.yml", responsibilities.OUTLINE),
    "people": ("quality/people.yml", people.OUTLINE),
    "reviews": ("the front matter of quality/reviews/*.md", reviews.OUTLINE),
    "channels": ("quality/channels.yml", channels.OUTLINE),
}
"""By the name of its schema: where a register usually lies, and what it may hold."""
_NOUNS = {"trainings", "milestones", "responsibilities", "people", "channels"}
"""Registers whose records stand under their name, which must be there."""


def made(kind: str) -> Schema:
    """The schema of a register."""
    title, outline = OUTLINES[kind]
    whole = of_outline(outline, (kind,) if kind in _NOUNS else ("waves",) if kind == "surveys" else ())
    if kind == "trainings":
        whole = {"if": {"required": ["trainings"]}, "then": whole, "else": of_outline(trainings.TRAINING)}
    if kind == "surveys":
        whole = {"if": {"required": ["answers"]}, "then": of_form("answers", surveys.ANSWER), "else": whole}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"urn:qualitygate:schema:{kind}:1",
        "title": title,
        "description": f"A register of {kind}, as its reader takes it; what values may be, the reader says.",
        "type": "object",
        **whole,
    }


def of_outline(outline: Outline, needed: tuple[str, ...] = ()) -> Schema:
    """What a mapping may hold, and what it must."""
    found: Schema = {name: value(column, must=name in outline.required) for name, column in outline.columns.items()}
    for name, column in outline.lists.items():
        must = name in outline.required
        several = {"type": "array", "items": value(column, must=True), **({"minItems": 1} if must else {})}
        found[name] = {"anyOf": [several, value(column, must=must)]}
    for name, inner in outline.records.items():
        found[name] = {"type": ["array", "null"], "items": of_outline(inner)}
    for name, column in outline.mappings.items():
        found[name] = {"type": ["object", "null"], "additionalProperties": value(column, must=True)}
    return _object(found, (*outline.required, *needed))


def of_form(noun: str, form: Form) -> Schema:
    """Records under their noun, each as a form has them; a column may go by another name."""
    columns = {**form.columns, **{alias: form.columns[meant] for alias, meant in form.aliases.items()}}
    fields = {name: value(column, must=name in form.required) for name, column in columns.items()}
    return _object({noun: {"type": ["array", "null"], "items": _object(fields, form.required)}}, (noun,))


def value(column: Column, *, must: bool) -> Schema:
    """A single value: whatever YAML makes of it, for the reader takes it as it is written."""
    kinds = ["string", "number", "boolean", *([] if must else ["null"])]
    plain: Schema = {"type": kinds, **({"minLength": 1} if must else {})}
    words = inspect.getclosurevars(column).nonlocals.get("words")
    return {"anyOf": [{"enum": list(words)}, plain]} if words else plain


def _object(properties: Schema, required: tuple[str, ...]) -> Schema:
    told: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**told, "required": list(required)} if required else told


def text(kind: str) -> str:
    """The schema as it is published."""
    return json.dumps(made(kind), indent=2) + "\n"


if __name__ == "__main__":
    for name in OUTLINES:
        (POLICIES / schemas.FILES[name]).write_text(text(name), encoding="utf-8")
