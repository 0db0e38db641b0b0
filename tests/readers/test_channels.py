"""Registers of channels: what is read, what is refused, and where the mistakes are."""

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest

from qualitygate.errors import CannotReadReport
from qualitygate.model.channels import Channel, Contact
from qualitygate.readers.channels import READER
from tests.samples import source

REGISTER = """\
channels:
  - id: chat
    address: https://shop.example/chat
    owner: p-04
    contacts:
      - {date: 2026-11-02, by: p-03, note: all is well}
      - {date: 2026-11-03, answered: no}
  - {id: phone, contacts: []}
  - {id: email}
"""


def register(content, **rules):
    (found,) = READER.read(source(content, **rules))
    return found


def refusal(content) -> str:
    with pytest.raises(CannotReadReport) as refused:
        register(content)
    return str(refused.value)


def test_a_register_is_read():
    found = register(REGISTER)
    contacts = (Contact(day=date(2026, 11, 2), line=6), Contact(day=date(2026, 11, 3), answered=False, line=7))
    expected = (Channel(id="chat", contacts=contacts, line=2), Channel(id="phone", line=8), Channel(id="email", line=9))
    assert expected == found.channels
    assert {"channels": 3, "contacts": 2} == found.counts
    assert READER.recognises(REGISTER.encode())


@pytest.mark.parametrize("content", ["channels: []\n", "channels:\n", "support: {channels: [chat]}\n", "people: []\n"])
def test_what_has_no_contacts_is_not_recognised(content):
    assert not READER.recognises(content.encode())


@pytest.mark.parametrize("content", ["channels:\n", "channels: []\n"])
def test_a_register_without_channels_is_read(content):
    assert () == register(content).channels


def test_a_time_is_of_the_day_of_the_policys_zone():
    content = "channels:\n- {id: chat, contacts: [{date: '2026-10-31T17:00:00Z'}]}\n"
    (channel,) = register(content, zone=timezone(timedelta(hours=8))).channels
    assert date(2026, 11, 1) == channel.contacts[0].day


def test_no_address_and_no_note_is_kept():
    told = repr(register(REGISTER))
    assert "shop.example" not in told
    assert "all is well" not in told


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("{contacts: []}", "has no id"),
        ("{id: chat, adress: x}", "has the unknown key 'adress'; did you mean address?"),
        ("{id: chat, contacts: [{by: p-1}]}", "has no date"),
        ("{id: chat, contacts: [{date: 2026-02-30}]}", "2026-02-30"),
        ("{id: chat, contacts: [{date: 2026-02-03, answered: perhaps}]}", "perhaps"),
        ("{id: chat}\n- {id: chat}", "line 3, column 8: the id 'chat' is also in line 2"),
    ],
)
def test_a_mistake_is_refused_with_its_place(record, said):
    assert said in refusal(f"channels:\n- {record}\n")


def test_the_last_contact_is_one_that_was_answered_and_is_not_to_come():
    (chat, phone, _) = register(REGISTER).channels
    assert date(2026, 11, 2) == chat.last(date(2026, 11, 22)).day
    assert chat.last(date(2026, 11, 1)) is None
    assert phone.last(date(2026, 11, 22)) is None
