"""Whether what a policy says of support keeps what another with locked conditions promised: tighter or as tight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qualitygate.amounts import number
from qualitygate.support.promises import hours_of, terms_for
from qualitygate.support.targets import CLOCKS, Promise
from qualitygate.yamltext import Document

KEY = "support"
FREE = (
    *("team", "bots", "tickets", "priority", "channel", "waiting", "escalate", "at_risk", "csat", "report"),
    "calendars",
)
"""Keys that say who answers, what the tracker calls things, and whom to tell: any policy may say them."""
HELD = ("targets", "live_within", "hours")
"""Keys that any policy may say as long as what comes out promises as much."""
CONTRACT, LOCKED = "contract", "locked"
"""What ``hours`` may be: those that the words of the contract name, or those of the policy that locks."""
TIMED = "support.compliance"
"""The metric whose clauses name the hours that targets count in."""

Path = tuple[str, ...]


def locks(document: Document) -> bool:
    """Whether a file has a locked condition, or locks the hours of what is promised."""
    rows = (row for rows in document.data.get("gates", {}).values() for row in rows)
    return document.data.get(KEY, {}).get("hours") == LOCKED or any(row.get("locked") for row in rows)


def fixed(key: str) -> str:
    """What to say of a key that no other policy may say; nothing where it may."""
    if key in FREE or key in HELD:
        return ""
    return f"{key} says what counts as kept, so no other file may say it anew"


def loosened(before: Promise, after: Promise) -> Iterator[tuple[Path, str]]:
    """Where ``after`` promises less than ``before``, whatever the hours, with the path of what says so."""
    for priority in dict.fromkeys((*before.terms, *after.terms)):
        was, is_ = terms_for(before, priority), terms_for(after, priority)
        for clock in (clock for clock in CLOCKS if clock in was.targets):
            limit, now = was.targets[clock], is_.targets.get(clock)
            if now is None or now > limit:
                yield _path(after, priority), f"{priority}: {clock} must stay within {limit / 3_600:g}h"
    if after.live_within > before.live_within:
        yield ("live_within",), f"a channel must stay live within {before.live_within / 86_400:g}d"
    if len(after.labels.waiting) > len(before.labels.waiting):
        yield ("waiting",), f"at most {number('labels', len(before.labels.waiting))} may stop the clocks"
    for label in after.labels.waiting:
        if label == after.label or label.startswith((after.labels.priority, after.labels.channel)):
            yield ("waiting",), f"{label!r} says something else already, so it may not stop the clocks"


def affair(documents: Sequence[Document]) -> str:
    """The strictest word on whose affair the hours of targets are: once they are locked nobody opens them again."""
    said = [document.data[KEY]["hours"] for document in documents if "hours" in document.data.get(KEY, {})]
    return CONTRACT if said and set(said) == {CONTRACT} else LOCKED


def unworded(above: Sequence[Document], documents: Sequence[Document]) -> Iterator[str]:
    """The clauses on how fast customers are answered whose words are still those of the files ``above``.

    The words that a report prints beside a number must be those of the hours it was counted in.
    """
    then, now = _texts(above), _texts(documents)
    yield from (id_ for id_ in dict.fromkeys(_timed(documents)) if id_ in then and then[id_] == now[id_])


def _texts(documents: Sequence[Document]) -> dict[str, Any]:
    clauses = (document.data.get("clauses", {}).items() for document in documents)
    return {id_: said["text"] for each in clauses for id_, said in each if "text" in said}


def _timed(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents:
        for rows in document.data.get("gates", {}).values():
            yield from (row["clause"] for row in rows if row["metric"] == TIMED and "clause" in row)


def counted_otherwise(before: Promise, after: Promise) -> Iterator[Path]:
    """The priorities whose targets count in other hours than before, as the paths of what says so."""
    for priority in dict.fromkeys((*before.terms, *after.terms)):
        was, is_ = terms_for(before, priority), terms_for(after, priority)
        if was.targets and hours_of(was) != hours_of(is_):
            yield _path(after, priority)


def _path(promise: Promise, priority: str) -> Path:
    return ("targets", priority) if priority in promise.terms else ("priority",)
