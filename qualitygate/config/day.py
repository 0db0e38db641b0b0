"""Days as the schema lets them be written: one that the calendar may still not have, or one named by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qualitygate.config.locks import moved
from qualitygate.errors import Problem
from qualitygate.yamltext import Document, Path

KEY = "anchors"
"""Where a policy says the days that others are named by."""
YEAR = "year_starts"
"""Where it says on which day a year starts."""
CONTRACT = "contract_start"
"""The anchor that says when the contract began; it names a day to measures, also where no other day is named by it."""


def day(document: Document, path: Path, written: str | None, problems: list[Problem]) -> date | None:
    """The day of a text like ``2026-12-01``; one that no calendar has is added to ``problems``."""
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        problems.append(document.problem("wrong-form", f"the calendar has no day {written!r}", path))
        return None


class Days:
    """The days that the files of a policy name by others: ``contract_start + P2M``; and the one that a year starts on.

    A file without evidence and anchors of its own is written for others to extend. An anchor that none of those has
    gives no day, so that what is from it on is from always on. A day that a file has said, with locked conditions in it
    or above it, is no nearer file's to move.
    """

    __slots__ = ("anchors", "problems", "used", "year_starts")

    def __init__(self, documents: Sequence[Document], problems: list[Problem]) -> None:
        self.problems = problems
        self.used: set[str] = {CONTRACT}
        self.anchors: dict[str, date] = {}
        told: dict[str, dict[int, date | None]] = {}
        for place, document in enumerate(documents):
            for name, written in document.data.get(KEY, {}).items():
                found = day(document, (KEY, name), written, problems)
                if found is not None:
                    self.anchors[name] = told.setdefault(name, {})[place] = found
        for name, days in told.items():
            problems.extend(moved(documents, (KEY, name), days))
        years = {
            place: self.day(document, (YEAR,), document.data[YEAR])
            for place, document in enumerate(documents)
            if YEAR in document.data
        }
        self.year_starts = years[max(years)] if years else None
        problems.extend(moved(documents, (YEAR,), years, within="year"))

    @property
    def contract_start(self) -> date | None:
        """The day on which the contract began; ``None`` where the policy does not say."""
        return self.anchors.get(CONTRACT)

    def day(self, document: Document, path: Path, written: str | None) -> date | None:
        """The day of a text; what is none is added to the problems."""
        if written is None or written[:4].isdecimal():
            return day(document, path, written, self.problems)
        from qualitygate.model.due import anchor, relative  # noqa: PLC0415 - few policies name days by others

        name = anchor(written)
        self.used.add(name)
        if name and name not in self.anchors and not document.data.keys() & {"evidence", KEY}:
            return None
        try:
            found = relative(written, self.anchors)
        except ValueError as error:
            self.problems.append(document.problem("anchor", f"{path[-1]} {error}", path))
            return None
        if found is None:
            message = f"{path[-1]} is {written!r}, which is no day: write it like 2026-12-01 or contract_start + P1Y6M"
            self.problems.append(document.problem("anchor", message, path))
        return found

    def unused(self, documents: Sequence[Document]) -> list[Problem]:
        """Anchors that nothing is named by: one that is misspelt changes nothing, which is worth a word."""
        return [
            document.problem("unused-anchor", f"no day is named by the anchor {name!r}", (KEY, name), key=True)
            for document in documents
            for name in document.data.get(KEY, {})
            if name not in self.used
        ]
