"""The first tables: sources, tickets, and what was written to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "ticket_sources",
        sa.Column("source", sa.String(500), primary_key=True),
        sa.Column("bookmark", sa.Text, nullable=False),
        sa.Column("whole_at", sa.Text),
    )
    op.create_table(
        "tickets",
        sa.Column("source", sa.String(500), primary_key=True),
        sa.Column("id", sa.String(500), primary_key=True),
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("labels", sa.Text, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("updated", sa.Text, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
    )
    op.create_table(
        "ticket_writes",
        sa.Column("source", sa.String(500), primary_key=True),
        sa.Column("id", sa.String(500), primary_key=True),
        sa.Column("what", sa.String(500), primary_key=True),
        sa.Column("begun", sa.Text, nullable=False),
        sa.Column("done", sa.Text),
    )
