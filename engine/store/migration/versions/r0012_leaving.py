"""What there was to do on a case in a session goes when the case leaves it: a trigger, so that no statement is sent."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LEFT = "OLD.session IS NOT NULL AND NEW.session IS NULL"
GONE = """DELETE FROM task WHERE "case" = NEW.id AND kind IN ('score', 'vote', 'reveal', 'conclude')"""


def upgrade() -> None:
    """Makes the trigger; earlier versions take the same tasks away themselves, and find none then."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION session_left() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {LEFT} THEN {GONE}; END IF; RETURN NULL; END $$"
        )
        op.execute(  # names no column: the columns that a trigger names cannot be given their collation any more
            "CREATE TRIGGER case_row_session_left AFTER UPDATE ON case_row "
            "FOR EACH ROW EXECUTE FUNCTION session_left()"
        )
        return
    op.execute(
        "CREATE TRIGGER case_row_session_left AFTER UPDATE OF session ON case_row "
        f"WHEN {LEFT} BEGIN {GONE}; END"
    )


def downgrade() -> None:
    """Takes the trigger away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER case_row_session_left ON case_row")
        op.execute("DROP FUNCTION session_left()")
    else:
        op.execute("DROP TRIGGER case_row_session_left")
