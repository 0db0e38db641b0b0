"""The form by which a ticket is opened: the fields that tell its severity, its channel and when contact was made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from qualitygate.values import dataclass

SEVERITY, CHANNEL, RECEIVED = "severity", "channel", "received_at"
HEADINGS = {SEVERITY: "Severity / 严重程度", CHANNEL: "Channel / 渠道", RECEIVED: "Received at / 受理时间"}
"""The labels of the fields: GitHub writes them above the answers, where their ids are lost."""
_FIELDS = {word.strip().casefold(): field for field, text in HEADINGS.items() for word in (text, *text.split("/"))}
_EMPTY = ("_no response_", "none", "无")
_MOST = 200
_LONGEST = timedelta(days=366)
"""How long before the issue contact may have been: earlier is a slip of the pen."""
_ZONE = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form says; ``problems`` are the fields that are filled in and make no sense."""

    severity: str | None = None
    channel: str | None = None
    received_at: datetime | None = None
    problems: tuple[str, ...] = ()


def read(body: str, opened: datetime, zone: tzinfo) -> Form:
    """What the form in an issue's text says; a text without one says nothing.

    A time without a zone is one of ``zone``. Contact after the issue was opened makes no sense. Of a field that is
    there twice the first counts: the customer's own words come after the fields.
    """
    found: dict[str, str] = {}
    for field, answer in _answers(body):
        found.setdefault(field, answer)
    written = found.get(RECEIVED)
    received = _moment(written, zone) if written else None
    wrong = bool(written) and (received is None or not opened - _LONGEST <= received <= opened)
    return Form(
        severity=found.get(SEVERITY) or None,
        channel=found.get(CHANNEL) or None,
        received_at=None if wrong else received,
        problems=(RECEIVED,) if wrong else (),
    )


def _answers(body: str) -> Iterator[tuple[str, str]]:
    field = None
    for line in body.splitlines():
        text = line.strip()
        if text.startswith("### "):
            field = _FIELDS.get(text[4:].strip().casefold())
        elif text and field:
            yield field, "" if text.casefold() in _EMPTY else text[:_MOST]
            field = None


def _moment(written: str, zone: tzinfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(_ZONE.sub("", written))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)
