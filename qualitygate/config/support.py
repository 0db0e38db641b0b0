"""``support:`` of a policy: who answers, what is promised, and in which business calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo
from fractions import Fraction
from typing import Any

from qualitygate.config import keeping
from qualitygate.config.holidays import Folder, with_texts
from qualitygate.config.keeping import KEY
from qualitygate.config.quantity import duration, quantity
from qualitygate.errors import Problem
from qualitygate.model.measurement import Unit
from qualitygate.nearest import near
from qualitygate.support import rules
from qualitygate.support.calendar import BusinessCalendar
from qualitygate.support.complaints import Complaints
from qualitygate.support.holidays import ICS, date_of
from qualitygate.support.promises import always, targets_of
from qualitygate.support.targets import (
    CHANNELS,
    CLOCKS,
    FROM_CHANGE,
    NEW_CYCLE,
    RESUME,
    RETROACTIVE,
    Asking,
    Escalation,
    Labels,
    Member,
    Promise,
    Reading,
    Terms,
)
from qualitygate.yamltext import Document

BY_NAME = ("calendars", "targets")
"""Keys whose entries are inherited one by one; all others as a whole."""
QUESTION = {
    "en": "Are you satisfied with the support you got? Please react to this comment with 👍 for yes or 👎 for no.",
    "zh-CN": "您对这次的技术支持满意吗？满意请用 👍 回应本评论，不满意请用 👎。",
}
"""What customers are asked by default, in both languages one below the other."""
HERE = Folder()


def promise(
    documents: Sequence[Document], zone: tzinfo, problems: list[Problem], folder: Folder = HERE
) -> Promise | None:
    """What the nearest files say of each key; ``None`` where none promises support. Problems are added.

    Files of holidays are read from ``folder``; what is wrong in one has its own line.
    """
    written = [document for document in documents if KEY in document.data]
    if not written:
        return None
    data, homes = _layered(written, problems)
    complaints = Complaints()
    calendars, names = with_texts(data.get("calendars", {}), folder, complaints)
    found = _promise(data | {"calendars": calendars, "hours": keeping.affair(written)}, zone, complaints)
    for path, message in complaints.found:
        if path[-2:-1] == (ICS,) and path[:-2] in names:
            problems.append(Problem(KEY, message, file=names[path[:-2]], line=int(path[-1]), column=1))
            continue
        steps = tuple(map(str, path))
        home = homes.get(steps[:2]) or homes.get(steps[:1]) or written[-1]
        problems.append(home.problem(KEY, message, (KEY, *path)))
    problems.extend(_less(documents, zone, folder, found, homes))
    return found


def values(promised: Promise) -> Mapping[str, Sequence[str]]:
    """What labels of support metrics can be, where the policy knows: a ticket of no known priority has the default."""
    return {"clock": CLOCKS, "priority": tuple(dict.fromkeys((*promised.terms, promised.default)))}


Homes = dict[tuple[str, ...], Document]


def _layered(documents: Sequence[Document], problems: list[Problem]) -> tuple[dict[str, Any], Homes]:
    """One mapping out of all files, and the file each part comes from.

    Below a file that promises support and has locked conditions others may not say again what counts as kept.
    """
    data: dict[str, Any] = {}
    homes: Homes = {}
    locking = None
    for document in documents:
        for part, said in _parts(document.data[KEY]):
            within = data.setdefault(part[0], {}) if len(part) > 1 else data
            if within.get(part[-1]) == said:
                continue
            reason = keeping.fixed(part[0])
            if locking is not None and reason:
                problems.append(_locked(document, locking, (KEY, *part), reason))
                continue
            homes[part] = document
            within[part[-1]] = said
        if locking is None and keeping.locks(document):
            locking = document
    return data, homes


def _less(
    documents: Sequence[Document], zone: tzinfo, folder: Folder, after: Promise, homes: Homes
) -> Iterator[Problem]:
    """Where the promise of all files is less than that of those up to one with locked conditions."""
    for number, locking in enumerate(documents, 1):
        above = [each for each in documents[:number] if KEY in each.data]
        if KEY not in locking.data or not keeping.locks(locking) or number == len(documents):
            continue
        unheard = Complaints()
        data, _ = _layered(above, [])
        calendars, _ = with_texts(data.get("calendars", {}), folder, unheard)
        before = _promise(data | {"calendars": calendars}, zone, unheard)
        reasons = list(keeping.loosened(before, after))
        other = list(keeping.counted_otherwise(before, after))
        if other and keeping.affair(above) == keeping.CONTRACT:
            clauses = keeping.unworded(documents[:number], documents)
            words = "targets count in other hours than the clause {} says: write the contract's words under clauses"
            reasons.extend((other[0], words.format(id_)) for id_ in clauses)
        else:
            reasons.extend((path, "targets must count in the same hours") for path in other)
        for path, reason in reasons:
            home = homes.get(path) or homes.get(path[:1]) or documents[-1]
            yield _locked(home, locking, (KEY, *path), reason)


def _locked(document: Document, locking: Document, path: tuple[str, ...], reason: str) -> Problem:
    message = f"{locking.file} locks what it promises of support: {reason}"
    return document.problem("locked", message, path, key=True)


def _parts(written: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each key, or each name below it where names are inherited one by one, with what stands there."""
    for key, value in written.items():
        if key in BY_NAME:
            yield from (((key, name), said) for name, said in value.items())
        else:
            yield (key,), value


