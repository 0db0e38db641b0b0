"""What a plug-in hands over: a reader, a measure, a reporter, and what a measure may look at.

A plug-in is an entry point in the group ``qualitygate.readers``, ``qualitygate.measures`` or
``qualitygate.reporters``. The built-in ones come through the same door.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from typing import TYPE_CHECKING

from qualitygate.language import ENGLISH
from qualitygate.model.changes import Changes
from qualitygate.model.evidence import Evidence, Source
from qualitygate.model.measurement import Measurement, Metric
from qualitygate.model.policy import QuarantineRecord
from qualitygate.model.verdict import Verdict
from qualitygate.values import dataclass

if TYPE_CHECKING:
    from qualitygate.support.targets import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Turns the bytes of one format into evidence.

    ``kind`` names the evidence it gives (``tests``), ``None`` where it may give any. ``recognises`` looks at the first
    64 kB of a file and says whether this reader is the one; it must be sure. ``read`` gives the evidence, or raises
    :class:`~qualitygate.errors.CannotReadReport` and nothing else, whatever the bytes.

    ``names`` are the keys or columns of what people write by hand: by them a file with a typo, which no reader
    recognises, is told for what it was meant to be. A report that a tool writes has none.
    """

    kind: str | None
    recognises: Callable[[bytes], bool]
    read: Callable[[Source], Iterable[Evidence]]
    names: Callable[[], Collection[str]] = tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a measure may know besides the evidence.

    ``now`` is aware. ``baseline`` is the evidence of the earlier run to compare with, ``None`` where none was given.
    ``quarantine`` are the records, of which those live on ``today`` count. ``changes`` is what the branch changed,
    ``None`` where no condition asked or git could not tell, and ``changes_note`` is the reason. ``size`` is how many
    lines of code there are, blank ones left out, ``None`` where the policy does not say which files are code. It is
    counted where a condition asks for a density, by its unit. ``support`` is what the policy promises to customers,
    ``None`` where it promises nothing. ``clauses`` are the ids of the clauses of its contract, ``contract_start`` the
    day on which that began, ``None`` where the policy does not say.
    """

    now: datetime
    today: date
    baseline: Sequence[Evidence] | None = None
    quarantine: tuple[QuarantineRecord, ...] = ()
    changes: Changes | None = None
    changes_note: str = ""
    size: int | None = None
    support: Promise | None = None
    clauses: tuple[str, ...] = ()
    contract_start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Takes measurements of one subject from evidence.

    The name of its entry point is the first word of all its metrics: ``tests`` for ``tests.failed``. A measure that
    finds a :class:`~qualitygate.model.evidence.Gap` of its kind gives measurements without a value for its labels.
    ``dated``: its evidence tells when things happened, so that at an earlier ``now`` the same evidence gives what was
    true then.
    """

    metrics: tuple[Metric, ...]
    take: Callable[[Sequence[Evidence], Context], Iterable[Measurement]]
    dated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a reporter may dress what it tells: all results or the worst first, with terminal colours or without.

    ``lang`` is the language of the words that are the report's own, of :data:`qualitygate.language.LANGUAGES`.
    ``files`` is the address below which the files of the checkout can be read, with a slash at its end; empty where
    there is none. ``doubts`` says of waivers, by their id, why their approval is doubted; a verdict itself does not
    know, for git does not tell the same everywhere.
    """

    verbose: bool = False
    color: bool = False
    lang: str = ENGLISH
    files: str = ""
    doubts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """Tells a verdict as text in one format. It renders; it never compares a value with a bound."""

    suffix: str
    render: Callable[[Verdict, Style], str]
