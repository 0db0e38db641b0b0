"""A retrospective from its issue, with the sub-issues as actions: who closed it as completed has signed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from qualitygate.documents import frontmatter
from qualitygate.errors import ConfigError
from qualitygate.github.records import COMPLETED, Issue
from qualitygate.transcripts import fields
from qualitygate.transcripts.forms import ACTION, RETROSPECTIVE
from qualitygate.transcripts.naming import Naming, listed, typed
from qualitygate.transcripts.writing import Transcript, Value, flow, head, one, pairs

READER = "retrospectives"
Promised = Mapping[str, str]
"""The first day that is known of an action, by its id."""


def transcript(issue: Issue, path: str, naming: Naming, earlier: str) -> Transcript:
    """The file that says what the issue and its sub-issues say; what is lacking there is lacking in it.

    ``earlier`` is the text that stood there before: GitHub forgets the day that was agreed on first, the file does not.
    """
    told = RETROSPECTIVE.answers(issue.body)
    values: dict[str, Value] = {key: one(told[key]) for key in ("date", "month", "no_action")}
    values["attendees"] = [typed(each, naming) for text in told["attendees"] for each in listed(text)]
    values["decisions"] = [line for text in told["decisions"] for line in fields.lines(text)]
    values["signed_by"] = _signature(issue, naming)
    promised = _promised(earlier)
    text = ["---", head(issue.url), *pairs({"date": values.pop("date"), **values})]
    text.extend(f"{key}: []" for key in ("attendees", "decisions") if not values[key])
    text.append("actions:" if issue.parts else "actions: []")
    places = dict(enumerate((part.url for part in issue.parts), len(text) + 1))
    text.extend(flow(_action(part, naming, promised)) for part in issue.parts)
    return Transcript(
        path=path, reader=READER, url=issue.url, text="\n".join([*text, "---", "", _page(issue), ""]), places=places
    )


def _page(issue: Issue) -> str:
    return f"<{issue.url}>"


def _signature(issue: Issue, naming: Naming) -> str:
    by = issue.closed_by
    return naming(by.login) if by and not by.program and issue.reason == COMPLETED else ""


def _action(part: Issue, naming: Naming, promised: Promised) -> dict[str, Value]:
    told = ACTION.answers(part.body)
    due = one(told["due"]) or part.due
    first = _first(one(told["first_due"]), promised.get(part.id, ""), due)
    owners = [naming(each.login) for each in part.assignees]
    done = part.reason == COMPLETED
    return {
        "id": part.id,
        "text": part.title,
        "owner": owners[0] if len(owners) == 1 else owners,
        "due": due,
        "first_due": first,
        "done": part.closed_at if done else "",
        "verified_by": _verified(part, one(told["verified_by"]), naming) if done else "",
        "not_planned": f"closed as {part.reason.replace('_', ' ')}" if part.reason and not done else "",
    }


def _verified(part: Issue, said: Value, naming: Naming) -> Value:
    """Who the form says has seen it done, else who closed it: nobody where that is the owner, or a program."""
    if said:
        return typed(said, naming) if isinstance(said, str) else said
    by = part.closed_by
    own = by is None or by.program or by.login in {each.login for each in part.assignees}
    return "" if own or by is None else naming(by.login)


def _first(said: Value, remembered: str, due: Value) -> Value:
    """The earliest day that is known, where it is before the one that holds.

    What the form says and is no such day is left to the reader, which refuses it.
    """
    told = _day(said) if isinstance(said, str) else None
    if said and told is None:
        return said
    now = _day(due) if isinstance(due, str) else None
    first = min((day for day in (told, _day(remembered)) if day), default=None)
    if first is None or now is None or first < now:
        return str(first or "")
    return said if told and told > now else ""


def _promised(earlier: str) -> Promised:
    """What an earlier text says of its actions, also where a reader refuses it; nothing where it cannot be parsed."""
    try:
        data = frontmatter.document(earlier, "earlier").data if earlier else {}
    except ConfigError:
        return {}
    found = dict(_days(data.get("actions"))) if isinstance(data, dict) else {}
    return {id_: str(min(days)) for id_, days in found.items() if days}


def _days(actions: Any) -> Iterator[tuple[str, list[date]]]:
    for each in actions if isinstance(actions, list) else ():
        if isinstance(each, dict):
            told = (_day(str(each.get(key, ""))) for key in ("due", "first_due"))
            yield str(each.get("id")), [day for day in told if day]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
