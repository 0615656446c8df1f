"""`rung workflow`: lists, shows, checks, draws and publishes workflow definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.authoring import list_editions, show_faults, source
from cli.option import Desk, desk
from cli.output import show_json, show_table
from cli.publish import approving, publishing

if TYPE_CHECKING:
    from workflows.definition import Workflow


@click.group()
def workflow() -> None:
    """Lists, shows, checks, draws and publishes workflow definitions.

    Example: rung workflow show promotion-review
    """


workflow.add_command(publishing("workflow"))
workflow.add_command(approving("workflow"))


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
def graph(given: str) -> None:
    """Prints a definition as Mermaid text.

    Example: rung workflow graph promotion-review
    """
    from workflows.picture import mermaid

    click.echo(mermaid(_load(given)), nl=False)
