"""What people may do with letters: hr with all of them, anybody else read their own."""

from __future__ import annotations

from engine.access.permit import permit, require
from engine.growth.standing import standing
from engine.letter.outbox import Letter, drop, find_letter, letters, retry
from engine.letter.state import MAIL
from engine.people.directory import natural
from engine.record.event import Actor
from engine.store.transaction import Tx


def seen(tx: Tx, actor: Actor, state: str | None = None, last: int | None = None) -> tuple[Letter, ...]:
    """Returns the letters that somebody may see, in a state or in all: hr every one, others those to them."""
    if permit("see letters", standing(tx, actor)).allowed:
        return letters(tx, state=state, last=last)
    return letters(tx, state=state, receiver=natural(tx, actor.person), last=last)


def read(tx: Tx, actor: Actor, label: str) -> Letter:
    """Returns a letter; raises Refused where it is neither to the actor nor the actor hr."""
    found = find_letter(tx, label)
    mine = found.channel == MAIL and natural(tx, found.receiver) == natural(tx, actor.person)
    require("see letters", standing(tx, actor) | ({"receiver"} if mine else set()), found.label)
    return found


def may_send(tx: Tx, actor: Actor, action: str, subject: str) -> None:
    """Raises Refused where an actor may not send, retry or drop letters."""
    require(action, standing(tx, actor), subject)


def retry_letter(tx: Tx, actor: Actor, label: str) -> Letter:
    """Returns a letter that is tried again from the beginning; see outbox.retry."""
    found = find_letter(tx, label)
    may_send(tx, actor, "send letters", found.label)
    retry(tx, found)
    return found


def drop_letter(tx: Tx, actor: Actor, label: str, reason: str) -> Letter:
    """Returns a letter that is not sent; see outbox.drop."""
    found = find_letter(tx, label)
    may_send(tx, actor, "drop a letter", found.label)
    drop(tx, found, reason)
    return found
