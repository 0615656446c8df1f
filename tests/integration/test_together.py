"""Writes that wait for the next question reach PostgreSQL in order, whole, and before any COMMIT."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.record.payload import INSERT
from engine.store.database import Store
from engine.store.table.record import payload
from engine.store.transaction import Tx, trial
from tests.integration.test_store import new_store


@pytest.fixture(params=["named by their text", "prepared under no name"])
def store(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[Store]:
    url = make_url(postgres_url)
    if request.param == "prepared under no name":
        url = url.update_query_dict({"prepare_threshold": "none"})
    made = new_store(url.render_as_string(hide_password=False))
    yield made
    made.close()


def write(tx: Tx, event: int, body: str = "{}") -> None:
    row = {"event": event, "field": "because", "salt": None, "under": None, "body": body}
    INSERT.run(tx.connection, row)


def count(tx: Tx) -> int:
    return int(tx.connection.execute(select(func.count()).select_from(payload)).scalar_one())


def waiting(tx: Tx) -> int:
    return len(tx.connection.connection.dbapi_connection.waiting)  # type: ignore[union-attr]  # of engine.store.together


def test_what_waits_goes_before_the_next_question(store: Store) -> None:
    with store.write() as tx:
        write(tx, 1)
        write(tx, 2)
        assert waiting(tx) == 2
        assert count(tx) == 2
        assert waiting(tx) == 0
    with store.read() as tx:
        assert count(tx) == 2


def test_what_waits_at_the_end_is_saved_and_what_waits_at_an_error_is_not(store: Store) -> None:
    with store.write() as tx:
        write(tx, 1)
    with pytest.raises(RuntimeError), store.write() as tx:
        write(tx, 2)
        raise RuntimeError
    with store.write() as tx:
        assert waiting(tx) == 0
        assert count(tx) == 1


def test_one_write_that_fails_among_those_that_wait_undoes_them_all(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as tx:
        for event in (1, 2, 1, 3):
            write(tx, event)
    with store.write() as tx:
        assert count(tx) == 0
        write(tx, 1)
    with store.read() as tx:
        assert count(tx) == 1


def test_a_trial_undoes_what_waited_in_it_and_nothing_from_before(store: Store) -> None:
    with store.write() as tx:
        write(tx, 1)
        with trial(tx) as tried:
            write(tried, 2)
        assert count(tx) == 1


def test_text_is_saved_as_it_is_or_refused_whole(store: Store) -> None:
    odd = 'it\'s \\ "$1" %s :x \u2028 \U0001f600'
    with store.write() as tx:
        write(tx, 1, odd)
    with store.read() as tx:
        assert tx.connection.execute(select(payload.c.body)).scalar_one() == odd
    with pytest.raises(DBAPIError), store.write() as tx:
        write(tx, 2, "cut\0here")
    with store.read() as tx:
        assert count(tx) == 1
