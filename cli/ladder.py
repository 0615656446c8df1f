"""`rung ladder`: lists, shows, checks, draws and publishes ladders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.authoring import list_editions, show_faults, source
from cli.option import Desk, desk
from cli.output import show_json, show_table
from cli.publish import approving, publishing

if TYPE_CHECKING:
    from rules.ladder import Ladder


@click.group()
def ladder() -> None:
    """Lists, shows, checks, draws and publishes ladders.

    Example: rung ladder show sales
    """


ladder.add_command(publishing("ladder"))
ladder.add_command(approving("ladder"))


def _load(given: str) -> Ladder:
    from rules.ladder import load_ladder

    return load_ladder(*source("ladder", given))


@ladder.command("list")
@desk(reads=True)
def list_ladders(held: Desk) -> None:
    """Lists the editions of ladders.

    Example: rung ladder list
    """
    list_editions(held, "ladder")


@ladder.command()
@click.argument("given", metavar="FILE|NAME")
@click.option("--level", metavar="LEVEL", help="One level with the rubric of its competencies.")
@desk(reads=True)
def show(held: Desk, given: str, level: str | None) -> None:
    """Shows a ladder's levels, or one level with what each point of its rubric looks like.

    Example: rung ladder show sales --level senior-ae
    """
    found = _load(given)
    chosen = [found.level(level)] if level else list(found.levels.values())
    if held.json:
        shown = [one.model_dump() for one in chosen]
        rubric = {name: one.model_dump() for name, one in found.competencies.items()}
        show_json({"ladder": found.id, "digest": found.digest, "levels": shown, "competencies": rubric})
        return
    if level is None:
        show_table(
            f"{found.name}: {found.says}",
            ("rank", "level", "track", "scope"),
            [(str(one.rank), f"{one.name} ({one.id})", one.track or "", one.scope) for one in chosen],
        )
        return
    one = chosen[0]
    click.echo(f"{one.name} ({one.id}). {one.scope}\n")
    for line in one.responsibilities:
        click.echo(f"  - {line}")
    if one.apart:
        click.echo(f"\nWhat sets it apart: {one.apart}")
    for name in one.competencies:
        held_by = found.competencies[name]
        points = sorted(held_by.rubric.items(), key=lambda point: int(point[0]))
        show_table(f"{held_by.name} ({name})", ("point", "what it looks like"), points)


@ladder.command()
@click.argument("given", metavar="FILE|NAME")
@desk(reads=True)
def lint(held: Desk, given: str) -> None:
    """Checks a ladder: its form, and what it says but cannot mean. Exits with 1 where it finds anything.

    Example: rung ladder lint sales
    """
    from rules.lint import lint_ladder

    found = _load(given)
    show_faults(found.id, lint_ladder(found), held.json)


@ladder.command()
@click.argument("given", metavar="FILE|NAME")
def graph(given: str) -> None:
    """Prints a ladder's levels and moves as Mermaid text.

    Example: rung ladder graph sales
    """
    found = _load(given)
    click.echo("flowchart BT")
    for one in found.levels.values():
        track = f"<br/>{found.tracks[one.track].name}" if one.track else ""
        click.echo(f'  {one.id}["{one.name}{track}"]')
    for start, end in found.moves:
        click.echo(f"  {start} --> {end}")
