"""`rung delegate`: somebody acts for somebody, for a time."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day


@click.group()
def delegate() -> None:
    """Lets somebody act for you, for a time; they act with --for, and both names are on record.

    Example: rung delegate list
    """


@delegate.command()
@click.argument("person", metavar="PERSON")
@click.option("--from", "since", metavar="DATE", help="The first day; today otherwise.")
@click.option("--until", required=True, metavar="DATE", help="The last day.")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def give(held: Desk, person: str, since: str | None, until: str, because: str) -> None:
    """Lets somebody act for you in a window; what waits for you then stands in their queue too.

    Example: rung delegate give E-1003 --until 2026-11-06 --because "On leave" --as E-1001
    """
    from engine.people.directory import find_person

    actor = held.actor()
    with held.engine.read() as tx:
        found = find_person(tx, person)
    start = day(since) if since else held.engine.sources.today()
    event = held.engine.delegate(actor, found.id, start, day(until), because)
    if held.json:
        show_json({"to": found.label, "since": start.isoformat(), "until": until, "seq": held.seq(event)})
        return
    click.echo(f"{found.name} acts for you from {start} to {until}.")


@delegate.command()
@click.argument("person", metavar="PERSON")
@desk(acts=True, reads=True)
def end(held: Desk, person: str) -> None:
    """Ends what you delegated to somebody.

    Example: rung delegate end E-1003 --as E-1001
    """
    from engine.people.directory import find_person

    actor = held.actor()
    with held.engine.read() as tx:
        found = find_person(tx, person)
    events = held.engine.end_delegation(actor, found.id)
    if held.json:
        show_json({"to": found.label, "ended": len(events)})
        return
    click.echo(f"{found.name} no longer acts for you.")


@delegate.command("list")
@desk(reads=True)
def list_delegations(held: Desk) -> None:
    """Lists who acts for whom, and when.

    Example: rung delegate list
    """
    from engine.people.delegation import delegations
    from engine.people.directory import person

    today = held.engine.sources.today()
    with held.engine.read() as tx:
        rows = [
            (person(tx, one.giver), person(tx, one.taker), one.since, one.until, one.holds(today))
            for one in delegations(tx)
        ]
    if held.json:
        show_json(
            [
                {"from": giver.label, "to": taker.label, "since": since, "until": until, "in_force": now}
                for giver, taker, since, until, now in rows
            ]
        )
        return
    if not rows:
        click.echo("Nothing is delegated.")
        return
    cells = [
        (giver.name, taker.name, since, until, "in force" if now else "")
        for giver, taker, since, until, now in rows
    ]
    show_table("", ("for", "acts", "from", "to", ""), cells)
