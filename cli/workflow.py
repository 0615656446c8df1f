"""`rung workflow`: lists, shows, checks, draws, publishes workflow definitions; moves open cases between editions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.authoring import list_editions, show_faults, source, write
from cli.option import Desk, desk
from cli.output import show_json, show_table
from cli.publish import approving, dropping, publishing
from terms.error import BadInput

if TYPE_CHECKING:
    from workflows.definition import Workflow


@click.group()
def workflow() -> None:
    """Lists, shows, checks, draws and publishes workflow definitions.

    Example: rung workflow show promotion-review
    """


workflow.add_command(publishing("workflow"))
workflow.add_command(approving("workflow"))
workflow.add_command(dropping("workflow", "withdraw"))
workflow.add_command(dropping("workflow", "reject"))


def _load(given: str) -> Workflow:
    from workflows.definition import load_workflow

    return load_workflow(*source("workflow", given))


@workflow.command("list")
@desk(reads=True)
def list_workflows(held: Desk) -> None:
    """Lists the editions of workflow definitions.

    Example: rung workflow list
    """
    list_editions(held, "workflow")


@workflow.command()
@click.argument("given", metavar="FILE|NAME")
@desk(reads=True)
def show(held: Desk, given: str) -> None:
    """Shows each step of a workflow: from where, to where, who may take it, and when.

    Example: rung workflow show promotion-review
    """
    found = _load(given)
    if held.json:
        show_json(
            {
                "workflow": found.id,
                "edition": found.edition_label,
                "digest": found.digest,
                "initial": found.initial,
                "states": {name: one.model_dump() for name, one in found.states.items()},
                "transitions": [
                    {
                        "name": one.name,
                        "from": list(one.source),
                        "to": one.to,
                        "who": list(one.who),
                        "forbid": list(one.forbid),
                        "requires": list(one.requires),
                        "when": list(one.when),
                    }
                    for one in found.transitions
                ],
            }
        )
        return
    click.echo(f"{found.id} {found.edition_label}: {found.says}")
    show_table(
        "",
        ("step", "from", "to", "who", "never", "when", "requires"),
        [
            (
                one.name,
                ", ".join(one.source),
                one.to,
                ", ".join(one.who),
                ", ".join(one.forbid),
                ", ".join(one.when),
                ", ".join(one.requires),
            )
            for one in found.transitions
        ],
    )


@workflow.command()
@click.argument("given", metavar="FILE|NAME")
@desk(reads=True)
def lint(held: Desk, given: str) -> None:
    """Checks a definition: its form, and what it says but cannot mean. Exits with 1 where it finds anything.

    Example: rung workflow lint promotion-review
    """
    from workflows.lint import lint as run

    found = _load(given)
    show_faults(f"{found.id} {found.edition_label}", run(found), held.json)


@workflow.command()
@click.argument("given", metavar="FILE|NAME")
@click.option(
    "--svg", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write a picture, to print."
)
@click.option("--mermaid", "as_text", is_flag=True, help="Print Mermaid text, as without options.")
def graph(given: str, file: Path | None, as_text: bool) -> None:
    """Prints a definition as Mermaid text, or draws it as an SVG picture.

    Example: rung workflow graph promotion-review --svg review.svg
    """
    from workflows.picture import mermaid

    found = _load(given)
    if file is not None:
        from engine.edition.picture import svg

        write(file, svg(found).encode(), force=True)
    if as_text or file is None:
        click.echo(mermaid(found), nl=False)
    else:
        click.echo(f"{found.id} is drawn in {file}.")


@workflow.command()
@click.argument("given", metavar="FILE|NAME")
def lifecycle(given: str) -> None:
    """Prints a definition as a page to read: each state, what holds in it, the ways out, and who may take them.

    Example: rung workflow lifecycle promotion-review
    """
    from workflows.picture import lifecycle as page

    click.echo(page(_load(given)), nl=False)


@workflow.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--map", "pairs", metavar="STATE=STATE", multiple=True, help="A state that has another name in NEW."
)
@click.option("--because", required=True, metavar="TEXT", help="Why; it goes into each file.")
@click.option("--dry-run", is_flag=True, help="Tell what would move, and what cannot, and change nothing.")
@click.option("--leave", is_flag=True, help="Leave the cases that cannot move where they are.")
@desk(acts=True, reads=True)
def migrate(
    held: Desk, old: str, new: str, pairs: tuple[str, ...], because: str, dry_run: bool, leave: bool
) -> None:
    """Moves open cases from one edition of a workflow to another (NAME@EDITION), all of them or none.

    Without this they stay under the edition that they began with. The way back is the same, with OLD and NEW changed.
    A dry run exits with 1 where a case cannot move.

    Example: rung workflow migrate promotion-review@2026-07 promotion-review@2027-01 --because "New panel" --dry-run
    """
    from engine.case.migration import Migration
    from engine.edition.library import named

    actor = held.actor()
    states = dict(_split(one, "=", "a map; write STATE=STATE, such as review=calibration") for one in pairs)
    with held.engine.read() as tx:
        ends = [
            named(
                tx,
                "workflow",
                *_split(one, "@", "an edition; write NAME@EDITION, such as promotion-review@2026-07"),
            )
            for one in (old, new)
        ]
    asked = Migration(old=ends[0], new=ends[1], states=states, because=because, dry_run=dry_run, leave=leave)
    found = held.engine.migrate(asked, actor)
    stuck = [one for one in found if one.reasons]
    if held.json:
        rows = [
            {"case": one.case, "state": one.state, "to": one.to, "reasons": list(one.reasons)}
            for one in found
        ]
        show_json({"dry_run": dry_run, "cases": rows})
    else:
        show_table(
            "",
            ("case", "state", "comes to", "cannot move, because"),
            [(one.case, one.state, "" if one.reasons else one.to, " ".join(one.reasons)) for one in found],
        )
        verb = "would move" if dry_run else "moved"
        click.echo(f"{len(found) - len(stuck)} of {len(found)} open cases {verb} from {old} to {new}.")
    if dry_run and stuck:
        raise SystemExit(1)


def _split(text: str, sign: str, what: str) -> tuple[str, str]:
    left, mark, right = text.partition(sign)
    if not (left and mark and right):
        raise BadInput(f"{text!r} is no {what.removeprefix('a ').removeprefix('an ')}.")
    return left, right
