"""What is different between a judgement and the one before it: conditions, files, policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qualitygate import wording
from qualitygate.codec.decoding import loads
from qualitygate.model.verdict import ConditionResult, Outcome
from qualitygate.storage.verdicts import Input, Judgement
from qualitygate.values import dataclass

Key = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A condition that stands otherwise than before; a side is ``None`` where it was not there."""

    gate: str
    before: ConditionResult | None
    after: ConditionResult | None

    @property
    def some(self) -> ConditionResult:
        """The one that says what is judged."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def worse(self) -> bool | None:
        """Whether it became worse; ``None`` where its outcome is the same, or there is none to compare with."""
        if self.before is None or self.after is None or self.before.outcome is self.after.outcome:
            return None
        return self.after.outcome > self.before.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file that is new, gone, or has other bytes."""

    path: str
    before: Input | None
    after: Input | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that is different, the worse first. ``policy``: it was judged by another policy."""

    before: Judgement
    conditions: tuple[Change, ...]
    files: tuple[FileChange, ...]
    policy: bool


def changes(before: Judgement, after: Judgement) -> Changes:
    """What is different between two judgements that are whole."""
    return Changes(
        before=before,
        conditions=tuple(sorted(_conditions(before, after), key=_rank)),
        files=tuple(_files(before, after)),
        policy=before.policy_digest != after.policy_digest,
    )


def _conditions(before: Judgement, after: Judgement) -> Iterator[Change]:
    old, new = _results(before), _results(after)
    for key in {**new, **old}:
        one, other = old.get(key), new.get(key)
        if one is None or other is None or _told(one) != _told(other):
            yield Change(gate=key[0], before=one, after=other)


def _told(result: ConditionResult) -> tuple[Outcome, str]:
    """What a reader sees of it: a value that is the same in words is no difference."""
    return result.outcome, wording.value(result)


def _results(of: Judgement) -> Mapping[Key, ConditionResult]:
    verdict = loads(of.verdict or "")
    return {
        (gate, each.condition.id, tuple(sorted(each.measurement.labels.items()))): each
        for gate, each in wording.results(verdict)
    }


def _rank(change: Change) -> tuple[int, str]:
    rank = 0 if change.worse else 1 if change.worse is False else 2
    return rank, wording.check(change.some)


def _files(before: Judgement, after: Judgement) -> Iterator[FileChange]:
    old, new = ({each.path: each for each in of.inputs} for of in (before, after))
    for path in sorted({**old, **new}):
        one, other = old.get(path), new.get(path)
        if one is None or other is None or one.sha256 != other.sha256:
            yield FileChange(path=path, before=one, after=other)
