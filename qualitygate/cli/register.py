"""How ``documents check`` tells a register of documents: what is missing of each, without a judgement."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from qualitygate import wording
from qualitygate.codec import entry
from qualitygate.escaping import line
from qualitygate.language import speaking
from qualitygate.model.measurement import Finding, Measurement, RegisterEntry
from qualitygate.sections import Register

_COLUMNS = 14
"""How wide the first column is, with the longest word and what parts it from the next."""


def as_text(register: Register, found: Measurement, lang: str) -> str:
    """A line a document, what is missing below it, and the numbers."""
    with speaking(lang):
        behind = _behind(found)
        told = [text for each in register.entries for text in _lines(each, behind[each.id])]
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
        "findings": [
            {"document": document, "path": each.path, "line": each.line, "message": each.message}
            for document, findings in _behind(found).items()
            for each in findings
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _behind(found: Measurement) -> Mapping[str, Sequence[Finding]]:
    """What is missing of each document with its place, by id: the findings stand in the order of the register."""
    findings = iter(found.findings)
    return {each.id: list(islice(findings, len(each.missing))) for each in found.register}


def _lines(each: RegisterEntry, behind: Sequence[Finding]) -> Iterator[str]:
    named = line(" ".join(filter(None, (each.id, each.title))))
    state = wording.completeness(each)
    room = " " * (_COLUMNS - wording.width(state))
    yield state + room + named + (f"  {line(each.path)}" if each.path else "")
    missing = (f"{wording.place(finding)}: {finding.message}" for finding in behind)
    yield from (f"{'':{_COLUMNS}}{line(text)}" for text in (each.left_out, *missing) if text)
