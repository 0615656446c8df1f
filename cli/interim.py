"""`rung interim`: interim roles, from offer to promotion or return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day

if TYPE_CHECKING:
    from engine.growth.interim.command import InterimCommand


@click.group()
def interim() -> None:
    """Lets somebody work on a level for a while, as the ladder bounds it; promoted or returned after.

    Example: rung interim list --as E-1002
    """


def done(held: Desk, command: InterimCommand, said: str) -> None:
    """Carries a command out and says so."""
    outcome = held.engine.act(command, held.actor())
    if held.json:
        show_json({"interim": outcome.label, "seq": held.seq(outcome.events[0])})
        return
    click.echo(said.replace("{label}", str(outcome.label)))


def find(held: Desk, label: str) -> str:
    """Returns the id of an interim role by its label."""
    from engine.growth.interim.query import find_interim

    with held.engine.read() as tx:
        return find_interim(tx, label)


@interim.command()
@click.argument("person", metavar="PERSON")
@click.option("--to", "level", required=True, metavar="LEVEL", help="The level to work on.")
@click.option("--start", metavar="DATE", help="The first day; today otherwise.")
@click.option("--until", required=True, metavar="DATE", help="The day after the last one.")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def offer(held: Desk, person: str, level: str, start: str | None, until: str, because: str) -> None:
    """Offers somebody an interim role, which they accept themselves.

    Example: rung interim offer "Noor Haddad" --to sales-manager --until 2027-01-31 --because "Cover" --as E-1007
    """
    from engine.growth.interim.command import OfferInterim
    from engine.people.directory import find_person

    with held.engine.read() as tx:
        found = find_person(tx, person)
    begins = day(start) if start else held.engine.sources.today()
    command = OfferInterim(person=found.natural, level=level, start=begins, until=day(until), because=because)
    told = f"{{label}}: {found.name} is offered {level} for {begins} to {until}.\n"
    done(held, command, told + "Next, by them: rung interim accept {label}")


@interim.command()
@click.argument("label", metavar="INTERIM")
@desk(acts=True, reads=True)
def accept(held: Desk, label: str) -> None:
    """Accepts your own interim role; your level, and its clock, stay as they are meanwhile.

    Example: rung interim accept I-0001 --as E-1009
    """
    from engine.growth.interim.command import AnswerInterim

    done(
        held,
        AnswerInterim(interim=find(held, label), accept=True),
        "{label} is accepted; your level and its clock stay as they are meanwhile.",
    )


@interim.command()
@click.argument("label", metavar="INTERIM")
@desk(acts=True, reads=True)
def decline(held: Desk, label: str) -> None:
    """Declines your own interim role.

    Example: rung interim decline I-0001 --as E-1009
    """
    from engine.growth.interim.command import AnswerInterim

    done(held, AnswerInterim(interim=find(held, label), accept=False), "{label} is declined.")


@interim.command()
@click.argument("label", metavar="INTERIM")
@click.argument("outcome", metavar="promoted|returned")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def end(held: Desk, label: str, outcome: str, because: str) -> None:
    """Ends an interim role: in a promotion that a case decided, or in return without prejudice.

    Example: rung interim end I-0001 returned --because "The manager is back" --as E-1007
    """
    from engine.growth.interim.command import EndInterim

    command = EndInterim(interim=find(held, label), outcome=outcome, because=because)
    done(held, command, f"{{label}} has ended: {outcome}.")


@interim.command("list")
@click.option("--overdue", is_flag=True, help="Only those whose time is over and which nobody has ended.")
@desk(acts=True, reads=True)
def list_interims(held: Desk, overdue: bool) -> None:
    """Lists the interim roles that you may see.

    Example: rung interim list --as E-1002
    """
    from engine.growth.interim.query import interims
    from engine.growth.standing import seen_by
    from engine.people.directory import natural, people
    from engine.people.directory import person as by_id

    actor = held.actor()
    with held.engine.read() as tx:
        today = held.engine.sources.today().isoformat()
        sees = seen_by(tx, actor)
        called = {one.id: by_id(tx, one.natural) for one in people(tx)}
        listed = [one for one in interims(tx) if sees is None or natural(tx, one.person) in sees]
    rows = []
    for one in listed:
        over = one.state in ("offered", "accepted") and one.until <= today
        if over or not overdue:
            state = f"{one.state}, overdue" if over else one.state
            rows.append(
                (one.label, one.person, one.source, one.level, one.start, one.until, state, one.case or "")
            )
    if held.json:
        names = ("interim", "person", "from", "level", "start", "until", "state", "case")
        show_json([dict(zip(names, (row[0], called[row[1]].label, *row[2:]), strict=True)) for row in rows])
        return
    heads = ("interim", "person", "from", "level", "start", "until", "state", "case")
    show_table("", heads, [(row[0], called[row[1]].name, *row[2:]) for row in rows])
