"""Derives again that nothing stood against an erasure: no hold, no open case, no time for which files are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from engine.case.apply import fold
from engine.case.state import Case
from engine.record.event import Event
from engine.record.kept import read_stream
from engine.record.log import TIME
from engine.replay.difference import Difference
from engine.store.table.erasure import tombstone
from engine.store.table.record import log
from engine.store.transaction import Tx
from terms.calendar import add_months

OWN = ("ErasureRequested", "ErasureDeclined", "HoldPlaced", "HoldLifted")
"""What is written about keeping a file, which is no part of it."""


def hold_differences(event: Event, cases: set[str], held: Mapping[int, Event]) -> Iterator[Difference]:
    """Yields each hold that stood when something of what it keeps was erased."""
    people: Any = event.data["people"]
    for seq, hold in held.items():
        if hold.data["person"] is not None:
            kept = hold.data["person"] in event.about
        else:
            kept = hold.data["case"] in cases or not set(people).isdisjoint(hold.about)
        if kept:
            yield Difference(
                seq=event.seq, what="what it erased", stored="erased", derived=f"held by event {seq}"
            )


def time_differences(tx: Tx, event: Event, cases: set[str], months: int | None) -> Iterator[Difference]:
    """Yields each case that was open when its file was erased, and until when the rest was to be kept.

    The day of an erasure is the one it was recorded on, which is never before the one on which it was checked.
    """
    if event.data["scope"] == "text":
        return
    known = {one: _at(tx, one, event.seq) for one in cases}
    for case, _ in sorted(known.values(), key=lambda one: one[0].label):
        if not case.final:
            yield Difference(
                seq=event.seq,
                what=f"the file of {case.label}",
                stored="erased",
                derived="kept, as it was open",
            )
    if months is None:
        return
    days = [_counted(tx, case, last) for case, last in known.values() if case.final]
    days += _recorded(tx, event) if event.data["scope"] == "person" else []
    until = max((add_months(one, months) for one in days), default=date.min)
    if until > _day(tx, event.recorded_at):
        yield Difference(
            seq=event.seq,
            what="when it erased",
            stored=str(_day(tx, event.recorded_at)),
            derived=f"from {until} on, after {months} months",
        )


def _at(tx: Tx, case: str, seq: int) -> tuple[Case, str]:
    """Returns a case as it stood before an entry of the log, and when its last entry by then was recorded."""
    events = [one for one in read_stream(tx, f"case:{case}") if one.seq < seq]
    return fold(events), events[-1].recorded_at


def _counted(tx: Tx, case: Case, last: str) -> date:
    """Returns the later of a case's last record and its last action: a decision, or the day it takes effect."""
    acted = [date.fromisoformat(day) for one in case.decisions for day in (one.on, one.effective) if day]
    return max([_day(tx, last), *acted])


def _recorded(tx: Tx, event: Event) -> list[date]:
    """Returns the days on which what an erasure took of a person was recorded: payloads, and imports of facts."""
    taken: Any = event.data["payloads"]
    imports = select(tombstone.c.import_seq).where(tombstone.c.event == event.seq).distinct()
    seqs = sorted({int(seq) for seq, _ in taken} | set(tx.connection.execute(imports).scalars()))
    found = [""]
    for start in range(0, len(seqs), 500):
        query = select(log.c.body).where(log.c.seq.in_(seqs[start : start + 500]), log.c.type.not_in(OWN))
        found += [str(json.loads(body)["recorded_at"]) for body in tx.connection.execute(query).scalars()]
    return [_day(tx, max(found))] if any(found) else []


def _day(tx: Tx, at: str) -> date:
    return datetime.strptime(at, TIME).replace(tzinfo=UTC).astimezone(tx.sources.zone).date()
