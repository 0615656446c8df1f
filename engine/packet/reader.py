"""Hands a packet to a person who may have it: the one door for every face."""

from __future__ import annotations

from engine.access.permit import require
from engine.case.query import find_case, load
from engine.case.relation import relations
from engine.packet.build import build
from engine.packet.model import Packet, Variant
from engine.record.event import Actor
from engine.store.transaction import Tx


def packet(
    tx: Tx,
    text: str,
    variant: Variant,
    actor: Actor,
    *,
    organisation: str = "",
    checkpoint: str | None = None,
) -> Packet:
    """Returns the packet of the case with a label or id.

    Raises BadInput or Unknown where there is no such case, Refused where the actor may not have the variant.
    """
    case_id = find_case(tx, text)
    case = load(tx, case_id)
    require(f"export {variant}", relations(tx, case, actor, tx.sources.today()), case.label)
    return build(tx, case_id, variant, organisation=organisation, checkpoint=checkpoint)
