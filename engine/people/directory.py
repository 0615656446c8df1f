"""Finds natural persons: by id, HR id, e-mail, label, or an unambiguous part of a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, insert, select, update

from engine.record.event import Gone
from engine.record.kept import kept
from engine.record.log import touch
from engine.store.table.person import person as person_table
from engine.store.transaction import Tx
from terms.error import Ambiguous, BadInput, Unknown

SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Holds one entry of the directory; `natural` is the id of the human whose alias this is."""

    id: str
    natural: str
    label: str
    hr_id: str
    name: str
    email: str | None


def _person(row: Row[tuple[object, ...]]) -> Person:
    held = row._mapping
    return Person(**{name: held[name] for name in Person.__slots__})


def people(tx: Tx) -> tuple[Person, ...]:
    """Returns everybody, by label."""
    return tuple(_by_id(tx).values())


def _by_id(tx: Tx) -> dict[str, Person]:
    def look() -> dict[str, Person]:
        rows = tx.connection.execute(select(person_table).order_by(person_table.c.label))
        return {found.id: found for found in (_person(row) for row in rows)}

    return kept(tx, "people", look)


def person(tx: Tx, person_id: str) -> Person:
    """Returns the person with an id; raises Unknown where nobody has it."""
    found = _by_id(tx).get(person_id)
    if found is None:
        raise Unknown(f"Nobody has the id {person_id}.")
    return found


def natural(tx: Tx, person_id: str) -> str:
    """Returns the id of the human behind an id; an id that the directory has not is its own."""
    found = _by_id(tx).get(person_id)
    return person_id if found is None else found.natural


def same_natural_person(tx: Tx, one: str, other: str) -> bool:
    """Returns whether two ids are aliases of one human."""
    return natural(tx, one) == natural(tx, other)


def find_person(tx: Tx, text: str) -> Person:
    """Returns the person whom a text names: HR id, e-mail or label exactly, else part of a name.

    Raises BadInput for an empty text, Unknown where nobody fits, Ambiguous with the matches where several do.
    """
    wanted = text.strip()
    if not wanted:
        raise BadInput("Name somebody: an HR id, an e-mail, a label such as P-0012, or part of a name.")
    table = person_table.c
    exact = tx.connection.execute(
        select(person_table).where(
            (table.hr_id == wanted)
            | (func.lower(table.email) == wanted.lower())
            | (table.label == wanted.upper())
            | (table.id == wanted)
        )
    ).all()
    if len(exact) == 1:
        return _person(exact[0])
    folded = wanted.casefold()
    found = [one for one in people(tx) if folded in one.name.casefold()]
    whole = [one for one in found if one.name.casefold() == folded]
    if len(whole) == 1 or len(found) == 1:
        return (whole or found)[0]
    if not found:
        raise Unknown(
            f"Nobody here is called {wanted!r}; give an HR id, an e-mail, a label or part of a name."
        )
    listed = ", ".join(f"{one.name} ({one.label}, {one.hr_id})" for one in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    raise Ambiguous(f"{wanted!r} fits {len(found)} people: {listed}{more}; give the label or the HR id.")


def by_hr_id(tx: Tx) -> dict[str, Person]:
    """Returns everybody under their HR id."""
    return {one.hr_id: one for one in people(tx)}


def enter(tx: Tx, hr_id: str, name: str, email: str | None, number: int, event: int) -> str:
    """Writes a new person and returns the id."""
    touch(tx)
    person_id = tx.sources.ids()
    values = {"id": person_id, "natural": person_id, "label": f"P-{number:04d}", "hr_id": hr_id}
    tx.connection.execute(insert(person_table).values(**values, name=name, email=email, event=event))
    return person_id


def rename(tx: Tx, person_id: str, name: str, email: str | None, event: int) -> None:
    """Writes a person's new name and e-mail."""
    touch(tx)
    tx.connection.execute(
        update(person_table).where(person_table.c.id == person_id).values(name=name, email=email, event=event)
    )


def names(tx: Tx) -> Mapping[str, str]:
    """Returns everybody's name by id."""
    return kept(tx, "names", lambda: {one.id: one.name for one in people(tx)})


def second_accounts(tx: Tx) -> Mapping[str, str]:
    """Returns, for every entry that is somebody's second account, the human's own id."""
    return kept(tx, "twins", lambda: {one.id: one.natural for one in people(tx) if one.id != one.natural})


def label_of(tx: Tx, person_id: str | None) -> str | None:
    """Returns the label of somebody; None for an id that the directory has not, and for none."""
    found = None if person_id is None else _by_id(tx).get(person_id)
    return None if found is None else found.label


def aliases(tx: Tx, natural_id: str) -> tuple[str, ...]:
    """Returns every id under which the directory has a human, the natural person's own first."""
    own = [one.id for one in people(tx) if one.natural == natural_id and one.id != natural_id]
    return (natural_id, *own)


def blotted(event: int, label: str) -> dict[str, object]:
    """Returns what stands in the directory where an event erased an entry."""
    return {"name": str(Gone(event)), "hr_id": f"erased-{label}", "email": None, "event": event}


def blot(tx: Tx, people_ids: Sequence[str], event: int) -> None:
    """Takes names, e-mails and HR ids out of the directory; id and label stay, so that events still resolve."""
    touch(tx)
    for one in people_ids:
        row = tx.connection.execute(select(person_table).where(person_table.c.id == one)).first()
        if row is not None:
            tx.connection.execute(
                update(person_table).where(person_table.c.id == one).values(**blotted(event, row.label))
            )


def count(tx: Tx) -> int:
    """Returns how many people the directory has."""
    return int(tx.connection.execute(select(func.count()).select_from(person_table)).scalar_one())
