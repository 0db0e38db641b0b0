"""Registers of channels in a snapshot."""

from __future__ import annotations

from typing import Any

from qualitygate.model.channels import Channel, ChannelRegister, Contact
from qualitygate.model.evidence import Source
from qualitygate.snapshot import frame
from qualitygate.strict import Data, day, exactly, maybe, written


def encode(register: ChannelRegister) -> dict[str, Any]:
    """As JSON-ready data, the records in their order."""
    return {**frame.encode(register), "channels": [_channel(each) for each in register.channels]}


def decode(data: Data, source: Source) -> ChannelRegister:
    """From JSON data."""
    return ChannelRegister(
        **frame.decode(data, source), channels=tuple(map(_to_channel, exactly(data["channels"], list)))
    )


def _channel(channel: Channel) -> dict[str, Any]:
    contacts = [{"day": written(each.day), "answered": each.answered, "line": each.line} for each in channel.contacts]
    return {"id": channel.id, "contacts": contacts, "line": channel.line}


def _to_channel(data: Data) -> Channel:
    contacts = (
        Contact(day=day(each["day"]), answered=exactly(each["answered"], bool), line=maybe(each["line"], int))
        for each in exactly(data["contacts"], list)
    )
    return Channel(id=exactly(data["id"], str), contacts=tuple(contacts), line=maybe(data["line"], int))
