"""The members of teams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ticket_teams",
        sa.Column("source", sa.String(500), primary_key=True),
        sa.Column("team", sa.String(500), primary_key=True),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("members", sa.Text, nullable=False),
    )
