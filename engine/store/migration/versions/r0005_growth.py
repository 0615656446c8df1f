"""Growth: one row per scoring cycle, per sheet in it, per development action and per interim role."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables of cycles, sheets, actions and interim roles."""
    op.create_table(
        "cycle_row",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("start", sa.String(length=10), nullable=False),
        sa.Column("end", sa.String(length=10), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_row")),
        sa.UniqueConstraint("label", name=op.f("uq_cycle_row_label")),
    )
    op.create_table(
        "sheet_row",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("cycle", sa.String(length=36), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("level", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("by_self", sa.Integer(), nullable=False),
        sa.Column("by_manager", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_row")),
    )
    op.create_index(op.f("ix_sheet_row_cycle"), "sheet_row", ["cycle"], unique=False)
    op.create_index(op.f("ix_sheet_row_person"), "sheet_row", ["person"], unique=False)
    op.create_table(
        "action_row",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("gap", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=36), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done_on", sa.String(length=10), nullable=True),
        sa.Column("verified_by", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_row")),
        sa.UniqueConstraint("label", name=op.f("uq_action_row_label")),
    )
    op.create_index(op.f("ix_action_row_person"), "action_row", ["person"], unique=False)
    op.create_index(op.f("ix_action_row_owner"), "action_row", ["owner"], unique=False)
    op.create_table(
        "interim_row",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("level", sa.String(length=80), nullable=False),
        sa.Column("start", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ended_on", sa.String(length=10), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interim_row")),
        sa.UniqueConstraint("label", name=op.f("uq_interim_row_label")),
    )
    op.create_index(op.f("ix_interim_row_person"), "interim_row", ["person"], unique=False)


def downgrade() -> None:
    """Takes all four tables away."""
    op.drop_table("interim_row")
    op.drop_table("action_row")
    op.drop_table("sheet_row")
    op.drop_table("cycle_row")
