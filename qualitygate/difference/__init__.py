"""Two policies compared: what the second loosens, tightens, or only changes. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qualitygate.config import Config
from qualitygate.difference import clauses, conditions, evidence, exceptions, promise
from qualitygate.difference.change import Change, Kind, Subject, findings, sentence, where
from qualitygate.language import ENGLISH

__all__ = ["Change", "Kind", "difference", "findings", "sentence"]

_WORST_FIRST = list(Kind)


def difference(before: Config, after: Config, *, today: date) -> tuple[Change, ...]:
    """What a change of the policy does to the judgement, worst first, otherwise in the order of the policy.

    Where it cannot be told whether a change loosens, it counts as loosened, and says why. ``today`` is the day by which
    exceptions have ended.
    """
    changes = [
        *_whole(before, after),
        *conditions.compare(before, after),
        *evidence.compare(before, after),
        *evidence.compare_code(before, after),
        *promise.compare(before, after),
        *clauses.compare(before, after),
        *exceptions.waivers(before, after, today),
        *exceptions.longest(before, after),
        *exceptions.lowest(before, after),
        *exceptions.approvers(before, after),
        *exceptions.quarantine(before, after, today),
    ]
    return tuple(sorted(changes, key=lambda change: _WORST_FIRST.index(change.kind)))


def _whole(before: Config, after: Config) -> Iterator[Change]:
    subject = Subject(what="the policy", place=where(after, ("name",)))
    if before.policy.name != after.policy.name:
        yield subject.change(Kind.CHANGED, "name", (before.policy.name, after.policy.name))
    zones = str(before.policy.zone), str(after.policy.zone)
    if zones[0] != zones[1]:
        subject = Subject(what="the policy", place=where(after, ("timezone",)))
        yield subject.change(Kind.CHANGED, "timezone", (f"days of {zones[0]}", f"days of {zones[1]}"))
    starts = before.policy.contract_start, after.policy.contract_start
    if starts[0] != starts[1]:
        subject = Subject(what="the policy", place=where(after, ("anchors",)))
        sooner = starts[0] is not None and starts[1] is not None and starts[1] < starts[0]
        kind = Kind.TIGHTENED if sooner else Kind.LOOSENED
        words = (f"a contract from {day}" if day else "a contract from nobody knows when" for day in starts)
        yield subject.change(kind, "contract_start", words)
    langs = before.lang or ENGLISH, after.lang or ENGLISH
    if langs[0] != langs[1]:
        subject = Subject(what="the policy", place=where(after, ("lang",)))
        yield subject.change(Kind.CHANGED, "lang", (f"reports in {langs[0]}", f"reports in {langs[1]}"))
