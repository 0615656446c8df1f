"""`rung cycle`: scoring cycles, from opening to facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_next, show_table
from terms.calendar import day
from terms.error import BadInput
from terms.quantity import plural

if TYPE_CHECKING:
    from datetime import date

    from engine.growth.cycle.command import CycleCommand

HALF = re.compile(r"(\d{4})-H([12])\Z")


@click.group()
def cycle() -> None:
    """Runs a scoring cycle: asks each rep and manager for scores, and closes into facts that criteria read.

    Example: rung cycle list
    """


def done(held: Desk, command: CycleCommand, said: str) -> None:
    """Carries a command out and says so."""
    outcome = held.engine.act(command, held.actor())
    if held.json:
        names = list(dict.fromkeys(one.type for one in outcome.events))
        show_json({"cycle": outcome.label, "events": list(names), "seq": held.seq(outcome.events[-1])})
        return
    click.echo(said.format(label=outcome.label, count=len(outcome.events)))


def find(held: Desk, name: str, person: str | None = None) -> tuple[str, str, str]:
    """Returns the id of a cycle, and of a person with their name, where one is named."""
    from engine.growth.cycle.query import find_cycle
    from engine.people.directory import find_person

    with held.engine.read() as tx:
        found = find_person(tx, person) if person is not None else None
        return find_cycle(tx, name), found.natural if found else "", found.name if found else ""


def half(name: str) -> tuple[date, date] | None:
    """Returns the days of a half-year that a name such as 2026-H2 says; None for another name."""
    from datetime import date

    from terms.calendar import add_months

    found = HALF.match(name)
    if found is None:
        return None
    start = date(int(found[1]), 1 if found[2] == "1" else 7, 1)
    return start, add_months(start, 6)


@cycle.command("list")
@desk(reads=True)
def list_cycles(held: Desk) -> None:
    """Lists the cycles, with how many sheets each has from managers and from reps.

    Example: rung cycle list
    """
    from engine.growth.cycle.query import cycles, progress

    with held.engine.read() as tx:
        found = [(one, progress(tx, one, held.engine.sources.today())) for one in cycles(tx)]
    names = ("cycle", "start", "end", "due", "team", "state", "asked", "by_manager", "by_self")
    rows = [
        (
            one.name,
            one.start,
            one.end,
            one.due,
            one.team or "",
            one.state,
            *(str(sum(getattr(part, what) for part in parts)) for what in names[6:]),
        )
        for one, parts in found
    ]
    if held.json:
        show_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    show_table("", ("cycle", "from", "until", "due", "team", "state", "asked", "managers", "reps"), rows)


@cycle.command("open")
@click.argument("name", metavar="NAME")
@click.option("--start", metavar="DATE", help="The first day that it judges; else by its name.")
@click.option("--end", metavar="DATE", help="The day after the last one that it judges.")
@click.option("--due", metavar="DATE", help="The day scores are due; three weeks after it ends otherwise.")
@click.option("--team", metavar="NAME", help="Of one team only; of the whole company otherwise.")
@click.option("--remind", multiple=True, metavar="LENGTH", help="How long before, such as `10 days`; repeat.")
@desk(acts=True, reads=True)
def open_cycle(held: Desk, name: str, team: str | None, remind: tuple[str, ...], **days_: str | None) -> None:
    """Opens a cycle, semi-annual where its name says a half-year; `rung cycle ask` then asks people.

    Example: rung cycle open 2026-H1 --as E-1002
    """
    from engine.growth.cycle.command import OpenCycle

    start, end, due = days_["start"], days_["end"], days_["due"]
    days = half(name)
    if days is None and not (start and end):
        raise BadInput(f"{name} is no half-year such as 2026-H2, so say its days: --start DATE --end DATE.")
    command = OpenCycle(
        name=name,
        start=day(start) if start else days[0],  # type: ignore[index]  # one of both is there
        end=day(end) if end else days[1],  # type: ignore[index]  # one of both is there
        due=day(due) if due else None,
        team=team,
        remind=remind,
    )
    done(held, command, "{label} is open.\nNext: rung cycle ask {label}")


@cycle.command()
@click.argument("name", metavar="CYCLE")
@click.argument("people", nargs=-1, metavar="[PERSON]...")
@desk(acts=True, reads=True)
def ask(held: Desk, name: str, people: tuple[str, ...]) -> None:
    """Asks each rep and manager of the cycle, or some people, for scores on this level and the next.

    Example: rung cycle ask 2026-H1 --as E-1002
    """
    from engine.growth.cycle.command import AskScores
    from engine.people.directory import find_person
    from engine.people.directory import person as by_id

    cycle_id, _, _ = find(held, name)
    with held.engine.read() as tx:
        chosen = tuple(find_person(tx, one).natural for one in people)
    outcome = held.engine.act(AskScores(cycle=cycle_id, people=chosen), held.actor())
    if held.json:
        show_json({"cycle": outcome.label, "events": ["ScoresAsked"], "seq": held.seq(outcome.events[-1])})
        return
    count = len(outcome.events)
    whose = "their manager" if count == 1 else "their managers"
    click.echo(f"{plural(count, 'person', 'people')} and {whose} are asked in {outcome.label}.")
    with held.engine.read() as tx:
        label = by_id(tx, outcome.events[0].about[0]).label
    click.echo("Each prints a form, fills it in, and hands it back with `rung cycle score ... --form FILE`.")
    show_next("cycle", "form", str(outcome.label), label)


@cycle.command("progress")
@click.argument("name", metavar="CYCLE")
@desk(acts=True, reads=True)
def show_progress(held: Desk, name: str) -> None:
    """Shows how far each team is: parts in from managers and from reps, and both.

    Example: rung cycle progress 2026-H1 --as E-1002
    """
    from engine.growth.cycle.query import load_cycle, progress
    from engine.growth.standing import those_seen

    actor = held.actor()
    cycle_id, _, _ = find(held, name)
    with held.engine.read() as tx:
        today = held.engine.sources.today()
        seen = those_seen(tx, actor, today)
        opened = load_cycle(tx, cycle_id)
        found = progress(tx, opened, today, seen)
    if held.json:
        names = ("team", "asked", "by_manager", "by_self", "both")
        show_json([{one: getattr(part, one) for one in names} for part in found])
        return
    click.echo(f"{opened.name} [{opened.start}, {opened.end}), {opened.state}, due {opened.due}")
    rows = [
        (one.team or "(no team)", str(one.asked), str(one.by_manager), str(one.by_self), str(one.both))
        for one in found
    ]
    show_table("", ("team", "asked", "by manager", "by rep", "both in"), rows)


@cycle.command()
@click.argument("name", metavar="CYCLE")
@click.option("--list", "only", is_flag=True, help="Only list who owes what, and note nothing.")
@desk(acts=True, reads=True)
def remind(held: Desk, name: str, only: bool) -> None:
    """Lists who owes scores, and notes that they are reminded.

    Example: rung cycle remind 2026-H1 --as E-1002
    """
    from engine.access.permit import require
    from engine.growth.cycle.command import RemindCycle
    from engine.growth.cycle.query import due, load_cycle
    from engine.growth.standing import standing
    from engine.people.directory import people

    actor = held.actor()
    cycle_id, _, _ = find(held, name)
    with held.engine.read() as tx:
        require("remind of scores", standing(tx, actor), name)
        owed = due(tx, load_cycle(tx, cycle_id), held.engine.sources.today())
        called = {one.id: one for one in people(tx)}
    if not only:
        held.engine.act(RemindCycle(cycle=cycle_id), actor)
    if held.json:
        show_json(
            [
                {
                    "owed_by": called[one.owed_by].label if one.owed_by else None,
                    "person": called[one.person].label,
                    "part": one.by,
                    "given": one.given,
                    "asked": one.asked,
                }
                for one in owed
            ]
        )
        return
    rows = sorted(
        (
            called[one.owed_by].name if one.owed_by else "(nobody manages them)",
            called[one.person].name,
            one.by,
            f"{one.given} of {one.asked}",
        )
        for one in owed
    )
    show_table("Still to come", ("from", "on", "part", "given"), rows)
    if not only:
        click.echo(f"{plural(len({row[0] for row in rows}), 'person is', 'people are')} reminded.")


@cycle.command()
@click.argument("name", metavar="CYCLE")
@click.option("--early", is_flag=True, help="Before it is due, although scores are missing.")
@desk(acts=True, reads=True)
def close(held: Desk, name: str, early: bool) -> None:
    """Closes a cycle for good: its scores become facts, and a later one is a late one that says why.

    Example: rung cycle close 2026-H1 --as E-1002
    """
    from engine.growth.cycle.command import CloseCycle

    cycle_id, _, _ = find(held, name)
    outcome = held.engine.act(CloseCycle(cycle=cycle_id, early=early), held.actor())
    data = next(one.data for one in outcome.events if one.type == "CycleClosed")
    noted = outcome.events[-1].data["rows"]
    if held.json:
        shown = {name: data[name] for name in ("asked", "manager", "self", "early")}
        show_json({"cycle": outcome.label, **shown, "facts": noted, "seq": held.seq(outcome.events[-1])})
        return
    click.echo(
        f"{outcome.label} is closed: {data['manager']} of {data['asked']} sheets are whole from managers, "
        f"{data['self']} from reps; {noted} facts noted."
    )
    show_next("org", "--by", "team")
