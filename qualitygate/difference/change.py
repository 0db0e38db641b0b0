"""One difference of two policies, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from qualitygate.config import Config
from qualitygate.config.place import Place
from qualitygate.model.measurement import Finding
from qualitygate.values import dataclass
from qualitygate.yamltext import Path


class Kind(Enum):
    """What a change does to the judgement, worst first."""

    LOOSENED = "loosened"
    CHANGED = "changed"
    TIGHTENED = "tightened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: ``what`` of which ``gate`` was ``before`` and is ``after``, in words.

    ``key`` is what differs, mostly a key of the policy file. ``why`` stands where it cannot be told whether the change
    loosens. ``place`` is where the new policy has it, or the policy file where it has it no more.
    """

    kind: Kind
    what: str
    key: str
    before: str
    after: str
    place: Place
    gate: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What changes are about, and where it stands."""

    what: str
    place: Place
    gate: str = ""

    def change(self, kind: Kind, key: str, words: Iterable[str], why: str = "") -> Change:
        """A change of this subject; ``words`` are what was and what is."""
        before, after = words
        return Change(
            kind=kind, what=self.what, key=key, before=before, after=after, place=self.place, gate=self.gate, why=why
        )


def sentence(change: Change) -> str:
    """A change in one line: ``tests.defect_rate in release: below 5 % → below 6 %``."""
    gate = f" in {change.gate}" if change.gate else ""
    return f"{change.what}{gate}: {change.before} → {change.after}"


def findings(changes: Iterable[Change]) -> tuple[Finding, ...]:
    """Every loosening as a finding, so that it can be shown where it is written."""
    return tuple(
        Finding(title=sentence(each), message=each.why, path=each.place.file or None, line=each.place.line)
        for each in changes
        if each.kind is Kind.LOOSENED
    )


def where(config: Config, *paths: Path) -> Place:
    """The first of the paths that the policy has in a file of its own, else the policy file."""
    found = (config.places[path] for path in paths if path in config.places)
    return next((each for each in found if not each.file.startswith("builtin:")), config.places.get((), Place(file="")))


def moved(*, up: bool, looser_up: bool) -> Kind:
    """The kind of a change of an amount that moved up or down."""
    return Kind.LOOSENED if up is looser_up else Kind.TIGHTENED
