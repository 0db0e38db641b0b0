"""Counting the tests of one report while it is read: a block at a time, in bounded memory."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import repeat
from operator import itemgetter
from typing import cast

from qualitygate.model.evidence import SLOWEST, Source, TestCase, TestOutcome, TestReport, identity_of

_PASSED = TestOutcome.PASSED  # by name: looking a member up on its class is Python code in 3.11, ten times slower


class Tally:
    """Takes the records of one report in order and gives its :class:`~qualitygate.model.evidence.TestReport`."""

    __slots__ = ("_cases", "_identities", "_names", "_occurrences", "_runs", "_seconds", "_slowest", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._identities: set[int] = set()
        self._occurrences: dict[int, int] = {}
        self._cases: list[TestCase] = []
        self._names: list[tuple[str | None, str, str]] = []
        self._seconds = array("d")
        self._slowest: list[tuple[float, str]] = []
        self._runs = 0

    def __len__(self) -> int:
        return self._runs

    def add(self, case: TestCase) -> None:
        """Count one record."""
        self.add_block([case.file], [case.class_name], [case.name], [case.seconds], {0: case})

    def add_block(
        self,
        files: Sequence[str | None],
        classes: Sequence[str],
        names: Sequence[str],
        seconds: Sequence[float | None],
        notable: Mapping[int, TestCase],
    ) -> None:
        """Count a block of records, given as columns.

        ``seconds`` has one number a record, ``None`` where the record gives none. ``notable`` has the records, by
        their index, that are more than a plain pass. What is common to all records is done without a Python loop,
        because this runs once for every test there is.
        """
        hashes = list(map(hash, zip(files, classes, names, repeat(0))))  # identity_of, for a whole block at once
        self._runs += len(hashes)
        kept = {index: case for index, case in notable.items() if _is_notable(case)}
        for index in self._repeats(hashes):
            case = notable.get(index) or TestCase(
                class_name=classes[index], name=names[index], file=files[index], outcome=_PASSED
            )
            kept[index] = self._repeated(hashes[index], case)
        self._cases.extend(map(kept.__getitem__, sorted(kept)))
        if self._source.rules.keep_names:
            keys = enumerate(zip(files, classes, names, strict=True))
            self._names.extend(key for index, key in keys if index not in kept)
        try:
            timed = array("d", cast("Sequence[float]", seconds))
        except TypeError:  # not every record gives a time
            having = [index for index, second in enumerate(seconds) if second is not None]
            seconds = [seconds[index] for index in having]
            classes, names = ([column[index] for index in having] for column in (classes, names))
            timed = array("d", cast("Sequence[float]", seconds))
        self._seconds.extend(timed)
        if timed:
            self._look_for_slow(cast("Sequence[float]", seconds), classes, names)

    def _repeats(self, hashes: Sequence[int]) -> list[int]:
        """Which records, by index, have an identity that came before; all identities are known from here on."""
        identities, before = self._identities, len(self._identities)
        known = [] if identities.isdisjoint(hashes) else identities.intersection(hashes)
        identities.update(hashes)
        if len(identities) == before + len(hashes):
            return []
        first = dict.fromkeys(known, -1)
        return [index for index, identity in enumerate(hashes) if first.setdefault(identity, index) != index]

    def _repeated(self, identity: int, case: TestCase) -> TestCase:
        occurrence = self._occurrences[identity] = self._occurrences.get(identity, 0) + 1
        self._identities.add(identity_of(case.file, case.class_name, case.name, occurrence))
        return replace(case, occurrence=occurrence)

    def _look_for_slow(self, seconds: Sequence[float], classes: Sequence[str], names: Sequence[str]) -> None:
        floor = self._slowest[-1][0] if len(self._slowest) == SLOWEST else -1.0
        if max(seconds) <= floor:
            return
        longest = sorted(range(len(seconds)), key=seconds.__getitem__, reverse=True)[:SLOWEST]
        titles = [(seconds[index], f"{classes[index]}::{names[index]}") for index in longest if seconds[index] > floor]
        if not self._slowest:
            self._slowest = titles
            return
        self._slowest = sorted([*self._slowest, *titles], key=itemgetter(0), reverse=True)[:SLOWEST]

    @property
    def failing(self) -> int:
        """How many of the records failed or errored."""
        return sum(case.outcome > _PASSED for case in self._cases)

    def checked(
        self, *, at: datetime | None, tests: Collection[int], failing: Collection[int], outside: int = 0
    ) -> TestReport:
        """What was counted, checked against what the report claims: how many tests, and how many failing ones.

        A claim has the readings it allows (with the skipped ones, without); it is denied where no reading agrees, and
        no reading is no claim. ``outside`` is how many of the records are errors that such figures leave out: of a
        suite, of the run.
        """
        listed = self._runs - outside
        if not listed and any(tests):
            return self.report(at=at, contradictions=["counts tests in its attributes but lists none"], listed=False)
        counted = (("tests", tests, listed), ("failing tests", failing, self.failing - outside))
        return self.report(
            at=at,
            contradictions=[
                f"counts {next(iter(claimed))} {noun} in its attributes but lists {found}"
                for noun, claimed, found in counted
                if claimed and found not in claimed
            ],
        )

    def report(
        self,
        *,
        at: datetime | None = None,
        first_at: datetime | None = None,
        contradictions: Iterable[str] = (),
        listed: bool = True,
        linter: str = "",
    ) -> TestReport:
        """What was counted, as evidence."""
        return TestReport(
            source=self._source,
            runs=self._runs,
            identities=self._identities,
            cases=tuple(self._cases),
            seconds=self._seconds,
            slowest=tuple(self._slowest),
            passed=tuple(self._names) if self._source.rules.keep_names else None,
            at=at,
            first_at=first_at if first_at != at else None,
            contradictions=tuple(contradictions),
            listed=listed,
            linter=linter,
        )


def _is_notable(case: TestCase) -> bool:
    return case.outcome is not _PASSED or case.failed_attempts > 0 or case.occurrence > 0
