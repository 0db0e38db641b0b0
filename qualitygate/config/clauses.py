"""From the ``clauses:`` of all layers to clauses of the contract, and to what names one that is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qualitygate.config.day import Days
from qualitygate.config.place import Place, place
from qualitygate.errors import Problem
from qualitygate.language import ENGLISH
from qualitygate.model.policy import Clause
from qualitygate.nearest import near
from qualitygate.yamltext import Document, Path


def clauses(
    documents: Sequence[Document], days: Days, problems: list[Problem], places: dict[Path, Place]
) -> tuple[Clause, ...]:
    """The clauses of all layers, ancestors first; what a nearer file says of one goes before what others do.

    A clause that no file has a text for, and a condition that names one that no layer has, are added to ``problems``,
    where each clause stands to ``places``.
    """
    written: dict[str, dict[str, Any]] = {}
    for document in documents:
        for id_, data in document.data.get("clauses", {}).items():
            path = ("clauses", id_)
            said = written.setdefault(id_, {})
            said.update(data)
            if "due" in data:
                said["due"] = days.day(document, (*path, "due"), data["due"])
            if "text" not in said:
                problems.append(document.problem("missing-key", f"clauses.{id_} needs the key 'text'", path, key=True))
            places[path] = place(document, path, key=True)
    found = {id_: _clause(id_, data) for id_, data in written.items()}
    for document in documents:
        for gate, rows in document.data.get("gates", {}).items():
            for index, row in enumerate(rows):
                if "clause" in row and row["clause"] not in found:
                    problems.append(_unknown(document, ("gates", gate, index, "clause"), row["clause"], found))
    return tuple(found.values())


def _clause(id_: str, data: Mapping[str, Any]) -> Clause:
    text = data.get("text", "")
    return Clause(
        id=id_,
        text={ENGLISH: text} if isinstance(text, str) else dict(text),
        owner=data.get("owner", ""),
        due=data.get("due"),
    )


def _unknown(document: Document, path: Path, named: str, found: Mapping[str, Clause]) -> Problem:
    close = near(named, list(found), 1)
    there = f"there are {', '.join(found)}" if found else "write the contract's words under clauses:"
    way_out = f"did you mean {close[0]!r}?" if close else there
    return document.problem("unknown-clause", f"the contract has no clause {named!r}", path, help=way_out)
