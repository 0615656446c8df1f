"""`rung exception`: permission to go on although a required criterion is not met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json

if TYPE_CHECKING:
    from engine.case.command import ApproveException, RefuseException, RequestException


@click.group()
def exception() -> None:
    """Asks for an exception from a criterion, approves it step by step, or refuses it.

    Example: rung exception show C-0001
    """


def _done(held: Desk, command: RequestException | ApproveException | RefuseException, name: str = "") -> None:
    from engine.case.exception import standing
    from engine.case.query import load

    outcome = held.engine.act(command, held.actor())
    event = outcome.events[0]
    with held.engine.read() as tx:
        case = load(tx, command.case)
    asked = next(one for one in case.exceptions if one.id == str(event.data["exception"]))
    told = standing(asked, held.engine.sources.today())
    if held.json:
        show_json({"case": case.label, "exception": asked.id, "standing": told, "seq": event.seq})
        return
    click.echo(f"{asked.id} on {case.label}, from {asked.criterion}: {told}.")


def _case(held: Desk, label: str) -> str:
    from engine.case.query import find_case

    with held.engine.read() as tx:
        return find_case(tx, label)


@exception.command()
@click.argument("case", metavar="CASE")
@click.argument("criterion", metavar="CRITERION")
@click.option("--because", required=True, metavar="TEXT", help="Why the case should go on without it.")
@desk(acts=True, reads=True)
def request(held: Desk, case: str, criterion: str, because: str) -> None:
    """Asks for an exception from one criterion that is not met or undetermined; the finding stays as it is.

    Example: rung exception request C-0001 quota --because "Territory was split in May" --as E-1007
    """
    from engine.case.command import RequestException

    _done(held, RequestException(case=_case(held, case), criterion=criterion, because=because))


@exception.command()
@click.argument("case", metavar="CASE")
@click.argument("name", metavar="EXCEPTION")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def approve(held: Desk, case: str, name: str, because: str) -> None:
    """Gives the next approval of an exception; the last one grants it for as long as the workflow says.

    Example: rung exception approve C-0001 X1 --because "The figures bear it out" --as E-1002
    """
    from engine.case.command import ApproveException

    _done(held, ApproveException(case=_case(held, case), exception=name, because=because))


@exception.command()
@click.argument("case", metavar="CASE")
@click.argument("name", metavar="EXCEPTION")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def refuse(held: Desk, case: str, name: str, because: str) -> None:
    """Refuses an exception, by whoever's turn it is to approve it.

    Example: rung exception refuse C-0001 X1 --because "Next round is soon enough" --as E-1002
    """
    from engine.case.command import RefuseException

    _done(held, RefuseException(case=_case(held, case), exception=name, because=because))


@exception.command()
@click.argument("case", metavar="CASE")
@desk(reads=True)
def show(held: Desk, case: str) -> None:
    """Shows a case's exceptions: from what, asked by whom, approved by whom, whose turn it is.

    Example: rung exception show C-0001
    """
    from cli.course import course_lines, exception_json
    from engine.case.execute import waiting
    from engine.case.query import load
    from engine.people.directory import people

    with held.engine.read() as tx:
        found, names = load(tx, _case(held, case)), {one.id: one.name for one in people(tx)}
        stuck = {one.chain: one.told for one in waiting(tx, found)}
    today = held.engine.sources.today()
    if held.json:
        show_json(
            [{**exception_json(one, names, today), "blocked": stuck.get(one.id)} for one in found.exceptions]
        )
        return
    for line in course_lines(found, names, today):
        if line.startswith(("Exception", "  ")):
            click.echo(line)
    for one in found.exceptions:
        if one.id in stuck:
            click.echo(f"Blocked: {stuck[one.id]}")
    if not found.exceptions:
        click.echo(f"{found.label} has no exception.")
