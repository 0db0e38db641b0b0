"""The day that the records begin: of what was before it nobody has any evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, tzinfo

from qualitygate.model.channels import ChannelRegister
from qualitygate.model.evidence import Evidence
from qualitygate.model.milestones import MilestoneRegister
from qualitygate.model.retrospectives import Retrospective
from qualitygate.model.reviews import StageReview
from qualitygate.model.surveys import SurveyRegister
from qualitygate.model.tickets import Tickets
from qualitygate.model.trainings import TrainingRegister


def first_day(evidence: Iterable[Evidence], zone: tzinfo) -> date | None:
    """The first day in ``zone`` that any record tells of; ``None`` where none tells when things happened."""
    return min((day for each in evidence for day in _DAYS.get(type(each), _none)(each, zone)), default=None)


def _none(_: Evidence, _zone: tzinfo) -> Iterator[date]:
    return iter(())


def _tickets(register: Tickets, zone: tzinfo) -> Iterator[date]:
    return (event.at.astimezone(zone).date() for ticket in register.tickets for event in ticket.events)


def _channels(register: ChannelRegister, _: tzinfo) -> Iterator[date]:
    return (contact.day for channel in register.channels for contact in channel.contacts)


def _trainings(register: TrainingRegister, zone: tzinfo) -> Iterator[date]:
    return (each.at.astimezone(zone).date() for each in register.trainings)


def _surveys(register: SurveyRegister, _: tzinfo) -> Iterator[date]:
    return (each.opened for each in register.waves)


def _milestones(register: MilestoneRegister, _: tzinfo) -> Iterator[date]:
    """When they were due or, where that was earlier, achieved."""
    return (min(each.due, each.achieved or each.due) for each in register.milestones)


def _review(review: StageReview, _: tzinfo) -> Iterator[date]:
    return iter((review.started,))


def _retrospective(record: Retrospective, _: tzinfo) -> Iterator[date]:
    return iter((record.held,))


_DAYS: Mapping[type, Callable[..., Iterator[date]]] = {
    Tickets: _tickets,
    ChannelRegister: _channels,
    TrainingRegister: _trainings,
    SurveyRegister: _surveys,
    MilestoneRegister: _milestones,
    StageReview: _review,
    Retrospective: _retrospective,
}
