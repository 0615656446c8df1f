"""PostgreSQL alone: what a role may not do, what is tried again, and what nobody can know."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from engine.record.log import head
from engine.record.verify import verify
from engine.store.database import TRIES, Store, tables
from engine.store.dialect import FRESH
from engine.store.postgresql import grants
from engine.store.transaction import Tx
from terms.error import BadInput, Busy, CannotTell, Conflict, Unavailable
from tests.integration.test_store import new_store, reopened, write_one


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    made = new_store(postgres_url)
    yield made
    made.close()


def fail(tx: Tx, state: str) -> None:
    tx.connection.exec_driver_sql(f"do $$ begin raise exception 'made up' using errcode = '{state}'; end $$")


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "42P05", "26000"])
def test_what_others_in_the_way_undid_is_tried_again_from_the_beginning(store: Store, state: str) -> None:
    tries = count()

    def work(tx: Tx) -> str:
        tx.connection.exec_driver_sql("update head set generation = generation + 1")
        if next(tries) < 2:
            fail(tx, state)
        return "done"

    assert store.attempt(work) == "done"
    with store.read() as tx:
        assert tx.connection.exec_driver_sql("select generation from head").scalar() == 1


def test_after_enough_tries_it_says_that_others_are_writing(store: Store) -> None:
    tries = count()

    def work(tx: Tx) -> None:
        next(tries)
        fail(tx, "40001")

    with pytest.raises(Busy) as told:
        store.attempt(work)
    assert str(told.value) == f"{store.name} is busy with other writers; try again."
    assert next(tries) == TRIES


def test_a_writer_that_holds_the_head_too_long_is_told_of(store: Store, postgres_url: str) -> None:
    other = reopened(postgres_url)
    with store.write(), other.engine.connect() as connection:
        connection.exec_driver_sql("set lock_timeout = '20ms'")
        connection.commit()
        with pytest.raises(DBAPIError) as raised:
            other.dialect.lock(connection)
    told = other.dialect.told(raised.value, "DB")
    assert isinstance(told, Busy) and told.transient
    other.close()


def test_a_connection_lost_while_saving_is_never_tried_again(store: Store, postgres_url: str) -> None:
    tries, killer = count(), reopened(postgres_url)

    def work(tx: Tx) -> None:
        next(tries)
        tx.connection.exec_driver_sql("update head set generation = generation + 1")
        pid = tx.connection.exec_driver_sql("select pg_backend_pid()").scalar()
        with killer.engine.begin() as other:
            other.exec_driver_sql(f"select pg_terminate_backend({pid}, 5000)")

    with pytest.raises(CannotTell) as told:
        store.attempt(work)
    assert str(told.value) == (
        f"{store.name} went away while it was saving, so whether it did is not known; "
        "look before you repeat, or repeat with the same key."
    )
    assert next(tries) == 1
    with store.read() as tx:
        assert tx.connection.exec_driver_sql("select generation from head").scalar() == 0
    killer.close()


def test_a_connection_lost_before_is_told_and_nothing_is_changed(store: Store, postgres_url: str) -> None:
    killer = reopened(postgres_url)
    with pytest.raises(BadInput, match=r"cannot be reached: .* Nothing was changed\."), store.write() as tx:
        pid = tx.connection.exec_driver_sql("select pg_backend_pid()").scalar()
        with killer.engine.begin() as other:
            other.exec_driver_sql(f"select pg_terminate_backend({pid}, 5000)")
        head(tx)
        tx.connection.exec_driver_sql("select 1")
    write_one(store)
    killer.close()


def test_a_statement_stopped_for_its_length_is_told(store: Store) -> None:
    with pytest.raises(Conflict) as told, store.write() as tx:
        fail(tx, "57014")
    assert str(told.value) == (
        f"{store.name} took too long to answer and was stopped; nothing was changed. Try again."
    )


def test_a_server_that_is_not_there_is_told() -> None:
    store = reopened("postgresql+psycopg://x:secret@127.0.0.1:1/none")
    with pytest.raises(BadInput) as told:
        store.check()
    assert str(told.value).startswith("postgresql+psycopg://x@127.0.0.1:1/none cannot be reached: ")
    assert "secret" not in str(told.value)
    store.close()


def test_the_granted_role_writes_commands_and_can_rewrite_nothing(store: Store, postgres_url: str) -> None:
    write_one(store)
    with store.read() as tx:
        schema = str(tx.connection.exec_driver_sql("select current_schema()").scalar())
        sql = grants(schema, role := f"rung_app_{schema}", tables(tx))
    with store.engine.begin() as owner:
        owner.exec_driver_sql(f"create role {role} login")
        owner.exec_driver_sql(sql)
    url = make_url(postgres_url).set(username=role)
    app = reopened(url.render_as_string(hide_password=False))
    try:
        app.check()
        write_one(app)
        for statement in (
            "update log set type = 'x'",
            "delete from log",
            "truncate log",
            "alter table log disable trigger all",
            "drop trigger log_no_update on log",
            "drop table log",
            "delete from head",
            "update fact set value = 'x'",
            "truncate fact",
            "delete from tombstone",
            "update alembic_version set version_num = 'x'",
            "create table mine (id integer)",
        ):
            with pytest.raises((BadInput, DBAPIError)) as told, app.write() as tx:
                tx.connection.exec_driver_sql(statement)
            assert "permission denied" in str(told.value) or "must be owner" in str(told.value), statement
    finally:
        app.close()
        with store.engine.begin() as owner:
            owner.exec_driver_sql(f"drop owned by {role}")
            owner.exec_driver_sql(f"drop role {role}")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("truncate log", "the head says 2 entries, the log has 0"),
        ("truncate payload", "the payload x is missing and no event erased it"),
        ("truncate head", "the head of the record is gone"),
        ("truncate log, payload", "the head says 2 entries, the log has 0"),
    ],
)
def test_an_owner_who_truncates_a_table_is_found_out(store: Store, edit: str, told: str) -> None:
    write_one(store)
    write_one(store)
    with store.engine.begin() as owner:
        owner.exec_driver_sql("alter table log disable trigger all")
        owner.exec_driver_sql(edit)
    with store.read() as tx:
        found = verify(tx, [])
    assert found.answer == "broken" and told in [one.told for one in found.faults]


def test_a_role_with_an_odd_name_is_refused() -> None:
    with pytest.raises(BadInput) as told:
        grants("public", "x; drop table log", ())
    assert str(told.value) == (
        "'x; drop table log' is no plain name for a schema or a role; use a-z, 0-9 and _."
    )


def test_text_is_compared_by_code_point_whatever_the_locale(store: Store) -> None:
    with store.read() as tx:
        left = tx.connection.exec_driver_sql(
            "select count(*) from information_schema.columns where table_schema = current_schema()"
            " and data_type in ('text', 'character varying') and collation_name is distinct from 'C'"
        ).scalar()
    assert left == 0


def test_two_organisations_in_two_schemas_do_not_see_each_other(store: Store, postgres_server: str) -> None:
    from tests import postgres

    write_one(store)
    with postgres.schema(postgres_server) as url:
        other = new_store(url)
        with other.read() as tx:
            assert head(tx).size == 0
        other.close()


def test_a_replica_says_that_it_can_only_be_read(store: Store) -> None:
    with pytest.raises(Unavailable) as told, store.write() as tx:
        tx.connection.exec_driver_sql("set transaction read only")
        tx.connection.exec_driver_sql("update head set generation = generation + 1")
    assert str(told.value) == (
        f"{store.name} is a copy that can be read only (a replica); nothing was changed. "
        "Write to the primary: name it in rung.toml."
    )


def test_a_pooler_that_hands_connections_on_is_asked_to_prepare_nothing(postgres_url: str) -> None:
    new_store(postgres_url).close()
    for given, threshold in (("none", None), ("3", 3)):
        pooled = reopened(
            make_url(postgres_url).update_query_dict({"prepare_threshold": given}).render_as_string()
        )
        with pooled.read() as tx:
            raw = tx.connection.connection.driver_connection
            assert raw is not None and raw.prepare_threshold == threshold
        pooled.close()
    with pytest.raises(BadInput) as told:
        reopened("postgresql+psycopg://h/x?prepare_threshold=often")
    assert str(told.value) == "prepare_threshold=often: write a whole number, or none."


def test_a_connection_that_rested_for_long_and_was_lost_meanwhile_is_replaced_and_nobody_is_told(
    store: Store, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer = reopened(postgres_url)
    write_one(store)
    with store.read() as tx:
        pid = tx.connection.exec_driver_sql("select pg_backend_pid()").scalar()
    with killer.engine.connect() as other:
        other.exec_driver_sql(f"select pg_terminate_backend({pid}, 5000)")
    killer.close()
    later = time.monotonic() + FRESH + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    write_one(store)
    with store.read() as tx:
        assert head(tx).size == 2
