"""`rung audit`: is the record intact, what does it say, does everything follow from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.edge import BAD_INPUT, CANNOT_TELL, NO
from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.error import BadInput

if TYPE_CHECKING:
    from engine.record.stamp import Stamp

SHOWN = 20


@click.group()
def audit() -> None:
    """Verifies, replays and reads the record.

    Example: rung audit verify
    """


@audit.command()
@click.argument("export", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--key", metavar="VKEY", help="With EXPORT: the public key (or its file) that you trust.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="OLD",
    help="A checkpoint kept elsewhere, which the record must continue; repeat.",
)
@click.option(
    "--tsa-cert",
    "tsa",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="Check the time stamps too, by a certificate that leads to their authority; repeat.",
)
@desk(reads=True)
def verify(
    held: Desk, export: Path | None, key: str | None, since: tuple[Path, ...], tsa: tuple[Path, ...]
) -> None:
    """Checks every byte of the record against its hashes and the signed checkpoints.

    With EXPORT (a zip, its unpacked folder, or a proof) checks that instead, with no workspace needed, as the
    verify.py inside a zip does. Exits with 0 where all is consistent, 1 where something is broken, 5 where it
    cannot be told.

    Example: rung audit verify
    """
    if export is not None:
        _verify_export(held, export, key, since, tsa)
        return
    if key is not None:
        raise BadInput("--key goes with an EXPORT; the record is checked with the workspace's own key.")
    verdict = held.engine.verify(since, tsa)
    if held.json:
        show_json(
            {
                "answer": verdict.answer,
                "size": verdict.size,
                "root": verdict.root,
                "checkpoints": verdict.checkpoints,
                "stamps": [{"size": one.size, "at": one.at, "file": one.file} for one in verdict.stamps],
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


def _verify_export(
    held: Desk, export: Path, key: str | None, since: tuple[Path, ...], tsa: tuple[Path, ...]
) -> None:
    import json

    from engine.record.offline import PROOF, Stop, note_in, read, verify
    from engine.record.stamp import certificates, check_export

    if key is not None and Path(key).is_file():
        key = Path(key).read_text(encoding="utf-8")
    code, told = 0, ""
    try:
        for old in since or (None,):
            code, told = verify(read(export), key, None if old is None else note_in(old))
            if code:
                break
    except Stop as stop:
        code, told = stop.code, str(stop)
    if code == BAD_INPUT:
        raise BadInput(told)
    stamps: tuple[Stamp, ...] = ()
    if tsa and not code:
        files = read(export)
        stamps = check_export(files, json.loads(files[PROOF]), key, certificates(tsa))
        told += "".join(f"\nThe first {one.size} entries were there by {one.at}." for one in stamps)
    if held.json:
        answer = {0: "consistent", NO: "broken"}.get(code, "cannot tell")
        show_json(
            {
                "answer": answer,
                "told": told,
                "stamps": [{"size": one.size, "at": one.at} for one in stamps],
            }
        )
    else:
        click.echo(told)
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
                "restated": list(found.restated),
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
        if found.restated:
            click.echo(f"Resting on facts that were restated since: {', '.join(found.restated)}.")
        for one in found.differences[:SHOWN]:
            click.echo(f"  {one}")
        click.echo("Nothing differs." if not found.differences else f"{len(found.differences)} differences.")
    if found.differences:
        raise SystemExit(NO)


@audit.command()
@click.option("--write", is_flag=True, help="Do it; without, only what would change is told.")
@desk(acts=True, reads=True)
def rebuild(held: Desk, write: bool) -> None:
    """Rebuilds the tables that lists are read from, out of the record, in one transaction.

    First tells what `rung audit replay` finds different, then which tables would be put right. Nothing is changed
    without --write, and nothing at all where `rung audit verify` finds the record broken. An event notes it. Exits
    with 1 where something differs that no rebuilding mends.

    Example: rung audit rebuild --write --as ruth
    """
    done = held.engine.rebuild(held.actor(), write=write)
    if held.json:
        show_json(
            {
                "written": write and bool(done.rows),
                "rows": dict(done.rows),
                "differences": [str(one) for one in done.differences],
                "left": [str(one) for one in done.left],
            }
        )
    else:
        for one in done.differences[:SHOWN]:
            click.echo(f"  {one}")
        if len(done.differences) > SHOWN:
            click.echo(f"  and {len(done.differences) - SHOWN} more (--json lists all)")
        rows = ", ".join(f"{count} of {name}" for name, count in done.rows.items())
        if not rows:
            other = "Every other table" if done.left else "Every table"
            click.echo(f"{other} holds what the record leads to.")
        else:
            click.echo(f"Rows put right: {rows}." if write else f"Rows to put right with --write: {rows}.")
        for one in done.left:
            click.echo(f"Not mended by this: {one}")
    if done.left:
        raise SystemExit(NO)


@audit.command()
@click.option("--case", "case", metavar="CASE", help="Only the events of a case.")
@click.option("--after", default=-1, metavar="SEQ", help="Only the events after an entry.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only events of a type; repeat.")
@click.option("--last", type=int, metavar="N", help="Only the last N.")
@desk(reads=True, sees=True)
def log(held: Desk, case: str | None, after: int, types: tuple[str, ...], last: int | None) -> None:
    """Lists what the record says, oldest first; people by id, never by name.

    While a ballot is under seal, whoever does not sit in it reads the log up to where it began.

    Example: rung audit log --last 10
    """
    from engine.case.ballot import seals
    from engine.case.query import find_case
    from engine.record.kept import read_stream
    from engine.record.log import envelope, read_log

    reader = held.reader()
    with held.engine.read() as tx:
        sealed = seals(tx, reader)
        if case is not None:
            sealed = {label: since for label, since in sealed.items() if label == case.upper()}
            events = [one for one in read_stream(tx, f"case:{find_case(tx, case)}") if one.seq > after]
            events = [one for one in events if not types or one.type in types]
        else:
            events = list(read_log(tx, after, types or None))
    label = min(sealed, key=lambda one: sealed[one], default=None)
    if label is not None:
        events = [one for one in events if one.seq <= sealed[label]]
        told = f"The log is told up to entry {sealed[label]}: {label} is judged under seal since."
        click.echo(f"{told} Its chair and panel read on with --as.", err=True)
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
@click.argument("case", required=False, metavar="[CASE]")
@click.option("--all", "whole", is_flag=True, help="Every entry of the log instead of a case's.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="OLD",
    help="A checkpoint kept elsewhere that the proof shall continue; repeat.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write; else the workspace's exports folder.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@desk(reads=True)
def proof(
    held: Desk, case: str | None, whole: bool, since: tuple[Path, ...], out: Path | None, force: bool
) -> None:
    """Writes one file that proves a case's entries to anybody who has the public key.

    It holds the entries' bytes (ids and commitments, never a name or a reason), their way to the signed root,
    and what shows that the log continues every checkpoint kept here. `rung audit verify FILE --key KEY`
    checks it, and so does the verify.py of any zip packet.

    Example: rung audit proof C-0001
    """
    from cli.export import write
    from engine.custody.checkpoint import keep
    from engine.custody.proof import case_proof

    if (case is None) is not whole:
        raise BadInput("Name a case, such as C-0001, or ask for --all; one of the two.")
    engine = held.engine
    with engine.read() as tx:
        data, top, subject = case_proof(tx, engine.root, case, since)
    name = subject if case is not None else "record"
    out = out or engine.root / "exports" / f"{name}-proof.json"
    write(out, data, force=force)
    keep(engine.root, top)
    if held.json:
        show_json({"subject": subject, "size": top.size, "file": str(out), "bytes": len(data)})
    else:
        click.echo(
            f"{subject} is proved under the checkpoint of {top.size} entries: {out} ({len(data):,} bytes)"
        )


@audit.command()
@click.option("--daily", is_flag=True, help="Only where none was signed today: for a scheduler.")
@desk(reads=True)
def checkpoint(held: Desk, daily: bool) -> None:
    """Signs the record's size and root, and writes them outside the database.

    Example: rung audit checkpoint
    """
    path = held.engine.daily_checkpoint() if daily else held.engine.checkpoint()
    if path is None:
        if held.json:
            show_json({"file": None, "note": None})
        else:
            click.echo("A checkpoint was signed today already.")
        return
    note = path.read_text(encoding="utf-8")
    if held.json:
        show_json({"file": str(path), "note": note})
        return
    click.echo(note)
    click.echo(f"Kept in {path}. Keep a copy where whoever holds the database cannot reach it.")


@audit.command()
@click.option("--tsa", required=True, metavar="URL", help="The time-stamping authority (RFC 3161).")
@click.option(
    "--tsa-cert",
    "certs",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    metavar="FILE",
    help="A certificate that leads to the authority: its signature is checked before the stamp is kept; repeat.",
)
@desk(reads=True)
def stamp(held: Desk, tsa: str, certs: tuple[Path, ...]) -> None:
    """Has an outside authority say by when the newest checkpoint was there.

    Only the digest of the checkpoint is sent. The answer is kept beside the checkpoint and goes into every export;
    `rung audit verify --tsa-cert FILE` checks it offline, and so does `openssl ts -verify`. Needs the extra `stamp`.

    Example: rung audit stamp --tsa https://tsa.example/tsr --tsa-cert authority.pem
    """
    from engine.custody.authority import stamp_newest
    from engine.custody.checkpoint import CHECKPOINTS

    found = stamp_newest(held.engine.root / CHECKPOINTS, tsa, certs)
    if held.json:
        show_json({"size": found.size, "at": found.at, "file": found.file})
        return
    click.echo(f"The checkpoint of {found.size} entries was there by {found.at}, says {tsa}: {found.file}")
    if not certs:
        click.echo("Its signer was not checked: give the authority's certificate with --tsa-cert.")


@audit.command("rotate-key")
@desk(acts=True)
def rotate_key(held: Desk) -> None:
    """Changes the key that signs checkpoints, under the old key's hand and the new one's.

    The log keeps the statement of the change, so that whoever trusts one key can follow to the other. The old
    private key is gone afterwards.

    Example: rung audit rotate-key --as ruth
    """
    found = held.engine.rotate_key(held.actor())
    click.echo(f"From now on the record is signed by {found}")
    click.echo("Give this public key to those who had the old one; the old one still leads to it.")
