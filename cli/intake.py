"""`rung import`: files into facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json
from terms.error import BadInput

if TYPE_CHECKING:
    from engine.fact.report import Report

SAYS = {
    "people": "who there is: HR id, name, e-mail, manager, level, roles",
    "attainment": "actual and target per person, metric and period",
    "quotas": "targets per person and period, where bookings come apart",
    "bookings": "dated amounts, summed into the periods that the quotas gave",
    "scores": "competency scores per cycle, on the current level and the next",
    "training": "courses done",
    "standing": "standings such as a performance plan",
    "evidence": "lists of evidence, with who verified it",
    "leave": "leave, which stops clocks",
    "ratings": "ratings, such as exceeding, each on its day",
    "coaching": "who coached whom, from when to when",
    "seats": "how many seats of a level are open, from when on",
}
SHOWN = 10


@click.group(name="import")
def intake() -> None:
    """Imports a CSV file: all of it or nothing, every bad row told, the same file twice without effect.

    Example: rung import people people.csv --as E-1001
    """


def _command(kind: str) -> click.Command:
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option(
        "--mapping", type=click.Path(path_type=Path), help="How foreign columns become Rung's (YAML)."
    )
    @click.option("--complete-as-of", metavar="DATE", help="The file is complete up to that day.")
    @click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
    @desk(acts=True, reads=True)
    def run(held: Desk, file: Path, mapping: Path | None, complete_as_of: str | None, dry_run: bool) -> None:
        from engine.fact.intake import File

        given = File(
            kind=kind,
            data=_read(file),
            name=file.name,
            mapping=_read(mapping) if mapping else None,
            mapping_name=mapping.name if mapping else "",
            complete_as_of=complete_as_of,
        )
        report = held.engine.import_file(given, held.actor(), dry_run=dry_run)
        if held.json:
            show_json(report.json())
        else:
            _show(report)

    run.__doc__ = f"Imports {SAYS[kind]}.\n\nExample: rung import {kind} {kind}.csv --dry-run --as E-1001"
    decorate: Callable[[Callable[..., None]], click.Command] = click.command(kind)
    return decorate(run)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise BadInput(f"No file {path}.")
    return path.read_bytes()


def _show(report: Report) -> None:
    done = "would be taken" if report.dry_run else "taken"
    click.echo(f"{report.file}: {report.rows} rows, {report.facts} facts {done}.")
    click.echo(f"  {report.new} new, {report.changed} changed, {report.unchanged} unchanged.")
    for note in report.notes:
        click.echo(f"  {note}")
    if report.skipped:
        click.echo(f"  {len(report.skipped)} rows skipped by the mapping:")
        for one in report.skipped[:SHOWN]:
            click.echo(f"    row {one.row}: {one.reason}")
        if len(report.skipped) > SHOWN:
            click.echo(f"    and {len(report.skipped) - SHOWN} more (--json lists all)")


for name in SAYS:
    intake.add_command(_command(name))
