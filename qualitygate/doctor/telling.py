"""How ``doctor`` tells what it found: as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from qualitygate.doctor.checkup import Checkup, Health
from qualitygate.escaping import line

SCHEMA_VERSION = 1
_WIDTH = max(len(state.value) for state in Health)
_INDENT = " " * (_WIDTH + 2)


def as_text(found: Sequence[Checkup]) -> str:
    """A line for each, with the way out below it; last the counts."""
    return "".join(f"{each}\n" for each in _lines(found))


def as_json(found: Sequence[Checkup]) -> str:
    """The form that ``policies/doctor.schema.json`` describes."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "counts": counts(found),
        "checkups": [
            {"of": each.of, "state": each.state.value, "what": each.what, "help": each.help} for each in found
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def counts(found: Sequence[Checkup]) -> dict[str, int]:
    """How many things stand how."""
    return {state.value: sum(each.state is state for each in found) for state in Health}


FORMATS: Mapping[str, Callable[[Sequence[Checkup]], str]] = {"text": as_text, "json": as_json}


def _lines(found: Sequence[Checkup]) -> Iterator[str]:
    for each in found:
        yield f"{each.state.value:{_WIDTH}}  {each.of}: {line(each.what)}"
        if each.help:
            yield f"{_INDENT}{line(each.help)}"
    yield ", ".join(f"{count} {state}" for state, count in counts(found).items() if count)
