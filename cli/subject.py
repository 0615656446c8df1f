"""`rung subject`: gives a person all that is kept about them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from cli.option import Desk, desk
from cli.output import show_json


@click.group()
def subject() -> None:
    """Gives a person all that is kept about them.

    Example: rung subject export E-1178 --as ruth
    """


@subject.command()
@click.argument("person", metavar="PERSON")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write; else the workspace's exports folder.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@desk(acts=True, reads=True)
def export(held: Desk, person: str, out: Path | None, force: bool) -> None:
    """Writes all that is kept about a person into one JSON file, with other people taken out.

    It holds the directory's entries, every fact with its source, and every event with its texts. Others are
    numbered, and their names in texts are replaced; judgements that are still sealed stay sealed. The person
    themself and HR may have it, and the record notes who was given it.

    Example: rung subject export E-1178 --as E-1178
    """
    from cli.export import write
    from engine.custody.command import NoteSubjectExport
    from engine.custody.subject import subject_file
    from engine.people.directory import find_person

    actor, engine = held.actor(), held.engine
    with engine.read() as tx:
        who = find_person(tx, person)
        data = subject_file(tx, who.id, actor, engine.standing(tx, actor))
    out = out or engine.root / "exports" / f"{who.label}-subject.json"
    write(out, data, force=force)
    digest = hashlib.sha256(data).hexdigest()
    engine.act(NoteSubjectExport(person=who.id, digest=digest), actor)
    if held.json:
        show_json({"person": who.label, "file": str(out), "bytes": len(data), "sha256": digest})
        return
    click.echo(f"All that is kept about {who.label}: {out} ({len(data):,} bytes)")
