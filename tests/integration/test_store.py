"""The store, on every kind of database: its schema's history, one writer at a time, nothing half-done."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import DBAPIError

from engine.bootstrap import default_sources
from engine.case.command import TakeStep
from engine.record.event import Actor, Draft
from engine.record.kept import read_stream
from engine.record.log import append, begin, head, read_log
from engine.record.verify import verify
from engine.store.database import NEWEST, Store
from engine.store.migration.run import downgrade, upgrade
from engine.store.table.whole import edition, metadata
from terms.error import BadInput, Conflict, Refused
from tests.integration.packet_story import decided, frozen, judged, workspace

ACTOR = Actor("somebody")
FIRST = "0001"


def reopened(url: str) -> Store:
    return Store(url, default_sources(Path("/nowhere"), ZoneInfo("UTC")))


def new_store(url: str) -> Store:
    store = reopened(url)
    store.create()
    with store.write() as tx:
        begin(tx, "test/1")
    return store


def write_one(store: Store, stream: str = "s") -> None:
    with store.write() as tx:
        append(tx, [Draft(type="A", stream=stream, sealed={"x": "text"})], actor=ACTOR, command="C")


def test_the_revisions_lead_to_the_tables_that_the_code_uses(url: str) -> None:
    store = new_store(url)
    with store.read() as tx:
        context = MigrationContext.configure(tx.connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == NEWEST
    store.close()


def test_the_schema_goes_down_to_nothing_and_up_again(url: str) -> None:
    store = new_store(url)
    write_one(store)
    with store.write() as tx:
        downgrade(tx.connection, "base")
        assert inspect(tx.connection).get_table_names() == ["alembic_version"]
        upgrade(tx.connection)
        begin(tx, "test/2")
        append(tx, [Draft(type="A", stream="s")], actor=ACTOR, command="C")
    with store.read() as tx:
        assert head(tx).size == 1
    store.close()


def test_each_revision_goes_down_and_up_with_data_in_place(url: str) -> None:
    store = new_store(url)
    for n in range(5):
        write_one(store, f"s{n % 2}")
    with store.read() as tx:
        before = verify(tx, [])
    for revision in reversed([f"{n:04d}" for n in range(int(FIRST), int(NEWEST))]):
        with store._connected() as connection:
            store.dialect.begin(connection)
            downgrade(connection, revision)
            store.dialect.commit(connection)
        store.create()
        with store.read() as tx:
            assert verify(tx, []) == before
        write_one(store)
        with store.read() as tx:
            before = verify(tx, [])
            assert before.faults == ()
    store.close()


def test_a_schema_of_a_version_that_no_longer_fits_is_told(url: str) -> None:
    store = new_store(url)
    store.check()
    with store.write() as tx:
        tx.connection.exec_driver_sql("update alembic_version set version_num = '9999'")
        tx.connection.exec_driver_sql("update schema set oldest = '9998'")
    with pytest.raises(BadInput) as told:
        store.check()
    assert str(told.value) == (
        f"{store.name} has the schema 9999, this version of Rung knows {NEWEST}; "
        "use the version of Rung that wrote it, or a newer one."
    )
    with store.write() as tx:
        tx.connection.exec_driver_sql("update alembic_version set version_num = '0001'")
    with pytest.raises(BadInput) as told:
        store.check()
    assert str(told.value) == (
        f"{store.name} has the schema 0001, this version of Rung needs {NEWEST}; "
        "bring it up with `rung database upgrade`."
    )
    store.close()


def test_two_versions_write_at_once_while_a_newer_schema_still_fits_the_older(url: str) -> None:
    store = new_store(url)
    with store.write() as tx:
        tx.connection.exec_driver_sql("create table novelty (id integer)")
        tx.connection.exec_driver_sql("alter table payload add column later varchar(9)")
        tx.connection.exec_driver_sql("alter table head add column later integer not null default 0")
        tx.connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    older, newer = reopened(url), store
    older.check()
    for one in (older, newer, older):
        write_one(one)
    with older.read() as tx:
        assert [one.payload for one in read_log(tx)] == [{"x": "text"}] * 3
        assert verify(tx, []).faults == ()
    older.close()
    store.close()


def test_nothing_half_done_is_visible(url: str) -> None:
    store = new_store(url)
    with pytest.raises(RuntimeError), store.write() as tx:
        append(tx, [Draft(type="A", stream="s", sealed={"x": 1})], actor=ACTOR, command="C")
        raise RuntimeError
    with store.read() as tx:
        assert head(tx).size == 0
        assert list(read_log(tx)) == []
    store.close()


def test_a_reader_sees_one_moment(url: str) -> None:
    store = new_store(url)
    write_one(store)
    if store.dialect.called(store.url).endswith(".db") and not (Path(store.name + "-wal")).exists():
        pytest.skip("without WAL, SQLite lets nobody write while somebody reads")
    with store.read() as tx:
        assert len(list(read_log(tx))) == 1
        write_one(store)
        assert len(list(read_log(tx))) == 1
        assert tx.connection.exec_driver_sql("select size from head").scalar() == 1
    store.close()


def test_a_stale_version_is_a_conflict(url: str) -> None:
    store = new_store(url)
    with store.write() as tx:
        append(tx, [Draft(type="A", stream="s")], actor=ACTOR, command="C", expected={"s": 0})
    with pytest.raises(Conflict, match="s has changed since it was read"), store.write() as tx:
        append(tx, [Draft(type="B", stream="s")], actor=ACTOR, command="C", expected={"s": 0})
    store.close()


def test_time_never_goes_back_in_the_log(url: str) -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=n) for n in range(5)]
    new_store(url).close()
    sources = replace(default_sources(Path("/nowhere"), ZoneInfo("UTC")), clock=lambda: moments.pop(0))
    store = Store(url, sources)
    with store.write() as tx:
        events = append(tx, [Draft(type="A", stream="s") for _ in range(5)], actor=ACTOR, command="C")
    assert [one.recorded_at for one in events] == [f"2026-01-01T00:00:00.00000{n}Z" for n in range(5)]
    store.close()


def test_history_cannot_be_rewritten_through_the_database_itself(url: str) -> None:
    store = new_store(url)
    write_one(store)
    statements = ["update log set type = 'x'", "delete from log"]
    if store.url.get_backend_name() == "sqlite":
        statements.append("insert or replace into log select * from log")
    else:
        statements.append("truncate log")
    for statement in statements:
        with pytest.raises(DBAPIError, match="log is insert-only"), store.write() as tx:
            tx.connection.exec_driver_sql(statement)
    store.close()


def test_a_whole_case_is_walked_and_read_alike_on_every_database(url: str, tmp_path: Path) -> None:
    database = None if url.startswith("sqlite") else url
    story = decided(judged(frozen(workspace(tmp_path / "ws", database=database))))
    engine = story.engine
    assert engine.verify().sentence.startswith("Consistent: ")
    with engine.read() as tx:
        events = list(read_log(tx))
        bodies = tx.connection.execute(select(metadata.tables["case_row"])).one()
    assert len(events) == 29
    assert (bodies.label, bodies.state, bodies.outcome) == ("C-0001", "promoted", "promoted")
    engine.close()


def test_a_command_sent_again_with_its_key_is_answered_and_nothing_happens_twice(
    url: str, tmp_path: Path
) -> None:
    story = workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url)
    command, boss = TakeStep(case=story.case, step="open_evidence"), story.actor("Boss Bold")
    first = story.engine.act(command, boss, key="form-7")
    again = story.engine.act(command, boss, key="form-7")
    assert again == first
    with pytest.raises(Refused, match="cannot open_evidence now"):
        story.engine.act(command, boss, key="form-8")
    with story.engine.read() as tx:
        assert head(tx).size == first.events[-1].seq + 1
    story.engine.close()


def write_many(url: str, name: str, count: int) -> None:
    store = reopened(url)
    for _ in range(count):
        write_one(store, name)
    store.close()


def all_there(store: Store, writers: int, each: int) -> None:
    with store.read() as tx:
        assert [one.seq for one in read_log(tx)] == list(range(writers * each))
        for n in range(writers):
            assert [one.stream_version for one in read_stream(tx, f"s{n}")] == list(range(1, each + 1))
        assert verify(tx, []).faults == ()


def test_processes_that_write_at_once_lose_nothing(url: str) -> None:
    new_store(url).close()
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_many, args=(url, f"s{n}", 15)) for n in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0, 0]
    store = reopened(url)
    all_there(store, 3, 15)
    store.close()


def test_sixteen_writers_at_once_lose_nothing_and_see_no_error(
    url: str, request: pytest.FixtureRequest
) -> None:
    store, each = new_store(url), 60 if request.config.getoption("--long") else 8

    def write(name: str) -> None:
        for _ in range(each):
            write_one(store, name)

    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(write, f"s{n}") for n in range(16)]:
            done.result()
    all_there(store, 16, each)
    store.close()


def test_a_value_with_quotes_is_a_value_and_not_a_statement(url: str) -> None:
    store = new_store(url)
    spiked = "x'); drop table log; --"
    values = {"digest": "d", "kind": "policy", "name": spiked, "label": "", "effective": "", "text": spiked}
    with store.write() as tx:
        tx.connection.execute(insert(edition.edition).values(**values, state="s", proposed_by="p", event=1))
    with store.read() as tx:
        assert tx.connection.execute(select(edition.edition.c.name)).scalar() == spiked
    store.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rung.db"
    file.write_text("not a database at all, but long enough to look like one" * 20)
    with pytest.raises(BadInput) as told:
        reopened(f"sqlite:///{file}").check()
    assert str(told.value) == f"{file} is not a Rung database."


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    new_store(f"sqlite:///{tmp_path / 'rung.db'}").close()
    assert stat.S_IMODE((tmp_path / "rung.db").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("nonsense", "'nonsense' is no database URL; write postgresql+psycopg://USER@HOST/NAME."),
        (
            "mysql://x/y",
            "mysql is not a database that Rung knows; use SQLite (the default) or "
            "postgresql+psycopg://USER@HOST/NAME.",
        ),
    ],
)
def test_a_url_that_names_no_database_of_ours_is_told(given: str, sentence: str) -> None:
    with pytest.raises(BadInput) as told:
        reopened(given)
    assert str(told.value) == sentence


def test_sqlite_is_settled_to_lose_and_leak_nothing(tmp_path: Path) -> None:
    store = new_store(f"sqlite:///{tmp_path / 'rung.db'}")
    asked = ("foreign_keys", "recursive_triggers", "secure_delete", "trusted_schema", "busy_timeout")
    with store.read() as tx:
        found = [tx.connection.exec_driver_sql(f"pragma {one}").scalar() for one in asked]
        kept = tuple(
            tx.connection.exec_driver_sql(f"pragma {one}").scalar() for one in ("journal_mode", "synchronous")
        )
    assert found == [1, 1, 1, 0, 10000]
    assert kept in (("wal", 2), ("delete", 3))
    with sqlite3.connect(tmp_path / "rung.db") as held:
        assert held.execute("pragma integrity_check").fetchone() == ("ok",)
    held.close()
    store.close()
