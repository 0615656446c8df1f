"""`rung person`: lists people, and joins two accounts of one human."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table


@click.group()
def person() -> None:
    """Lists people, and joins two accounts of one human.

    Example: rung person list
    """


@person.command("list")
@desk(reads=True)
def list_people(held: Desk) -> None:
    """Lists the directory: who there is, and whose second account an entry is.

    Example: rung person list
    """
    from engine.people.directory import people

    with held.engine.read() as tx:
        found = people(tx)
    labels = {one.id: one.label for one in found}
    rows = [
        (one.label, one.hr_id, one.name, labels[one.natural] if one.natural != one.id else "")
        for one in found
    ]
    if held.json:
        names = ("person", "hr_id", "name", "same_as")
        show_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    show_table("", ("person", "HR id", "name", "same human as"), rows)


@person.command()
@click.argument("first", metavar="PERSON")
@click.argument("second", metavar="PERSON")
@click.option("--because", required=True, metavar="TEXT", help="How you know.")
@desk(acts=True, reads=True)
def join(held: Desk, first: str, second: str, because: str) -> None:
    """Says that two entries of the directory are one human; every law then counts them as one.

    Example: rung person join E-1004 E-1005 --because "Same passport, second contract" --as E-1002
    """
    from engine.people.directory import find_person

    actor = held.actor()
    with held.engine.read() as tx:
        one, other = find_person(tx, first), find_person(tx, second)
    event = held.engine.join_accounts(one.id, other.id, because, actor)
    if held.json:
        show_json({"event": event.type, "seq": held.seq(event)})
        return
    click.echo(f"{one.name} ({one.label}) and {other.name} ({other.label}) count as one human.")
