"""Makes a workspace and says how it stands: `rung init`, `rung status`."""

from __future__ import annotations

from pathlib import Path

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--name", help="The organisation's name; the folder's name otherwise.")
@click.option(
    "--pack",
    help="A shipped pack to publish at once: customer-success, director-path, graded, manager-profile, sales, "
    "sales-development, six-levels.",
)
@click.option("--zone", default="UTC", show_default=True, help="The IANA zone that dates are in, for good.")
@click.option("--solo", is_flag=True, help="One person may publish policies alone.")
@click.option(
    "--database",
    metavar="URL",
    help="A PostgreSQL database instead of a file: postgresql+psycopg://USER@HOST/NAME.",
)
@click.option(
    "--trust-asserted", is_flag=True, help="Take names on trust also where the database is shared: no tokens."
)
def init(
    folder: Path,
    name: str | None,
    pack: str | None,
    zone: str,
    solo: bool,
    database: str | None,
    trust_asserted: bool,
) -> None:
    """Makes a workspace: rung.toml, database, keys, and the first entry of the record.

    Example: rung init review-2026 --pack sales --zone Europe/Berlin --solo
    """
    from engine.founding import found, workflows_of

    engine = found(
        folder,
        name=name or folder.resolve().name,
        pack=pack,
        zone=zone,
        solo=solo,
        database=database,
        trust_asserted=trust_asserted,
    )
    engine.close()
    click.echo(f"A workspace stands in {folder}.")
    if pack:
        click.echo(f"Published from the pack {pack}: a ladder, a policy and {workflows_of(pack)}.")
    click.echo(
        f"Keep {folder / 'keys' / 'record.pub'} somewhere else too: it proves the record to outsiders."
    )
    click.echo(f"Next: rung import people people.csv --workspace {folder}")


@click.command()
@desk(reads=True, sees=True)
def status(held: Desk) -> None:
    """Shows what a workspace holds: editions, people, cases by state, the record's size.

    While a ballot is under seal, whoever does not sit in it sees the size and root that the record had before.

    Example: rung status
    """
    from engine.case.query import cases
    from engine.edition.library import editions
    from engine.people.directory import people
    from engine.view.record import record_json

    reader = held.reader()
    with held.engine.read() as tx:
        listed, record = cases(tx), record_json(tx, reader)
        staff, published = people(tx), editions(tx)
    states: dict[str, int] = {}
    for one in listed:
        states[one.state] = states.get(one.state, 0) + 1
    if held.json:
        show_json(
            {
                "workspace": held.engine.config.name,
                "people": len(staff),
                "cases": states,
                "editions": [
                    {
                        "kind": one.kind,
                        "name": one.name,
                        "label": one.label,
                        "digest": one.digest,
                        "state": one.state,
                    }
                    for one in published
                ],
                "record": record,
            }
        )
        return
    size, root = record["size"], str(record["root"])
    click.echo(
        f"{held.engine.config.name}: {len(staff)} people, record of {size} events, root {root[:16]}..."
    )
    show_table(
        "Editions",
        ("kind", "name", "edition", "effective", "state", "digest"),
        [(o.kind, o.name, o.label, o.effective, o.state, o.digest[:12]) for o in published],
    )
    show_table("Cases", ("state", "cases"), [(state, str(count)) for state, count in sorted(states.items())])
