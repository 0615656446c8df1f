"""Rounds: one row per promotion round, and the round of each case."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of rounds; the cases there are stay outside of every round."""
    op.create_table(
        "round_row",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("definition", sa.String(length=40), nullable=False),
        sa.Column("moves", sa.Text(), nullable=False),
        sa.Column("opens", sa.String(length=10), nullable=False),
        sa.Column("closes", sa.String(length=10), nullable=False),
        sa.Column("late_until", sa.String(length=10), nullable=True),
        sa.Column("effective", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_row")),
        sa.UniqueConstraint("label", name=op.f("uq_round_row_label")),
    )
    op.add_column("case_row", sa.Column("round", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_case_row_round"), "case_row", ["round"], unique=False)


def downgrade() -> None:
    """Takes the table and the column away."""
    op.drop_index(op.f("ix_case_row_round"), table_name="case_row")
    op.drop_column("case_row", "round")
    op.drop_table("round_row")
