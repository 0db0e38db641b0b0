"""What is promised to customers: how fast they are answered, in which hours, and how that is counted."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.amounts import number
from qualitygate.config import Config
from qualitygate.difference.change import Change, Kind, Subject, moved, where
from qualitygate.support.promises import hours_of, terms_for
from qualitygate.support.targets import CLOCKS, Promise

_READ_OTHERWISE = "whether tickets read otherwise are answered as fast cannot be told"
_HOURS = "whether other hours are as many cannot be told"
_AFFAIR = {True: "hours of the contract", False: "hours of the policy"}
_KEYS = ("label", "team", "teams", "bots", "labels", "reading", "default", "escalate", "csat")
_SAID_IN = {"label": "tickets", "teams": "team", "default": "priority", "labels": "priority", "reading": "rules"}
"""The key of the policy file that a part of the promise is written in, where it has another name."""


def compare(before: Config, after: Config) -> Iterator[Change]:
    """What became of the promise."""
    old, new = before.support, after.support
    subject = Subject(what="support", place=where(after, ("support",)))
    if old is None and new is not None:
        yield subject.change(Kind.TIGHTENED, "support", ("no promise", "a promise"))
    elif new is None and old is not None:
        yield subject.change(Kind.LOOSENED, "support", ("a promise", "no promise"))
    elif old is not None and new is not None:
        yield from _targets(subject, old, new)
        yield from _channels(subject, old, new)
        if old.hours_by_contract != new.hours_by_contract:
            kind = moved(up=new.hours_by_contract, looser_up=True)
            yield subject.change(kind, "support.hours", (_AFFAIR[each.hours_by_contract] for each in (old, new)))
        if old.report != new.report:
            words = tuple(f"a report each {each.report}" if each.report else "no report" for each in (old, new))
            yield subject.change(Kind.LOOSENED if old.report else Kind.TIGHTENED, "support.report", words)
        for key in _KEYS:
            if getattr(old, key) != getattr(new, key):
                words = ("one way", "another")
                yield subject.change(Kind.LOOSENED, f"support.{_SAID_IN.get(key, key)}", words, _READ_OTHERWISE)


def _targets(subject: Subject, old: Promise, new: Promise) -> Iterator[Change]:
    """The targets that tickets of each priority have, written for it or for the default."""
    for priority in sorted({*old.terms, *new.terms}):
        was, is_ = terms_for(old, priority), terms_for(new, priority)
        for clock in CLOCKS:
            seconds, now = was.targets.get(clock), is_.targets.get(clock)
            if seconds != now:
                longer = now is None or (seconds is not None and now > seconds)
                words = (_told(priority, clock, each) for each in (seconds, now))
                yield subject.change(moved(up=longer, looser_up=True), "support.targets", words)
        if hours_of(was) != hours_of(is_):
            hours = (f"{priority}: some hours", "other hours")
            yield subject.change(Kind.LOOSENED, "support.calendars", hours, _HOURS)


def _told(priority: str, clock: str, seconds: float | None) -> str:
    return f"{priority}: no {clock}" if seconds is None else f"{priority}: {clock} within {number('s', int(seconds))}"


def _channels(subject: Subject, old: Promise, new: Promise) -> Iterator[Change]:
    was, is_ = set(old.channels), set(new.channels)
    if was != is_:
        kind = Kind.TIGHTENED if was < is_ else Kind.LOOSENED
        yield subject.change(kind, "support.channels", (", ".join(sorted(each)) or "none" for each in (was, is_)))
    if old.live_within != new.live_within:
        kind = moved(up=new.live_within > old.live_within, looser_up=True)
        words = (f"live within {number('s', int(each.live_within))}" for each in (old, new))
        yield subject.change(kind, "support.live_within", words)
