"""Calendars: one row per entry that a person's feed has shown."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table; a feed begins with what it shows first."""
    op.create_table(
        "calendar_entry",
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.String(length=27), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", "uid", name=op.f("pk_calendar_entry")),
    )


def downgrade() -> None:
    """Takes the table away."""
    op.drop_table("calendar_entry")
