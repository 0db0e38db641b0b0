"""What the sources say: the reports, once read, and the gaps where a report should be."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field
from datetime import UTC, datetime, tzinfo
from enum import IntEnum
from fractions import Fraction
from typing import IO, TYPE_CHECKING

from qualitygate.values import dataclass

if TYPE_CHECKING:
    from qualitygate.model.tree import Tree

SLOWEST = 10
"""How many of the longest tests are remembered by name."""


class Evidence:
    """Anything a reader hands over. A stranger's reader may hand over a kind of its own, for a measure of its own."""

    __slots__ = ()

    @property
    def labels(self) -> Mapping[str, str]:
        """What ``where`` and ``each`` select it by: nothing, unless it says."""
        return {}


LabelSet = tuple[tuple[str, str], ...]
"""Labels as a value that can be a key: sorted pairs."""


def by_labels(evidence: Iterable[Evidence]) -> dict[LabelSet, list[Evidence]]:
    """Evidence grouped by its labels, the groups sorted."""
    groups: dict[LabelSet, list[Evidence]] = {}
    for item in evidence:
        groups.setdefault(tuple(sorted(item.labels.items())), []).append(item)
    return dict(sorted(groups.items()))


class TestOutcome(IntEnum):
    """How one test ended, ordered so that the worst of several runs is ``max()``.

    A test that ran anywhere was not skipped, hence SKIPPED < PASSED.
    """

    __test__ = False

    SKIPPED = 0
    PASSED = 1
    FAILED = 2
    ERRORED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRules:
    """What the policy declares about an evidence entry that changes how its files are read.

    ``retries``: repeats of a test are attempts, and the ``last`` or ``any-pass`` decides (``None``: repeats are tests).
    ``expected_failures``: a case with both a failure and a skip is an expected failure, thus skipped (node:test,
    Catch2); where it is ``False`` the failure wins. ``keep_names``: keep the names of passing tests too, which a
    snapshot needs and a verdict does not. ``zone`` is the one that time stamps without a zone are in. ``place`` says
    what a path becomes by which a finding is known again: it must be the same wherever the tool ran. ``tree`` gives the
    files around the policy, for a register that speaks of them; ``None`` where there are none to look at. ``columns``
    says by which name the columns of a CSV stand in it; others are then not read. ``encoding`` is that of a register
    that is no Unicode. ``responses`` and ``response_rate`` are how many, and which share of those invited, must have
    answered a survey before it tells anything.
    """

    retries: str | None = None
    expected_failures: bool = True
    keep_names: bool = False
    zone: tzinfo = UTC
    place: Callable[[str], str] = str
    tree: Callable[[], Tree] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    responses: int = 0
    response_rate: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One stream of bytes to read: its name, the evidence entry's labels, and how to open it.

    ``reader`` is the name of the reader to use, ``None`` to go by the content. ``at`` is when the file was last
    written, where that is known. ``open`` gives a new binary stream each time; large files are never read whole.
    """

    name: str
    open: Callable[[], IO[bytes]]
    reader: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    rules: ReadingRules = ReadingRules()


def identity_of(file: str | None, class_name: str, name: str, occurrence: int = 0) -> int:
    """The hash under which a test is kept, the same in every report that this process reads.

    64 bits: among a million tests the odds that two share one are about 3 in 100 million. Hashes of text are salted
    for each process, so an identity is never stored.
    """
    return hash((file, class_name, name, occurrence))


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One record of a test that is worth remembering: anything but a first, plain pass.

    ``occurrence`` counts the earlier cases of the same file, class and name within the report. ``failed_attempts``
    counts the attempts that failed before the one that counts. ``seconds`` is ``None`` where the report does not say.
    ``line`` is where the failure was raised, ``path`` the file it was raised in, as the report names it.
    """

    __test__ = False

    class_name: str
    name: str
    outcome: TestOutcome
    file: str | None = None
    occurrence: int = 0
    seconds: float | None = None
    failed_attempts: int = 0
    message: str = ""
    path: str | None = None
    line: int | None = None

    @property
    def title(self) -> str:
        """Class and name as one text: what a quarantine record names."""
        return f"{self.class_name}::{self.name}" if self.class_name else self.name

    @property
    def identity(self) -> int:
        """See :func:`identity_of`."""
        return identity_of(self.file, self.class_name, self.name, self.occurrence)

    @property
    def flaky(self) -> bool:
        """Whether it passed after at least one failed attempt."""
        return self.outcome is TestOutcome.PASSED and self.failed_attempts > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Evidence):
    """What all reports have: where they were read, when they were made, and what they contradict themselves in.

    ``at`` is the report's own time stamp, the latest where it has several, ``first_at`` then the earliest.
    ``contradictions`` says where its attributes deny its records.
    """

    source: Source
    at: datetime | None = None
    first_at: datetime | None = None
    contradictions: tuple[str, ...] = ()

    @property
    def since(self) -> datetime | None:
        """As old as the oldest of what it holds: a report that was put together is not as fresh as its last part."""
        return self.first_at or self.at

    @property
    def labels(self) -> Mapping[str, str]:
        """Those of its source."""
        return self.source.labels

    @property
    def counts(self) -> Mapping[str, int]:
        """What ``qualitygate read`` shows of a kind that is not ours (``{"mutants": 35, "killed": 22}``)."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReport(Report):
    """One report of tests, in bounded memory: every test by a 64-bit hash, only the notable ones by name.

    ``identities`` holds the :func:`identity_of` every test. ``cases`` holds, in report order, each test that
    failed, errored, was skipped, was flaky or repeated an earlier name. ``passed`` names the plain passes where the
    rules asked for them (``None`` otherwise). ``seconds`` has one number a record that gave one; ``slowest`` the
    ten longest, worst first. ``listed`` is ``False`` where the report counts tests, or failing tests, but lists none:
    it hides what it counts. ``linter`` names the tool that put its findings into the form of tests, and ran none.
    """

    __test__ = False

    runs: int
    identities: AbstractSet[int]
    cases: tuple[TestCase, ...]
    seconds: array[float]
    slowest: tuple[tuple[float, str], ...] = ()
    passed: tuple[tuple[str | None, str, str], ...] | None = None
    listed: bool = True
    linter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Evidence):
    """Evidence that evidence is missing: what was expected, what was found instead.

    ``slug`` is ``missing``, ``short``, ``stale``, ``undated``, ``unlisted``, ``linter`` or the slug of the
    :class:`~qualitygate.errors.CannotReadReport`. ``kind`` is the kind of evidence that is missing (``tests``),
    ``None`` where nothing tells.
    """

    slug: str
    source: str
    expected: str
    found: str
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None

    @property
    def told(self) -> str:
        """What was found and what was expected, in one sentence part."""
        return self.found + (f"; expected {self.expected}" if self.expected else "")

    def __str__(self) -> str:
        return f"{self.source}: {self.told}"


def about(kind: str, report: type[Report], evidence: Iterable[Evidence]) -> list[Evidence]:
    """What a measure of one kind looks at: the reports of its type, and the gaps where one is missing, or may be."""
    return [
        item for item in evidence if isinstance(item, report) or (isinstance(item, Gap) and item.kind in (kind, None))
    ]
