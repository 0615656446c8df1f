"""`rung org`: who stands where on the ladder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day

if TYPE_CHECKING:
    from engine.growth.org import Place, Row


@click.command()
@click.option("--by", type=click.Choice(("level", "team", "person")), default="level", show_default=True)
@click.option("--level", metavar="LEVEL", help="Only who stands on this level.")
@click.option("--team", metavar="NAME", help="Only who is in this team.")
@click.option("--as-of", metavar="DATE", help="As it stood on that day; today otherwise.")
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a page."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@desk(acts=True, reads=True)
def org(
    held: Desk,
    by: str,
    level: str | None,
    team: str | None,
    as_of: str | None,
    page: Path | None,
    force: bool,
) -> None:
    """Shows who stands where, time in level, and ready, nearly or blocked per move, against the open seats.

    Nearly is one required criterion short, whichever it is; a standing that holds blocks. Whoever leads people sees
    the line below them; HR and directors see everybody. The page (--html) shows levels, teams and people with charts,
    and prints.

    Example: rung org --by team --as E-1002
    """
    from engine.growth.org import levels, ordered, places, rows, seats
    from engine.growth.orgpage import as_html
    from engine.growth.standing import those_seen
    from terms.error import Unknown

    actor = held.actor()
    on = day(as_of) if as_of else held.engine.sources.today()
    with held.engine.read() as tx:
        seen = those_seen(tx, actor, on)
        found = [
            one for one in places(tx, on, seen) if level in (None, one.level) and team in (None, one.team)
        ]
        counted = ordered(tx, rows(found, seats(tx, on), by_team=by == "team" and page is None))
        steps = levels(tx)
    if not found:
        raise Unknown("Nobody whom you may see stands there; `rung org --by person` lists who does.")
    if page is not None:
        _write(held, page, as_html(found, counted, steps, on, _title(held, level, team)), force)
    elif by == "person":
        _show_people(found, held)
    else:
        _show_rows(counted, held, by)


def _title(held: Desk, level: str | None, team: str | None) -> str:
    """Returns what a page is of: the company, or the part of it that was asked for."""
    parts = [f"team {team}" if team else "", f"level {level}" if level else ""]
    return ", ".join([held.engine.config.name, *(one for one in parts if one)])


def _write(held: Desk, page: Path, data: bytes, force: bool) -> None:
    from cli.export import write

    write(page, data, force=force)
    if held.json:
        show_json({"file": str(page), "bytes": len(data)})
    else:
        click.echo(f"Who stands where: {page} ({len(data):,} bytes)")


def _show_people(found: list[Place], held: Desk) -> None:
    if held.json:
        show_json(
            [
                {
                    "person": one.label,
                    "team": one.team,
                    "level": one.level,
                    "months": one.months,
                    "moves": [
                        {"to": way.target, "state": way.state, "short": list(way.short)} for way in one.ways
                    ],
                }
                for one in found
            ]
        )
        return
    show_table(
        "",
        ("person", "team", "level", "months", "moves"),
        [
            (
                one.name,
                one.team,
                one.level,
                "" if one.months is None else str(one.months),
                "\n".join(
                    f"{way.target}: {way.state}{f' ({way.short[0]})' if way.state == 'nearly' else ''}"
                    for way in one.ways
                ),
            )
            for one in found
        ],
    )


def _show_rows(counted: tuple[Row, ...], held: Desk, by: str) -> None:
    if held.json:
        names = ("level", "target", "people", "months", "ready", "nearly", "blocked", "seats")
        show_json(
            [
                {
                    **({"team": one.group} if by == "team" else {}),
                    **{name: getattr(one, name) for name in names},
                }
                for one in counted
            ]
        )
        return
    heads = ("level", "people", "months", "move to", "ready", "nearly", "blocked")
    table = []
    for one in counted:
        count = (str(one.people), "" if one.months is None else str(one.months))
        states = (str(one.ready), str(one.nearly), str(one.blocked)) if one.target else ("", "", "")
        row = (one.level, *count, one.target, *states)
        table.append((one.group, *row) if by == "team" else (*row, one.sentence))
    show_table("", ("team", *heads) if by == "team" else (*heads, "seats"), table)
