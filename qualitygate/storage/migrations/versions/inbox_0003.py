"""The inbox of webhooks, and the turns of sweeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "inbox",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("event", sa.String(100), nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("installation", sa.BigInteger, nullable=False),
        sa.Column("repository", sa.String(500), nullable=False),
        sa.Column("about", sa.String(500), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("lease_until", sa.Double),
        sa.Column("next_try_at", sa.Double, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
    )
    op.create_index("inbox_digest", "inbox", ["digest"], unique=True)
    op.create_index("inbox_next", "inbox", ["state", "next_try_at"])
    op.create_index("inbox_about", "inbox", ["about", "state"])
    op.create_table(
        "ticks", sa.Column("name", sa.String(100), primary_key=True), sa.Column("tick", sa.BigInteger, primary_key=True)
    )
    op.create_table("queue_migrations", sa.Column("name", sa.String(200), primary_key=True))
