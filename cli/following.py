"""`rung case` around a decision: approvals before it; telling the candidate and committing after."""

from __future__ import annotations

import click

from cli.acting import on_case
from cli.case import case
from cli.option import Desk, desk
from terms.calendar import day


@case.command()
@click.argument("label", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@click.option("--withhold", is_flag=True, help="Say no; you can approve later.")
@desk(acts=True, reads=True, looked=True)
def approve(held: Desk, label: str, because: str, withhold: bool) -> None:
    """Approves a calibrated case, where its workflow asks for your approval; or withholds that.

    Example: rung case approve C-0001 --because "In the budget" --as E-1002
    """
    from engine.case.command import Approve

    said = "You do not approve {label}." if withhold else "You approve {label}."
    on_case(held, label, lambda case: Approve(case=case, because=because, given=not withhold), said)


@case.command()
@click.argument("label", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="What you need to know.")
@desk(acts=True, reads=True)
def ask(held: Desk, label: str, because: str) -> None:
    """Asks for information that a case needs; until it is answered the clock of its state stands.

    Example: rung case ask C-0002 --because "Which of the two accounts renewed?" --as E-1003
    """
    from engine.case.command import AskInformation

    said = "The clock of {label} stands until there is an answer."
    on_case(held, label, lambda case: AskInformation(case=case, question=because), said)


@case.command()
@click.argument("label", metavar="CASE")
@click.argument("question", metavar="QUESTION")
@click.option("--because", required=True, metavar="TEXT", help="The answer.")
@desk(acts=True, reads=True)
def answer(held: Desk, label: str, question: str, because: str) -> None:
    """Answers a question on a case, and its clock runs again; the file stays as it is.

    Example: rung case answer C-0002 Q1 --because "The larger one, in March" --as E-1007
    """
    from engine.case.command import GiveInformation

    said = "The clock of {label} runs again."
    on_case(held, label, lambda case: GiveInformation(case=case, question=question, answer=because), said)


@case.command()
@click.argument("label", metavar="CASE")
@click.option("--on", "told_on", metavar="DATE", help="When; today otherwise.")
@click.option("--because", required=True, metavar="TEXT", help="How: who spoke with them, what they got.")
@desk(acts=True, reads=True, looked=True)
def tell(held: Desk, label: str, told_on: str | None, because: str) -> None:
    """Notes that the candidate was told of the decision; the time for an appeal counts from that day.

    Example: rung case tell C-0001 --because "Talked it through, handed over the packet" --as E-1007
    """
    from engine.case.command import TellCandidate

    on = day(told_on) if told_on else held.engine.sources.today()
    said = "It is noted that the candidate of {label} was told."
    on_case(held, label, lambda case: TellCandidate(case=case, on=on, because=because), said)


@case.command()
@click.argument("label", metavar="CASE")
@desk(acts=True, reads=True)
def commit(held: Desk, label: str) -> None:
    """Commits you, the candidate, to stay in the new role for as long as the workflow asks.

    Example: rung case commit C-0001 --as E-1178
    """
    from engine.case.command import CommitToRole

    on_case(held, label, lambda case: CommitToRole(case=case), "Your commitment is noted on {label}.")
