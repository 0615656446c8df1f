"""Deadlines: one row per day by which something is due on a case."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of what falls due; the first tick fills it for the cases there are."""
    op.create_table(
        "due_row",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("since", sa.String(length=27), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("remind", sa.String(length=10), nullable=True),
        sa.Column("escalate", sa.String(length=60), nullable=True),
        sa.Column("reminded", sa.String(length=10), nullable=True),
        sa.Column("passed", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_row")),
    )
    op.create_index(op.f("ix_due_row_case"), "due_row", ["case"], unique=False)
    op.create_index(op.f("ix_due_row_due"), "due_row", ["due"], unique=False)


def downgrade() -> None:
    """Takes the table away."""
    op.drop_table("due_row")
