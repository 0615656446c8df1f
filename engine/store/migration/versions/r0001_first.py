"""The first schema: the log and its head, payloads, commands, people, facts, editions, cases, sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSERT_ONLY = ("log", "fact")


def guard(table: str, verbs: tuple[str, ...] = ("UPDATE", "DELETE")) -> None:
    """Makes the triggers that refuse some verbs on a table."""
    if op.get_bind().dialect.name == "postgresql":
        for verb in (*verbs, "TRUNCATE") if "DELETE" in verbs else verbs:
            each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION insert_only()"
            )
        return
    for verb in verbs:
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
        )


def unguard(table: str) -> None:
    """Takes those triggers away."""
    postgres = op.get_bind().dialect.name == "postgresql"
    for verb in ("UPDATE", "DELETE", "TRUNCATE") if postgres else ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER {table}_no_{verb.lower()}" + (f" ON {table}" if postgres else ""))


def upgrade() -> None:
    """Makes every table, and the triggers that let history only grow."""
    op.create_table(
        "case_row",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("target", sa.String(length=80), nullable=False),
        sa.Column("policy", sa.String(length=64), nullable=False),
        sa.Column("ladder", sa.String(length=64), nullable=False),
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("nominator", sa.String(length=36), nullable=False),
        sa.Column("nominated_on", sa.String(length=10), nullable=False),
        sa.Column("session", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("decided_on", sa.String(length=10), nullable=True),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_row")),
        sa.UniqueConstraint("label", name=op.f("uq_case_row_label")),
    )
    op.create_index(op.f("ix_case_row_person"), "case_row", ["person"], unique=False)
    op.create_index(op.f("ix_case_row_session"), "case_row", ["session"], unique=False)
    op.create_index(op.f("ix_case_row_stage"), "case_row", ["stage"], unique=False)
    op.create_table(
        "command",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_command")),
    )
    op.create_table(
        "edition",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("effective", sa.String(length=10), nullable=False),
        sa.Column("ladder", sa.String(length=64), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_edition")),
    )
    op.create_index(op.f("ix_edition_name"), "edition", ["name"], unique=False)
    op.create_table(
        "fact",
        sa.Column("import_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("person", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("start", sa.String(length=10), nullable=False),
        sa.Column("end", sa.String(length=10), nullable=True),
        sa.Column("value", sa.String(length=200), nullable=True),
        sa.Column("unit", sa.String(length=24), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("import_seq", "row", "field", name=op.f("pk_fact")),
    )
    op.create_index("ix_fact_kind_person", "fact", ["kind", "person"], unique=False)
    op.create_index("ix_fact_person_kind", "fact", ["person", "kind"], unique=False)
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("log", sa.String(length=120), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
    )
    op.create_table(
        "intake",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("mapping_digest", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_intake")),
    )
    op.create_index(op.f("ix_intake_file_digest"), "intake", ["file_digest"], unique=False)
    op.create_table(
        "log",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stream", sa.String(length=120), nullable=False),
        sa.Column("stream_version", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("nodes", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_log_seq_from_zero")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_log")),
        sa.UniqueConstraint("stream", "stream_version", name=op.f("uq_log_stream_stream_version")),
    )
    op.create_index(op.f("ix_log_type"), "log", ["type"], unique=False)
    op.create_table(
        "payload",
        sa.Column("event", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=True),
        sa.Column("under", sa.String(length=160), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event", "field", name=op.f("pk_payload")),
    )
    op.create_index("ix_payload_under", "payload", ["under"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("natural", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("hr_id", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("hr_id", name=op.f("uq_person_hr_id")),
        sa.UniqueConstraint("label", name=op.f("uq_person_label")),
    )
    op.create_index(op.f("ix_person_natural"), "person", ["natural"], unique=False)
    op.create_table(
        "session_row",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("chair", sa.String(length=36), nullable=False),
        sa.Column("held_on", sa.String(length=10), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_row")),
        sa.UniqueConstraint("label", name=op.f("uq_session_row_label")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION insert_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME; END $$"
        )
    for table in INSERT_ONLY:
        guard(table)


def downgrade() -> None:
    """Takes every table away."""
    for table in INSERT_ONLY:
        unguard(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION insert_only()")
    op.drop_table("session_row")
    op.drop_index(op.f("ix_person_natural"), table_name="person")
    op.drop_table("person")
    op.drop_index("ix_payload_under", table_name="payload")
    op.drop_table("payload")
    op.drop_index(op.f("ix_log_type"), table_name="log")
    op.drop_table("log")
    op.drop_index(op.f("ix_intake_file_digest"), table_name="intake")
    op.drop_table("intake")
    op.drop_table("head")
    op.drop_index("ix_fact_person_kind", table_name="fact")
    op.drop_index("ix_fact_kind_person", table_name="fact")
    op.drop_table("fact")
    op.drop_index(op.f("ix_edition_name"), table_name="edition")
    op.drop_table("edition")
    op.drop_table("command")
    op.drop_index(op.f("ix_case_row_stage"), table_name="case_row")
    op.drop_index(op.f("ix_case_row_session"), table_name="case_row")
    op.drop_index(op.f("ix_case_row_person"), table_name="case_row")
    op.drop_table("case_row")
