"""Which files of a policy have locked conditions, so that what those rest on is locked for all that extend them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from qualitygate.errors import Problem
from qualitygate.yamltext import Document, Path


def locks(document: Document, within: str | None = None) -> bool:
    """Whether a file has a locked condition; with ``within``, one on whole periods of that name."""
    return any(
        row.get("locked") and within in (None, row.get("within"))
        for rows in document.data.get("gates", {}).values()
        for row in rows
    )


def moved(
    documents: Sequence[Document], path: Path, days: Mapping[int, date | None], within: str | None = None
) -> list[Problem]:
    """What moves a day that is locked: one that a file says, with a locked condition in it or in a file before it.

    ``days`` has the day that each of the ``documents`` says at ``path``, by its place among them; ``None`` where it
    leaves it open for others to say.
    """
    problems = []
    said: tuple[Document, date] | None = None
    for place, found in sorted(days.items()):
        document = documents[place]
        if said and found != said[1] and any(locks(each, within) for each in documents[:place]):
            message = f"{path[-1]} is locked in {said[0].file}: it is {said[1]} there, and may not move"
            problems.append(document.problem("locked", message, path, key=True))
        elif found:
            said = document, found
    return problems
