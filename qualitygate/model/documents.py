"""What a register of documents says, and what was found of each document in the checkout.

All of it is gathered while the register is read. Dates are compared with today by the measure, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qualitygate.model.evidence import Report
from qualitygate.values import dataclass

APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One thing to mend: what it is about, what is wrong and the way out, and where."""

    title: str
    message: str
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the project: its days, ``ended`` is ``None`` while nobody knows."""

    id: str
    started: date
    ended: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """When a page was last reviewed, and until when that holds; ``None`` where the page does not say, or not readably.

    ``path`` and ``line`` are where it is said. ``problem`` is what is wrong with how it is said. ``cadence``: anything
    is said at all.
    """

    path: str
    line: int
    reviewed: date | None = None
    due: date | None = None
    problem: str = ""
    cadence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One required document, as the register declares it and as it lies there.

    ``paths`` are the files that were found, ``wanted`` the path or glob. ``tailored_out`` is the reason for leaving it
    out. ``stubs``, ``gaps`` (headings that are missing, a hash that differs) and ``reviews`` are what was found in the
    files. ``changed`` is the day of the last change of content, ``None`` where there is none, and ``changed_note`` says
    why that cannot be told. ``at_start``: it was there at the start of the project, ``None`` where that is not known.
    ``covers`` are globs of the sources that it describes.
    """

    id: str
    title: str
    line: int
    wanted: str
    paths: tuple[str, ...] = ()
    stage: str | None = None
    owner: str | None = None
    owned: bool = False
    status: str | None = None
    doc_type: str | None = None
    tailored_out: str = ""
    stubs: tuple[Spot, ...] = ()
    gaps: tuple[Spot, ...] = ()
    reviews: tuple[Review, ...] = ()
    changed: date | None = None
    changed_note: str = ""
    at_start: bool | None = None
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """So many of so many, and those that are behind; ``note`` says why nothing could be counted."""

    good: int = 0
    total: int = 0
    spots: tuple[Spot, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRegister(Report):
    """One register of documents, in the order of its records, with what else it asks to look at.

    ``tallies`` are by what was counted: ``links``, ``api_documented``, ``translation_parity``, ``changelog``. ``pages``
    are the reviews of the pages that the register names besides the documents. ``start`` is the day on which the
    project started, ``start_note`` why it cannot be told what was there then.
    """

    documents: tuple[Document, ...]
    stages: tuple[Stage, ...] = ()
    pages: tuple[Review, ...] = ()
    tallies: tuple[tuple[str, Proportion], ...] = ()
    start: date | None = None
    start_note: str = ""

    @property
    def counts(self) -> Mapping[str, int]:
        """The required documents, and those of them that are there."""
        required = [document for document in self.documents if not document.tailored_out]
        there = sum(bool(document.paths) for document in required)
        return {"documents": len(required), "there": there, "tailored_out": len(self.documents) - len(required)}

    def tally(self, name: str) -> Proportion | None:
        """What was counted under a name, ``None`` where the register does not ask for it."""
        return dict(self.tallies).get(name)
