"""`rung database`: the schema brought up to date, and the rights that a role needs and no more."""

from __future__ import annotations

import click

from cli.option import Desk, desk


@click.group()
def database() -> None:
    """Brings the schema up to date, and says which rights a role needs.

    Example: rung database upgrade
    """


@database.command()
@desk()
def upgrade(held: Desk) -> None:
    """Brings the schema to the revision that this version of Rung knows.

    Make a backup first. Versions of Rung that still fit the new schema can go on working meanwhile.

    Example: rung database upgrade
    """
    from engine.bootstrap import schema_of

    store = schema_of(held.place)
    try:
        before = store.revision()
        store.create()
        after = store.revision()
    finally:
        store.close()
    told = f"{store.name} has the schema {after}"
    click.echo(f"{told} already." if before == after else f"{told} now; it had {before}.")


@database.command()
@click.argument("role")
@click.option("--schema", default="public", show_default=True, help="The organisation's schema.")
@desk()
def grant(held: Desk, role: str, schema: str) -> None:
    """Prints the SQL that lets a PostgreSQL role run commands, and neither rewrite nor drop anything.

    Whoever owns the schema runs it; commands then connect as the role.

    Example: rung database grant rung_app --schema acme
    """
    from engine.store.database import tables
    from engine.store.postgresql import grants

    with held.engine.read() as tx:
        click.echo(grants(schema, role, tables(tx)), nl=False)
