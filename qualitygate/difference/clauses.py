"""The clauses of the contract: one that is gone is no longer promised, one that is due later is promised less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qualitygate.config import Config
from qualitygate.difference.change import Change, Kind, Subject, moved, where
from qualitygate.model.policy import Clause


def compare(before: Config, after: Config) -> Iterator[Change]:
    """What became of each clause."""
    old, new = ({clause.id: clause for clause in config.policy.clauses} for config in (before, after))
    for id_ in dict.fromkeys([*old, *new]):
        subject = Subject(what=f"clause {id_}", place=where(after, ("clauses", id_), ("clauses",)))
        if id_ not in new:
            yield subject.change(Kind.LOOSENED, "clause", ("a clause", "no clause"))
        elif id_ not in old:
            yield subject.change(Kind.TIGHTENED, "clause", ("no clause", "a clause"))
        else:
            yield from _clause(subject, old[id_], new[id_])


def _clause(subject: Subject, was: Clause, now: Clause) -> Iterator[Change]:
    if was.due != now.due:
        later = (now.due or date.min) > (was.due or date.min)
        words = (f"due {each.due}" if each.due else "due at once" for each in (was, now))
        yield subject.change(moved(up=later, looser_up=True), "due", words)
    for key in ("text", "owner"):
        if getattr(was, key) != getattr(now, key):
            yield subject.change(Kind.CHANGED, key, (f"one {key}", f"another {key}"))
