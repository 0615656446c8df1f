"""Signs checkpoints (at a decision, daily, on demand) and never one that an earlier one contradicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from engine.custody.authority import with_stamps
from engine.fact.check import check_facts
from engine.fact.entry import check_directory
from engine.record.checkpoint import (
    Checkpoint,
    checkpoints,
    newest,
    parse,
    refuse_fork,
    sign,
    write_checkpoint,
)
from engine.record.command import check_commands
from engine.record.key import load_key, load_public, trusted
from engine.record.log import TIME, read_between
from engine.record.note import Verifier
from engine.record.offline import note_in
from engine.record.verify import Fault, Verdict, verify
from engine.store.database import Store
from engine.store.transaction import Tx
from terms.error import BadInput, RungError

CHECKPOINTS, KEYS = "checkpoints", "keys"


def last(root: Path) -> Checkpoint | None:
    """Returns the newest checkpoint of a workspace; None where nothing has been signed."""
    return newest(root / CHECKPOINTS, *trusted(root / KEYS))


def sign_now(tx: Tx, root: Path) -> Checkpoint:
    """Returns a checkpoint of the log as it stands; raises Broken where it does not continue the last one."""
    refuse_fork(tx, last(root))
    return parse(sign(tx, load_key(root / KEYS)), load_public(root / KEYS))


def keep(root: Path, one: Checkpoint) -> Path:
    """Returns the file outside the database that a checkpoint now stands in."""
    return write_checkpoint(root / CHECKPOINTS, one.note)


def sign_saved(store: Store, root: Path) -> tuple[str, ...]:
    """Returns a remark where what was just saved could not be signed: it stays saved all the same."""
    try:
        with store.read() as tx:
            made = sign_now(tx, root)
        keep(root, made)
    except (OSError, RungError) as error:
        told = getattr(error, "strerror", None) or str(error).rstrip(".")
        return (
            f"left: it is saved, and no checkpoint was signed ({told}); `rung audit checkpoint` signs one later",
        )
    return ()


def due(tx: Tx, root: Path) -> bool:
    """Returns whether no checkpoint was signed today, in the workspace's zone."""
    held = last(root)
    if held is None or not held.at:
        return True
    signed = datetime.strptime(held.at, TIME).replace(tzinfo=UTC)
    return signed.astimezone(tx.sources.zone).date() != tx.sources.today()


def check_founded(tx: Tx, keys: Sequence[Verifier]) -> Iterator[Fault]:
    """Yields a fault where the workspace's key, and those that it followed, are not the one the record began with."""
    first = next(iter(read_between(tx, 0, 0)), None)
    founded = None if first is None else first.data.get("key")
    if founded is not None and str(keys[-1]) != founded:
        told = f"it was founded under the key {founded}, to which no change of keys leads from the one here"
        yield Fault(0, told)


def verify_now(tx: Tx, root: Path, since: Sequence[Path] = (), tsa: Sequence[Path] = ()) -> Verdict:
    """Returns the verdict on the record against the checkpoints of a workspace, and others kept elsewhere.

    With an authority's certificates, the time stamps on those checkpoints are checked too.
    Raises BadInput for a file that holds no checkpoint.
    """
    keys = trusted(root / KEYS)
    known = list(checkpoints(root / CHECKPOINTS, *keys))
    for path in since:
        if not path.is_file():
            raise BadInput(f"No file {path}; give a checkpoint (`rung audit checkpoint` writes one).")
        known.append(parse(note_in(path), *keys))
    verdict = verify(
        tx, known, [check_facts, check_directory, check_commands, partial(check_founded, keys=keys)]
    )
    return with_stamps(verdict, root / CHECKPOINTS, tsa) if tsa else verdict
