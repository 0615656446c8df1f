"""`rung screen`: how ready everybody is for a level."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from cli.authoring import write
from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day
from terms.quantity import plain

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from engine.case.readiness import Assessed
    from engine.screen.run import Screened
    from rules.criterion import Criterion
    from rules.observed import Observed
    from rules.policy import Move

NEAREST = 10
WORDS = {True: "met", False: "not_met", None: "undetermined"}


class Row(NamedTuple):
    """Holds one person's status and that of each required criterion, whichever evaluator found them.

    `seen`: each required criterion with what was observed; `distance`: what is lacking, summed over the unmet.
    """

    person: str
    status: str
    findings: dict[str, str]
    seen: dict[str, tuple[Criterion, Observed]]
    distance: Fraction

    @property
    def unmet(self) -> list[str]:
        """Returns the criteria that are not met or undetermined."""
        return [name for name, status in self.findings.items() if status != "met"]


def _row(person: str, status: str, held: list[tuple[Criterion, str, Observed]], on: date) -> Row:
    from fractions import Fraction

    from rules.distance import distance

    far = sum((distance(one, seen, on) for one, told, seen in held if told != "met"), Fraction(0))
    findings = {one.id: told for one, told, _ in held}
    return Row(person, status, findings, {one.id: (one, seen) for one, _, seen in held}, far)


def _assessed(one: Assessed, on: date) -> Row:
    from rules.observed import observed

    held = [(each.criterion, str(each.status), observed(each, on)) for each in one.readiness.findings]
    return _row(one.readiness.person, str(one.readiness.status), held, on)


def _screened(move: Move, one: Screened, on: date) -> Row:
    from engine.screen.run import criteria

    told = {
        id(each): (WORDS[status], seen)
        for each, status, seen in zip(criteria(move), one.statuses, one.observed, strict=True)
    }
    return _row(one.person, WORDS[one.ready], [(each, *told[id(each)]) for each in move.ready], on)


def _shown(criterion: Criterion, seen: Observed) -> str:
    """Returns an observed value as text: amounts as decimals, counts, days and words as they are."""
    if seen is None:
        return ""
    figure = criterion.kind in ("attainment", "weighted") and isinstance(seen, int)
    return plain(int(seen)) if figure else str(seen)


def _lines(found: list[Row], names: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    """Yields one line per person and criterion."""
    for one in found:
        for name, status in one.findings.items():
            held = (name, status, _shown(*one.seen[name]))
            yield (one.person, names[one.person], one.status, len(one.unmet), *held)


def _write(found: list[Row], names: Mapping[str, str], files: Mapping[str, Path | None], title: str) -> None:
    from engine.screen.plot import plot
    from engine.screen.table import save_csv, save_parquet

    if (path := files["csv"]) is not None:
        save_csv(path, _lines(found, names))
    if (path := files["parquet"]) is not None:
        save_parquet(path, _lines(found, names))
    if (path := files["plot"]) is not None:
        counts = {
            name: Counter(one.findings[name] for one in found if name in one.findings)
            for name in dict.fromkeys(name for one in found for name in one.findings)
        }
        write(path, plot(title, counts).encode(), force=True)


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

    on = day(as_of) if as_of else held.engine.sources.today()
    seen = held.engine.sources.end_of(day(known_at)) if known_at else None
    with held.engine.read() as tx:
        if where == "python":
            assessed = assess_all(tx, target, as_of=on, named=policy, known_at=seen)
            found = [_assessed(one, on) for one in assessed]
        else:
            from engine.screen.workforce import workforce

            database, tell = held.engine.config.database, progress()
            screened = workforce(
                tx, target, where, database, as_of=on, named=policy, known_at=seen, progress=tell
            )
            found = [_screened(move, one, on) for move, one in screened]
        names = {one.id: one for one in people(tx)}
    files = {"csv": saved, "parquet": parquet, "plot": drawn}
    labels = {who: one.label for who, one in names.items()}
    _write(found, labels, files, f"{len(found)} people who can move to {target}, {on}")
    near = sorted((one for one in found if one.unmet), key=lambda one: (len(one.unmet), one.distance))
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
                        "observed": {name: _shown(*seen) or None for name, seen in one.seen.items()},
                    }
                    for one in found
                ],
                "near_misses": [names[one.person].label for one in near],
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
    if near:
        shown = [(names[one.person].name, str(len(one.unmet)), _lacks(one)) for one in near[:NEAREST]]
        show_table("Nearest to it", ("person", "unmet", "what, with what was observed"), shown)


def _lacks(one: Row) -> str:
    told = ((name, one.findings[name], _shown(*one.seen[name])) for name in one.unmet)
    return "; ".join(f"{name} {f'({seen})' if seen else status}" for name, status, seen in told)
