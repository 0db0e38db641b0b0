"""The tables of the store. Texts in them are JSON or moments in ISO 8601, so that both databases hold the same."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, MetaData, String, Table, Text

HEAD = "0002"
"""The migration after which a database has these tables."""
METADATA = MetaData()
SOURCES = Table(
    "ticket_sources",
    METADATA,
    Column("source", String(500), primary_key=True),
    Column("bookmark", Text, nullable=False),
    Column("whole_at", Text),
)
"""How far each source was read, and when all of it last was."""
TICKETS = Table(
    "tickets",
    METADATA,
    Column("source", String(500), primary_key=True),
    Column("id", String(500), primary_key=True),
    Column("ticket", Text, nullable=False),
    Column("labels", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("updated", Text, nullable=False),
    Column("problems", Text, nullable=False),
)
"""Tickets as their tracker had them: the whole timeline of each."""
WRITES = Table(
    "ticket_writes",
    METADATA,
    Column("source", String(500), primary_key=True),
    Column("id", String(500), primary_key=True),
    Column("what", String(500), primary_key=True),
    Column("begun", Text, nullable=False),
    Column("done", Text),
)
"""What was written to tickets: begun before the tracker is asked, done when it has answered."""
TEAMS = Table(
    "ticket_teams",
    METADATA,
    Column("source", String(500), primary_key=True),
    Column("team", String(500), primary_key=True),
    Column("asked", Text, nullable=False),
    Column("members", Text, nullable=False),
)
"""Who is and was in the teams that answer, as the tracker told when it was last asked."""
