"""Four eyes: whether the history of a waiver shows two people, one who wrote it and the one who approved it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any

from qualitygate.values import dataclass
from qualitygate.waivers.history import Commit, Past, Record
from qualitygate.waivers.identity import Names, Signature, named, shown, signed

_BY = "approved_by"
_SHORT = 10
_HOW = {
    "commit": "{by} approved it by a commit that changes nothing else of it,",
    "committer": "{by} committed what somebody else wrote",
    "merge": "{by} merged the branch of somebody else that brought it,",
    "trailer": "a trailer says that {by} approves, in a commit that somebody else than its author committed,",
}
FETCH = "fetch the whole history: fetch-depth: 0 with actions/checkout, git fetch --unshallow elsewhere"


class Seen(Enum):
    """Whether both pairs of eyes are seen."""

    BOTH = "both"
    ONE = "one"
    NOT_TOLD = "not-told"


@dataclass(frozen=True, slots=True, kw_only=True)
class FourEyes:
    """What git tells of one waiver. ``how`` is by which kind of commit it was approved, ``why`` says it in a sentence.

    ``how`` is ``commit``, ``merge``, ``committer`` or ``trailer``, and empty where it was not.
    """

    seen: Seen
    why: str
    how: str = ""
    commit: str = ""


def four_eyes(waiver: str, now: Record, past: Past, among: Sequence[Names]) -> FourEyes:
    """Look for the approval of a waiver, by its id, in the past of its register, where its record is ``now``.

    Whatever was approved is the record as it stood then: whoever changes it later needs another approval.
    """
    case = _Case(waiver=waiver, past=past, by=str(now.get(_BY, "")), among=among)
    if not past.head or case.whole(past.head) != now:
        return FourEyes(seen=Seen.ONE, why="it is not committed as it stands here, so nobody has approved it")
    wrote = list(_began(past, past.head, now, case.whole))
    arrived = _arrived(past, now, case.whole)
    for how, commit in (*_by_writing(case, wrote), *(_by_merging(case, wrote, arrived) if arrived else ())):
        why = f"{_HOW[how].format(by=case.by)} in {commit.id[:_SHORT]}"
        return FourEyes(seen=Seen.BOTH, why=why, how=how, commit=commit.id)
    if _hidden(case, wrote):
        return FourEyes(seen=Seen.NOT_TOLD, why=f"the clone is too shallow to tell who wrote it; {FETCH}")
    return FourEyes(seen=Seen.ONE, why=_missing(case, wrote[0]), commit=wrote[0].id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One waiver before the court: its past, who is said to have approved it, and who is who."""

    waiver: str
    past: Past
    by: str
    among: Sequence[Names]

    def whole(self, commit: str) -> Any:
        """The record as it stood at a commit."""
        return self.past.records(commit).get(self.waiver)

    def terms(self, commit: str) -> Any:
        """The same without who approved it."""
        record = self.whole(commit)
        return None if record is None else {key: value for key, value in record.items() if key != _BY}

    def is_approver(self, signature: Signature) -> bool:
        """Whether a signature is of who is said to have approved it."""
        return bool(signed(signature, self.among) & named(self.by, self.among))

    def are_one(self, one: Signature, other: Signature) -> bool:
        """Whether two signatures are of one person."""
        return bool(signed(one, self.among) & signed(other, self.among))

    def vouched(self, commit: Commit) -> bool:
        """Whether a trailer of a commit names the approver."""
        return any(map(self.is_approver, commit.vouched))

    def writers(self, approval: Commit) -> list[Commit]:
        """The commits that wrote what a commit of the approver left as it was; none where it changed more."""
        terms = self.terms(approval.id)
        before = [id for id in approval.earlier if self.terms(id) == terms]
        return [each for id in before for each in _began(self.past, id, terms, self.terms)]


def _by_writing(case: _Case, wrote: Sequence[Commit]) -> Iterator[tuple[str, Commit]]:
    """The commits that wrote the record as it stands and show two people."""
    for commit in wrote:
        if commit.cut:
            continue
        if case.is_approver(commit.author):
            writers = case.writers(commit)
            if writers and not any(each.cut or case.is_approver(each.author) for each in writers):
                yield "commit", commit
        elif case.is_approver(commit.committer):
            yield "committer", commit
        elif case.vouched(commit) and not case.are_one(commit.author, commit.committer):
            yield "trailer", commit


def _by_merging(case: _Case, wrote: Sequence[Commit], arrived: Commit) -> Iterator[tuple[str, Commit]]:
    """The merge that brought the record, where the approver made it and did not write the record."""
    if any(each.cut or case.is_approver(each.author) for each in wrote):
        return
    if case.is_approver(arrived.author) or case.is_approver(arrived.committer):
        yield "merge", arrived
    elif case.vouched(arrived) and not any(case.are_one(arrived.author, each.author) for each in wrote):
        yield "trailer", arrived


def _hidden(case: _Case, wrote: Sequence[Commit]) -> bool:
    """Whether what was not fetched could show more."""
    approvals = [each for each in wrote if case.is_approver(each.author)]
    return any(each.cut for each in (*wrote, *(one for each in approvals for one in case.writers(each))))


def _missing(case: _Case, first: Commit) -> str:
    """What the history shows in place of an approval."""
    author = shown(first.author.name)
    when = f"{first.id[:_SHORT]} on {first.at.date()}"
    if case.is_approver(first.author):
        return f"{case.by} wrote it and approved it, both in {when}: one pair of eyes"
    if case.vouched(first):
        return f"{author} says in the commit itself, {when}, that {case.by} approves; nobody else does"
    return f"{author} wrote it as it stands in {when}, and no commit since shows that {case.by} approves"


def _began(past: Past, start: str, state: Any, at: Callable[[str], Any]) -> Iterator[Commit]:
    """The commits since which something has stood as it does, on every way that led here."""
    waiting, seen = [start], {start}
    while waiting:
        commit = past.commits[waiting.pop()]
        if not any(at(id) == state for id in commit.parents):
            yield commit
        for id in commit.earlier:
            if id not in seen and at(id) == state:
                seen.add(id)
                waiting.append(id)


def _arrived(past: Past, state: Any, at: Callable[[str], Any]) -> Commit | None:
    """The merge by which something came to the branch that is checked out; ``None`` where it was written there."""
    commit = past.commits[past.head]
    while commit.parents:
        if at(commit.parents[0]) != state:
            return commit if any(at(id) == state for id in commit.parents[1:]) else None
        commit = past.commits[commit.earlier[0]]
    return None
