"""A command about waivers in a comment: what it asks for, or what is wrong with it. No call, no clock, no file.

``/qualitygate waive CONDITION until DATE because …`` asks for one, ``/qualitygate approve ID`` agrees to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from qualitygate.escaping import line, markdown
from qualitygate.language import say
from qualitygate.model.policy import Condition, Gate, Policy, Waiver
from qualitygate.nearest import near
from qualitygate.values import dataclass

WORD = "/qualitygate"
"""What a command begins with."""
WAIVE = f"{WORD} waive CONDITION until YYYY-MM-DD because …"
APPROVE = f"{WORD} approve"
REASON_LEAST, REASON_MOST = 20, 1_000
"""Characters of a reason: the least that the register takes, and the most that is read."""
_LISTED, _SHOWN = 20, 100
_WAIVE = re.compile(r"`?(?P<condition>\S+?)`? until (?P<until>\S+) because:?(?: (?P<reason>.*))?")
_OURS = re.compile(rf" {{0,3}}{WORD}(?:\s|$)")
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|^ {0,3}(?:(?P<fence>`{3,})[^`\n]*|(?P<other>~{3,})[^\n]*)\n.*?"
    r"(?:^ {0,3}(?(fence)(?P=fence)`*|(?P=other)~*)[^\S\n]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
"""What nobody reads as said: a comment of HTML, or a block of code between fences, or from a fence to the end."""
_ID = re.compile(r"W-(?P<number>[0-9]{1,10})-(?P<comment>[0-9]{1,18})")


class Misunderstood(Exception):
    """A command that cannot be obeyed; the message says why, and the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A waiver that is asked for: for which condition, until when, and why."""

    condition: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A waiver that is agreed to: under which issue, and by which comment there it was asked for; 0 where not said."""

    number: int = 0
    comment: int = 0


def understood(body: str) -> Wish | Approval:
    """The command in a comment, in one line. Raises :class:`Misunderstood`, also where there is none."""
    first, *more = _commands(body) or [body.strip()]
    if more:
        raise Misunderstood(say("There are several commands in one comment; write each in a comment of its own."))
    verb, _, rest = line(" ".join(first.split())).removeprefix(WORD).strip().partition(" ")
    if verb not in _VERBS:
        close = near(verb, _VERBS)
        meant = say("Did you mean {what}?", what=f"`{WORD} {close[0]}`") if close else ""
        known = say("There are `{waive}` and `{approve}`.", waive=WAIVE, approve=APPROVE)
        unknown = say("There is no command “{verb}”.", verb=_shown(verb))
        raise Misunderstood(" ".join(filter(None, [unknown, meant, known])))
    return _VERBS[verb](rest)


def is_command(body: str) -> bool:
    """Whether there is one for us in a comment at all: a line that begins with our word, and is no code."""
    return bool(_commands(body))


def _commands(body: str) -> list[str]:
    """The commands, each from its line to the end of its paragraph or to the next one.

    What is quoted begins otherwise, or goes on from a line that is; what is fenced is somebody's example.
    """
    text = _UNSEEN.sub("\n\n", body.replace("\r\n", "\n"))
    return [each for paragraph in re.split(r"\n[^\S\n]*\n", text) for each in _within(paragraph.split("\n"))]


def _within(paragraph: Sequence[str]) -> Iterator[str]:
    begins = [number for number, each in enumerate(paragraph) if _OURS.match(each)]
    if begins and not any(each.lstrip().startswith(">") for each in paragraph[: begins[0]]):
        for first, end in pairwise([*begins, len(paragraph)]):
            yield "\n".join(paragraph[first:end]).strip()


def name(number: int, comment: int) -> str:
    """The id of the waiver that is asked for by a comment under an issue."""
    return f"W-{number}-{comment}"


def named(id: str) -> Approval | None:
    """Which comment asked for the waiver of this id, where a command did."""
    found = _ID.fullmatch(id)
    return None if found is None else Approval(number=int(found["number"]), comment=int(found["comment"]))


