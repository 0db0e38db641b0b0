"""The support report of each period that is over, posted as an issue of its repository, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qualitygate.config import Config
from qualitygate.desk.writing import Desk
from qualitygate.github.posts import Sticky
from qualitygate.github.publish import issue
from qualitygate.model.period import Period, last_whole, title, up_to
from qualitygate.server import log
from qualitygate.servicereport import issue as telling
from qualitygate.support.case import TicketCase
from qualitygate.support.report import Basis, report
from qualitygate.support.targets import Promise

MOST = 12
"""How many periods are made up for, where the server was down that long."""
_WHAT = "report"
"""What it is noted as in the store that the report of a period was posted."""


def post(desk: Desk, config: Config, promise: Promise, cases: Sequence[TicketCase]) -> None:
    """Post the reports that the policy wants and that are not there yet: none twice, whoever posts them."""
    for period in due(desk, config, promise):
        found = report(cases, basis(config, promise), period, desk.now, [desk.store.source])
        told = telling.issue(found)
        desk.store.begin(_WHAT, found.title, desk.now)
        desk.pace.wait()
        done = issue(desk.client, desk.repository, replace(told, sticky=_once(told.sticky)))
        desk.store.finish(_WHAT, found.title, desk.now)
        log.tell("a report is posted", repository=desk.repository, period=found.title, done=done)


def _once(sticky: Sticky) -> Sticky:
    """The same text, which is left as it is where it was posted before."""
    return replace(sticky, body=lambda before: None if before else sticky.body(None))


def due(desk: Desk, config: Config, promise: Promise) -> Iterable[Period]:
    """The last whole period, and those since the newest report, the oldest first; none where it was posted."""
    if not promise.report:
        return ()
    last = last_whole(promise.report, desk.now.astimezone(config.policy.zone))
    posted = {name for (what, name), done in desk.store.writes().items() if what == _WHAT and done}
    whole = up_to(last, MOST)
    known = [number for number, each in enumerate(whole) if title(each) in posted]
    return whole[known[-1] + 1 :] if known else [last]


def basis(config: Config, promise: Promise) -> Basis:
    """What a report goes by. Labels are those that all registers of tickets in the policy have."""
    registers = [dict(each.labels) for each in config.evidence if each.reader == "tickets"]
    shared = {*registers[0].items()}.intersection(*(each.items() for each in registers)) if registers else set()
    return Basis(
        name=config.policy.name,
        promise=promise,
        conditions=tuple(condition for gate in config.policy.gates for condition in gate.conditions),
        labels=dict(shared),
    )
