"""`rung screen`: how ready everybody is for a level."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day

if TYPE_CHECKING:
    from engine.screen.run import Screened
    from rules.policy import Move

WORDS = {True: "met", False: "not_met", None: "undetermined"}


class Row(NamedTuple):
    """Holds one person's status and that of each required criterion, whichever evaluator found them."""

    person: str
    status: str
    findings: dict[str, str]


def _row(move: Move, one: Screened) -> Row:
    from engine.screen.run import criteria

    told = dict(zip(map(id, criteria(move)), one.statuses, strict=True))
    return Row(one.person, WORDS[one.ready], {held.id: WORDS[told[id(held)]] for held in move.ready})


def progress() -> Callable[[str], None]:
    """Returns what tells on stderr how far a long screening is, where somebody is looking."""
    looking = sys.stderr.isatty()

    def tell(told: str) -> None:
        if looking:
            click.echo(told, err=True)

    return tell


@click.command()
@click.option("--to", "target", required=True, metavar="LEVEL", help="The level.")
@click.option("--as-of", metavar="DATE", help="As it stood on that day; today otherwise.")
@click.option("--known-at", metavar="DATE", help="With only what was known by the end of that day.")
@click.option("--policy", metavar="NAME", help="The policy, where several have the move.")
@click.option(
    "--on",
    "where",
    default="python",
    metavar="ENGINE",
    help="python (default), duckdb, postgres, a postgresql URL, spark, or spark://HOST:PORT.",
)
@desk(reads=True)
def screen(
    held: Desk, target: str, as_of: str | None, known_at: str | None, policy: str | None, where: str
) -> None:
    """Counts who is ready for a level, and which criteria hold people back.

    Example: rung screen --to senior-ae --as-of 2026-10-01
    """
    from engine.case.readiness import assess_all
    from engine.people.directory import people

    on = day(as_of) if as_of else held.engine.sources.today()
    seen = held.engine.sources.end_of(day(known_at)) if known_at else None
    with held.engine.read() as tx:
        if where == "python":
            assessed = assess_all(tx, target, as_of=on, named=policy, known_at=seen)
            found = [
                Row(
                    one.readiness.person,
                    str(one.readiness.status),
                    {finding.id: str(finding.status) for finding in one.readiness.findings},
                )
                for one in assessed
            ]
        else:
            from engine.screen.workforce import workforce

            database, tell = held.engine.config.database, progress()
            screened = workforce(
                tx, target, where, database, as_of=on, named=policy, known_at=seen, progress=tell
            )
            found = [_row(move, one) for move, one in screened]
        names = {one.id: one for one in people(tx)}
    counts = Counter(one.status for one in found)
    held_back = Counter(
        (name, status) for one in found for name, status in one.findings.items() if status != "met"
    )
    if held.json:
        show_json(
            {
                "to": target,
                "as_of": on.isoformat(),
                "counts": dict(sorted(counts.items())),
                "people": [
                    {
                        "person": names[one.person].label,
                        "status": one.status,
                        "findings": one.findings,
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
    ready = [names[one.person].name for one in found if one.status == "met"]
    if ready:
        click.echo(f"Ready on {on}: {', '.join(ready)}.")
    show_table(
        "What holds people back",
        ("criterion", "not met", "undetermined"),
        [
            (name, str(held_back[name, "not_met"]), str(held_back[name, "undetermined"]))
            for name in dict.fromkeys(name for one in found for name in one.findings)
        ],
    )
