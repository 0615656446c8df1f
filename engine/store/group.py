"""Group commit: what several threads of a process ask at once is saved with one COMMIT, each for itself.

A COMMIT waits for the disk, and one waits as long for many commands as for one. So while one thread's transaction
is being saved, whoever comes meanwhile queues, and the first of the queue carries out the work of all who wait, one
after the other in one transaction. Each is answered once that is saved, as if it had been alone: a work that is refused
leaves nothing and keeps no other, and where the transaction as a whole fails, each is done again by itself.
A thread that finds nobody before it is alone, and works as if there were no queue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError

from engine.store.prepared import send
from engine.store.transaction import HANDED, Tx, within
from terms.error import Busy, CannotTell

T = TypeVar("T")
MOST = 64
"""Works that are saved together at most, so that nobody waits for long behind others."""
UNKNOWN = "so whether it did is not known; look before you repeat, or repeat with the same key."
"""Ends the sentence that tells of a COMMIT whose outcome nobody knows."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """Holds what a work came to: its value, or the error that refused it."""

    value: T | None = None
    error: Exception | None = None

    def get(self) -> T:
        """Returns the value; raises the error where there is one."""
        if self.error is not None:
            raise self.error
        return self.value  # type: ignore[return-value]  # a value where there is no error


class Opened(Protocol):
    """A transaction that writes, as a block: `saving` once its COMMIT is asked for, `saved` once it is done."""

    saving: bool
    saved: bool

    def __enter__(self) -> Tx: ...

    def __exit__(self, kind: Any, error: Any, trace: Any, /) -> None: ...


class Alone(Protocol):
    """Opens transactions: the store, as a group needs it."""

    def write(self) -> Opened:
        """Opens a transaction that writes."""

    def attempt(self, work: Callable[[Tx], T]) -> T:
        """Returns what a work comes to in a transaction of its own."""


def _part(tx: Tx, work: Callable[[Tx], T]) -> tuple[Answer[T], bool]:
    """Returns what a work comes to within a transaction, and whether others may follow it there."""
    part = within(tx, HANDED)
    send(tx.connection, "SAVEPOINT part")
    try:
        value = work(part)
    except (Busy, DBAPIError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told to whoever asked for this work
        send(tx.connection, "ROLLBACK TO part")
        send(tx.connection, "RELEASE part")
        return Answer(error=error), True
    send(tx.connection, "RELEASE part")
    tx.held.update({name: part.held[name] for name in HANDED if name in part.held})
    tx.closing[:] = part.closing or tx.closing
    tx.after[:] = part.after or tx.after
    return Answer(value), "touched" not in part.held


class Turn(Generic[T]):
    """Holds a work that waits, whether it is now up to its thread to lead, and its answer once there is one."""

    __slots__ = ("answer", "leads", "signal", "work")

    def __init__(self, work: Callable[[Tx], T]) -> None:
        self.work = work
        self.answer: Answer[T] | None = None
        self.leads = False
        self.signal = Lock()
        self.signal.acquire()


class Group:
    """Holds who waits to write, oldest first, and whether somebody carries out the work of those before them."""

    def __init__(self, store: Alone) -> None:
        self.store = store
        self.lock = Lock()
        self.waiting: list[Turn[Any]] = []
        self.led = False

    def carry_out(self, work: Callable[[Tx], T]) -> T:
        """Returns what a work comes to, saved; raises what refused it."""
        turn = None
        with self.lock:
            if self.led:
                turn = Turn(work)
                self.waiting.append(turn)
            self.led = True
        if turn is None:  # nobody was before it, so nobody waits
            return self._first(work)
        self._wait(turn)
        if turn.leads:
            self._lead()
        assert turn.answer is not None
        return turn.answer.get()

    def _first(self, work: Callable[[Tx], T]) -> T:
        try:
            return self.store.attempt(work)
        finally:
            with self.lock:
                self._hand_on()

    def _wait(self, turn: Turn[Any]) -> None:
        try:
            turn.signal.acquire()
        except BaseException:
            with self.lock:
                if turn in self.waiting:
                    self.waiting.remove(turn)
                if turn.leads:
                    self._hand_on()
            raise

    def _hand_on(self) -> None:
        """Lets the first of those who wait lead; who calls it holds the lock."""
        if not self.waiting:
            self.led = False
        else:
            self.waiting[0].leads = True
            self.waiting[0].signal.release()

    def _lead(self) -> None:
        """Answers those who wait, the leader first, and hands the lead to whoever waits then."""
        with self.lock:
            turns = self.waiting[:MOST]
            del self.waiting[:MOST]
        try:
            if len(turns) == 1:
                turns[0].answer = self._alone(turns[0].work)
            else:
                self.answer(turns)
        finally:
            with self.lock:
                self.waiting[:0] = [one for one in turns[1:] if one.answer is None]
                self._hand_on()
            for turn in turns[1:]:
                if turn.answer is not None:
                    turn.signal.release()

    def answer(self, turns: Sequence[Turn[Any]]) -> None:
        """Answers the first of some turns in one transaction: all, or as many as may share it.

        Where it is not saved, each is done again alone; where that is not known, each is told so and none done again.
        """
        opened, answers = self.store.write(), list[Answer[Any]]()
        try:
            with opened as tx:
                for turn in turns:
                    answer, more = _part(tx, turn.work)
                    answers.append(answer)
                    if not more:
                        break
        except BaseException as error:
            if opened.saved:
                _settle(turns, answers)
                raise
            if opened.saving and (isinstance(error, CannotTell) or not isinstance(error, Exception)):
                _settle(turns, [Answer(error=_unknown(error)) for _ in answers])
            elif isinstance(error, Busy) and not error.transient:
                _settle(turns, [Answer(error=copy(error)) for _ in turns])
            elif isinstance(error, Exception):
                self._each_alone(turns)
            if not isinstance(error, Exception):
                raise
        else:
            _settle(turns, answers)

    def _each_alone(self, turns: Sequence[Turn[Any]]) -> None:
        for turn in turns:
            try:
                turn.answer = self._alone(turn.work)
            except BaseException as error:
                turn.answer = Answer(error=_unknown(error))
                raise

    def _alone(self, work: Callable[[Tx], T]) -> Answer[T]:
        try:
            return Answer(self.store.attempt(work))
        except Exception as error:  # noqa: BLE001  # told to whoever asked for this work
            return Answer(error=error)


def _settle(turns: Sequence[Turn[Any]], answers: Sequence[Answer[Any]]) -> None:
    for turn, answer in zip(turns, answers, strict=False):
        turn.answer = answer


def _unknown(error: BaseException) -> CannotTell:
    if isinstance(error, CannotTell):
        return copy(error)
    return CannotTell(f"The process was interrupted while it was saving, {UNKNOWN}")
