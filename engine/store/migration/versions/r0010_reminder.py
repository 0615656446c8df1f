"""Reminders: all the days on which a deadline is reminded of, and the day after which somebody above hears."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds both columns; what was reminded of once has been reminded of."""
    op.add_column("due_row", sa.Column("leads", sa.Text(), server_default="", nullable=False))
    op.add_column("due_row", sa.Column("hears", sa.String(length=10), nullable=True))
    op.execute("UPDATE due_row SET leads = remind WHERE remind IS NOT NULL")
    op.execute("UPDATE due_row SET remind = NULL WHERE reminded IS NOT NULL")


def downgrade() -> None:
    """Takes both columns away."""
    op.drop_column("due_row", "hears")
    op.drop_column("due_row", "leads")