def waiver(wish: Wish, policy: Policy, *, id: str, requested_by: str, approved_by: str, created: date) -> Waiver:
    """The waiver that is wished for. Raises :class:`Misunderstood` where the policy does not allow it."""
    gate, condition = _condition(wish.condition, policy.gates)
    last = created + timedelta(days=policy.waiver_days)
    if wish.until < created:
        why = say("{until} is over; write a day from {first} to {last}.", until=wish.until, first=created, last=last)
        raise Misunderstood(why)
    days = (wish.until - created).days
    if wish.until > last:
        told = {"days": days, "most": policy.waiver_days, "last": last}
        raise Misunderstood(
            say("It would last {days} days; the policy allows {most}: write {last} or a day before.", **told)
        )
    return Waiver(
        id=id,
        gate=gate,
        metric=condition.metric.name,
        where=condition.where,
        reason=wish.reason,
        requested_by=requested_by,
        approved_by=approved_by,
        created=created,
        expires=wish.until,
    )


def _wish(rest: str) -> Wish:
    found = _WAIVE.fullmatch(rest)
    if found is None:
        raise Misunderstood(say("Write it like `{usage}`.", usage=WAIVE))
    try:
        until = date.fromisoformat(found["until"])
    except ValueError as error:
        why = say("“{text}” is no date; write it like {example}.", text=_shown(found["until"]), example="2026-12-01")
        raise Misunderstood(why) from error
    reason = found["reason"] or ""
    if not REASON_LEAST <= len(reason) <= REASON_MOST:
        counts = {"count": len(reason), "least": REASON_LEAST, "most": REASON_MOST}
        raise Misunderstood(
            say(
                "The reason has {count} characters; it needs {least} to {most}: say why this may pass, and what is done about it.",  # noqa: E501 - one sentence for the catalogues
                **counts,
            )
        )
    return Wish(condition=found["condition"], until=until, reason=reason)


def _approval(rest: str) -> Approval:
    approval = named(rest.strip("`")) if rest else Approval()
    if approval is None:
        raise Misunderstood(say("Write it like `{usage}`.", usage=f"{APPROVE} {name(12, 3456)}"))
    return approval


_VERBS: Mapping[str, Callable[[str], Wish | Approval]] = {"waive": _wish, "approve": _approval}


def _condition(text: str, gates: Sequence[Gate]) -> tuple[str, Condition]:
    """The one condition that is called so: by its id, or its metric, with the gate and ``/`` before it or without."""
    conditions = [(gate.name, each) for gate in gates for each in gate.conditions]
    for by_id in (True, False):
        named = [(each.id if by_id else each.metric.name, gate, each) for gate, each in conditions]
        found = [(gate, each) for name, gate, each in named if text in {name, f"{gate}/{name}"}]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(_shown(_typed(gate, each, conditions)) for gate, each in found)
            raise Misunderstood(
                say("“{text}” is said of several; name one of these: {several}.", text=_shown(text), several=several)
            )
    known = [name for gate, each in conditions for name in (each.id, f"{gate}/{each.id}", each.metric.name)]
    close = near(text, known)
    listed = ", ".join(_shown(_typed(gate, each, conditions)) for gate, each in conditions[:_LISTED])
    meant = (
        say("Did you mean {what}?", what=_shown(close[0]))
        if close
        else say("There are {conditions}.", conditions=listed)
    )
    raise Misunderstood(f"{say('There is no condition “{text}”.', text=_shown(text))} {meant}")


def _typed(gate: str, condition: Condition, conditions: Sequence[tuple[str, Condition]]) -> str:
    """What to type for a condition: gate and metric, or the id where that would be said of another too."""
    typed = f"{gate}/{condition.metric.name}"
    meant = [each for name, each in conditions if typed in {each.id, f"{name}/{each.id}", f"{name}/{each.metric.name}"}]
    return typed if meant == [condition] else f"{gate}/{condition.id}"


def _shown(text: str) -> str:
    return markdown(text, _SHOWN)
