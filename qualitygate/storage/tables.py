"""The tables of the store. Texts in them are JSON or moments in ISO 8601, so that both databases hold the same.

What leases are reckoned by are seconds since 1970, by the database's own clock.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Double, Index, Integer, MetaData, String, Table, Text

HEAD = "0003"
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
INBOX = Table(
    "inbox",
    METADATA,
    Column("id", String(100), primary_key=True),
    Column("event", String(100), nullable=False),
    Column("action", String(100), nullable=False),
    Column("installation", BigInteger, nullable=False),
    Column("repository", String(500), nullable=False),
    Column("about", String(500), nullable=False),
    Column("body", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("received_at", Double, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("token", Integer, nullable=False),
    Column("lease_until", Double),
    Column("next_try_at", Double, nullable=False),
    Column("error", Text, nullable=False),
    Index("inbox_digest", "digest", unique=True),
    Index("inbox_next", "state", "next_try_at"),
    Index("inbox_about", "about", "state"),
)
"""Webhooks that were acknowledged, by the id GitHub gave them, and what became of each."""
TICKS = Table(
    "ticks", METADATA, Column("name", String(100), primary_key=True), Column("tick", BigInteger, primary_key=True)
)
"""Which turn of which sweep was begun, by any process."""
QUEUE = Table("queue_migrations", METADATA, Column("name", String(200), primary_key=True))
"""Which migrations of Procrastinate's own tables were run; only PostgreSQL has these."""
