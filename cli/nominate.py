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
@click.option(
    "--round", "in_round", metavar="ROUND", help="The round, where several take the move, or a late one."
)
@desk(acts=True, reads=True)
def nominate(
    held: Desk,
    person: str,
    target: str,
    because: str,
    policy: str | None,
    workflow: str | None,
    in_round: str | None,
) -> None:
    """Nominates a person for a level, and pins the policy edition and the readiness of today to the case.

    Where rounds are planned for the move, the case is bound to the one that takes nominations today.

    Example: rung nominate "Noor Haddad" --to senior-ae --because "Runs our hardest deals" --as E-1007
    """
    from engine.case.command import Nominate
    from engine.people.directory import find_person

    actor = held.actor()
    with held.engine.read() as tx:
        found = find_person(tx, person)
    command = Nominate(
        person=found.id, to=target, because=because, policy=policy, workflow=workflow, round=in_round
    )
    outcome = held.engine.act(command, actor)
    event = outcome.events[0]
    if held.json:
        bound = next((one.data["label"] for one in outcome.events if one.type == "RoundBound"), None)
        show_json({"case": outcome.label, "person": found.label, "edition": event.edition, "seq": held.seq(event),
                   "round": bound})  # fmt: skip
        return
    click.echo(f"{outcome.label}: {found.name}, {event.data['from']} -> {event.data['to']}, is nominated.")
    for remark in outcome.remarks:
        click.echo(remark)
    click.echo(f"Next: rung case show {outcome.label}")
