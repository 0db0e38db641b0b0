"""Channels: by which of those that are promised customers can reach the vendor, by tickets and registers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from itertools import compress

from qualitygate.extension import Context
from qualitygate.measures.support.tickets import NO_TICKET, UNPROMISED, Desk
from qualitygate.model.channels import Channel, ChannelRegister, Contact
from qualitygate.model.evidence import Evidence, Gap
from qualitygate.model.measurement import Better, Counted, Finding, Measurement, Metric
from qualitygate.model.registers import differing, in_two
from qualitygate.support.case import TicketCase
from qualitygate.support.compliance import BY_STAFF
from qualitygate.values import dataclass

LIVE = Metric(
    name="support.live_channels",
    noun="live channels",
    formula="channels of the policy with a contact or a probe within its days",
    source="common practice",
    better=Better.HIGHER,
    labels=("channel",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What registers of channels say, whatever their labels, and why one that should be there tells nothing."""

    known: Mapping[str, tuple[ChannelRegister, Channel]]
    lost: str


def told(evidence: Sequence[Evidence]) -> Told:
    """What the registers of channels say of each of them."""
    read = [item for item in evidence if isinstance(item, ChannelRegister)]
    registers = list(compress(read, differing((item.source.name, item.channels) for item in read)))
    gaps = [str(item) for item in evidence if isinstance(item, Gap) and item.kind == "channels"]
    twice = in_two((item.source.name, [each.id for each in item.channels]) for item in registers)
    known = {each.id: (item, each) for item in registers for each in item.channels}
    return Told(known=known, lost="; ".join(dict.fromkeys(gaps)) or twice)


def live(desks: Sequence[Desk], registers: Told, context: Context) -> Iterator[Measurement]:
    """Each channel once, whichever register it is live by: a channel is there or is not, whatever the label set."""
    promise, known = context.support, registers.known
    if not desks and not known and not registers.lost:
        return
    notes = [desk.note for desk in desks if desk.note and not (desk.note == NO_TICKET and known)]
    note = "; ".join(dict.fromkeys(filter(None, [*notes, registers.lost])))
    names = {*(name for desk in desks for name in desk.sources), *(item.source.name for item, _ in known.values())}
    frame = Measurement(
        metric=LIVE, value=None, sources=tuple(sorted(names)), note=note or ("" if promise else UNPROMISED)
    )
    if promise is None or note:
        for channel in promise.channels if promise else ("",):
            yield replace(frame, labels={"channel": channel} if channel else {})
        return
    seen = [case for desk in desks for case in desk.cases]
    frame = replace(frame, examined={"channels": len(promise.channels)})
    since = context.now - timedelta(seconds=promise.live_within)
    for channel in promise.channels:
        contacts = [each for each in seen if each.ticket.channel == channel and each.left_out != BY_STAFF]
        last = max(contacts, key=lambda each: each.clocks.start, default=None)
        contact = known[channel][1].last(context.today) if channel in known else None
        counted = _contact(channel, last, contact, known, since)
        yield replace(
            frame,
            labels={"channel": channel},
            value=Fraction(counted is not None),
            findings=() if counted else (_unreached(channel, last, contact, known, frame),),
            counted=(counted,) if counted else (),
        )


def _contact(
    channel: str,
    last: TicketCase | None,
    contact: Contact | None,
    known: Mapping[str, tuple[ChannelRegister, Channel]],
    since: datetime,
) -> Counted | None:
    """The contact that a channel is live by, at its record; ``None`` where none is recent."""
    if last is not None and last.clocks.start >= since:
        return Counted(title=f"{channel} {last.ticket.id}", path=last.register, line=last.ticket.line)
    if contact is None or contact.day < since.astimezone(_zone(known[channel][0])).date():
        return None
    register, record = known[channel]
    return Counted(title=f"{channel} {contact.day}", path=register.source.name, line=contact.line or record.line)


def _zone(register: ChannelRegister) -> tzinfo:
    return register.source.rules.zone


def _unreached(
    channel: str,
    last: TicketCase | None,
    told: Contact | None,
    known: Mapping[str, tuple[ChannelRegister, Channel]],
    frame: Measurement,
) -> Finding:
    """The last contact, at the record of the channel, where a register has one, else at the ticket it came by."""
    days = [*([last.clocks.start.date()] if last else ()), *([told.day] if told else ())]
    message = f"the last contact was on {max(days)}" if days else "no contact is on record"
    if channel in known:
        register, record = known[channel]
        return Finding(title=channel, message=message, path=register.source.name, line=record.line)
    if last is None:
        return Finding(title=channel, message=message, path=next(iter(frame.sources), None))
    return Finding(title=channel, message=message, path=last.register, line=last.ticket.line)
