"""`rung calendar`: what a person has before them, as a feed for their own calendar."""

from __future__ import annotations

from pathlib import Path

import click

from cli.option import Desk, desk
from cli.output import show_json
from terms.error import BadInput, Conflict

BEGINNING = b"BEGIN:VCALENDAR"


@click.command()
@click.argument("person", metavar="PERSON")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write; a calendar that is there is replaced. Else it is printed.",
)
@desk(acts=True, reads=True)
def calendar(held: Desk, person: str, out: Path | None) -> None:
    """Writes your tasks, deadlines, sessions, actions and scores that are due as an iCalendar file (RFC 5545).

    Only its owner gets it. Written again, it keeps every entry's name, raises the sequence of what changed and
    cancels what is gone, so that a calendar program can subscribe to it.

    Example: rung calendar E-1005 --out me.ics --as E-1005
    """
    from engine.letter.agenda import agenda
    from engine.people.directory import find_person

    actor, engine = held.actor(), held.engine
    with engine.read() as tx:
        who = find_person(tx, person)
    data = engine.calendar(who.id, actor)
    if out is not None:
        _write(out, data)
    if held.json:
        with engine.read() as tx:
            lines = agenda(tx, who.id)
        show_json(
            [
                {
                    "day": one.day.isoformat(),
                    "last": one.last.isoformat() if one.last else None,
                    "what": f"{one.said} {one.named}".strip(),
                    "command": one.command,
                }
                for one in lines
            ]
        )
    elif out is not None:
        click.echo(f"The calendar of {who.name}: {out} ({data.count(b'BEGIN:VEVENT')} entries)")
    else:
        click.echo(data, nl=False)


def _write(path: Path, data: bytes) -> None:
    """Replaces a calendar by a newer one, whole; raises Conflict where something else is there."""
    try:
        if path.exists():
            with path.open("rb") as there:
                if there.read(len(BEGINNING)) != BEGINNING:
                    raise Conflict(f"{path} is there already and no calendar; write elsewhere with --out.")
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None
