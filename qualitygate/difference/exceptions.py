"""Waivers and quarantined tests: each new day and each new result that they excuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from qualitygate.config import Config
from qualitygate.difference.change import Change, Kind, Subject, where
from qualitygate.difference.pairing import pairs
from qualitygate.model.policy import WAIVER_ROLES, QuarantineRecord, Waiver, same
from qualitygate.wording import labels

_OTHERS = "it excuses other results"


def waivers(before: Config, after: Config, today: date) -> Iterator[Change]:
    """What became of each waiver. One that has ended excuses nothing, so that nothing is loosened by it."""
    keys = (lambda waiver: waiver.id, lambda waiver: (*_excused(waiver), waiver.expires), _excused)
    for old, new in pairs(before.policy.waivers, after.policy.waivers, keys):
        subject = _subject(after, old, new)
        if old and new:
            yield from _scope(subject, old, new, today)
            yield from _period(subject, old, new, today)
            yield from _words(subject, old, new, ("id", "reason", "requested_by", "approved_by"))
        else:
            yield _only_one(subject, "waivers", "no waiver", old, new, today)


def longest(before: Config, after: Config) -> Iterator[Change]:
    """For how many days a waiver may be agreed on."""
    old, new = before.policy.waiver_days, after.policy.waiver_days
    if old != new:
        subject = Subject(what="the policy", place=where(after, ("waiver_days",)))
        kind = Kind.LOOSENED if new > old else Kind.TIGHTENED
        yield subject.change(kind, "waiver_days", (f"waivers of {old} days", f"waivers of {new} days"))


def lowest(before: Config, after: Config) -> Iterator[Change]:
    """Which role may ask for a waiver by a comment."""
    old, new = before.policy.waiver_role, after.policy.waiver_role
    if old != new:
        subject = Subject(what="the policy", place=where(after, ("waiver_role",)))
        kind = Kind.LOOSENED if WAIVER_ROLES.index(new) < WAIVER_ROLES.index(old) else Kind.TIGHTENED
        yield subject.change(kind, "waiver_role", (f"waivers by {old}", f"waivers by {new}"))


def approvers(before: Config, after: Config) -> Iterator[Change]:
    """Who may approve waivers."""
    old, new = before.policy.waiver_approvers, after.policy.waiver_approvers
    was, is_ = (None if each is None else set(map(same, each)) for each in (old, new))
    if was != is_:
        subject = Subject(what="the policy", place=where(after, ("waiver_approvers",)))
        wider = is_ is None or (was is not None and not is_ <= was)
        names = ("anybody" if each is None else ", ".join(each) or "nobody" for each in (old, new))
        words = (f"waivers approved by {name}" for name in names)
        yield subject.change(Kind.LOOSENED if wider else Kind.TIGHTENED, "waiver_approvers", words)


def quarantine(before: Config, after: Config, today: date) -> Iterator[Change]:
    """What became of each quarantined test."""
    keys = (lambda record: record.test,)
    for old, new in pairs(before.policy.quarantine, after.policy.quarantine, keys):
        test = (new.test if new else "") or (old.test if old else "")
        subject = Subject(what=f"quarantine of {test}", place=where(after, ("quarantine", test), ("quarantine",)))
        if old and new:
            yield from _period(subject, old, new, today)
            yield from _words(subject, old, new, ("owner", "issue", "reason"))
        else:
            yield _only_one(subject, "quarantine", "no record", old, new, today)


def _subject(after: Config, old: Waiver | None, new: Waiver | None) -> Subject:
    waiver = new or old
    assert waiver is not None
    of = labels(waiver.where)
    what = f"waiver {waiver.id} on {waiver.metric}" + (f" [{of}]" if of else "")
    return Subject(what=what, place=where(after, ("waivers", waiver.id), ("waivers",)), gate=waiver.gate)


def _only_one(
    subject: Subject,
    key: str,
    none: str,
    old: Waiver | QuarantineRecord | None,
    new: Waiver | QuarantineRecord | None,
    today: date,
) -> Change:
    record = new or old
    assert record is not None
    kind = Kind.LOOSENED if new else Kind.TIGHTENED
    until = f"until {record.expires}"
    before, after = (none, until) if new else (until, none)
    return subject.change(kind if record.expires >= today else Kind.CHANGED, key, (before, after))


def _scope(subject: Subject, old: Waiver, new: Waiver, today: date) -> Iterator[Change]:
    counts = new.expires >= today
    for key in ("gate", "metric"):
        was, now = getattr(old, key), getattr(new, key)
        if was != now:
            yield subject.change(Kind.LOOSENED if counts else Kind.CHANGED, key, (was, now), _OTHERS if counts else "")
    if old.where != new.where:
        narrower = old.where.items() < new.where.items()
        kind = Kind.CHANGED if not counts else Kind.TIGHTENED if narrower else Kind.LOOSENED
        certain = not counts or narrower or new.where.items() < old.where.items()
        told = (labels(each.where) or "all results" for each in (old, new))
        yield subject.change(kind, "where", told, why="" if certain else _OTHERS)


def _period(
    subject: Subject, old: Waiver | QuarantineRecord, new: Waiver | QuarantineRecord, today: date
) -> Iterator[Change]:
    if old.expires != new.expires:
        longer = new.expires > old.expires
        kind = Kind.LOOSENED if longer else Kind.TIGHTENED
        counts = max(old.expires, new.expires) >= today
        yield subject.change(
            kind if counts else Kind.CHANGED, "expires", (f"until {old.expires}", f"until {new.expires}")
        )
    was, now = _begin(old), _begin(new)
    if was != now:
        kind = Kind.LOOSENED if now < was else Kind.TIGHTENED
        counts = max(was, now) > today
        key = "created" if isinstance(new, Waiver) else "added"
        yield subject.change(kind if counts else Kind.CHANGED, key, (f"from {was}", f"from {now}"))


def _begin(record: Waiver | QuarantineRecord) -> date:
    return record.created if isinstance(record, Waiver) else record.added


def _words(
    subject: Subject, old: Waiver | QuarantineRecord, new: Waiver | QuarantineRecord, keys: tuple[str, ...]
) -> Iterator[Change]:
    for key in keys:
        was, now = getattr(old, key), getattr(new, key)
        if was != now:
            yield subject.change(Kind.CHANGED, key, (f"{key} {was}", f"{key} {now}"))


def _excused(waiver: Waiver) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return waiver.gate, waiver.metric, tuple(sorted(waiver.where.items()))
