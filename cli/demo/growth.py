"""What goes on all year besides reviews: scoring cycles, a gap report and a plan for the one who was declined."""

from __future__ import annotations

from datetime import date

from cli.demo.told import Told
from engine.growth.cycle.command import AskScores, CloseCycle, Given, OpenCycle, ScoreSheet
from engine.growth.cycle.query import asked, load_cycle, load_sheet
from engine.growth.gap.build import report
from engine.growth.plan.command import AdoptSuggestions, PlanAction
from engine.growth.plan.query import actions, ladder_of, suggestions
from engine.people.line import teams_on
from terms.quantity import plain

WHO, TARGET = "declined", "sales-manager"
WEAK = {"peer-contribution": 3, "coaching-others": 2, "performance-differentiation": 2, "accountability": 3}
DUE = date(2027, 1, 29)


def grow(told: Told) -> None:
    """Closes one cycle on Marcus, opens the next, and turns his gap into a plan."""
    told.say("")
    _score(told)
    _open_next(told)
    _plan(told)


def _score(told: Told) -> None:
    who, manager, hr = told.part(WHO), told.manager(WHO), "E-1002"
    with told.engine.read() as tx:
        team = teams_on(tx, told.engine.sources.today())[who.id]
    opening = OpenCycle(name="2026-Q3", start=date(2026, 7, 1), end=date(2026, 10, 1), team=team)
    cycle = str(told.act(opening, hr).id)
    told.act(AskScores(cycle=cycle, people=(who.id,)), hr)
    with told.engine.read() as tx:
        items = load_sheet(tx, load_cycle(tx, cycle), who.id, who.name).asked
    for by, more in ((told.company.cast[WHO], 1), (manager, 0)):
        scores = {item: _given(item, more) for item in items}
        told.act(ScoreSheet(cycle=cycle, person=who.id, scores=scores), by)
    told.act(CloseCycle(cycle=cycle), hr)
    told.say(
        f"2026-Q3   {who.name} and {told.staff[manager].name} each score {len(items)} competencies under seal; "
        "closed, they are facts."
    )


def _given(item: str, more: int) -> Given:
    points = WEAK.get(item.partition(":")[2])
    note = "Two calls and a pipeline review." if points is None else "Takes the call over when it gets hard."
    return Given(points=4 if points is None else points + more, note=note)


def _open_next(told: Told) -> None:
    who, hr = told.part(WHO), "E-1002"
    cycle = str(told.act(OpenCycle(name="2026-H2", start=date(2026, 7, 1), end=date(2027, 1, 1)), hr).id)
    with told.engine.read() as tx:
        teams = teams_on(tx, told.engine.sources.today())
    team = tuple(one for one, name in teams.items() if name == teams[who.id])
    told.act(AskScores(cycle=cycle, people=team), hr)
    with told.engine.read() as tx:
        count = len(asked(tx, cycle))
    told.say(f"2026-H2   is open; the {count} of {teams[who.id]} and their managers are asked first.")


def _plan(told: Told) -> None:
    who, manager = told.part(WHO), told.manager(WHO)
    with told.engine.read() as tx:
        gaps = report(tx, who, TARGET, told.engine.sources.today())
        suggested = suggestions(ladder_of(tx, gaps), gaps, "coaching-others")
    told.say(f"{who.name} to {TARGET}: {gaps.sentence}")
    for line in gaps.lines:
        if line.to_raise:
            path = " ".join("." if one.value is None else plain(one.value) for one in line.points)
            told.say(f"  {line.name:<28}{path} over {len(line.points)} cycles, {plain(line.asked)} asked")
    adding = PlanAction(
        person=who.id,
        to=TARGET,
        gap="coaching",
        kind="deal-debrief",
        text="Debrief two lost deals with a colleague who then wins the third",
        owner=who.id,
        due=DUE,
    )
    told.act(adding, manager)
    if suggested:
        told.act(
            AdoptSuggestions(person=who.id, to=TARGET, gap="coaching-others", owner=who.id, due=DUE), manager
        )
    with told.engine.read() as tx:
        planned = actions(tx, person=who.id)
    for one in planned:
        told.say(f"  {one.label}  {one.kind} for {one.gap}, due {one.due}: {one.text}")
