"""Registers of channels: YAML that says how customers reach the vendor, and when somebody last came by each way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qualitygate.columns import day, name, text, truth
from qualitygate.extension import Reader
from qualitygate.model.channels import Channel, ChannelRegister, Contact
from qualitygate.model.evidence import Source
from qualitygate.outline import Entry, Outline, reading
from qualitygate.pseudonyms import person
from qualitygate.recognition import decode
from qualitygate.records import has_noun

NOUN = "channels"
CONTACT = Outline(columns={"date": day, "by": person, "answered": truth, "note": text}, required=("date",))
CHANNEL = Outline(
    columns={"id": name, "address": text, "owner": person}, required=("id",), records={"contacts": CONTACT}
)
OUTLINE = Outline(records={NOUN: CHANNEL})
_CONTACTS = re.compile(r"(?:^[ \t]*(?:-[ \t]*)?|[{,][ \t]*)contacts[ \t]*:", re.MULTILINE)


def recognises(head: bytes) -> bool:
    """Whether ``channels`` is its first key and one of them has contacts."""
    return has_noun(head, NOUN) and bool(_CONTACTS.search(decode(head)))


def read(source: Source) -> Iterator[ChannelRegister]:
    """Read one register. Raises :class:`~qualitygate.errors.CannotReadReport` with every problem of its records."""
    found = reading(source)
    entries = found.register(OUTLINE, NOUN)[NOUN]
    found.refuse()
    yield ChannelRegister(source=source, channels=tuple(map(_channel, entries)))


READER = Reader(kind=NOUN, recognises=recognises, read=read, names=lambda: OUTLINE.names)


def _channel(entry: Entry) -> Channel:
    contacts = (
        Contact(day=each["date"], answered=each["answered"] is not False, line=each.line) for each in entry["contacts"]
    )
    return Channel(id=entry["id"], contacts=tuple(contacts), line=entry.line)
