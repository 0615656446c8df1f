"""Delivers what is due: claims a letter, hands it over outside of any transaction, notes how that ended.

A letter that the other side acknowledged and that is noted as sent is never sent again. A process that dies
between the two leaves it claimed; once the lease runs out it is sent again, under the same Message-ID or webhook-id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from email.headerregistry import Address
from typing import TypeVar

from sqlalchemy import ColumnElement

from engine.letter import webhook
from engine.letter.mail import Postman, message
from engine.letter.outbox import Letter, at, claim, failed, later, sent, strand
from engine.letter.outcome import GaveUp, Later
from engine.letter.setting import PASSWORD, Hook, Post, address_of
from engine.letter.state import MAIL, WEBHOOK
from engine.letter.word import Words
from engine.people.directory import aliases, natural, person
from engine.store.database import Store
from engine.store.table.letter import letter
from engine.store.transaction import Tx
from terms.error import Unknown

T = TypeVar("T")


@dataclass(slots=True)
class Delivered:
    """Counts what became of the letters that were due: sent, to be tried again, given up."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    reasons: list[str] = field(default_factory=list)


def deliver(store: Store, post: Post, environ: Mapping[str, str], most: int = 1000) -> Delivered:
    """Returns what became of the letters that are due now; of at most so many, each tried once.

    Safe to run from many processes at once. Secrets are read from `environ`.
    """
    done, mine = Delivered(), store.sources.ids()
    with ExitStack() as stack:
        round_ = _Round(store, post, environ, stack)
        done.failed += round_.stranded()
        for _ in range(most):
            held = round_.claimed(mine)
            if held is None:
                break
            round_.one(held, done)
    return done


class _Round:
    """Holds what one round of deliveries goes through: one conversation with the mail server, the webhooks."""

    def __init__(self, store: Store, post: Post, environ: Mapping[str, str], stack: ExitStack) -> None:
        self.store, self.post, self.environ = store, post, environ
        self.hooks: dict[str, Hook] = {one.name: one for one in post.hooks}
        self.postman: Postman | None = None
        if post.smtp is not None:
            self.postman = stack.enter_context(Postman(post.smtp, environ.get(PASSWORD)))

    def channels(self) -> tuple[ColumnElement[bool], ...]:
        """Returns which letters there is a way for."""
        found: list[ColumnElement[bool]] = []
        if self.postman is not None:
            found.append(letter.c.channel == MAIL)
        if self.hooks:
            found.append((letter.c.channel == WEBHOOK) & letter.c.receiver.in_(sorted(self.hooks)))
        return tuple(found)

    def stranded(self) -> int:
        """Returns how many letters for which there is no way were given up."""
        ways, give_up = self.channels(), timedelta(hours=self.post.give_up_hours)
        return self._note(lambda tx: strand(tx, ways, give_up))

    def claimed(self, mine: str) -> Letter | None:
        """Returns the next letter that is due and now this round's alone; None where none is left."""
        ways = self.channels()
        return self._note(lambda tx: claim(tx, mine, ways)) if ways else None

    def one(self, held: Letter, done: Delivered) -> None:
        """Delivers one letter and notes how that ended."""
        give_up = timedelta(hours=self.post.give_up_hours)
        try:
            if held.channel == MAIL:
                self._mail(held)
            else:
                self._webhook(held)
        except Later as error:
            told, wait = str(error), error.wait
            if error.whole:
                self._rest(held)
            again = self._note(lambda tx: later(tx, held, told, give_up, wait))
            done.later += again is not None
            done.failed += again is None
            done.reasons.append(f"{held.label}: {told}")
        except GaveUp as error:
            told = str(error)
            self._note(lambda tx: failed(tx, held, told))
            done.failed += 1
            done.reasons.append(f"{held.label}: {told}")
        else:
            self._note(lambda tx: sent(tx, held))
            done.sent += 1

    def _note(self, work: Callable[[Tx], T]) -> T:
        return self.store.attempt(work, head=False)

    def _rest(self, held: Letter) -> None:
        """Leaves a way that is out of order alone for the rest of the round."""
        if held.channel == MAIL:
            self.postman = None
        else:
            self.hooks.pop(held.receiver, None)

    def _mail(self, held: Letter) -> None:
        assert self.postman is not None
        with self.store.read() as tx:
            to = _address(tx, held.receiver)
        made = message(
            held.id, self.post.sender, to, Words(held.subject, held.text, held.html), at(held.written_at)
        )
        self.postman.send(made, self.post.sender, to)

    def _webhook(self, held: Letter) -> None:
        hook = self.hooks[held.receiver]
        secret, now = self.environ.get(hook.variable), self.store.sources.clock()
        webhook.send(hook, secret, held.id, held.text.encode(), now)


def _address(tx: Tx, who: str) -> Address:
    """Returns the e-mail address of a human, from whichever of their entries has one; raises GaveUp where none has."""
    try:
        entries = [person(tx, one) for one in aliases(tx, natural(tx, who))]
    except Unknown:
        raise GaveUp("the directory no longer has the receiver") from None
    for one in entries:
        found = address_of(one.email, one.name if one.name.isprintable() else "")
        if found is not None:
            return found
    raise GaveUp("the directory has no e-mail address for the receiver that could be written to")
