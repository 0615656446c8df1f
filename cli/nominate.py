"""`rung nominate`: opens a case."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json


@click.command()
@click.argument("person")
@click.option("--to", "target", required=True, metavar="LEVEL", help="The level to move to.")
@click.option("--because", required=True, metavar="TEXT", help="Why; it goes into the file.")
@click.option("--policy", metavar="NAME", help="The policy, where several have the move.")
@click.option("--workflow", metavar="NAME", help="The workflow, where several are published.")
@desk(acts=True, reads=True)
def nominate(
    held: Desk, person: str, target: str, because: str, policy: str | None, workflow: str | None
) -> None:
    """Nominates a person for a level, and pins the policy edition and the readiness of today to the case.

    Example: rung nominate "Noor Haddad" --to senior-ae --because "Runs our hardest deals" --as E-1007
    """
    from engine.case.command import Nominate
    from engine.people.directory import find_person

    actor = held.actor()
    with held.engine.read() as tx:
        found = find_person(tx, person)
    command = Nominate(person=found.id, to=target, because=because, policy=policy, workflow=workflow)
    outcome = held.engine.act(command, actor)
    event = outcome.events[0]
    if held.json:
        show_json({"case": outcome.label, "person": found.label, "edition": event.edition, "seq": event.seq})
        return
    click.echo(f"{outcome.label}: {found.name}, {event.data['from']} -> {event.data['to']}, is nominated.")
    for remark in outcome.remarks:
        click.echo(remark)
    click.echo(f"Next: rung case show {outcome.label}")
