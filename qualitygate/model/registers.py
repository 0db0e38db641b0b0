"""What is true of all registers: a record has one place."""

from __future__ import annotations

from collections.abc import Iterable


def in_two(records: Iterable[tuple[str, str]]) -> str:
    """What is wrong where registers that count together have a record in common; nothing where they have none.

    Each record is the name of its register and its id.
    """
    places: dict[str, str] = {}
    for register, record in sorted(records):
        other = places.setdefault(record, register)
        if other != register:
            return f"the id {record} is in {other} and in {register}: give each register an evidence entry of its own"
    return ""
