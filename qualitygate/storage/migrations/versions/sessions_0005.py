"""Who is signed in, and what pages look for: open tickets of a source, deliveries of a repository."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table and the indexes."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("login", sa.String(100), nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("ends_at", sa.Double, nullable=False),
    )
    op.create_index("sessions_ends", "sessions", ["ends_at"])
    op.create_index("tickets_open", "tickets", ["source", "open"])
    op.create_index("inbox_repository", "inbox", ["repository", "received_at"])
