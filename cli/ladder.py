"""`rung ladder`: lists, shows, checks, draws and publishes ladders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.authoring import check, list_editions, show_faults, source, write
from cli.option import Desk, desk
from cli.output import show_json, show_table
from cli.publish import approving, dropping, publishing

if TYPE_CHECKING:
    from rules.ladder import Ladder


@click.group()
def ladder() -> None:
    """Lists, shows, checks, draws and publishes ladders.

    Example: rung ladder show sales
    """


ladder.add_command(publishing("ladder"))
ladder.add_command(approving("ladder"))
ladder.add_command(dropping("ladder", "withdraw"))
ladder.add_command(dropping("ladder", "reject"))


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
        for track in found.tracks.values():
            click.echo(f"{track.name}. Asks: {track.asks} Gives: {track.gives}")
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
        point = one.expects.get(name)
        asked = f"{held_by.name} ({name})" + (f", expected here: {point}" if point is not None else "")
        show_table(asked, ("point", "what it looks like"), points)


@ladder.command()
@click.argument("given", metavar="FILE|NAME")
@desk(reads=True)
def lint(held: Desk, given: str) -> None:
    """Checks a ladder: its form, and what it says but cannot mean. Exits with 1 where it finds anything.

    Every fault is told at once, with its line and what mends it.

    Example: rung ladder lint sales
    """
    from rules.lint import lint_text

    show_faults(given, lint_text(*source("ladder", given)), held.json)


@ladder.command()
@click.argument("given", metavar="FILE|NAME")
@click.option(
    "--svg", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write a picture, to print."
)
def graph(given: str, file: Path | None) -> None:
    """Prints a ladder's levels and moves as Mermaid text, or draws them as an SVG picture.

    Example: rung ladder graph sales --svg sales.svg
    """
    from rules.lattice import mermaid, svg

    found = _load(given)
    if file is None:
        click.echo(mermaid(found), nl=False)
        return
    write(file, svg(found).encode(), force=True)
    click.echo(f"{found.id} is drawn in {file}.")


@ladder.command()
@desk(reads=True)
def schema(held: Desk) -> None:
    """Prints the JSON Schema of ladder files, by which an editor completes keys and marks faults.

    Example: rung ladder schema > ladder.schema.json
    """
    from rules.ladderschema import ladder_schema

    show_json(ladder_schema())


@ladder.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@desk(reads=True)
def diff(held: Desk, old: str, new: str) -> None:
    """Says in words what changed from one ladder to another. Exits with 1 where anything did.

    Example: rung ladder diff sales my-ladder.yaml
    """
    from rules.ladderdiff import changes

    before, after = _load(old), _load(new)
    found = changes(before, after)
    if held.json:
        show_json({"from": before.digest, "to": after.digest, "changes": list(found)})
    else:
        click.echo("\n".join(found) if found else "Nothing changed.")
    if found:
        raise SystemExit(1)


@ladder.command("new")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--from", "pack", metavar="FILE|NAME", default="sales", help="The ladder to start from; sales otherwise."
)
@click.option(
    "--keep", metavar="LEVEL", multiple=True, help="A level to keep; all that are not optional otherwise."
)
@click.option("--with", "add", metavar="LEVEL", multiple=True, help="An optional level to take as well.")
@click.option("--variant", metavar="NAME", help="A segment or form, whose names and scopes the levels take.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def new_ladder(
    file: Path, pack: str, keep: tuple[str, ...], add: tuple[str, ...], variant: str | None, force: bool
) -> None:
    """Writes a ladder of your own, named as the file is, from one that ships: some of its levels, in one segment.

    The policy of its moves, and that policy's tests, are written beside it.

    Example: rung ladder new our-sales.yaml --from sales --variant enterprise --with cro
    """
    from engine.founding import PACKS
    from rules.ladder import load_ladder
    from rules.laddercut import cut
    from rules.policycut import cut_policy
    from rules.shipped import policy_text, trial_text

    text, name = source("ladder", pack)
    made = cut(text, name, name=file.stem, keep=keep, add=add, variant=variant)
    written = {file: made}
    shipped = next((one for held, one, *_ in PACKS.values() if held == pack), None)
    if shipped is not None:
        whole, mine = load_ladder(text, name), load_ladder(made, file.name)
        found = cut_policy(policy_text(shipped), trial_text(shipped), whole, mine)
        policy = file.with_name(f"{file.stem}-policy.yaml")
        written[policy] = found.policy
        if found.tests is not None:
            written[policy.with_suffix(".test.yaml")] = found.tests
    for one in written:
        check(one, force=force)
    for one, held in written.items():
        write(one, held.encode(), force=force)
    click.echo(f"{file} holds the ladder {file.stem}.")
    if shipped is None:
        click.echo("No policy ships for a ladder from a file; `rung policy schema` says how one is written.")
        click.echo(f"Next: rung ladder lint {file}")
        return
    told = f", with {found.kept} tests beside it" if found.tests is not None else ""
    click.echo(f"{policy} holds what each move asks{told}.")
    if found.left_out:
        click.echo(f"{found.left_out} tests of {shipped} show what this ladder has not, and are left out.")
    click.echo(f"Next: rung ladder lint {file}, then rung policy test {policy}")


@ladder.command()
@click.argument("given", metavar="FILE|NAME")
@click.option(
    "--policy", metavar="FILE|NAME", help="A policy of this ladder: what each move asks is told as well."
)
@click.option(
    "--out", "file", metavar="FILE", type=click.Path(path_type=Path), required=True, help="The page."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def handbook(given: str, policy: str | None, file: Path, force: bool) -> None:
    """Writes a ladder as one HTML page to hand to a team: levels, rubrics, ways, what develops what; it prints.

    Example: rung ladder handbook sales --policy sales --out handbook.html
    """
    from engine.edition.handbook import handbook as made
    from rules.policy import load_policy

    found = _load(given)
    asks = load_policy(*source("policy", policy), found) if policy else None
    page = made(found, asks)
    write(file, page, force=force)
    click.echo(f"{found.name}: {file} ({len(page):,} bytes)")
