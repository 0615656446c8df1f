"""`rung hold` and `rung retention`: what must not be erased, and for how long it is kept."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.error import BadInput


@click.group()
def hold() -> None:
    """Keeps a person's or a case's file from being erased while a dispute lasts.

    Example: rung hold list
    """


@hold.command()
@click.argument("person", required=False, metavar="[PERSON]")
@click.option("--case", "case", metavar="CASE", help="A case's file instead of a person's.")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True)
def place(held: Desk, person: str | None, case: str | None, because: str) -> None:
    """Places a legal hold: nothing that it reaches can be erased until it is lifted.

    Example: rung hold place E-1178 --because "A claim is announced" --as ruth
    """
    from engine.case.query import find_case
    from engine.custody.command import PlaceHold
    from engine.people.directory import find_person

    if (person is None) is (case is None):
        raise BadInput("Name a person, or a case with --case; one of the two.")
    actor = held.actor()
    with held.engine.read() as tx:
        command = PlaceHold(
            because=because,
            person=find_person(tx, person).id if person else None,
            case=find_case(tx, case) if case else None,
        )
    event = held.engine.act(command, actor).events[0]
    click.echo(f"Held by event {event.seq}; lift it with: rung hold lift {event.seq}")


@hold.command()
@click.argument("number", metavar="HOLD", type=int)
@click.option("--because", required=True, metavar="TEXT", help="Why it may end.")
@desk(acts=True)
def lift(held: Desk, number: int, because: str) -> None:
    """Ends a hold; whoever it is about cannot.

    Example: rung hold lift 61 --because "The claim was settled" --as ruth
    """
    from engine.custody.command import LiftHold

    event = held.engine.act(LiftHold(hold=number, because=because), held.actor()).events[0]
    click.echo(f"Hold {number} is lifted by event {event.seq}.")


@hold.command("list")
@desk(reads=True)
def list_holds(held: Desk) -> None:
    """Lists every hold, and which event lifted it.

    Example: rung hold list
    """
    from engine.case.query import load
    from engine.custody.hold import holds
    from engine.people.directory import label_of

    with held.engine.read() as tx:
        found = [
            {
                "hold": one.seq,
                "of": label_of(tx, one.person) or (load(tx, one.case).label if one.case else ""),
                "since": one.at[:10],
                "by": label_of(tx, one.by) or one.by,
                "lifted": one.lifted,
            }
            for one in holds(tx)
        ]
    if held.json:
        show_json([dict(one) for one in found])
        return
    columns = ("hold", "of", "since", "by", "lifted")
    show_table("", columns, [[str(one[name] or "") for name in columns] for one in found])


@click.group()
def retention() -> None:
    """Says how long files are kept, and whose time is over.

    Example: rung retention list
    """


@retention.command("set")
@click.argument("months", type=int, metavar="MONTHS")
@click.option("--because", required=True, metavar="TEXT", help="Which rule asks for it.")
@desk(acts=True)
def set_months(held: Desk, months: int, because: str) -> None:
    """Says for how many months files are kept, from the later of their last record and their last action.

    The action is the day of the decision, or the day on which it takes effect. Until then a person or a case
    cannot be erased; a single text that should never have been written can.

    Example: rung retention set 24 --because "Company rule HR-7" --as ruth
    """
    from engine.custody.command import SetRetention

    held.engine.act(SetRetention(months=months, because=because), held.actor())
    click.echo(f"Files are kept for {months} months from the later of record and action.")


@retention.command("list")
@click.option("--due", "only_due", is_flag=True, help="Only those whose time is over.")
@desk(reads=True)
def list_files(held: Desk, only_due: bool) -> None:
    """Lists closed cases with the day until which they are kept; erase those due with `rung erasure request`.

    Example: rung retention list --due
    """
    from engine.custody.retention import due, files, months

    with held.engine.read() as tx:
        period = months(tx)
        found = [
            {
                "case": one.case.label,
                "recorded": one.recorded.isoformat(),
                "action": one.action.isoformat() if one.action else None,
                "kept_until": one.until.isoformat(),
            }
            for one in (due(tx) if only_due else files(tx))
        ]
    if held.json:
        show_json({"months": period, "files": [dict(one) for one in found]})
        return
    if period is None:
        click.echo("No retention period is set; set one with `rung retention set MONTHS`.")
        return
    columns = ("case", "recorded", "action", "kept_until")
    show_table(
        f"kept {period} months", columns, [[str(one[name] or "") for name in columns] for one in found]
    )
