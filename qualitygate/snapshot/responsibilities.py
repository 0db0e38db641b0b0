"""Registers of responsibilities in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.evidence import Source
from qualitygate.model.responsibilities import Responsibility, ResponsibilityRegister
from qualitygate.snapshot import frame
from qualitygate.strict import Data, exactly, maybe, maybe_day, texts, written


def encode(register: ResponsibilityRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {
        **frame.encode(register),
        "responsibilities": [
            [each.commitment, list(each.accountable), each.deputy, written(each.due), each.line]
            for each in register.responsibilities
        ],
    }


def decode(data: Data, source: Source) -> ResponsibilityRegister:
    """From JSON data."""
    return ResponsibilityRegister(
        **frame.decode(data, source),
        responsibilities=tuple(
            Responsibility(
                commitment=exactly(commitment, str),
                accountable=texts(accountable),
                deputy=maybe(deputy, str),
                due=maybe_day(due),
                line=maybe(line, int),
            )
            for commitment, accountable, deputy, due, line in exactly(data["responsibilities"], list)
        ),
    )
