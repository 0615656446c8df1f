"""What a process remembers of the record is what the database holds, whoever wrote it and whatever was undone."""

from __future__ import annotations

from datetime import date
from random import Random  # noqa: TID251  # seeded

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from benchmarks.company import Company
from engine.case.apply import fold
from engine.case.query import cases, load, nominations
from engine.people.line import levels_of
from engine.record.event import Draft, Event
from engine.record.kept import read_stream
from engine.record.log import append, generation, head, read_log, touch
from engine.record.memory import memory
from engine.store.database import Store
from engine.store.prepared import send
from engine.store.transaction import Tx
from tests.integration.test_statement import company as company  # a fixture
from tests.integration.test_statement import story
from tests.integration.test_store import ACTOR, new_store, reopened, write_one

STREAMS = ("a", "b", "c")


def told(store: Store, stream: str) -> tuple[Event, ...]:
    """Returns the events of a stream without anything that is remembered."""
    with store.read() as tx:
        return tuple(one for one in read_log(tx) if one.stream == stream)


def test_whoever_wrote_a_stream_every_process_reads_all_of_it(url: str) -> None:
    one = new_store(url)
    stores = [one, reopened(url), reopened(url)]
    random = Random(7)
    for _ in range(120):
        store, stream = random.choice(stores), random.choice(STREAMS)
        match random.randrange(4):
            case 0:
                with store.read() as tx:
                    assert read_stream(tx, stream) == tuple(e for e in read_log(tx) if e.stream == stream)
            case 1:
                with store.write() as tx:
                    before = read_stream(tx, stream)
                    append(tx, [Draft(type="A", stream=stream, sealed={"x": 1})], actor=ACTOR, command="C")
                    assert len(read_stream(tx, stream)) == len(before) + 1
            case 2:
                with pytest.raises(RuntimeError), store.write() as tx:
                    append(tx, [Draft(type="Undone", stream=stream)], actor=ACTOR, command="C")
                    if random.randrange(2):
                        touch(tx)
                    read_stream(tx, stream)
                    raise RuntimeError
            case _:
                write_one(store, stream)
    for stream in STREAMS:
        for store in stores:
            with store.read() as tx:
                assert read_stream(tx, stream) == told(one, stream) != ()
    for store in stores:
        store.close()


def test_a_reader_of_an_older_moment_sees_no_more_than_it_had(postgres_url: str) -> None:
    store = new_store(postgres_url)
    write_one(store, "a")
    with store.read() as tx:
        assert head(tx).size == 1
        write_one(store, "a")
        with store.read() as later:
            assert len(read_stream(later, "a")) == 2
        assert len(read_stream(tx, "a")) == 1
    store.close()


def test_what_this_process_wrote_is_not_read_again(url: str) -> None:
    store = new_store(url)
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    write_one(store, "a")
    event.listen(store.engine, "before_cursor_execute", note)
    with store.write() as tx:
        assert [one.payload for one in read_stream(tx, "a")] == [{"x": "text"}]
    event.remove(store.engine, "before_cursor_execute", note)
    assert not [one for one in asked if "payload" in one]
    store.close()


def test_an_error_of_the_driver_is_told_as_any_other_and_undoes_the_transaction(url: str) -> None:
    store = new_store(url)
    with pytest.raises(DBAPIError) as found, store.write() as tx:
        append(tx, [Draft(type="A", stream="s", sealed={"x": "secret"})], actor=ACTOR, command="C")
        send(tx.connection, "INSERT INTO log SELECT * FROM log")
    assert "secret" not in str(found.value)
    with store.read() as tx:
        assert head(tx).size == 0
    write_one(store)
    assert len(told(store, "s")) == 1
    store.close()


def test_what_is_kept_of_a_case_after_each_command_is_what_the_database_tells(company: Company) -> None:
    kept, everybody = 0, sorted(company.ids.values())
    for command, who in story(company):
        company.engine.act(command, company.actor(who))
        with company.engine.read() as tx:
            told: dict[str, list[Event]] = {}
            for one in read_log(tx):
                told.setdefault(one.stream, []).append(one)
            number = generation(tx)
            assert number is not None
            kept += len(memory(tx.shared, number).folds)
            for case in cases(tx):
                stream = f"case:{case.id}"
                assert list(read_stream(tx, stream)) == told[stream]
                assert load(tx, case.id) == fold(told[stream])
            remembered = nominations(tx, everybody), levels_of(tx, everybody, date(2026, 10, 15))
            fresh = Tx(tx.connection, tx.sources)
            assert remembered == (
                nominations(fresh, everybody),
                levels_of(fresh, everybody, date(2026, 10, 15)),
            )
    assert kept > 40 and {one for held in remembered[0].values() for _, one, _ in held} == {True, False}
