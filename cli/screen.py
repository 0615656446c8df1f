"""`rung screen`: how ready everybody is for a level."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.authoring import write
from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day

if TYPE_CHECKING:
    from datetime import date

    from engine.people.directory import Person
    from engine.screen.summary import Row

NEAREST = 10


def _lines(found: list[Row], names: Mapping[str, Person], on: date) -> Iterator[tuple[object, ...]]:
    """Yields one line per person and criterion."""
    from engine.screen.summary import asked, shown

    for one in found:
        who = names[one.person]
        for name, status in one.findings.items():
            held = (name, status, shown(*one.seen[name]), asked(one.seen[name][0], on))
            yield (one.person, who.label, who.name, one.status, len(one.unmet), *held)


def _write(
    found: list[Row], names: Mapping[str, Person], files: Mapping[str, Path | None], title: str, on: date
) -> None:
    from engine.screen.plot import plot
    from engine.screen.summary import by_criterion
    from engine.screen.table import save_csv, save_parquet

    if (path := files["csv"]) is not None:
        save_csv(path, _lines(found, names, on))
    if (path := files["parquet"]) is not None:
        save_parquet(path, _lines(found, names, on))
    if (path := files["plot"]) is not None:
        write(path, plot(title, by_criterion(found)).encode(), force=True)


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
@click.option(
    "--csv", "saved", type=click.Path(path_type=Path), metavar="FILE", help="Write a line per criterion."
)
@click.option("--parquet", type=click.Path(path_type=Path), metavar="FILE", help="The same as Parquet.")
@click.option(
    "--plot", "drawn", type=click.Path(path_type=Path), metavar="FILE", help="Write a picture (SVG)."
)
@desk(reads=True)
def screen(
    held: Desk,
    target: str,
    as_of: str | None,
    known_at: str | None,
    policy: str | None,
    where: str,
    saved: Path | None,
    parquet: Path | None,
    drawn: Path | None,
) -> None:
    """Counts who is ready for a level, who nearly is, and which criteria hold people back.

    Example: rung screen --to senior-ae --as-of 2026-10-01
    """
    from engine.case.readiness import assess_all
    from engine.people.directory import people
    from engine.screen.summary import assessed, by_criterion, nearest, screened, shown

    on = day(as_of) if as_of else held.engine.sources.today()
    seen = held.engine.sources.end_of(day(known_at)) if known_at else None
    with held.engine.read() as tx:
        if where == "python":
            held_by = assess_all(tx, target, as_of=on, named=policy, known_at=seen)
            found = [assessed(one, on) for one in held_by]
        else:
            from engine.screen.workforce import workforce

            database, tell = held.engine.config.database, progress()
            rows = workforce(
                tx, target, where, database, as_of=on, named=policy, known_at=seen, progress=tell
            )
            found = [screened(move, one, on) for move, one in rows]
        names = {one.id: one for one in people(tx)}
    files = {"csv": saved, "parquet": parquet, "plot": drawn}
    _write(found, names, files, f"{len(found)} people who can move to {target}, {on}", on)
    near = nearest(found)
    counts = Counter(one.status for one in found)
    held_back = by_criterion(found)
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
                        "observed": {name: shown(*seen) or None for name, seen in one.seen.items()},
                    }
                    for one in found
                ],
                "near_misses": [names[one.person].label for one in near],
                "criteria": {name: dict(sorted(one.items())) for name, one in held_back.items()},
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
        ("criterion", "not met", "undetermined", "of"),
        [
            (name, str(counted["not_met"]), str(counted["undetermined"]), str(counted.total()))
            for name, counted in held_back.items()
        ],
    )
    if near:
        lines = [(names[one.person].name, str(len(one.unmet)), _lacks(one, on)) for one in near[:NEAREST]]
        some = f", {len(lines)} of {len(near)}" if len(lines) < len(near) else ""
        show_table(
            f"Nearest to it{some}",
            ("person", "unmet", "what, with what was observed of what is asked"),
            lines,
        )


def _lacks(one: Row, on: date) -> str:
    """Returns each unmet criterion with what was observed of what it asks for."""
    from engine.screen.summary import lacking

    told = []
    for name in one.unmet:
        held = lacking(*one.seen[name], on) or one.findings[name].replace("_", " ")
        told.append(f"{name} ({held})")
    return "; ".join(told)
