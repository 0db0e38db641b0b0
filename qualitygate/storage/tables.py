"""The tables of the store. Texts in them are JSON or moments in ISO 8601, so that both databases hold the same.

What leases are reckoned by are seconds since 1970, by the database's own clock.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

HEAD = "0006"
"""The migration after which a database has these tables."""
WITH_BODY = text("body <> ''")
"""Deliveries whose bodies are still kept: few of many, so that they have an index of their own."""
METADATA = MetaData()
SOURCES = Table(
    "ticket_sources",
    METADATA,
    Column("source", String(500), primary_key=True),
    Column("bookmark", Text, nullable=False),
    Column("whole_at", Text),
    Column("repository_id", BigInteger),
)
"""How far each source was read, when all of it last was, and of which repository it is, where that is known."""
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
    Index("tickets_open", "source", "open"),
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
    Column("repository_id", BigInteger, nullable=False, server_default="0"),
    Index("inbox_digest", "digest", unique=True),
    Index("inbox_next", "state", "next_try_at"),
    Index("inbox_about", "about", "state"),
    Index("inbox_bodies", "received_at", sqlite_where=WITH_BODY, postgresql_where=WITH_BODY),
    Index("inbox_repository", "repository_id", "received_at"),
)
"""Webhooks that were acknowledged, by the id GitHub gave them, and what became of each."""
TICKS = Table(
    "ticks", METADATA, Column("name", String(100), primary_key=True), Column("tick", BigInteger, primary_key=True)
)
"""Which turn of which sweep was begun, by any process, and how far the reading of a list has come."""
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("login", String(100), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("ends_at", Double, nullable=False),
    Index("sessions_ends", "ends_at"),
)
"""Who is signed in. Neither an id nor what is sealed is of use without the cookie of that session."""
QUEUE = Table("queue_migrations", METADATA, Column("name", String(200), primary_key=True))
"""Which migrations of Procrastinate's own tables were run; only PostgreSQL has these."""
KEY = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives: SQLite counts up only what it calls INTEGER."""
PROJECTS = Table(
    "projects",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("github_id", BigInteger),
    Column("key", String(500), nullable=False),
    Column("name", String(500), nullable=False),
    Column("default_branch", String(500), nullable=False),
    Column("standing", BigInteger, nullable=False),
    Column("last", BigInteger),
    Column("last_outcome", String(10)),
    Column("last_at", String(40)),
    Column("last_stream", String(500)),
    Column("seen_at", String(40), nullable=False),
    Column("failing", Integer, nullable=False),
    Column("tickets", Integer),
    Column("at_risk", Integer),
    Column("breached", Integer),
    Column("tickets_at", String(40)),
    Index("projects_github", "github_id", unique=True),
    Index("projects_key", "key", unique=True),
    Index("projects_standing", "standing", "key"),
)
"""A row for each repository, by GitHub's number and the name it has now, with what an overview says of it."""
JUDGEMENTS = Table(
    "judgements",
    METADATA,
    Column("id", KEY, primary_key=True),
    Column("project", BigInteger, nullable=False),
    Column("external_id", String(500), nullable=False),
    Column("stream", String(500), nullable=False),
    Column("name", String(500), nullable=False),
    Column("sha", String(64), nullable=False),
    Column("ref", String(500), nullable=False),
    Column("pull_request", Integer),
    Column("lasting", Boolean, nullable=False),
    Column("of_default", Boolean, nullable=False),
    Column("at", String(40), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("policy", Text, nullable=False),
    Column("policy_digest", String(100), nullable=False),
    Column("policy_at", String(64), nullable=False),
    Column("check_run", BigInteger),
    Column("url", Text, nullable=False),
    Column("results", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("verdict", LargeBinary, nullable=False),
    Index("judgements_external", "project", "external_id", unique=True),
    Index("judgements_at", "project", "at", "id"),
    Index("judgements_stream", "project", "stream", "at", "id"),
    Index("judgements_lasting", "lasting", "at"),
)
"""Verdicts as they were told, by the external id of their check run; ``stream`` is what they follow each other in."""
HEADS = Table(
    "heads",
    METADATA,
    Column("project", BigInteger, primary_key=True),
    Column("stream", String(500), primary_key=True),
    Column("judgement", BigInteger, nullable=False),
    Column("pull_request", Integer),
    Column("at", String(40), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("failing", Boolean, nullable=False),
    Index("heads_failing", "project", "failing"),
    Index("heads_pull_request", "project", "pull_request"),
    Index("heads_at", "at"),
)
"""The last judgement of each stream; ``failing`` are those that hold up a pull request which is open."""
BOARD = Table(
    "board",
    METADATA,
    Column("project", BigInteger, primary_key=True),
    Column("id", String(500), primary_key=True),
    Column("place", String(60), nullable=False),
    Column("title", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("opened", String(40), nullable=False),
    Column("clock", String(50), nullable=False),
    Column("state", String(20), nullable=False),
    Column("due", String(40)),
    Column("risk", String(40)),
    Column("remaining", Double),
    Column("target", Double),
    Index("board_place", "place", "project", "id"),
    Index("board_project", "project", "place", "id"),
)
"""Open tickets with their most pressing clock as it was when it was last looked at; ``place`` sorts the worst first."""
TALLIES = Table(
    "tallies",
    METADATA,
    Column("name", String(200), primary_key=True),
    Column("label", String(200), primary_key=True),
    Column("number", Double, nullable=False),
)
"""What is counted or last read by all processes together, for those who watch the server."""
