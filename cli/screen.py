"""`rung screen`: how ready everybody is for a level."""

from __future__ import annotations

from collections import Counter

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day


@click.command()
@click.option("--to", "target", required=True, metavar="LEVEL", help="The level.")
@click.option("--as-of", metavar="DATE", help="As it stood on that day; today otherwise.")
@click.option("--known-at", metavar="DATE", help="With only what was known by the end of that day.")
@click.option("--policy", metavar="NAME", help="The policy, where several have the move.")
@desk(reads=True)
def screen(held: Desk, target: str, as_of: str | None, known_at: str | None, policy: str | None) -> None:
    """Counts who is ready for a level, and which criteria hold people back.

    Example: rung screen --to senior-ae --as-of 2026-10-01
    """
    from engine.case.readiness import assess_all
    from engine.people.directory import people

    on = day(as_of) if as_of else held.engine.sources.today()
    seen = held.engine.sources.end_of(day(known_at)) if known_at else None
    with held.engine.read() as tx:
        found = assess_all(tx, target, as_of=on, named=policy, known_at=seen)
        names = {one.id: one for one in people(tx)}
    counts = Counter(str(one.readiness.status) for one in found)
    held_back = Counter(
        (finding.id, str(finding.status))
        for one in found
        for finding in one.readiness.findings
        if finding.status != "met"
    )
    if held.json:
        show_json(
            {
                "to": target,
                "as_of": on.isoformat(),
                "counts": dict(sorted(counts.items())),
                "people": [
                    {
                        "person": names[one.readiness.person].label,
                        "status": str(one.readiness.status),
                        "findings": {finding.id: str(finding.status) for finding in one.readiness.findings},
                    }
                    for one in found
                ],
            }
        )
        return
    told = ", ".join(
        f"{counts[status]} {status.replace('_', ' ')}" for status in ("met", "not_met", "undetermined")
    )
    click.echo(f"{len(found)} people can move to {target}: {told}.")
    ready = [names[one.readiness.person].name for one in found if one.readiness.status == "met"]
    if ready:
        click.echo(f"Ready on {on}: {', '.join(ready)}.")
    show_table(
        "What holds people back",
        ("criterion", "not met", "undetermined"),
        [
            (name, str(held_back[name, "not_met"]), str(held_back[name, "undetermined"]))
            for name in dict.fromkeys(finding.id for one in found for finding in one.readiness.findings)
        ],
    )
