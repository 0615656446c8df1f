"""`rung decide`: a person decides, and says why."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json
from terms.calendar import day
from terms.error import BadInput


@click.command()
@click.argument("case", metavar="CASE")
@click.argument("outcome", type=click.Choice(["promoted", "declined", "deferred"]))
@click.option("--because", required=True, metavar="TEXT", help="The reason, for the candidate to read.")
@click.option("--cite", multiple=True, metavar="ID", help="An exhibit or fact of the file; repeat.")
@click.option("--reason", "reasons", multiple=True, metavar="CRITERION=TEXT", help="Per criterion; repeat.")
@click.option(
    "--effective", metavar="DATE", help="When a promotion takes effect; else as its round says, or today."
)
@click.option("--next-date", metavar="DATE", help="When a deferred case is looked at again.")
@desk(acts=True, reads=True, looked=True)
def decide(
    held: Desk,
    case: str,
    outcome: str,
    because: str,
    cite: tuple[str, ...],
    reasons: tuple[str, ...],
    effective: str | None,
    next_date: str | None,
) -> None:
    """Decides a case after calibration, with reasons and citations from the file.

    Example: rung decide C-0001 promoted --because "Ready by every criterion" --cite E1 --as E-1001
    """
    from engine.case.command import Decide
    from engine.case.query import find_case, load

    given: dict[str, str] = {}
    for one in reasons:
        name, sign, text = one.partition("=")
        if not sign or not text.strip():
            raise BadInput(f"{one!r} is no reason; write CRITERION=TEXT.")
        given[name] = text
    actor = held.actor()
    with held.engine.read() as tx:
        case_id = find_case(tx, case)
        today = None if load(tx, case_id).round else held.engine.sources.today()
    command = Decide(
        case=case_id,
        outcome=outcome,
        because=because,
        cite=cite,
        reasons=given,
        effective=day(effective) if effective else today if outcome == "promoted" else None,
        next_date=day(next_date) if next_date else None,
    )
    result = held.engine.act(command, actor, seen=held.seen)
    for remark in result.remarks:
        click.echo(remark, err=True)
    if held.json:
        show_json({"case": result.label, "decision": outcome, "seq": held.seq(result.events[0])})
        return
    signed = "" if result.remarks else f" A signed checkpoint is in {held.engine.root / 'checkpoints'}."
    click.echo(f"{result.label} is {outcome}.{signed}")
    click.echo(f"Next: rung export {result.label} --as committee --format html{held.pasted('--actor')}")
