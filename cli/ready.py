"""`rung ready`: what a person still lacks for a level."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json
from terms.calendar import day


@click.command()
@click.argument("person")
@click.option("--to", "target", metavar="LEVEL", help="The level; every level one can move to otherwise.")
@click.option("--as-of", metavar="DATE", help="As it stood on that day; today otherwise.")
@click.option("--known-at", metavar="DATE", help="With only what was known by the end of that day.")
@click.option("--policy", metavar="NAME", help="The policy, where several have the move.")
@desk(reads=True)
def ready(
    held: Desk, person: str, target: str | None, as_of: str | None, known_at: str | None, policy: str | None
) -> None:
    """Shows each criterion with what is required, what is known, the gap, and from when it could be met.

    Without --to: every move that is open to the person, side by side. The earliest date says what it assumes; nothing
    is assumed of facts that are missing.

    Exits with 0 where every required criterion is met, 1 where one is not, 5 where one cannot be told.

    Example: rung ready "Noor Haddad" --to senior-ae --as-of 2026-10-01
    """
    from cli.fork import show_fork
    from cli.page import show_readiness
    from engine.people.directory import find_person
    from engine.view.readiness import assessed as look
    from engine.view.readiness import opening_of, ready_json

    on = day(as_of) if as_of else held.engine.sources.today()
    seen = held.engine.sources.end_of(day(known_at)) if known_at else None
    with held.engine.read() as tx:
        found = find_person(tx, person)
        assessed = look(tx, found.id, target, on, policy=policy, seen=seen)
        openings = [opening_of(tx, one) for one in assessed]
    if held.json:
        shown = [ready_json(one, each) for one, each in zip(assessed, openings, strict=True)]
        show_json(shown[0] if target else shown)
    elif len(assessed) > 1:
        show_fork(found.name, assessed, openings)
    else:
        show_readiness(found.name, assessed[0], openings[0])
    statuses = {one.readiness.status for one in assessed}
    if target:
        raise SystemExit({"met": 0, "not_met": 1}.get(next(iter(statuses)), 5))
