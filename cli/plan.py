"""`rung plan`: development plans, from a gap to evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_next, show_table
from terms.calendar import day, days_after

if TYPE_CHECKING:
    from engine.growth.plan.command import PlanCommand
    from engine.growth.plan.state import Action

SOON = 90
"""How many days ahead a suggested due date lies; half a cycle."""


@click.group()
def plan() -> None:
    """Keeps development plans: each gap as actions with owner and due date; what was done becomes evidence.

    Example: rung plan list --as E-1002
    """


def done(held: Desk, command: PlanCommand, said: str) -> None:
    """Carries a command out and says so."""
    outcome = held.engine.act(command, held.actor())
    if held.json:
        show_json({"action": outcome.label, "seq": held.seq(outcome.events[0])})
        return
    click.echo(said.replace("{label}", str(outcome.label)))


def find(held: Desk, label: str) -> str:
    """Returns the id of an action by its label."""
    from engine.growth.plan.query import find_action

    with held.engine.read() as tx:
        return find_action(tx, label)


def people_of(held: Desk, person: str, owner: str | None) -> tuple[str, str, str]:
    """Returns the ids of a person and of an owner (the person where none is named), and the person's name.

    Raises BadInput for an owner that is nobody.
    """
    from engine.people.directory import find_person
    from terms.error import BadInput

    with held.engine.read() as tx:
        found = find_person(tx, person)
        if owner is not None and not owner.strip():
            raise BadInput("An action is owned by somebody; write --owner PERSON.")
        return found.natural, find_person(tx, owner).natural if owner else found.natural, found.name


@plan.command()
@click.argument("person", metavar="PERSON")
@click.option("--to", "target", required=True, metavar="LEVEL", help="The level.")
@desk(acts=True, reads=True)
def suggest(held: Desk, person: str, target: str) -> None:
    """Shows what the ladder's file says about each gap of somebody; nothing comes from elsewhere.

    Example: rung plan suggest "Noor Haddad" --to senior-ae --as E-1007
    """
    from engine.growth.gap.build import report
    from engine.growth.plan.query import ladder_of, suggestions
    from engine.growth.standing import may_see
    from engine.people.directory import find_person

    actor = held.actor()
    with held.engine.read() as tx:
        found = find_person(tx, person)
        may_see(tx, found.natural, actor)
        gaps = report(tx, found, target, held.engine.sources.today())
        steps = ladder_of(tx, gaps)
        told = suggestions(steps, gaps)
    rows = [(one.gap, one.kind, "" if one.to is None else str(one.to), one.text) for one in told]
    if held.json:
        show_json([dict(zip(("gap", "kind", "to", "text"), row, strict=True)) for row in rows])
        return
    click.echo(f"{found.name}, to {target}. {gaps.sentence}")
    if not rows:
        click.echo(f"The ladder {steps.id} suggests nothing for these gaps.")
        return
    show_table(f"From the ladder {steps.id}", ("gap", "kind", "to", "what to do"), rows)
    due = days_after(held.engine.sources.today(), SOON).isoformat()
    show_next("plan", "adopt", found.name, "--to", target, "--due", due)


@plan.command()
@click.argument("person", metavar="PERSON")
@click.option("--to", "target", required=True, metavar="LEVEL", help="The level.")
@click.option("--gap", required=True, metavar="ID", help="The competency or criterion that it is about.")
@click.option("--kind", required=True, metavar="KIND", help="What kind of action, as the ladder names them.")
@click.option("--text", required=True, metavar="TEXT", help="What is to be done.")
@click.option("--owner", metavar="PERSON", help="Who sees to it; the person themself otherwise.")
@click.option("--due", required=True, metavar="DATE", help="Until when.")
@desk(acts=True, reads=True)
def add(
    held: Desk, person: str, target: str, gap: str, kind: str, text: str, owner: str | None, due: str
) -> None:
    """Plans one action about one gap.

    Example: rung plan add "Noor Haddad" --to senior-ae --gap executive-presence --kind deal-debrief \\
    --text "Debrief the Nordwind renewal" --due 2027-01-31 --as E-1007
    """
    from engine.growth.plan.command import PlanAction

    who, by, name = people_of(held, person, owner)
    command = PlanAction(person=who, to=target, gap=gap, kind=kind, text=text, owner=by, due=day(due))
    done(held, command, f"{{label}} is planned for {name}, due {due}.")


@plan.command()
@click.argument("person", metavar="PERSON")
@click.option("--to", "target", required=True, metavar="LEVEL", help="The level.")
@click.option("--gap", metavar="ID", help="Only what is suggested for this competency.")
@click.option("--owner", metavar="PERSON", help="Who sees to it; the person themself otherwise.")
@click.option("--due", required=True, metavar="DATE", help="Until when.")
@desk(acts=True, reads=True)
def adopt(held: Desk, person: str, target: str, gap: str | None, owner: str | None, due: str) -> None:
    """Plans what the ladder suggests for somebody's gaps, or for one of them.

    Example: rung plan adopt "Noor Haddad" --to senior-ae --due 2027-01-31 --as E-1007
    """
    from engine.growth.plan.command import AdoptSuggestions

    who, by, name = people_of(held, person, owner)
    command = AdoptSuggestions(person=who, to=target, gap=gap, owner=by, due=day(due))
    done(held, command, f"Planned for {name}, due {due}: {{label}}.")


@plan.command()
@click.argument("action", metavar="ACTION")
@desk(acts=True, reads=True)
def start(held: Desk, action: str) -> None:
    """Notes that an action is begun.

    Example: rung plan start A-0001 --as E-1009
    """
    from engine.growth.plan.command import StartAction

    done(held, StartAction(action=find(held, action)), "{label} is begun.")


@plan.command()
@click.argument("action", metavar="ACTION")
@click.option("--result", required=True, metavar="TEXT", help="What came of it.")
@click.option("--on", "day_", metavar="DATE", help="The day it was done; today otherwise.")
@click.option(
    "--shows", metavar="KIND", help="The evidence it counts as, as a policy names it; its own kind otherwise."
)
@desk(acts=True, reads=True)
def finish(held: Desk, action: str, result: str, day_: str | None, shows: str | None) -> None:
    """Notes that an action is done; it stands as evidence from now on, and in the file of the next nomination.

    Example: rung plan finish A-0001 --result "Two gaps found, both closed" --shows coached-peer --as E-1009
    """
    from engine.growth.plan.command import FinishAction

    on = day(day_) if day_ else held.engine.sources.today()
    command = FinishAction(action=find(held, action), result=result, on=on, shows=shows)
    done(held, command, "{label} is done, and stands as evidence; `rung plan verify` confirms it.")


@plan.command()
@click.argument("action", metavar="ACTION")
@desk(acts=True, reads=True)
def verify(held: Desk, action: str) -> None:
    """Confirms that an action was done; never by the person, nor by whoever said so.

    Example: rung plan verify A-0001 --as E-1007
    """
    from engine.growth.plan.command import VerifyAction

    done(held, VerifyAction(action=find(held, action)), "{label} is verified.")


@plan.command()
@click.argument("action", metavar="ACTION")
@click.option("--due", required=True, metavar="DATE", help="The new day.")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def postpone(held: Desk, action: str, due: str, because: str) -> None:
    """Moves an action's due date, and says why.

    Example: rung plan postpone A-0001 --due 2027-03-31 --because "The deal moved" --as E-1009
    """
    from engine.growth.plan.command import PostponeAction

    command = PostponeAction(action=find(held, action), due=day(due), because=because)
    done(held, command, f"{{label}} is due {due}.")


@plan.command()
@click.argument("action", metavar="ACTION")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def drop(held: Desk, action: str, because: str) -> None:
    """Leaves an action, and says why.

    Example: rung plan drop A-0001 --because "The account left" --as E-1009
    """
    from engine.growth.plan.command import DropAction

    done(held, DropAction(action=find(held, action), because=because), "{label} is dropped.")


@plan.command("show")
@click.argument("person", metavar="PERSON")
@desk(acts=True, reads=True)
def show_plan(held: Desk, person: str) -> None:
    """Shows somebody's plan: each action with owner, due date and state, and how the score moved since.

    Example: rung plan show "Noor Haddad" --as E-1007
    """
    from engine.growth.cycle.pattern import pattern_of
    from engine.growth.plan.query import actions
    from engine.growth.standing import may_see
    from engine.people.directory import find_person, people
    from engine.people.directory import person as by_id
    from terms.quantity import plain, plural

    actor = held.actor()
    with held.engine.read() as tx:
        found, today = find_person(tx, person), held.engine.sources.today()
        may_see(tx, found.natural, actor)
        listed = actions(tx, person=found.natural)
        called = {one.id: by_id(tx, one.natural) for one in people(tx)}
        now = {
            (line.competency, line.level): next(
                (m.manager for m in reversed(line.marks) if m.manager is not None), None
            )
            for line in pattern_of(tx, found.natural, today)
        }
    scores = {one.id: now.get((one.gap, one.level)) for one in listed}
    if held.json:
        show_json(
            [
                {
                    **_json(one, called[one.owner].label, today.isoformat()),
                    "score_now": None if scores[one.id] is None else plain(scores[one.id] or 0),
                }
                for one in listed
            ]
        )
        return
    finished = sum(one.state == "done" for one in listed)
    click.echo(f"{found.name}: {plural(len(listed), 'action')}, {finished} done")
    rows = []
    for one in listed:
        then, score = one.score, scores[one.id]
        moved = "" if score is None else f"{then or '·'} -> {plain(score)}"
        rows.append(
            (
                one.label,
                one.gap,
                moved,
                _what(one),
                called[one.owner].name,
                one.due,
                _state(one, today.isoformat()),
            )
        )
    show_table("", ("action", "gap", "score", "what", "owner", "due", "state"), rows)
    if waiting := next((one for one in listed if one.state == "planned"), None):
        show_next("plan", "start", waiting.label)


def _what(one: Action) -> str:
    return f"{one.kind}: {one.text}"


def _state(one: Action, today: str) -> str:
    if one.state == "done":
        return f"done {one.done_on}{', verified' if one.verified_by else ''}"
    return f"{one.state}, overdue" if one.state != "dropped" and one.due < today else one.state


def _json(one: Action, owner: str, today: str) -> dict[str, str | int | bool | list[str] | None]:
    return {
        "action": one.label,
        "to": one.target,
        "gap": one.gap,
        "kind": one.kind,
        "text": str(one.text),
        "owner": owner,
        "due": one.due,
        "state": one.state,
        "overdue": one.state in ("planned", "started") and one.due < today,
        "from_ladder": one.from_ladder,
        "score_then": one.score,
        "done_on": one.done_on,
        "shows": one.shows,
        "result": None if one.result is None else str(one.result),
        "verified": one.verified_by is not None,
        "filed": list(one.filed),
    }


@plan.command("list")
@click.option("--overdue", is_flag=True, help="Only what is overdue.")
@click.option("--mine", is_flag=True, help="Only what you own.")
@desk(acts=True, reads=True)
def list_actions(held: Desk, overdue: bool, mine: bool) -> None:
    """Lists the actions that you may see: your own, your line's, or everybody's where you are HR.

    Example: rung plan list --overdue --as E-1002
    """
    from engine.growth.plan.query import actions
    from engine.growth.standing import seen_by
    from engine.people.directory import natural, people
    from engine.people.directory import person as by_id

    actor = held.actor()
    with held.engine.read() as tx:
        today, me = held.engine.sources.today(), natural(tx, actor.person)
        seen = seen_by(tx, actor)
        called = {one.id: by_id(tx, one.natural) for one in people(tx)}
        listed = [
            one
            for one in actions(tx, owner=me if mine else None)
            if (seen is None or natural(tx, one.person) in seen or natural(tx, one.owner) == me)
            and (not overdue or (one.state in ("planned", "started") and one.due < today.isoformat()))
        ]
    if held.json:
        show_json(
            [
                {"person": called[one.person].label, **_json(one, called[one.owner].label, today.isoformat())}
                for one in listed
            ]
        )
        return
    show_table(
        "",
        ("action", "person", "gap", "what", "owner", "due", "state"),
        [
            (
                one.label,
                called[one.person].name,
                one.gap,
                _what(one),
                called[one.owner].name,
                one.due,
                _state(one, today.isoformat()),
            )
            for one in listed
        ],
    )
