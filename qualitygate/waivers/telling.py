"""How ``waiver lint`` tells what it found: as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qualitygate.amounts import number
from qualitygate.escaping import line
from qualitygate.waivers.foureyes import Seen
from qualitygate.waivers.lint import Linted, WaiverFinding

SCHEMA_VERSION = 1


def as_text(linted: Sequence[Linted]) -> str:
    """A line a finding, with its place and the way out; last the counts."""
    return "".join(f"{each}\n" for each in _lines(linted))


def as_json(linted: Sequence[Linted]) -> str:
    """The form that ``policies/waiver-lint.schema.json`` describes."""
    return json.dumps(data(linted), indent=2, ensure_ascii=False) + "\n"


def data(linted: Sequence[Linted]) -> dict[str, Any]:
    """The same as JSON-ready data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "counts": {
            "waivers": len(linted),
            "to_attend_to": sum(bool(each.findings) for each in linted),
            "four_eyes": sum(each.eyes.seen is Seen.BOTH for each in linted),
        },
        "waivers": [_waiver(each) for each in linted],
    }


FORMATS: Mapping[str, Callable[[Sequence[Linted]], str]] = {"text": as_text, "json": as_json}


def _lines(linted: Sequence[Linted]) -> Iterator[str]:
    for each in linted:
        for finding in each.findings:
            yield f"{line(_place(each))}: {line(each.waiver.id)}: {line(finding.message)} [{finding.rule}]"
            yield f"        {line(finding.help)}"
    found = data(linted)["counts"]
    attend = f"{found['to_attend_to']} of {number('waivers', len(linted))} to attend to"
    yield f"{attend}; git shows four eyes for {found['four_eyes']}" if linted else "no waivers"


def _place(each: Linted) -> str:
    return f"{each.place.file}:{each.place.line}" if each.place.line else each.place.file


def _waiver(each: Linted) -> dict[str, Any]:
    waiver, eyes = each.waiver, each.eyes
    return {
        "id": waiver.id,
        "path": each.place.file,
        "line": each.place.line,
        "live": each.live,
        "requested_by": waiver.requested_by,
        "approved_by": waiver.approved_by,
        "created": waiver.created.isoformat(),
        "expires": waiver.expires.isoformat(),
        "four_eyes": {"seen": eyes.seen.value, "how": eyes.how or None, "commit": eyes.commit or None, "why": eyes.why},
        "findings": [_finding(finding) for finding in each.findings],
    }


def _finding(finding: WaiverFinding) -> dict[str, Any]:
    return {"rule": finding.rule, "message": finding.message, "help": finding.help, "certain": finding.certain}
