"""`rung evidence`: what stands in a case's file."""

from __future__ import annotations

from pathlib import Path

import click

from cli.acting import case_id, on_case
from cli.option import Desk, desk
from cli.output import show_json
from terms.calendar import day
from terms.error import BadInput


@click.group()
def evidence() -> None:
    """Attaches evidence to a case and verifies it.

    Example: rung evidence add C-0001 --kind account-plan --text "Three-year plan for Nordwind" --as E-1007
    """


@evidence.command()
@click.argument("case", metavar="CASE")
@click.option("--kind", required=True, metavar="KIND", help="What kind of evidence, as the policy names it.")
@click.option("--text", required=True, metavar="TEXT", help="What it shows, or where it is.")
@click.option("--criterion", metavar="ID", help="The criterion it is for; the whole case otherwise.")
@click.option("--on", "happened_on", metavar="DATE", help="The day it happened; today otherwise.")
@click.option("--file", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file.")
@desk(acts=True, reads=True)
def add(
    held: Desk,
    case: str,
    kind: str,
    text: str,
    criterion: str | None,
    happened_on: str | None,
    path: Path | None,
) -> None:
    """Attaches an exhibit to a case.

    Example: rung evidence add C-0001 --kind account-plan --text "Three-year plan for Nordwind" --as E-1007
    """
    from engine.case.command import LARGEST_EXHIBIT, TOO_LARGE, AttachEvidence

    if path is not None and path.stat().st_size > LARGEST_EXHIBIT:
        raise BadInput(f"{path} {TOO_LARGE}")
    actor = held.actor()
    command = AttachEvidence(
        case=case_id(held, case),
        kind=kind,
        text=text,
        criterion=criterion,
        happened_on=day(happened_on) if happened_on else held.engine.sources.today(),
        content=path.read_bytes() if path else None,
        file_name=path.name if path else None,
    )
    outcome = held.engine.act(command, actor)
    exhibit = str(outcome.events[0].data["exhibit"])
    if held.json:
        show_json({"case": outcome.label, "exhibit": exhibit, "digest": outcome.events[0].sealed["content"]})
        return
    click.echo(f"{exhibit} is in the file of {outcome.label}.")


@evidence.command()
@click.argument("case", metavar="CASE")
@click.argument("exhibit", metavar="EXHIBIT")
@desk(acts=True, reads=True, looked=True)
def verify(held: Desk, case: str, exhibit: str) -> None:
    """Confirms that an exhibit is what it says; never by whoever attached it.

    Example: rung evidence verify C-0001 E1 --as E-1002
    """
    from engine.case.command import VerifyEvidence

    name = exhibit.upper()
    said = f"{name} of {{label}} is verified."
    on_case(held, case, lambda case: VerifyEvidence(case=case, exhibit=name), said, exhibit=name)
