"""Registers of documents: YAML that says which documents a project must have, read with what is found of each.

The keys of reviews are those of the GOV.UK Tech Docs Template. A register speaks of the files around it, so it is read
within a checkout or a folder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from qualitygate.errors import CannotReadReport, PluginError
from qualitygate.extension import Reader
from qualitygate.model.documents import DocumentRegister, Proportion
from qualitygate.model.evidence import Source
from qualitygate.recognition import decode

if TYPE_CHECKING:
    from qualitygate.documents.register import Declared

_SECTION = re.compile(r"^documents[ \t]*:[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_RECORD = re.compile(r"^[ \t]*(?:-[ \t]*)?(?:\{[^\n]{0,300}\b)?(?:path|tailored_out)[ \t]*:", re.MULTILINE)
_ID = re.compile(r"^[ \t]*-[ \t]*\{?[ \t]*id[ \t]*:", re.MULTILINE)


def recognises(head: bytes) -> bool:
    """Whether there is a section ``documents`` with records that have an ``id`` and a ``path``."""
    text = decode(head)
    return all(pattern.search(text) for pattern in (_SECTION, _ID, _RECORD))


def read(source: Source) -> Iterator[DocumentRegister]:
    """Read one register and look its documents up.

    Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records.
    """
    from qualitygate.documents.register import declared  # noqa: PLC0415 - every reader is asked, one pays

    found = declared(source)
    try:
        yield _looked_up(source, found)
    except PluginError as error:
        raise CannotReadReport("unreadable", str(error)) from error


def _names() -> Collection[str]:
    from qualitygate.documents.register import DOCUMENT  # noqa: PLC0415 - as above

    return ("documents", *DOCUMENT.known)


READER = Reader(kind="documents", recognises=recognises, read=read, names=_names)


def _looked_up(source: Source, found: Declared) -> DocumentRegister:
    if source.rules.tree is None:
        raise CannotReadReport("unreadable", "speaks of files, and there is no folder to look for them in")
    from qualitygate.documents.facts import Facts  # noqa: PLC0415

    facts = Facts(source.rules.tree(), found, source.name)
    tallies: dict[str, Proportion] = {}
    if found.links:
        tallies["links"] = facts.links(found)
    if found.translations:
        tallies["translation_parity"] = facts.translations(found)
    if found.changelog is not None:
        tallies["changelog"] = facts.changelog(found.changelog, found.lines["changelog"])
    if found.api:
        tallies["api_documented"] = facts.api(found.api)
    return DocumentRegister(
        source=source,
        documents=tuple(facts.document(line, values) for line, values in found.documents),
        stages=found.stages,
        pages=tuple(facts.pages(found.pages)),
        tallies=tuple(tallies.items()),
        start=found.start,
        start_note=facts.start_note(found.start),
    )
