"""Calendars, events and terms that hypothesis draws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from qualitygate import BusinessCalendar
from qualitygate.model.tickets import TicketEvent
from qualitygate.support.targets import CLOCKS, Terms

START = datetime(2026, 3, 1, tzinfo=UTC)
_MAPPINGS = [
    {"tz": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}, "holidays": ["2026-04-03", "2026-04-06"]},
    {"tz": "Asia/Shanghai", "hours": {"mon-fri": ["09:00-12:00", "13:30-18:00"]}, "holidays": "CN"},
    {"tz": "America/Sao_Paulo", "hours": {"mon-sun": ["00:00-24:00"]}},
    {"tz": "Europe/London", "hours": {"mon-fri": ["22:00-06:00"], "sun": ["01:00-03:00"]}},
    {
        "tz": "Asia/Tehran",
        "hours": {"sat-wed": ["08:00-16:30"]},
        "breaks": [{"date": "2026-04-15", "hours": "10:00-11:00"}],
        "shifts": {"2026-04-17": ["10:00-12:00"]},
    },
]
CALENDARS = [BusinessCalendar.parse(mapping) for mapping in _MAPPINGS]
calendars = st.sampled_from(CALENDARS)
moments = st.integers(0, 90 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds))
fine_moments = st.integers(0, 90 * 86_400_000_000).map(lambda micros: START + timedelta(microseconds=micros))
seconds = st.integers(1, 400 * 3_600)
terms = st.builds(
    lambda found, calendar: Terms(targets=found, calendar=calendar),
    st.dictionaries(st.sampled_from(CLOCKS), seconds.map(float), min_size=1),
    calendars,
)


def _event(at: datetime, kind: str, actor: str, public: bool) -> TicketEvent:
    return TicketEvent(at=at, kind=kind, actor=actor, public=public)


events = st.builds(
    _event,
    moments,
    st.sampled_from(["comment", "paused", "resumed", "closed", "reopened", "ready", "review"]),
    st.sampled_from(["customer", "agent", "bot"]),
    st.booleans(),
)
opened = st.builds(lambda paused: TicketEvent(at=START, kind="opened", actor="customer", paused=paused), st.booleans())
timelines = st.builds(lambda first, rest: [first, *rest], opened, st.lists(events, max_size=12))
