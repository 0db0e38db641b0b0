"""What is true of all registers: a record has one place."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

Told = tuple[str, Sequence[Hashable]]
"""A register: its name and its records."""


def differing(registers: Iterable[Told]) -> list[bool]:
    """Of each register whether it is another than all before: shards may each bring the same one."""
    known: set[tuple[str, tuple[Hashable, ...]]] = set()
    fresh = []
    for name, records in registers:
        fresh.append((name, tuple(records)) not in known)
        known.add((name, tuple(records)))
    return fresh


def in_two(registers: Iterable[tuple[str, Iterable[str]]]) -> str:
    """What is wrong where registers that count together have a record in common; nothing where they have none.

    Each register is its name and the ids of its records. Two may have one name, where shards bring them.
    """
    places: dict[str, tuple[int, str]] = {}
    for index, (register, records) in enumerate(sorted((name, sorted(ids)) for name, ids in registers)):
        for record in records:
            other, name = places.setdefault(record, (index, register))
            if other != index:
                where = f"{name} and in {register}" if name != register else f"two different versions of {register}"
                return f"the id {record} is in {where}: give each register an evidence entry of its own"
    return ""
