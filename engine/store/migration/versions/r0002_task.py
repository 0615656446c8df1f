"""The queue: one row per open task with its lease, and what each person has looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables of tasks and of glances."""
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("member", sa.String(length=36), nullable=True),
        sa.Column("role", sa.String(length=60), nullable=True),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("disagreement", sa.Integer(), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("claimed_by", sa.String(length=36), nullable=True),
        sa.Column("claimed_until", sa.String(length=27), nullable=True),
        sa.Column("parked_by", sa.String(length=36), nullable=True),
        sa.Column("parked_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_case"), "task", ["case"], unique=False)
    op.create_index(op.f("ix_task_claimed_by"), "task", ["claimed_by"], unique=False)
    op.create_index(
        "ix_task_member_order",
        "task",
        ["member", "due", "target", sa.text("disagreement DESC"), "since", "label"],
        unique=False,
    )
    op.create_index("ix_task_role_due", "task", ["role", "due"], unique=False)
    op.create_table(
        "glance",
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", "case", name=op.f("pk_glance")),
    )


def downgrade() -> None:
    """Takes both tables away."""
    op.drop_table("glance")
    op.drop_table("task")
