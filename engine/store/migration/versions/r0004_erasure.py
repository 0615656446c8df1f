"""Erasure: which event erased a payload stands in the payload's own place."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; a version before it would read an erased payload as damaged, so it no longer fits."""
    op.add_column("payload", sa.Column("erased", sa.Integer(), nullable=True))
    op.execute("UPDATE schema SET oldest = '0004'")


def downgrade() -> None:
    """Takes the column away, and the erased payloads' places with it: verification then calls them missing."""
    op.execute("DELETE FROM payload WHERE erased IS NOT NULL")
    op.drop_column("payload", "erased")
    op.execute("UPDATE schema SET oldest = '0003'")
