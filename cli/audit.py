"""`rung audit`: is the record intact, what does it say, does everything follow from it."""

from __future__ import annotations

import click

from cli.edge import CANNOT_TELL, NO
from cli.option import Desk, desk
from cli.output import show_json, show_table

SHOWN = 20


@click.group()
def audit() -> None:
    """Verifies, replays and reads the record.

    Example: rung audit verify
    """


@audit.command()
@desk(reads=True)
def verify(held: Desk) -> None:
    """Checks every byte of the record against its hashes and the signed checkpoints.

    Exits with 0 where it is consistent with them, 1 where it is broken, 5 where it cannot be told.

    Example: rung audit verify
    """
    verdict = held.engine.verify()
    if held.json:
        show_json(
            {
                "answer": verdict.answer,
                "size": verdict.size,
                "root": verdict.root,
                "checkpoints": verdict.checkpoints,
                "faults": [{"seq": one.seq, "told": one.told} for one in verdict.faults],
            }
        )
    else:
        click.echo(verdict.sentence)
        for one in verdict.faults[1:SHOWN]:
            click.echo(f"  {one}")
        if len(verdict.faults) > SHOWN:
            click.echo(f"  and {len(verdict.faults) - SHOWN} more faults (--json lists all)")
    code = {"consistent": 0, "broken": NO}.get(verdict.answer, CANNOT_TELL)
    if code:
        raise SystemExit(code)


@audit.command()
@desk(reads=True)
def replay(held: Desk) -> None:
    """Derives every case, readiness and vote again from the record, and tells each difference.

    Example: rung audit replay
    """
    from engine.replay.replay import replay as run

    with held.engine.read() as tx:
        found = run(tx)
    if held.json:
        show_json(
            {
                "cases": found.cases,
                "decided": found.decided,
                "sessions": found.sessions,
                "readiness": found.readiness,
                "votes": found.votes,
                "erased": found.erased,
                "differences": [
                    {"seq": one.seq, "what": one.what, "stored": one.stored, "derived": one.derived}
                    for one in found.differences
                ],
            }
        )
    else:
        counts = {
            "case": found.cases,
            "decision": found.decided,
            "recorded readiness": found.readiness,
            "vote count": found.votes,
            "session": found.sessions,
        }
        told = ", ".join(f"{noun} {count}" for noun, count in counts.items())
        click.echo(f"Derived again ({told}).")
        if found.erased:
            click.echo(f"Not derived, since what they rest on is erased or sealed: {found.erased}.")
        for one in found.differences[:SHOWN]:
            click.echo(f"  {one}")
        click.echo("Nothing differs." if not found.differences else f"{len(found.differences)} differences.")
    if found.differences:
        raise SystemExit(NO)


@audit.command()
@click.option("--case", "case", metavar="CASE", help="Only the events of a case.")
@click.option("--after", default=-1, metavar="SEQ", help="Only the events after an entry.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only events of a type; repeat.")
@click.option("--last", type=int, metavar="N", help="Only the last N.")
@desk(reads=True)
def log(held: Desk, case: str | None, after: int, types: tuple[str, ...], last: int | None) -> None:
    """Lists what the record says, oldest first; people by id, never by name.

    Example: rung audit log --last 10
    """
    from engine.case.query import find_case
    from engine.record.log import envelope, read_log, read_stream

    with held.engine.read() as tx:
        if case is not None:
            events = [one for one in read_stream(tx, f"case:{find_case(tx, case)}") if one.seq > after]
            events = [one for one in events if not types or one.type in types]
        else:
            events = list(read_log(tx, after, types or None))
    events = events[-last:] if last else events
    if held.json:
        show_json([envelope(one) for one in events])
        return
    show_table(
        "",
        ("seq", "recorded", "type", "stream", "actor", "rule"),
        [
            (str(one.seq), one.recorded_at[:19], one.type, one.stream, one.actor, one.rule or "")
            for one in events
        ],
    )


@audit.command()
@desk(reads=True)
def checkpoint(held: Desk) -> None:
    """Signs the record's size and root, and writes them outside the database.

    Example: rung audit checkpoint
    """
    path = held.engine.checkpoint()
    note = path.read_text(encoding="utf-8")
    if held.json:
        show_json({"file": str(path), "note": note})
        return
    click.echo(note)
    click.echo(f"Kept in {path}. Keep a copy where whoever holds the database cannot reach it.")
