"""What a people file enters in the directory, as facts that commit to it; and whether the directory still says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, select

from engine.fact.row import ALWAYS, FactRow
from engine.people.directory import Person, blotted
from engine.record.log import read_log
from engine.record.payload import commitment
from engine.record.verify import ERASING, Fault
from engine.store.table.fact import fact
from engine.store.table.person import person
from engine.store.transaction import Tx

ENTRY = "entry"


def entry(tx: Tx, row: int, held: Person) -> FactRow:
    """Returns the fact that commits to who somebody in the directory is, from a row of a people file.

    It names nobody: names, e-mails and HR ids stay in the directory alone.
    """
    salt = tx.sources.salts()
    return FactRow(
        row=row,
        field=ENTRY,
        person=held.natural,
        kind=ENTRY,
        key=f"{ENTRY}|{held.id}",
        name="",
        start=ALWAYS,
        detail={"id": held.id, "label": held.label, "salt": salt.hex(), "digest": _digest(salt, held)},
    )


def entered(tx: Tx) -> dict[str, dict[str, Any]]:
    """Returns, by id, what the newest import commits to of everybody, and which it was (`event`)."""
    query = select(fact).where(fact.c.kind == ENTRY).order_by(fact.c.import_seq, fact.c.row)
    return {told["id"]: told for told in map(_told, tx.connection.execute(query)) if told is not None}


def _told(one: Row[Any]) -> dict[str, Any] | None:
    """Returns what a stored fact commits to; None where that cannot be read, which its import does not fit then."""
    try:
        detail = json.loads(one.detail)
        told = {name: str(detail[name]) for name in ("id", "label", "digest")}
        return {**told, "salt": bytes.fromhex(detail["salt"]), "event": one.import_seq}
    except (ValueError, TypeError, LookupError):
        return None


def check_directory(tx: Tx) -> Iterator[Fault]:
    """Yields a fault for everybody of whom the directory says something else than the newest import that entered them,
    for whoever is there and was never entered, and for whoever was entered and is gone.

    What an erasure emptied says so, and by which event. Of whom an import wrote that commits to nobody, as those of the
    first drafts did, nothing is known.
    """
    known, erasures, silent = entered(tx), set[int](), set[int]()
    for event in read_log(tx, types=(ERASING, "FactsImported")):
        if event.type == ERASING:
            erasures.add(event.seq)
        elif event.data.get("kind", "people") == "people" and "entries" not in event.data:
            silent.add(event.seq)
    for held in tx.connection.execute(select(person).order_by(person.c.label)):
        told = known.pop(held.id, None)
        if held.event in silent:
            continue
        if told is not None:
            if (held.event, _digest(told["salt"], held)) != (told["event"], told["digest"]):
                of = told["label"]
                yield Fault(told["event"], f"the directory says something else of {of} than this import")
        elif held.event not in erasures:
            yield Fault(None, f"{held.label} is in the directory, and no import entered them")
        elif any(getattr(held, name) != value for name, value in blotted(held.event, held.label).items()):
            yield Fault(held.event, f"the directory tells of {held.label}, whom this erased")
    for told in known.values():
        yield Fault(told["event"], f"{told['label']}, whom this import entered, is gone from the directory")


def _digest(salt: bytes, held: Person | Row[Any]) -> str:
    """Returns the commitment to all that the directory says of who an id is."""
    return commitment(salt, {name: getattr(held, name) for name in ("id", "label", "hr_id", "name", "email")})
