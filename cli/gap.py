"""`rung gap`: what somebody, or a team, still lacks for a level."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_next
from terms.calendar import day
from terms.error import BadInput

if TYPE_CHECKING:
    from engine.growth.gap.model import GapReport


@click.command()
@click.argument("person", required=False)
@click.option("--to", "target", required=True, metavar="LEVEL", help="The level.")
@click.option(
    "--team", metavar="NAME", help="Everybody of a team who can move there, and their gaps together."
)
@click.option("--as-of", metavar="DATE", help="As it stood on that day; today otherwise.")
@click.option("--policy", metavar="NAME", help="The policy, where several have the move.")
@click.option("--format", "form", type=click.Choice(("table", "html")), default="table", show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where the page goes."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@desk(acts=True, reads=True)
def gap(
    held: Desk,
    person: str | None,
    target: str,
    team: str | None,
    as_of: str | None,
    policy: str | None,
    form: str,
    out: Path | None,
    force: bool,
) -> None:
    """Shows current against asked per competency and category, where gaps concentrate, and how they moved.

    To be had by the person, whoever they report to, and HR; a team's by whoever leads it, and HR.

    Example: rung gap "Noor Haddad" --to senior-ae --as E-1007
    """
    from cli.export import write
    from cli.gappage import show_report, show_team
    from engine.growth.gap.render import as_html

    if (person is None) == (team is None):
        raise BadInput("Name a person, or a team with --team NAME.")
    reports, title = _reports(held, person, team, target, as_of, policy)
    if form == "html" or out is not None:
        name = reports[0].label if person else (team or "").replace(" ", "-")
        if out is None:
            folder = held.engine.root / "exports"
            folder.mkdir(mode=0o700, exist_ok=True)
            out = folder / f"gap-{name}-{target}.html"
        data = as_html(reports, title)
        write(out, data, force=force)
        if held.json:
            show_json({"file": str(out), "bytes": len(data)})
        else:
            click.echo(f"{title}: {out} ({len(data):,} bytes)")
    elif held.json:
        show_json(reports[0].json() if person else [one.json() for one in reports])
    elif person:
        show_report(reports[0])
        if reports[0].to_raise:
            show_next("plan", "suggest", reports[0].name, "--to", target)
    else:
        show_team(title, reports)


def _reports(
    held: Desk, person: str | None, team: str | None, target: str, as_of: str | None, policy: str | None
) -> tuple[tuple[GapReport, ...], str]:
    from engine.growth.gap.build import report, team_reports
    from engine.growth.standing import may_see, those_seen
    from engine.people.directory import find_person
    from engine.people.line import teams_on
    from terms.error import Unknown

    actor = held.actor()
    on = day(as_of) if as_of else held.engine.sources.today()
    with held.engine.read() as tx:
        if person is not None:
            found = find_person(tx, person)
            may_see(tx, found.natural, actor)
            return (report(tx, found, target, on, policy),), f"{found.name}, to {target}"
        members = frozenset(who for who, name in teams_on(tx, on).items() if name == team)
        if not members:
            raise Unknown(f"Nobody is in a team {team!r}.")
        seen = those_seen(tx, actor, on)
        shown = members if seen is None else members & seen
        return team_reports(tx, shown, target, on, policy), f"Team {team}, to {target}"
