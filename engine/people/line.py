"""Who reports to whom, who has which role and which level, on a day; read from facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select

from engine.record.kept import kept
from engine.store.table.fact import fact
from engine.store.transaction import Tx

DEEPEST = 50
KEPT = ("manager", "roles")  # asked of everybody at every command


def _latest(tx: Tx, kind: str, on: date, person: str | None = None) -> dict[str, str]:
    """Returns, per person, the name that was true on a day: the newest span begun by then, as last recorded."""
    if kind in KEPT:
        everybody = kept(tx, ("line", on), lambda: _read_all(tx, KEPT, on))[kind]
        return everybody if person is None else {one: everybody[one] for one in [person] if one in everybody}
    return _read(tx, kind, on, person)


def _read(
    tx: Tx, kind: str, on: date, person: str | None = None, known_at: str | None = None
) -> dict[str, str]:
    return _read_all(tx, (kind,), on, None if person is None else (person,), known_at)[kind]


def _read_all(
    tx: Tx, kinds: Sequence[str], on: date, people: Sequence[str] | None = None, known_at: str | None = None
) -> dict[str, dict[str, str]]:
    """Returns, per kind of fact, what `_latest` does; of everybody, or of some people alone."""
    columns = (fact.c.kind, fact.c.person, fact.c.key, fact.c.name, fact.c.start, fact.c.end)
    query = select(*columns).where(fact.c.kind.in_(kinds))
    if people is not None:
        query = query.where(fact.c.person.in_(people))
    if known_at is not None:
        query = query.where(fact.c.recorded_at <= known_at)
    keyed: dict[str, dict[tuple[str, str], tuple[str, str, str | None]]] = {kind: {} for kind in kinds}
    for row in tx.connection.execute(query.order_by(fact.c.import_seq, fact.c.row)):
        keyed[row.kind][row.person, row.key] = (row.start, row.name, row.end)
    return {kind: current(held, on) for kind, held in keyed.items()}


def current(keyed: Mapping[tuple[str, str], tuple[str, str, str | None]], on: date) -> dict[str, str]:
    """Returns, per person, the name of the newest span begun by a day; keyed by person and key, in order of record."""
    day = on.isoformat()
    newest: dict[str, tuple[str, str, str | None]] = {}
    for (who, _), held in keyed.items():
        if held[0] <= day and (who not in newest or held[0] >= newest[who][0]):
            newest[who] = held
    return {who: name for who, (_, name, end) in newest.items() if name and (end is None or day < end)}


def manager_of(tx: Tx, person: str, on: date) -> str | None:
    """Returns to whom a person reports on a day; None where nobody is known."""
    return _latest(tx, "manager", on, person).get(person)


def reports_to(tx: Tx, person: str, on: date) -> tuple[str, ...]:
    """Returns the line above a person on a day, nearest first."""
    return tuple(_upward(_latest(tx, "manager", on), person))


def _upward(managers: dict[str, str], person: str) -> Iterator[str]:
    seen = {person}
    while (above := managers.get(person)) is not None and above not in seen and len(seen) < DEEPEST:
        yield above
        seen.add(above)
        person = above


def managers_on(tx: Tx, on: date) -> dict[str, str]:
    """Returns everybody's manager on a day."""
    return _latest(tx, "manager", on)


def roles(tx: Tx, person: str, on: date) -> frozenset[str]:
    """Returns the roles that a person holds on a day."""
    held = _latest(tx, "roles", on, person).get(person, "")
    return frozenset(one for one in held.split(";") if one)


def holders(tx: Tx, role: str, on: date) -> tuple[str, ...]:
    """Returns who holds a role on a day."""
    return tuple(who for who, held in _latest(tx, "roles", on).items() if role in held.split(";"))


def level_on(tx: Tx, person: str, on: date, known_at: str | None = None) -> str | None:
    """Returns a person's level on a day (as known at a moment); None where it is not known."""
    return _read(tx, "level", on, person, known_at).get(person)


def levels_of(tx: Tx, people: Iterable[str], on: date) -> dict[str, str]:
    """Returns the levels of some people on a day; of those alone whose level is known."""
    asked: list[str] = sorted(people)
    held: dict[str, str | None] = kept(tx, ("levels of", on), dict)
    if unread := [one for one in asked if one not in held]:
        found = _read_all(tx, ("level",), on, unread)["level"]
        held.update({one: found.get(one) for one in unread})
    return {one: level for one in asked if (level := held[one]) is not None}


def teams_on(tx: Tx, on: date) -> dict[str, str]:
    """Returns everybody's team on a day."""
    return _latest(tx, "team", on)


def levels_on(tx: Tx, on: date, known_at: str | None = None) -> dict[str, str]:
    """Returns everybody's level on a day, as known at a moment where one is given."""
    return _read(tx, "level", on, known_at=known_at)
