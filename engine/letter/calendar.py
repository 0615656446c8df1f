"""A person's agenda as an iCalendar feed (RFC 5545): whole days, stable names, a sequence that rises with each change.

What a feed showed and no longer has is told as cancelled for a while, so that calendars take it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from engine.access.permit import require
from engine.letter.agenda import Entry, agenda
from engine.letter.outbox import at
from engine.letter.word import one_line
from engine.people.directory import natural, person
from engine.record.event import Actor
from engine.record.log import TIME, head
from engine.store.table.calendar import entry as table
from engine.store.transaction import Tx
from terms.canonical import canonical

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Rung//Rung//EN"
KEPT = timedelta(days=60)
"""How long a feed tells that something was cancelled."""


def feed(tx: Tx, who: str, actor: Actor, workspace: str) -> bytes:
    """Returns a person's feed as an .ics file's bytes; the same bytes while nothing has changed.

    Raises Refused where somebody asks for another's: what a judge still has to do is nobody else's to know (law 7).
    """
    me = natural(tx, who)
    mine = {natural(tx, actor.person)} if actor.acting_for is None else set()
    require("read a calendar", frozenset({"owner"} if me in mine else ()), person(tx, me).label)
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", f"Rung: {workspace}")
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    entries = agenda(tx, me)
    names = {_uid(tx, me, one): one for one in entries}
    for row in _noted(tx, me, names):
        made.add_component(_event(row, names.get(row["uid"])))
    return bytes(made.to_ical())


def _uid(tx: Tx, me: str, one: Entry) -> str:
    """Returns the name of an entry, the same in every feed of this person from this record."""
    return sha256(f"{head(tx).log}\n{me}\n{one.key}".encode()).hexdigest()[:40]


def _digest(one: Entry) -> str:
    last = (one.last or one.day).isoformat()
    return sha256(canonical([one.day.isoformat(), last, one.said, one.command, list(one.leads)])).hexdigest()


def _noted(tx: Tx, me: str, wanted: Mapping[str, Entry]) -> list[dict[str, Any]]:
    """Returns what is told of each entry, the present and the cancelled, having noted what changed."""
    now = tx.sources.clock()
    moment = now.strftime(TIME)
    rows = tx.connection.execute(select(table).where(table.c.person == me).order_by(table.c.uid)).mappings()
    found = {str(row["uid"]): dict(row) for row in rows}
    for uid, one in wanted.items():
        row = found.get(uid)
        fresh = {"day": one.day.isoformat(), "digest": _digest(one), "gone": 0}
        if row is None:
            found[uid] = {"person": me, "uid": uid, **fresh, "sequence": 0, "changed_at": moment}
            tx.connection.execute(insert(table).values(**found[uid]))
        elif row["gone"] or row["digest"] != fresh["digest"]:
            _change(tx, row, moment, fresh)
    for uid in sorted(set(found) - set(wanted)):
        row = found[uid]
        if not row["gone"]:
            _change(tx, row, moment, {"gone": 1})
        elif at(row["changed_at"]) < now - KEPT:
            tx.connection.execute(delete(table).where(table.c.person == me, table.c.uid == uid))
            del found[uid]
    return [found[uid] for uid in sorted(found, key=lambda uid: (found[uid]["day"], uid))]


def _change(tx: Tx, row: dict[str, Any], moment: str, fresh: Mapping[str, object]) -> None:
    row |= {**fresh, "sequence": row["sequence"] + 1, "changed_at": moment}
    mine = (table.c.person == row["person"]) & (table.c.uid == row["uid"])
    tx.connection.execute(update(table).where(mine).values(**row))


def _event(row: Mapping[str, Any], one: Entry | None) -> Event:
    from icalendar import Alarm
    from icalendar import Event as Made

    made, changed = Made(), at(row["changed_at"]).replace(microsecond=0)
    first = date.fromisoformat(row["day"]) if one is None else one.day
    last = first if one is None else one.last or first
    made.add("uid", f"{row['uid']}@rung")
    made.add("dtstamp", changed)
    made.add("last-modified", changed)
    made.add("sequence", row["sequence"])
    made.add("dtstart", first)
    made.add("dtend", last + timedelta(days=1))
    made.add("transp", "TRANSPARENT")
    made.add("class", "PRIVATE")
    made.add("status", "CANCELLED" if one is None else "CONFIRMED")
    if one is None:
        made.add("summary", "No longer due")
        return made
    made.add("summary", one_line(f"{one.said} {one.named}"))
    made.add("description", f"{one.command}\n\nWhat was judged or written is not in a calendar.")
    for lead in one.leads:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", one_line(one.said))
        alarm.add("trigger", timedelta(days=-lead))
        made.add_component(alarm)
    return made
