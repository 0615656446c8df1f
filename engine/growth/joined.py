"""What somebody was scored, did and committed to follows them where two entries turn out to be one human."""

from __future__ import annotations

import json

from engine.case.restatement import restate
from engine.fact.newest import newest
from engine.fact.row import FactRow, source
from engine.fact.write import write_facts
from engine.record.event import Actor, Event
from engine.store.transaction import Tx

KINDS = (
    "attestation",
    "commitment",
    "cycle",
    "endorsement",
    "evidence",
    "rating",
    "score",
    "standing",
    "training",
)
"""What is said of a human. Level, line and figures are of one contract: which one holds is for an import to say."""


def follow(tx: Tx, joining: Event, actor: Actor) -> tuple[Event, ...]:
    """Returns the event that notes of the human what was known of the entry joined; none where nothing was.

    What the human has under the same key stays. Each row names the fact that it repeats.
    """
    kept, joined = joining.stream.removeprefix("person:"), str(joining.data["alias"])
    own = newest(tx, [kept], None, KINDS)
    taken, chosen = {one.key for one in own}, any(one.kind == "commitment" and one.name for one in own)
    rows = [
        FactRow(
            row=0,
            field=one.field,
            person=kept,
            kind=one.kind,
            key=one.key,
            name=one.name,
            start=one.start,
            end=one.end,
            value=one.value,
            unit=one.unit,
            detail={**json.loads(one.detail), "repeats": source(one.import_seq, one.row, one.field)},
        )
        for one in newest(tx, [joined], None, KINDS)
        if one.key not in taken and not (chosen and one.kind == "commitment")
    ]
    if not rows:
        return ()
    noted = write_facts(tx, rows, actor, joining)
    restate(tx, noted.seq)
    return (noted,)
