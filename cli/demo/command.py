"""`rung demo`: a whole review cycle on a made-up company, in one folder, in well under a minute."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from cli.output import show_json
from terms.error import Conflict

MARKER = ".made-by-rung-demo"
NEXT = (
    ("cd {folder}", ""),
    ("rung case show C-0001", "one case, criterion by criterion"),
    ("rung ready 'Ines Duarte' --to senior-ae", "what is still to do"),
    ("rung gap 'Marcus Feld' --to sales-manager --as E-1002", "where his gaps concentrate"),
    ("rung plan show 'Marcus Feld' --as E-1002", "and what is planned about them"),
    ("rung session show S-0001", "scores, votes and dissent"),
    ("rung export C-0002 --as auditor --format md --actor E-1002", "a packet for an auditor"),
    ("rung audit verify && rung audit replay", "the record, and everything derived again"),
)


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("rung-demo"),
    show_default=True,
    help="Where the workspace goes; a folder that an earlier demo made is replaced.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the cases and the record as one JSON object.")
def demo(folder: Path, as_json: bool) -> None:
    """Makes up a company, screens it, walks five cases to their ends, and proves the record.

    Example: rung demo
    """
    from cli.demo.story import export, summary, tell

    _clear(folder)
    lines: list[str] = []
    engine = tell(folder, lines.append if as_json else click.echo)
    try:
        engine.checkpoint()
        packets = export(engine, ("candidate", "committee", "auditor"))
        found = summary(engine)
        if as_json:
            show_json(found)
            return
        click.echo("")
        click.echo(f"{packets} packets are in {folder / 'exports'}, one per case and reader.")
        click.echo(engine.verify().sentence)
        click.echo(f"\nEverything is in {folder}. Go on there:")
        for command, why in NEXT:
            click.echo(f"  {command.format(folder=folder):<60}{why}".rstrip())
    finally:
        engine.close()


def _clear(folder: Path) -> None:
    """Makes an empty folder; removes only what an earlier demo made."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).is_file():
            raise Conflict(f"{folder} is not empty, and no demo made it; name another with --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(
        "This folder was made by `rung demo` and may be replaced by it.\n", encoding="utf-8"
    )
