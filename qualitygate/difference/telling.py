"""How differences are told: as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qualitygate.config import Config
from qualitygate.difference import Change, Kind, sentence
from qualitygate.escaping import line, markdown
from qualitygate.values import dataclass

SCHEMA_VERSION = 1
_WIDTH = max(len(kind.value) for kind in Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two policies, and what the user called it."""

    name: str
    config: Config


def as_text(before: Side, after: Side, changes: Sequence[Change]) -> str:
    """A line for each change, with its place and why it cannot be told; last the counts."""
    return "".join(f"{each}\n" for each in _text(before, after, changes))


def _text(before: Side, after: Side, changes: Sequence[Change]) -> Iterator[str]:
    for each in changes:
        yield f"{each.kind.name:{_WIDTH}}  {line(sentence(each))}"
        if each.why:
            yield f"{'':{_WIDTH}}  cannot be told: {line(each.why)}"
        if each.place.file:
            yield f"{'':{_WIDTH}}  {line(_place(each))}"
    yield f"{line(before.name)} → {line(after.name)}: {_counted(changes)}"


def as_markdown(before: Side, after: Side, changes: Sequence[Change]) -> str:
    """A list under a line of counts, as a comment shows it."""
    rows = [f"**Policy** {markdown(before.name)} → {markdown(after.name)}: {_counted(changes)}\n"]
    for each in changes:
        why = f" _Cannot be told: {markdown(each.why)}._" if each.why else ""
        place = f" ({markdown(_place(each))})" if each.place.file else ""
        rows.append(f"- **{each.kind.value}** {markdown(sentence(each))}{place}{why}")
    return "\n".join(rows).rstrip("\n") + "\n"


def as_json(before: Side, after: Side, changes: Sequence[Change]) -> str:
    """The form that ``policies/policy-diff.schema.json`` describes."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "before": _side(before),
        "after": _side(after),
        "counts": {kind.value: _count(changes, kind) for kind in Kind},
        "changes": [_change(each) for each in changes],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[Side, Side, Sequence[Change]], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}


def _side(side: Side) -> dict[str, str]:
    return {"from": side.name, "name": side.config.policy.name, "digest": side.config.policy.digest}


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "what": change.what,
        "gate": change.gate,
        "key": change.key,
        "before": change.before,
        "after": change.after,
        "why": change.why,
        "sentence": sentence(change),
        "path": change.place.file or None,
        "line": change.place.line,
    }


def _place(change: Change) -> str:
    return change.place.file + (f":{change.place.line}" if change.place.line else "")


def _count(changes: Sequence[Change], kind: Kind) -> int:
    return sum(change.kind is kind for change in changes)


def _counted(changes: Sequence[Change]) -> str:
    counts = ((kind, _count(changes, kind)) for kind in Kind)
    return ", ".join(f"{count} {kind.value}" for kind, count in counts if count) or "asks for the same"
