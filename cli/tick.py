"""`rung tick`: what the day asks for."""

from __future__ import annotations

import click

from cli.letter import counted, said
from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.canonical import Json

SAID = {
    "DeadlineReminded": "reminded",
    "DeadlineEscalated": "escalated",
    "ExceptionEnded": "exception ended",
    "DutyReminded": "reminded",
    "DutyEscalated": "escalated",
    "DutyEnded": "ended",
    "AppealLapsed": "appeal over",
    "PromotionTookEffect": "took effect",
}


@click.command()
@desk(reads=True)
def tick(held: Desk) -> None:
    """Reminds, escalates, gives back leases, brings editions into effect, sends letters; decides nothing.

    The first one of a day signs a checkpoint of the record too.

    Run it every hour, from as many machines as you like: what one did, the next finds done.

    Example: rung tick
    """
    from engine.people.directory import person

    done = held.engine.tick()
    mail = held.engine.deliver()
    with held.engine.read() as tx:
        told = [(one, [person(tx, to) for to in one.to]) for one in done.notices]
    if held.json:
        notices: list[Json] = [
            {
                "case": one.label,
                "event": one.type,
                "what": one.kind,
                "state": one.state,
                "due": one.due,
                "to": [who.label for who in people],
                "seq": one.seq,
            }
            for one, people in told
        ]
        letters = {} if held.engine.post is None else {"letters": counted(mail)}
        counts: dict[str, Json] = {
            "leases": done.leases,
            "editions": done.editions,
            "chains": done.chains,
        }
        show_json({"notices": notices, **counts, **letters})
        return
    if told:
        cells = [
            (one.label, SAID[one.type], one.kind, one.state, one.due, ", ".join(who.name for who in people))
            for one, people in told
        ]
        show_table("", ("case", "done", "what", "state", "due", "to"), cells)
    if done.leases:
        click.echo(f"{done.leases} leases ran out.")
    if done.editions:
        click.echo(f"{done.editions} events brought cases under their edition.")
    if done.chains:
        click.echo(f"{done.chains} approvals wait for somebody who is not there; hr has them in its queue.")
    if said(mail):
        click.echo(said(mail))
    if not (told or done.leases or done.editions or done.chains or said(mail)):
        click.echo("Nothing is due.")
