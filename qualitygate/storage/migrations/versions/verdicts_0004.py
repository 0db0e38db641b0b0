"""Projects and their judgements, the board of tickets, tallies, and an index for bodies that are old."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    with_body = sa.text("body <> ''")
    op.create_index("inbox_bodies", "inbox", ["received_at"], sqlite_where=with_body, postgresql_where=with_body)
    _projects()
    _judgements()
    op.create_table(
        "board",
        sa.Column("project", sa.BigInteger, primary_key=True),
        sa.Column("id", sa.String(500), primary_key=True),
        sa.Column("place", sa.String(60), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("opened", sa.String(40), nullable=False),
        sa.Column("clock", sa.String(50), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due", sa.String(40)),
        sa.Column("risk", sa.String(40)),
        sa.Column("remaining", sa.Double),
        sa.Column("target", sa.Double),
    )
    op.create_index("board_place", "board", ["place", "project", "id"])
    op.create_index("board_project", "board", ["project", "place", "id"])
    op.create_table(
        "tallies",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("label", sa.String(200), primary_key=True),
        sa.Column("number", sa.Double, nullable=False),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("github_id", sa.BigInteger),
        sa.Column("key", sa.String(500), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("default_branch", sa.String(500), nullable=False),
        sa.Column("standing", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger),
        sa.Column("last_outcome", sa.String(10)),
        sa.Column("last_at", sa.String(40)),
        sa.Column("last_stream", sa.String(500)),
        sa.Column("seen_at", sa.String(40), nullable=False),
        sa.Column("failing", sa.Integer, nullable=False),
        sa.Column("tickets", sa.Integer),
        sa.Column("at_risk", sa.Integer),
        sa.Column("breached", sa.Integer),
        sa.Column("tickets_at", sa.String(40)),
    )
    op.create_index("projects_github", "projects", ["github_id"], unique=True)
    op.create_index("projects_key", "projects", ["key"], unique=True)
    op.create_index("projects_standing", "projects", ["standing", "key"])


def _judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("project", sa.BigInteger, nullable=False),
        sa.Column("external_id", sa.String(500), nullable=False),
        sa.Column("stream", sa.String(500), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("ref", sa.String(500), nullable=False),
        sa.Column("pull_request", sa.Integer),
        sa.Column("lasting", sa.Boolean, nullable=False),
        sa.Column("of_default", sa.Boolean, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("policy_digest", sa.String(100), nullable=False),
        sa.Column("policy_at", sa.String(64), nullable=False),
        sa.Column("check_run", sa.BigInteger),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("results", sa.Text, nullable=False),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("verdict", sa.LargeBinary, nullable=False),
    )
    op.create_index("judgements_external", "judgements", ["project", "external_id"], unique=True)
    op.create_index("judgements_at", "judgements", ["project", "at", "id"])
    op.create_index("judgements_stream", "judgements", ["project", "stream", "at", "id"])
    op.create_index("judgements_lasting", "judgements", ["lasting", "at"])
    op.create_table(
        "heads",
        sa.Column("project", sa.BigInteger, primary_key=True),
        sa.Column("stream", sa.String(500), primary_key=True),
        sa.Column("judgement", sa.BigInteger, nullable=False),
        sa.Column("pull_request", sa.Integer),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("failing", sa.Boolean, nullable=False),
    )
    op.create_index("heads_failing", "heads", ["project", "failing"])
    op.create_index("heads_pull_request", "heads", ["project", "pull_request"])
    op.create_index("heads_at", "heads", ["at"])
