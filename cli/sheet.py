"""`rung cycle` for one person: a sheet as a form, its scores, the sheet once it is open, and all cycles together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.cycle import cycle, find
from cli.option import Desk, desk
from cli.output import show_json, show_next
from cli.session import pairs, points
from terms.error import BadInput

if TYPE_CHECKING:
    from engine.growth.cycle.command import Given
    from engine.growth.cycle.state import Cycle, Sheet
    from rules.ladder import Ladder

__all__ = ["cycle"]


def _seen(held: Desk, name: str, person: str) -> tuple[Cycle, Sheet, Ladder, str]:
    """Returns a cycle, somebody's sheet in it, its ladder and their name; raises Refused where they may not see it."""
    from engine.edition.library import ladder
    from engine.growth.cycle.query import load_cycle, load_sheet
    from engine.growth.standing import may_see

    actor = held.actor()
    cycle_id, who, called = find(held, name, person)
    with held.engine.read() as tx:
        may_see(tx, who, actor)
        opened = load_cycle(tx, cycle_id)
        sheet = load_sheet(tx, opened, who, called)
        return opened, sheet, ladder(tx, sheet.ladder), called


@cycle.command()
@click.argument("name", metavar="CYCLE")
@click.argument("person", metavar="PERSON")
@desk(acts=True)
def form(held: Desk, name: str, person: str) -> None:
    """Prints somebody's sheet as a form to fill in, with the behaviour at each point beside it.

    Example: rung cycle form 2026-H1 "Noor Haddad" --as E-1007
    """
    from engine.growth.cycle.form import blank

    click.echo(blank(*_seen(held, name, person)), nl=False)


@cycle.command()
@click.argument("name", metavar="CYCLE")
@click.argument("person", metavar="PERSON")
@click.argument("scores", nargs=-1, metavar="[next:]COMPETENCY=POINTS...")
@click.option("--note", "notes", multiple=True, metavar="COMPETENCY=TEXT", help="What was seen; repeat.")
@click.option("--evidence", multiple=True, metavar="COMPETENCY=TEXT", help="Where to look it up; repeat.")
@click.option(
    "--form", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A filled-in form."
)
@click.option("--by", metavar="self|manager", help="In which part; what you are to the person otherwise.")
@click.option("--because", metavar="TEXT", help="Why it comes late: after both parts are in, or the close.")
@desk(acts=True, reads=True)
def score(
    held: Desk,
    name: str,
    person: str,
    scores: tuple[str, ...],
    notes: tuple[str, ...],
    evidence: tuple[str, ...],
    path: Path | None,
    by: str | None,
    because: str | None,
) -> None:
    """Scores yourself or somebody you manage; neither sees the other's before both are in or the cycle closes.

    Example: rung cycle score 2026-H1 "Noor Haddad" deal-complexity=4 --note deal-complexity="Two deals" --as E-1007
    """
    from engine.growth.cycle.command import ScoreSheet
    from engine.growth.cycle.form import filled

    given = _given(scores, notes, evidence)
    if path is not None:
        given = {**filled(path.read_bytes(), path.name), **given}
    cycle_id, who, called = find(held, name, person)
    command = ScoreSheet(cycle=cycle_id, person=who, scores=given, by=by, because=because)
    outcome = held.engine.act(command, held.actor())
    opened = any(one.type == "SheetOpened" for one in outcome.events)
    if held.json:
        show_json({"cycle": outcome.label, "opened": opened, "seq": held.seq(outcome.events[0])})
        return
    click.echo(f"The scores of {called} in {outcome.label} are taken ({len(given)}).")
    if outcome.events[-1].type == "FactsNoted":
        click.echo(
            "The cycle is closed, so they are late scores: facts from now on, beside the earlier ones."
        )
    if opened:
        click.echo("Both parts are in, so each sees the other's now.")
        show_next("cycle", "show", str(outcome.label), called)


def _given(scores: tuple[str, ...], notes: tuple[str, ...], evidence: tuple[str, ...]) -> dict[str, Given]:
    from engine.growth.cycle.command import Given

    told, places, found = pairs(notes, "text"), pairs(evidence, "text"), {}
    written = points(scores)
    for item, amount in written.items():
        name = item.removeprefix("next:").removeprefix("current:")
        note, place = told.pop(item, told.get(name, "")), places.pop(item, places.get(name, ""))
        found[item if ":" in item else f"current:{item}"] = Given(points=amount, note=note, evidence=place)
    names = {one.removeprefix("next:").removeprefix("current:") for one in written}
    for name in (*told, *places):
        if name not in names:
            raise BadInput(f"{name} has a note or evidence and no points; write {name}=POINTS.")
    return found


@cycle.command()
@click.argument("name", metavar="CYCLE")
@click.argument("person", metavar="PERSON")
@desk(acts=True, reads=True)
def show(held: Desk, name: str, person: str) -> None:
    """Shows somebody's sheet: the manager's scores with the person's own beside them, once it is open.

    Example: rung cycle show 2026-H1 "Noor Haddad" --as E-1007
    """
    from cli.growthpage import sheet_json, show_sheet

    opened, sheet, steps, called = _seen(held, name, person)
    if held.json:
        show_json(sheet_json(opened, sheet))
    else:
        show_sheet(opened, sheet, steps, called)


@cycle.command()
@click.argument("person", metavar="PERSON")
@desk(acts=True, reads=True)
def pattern(held: Desk, person: str) -> None:
    """Shows somebody's scores over all cycles, imported ones too; their own stand in brackets.

    Example: rung cycle pattern "Noor Haddad" --as E-1007
    """
    from cli.growthpage import pattern_json, show_pattern
    from engine.growth.cycle.pattern import pattern_of
    from engine.growth.standing import may_see
    from engine.people.directory import find_person

    actor = held.actor()
    with held.engine.read() as tx:
        found = find_person(tx, person)
        may_see(tx, found.natural, actor)
        held_scores = pattern_of(tx, found.natural, held.engine.sources.today())
    if held.json:
        show_json(pattern_json(held_scores))
    else:
        show_pattern(found.name, held_scores)
