"""Makes a case's proof, and a zip packet that proves itself, under a checkpoint signed then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from engine.case.ballot import seals
from engine.case.query import find_case, load
from engine.custody.authority import tokens
from engine.custody.checkpoint import CHECKPOINTS, KEYS, last, sign_now
from engine.packet.archive import archive
from engine.packet.model import Packet
from engine.packet.timeline import knowable
from engine.record.bundle import bundle
from engine.record.checkpoint import Checkpoint, checkpoints, parse
from engine.record.event import Gone
from engine.record.kept import read_stream
from engine.record.key import load_key, load_public, rotations, trusted
from engine.record.note import sign as sign_note
from engine.record.offline import note_in
from engine.record.stamp import kept
from engine.store.transaction import Tx
from terms.canonical import Json, canonical
from terms.error import BadInput, Reason, Refused


def case_proof(
    tx: Tx, root: Path, case: str | None, since: Sequence[Path] = ()
) -> tuple[bytes, Checkpoint, str]:
    """Returns the proof file of a case, or of the whole log where none is named, its checkpoint, its subject.

    While a ballot is under seal, a case's entries end where it began, and the whole log is refused (law 7): its
    entries say who has judged. Raises Unknown where there is no such case, BadInput for a file of `since`
    that holds no checkpoint, Refused for the whole log during a ballot.
    """
    open_now = seals(tx, None) if case is None else {}
    if open_now:
        told = f"The whole log says who has judged, and {', '.join(open_now)} is under seal; wait for the reveal."
        raise Refused("The whole log is not proved now.", reasons=(Reason("law:7", told),))
    top = sign_now(tx, root)
    seqs: list[int] = []
    subject = None
    if case is not None:
        case_id = find_case(tx, case)
        shown = knowable(read_stream(tx, f"case:{case_id}"), "auditor")
        seqs, subject = [one.seq for one in shown], load(tx, case_id).label
    made = _bundled(tx, root, subject, seqs, top, since=_sizes(root, since), whole=case is None)
    return canonical(made) + b"\n", top, subject or top.origin


def zipped(tx: Tx, root: Path, packet: Packet, since: Sequence[Path] = ()) -> tuple[bytes, Checkpoint]:
    """Returns a packet as a zip that proves itself, and the checkpoint that it rests on.

    The auditor's holds the entries' bytes and what they committed to; others hold the hashes of theirs.
    """
    top = sign_now(tx, root)
    seqs = [one.seq for one in packet.proof.entries]
    opened: dict[int, Collection[str]] = {}
    if packet.variant == "auditor":
        for event in read_stream(tx, f"case:{packet.case}"):
            opened[event.seq] = [
                name
                for name, held in event.payload.items()
                if held is not None and not isinstance(held, Gone)
            ]
    sizes = _sizes(root, since)
    bodies = packet.variant == "auditor"
    subject = f"{packet.label} for the {packet.variant}"
    proof = _bundled(tx, root, subject, seqs, top, since=sizes, bodies=bodies, opened=opened)
    key = load_key(root / KEYS)
    return archive(packet, proof, lambda text: sign_note(text, top.origin, key)), top


def _bundled(
    tx: Tx,
    root: Path,
    subject: str | None,
    seqs: Sequence[int],
    top: Checkpoint,
    *,
    since: Collection[int],
    bodies: bool = True,
    opened: dict[int, Collection[str]] | None = None,
    whole: bool = False,
) -> dict[str, Json]:
    return bundle(
        tx,
        subject,
        seqs,
        top,
        load_public(root / KEYS),
        since=since,
        rotations=rotations(root / KEYS),
        bodies=bodies,
        opened=opened,
        whole=whole,
        stamps=[kept(note, token) for note, token, _ in tokens(root / CHECKPOINTS)],
    )


def _sizes(root: Path, since: Sequence[Path]) -> set[int]:
    """Returns the sizes of the checkpoints that a proof continues: those kept here, and those named."""
    keys = trusted(root / KEYS)
    found = {one.size for one in checkpoints(root / CHECKPOINTS, *keys)} if last(root) else set()
    for path in since:
        if not path.is_file():
            raise BadInput(f"No file {path}; give a checkpoint (`rung audit checkpoint` writes one).")
        found.add(parse(note_in(path), *keys).size)
    return found
