"""`rung case`: lists, shows and moves cases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cli.acting import case_id, on_case
from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day
from terms.error import BadInput


@click.group()
def case() -> None:
    """Lists, shows and moves cases.

    Example: rung case list
    """


@case.command("list")
@click.option("--state", metavar="STATE", help="Only the cases in this state.")
@desk(reads=True)
def list_cases(held: Desk, state: str | None) -> None:
    """Lists the cases: who, which move, which state.

    Example: rung case list --state calibration
    """
    from engine.case.query import cases
    from engine.case.restatement import marked
    from engine.people.directory import people
    from engine.view.case import case_rows

    with held.engine.read() as tx:
        if held.json:
            show_json([*case_rows(tx, state)])
            return
        found, names = cases(tx, state=state), {one.id: one for one in people(tx)}
        marks = marked(tx)
    show_table(
        "",
        ("case", "person", "move", "state", "nominated", "decided"),
        [
            (
                one.label,
                names[one.person].name,
                f"{one.source} -> {one.target}",
                one.state,
                one.nominated_on,
                one.decided_on or "",
            )
            for one in found
        ],
    )
    for one in found:
        if one.id in marks:
            click.echo(f"{one.label}: {marks[one.id]}")


@case.command()
@click.argument("label", metavar="CASE")
@click.option("--known-at", metavar="DATE", help="As the record told it by the end of that day.")
@desk(reads=True, sees=True)
def show(held: Desk, label: str, known_at: str | None) -> None:
    """Shows a case: criteria with their arithmetic, evidence, panel, and what may happen next.

    Who has judged is told before the reveal only to whoever names themself as its chair or panel.

    Example: rung case show C-0001
    """
    from cli.page import show_case
    from engine.view.case import case_json

    until = held.engine.sources.end_of(day(known_at)) if known_at else None
    reader = held.reader()
    if not held.json:
        show_case(held.engine, label, until, reader)
        return
    with held.engine.read() as tx:
        show_json(case_json(tx, label, reader, until))


@case.command("edition")
@click.argument("label", metavar="CASE")
@click.argument("edition", metavar="NAME@EDITION")
@click.option("--because", required=True, metavar="TEXT", help="Why; it goes into the file.")
@desk(acts=True, reads=True)
def move_edition(held: Desk, label: str, edition: str, because: str) -> None:
    """Moves an open case to another published edition of its policy, by an event of its own.

    Example: rung case edition C-0001 sales@2026-07 --because "The panel asked for it" --as E-1001
    """
    from engine.case.command import MoveEdition
    from engine.case.query import find_case
    from engine.edition.library import named

    actor = held.actor()
    with held.engine.read() as tx:
        moved = find_case(tx, label)
        digest = named(tx, "policy", *_parted(edition))
    event = held.engine.act(MoveEdition(case=moved, edition=digest, because=because), actor).events[0]
    if held.json:
        shown = {name: event.data[name] for name in ("from", "to", "status", "other_status")}
        show_json({"case": label, "event": event.type, "seq": held.seq(event), **shown})
        return
    told = f"readiness under it is {event.data['status']}, under the one before {event.data['other_status']}"
    click.echo(f"{label} is under {edition} now; {told}.".replace("not_met", "not met"))


def _parted(edition: str) -> tuple[str, str]:
    name, mark, label = edition.partition("@")
    if not (name and mark and label):
        raise BadInput(f"{edition!r} is no edition; write NAME@EDITION, such as sales@2026-07.")
    return name, label


@case.command()
@click.argument("label", metavar="CASE")
@desk(reads=True, sees=True)
def history(held: Desk, label: str) -> None:
    """Shows every event of a case, oldest first.

    While its ballot is under seal, who has judged is told to its chair and panel alone; for everybody else the
    entries since the seal have no number.

    Example: rung case history C-0001
    """
    from engine.view.history import history_json, history_rows

    reader = held.reader()
    with held.engine.read() as tx:
        if held.json:
            show_json([*history_json(tx, label, reader)])
            return
        rows = history_rows(tx, label, reader)
    show_table(
        "",
        ("seq", "recorded", "event", "by", "step"),
        [(seq, at, says, by, what) for seq, at, _, by, what, says in rows],
    )


@case.command()
@click.argument("label", metavar="CASE")
@click.option(
    "--svg", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write a picture, to print."
)
@desk(reads=True)
def graph(held: Desk, label: str, file: Path | None) -> None:
    """Draws a case's way through its workflow, with dates and names: as Mermaid text, or as an SVG picture.

    Example: rung case graph C-0001 --svg case.svg
    """
    from cli.authoring import write
    from engine.case.query import find_case
    from engine.case.way import way
    from engine.edition.library import workflow
    from engine.edition.picture import svg, way_mermaid

    with held.engine.read() as tx:
        found, visits = way(tx, find_case(tx, label))
        definition = workflow(tx, found.workflow)
    if held.json:
        show_json([{"state": one.state, "step": one.step, "on": one.on, "by": one.by} for one in visits])
    elif file is None:
        click.echo(way_mermaid(visits), nl=False)
    else:
        write(file, svg(definition, visits, found.label).encode(), force=True)
        click.echo(f"The way of {found.label} is drawn in {file}.")


def _take(held: Desk, label: str, step: str, because: str | None, next_date: date | None = None) -> None:
    from engine.case.command import TakeStep
    from engine.case.query import load

    command = TakeStep(case=case_id(held, label), step=step, because=because, next_date=next_date)
    held.act(command)
    with held.engine.read() as tx:
        after = load(tx, command.case)
    if held.json:
        show_json({"case": after.label, "state": after.state})
        return
    click.echo(f"{after.label} is in {after.state}.")


@case.command()
@click.argument("label", metavar="CASE")
@click.argument("step_name", metavar="STEP")
@click.option("--because", metavar="TEXT", help="Why; some steps ask for it.")
@click.option("--next-date", metavar="DATE", help="A date, where the step asks for one.")
@desk(acts=True, reads=True, looked=True)
def step(held: Desk, label: str, step_name: str, because: str | None, next_date: str | None) -> None:
    """Takes a step of the case's workflow by name, such as open_evidence or freeze_file.

    Example: rung case step C-0001 freeze_file --as E-1007
    """
    _take(held, label, step_name, because, day(next_date) if next_date else None)


@case.command()
@click.argument("label", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True, looked=True)
def withdraw(held: Desk, label: str, because: str) -> None:
    """Withdraws a case before it is decided.

    Example: rung case withdraw C-0003 --because "Took another role" --as E-1007
    """
    _take(held, label, "withdraw", because)


@case.command("return")
@click.argument("label", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="What is missing.")
@desk(acts=True, reads=True, looked=True)
def return_case(held: Desk, label: str, because: str) -> None:
    """Returns a case for more evidence, and thaws its file.

    Example: rung case return C-0002 --because "No account plan in the file" --as E-1002
    """
    _take(held, label, "return_for_evidence", because)


@case.command()
@click.argument("label", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="What speaks for the candidate.")
@desk(acts=True, reads=True)
def endorse(held: Desk, label: str, because: str) -> None:
    """Puts your endorsement of the candidate in the file: testimony, never a vote.

    Example: rung case endorse C-0002 --because "Coached two of my SDRs to quota" --as E-1011
    """
    from engine.case.command import Endorse

    said = "The endorsement is in the file of {label}."
    on_case(held, label, lambda case: Endorse(case=case, because=because), said)


@case.command()
@click.argument("label", metavar="CASE")
@click.argument("statement")
@click.option("--because", required=True, metavar="TEXT", help="What you saw that makes it true.")
@desk(acts=True, reads=True)
def attest(held: Desk, label: str, statement: str, because: str) -> None:
    """Attests a named statement about the candidate that the policy asks for.

    Example: rung case attest C-0001 values --because "Seen every week for two years" --as E-1007
    """
    from engine.case.command import Attest

    said = "The statement is in the file of {label}."
    on_case(held, label, lambda case: Attest(case=case, statement=statement, because=because), said)


@case.command()
@click.argument("label", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="Which interest.")
@desk(acts=True, reads=True)
def interest(held: Desk, label: str, because: str) -> None:
    """Declares an interest in a case, so that you can no longer judge it.

    Example: rung case interest C-0002 --because "Former business partner" --as E-1004
    """
    from engine.case.command import DeclareInterest

    said = "The interest is in the file of {label}."
    on_case(held, label, lambda case: DeclareInterest(case=case, because=because), said)
