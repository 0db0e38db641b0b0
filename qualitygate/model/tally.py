"""Counting the tests of one report while it is read: a block at a time, in bounded memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import nlargest
from itertools import repeat

from qualitygate.model.evidence import Source, TestCase, TestOutcome, TestReport

SLOWEST = 10


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
        self.add_block(
            [case.file], [case.class_name], [case.name], [] if case.seconds is None else [case.seconds], {0: case}
        )

    def add_block(
        self,
        files: Sequence[str | None],
        classes: Sequence[str],
        names: Sequence[str],
        seconds: Sequence[float],
        notable: Mapping[int, TestCase],
    ) -> None:
        """Count a block of records, given as columns.

        ``seconds`` has one number a record, or fewer where some records give none. ``notable`` has the records, by
        their index, that are more than a plain pass. What is common to all records is done without a Python loop,
        because this runs once for every test there is.
        """
        hashes = list(map(hash, zip(files, classes, names, repeat(0))))
        fresh = set(hashes)
        if len(fresh) == len(hashes) and self._identities.isdisjoint(fresh):
            self._identities |= fresh
            self._cases.extend(case for case in notable.values() if _is_notable(case))
            if self._source.rules.keep_names:
                keys = enumerate(zip(files, classes, names, strict=True))
                self._names.extend(
                    key for index, key in keys if index not in notable or not _is_notable(notable[index])
                )
        else:
            for index, identity in enumerate(hashes):
                self._add_one(identity, notable.get(index), files[index], classes[index], names[index])
        self._runs += len(hashes)
        if seconds:
            self._time(seconds, classes, names)

    def _add_one(self, identity: int, case: TestCase | None, file: str | None, class_name: str, name: str) -> None:
        if case is None:
            case = TestCase(class_name=class_name, name=name, file=file, outcome=TestOutcome.PASSED)
        if identity in self._identities:
            occurrence = self._occurrences[identity] = self._occurrences.get(identity, 0) + 1
            self._identities.add(hash((file, class_name, name, occurrence)))
            self._cases.append(replace(case, occurrence=occurrence))
            return
        self._identities.add(identity)
        if _is_notable(case):
            self._cases.append(case)
        elif self._source.rules.keep_names:
            self._names.append((file, class_name, name))

    def _time(self, seconds: Sequence[float], classes: Sequence[str], names: Sequence[str]) -> None:
        self._seconds.extend(seconds)
        floor = self._slowest[-1][0] if len(self._slowest) == SLOWEST else 0.0
        if len(seconds) == len(names) and max(seconds) > floor:
            titles = (
                (time, f"{class_name}::{name}")
                for time, class_name, name in zip(seconds, classes, names, strict=True)
                if time > floor
            )
            self._slowest = nlargest(SLOWEST, [*self._slowest, *titles])

    def report(
        self, *, at: datetime | None = None, contradictions: Iterable[str] = (), listed: bool = True
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
            contradictions=tuple(contradictions),
            listed=listed,
        )


def _is_notable(case: TestCase) -> bool:
    return case.flaky or case.outcome is not TestOutcome.PASSED
