"""What became of the mutants of one run of mutation testing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from qualitygate import Report, Source

KIND = "mutation"
LISTED_CAP = 100_000
"""Mutants of one report that are kept by name; all are counted."""
TEXT_CAP = 1_000


class State(Enum):
    """What became of a mutant, in the words of all three tools.

    ``DOUBTFUL`` is one whose tests ended in a way that tells nothing: it counts as not detected. ``INVALID`` could not
    be built or run, ``IGNORED`` was left out on purpose; neither counts. ``NOT_RUN`` is left of a run that did not end.
    """

    KILLED = "killed"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    SURVIVED = "survived"
    NO_COVERAGE = "no coverage"
    DOUBTFUL = "doubtful"
    INVALID = "invalid"
    IGNORED = "ignored"
    NOT_RUN = "not run"


DETECTED = frozenset({State.KILLED, State.TIMED_OUT, State.OUT_OF_MEMORY})
SURVIVING = frozenset({State.SURVIVED, State.DOUBTFUL})
UNDETECTED = SURVIVING | {State.NO_COVERAGE}
VALID = DETECTED | UNDETECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mutant that no test detected: what it changed, and where, as far as the report tells."""

    state: State
    title: str
    message: str = ""
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationReport(Report):
    """One report of mutation testing.

    ``states`` counts every mutant. ``undetected`` lists those that no test detected, at most ``LISTED_CAP`` of them;
    it is empty where the report only counts.
    """

    states: Mapping[State, int]
    undetected: tuple[Mutant, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """All mutants, and those in each state."""
        known = {state.name.lower(): self.states[state] for state in State if self.states.get(state)}
        return {"mutants": sum(known.values()), **known}


class MutantTally:
    """Counts the mutants of one report while it is read, and keeps those that were not detected."""

    __slots__ = ("_source", "_states", "_undetected")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._states: Counter[State] = Counter()
        self._undetected: list[Mutant] = []

    def count(self, state: State, number: int) -> None:
        """Mutants that the report only counts."""
        self._states[state] += number

    def add(
        self, state: State, title: str, *, message: str = "", path: str | None = None, line: int | None = None
    ) -> None:
        """One mutant that the report lists."""
        self._states[state] += 1
        if state in UNDETECTED and len(self._undetected) < LISTED_CAP:
            where = clean(path) if path else None
            self._undetected.append(
                Mutant(state=state, title=clean(title), message=clean(message), path=where, line=line)
            )

    def report(self, *, contradictions: Sequence[str] = ()) -> MutationReport:
        """What was counted."""
        return MutationReport(
            source=self._source,
            states=dict(self._states),
            undetected=tuple(self._undetected),
            contradictions=tuple(contradictions),
        )


def clean(text: str) -> str:
    """A text cut to a thousand characters, without the lone surrogates that JSON can hold and UTF-8 cannot."""
    return text[:TEXT_CAP].encode("utf-8", "replace").decode()