def _promise(data: Mapping[str, Any], zone: tzinfo, complaints: Complaints) -> Promise:
    calendars = {
        name: BusinessCalendar(rules.read(written, ("calendars", name), complaints, zone))
        for name, written in data.get("calendars", {}).items()
    }
    terms = {
        priority: _terms(priority, written, calendars, zone, complaints)
        for priority, written in data.get("targets", {}).items()
    }
    priority = data.get("priority", {})
    default = priority.get("default", "normal")
    if terms and default not in terms:
        path = ("priority", "default") if "default" in priority else ("targets",)
        complaints.add(path, f"the default priority {default!r} has no targets; there are {', '.join(terms)}")
    team = data.get("team", [])
    waiting = data.get("waiting", Labels().waiting)
    return Promise(
        terms=terms,
        default=default,
        label=data.get("tickets", {}).get("label", ""),
        team=tuple(_member(row, index, zone, complaints) for index, row in enumerate(team) if not _is_team(row)),
        teams=tuple(row for row in team if _is_team(row)),
        bots=frozenset(data.get("bots", [])),
        labels=Labels(
            priority=priority.get("prefix", Labels().priority),
            channel=data.get("channel", {}).get("prefix", Labels().channel),
            waiting=(waiting,) if isinstance(waiting, str) else tuple(waiting),
        ),
        reading=_reading(data, complaints),
        channels=tuple(data.get("channels", CHANNELS)),
        live_within=_seconds(data.get("live_within", "90d"), ("live_within",), complaints),
        escalate=tuple(_escalation(row, index, complaints) for index, row in enumerate(data.get("escalate", []))),
        csat=_asking(data["csat"], zone, complaints) if "csat" in data else None,
        report=data.get("report", ""),
        hours_by_contract=data.get("hours") == keeping.CONTRACT,
    )


def _terms(
    priority: str, data: Mapping[str, Any], calendars: Mapping[str, Any], zone: tzinfo, complaints: Complaints
) -> Terms:
    name = data.get("calendar")
    if name is not None and name not in calendars:
        close = near(name, calendars)
        way_out = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(calendars) or 'none'}"
        complaints.add(("targets", priority, "calendar"), f"there is no calendar {name!r}; {way_out}")
    targets = targets_of({key: data[key] for key in data if key != "calendar"}, ("targets", priority), complaints)
    return Terms(targets=targets, calendar=calendars.get(name or "") or always(zone), name=priority)


def _is_team(row: Any) -> bool:
    return isinstance(row, str) and "/" in row


def _member(row: Any, index: int, zone: tzinfo, complaints: Complaints) -> Member:
    if isinstance(row, str):
        return Member(user=row)
    first, last = (_day(row.get(key), ("team", index, key), zone, complaints) for key in ("from", "until"))
    return Member(user=row["user"], first=first, end=last + timedelta(days=1) if last else None)


def _day(written: Any, path: tuple[str | int, ...], zone: tzinfo, complaints: Complaints) -> datetime | None:
    if written is None:
        return None
    try:
        return datetime.combine(date_of(written), time(), zone)
    except ValueError as error:
        complaints.add(path, f"{written!r} {error}")
        return None


def _reading(data: Mapping[str, Any], complaints: Complaints) -> Reading:
    told, risk, default = data.get("rules", {}), data.get("at_risk", {}), Reading()
    share = default.risk
    if "percent" in risk:
        try:
            share = quantity(risk["percent"], Unit.RATIO)
            if not 0 < share < 1:
                raise ValueError(f"{risk['percent']!r} is not between 0% and 100%")  # noqa: TRY301 - told with the others
        except ValueError as error:
            complaints.add(("at_risk", "percent"), str(error))
    lead = _seconds(risk["min_lead"], ("at_risk", "min_lead"), complaints) if "min_lead" in risk else default.least_lead
    return Reading(
        risk=share,
        least_lead=lead,
        close_answers=told.get("close_answers", False),
        close_stops=told.get("close_stops", True),
        every_message=told.get("next_response") == "every_message",
        reopen=NEW_CYCLE if told.get("reopen") == NEW_CYCLE else RESUME,
        change=FROM_CHANGE if told.get("priority_change") == FROM_CHANGE else RETROACTIVE,
    )


def _escalation(data: Mapping[str, Any], index: int, complaints: Complaints) -> Escalation:
    path = ("escalate", index)
    share = Fraction(1)
    try:
        share = quantity(data["at"], Unit.RATIO)
        if share <= 0:
            raise ValueError(f"{data['at']!r} is not above 0%")  # noqa: TRY301 - told with the others
    except ValueError as error:
        complaints.add((*path, "at"), str(error))
    if "mention" not in data and "assign" not in data:
        complaints.add(path, "tells nobody: say whom to mention, or whom to assign")
    mention, assign = (_names(data.get(key, [])) for key in ("mention", "assign"))
    for user in assign:
        if "/" in user:
            complaints.add((*path, "assign"), f"{user!r} is a team, and GitHub assigns users only")
    return Escalation(share=share, mention=mention, assign=assign)


def _asking(data: Mapping[str, Any], zone: tzinfo, complaints: Complaints) -> Asking:
    since = _day(data["since"], ("csat", "since"), zone, complaints)
    texts = data.get("text", QUESTION)
    return Asking(
        since=since or datetime.min.replace(tzinfo=UTC),
        text="\n\n".join(texts[lang] for lang in QUESTION if lang in texts),
        answer_within=_seconds(data.get("answer_within", "30d"), ("csat", "answer_within"), complaints),
    )


def _names(written: str | list[str]) -> tuple[str, ...]:
    names = [written] if isinstance(written, str) else written
    return tuple(name.removeprefix("@") for name in names)


def _seconds(written: str, path: tuple[str, ...], complaints: Complaints) -> float:
    try:
        return float(duration(written))
    except ValueError as error:
        complaints.add(path, str(error))
        return float(Fraction(0))
