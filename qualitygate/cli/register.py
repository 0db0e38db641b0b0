"""How ``documents check`` tells a register of documents: what is missing of each, without a judgement."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qualitygate import wording
from qualitygate.codec import entry
from qualitygate.escaping import line
from qualitygate.language import speaking
from qualitygate.model.measurement import Measurement, RegisterEntry
from qualitygate.sections import Register

_COLUMNS = 14
"""How wide the first column is, with the longest word and what parts it from the next."""


def as_text(register: Register, found: Measurement, lang: str) -> str:
    """A line a document, what is missing below it, and the numbers."""
    with speaking(lang):
        told = [text for each in register.entries for text in _lines(each)]
        told.append(wording.register(register) + (f"; {line(found.note)}" if found.note else ""))
    return "".join(f"{each}\n" for each in told)


def as_json(register: Register, found: Measurement, _lang: str) -> str:
    """As JSON, described by ``policies/documents.schema.json``; the same in every language."""
    data = {
        "schema_version": 1,
        "complete": register.complete,
        "required": register.required,
        "note": found.note,
        "documents": [entry(each) for each in register.entries],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _lines(each: RegisterEntry) -> Iterator[str]:
    named = line(" ".join(filter(None, (each.id, each.title))))
    standing = wording.standing(each)
    room = " " * (_COLUMNS - wording.width(standing))
    yield standing + room + named + (f"  {line(each.path)}" if each.path else "")
    yield from (f"{'':{_COLUMNS}}{line(text)}" for text in (each.left_out, *each.missing) if text)
