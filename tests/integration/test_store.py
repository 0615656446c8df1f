"""The store: its schema's history, one writer at a time, nothing half-done."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, text

from engine.bootstrap import default_sources
from engine.case.command import TakeStep
from engine.record.event import Actor, Draft
from engine.record.log import append, begin, head, read_log, read_stream
from engine.store.database import NEWEST, Store
from engine.store.migration.run import downgrade, upgrade
from engine.store.table.whole import edition, metadata
from terms.error import BadInput, Conflict, Refused
from tests.integration.packet_story import workspace

ACTOR = Actor("somebody")


def new_store(root: Path) -> Store:
    store = Store(f"sqlite:///{root / 'rung.db'}", default_sources(root, ZoneInfo("UTC")))
    store.create()
    with store.write() as tx:
        begin(tx, "test/1")
    return store


def reopened(root: Path) -> Store:
    return Store(f"sqlite:///{root / 'rung.db'}", default_sources(root, ZoneInfo("UTC")))


def test_the_revisions_lead_to_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.read() as tx:
        context = MigrationContext.configure(tx.connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == NEWEST


def test_the_schema_goes_down_and_up_again_beside_data(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.write() as tx:
        append(tx, [Draft(type="A", stream="s")], actor=ACTOR, command="C")
        downgrade(tx.connection, "base")
        left = (
            tx.connection.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
        )
        assert left == ["alembic_version"]
        upgrade(tx.connection)
        begin(tx, "test/2")
        append(tx, [Draft(type="A", stream="s")], actor=ACTOR, command="C")
    with store.read() as tx:
        assert head(tx).size == 1


def test_a_schema_of_another_version_is_told(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    store.check()
    with store.write() as tx:
        tx.connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(BadInput) as told:
        store.check()
    assert str(told.value) == (
        f"{tmp_path / 'rung.db'} has the schema 9999, this version of Rung knows {NEWEST}; "
        "use the version of Rung that wrote it, or a newer one."
    )


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "rung.db").write_text("not a database at all, but long enough to look like one" * 20)
    with pytest.raises(BadInput) as told:
        reopened(tmp_path).check()
    assert str(told.value) == f"{tmp_path / 'rung.db'} is not a Rung database."


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    new_store(tmp_path)
    assert stat.S_IMODE((tmp_path / "rung.db").stat().st_mode) == 0o600


def test_nothing_half_done_is_visible(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with pytest.raises(RuntimeError), store.write() as tx:
        append(tx, [Draft(type="A", stream="s", sealed={"x": 1})], actor=ACTOR, command="C")
        raise RuntimeError
    with store.read() as tx:
        assert head(tx).size == 0
        assert list(read_log(tx)) == []


def test_a_stale_version_is_a_conflict(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.write() as tx:
        append(tx, [Draft(type="A", stream="s")], actor=ACTOR, command="C", expected={"s": 0})
    with pytest.raises(Conflict, match="s has changed since it was read"), store.write() as tx:
        append(tx, [Draft(type="B", stream="s")], actor=ACTOR, command="C", expected={"s": 0})


def test_time_never_goes_back_in_the_log(tmp_path: Path) -> None:
    from dataclasses import replace
    from datetime import UTC, datetime, timedelta

    moments = [datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=n) for n in range(5)]
    sources = replace(default_sources(tmp_path, ZoneInfo("UTC")), clock=lambda: moments.pop(0))
    new_store(tmp_path)
    store = Store(f"sqlite:///{tmp_path / 'rung.db'}", sources)
    with store.write() as tx:
        events = append(tx, [Draft(type="A", stream="s") for _ in range(5)], actor=ACTOR, command="C")
    assert [one.recorded_at for one in events] == [f"2026-01-01T00:00:00.00000{n}Z" for n in range(5)]


def test_a_command_sent_again_with_its_key_is_answered_and_nothing_happens_twice(tmp_path: Path) -> None:
    story = workspace(tmp_path / "ws")
    command, boss = TakeStep(case=story.case, step="open_evidence"), story.actor("Boss Bold")
    first = story.engine.act(command, boss, key="form-7")
    again = story.engine.act(command, boss, key="form-7")
    assert again == first
    with pytest.raises(Refused, match="cannot open_evidence now"):
        story.engine.act(command, boss, key="form-8")
    with story.engine.read() as tx:
        assert head(tx).size == first.events[-1].seq + 1


def write_many(root: Path, name: str, count: int) -> None:
    store = reopened(root)
    for _ in range(count):
        with store.write() as tx:
            append(tx, [Draft(type="A", stream=name)], actor=ACTOR, command="C")


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    new_store(tmp_path)
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_many, args=(tmp_path, f"s{n}", 15)) for n in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0, 0, 0]
    with reopened(tmp_path).read() as tx:
        assert [one.seq for one in read_log(tx)] == list(range(45))
        for n in range(3):
            assert [one.stream_version for one in read_stream(tx, f"s{n}")] == list(range(1, 16))


def test_a_value_with_quotes_is_a_value_and_not_a_statement(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    spiked = "x'); drop table log; --"
    values = {"digest": "d", "kind": "policy", "name": spiked, "label": "", "effective": "", "text": spiked}
    with store.write() as tx:
        tx.connection.execute(insert(edition.edition).values(**values, state="s", proposed_by="p", event=1))
    with sqlite3.connect(tmp_path / "rung.db") as held:
        assert held.execute("select name from edition").fetchone() == (spiked,)
    held.close()
