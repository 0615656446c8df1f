"""What several threads ask at once is saved together, and each is answered as if it had been alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random  # noqa: TID251  # seeded
from threading import Event as Signal
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from engine.record.event import Draft
from engine.record.kept import forget, read_stream, remembered
from engine.record.log import append, read_log, touch
from engine.record.verify import verify
from engine.store.database import Store
from engine.store.group import Answer, Turn
from engine.store.prepared import send
from engine.store.transaction import Tx
from terms.error import Busy, CannotTell, Conflict, Refused
from tests.integration.fault import Died
from tests.integration.test_store import ACTOR, new_store, reopened

Work = Callable[[Tx], Any]
SAVED = "The process was interrupted while it was saving, so whether it did is not known; "
SAVED += "look before you repeat, or repeat with the same key."


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = new_store(url)
    yield made
    made.close()


def writes(stream: str, expected: int | None = None) -> Work:
    """Returns work that appends one event to a stream, and comes to its place in the log."""

    def work(tx: Tx) -> int:
        draft = Draft(type="A", stream=stream, sealed={"x": "text"})
        versions = None if expected is None else {stream: expected}
        return append(tx, [draft], actor=ACTOR, command="C", expected=versions)[0].seq

    return work


def refused(tx: Tx) -> None:
    """Writes something, and is then refused."""
    writes("refused")(tx)
    raise Refused("No.")


def impossible(tx: Tx) -> None:
    """Writes what the database itself refuses."""
    writes("impossible")(tx)
    send(tx.connection, "INSERT INTO log SELECT * FROM log")


def turns(works: list[Work]) -> list[Turn[Any]]:
    return [Turn(one) for one in works]


def answered(store: Store, works: list[Work]) -> list[Answer[Any] | None]:
    """Returns what works come to that wait together."""
    asked = turns(works)
    store.group.answer(asked)
    return [one.answer for one in asked]


@contextmanager
def commits(store: Store) -> Iterator[list[str]]:
    """Yields what is committed meanwhile."""
    done: list[str] = []
    commit = store.dialect.commit

    def counted(connection: Any) -> None:
        commit(connection)
        done.append("commit")

    store.dialect.commit = counted  # type: ignore[method-assign]  # the seam of the test
    try:
        yield done
    finally:
        store.dialect.commit = commit  # type: ignore[method-assign]  # as it was


def streams(store: Store) -> list[str]:
    with store.read() as tx:
        return [one.stream for one in read_log(tx)]


def test_what_waits_together_is_saved_with_one_commit(store: Store) -> None:
    with commits(store) as done:
        found = answered(store, [writes("a"), writes("b"), writes("a")])
    assert (found, done) == ([Answer(0), Answer(1), Answer(2)], ["commit"])
    assert streams(store) == ["a", "b", "a"]


def test_who_is_refused_leaves_nothing_and_keeps_nobody(store: Store) -> None:
    first, no, last = answered(store, [writes("a"), refused, writes("b")])
    assert (first, last) == (Answer(0), Answer(1))
    assert no is not None and isinstance(no.error, Refused)
    with pytest.raises(Refused, match=r"^No\.$"):
        no.get()
    assert streams(store) == ["a", "b"]
    with store.read() as tx:
        assert verify(tx, []).faults == ()


def test_each_sees_what_those_before_it_wrote(store: Store) -> None:
    def reads(tx: Tx) -> list[str]:
        held = list(read_stream(tx, "a"))
        assert held == [one for one in read_log(tx) if one.stream == "a"]
        return [one.type for one in held]

    works = [reads, writes("a", 0), reads, refused, writes("a", 1), writes("a", 1), reads]
    found = answered(store, works)
    assert [one and one.value for one in found] == [[], 0, ["A"], None, 1, None, ["A", "A"]]
    conflict = found[5]
    assert conflict is not None and isinstance(conflict.error, Conflict)
    with store.read() as tx:
        assert len(read_stream(tx, "a")) == 2


def test_what_changes_people_or_facts_is_the_last_of_its_transaction(store: Store) -> None:
    def touches(tx: Tx) -> int:
        touch(tx)
        place: int = writes("a")(tx)
        return place

    found = answered(store, [writes("a"), touches, writes("b"), touches])
    assert found == [Answer(0), Answer(1), None, None]
    assert streams(store) == ["a", "a"]


def test_where_the_whole_cannot_be_saved_each_is_done_again_alone(store: Store) -> None:
    first, no, last = answered(store, [writes("a"), impossible, writes("b")])
    assert (first, last) == (Answer(0), Answer(1))
    assert no is not None and isinstance(no.error, DBAPIError)
    assert streams(store) == ["a", "b"]


def test_a_commit_that_fails_saves_nothing_and_each_is_done_again_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, commit = iter([True]), store.dialect.commit

    def failing(connection: Any) -> None:
        if next(failed, False):
            connection.exec_driver_sql("SELECT no_such_column")
        commit(connection)

    monkeypatch.setattr(store.dialect, "commit", failing)
    assert answered(store, [writes("a"), writes("b")]) == [Answer(0), Answer(1)]
    assert streams(store) == ["a", "b"]


def test_a_commit_whose_outcome_is_not_known_is_told_to_each_and_asked_for_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, asked = store.dialect.commit, []

    def lost(connection: Any) -> None:
        asked.append("commit")
        commit(connection)
        connection.exec_driver_sql("SELECT no_such_column")

    with monkeypatch.context() as patch:
        patch.setattr(store.dialect, "commit", lost)
        patch.setattr(store.dialect, "lost", lambda _: True)
        found = answered(store, [writes("a"), refused, writes("b")])
    told = {str(one.error) for one in found if one is not None}
    assert told == {
        f"{store.name} went away while it was saving, so whether it did is not known; "
        "look before you repeat, or repeat with the same key."
    }
    assert all(isinstance(one.error, CannotTell) for one in found if one is not None)
    assert asked == ["commit"] and streams(store) == ["a", "b"]


def test_a_database_that_stays_locked_is_waited_for_once_and_told_to_each(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def locked(_: Any) -> Any:
        asked.append("lock")
        raise Busy("It is busy with another writer; try again.")

    monkeypatch.setattr(store.dialect, "lock", locked)
    found = answered(store, [writes("a"), writes("b")])
    assert [str(one.error) for one in found if one is not None] == [
        "It is busy with another writer; try again."
    ] * 2
    assert asked == ["lock"] and streams(store) == []


def test_a_leader_that_dies_before_it_saves_leaves_nothing_and_the_others_wait_on(store: Store) -> None:
    def dies(_: Tx) -> None:
        raise Died

    asked = turns([writes("a"), dies, writes("b")])
    with pytest.raises(Died):
        store.group.answer(asked)
    assert [one.answer for one in asked] == [None, None, None] and streams(store) == []


def test_a_leader_that_dies_while_it_saves_leaves_the_others_told(store: Store) -> None:
    for saved in (False, True):
        before, asked = streams(store), turns([writes("a"), writes("b")])
        with pytest.raises(Died), commit_dies(store, saved=saved):
            store.group.answer(asked)
        assert [str(one.answer and one.answer.error) for one in asked] == [SAVED, SAVED]
        assert streams(store) == before + ["a", "b"] * saved


@contextmanager
def commit_dies(store: Store, *, saved: bool) -> Iterator[None]:
    commit = store.dialect.commit

    def dying(connection: Any) -> None:
        if saved:
            commit(connection)
        raise Died

    store.dialect.commit = dying  # type: ignore[method-assign]  # the seam of the test
    try:
        yield
    finally:
        store.dialect.commit = commit  # type: ignore[method-assign]  # as it was


def test_what_fails_after_all_is_saved_is_told_and_nothing_is_done_again(store: Store) -> None:
    def breaks() -> None:
        raise ArithmeticError

    def fails(tx: Tx) -> int:
        place: int = writes("a")(tx)
        tx.after.append(breaks)
        return place

    asked = turns([writes("b"), fails])
    with pytest.raises(ArithmeticError):
        store.group.answer(asked)
    assert [one.answer for one in asked] == [Answer(0), Answer(1)] and streams(store) == ["b", "a"]


def test_what_any_of_them_forgets_is_looked_up_again(store: Store) -> None:
    def many(tx: Tx) -> int:
        return remembered(tx, "many", "a", lambda: len([one for one in read_log(tx) if one.stream == "a"]))

    def adds(tx: Tx) -> int:
        forget(tx, "many", "a")
        place: int = writes("a")(tx)
        return place

    with store.read() as tx:
        assert many(tx) == 0
    assert answered(store, [adds, many, writes("b")]) == [Answer(0), Answer(1), Answer(1)]
    with store.read() as tx:
        assert many(tx) == 1


def test_who_cannot_share_the_transaction_is_first_in_the_next(store: Store) -> None:
    held, go = Signal(), Signal()

    def slow(tx: Tx) -> None:
        held.set()
        assert go.wait(60)

    def touches(tx: Tx) -> int:
        touch(tx)
        place: int = writes("a")(tx)
        return place

    with ThreadPoolExecutor(6) as pool, commits(store) as done:
        first = pool.submit(store.group.carry_out, slow)
        assert held.wait(60)
        others = []
        for n in range(5):
            others.append(pool.submit(store.group.carry_out, touches))
            while len(store.group.waiting) <= n:
                pass
        go.set()
        first.result()
        assert [one.result() for one in others] == list(range(5))
    assert done == ["commit"] * 6


def test_whoever_comes_while_one_saves_is_saved_with_those_who_come_too(store: Store) -> None:
    held, go = Signal(), Signal()

    def slow(tx: Tx) -> int:
        held.set()
        assert go.wait(60)
        place: int = writes("slow")(tx)
        return place

    with ThreadPoolExecutor(9) as pool, commits(store) as done:
        first = pool.submit(store.group.carry_out, slow)
        assert held.wait(60)
        others = [pool.submit(store.group.carry_out, writes(f"s{n}")) for n in range(8)]
        while len(store.group.waiting) < 8:
            pass
        go.set()
        places = [one.result() for one in (first, *others)]
    assert sorted(places) == list(range(9)) and places[0] == 0
    assert done == ["commit", "commit"]


def test_one_who_gives_up_waiting_leaves_the_lead_to_the_next(store: Store) -> None:
    group, gone, next_one = store.group, Turn(writes("gone")), Turn(writes("next"))
    group.waiting, group.led, gone.leads = [gone, next_one], True, True

    class Interrupted:
        def acquire(self) -> None:
            raise Died

    gone.signal = Interrupted()  # type: ignore[assignment]  # a signal that comes while it waits
    with pytest.raises(Died):
        group._wait(gone)
    assert (group.waiting, next_one.leads) == ([next_one], True)
    assert next_one.signal.acquire(blocking=False)


def test_a_leader_that_dies_hands_on_to_those_who_wait(store: Store) -> None:
    held, go = Signal(), Signal()

    def dies(_: Tx) -> None:
        held.set()
        assert go.wait(60)
        raise Died

    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(store.group.carry_out, dies)
        assert held.wait(60)
        others = [pool.submit(store.group.carry_out, writes(f"s{n}")) for n in range(4)]
        go.set()
        assert sorted(one.result() for one in others) == [0, 1, 2, 3]
        assert isinstance(first.exception(), Died)
    assert store.group.carry_out(writes("later")) == 4


def test_many_threads_lose_nothing_whoever_is_refused_and_each_gets_its_own_answer(
    url: str, request: pytest.FixtureRequest
) -> None:
    each = 200 if request.config.getoption("--long") else 20
    stores = [new_store(url), reopened(url)]

    def client(number: int) -> int:
        chance, written = Random(number), 0
        for _ in range(each):
            store = stores[number % 2]
            if chance.random() < 0.3:
                with pytest.raises(Refused):
                    store.group.carry_out(refused)
            else:
                place = store.group.carry_out(writes(f"s{number}", written))
                written += 1
                with store.read() as tx:
                    held = read_stream(tx, f"s{number}")
                assert (len(held), held[-1].seq) == (written, place)
        return written

    with ThreadPoolExecutor(12) as pool:
        written = list(pool.map(client, range(12)))
    assert sorted(streams(stores[0])) == sorted(
        f"s{n}" for n, many in enumerate(written) for _ in range(many)
    )
    with stores[0].read() as tx:
        assert verify(tx, []).faults == ()
    for store in stores:
        store.close()
