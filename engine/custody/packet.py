"""Hands out a case's packet as bytes, signed and kept where it proves itself: for the terminal and the web alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.case.ballot import seals
from engine.custody.checkpoint import keep, last
from engine.custody.proof import case_proof, zipped
from engine.packet.model import Variant
from engine.packet.reader import packet
from engine.packet.render import check_format, render
from engine.people.directory import natural
from engine.record.event import Actor
from engine.store.database import Store
from engine.store.transaction import Tx


def written(
    store: Store,
    root: Path,
    organisation: str,
    case: str,
    variant: Variant,
    form: str,
    actor: Actor,
    since: Sequence[Path] = (),
) -> tuple[str, bytes]:
    """Returns a case's label and its packet in a format; a zip rests on a checkpoint that is signed and kept for it.

    Raises BadInput or Unknown for a format or case that is none, Refused where the actor may not have the variant.
    """
    check_format(form)
    signed = None
    with store.read() as tx:
        note = _newest(tx, root, actor)
        made = packet(tx, case, variant, actor, organisation=organisation, checkpoint=note)
        if form == "zip":
            data, signed = zipped(tx, root, made, since)
        else:
            data = render(made, form)
    if signed is not None:
        keep(root, signed)
    return made.label, data


def _newest(tx: Tx, root: Path, actor: Actor) -> str | None:
    """Returns the newest checkpoint, unless its size would tell how many have judged under seal; None then."""
    kept = last(root)
    if kept is None:
        return None
    begun = min(seals(tx, natural(tx, actor.person)).values(), default=kept.size)
    return kept.note if kept.size <= begun + 1 else None


def proved(store: Store, root: Path, case: str) -> tuple[str, bytes]:
    """Returns a case's label and its proof file, under a checkpoint that is signed and kept for it."""
    with store.read() as tx:
        data, top, subject = case_proof(tx, root, case)
    keep(root, top)
    return subject, data
