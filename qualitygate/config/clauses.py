"""From the ``clauses:`` of all layers to clauses of the contract, and to what names one that is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qualitygate.config.day import day
from qualitygate.config.place import Place, place
from qualitygate.errors import Problem
from qualitygate.language import ENGLISH
from qualitygate.model.policy import Clause
from qualitygate.nearest import near
from qualitygate.yamltext import Document, Path


def clauses(documents: Sequence[Document], problems: list[Problem], places: dict[Path, Place]) -> tuple[Clause, ...]:
    """The clauses of all layers, ancestors first; a nearer file's takes the place of one of its id.

    A condition that names a clause that no layer has is added to ``problems``, where each clause stands to ``places``.
    """
    found: dict[str, Clause] = {}
    for document in documents:
        for id_, data in document.data.get("clauses", {}).items():
            path = ("clauses", id_)
            text = data["text"]
            found[id_] = Clause(
                id=id_,
                text={ENGLISH: text} if isinstance(text, str) else dict(text),
                owner=data.get("owner", ""),
                due=day(document, (*path, "due"), data.get("due"), problems),
            )
            places[path] = place(document, path, key=True)
    for document in documents:
        for gate, rows in document.data.get("gates", {}).items():
            for index, row in enumerate(rows):
                if "clause" in row and row["clause"] not in found:
                    problems.append(_unknown(document, ("gates", gate, index, "clause"), row["clause"], found))
    return tuple(found.values())


def _unknown(document: Document, path: Path, named: str, found: Mapping[str, Clause]) -> Problem:
    close = near(named, list(found), 1)
    there = f"there are {', '.join(found)}" if found else "write the contract's words under clauses:"
    way_out = f"did you mean {close[0]!r}?" if close else there
    return document.problem("unknown-clause", f"the contract has no clause {named!r}", path, help=way_out)
