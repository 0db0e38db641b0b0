"""Registers of defects in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.defects import CLOSED, OPEN, SEVERITIES, Defect, DefectRegister
from qualitygate.model.evidence import Source
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, maybe, maybe_instant, written

_SEVERITIES = {severity: severity for severity in (None, *SEVERITIES)}
_STATES = {state: state for state in (OPEN, CLOSED)}


def encode(register: DefectRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {**frame.encode(register), "defects": [_defect(each) for each in register.defects]}


def decode(data: Data, source: Source) -> DefectRegister:
    """From JSON data."""
    return DefectRegister(**frame.decode(data, source), defects=tuple(map(_to_defect, data["defects"])))


def _defect(defect: Defect) -> dict[str, Any]:
    return {
        "id": defect.id,
        "title": defect.title,
        "severity": defect.severity,
        "found_in": defect.found_in,
        "release": defect.release,
        "opened": written(defect.opened),
        "closed": written(defect.closed),
        "state": defect.state,
        "reopened": defect.reopened,
        "resolution": defect.resolution,
        "url": defect.url,
        "line": defect.line,
    }


def _to_defect(data: Data) -> Defect:
    return Defect(
        id=exactly(data["id"], str),
        title=exactly(data["title"], str),
        severity=_SEVERITIES[data["severity"]],
        found_in=maybe(data["found_in"], str),
        release=maybe(data["release"], str),
        opened=maybe_instant(data["opened"]),
        closed=maybe_instant(data["closed"]),
        state=_STATES[data["state"]],
        reopened=maybe(data["reopened"], int),
        resolution=maybe(data["resolution"], str),
        url=maybe(data["url"], str),
        line=maybe(data["line"], int),
    )
