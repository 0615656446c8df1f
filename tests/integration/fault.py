"""Makes faults at the boundaries of statements: a death, a lost connection, a transaction that others undid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import event

from engine.bootstrap import Command, Engine
from engine.case.execute import Outcome
from engine.record.event import Actor
from engine.record.log import head
from engine.replay.replay import replay
from engine.store.database import Store
from engine.store.transaction import Tx

UNDONE = "do $$ begin raise exception 'made up' using errcode = '40001'; end $$"


class Died(BaseException):
    """Stands for the end of a process: nothing that catches errors may catch it."""


def die() -> None:
    """Raises Died."""
    raise Died


@contextmanager
def fault(store: Store, at: int, act: Callable[[], None]) -> Iterator[list[str]]:
    """Does something at one boundary of what a store is asked; yields the boundaries passed, oldest first.

    There is a boundary before and after each statement and each COMMIT.
    """
    passed: list[str] = []
    commit = store.dialect.commit

    def reach(told: str) -> None:
        passed.append(told)
        if len(passed) == at + 1:
            act()

    def before(_: Any, __: Any, statement: str, *___: Any) -> None:
        reach(f"before {statement}")

    def after(_: Any, __: Any, statement: str, *___: Any) -> None:
        reach(f"after {statement}")

    def committed(connection: Any) -> None:
        reach("before the commit")
        commit(connection)
        reach("after the commit")

    event.listen(store.engine, "before_cursor_execute", before)
    event.listen(store.engine, "after_cursor_execute", after)
    store.dialect.commit = committed  # type: ignore[method-assign]  # the seam of the test
    try:
        yield passed
    finally:
        event.remove(store.engine, "before_cursor_execute", before)
        event.remove(store.engine, "after_cursor_execute", after)
        store.dialect.commit = commit  # type: ignore[method-assign]  # as it was


@contextmanager
def undone(store: Store, chosen: Callable[[], bool]) -> Iterator[list[str]]:
    """Lets the server undo transactions at statements that are chosen, as it does where others were in the way."""
    failed: list[str] = []

    def before(_: Any, __: Any, statement: str, parameters: Any, ___: Any, ____: bool) -> tuple[str, Any]:
        if not chosen():
            return statement, parameters
        failed.append(statement)
        return UNDONE, ()

    event.listen(store.engine, "before_cursor_execute", before, retval=True)
    try:
        yield failed
    finally:
        event.remove(store.engine, "before_cursor_execute", before)


def size(engine: Engine) -> int:
    """Returns how many entries the log has."""
    with engine.read() as tx:
        return head(tx).size


def sound(engine: Engine) -> None:
    """Holds that the record is whole: no entry, payload, fact or projection disagrees with another."""
    assert engine.verify().faults == ()


def derived(engine: Engine) -> None:
    """Holds that everything derived from the record again is what stands in the database."""
    with engine.read() as tx:
        assert replay(tx).differences == ()


class Dying:
    """Stands in for an engine: each command dies at every boundary in turn before it is let through."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deaths = 0
        self.commands = 0

    def read(self) -> AbstractContextManager[Tx]:
        """Opens a transaction that reads."""
        return self.engine.read()

    def act(self, command: Command, actor: Actor) -> Outcome:
        """Returns what a command comes to once it has died everywhere; holds that it then happened once."""
        self.commands += 1
        key, before, at = f"command-{self.commands}", size(self.engine), 0
        kept: int | None = None
        while True:
            try:
                with fault(self.engine.store, at, die) as passed:
                    outcome = self.engine.act(command, actor, key=key)
                break
            except Died:
                self.deaths += 1
            found = size(self.engine)
            if kept is None and not {"after COMMIT", "after the commit"}.isdisjoint(passed):
                kept = found
            assert found == (before if kept is None else kept), passed
            at += 1
        sound(self.engine)
        seqs = [one.seq for one in outcome.events]
        assert kept is not None and seqs == list(range(before, kept)) and size(self.engine) == kept
        again = self.engine.act(command, actor, key=key)
        assert (again.events, again.id) == (outcome.events, outcome.id)
        return outcome
