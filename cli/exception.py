"""`rung exception`: permission to go on although a required criterion is not met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.acting import case_id
from cli.option import Desk, desk
from cli.output import show_json

if TYPE_CHECKING:
    from engine.case.command import ApproveException, RefuseException, RequestException


@click.group()
def exception() -> None:
    """Asks for an exception from a criterion, approves it step by step, or refuses it.

    Example: rung exception show C-0001
    """


def _done(held: Desk, command: RequestException | ApproveException | RefuseException) -> None:
    from engine.case.exception import standing
    from engine.case.query import load

    outcome = held.act(command)
    event = outcome.events[0]
    with held.engine.read() as tx:
        case = load(tx, command.case)
    asked = next(one for one in case.exceptions if one.id == str(event.data["exception"]))
    told = standing(asked, held.engine.sources.today())
    if held.json:
        show_json({"case": case.label, "exception": asked.id, "standing": told, "seq": held.seq(event)})
        return
    click.echo(f"{asked.id} on {case.label}, from {asked.criterion}: {told}.")


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

    _done(held, RequestException(case=case_id(held, case), criterion=criterion, because=because))


def _answering(name: str, command: str, help_: str) -> None:
    """Adds a command that answers an exception, by whoever's turn it is."""

    @exception.command(name, help=help_)
    @click.argument("case", metavar="CASE")
    @click.argument("asked", metavar="EXCEPTION")
    @click.option("--because", required=True, metavar="TEXT", help="Why.")
    @desk(acts=True, reads=True, looked=True)
    def answer(held: Desk, case: str, asked: str, because: str) -> None:
        from engine.case import command as commands

        made = getattr(commands, command)
        _done(held, made(case=case_id(held, case), exception=asked, because=because))


_answering(
    "approve",
    "ApproveException",
    """Gives the next approval of an exception; the last one grants it for as long as the workflow says.

    Example: rung exception approve C-0001 X1 --because "The figures bear it out" --as E-1002
    """,
)
_answering(
    "refuse",
    "RefuseException",
    """Refuses an exception, by whoever's turn it is to approve it.

    Example: rung exception refuse C-0001 X1 --because "Next round is soon enough" --as E-1002
    """,
)


@exception.command()
@click.argument("case", metavar="CASE")
@desk(reads=True)
def show(held: Desk, case: str) -> None:
    """Shows a case's exceptions: from what, asked by whom, approved by whom, whose turn it is.

    Example: rung exception show C-0001
    """
    from cli.course import course_lines
    from engine.case.execute import waiting
    from engine.case.query import load
    from engine.people.directory import people
    from engine.view.course import exception_json

    wanted = case_id(held, case)
    with held.engine.read() as tx:
        found, names = load(tx, wanted), {one.id: one.name for one in people(tx)}
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
