"""Custody: tombstones of erased facts, which versions still fit the schema, and a count of what is looked up."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GONE = 'SELECT 1 FROM tombstone t WHERE t.import_seq = OLD.import_seq AND t."row" = OLD."row" AND t.field = OLD.field'


def upgrade() -> None:
    """Makes the tables; a fact can be deleted from now on where its tombstone stands, and nowhere else."""
    op.create_table(
        "schema",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("oldest", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_schema_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schema")),
    )
    op.execute("INSERT INTO schema (id, oldest) VALUES (1, '0003')")
    op.create_table(
        "tombstone",
        sa.Column("import_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("import_seq", "row", "field", name=op.f("pk_tombstone")),
    )
    op.add_column("head", sa.Column("generation", sa.Integer(), server_default="0", nullable=False))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION erased_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF EXISTS ({GONE}) THEN RETURN OLD; END IF; "
            "RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME; END $$"
        )
        op.execute("DROP TRIGGER fact_no_delete ON fact")
        op.execute(
            "CREATE TRIGGER fact_no_delete BEFORE DELETE ON fact FOR EACH ROW EXECUTE FUNCTION erased_only()"
        )
        for verb, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER tombstone_no_{verb.lower()} BEFORE {verb} ON tombstone "
                f"FOR EACH {each} EXECUTE FUNCTION insert_only()"
            )
        return
    op.execute("DROP TRIGGER fact_no_delete")
    op.execute(
        f"CREATE TRIGGER fact_no_delete BEFORE DELETE ON fact WHEN NOT EXISTS ({GONE}) "
        "BEGIN SELECT RAISE(ABORT, 'fact is insert-only'); END"
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER tombstone_no_{verb.lower()} BEFORE {verb} ON tombstone "
            "BEGIN SELECT RAISE(ABORT, 'tombstone is insert-only'); END"
        )


def downgrade() -> None:
    """Takes them away; what was erased stays erased, and verification then calls it missing."""
    postgres = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TRIGGER fact_no_delete" + (" ON fact" if postgres else ""))
    if postgres:
        op.execute("DROP FUNCTION erased_only()")
        op.execute(
            "CREATE TRIGGER fact_no_delete BEFORE DELETE ON fact FOR EACH ROW EXECUTE FUNCTION insert_only()"
        )
    else:
        op.execute(
            "CREATE TRIGGER fact_no_delete BEFORE DELETE ON fact "
            "BEGIN SELECT RAISE(ABORT, 'fact is insert-only'); END"
        )
    op.drop_column("head", "generation")
    op.drop_table("tombstone")
    op.drop_table("schema")
