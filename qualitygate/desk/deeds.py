"""What is to be done about tickets, as values: labels to change, people to tell, forms to ask about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from qualitygate.desk.looking import Seen
from qualitygate.escaping import line, markdown
from qualitygate.github.tickets import CSAT, MARKER
from qualitygate.support import csat
from qualitygate.support.case import TicketCase
from qualitygate.support.escalation import Reached, reached
from qualitygate.support.form import CHANNEL, HEADINGS, RECEIVED, SEVERITY
from qualitygate.support.projection import Relabelling, relabelling
from qualitygate.support.targets import FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, Asking, Promise
from qualitygate.tracker import TicketRecord
from qualitygate.values import dataclass

LABELS, FORM = "labels", "form"
_WAITS = {FIRST_RESPONSE: "a first response", NEXT_RESPONSE: "the next response", RESOLUTION: "the resolution"}
_HINTS = {
    RECEIVED: "a date and time before this issue was opened, like `2026-10-05 09:12 +08:00`"
    " / 早于本问题创建的日期和时间"
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabel:
    """The labels of a ticket to change."""

    id: str
    change: Relabelling

    def __str__(self) -> str:
        return " ".join(
            [f"#{self.id}", *(f"+{each}" for each in self.change.add), *(f"-{each}" for each in self.change.remove)]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """A comment to write under a ticket, once, and to whom to give it; ``passed`` are the keys that it settles."""

    id: str
    key: str
    text: str
    said: str
    assign: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()

    @property
    def marker(self) -> str:
        """How the comment begins, by which it is found again."""
        return f"{MARKER}{self.key} -->"

    def __str__(self) -> str:
        return f"#{self.id} {self.said}"


def plan(
    seen: Iterable[Seen], promise: Promise, settled: Collection[tuple[str, str]], now: datetime
) -> Iterator[Relabel | Tell]:
    """What is to be done about tickets, but for what is ``settled``: pairs of ticket and key."""
    for each in seen:
        case, id_ = each.case, each.case.ticket.id
        change = relabelling(case.clocks, case.left_out, each.record.labels)
        if promise.csat and _to_ask(case, promise.csat, now) and (id_, CSAT) not in settled:
            yield Tell(id=id_, key=CSAT, text=promise.csat.text, said="ask whether they are satisfied")
        if change:
            yield Relabel(id=id_, change=change)
        for steps in reached(case.clocks, case.left_out, promise.escalate):
            if (id_, steps[-1].key) not in settled:
                yield _escalation(case, steps)
        wrong = _wrong(each.record, promise)
        if wrong and not case.clocks.closed and not case.left_out and (id_, FORM) not in settled:
            yield _question(id_, wrong)


def _to_ask(case: TicketCase, asking: Asking, now: datetime) -> bool:
    return not case.left_out and csat.due(case.clocks.events, asking, now)


def _escalation(case: TicketCase, steps: tuple[Reached, ...]) -> Tell:
    last = steps[-1]
    share, run, step = float(last.step.share * 100), last.run, last.step
    zone = case.clocks.terms.calendar.rules.zone
    due = f", which was due on {run.due.astimezone(zone):%Y-%m-%d %H:%M} ({zone})" if run.due else ""
    if run.due and run.margin > 0:
        due = due.replace("was due", "is due")
    whom = " ".join(f"@{name}" for name in dict.fromkeys((*step.mention, *step.assign)))
    text = f"{whom} {share:g} % of the time for {_WAITS[run.clock]} is used up{due}."
    return Tell(
        id=case.ticket.id,
        key=last.key,
        text=text,
        said=f"{run.clock} {share:g} %: tell {line(whom)}",
        assign=step.assign,
        passed=tuple(each.key for each in steps[:-1]),
    )


def _wrong(record: TicketRecord, promise: Promise) -> Mapping[str, str]:
    """The fields of a form that make no sense, each with what would."""
    found = {field: _HINTS[field] for field in record.problems if field in _HINTS}
    ticket = record.ticket
    if ticket.priority is not None and ticket.priority not in promise.terms:
        found[SEVERITY] = _one_of(promise.terms)
    if ticket.channel is not None and ticket.channel not in promise.channels:
        found[CHANNEL] = _one_of(promise.channels)
    return found


def _one_of(known: Iterable[str]) -> str:
    return f"one of {', '.join(markdown(each) for each in known)}"


def _question(id: str, wrong: Mapping[str, str]) -> Tell:
    fields = "\n".join(f"- **{HEADINGS[field]}**: {hint}" for field, hint in wrong.items())
    text = (
        "Thank you for the report. We could not read a field of the form; please edit it, and we go on meanwhile.\n"
        f"感谢您的反馈。表单中有的内容无法识别，请修改；我们会继续处理。\n\n{fields}"
    )
    return Tell(id=id, key=FORM, text=text, said=f"ask about the form: {', '.join(wrong)}")
