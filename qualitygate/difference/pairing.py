"""Which part of a policy became which."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

_T = TypeVar("_T")


def pairs(
    before: Sequence[_T], after: Sequence[_T], keys: Sequence[Callable[[_T], Hashable]]
) -> Iterator[tuple[_T | None, _T | None]]:
    """Each part with what it became: those of the new order first, with ``None`` for what is new, then what is gone.

    Parts belong together by the first key that is equal, in order where several are; a key of ``None`` pairs nothing.
    Seen from the other side the pairs are the same.
    """
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for index, part in enumerate(before):
            if index not in taken:
                waiting.setdefault(key(part), []).append(index)
        waiting.pop(None, None)
        for index, part in enumerate(after):
            if index not in partners and waiting.get(key(part)):
                partners[index] = waiting[key(part)].pop(0)
        taken = set(partners.values())
    for index, part in enumerate(after):
        yield (before[partners[index]] if index in partners else None), part
    for index, part in enumerate(before):
        if index not in taken:
            yield part, None
