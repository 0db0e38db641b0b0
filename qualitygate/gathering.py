"""From a declared evidence entry to evidence, with a gap for each thing that was expected and is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import IO

from qualitygate import registry
from qualitygate.config import EvidenceEntry
from qualitygate.errors import CannotReadReport
from qualitygate.expectations import unmet
from qualitygate.model.coverage import CoverageReport, renamed
from qualitygate.model.evidence import Evidence, Gap, LabelSet, Report, Source, by_labels
from qualitygate.recognition import HEAD, looks_like
from qualitygate.resemblance import meant
from qualitygate.surroundings import Surroundings, around


def ignore(_name: str) -> None:
    """Nobody wants to know which file is read now."""


def gather(
    entry: EvidenceEntry,
    base_dir: str,
    *,
    now: datetime,
    given: Sequence[Evidence] | None = None,
    keep_names: bool = False,
    on_read: Callable[[str], None] = ignore,
    among: Surroundings | None = None,
) -> list[Evidence]:
    """The evidence of one entry, and a gap for each thing that was expected and is not there.

    Files are those of the folder ``base_dir``, or of the surroundings ``among``.
    """
    if given is not None:
        found, files = list(given), sum(not isinstance(item, Gap) for item in given)
    else:
        found, files = _from_files(entry, among or around(base_dir), keep_names=keep_names, on_read=on_read)
    kind = registry.reader(entry.reader).kind if entry.reader else None
    found += [replace(gap, labels=entry.labels) for gap in unmet(entry, found, files, now)]
    found = [replace(item, kind=kind) if isinstance(item, Gap) and item.kind is None else item for item in found]
    places = list(by_labels(item for item in found if isinstance(item, Report))) or [tuple(entry.labels.items())]
    return [each for item in found for each in _everywhere(item, entry, places)]


def _everywhere(item: Evidence, entry: EvidenceEntry, places: Sequence[LabelSet]) -> Iterable[Evidence]:
    """A gap of the entry itself stands in every label set that its files bring: nobody knows which has lost something.

    Only snapshots bring labels of their own.
    """
    if not isinstance(item, Gap) or item.labels != entry.labels:
        return [item]
    return [replace(item, labels=dict(place)) for place in places]


def _from_files(
    entry: EvidenceEntry, among: Surroundings, *, keep_names: bool, on_read: Callable[[str], None]
) -> tuple[list[Evidence], int]:
    """What the entry's files say, with the gaps where they cannot be read, and how many could be read."""
    place = partial(_place, entry=entry, among=among)
    rules = replace(entry.rules, keep_names=keep_names, place=place, tree=among.tree)
    found: list[Evidence] = []
    files = 0
    for one in among.find(entry, rules):
        on_read(one.name)
        said = [_placed(item, entry, among) for item in read_or_gap(one)]
        files += not any(isinstance(item, Gap) and item.source == one.name for item in said)
        found.extend(said)
    for pattern in entry.files if len(entry.files) > 1 and found else ():
        if not among.matches(pattern):
            found.append(Gap(slug="missing", source=entry.name, expected="", found=f"no file matches {pattern}"))
    return [
        replace(item, labels=entry.labels) if isinstance(item, Gap) and not item.labels else item for item in found
    ], files


def _place(path: str, *, entry: EvidenceEntry, among: Surroundings) -> str:
    """A path of a report as it is in the checkout, from the policy's folder: absolute ones below it become relative."""
    plain = entry.paths.of(path, among.exists) if entry.paths else path
    return among.below(plain)


def _placed(item: Evidence, entry: EvidenceEntry, among: Surroundings) -> Evidence:
    """Coverage with its paths as they are in the checkout; findings were placed while they were read."""
    if not isinstance(item, CoverageReport):
        return item
    return replace(item, coverage=renamed(item.coverage, partial(_place, entry=entry, among=among)))


def read_or_gap(one: Source) -> list[Evidence]:
    """What a source says, or the gap that stands where it cannot be read. Half a report is no report.

    The gap is of the kind that the reader gives which recognised the file: what it stands beside tells nothing.
    """
    kind = None
    try:
        known = recognised(one)
        assert known.reader
        kind = registry.reader(known.reader).kind
        said = _said(known)
        if said:
            return said
        slug = "empty"
        found = "holds no evidence"
    except CannotReadReport as error:
        slug, found = error.slug, str(error)
    return [Gap(slug=slug, source=one.name, expected="", found=found, labels=one.labels, kind=kind)]


def read(one: Source) -> list[Evidence]:
    """What a source says, by the reader it names or the one that recognises it.

    Raises :class:`~qualitygate.errors.CannotReadReport`, and :class:`~qualitygate.errors.PluginError` for a reader that
    breaks in any other way.
    """
    return _said(recognised(one))


def recognised(one: Source) -> Source:
    """The source with the name of its reader. Raises :class:`~qualitygate.errors.CannotReadReport` where none knows it.

    A small file is read whole by that already, and is not opened again.
    """
    with _opening(), one.open() as stream:
        head = stream.read(HEAD)
        whole = not stream.read(1)
    reopened = replace(one, open=_once(head, one.open) if whole else one.open)
    return replace(reopened, reader=one.reader or _known(head, reopened))


def _said(known: Source) -> list[Evidence]:
    assert known.reader
    with _opening(), registry.blaming(registry.READERS, known.reader):
        return list(registry.reader(known.reader).read(known))


@contextmanager
def _opening() -> Iterator[None]:
    """A file that cannot be opened is a report that cannot be read."""
    try:
        yield
    except OSError as error:
        raise CannotReadReport("unreadable", f"cannot be opened: {error.strerror or error}") from error


def _once(content: bytes, again: Callable[[], IO[bytes]]) -> Callable[[], IO[bytes]]:
    """Gives at first what was read already, later the file again: a small file is opened once, and held by nobody."""
    left = [content]
    return lambda: BytesIO(left.pop()) if left else again()


def _known(head: bytes, one: Source) -> str:
    known = registry.reader_for(head)
    if known is None:
        slug = "unrecognised" if head.strip(b"\0 \t\r\n") else "empty"
        name = meant(head)
        raise CannotReadReport(slug, _wrong(name, one) if name else f"is {looks_like(head)}; no reader knows it")
    return known[0]


def _wrong(name: str, one: Source) -> str:
    """Why a file is not what it was probably meant to be."""
    try:
        _said(replace(one, reader=name))
    except CannotReadReport as error:
        return f"seems to be meant for {name}: {error}"
    return f"may be meant for {name}, and can be read so; if it is, name this reader"
