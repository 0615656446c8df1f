"""Writes letters about what a transaction is about to make true: in that transaction, so both happen or neither."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, insert, select

from engine.access.permit import CONFLICTED
from engine.case.relation import relations
from engine.letter.audience import Addressed
from engine.letter.kind import BY_EVENT, Kind
from engine.letter.occasion import Occasion
from engine.letter.setting import Post
from engine.letter.state import MAIL, WAITING, WEBHOOK
from engine.letter.webhook import told
from engine.letter.word import TASKS, Words, words
from engine.people.delegation import delegations
from engine.people.directory import natural, person
from engine.record.event import Actor
from engine.record.log import TIME
from engine.session.queue import DELEGATED
from engine.store.table.letter import letter
from engine.store.transaction import Tx
from terms.error import Unknown


def write_letters(tx: Tx, post: Post, workspace: str) -> int:
    """Returns how many letters the events of this transaction cause; they are written, and sent by nobody yet.

    A letter that would say word for word what one to the same person says that still waits is not written.
    """
    found: list[dict[str, Any]] = []
    for event in tuple(tx.held.get("appended", ())):
        for kind in BY_EVENT.get(event.type, ()):
            at = Occasion(tx, event)
            addressed = kind.find(at)
            if kind.name in post.kinds:
                found += _mail(at, kind, addressed, workspace)
            if addressed:
                found += _hooks(at, kind, post)
    fresh = _new(tx, found)
    if fresh:
        last = tx.connection.execute(select(func.max(letter.c.number))).scalar() or 0
        rows = [{**one, "id": tx.sources.ids(), "number": last + at} for at, one in enumerate(fresh, 1)]
        tx.connection.execute(insert(letter), rows)
    return len(fresh)


def _mail(at: Occasion, kind: Kind, addressed: Addressed, workspace: str) -> Iterator[dict[str, Any]]:
    if kind.passed_on:
        addressed = {**_takers(at, addressed), **addressed}
    for who, held in addressed.items():
        if who in at.hands and not kind.receipt:
            continue
        scene = Scene(at, who, workspace)
        made = scene.words(kind, held)
        if made is not None:
            about = " ".join(sorted(scene.named))
            yield _row(at, kind, MAIL, who, about, made)


def _takers(at: Occasion, addressed: Addressed) -> Addressed:
    """Returns who acts for a receiver today, unless something bars them from the case (law 6)."""
    tx, today = at.tx, at.tx.sources.today()
    found: dict[str, dict[str, object]] = {}
    for one in delegations(tx):
        giver, taker = natural(tx, one.giver), natural(tx, one.taker)
        if giver not in addressed or not one.holds(today):
            continue
        held = dict(addressed[giver])
        tasks = held.get("tasks")
        if isinstance(tasks, tuple):
            held["tasks"] = tuple(kind for kind in tasks if kind in DELEGATED)
        barred = relations(tx, at.case, Actor(taker, acting_for=giver), today) & set(CONFLICTED)
        if not barred and held.get("tasks", True):
            found[taker] = {**held, "behalf": giver}
    return found


class Scene:
    """Holds what a template may name, and notes whom it names, so that an erasure finds every letter about them."""

    def __init__(self, at: Occasion, to: str, workspace: str) -> None:
        self.at, self.to, self.workspace = at, to, workspace
        self.named = {to}

    def who(self, person_id: object) -> str:
        """Returns somebody's name."""
        self.named.add(natural(self.at.tx, str(person_id)))
        return person(self.at.tx, str(person_id)).name

    def label(self, person_id: object) -> str:
        """Returns somebody's label."""
        return person(self.at.tx, str(person_id)).label

    def words(self, kind: Kind, held: Any) -> Words | None:
        """Returns the words of a kind of letter; None for an id that the directory has not."""
        case = self.at.steps[1] if kind.tells_case else None
        try:
            values = {
                "behalf": None,
                **held,
                "to": self.who(self.to),
                "me": self.label(self.to),
                "who": self.who,
                "label": self.label,
                "on": self.at.tx.sources.today().isoformat(),
                "workspace": self.workspace,
                "case": None,
            }
            if values["behalf"] is not None:
                values["behalf"] = self.who(values["behalf"])
            if case is not None:
                values["case"] = {
                    "label": case.label,
                    "candidate": self.who(case.person),
                    "target": case.target,
                }
        except Unknown:
            return None
        values["interim"] = held.get("label", "")
        values["thing"] = _thing(held)
        values["tasks"] = [TASKS.get(one, one) for one in held.get("tasks", ())]
        return words(kind.name, values)


def _thing(held: Any) -> str:
    what = str(held.get("what", ""))
    if what == "tell":
        return "telling the candidate"
    kind, _, which = what.partition(" ")
    known = {
        "leave": held.get("state"),
        "answer": f"an answer ({which})",
        "approve": f"an approval ({which})",
    }
    return str(known.get(kind, "an appeal" if what == "appeal" else what))


def _hooks(at: Occasion, kind: Kind, post: Post) -> Iterator[dict[str, Any]]:
    for hook in post.hooks:
        if kind.name in hook.kinds:
            yield _row(at, kind, WEBHOOK, hook.name, "", Words("", told(at, kind.name), ""))


def _row(at: Occasion, kind: Kind, channel: str, receiver: str, about: str, made: Words) -> dict[str, Any]:
    now = at.tx.sources.clock().strftime(TIME)
    case = at.steps[1] if kind.tells_case or channel == WEBHOOK else None
    return {
        "kind": kind.name,
        "event": at.event.seq,
        "channel": channel,
        "receiver": receiver,
        "about": about,
        "case": None if case is None else case.id,
        "subject": made.subject,
        "text": made.text,
        "html": made.html,
        "state": WAITING,
        "written_at": now,
        "next_at": now,
        "tries": 0,
    }


def _new(tx: Tx, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the letters that say something which none that waits untouched says to the same person already."""
    wanted = sorted({one["receiver"] for one in found if one["channel"] == MAIL})
    if not wanted:
        return found
    query = select(letter.c.receiver, letter.c.text).where(
        letter.c.receiver.in_(wanted),
        letter.c.state == WAITING,
        letter.c.channel == MAIL,
        letter.c.claimed_by.is_(None),
    )
    said = {(row.receiver, row.text) for row in tx.connection.execute(query)}
    fresh = []
    for one in found:
        if one["channel"] != MAIL or (one["receiver"], one["text"]) not in said:
            said.add((one["receiver"], one["text"]))
            fresh.append(one)
    return fresh
