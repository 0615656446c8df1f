"""What an erasure, a hold or an export of a subject reaches: payloads, people's entries, and the dates that count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from engine.case.query import cases
from engine.people.directory import aliases, natural
from engine.store.table.fact import fact
from engine.store.table.record import log, payload
from engine.store.transaction import Tx
from terms.error import BadInput, Unknown

PERSON, CASE, TEXT = "person", "case", "text"
OWN = {"ErasureRequested", "ErasureDeclined", "HoldPlaced", "HoldLifted"}
"""What is written about keeping a file is no part of it: asking to erase it does not begin its time anew."""
Place = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Holds what is reached: its kind, whose it is, which cases, which payloads (event, field) still stand."""

    kind: str
    people: tuple[str, ...]
    cases: tuple[str, ...]
    payloads: tuple[Place, ...]
    last: str = ""

    @property
    def erases_people(self) -> bool:
        """Returns whether the people's facts and directory entries are reached too."""
        return self.kind == PERSON


def person_scope(tx: Tx, person: str) -> Scope:
    """Returns all that is kept about a human: under every alias, in their cases and wherever they are `about`."""
    own = aliases(tx, natural(tx, person))
    theirs = tuple(one.id for alias in own for one in cases(tx, person=alias))
    streams = {*(f"case:{one}" for one in theirs), *(f"person:{one}" for one in own)}
    found, last = [], ""
    for fields, held in _sealed(tx):
        if fields["stream"] in streams or not set(own).isdisjoint(fields["about"]):
            found += [(int(fields["seq"]), one) for one in held]
            last = last if fields["type"] in OWN else max(last, str(fields["recorded_at"]))
    known = tx.connection.execute(select(func.max(fact.c.recorded_at)).where(fact.c.person.in_(own))).scalar()
    return Scope(
        kind=PERSON, people=own, cases=theirs, payloads=tuple(sorted(found)), last=max(last, known or "")
    )


def case_scope(tx: Tx, case: str, person: str) -> Scope:
    """Returns the payloads of a case's events."""
    found, last = [], ""
    for fields, held in _sealed(tx, f"case:{case}"):
        found += [(int(fields["seq"]), one) for one in held]
        last = max(last, str(fields["recorded_at"]))
    own = aliases(tx, natural(tx, person))
    return Scope(kind=CASE, people=own, cases=(case,), payloads=tuple(sorted(found)), last=last)


def text_scope(tx: Tx, texts: tuple[tuple[int, str | None], ...]) -> Scope:
    """Returns single payloads, each named by its event and, where the event has several, its field.

    Raises Unknown where there is no such payload (or one that is sealed: whether there is may not be known),
    BadInput where it is derived, not a text.
    """
    found: list[Place] = []
    people: dict[str, None] = {}
    held_cases: dict[str, None] = {}
    for seq, field in texts:
        rows = tx.connection.execute(select(payload).where(payload.c.event == seq)).all()
        rows = [one for one in rows if one.erased is None and one.under is None]
        chosen = [one for one in rows if field in (None, one.field)]
        if not chosen:
            there = ", ".join(f"{seq}:{one.field}" for one in rows)
            raise Unknown(f"Event {seq} keeps no such text" + (f"; it keeps {there}." if there else "."))
        if field is None and len(chosen) > 1:
            there = ", ".join(f"{seq}:{one.field}" for one in chosen)
            raise BadInput(f"Event {seq} keeps several texts; name one: {there}.")
        if chosen[0].field in DERIVED:
            told = f"The {chosen[0].field} of event {seq} is no text that somebody wrote; "
            raise BadInput(told + "erase the case's file (--case) or the person.")
        found.append((seq, chosen[0].field))
        body: dict[str, Any] = json.loads(
            tx.connection.execute(select(log.c.body).where(log.c.seq == seq)).scalar_one()
        )
        people |= dict.fromkeys(str(one) for one in body["about"])
        if str(body["stream"]).startswith("case:"):
            held_cases[str(body["stream"]).removeprefix("case:")] = None
    return Scope(kind=TEXT, people=tuple(people), cases=tuple(held_cases), payloads=tuple(sorted(set(found))))


DERIVED = ("readiness", "scores", "vote")


def _sealed(tx: Tx, stream: str | None = None) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yields each event that still has payloads, as its envelope, with their fields."""
    query = (
        select(log.c.seq, log.c.body, payload.c.field)
        .join(payload, payload.c.event == log.c.seq)
        .where(payload.c.erased.is_(None))
        .order_by(log.c.seq, payload.c.field)
    )
    if stream is not None:
        query = query.where(log.c.stream == stream)
    seq, body, fields = -1, b"", list[str]()
    for row in tx.connection.execute(query):
        if row.seq != seq:
            if fields:
                yield json.loads(body), fields
            seq, body, fields = row.seq, row.body, []
        fields.append(row.field)
    if fields:
        yield json.loads(body), fields


def mentions(tx: Tx, scope: Scope, names: tuple[str, ...]) -> tuple[Place, ...]:
    """Returns the texts outside a scope in which one of some names stands, so that somebody can look at them."""
    known = set(scope.payloads)
    folded = [one.casefold() for one in names if len(one) > 2]
    query = select(payload).where(payload.c.erased.is_(None), payload.c.under.is_(None))
    found = []
    for row in tx.connection.execute(query.order_by(payload.c.event)):
        text = str(row.body).casefold()
        if (row.event, row.field) not in known and any(one in text for one in folded):
            found.append((int(row.event), str(row.field)))
    return tuple(found)
