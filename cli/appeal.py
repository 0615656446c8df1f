"""`rung appeal`: a decision is looked at again, by others."""

from __future__ import annotations

import click

from cli.acting import case_id
from cli.option import Desk, desk
from cli.output import show_json, show_table


@click.group()
def appeal() -> None:
    """Appeals a decision, and shows which appeals there were.

    Example: rung appeal show C-0001
    """


@appeal.command("raise")
@click.argument("case", metavar="CASE")
@click.option("--ground", required=True, metavar="TEXT", help="One of the grounds that the workflow names.")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def raise_appeal(held: Desk, case: str, ground: str, because: str) -> None:
    """Appeals a decision in time and on a ground; a panel without anybody of the first one judges again.

    Example: rung appeal raise C-0002 --ground process --because "One judge was my manager" --as E-1108
    """
    from engine.case.command import RaiseAppeal
    from engine.case.query import load

    command = RaiseAppeal(case=case_id(held, case), ground=ground, because=because)
    outcome = held.act(command)
    with held.engine.read() as tx:
        after = load(tx, command.case)
    if held.json:
        show_json({"case": after.label, "state": after.state, "seq": held.seq(outcome.events[0])})
        return
    click.echo(
        f"{after.label} is in {after.state} again; the decision stays on record until another is made."
    )


@appeal.command()
@click.argument("case", metavar="CASE")
@desk(reads=True)
def show(held: Desk, case: str) -> None:
    """Shows a case's decisions and appeals in their order; the last decision stands.

    Example: rung appeal show C-0002
    """
    from engine.case.query import load
    from engine.people.directory import people

    wanted = case_id(held, case)
    with held.engine.read() as tx:
        found, names = load(tx, wanted), {one.id: one.name for one in people(tx)}
    rows = [
        (
            one.seq,
            f"decision {number}",
            one.on,
            names.get(one.by, one.by),
            one.outcome,
            "stands" if one is found.decisions[-1] else "superseded",
        )
        for number, one in enumerate(found.decisions, 1)
    ]
    rows += [
        (one.seq, f"appeal {number}", one.on, names.get(one.by, one.by), one.ground, str(one.because))
        for number, one in enumerate(found.appeals, 1)
    ]
    rows.sort()
    columns = ("seq", "what", "on", "by", "outcome or ground", "")
    if held.json:
        names_of = ("seq", "what", "on", "by", "says", "standing")
        show_json([dict(zip(names_of, row, strict=True)) for row in rows])
        return
    show_table("", columns, [(str(row[0]), *row[1:]) for row in rows])
