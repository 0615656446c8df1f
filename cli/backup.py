"""`rung backup` and `rung restore`: a workspace in one file, and a workspace out of one."""

from __future__ import annotations

from pathlib import Path

import click

from cli.edge import CANNOT_TELL
from cli.option import Desk, desk
from cli.output import show_json


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write; else the workspace's exports folder, named after the record's size.",
)
@desk(reads=True)
def backup(held: Desk, out: Path | None) -> None:
    """Writes the whole workspace into one file, as of one moment, while others go on working.

    It holds the database (of PostgreSQL too), the settings, the checkpoints and the keys: keep it as safe as
    the workspace itself, and elsewhere.

    Example: rung backup --out /mnt/vault/review.zip
    """
    engine = held.engine
    if out is None:
        from engine.record.log import head

        with engine.read() as tx:
            size = head(tx).size
        out = engine.root / "exports" / f"backup-{size:012d}.zip"
    top = engine.backup(out)
    if held.json:
        show_json({"file": str(out), "size": top.size, "bytes": out.stat().st_size})
    else:
        click.echo(f"{top.size} entries, keys and checkpoints are in {out} ({out.stat().st_size:,} bytes).")
        click.echo("It holds the keys: whoever has it can sign as this workspace.")


@click.command()
@click.argument("file", metavar="BACKUP", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--database", metavar="URL", help="An empty PostgreSQL schema to restore into.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="NOTE",
    help="A checkpoint kept elsewhere; a backup older than it is refused. Repeat.",
)
@desk(reads=True)
def restore(held: Desk, file: Path, folder: Path, database: str | None, since: tuple[Path, ...]) -> None:
    """Makes a workspace out of a backup, in a new folder, and verifies it.

    Give the newest checkpoint you have with --since: a backup that ends before it is refused, since entries
    that somebody has seen would be gone. Exits with 5 where no checkpoint says whether the backup is whole.

    Example: rung restore /mnt/vault/review.zip review-again --since newest.note
    """
    from engine.founding import restore as run

    verdict = run(file, folder, database=database, since=since)
    if held.json:
        show_json(
            {"folder": str(folder), "answer": verdict.answer, "size": verdict.size, "root": verdict.root}
        )
    else:
        click.echo(f"A workspace stands in {folder}. {verdict.sentence}")
    if verdict.answer != "consistent":
        raise SystemExit(CANNOT_TELL)
