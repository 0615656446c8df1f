"""Whatever goes wrong while a command is saved, the record is wholly before it or wholly after it, and says so."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random  # noqa: TID251  # seeded
from typing import Any, cast

import pytest
from sqlalchemy import event

from cli.edge import shown
from engine.bootstrap import Engine, engine_at, open_engine
from engine.case.command import AttachEvidence, TakeStep
from engine.record.log import read_log
from engine.store import postgresql, sqlite
from terms.error import Busy, RungError
from tests.integration.fault import Died, Dying, derived, die, fault, size, sound, undone
from tests.integration.packet_story import Story, decided, frozen, judged, workspace
from tests.integration.test_store import new_store, reopened, write_one

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def story(url: str, tmp_path: Path) -> Iterator[Story]:
    """Yields a case that gathers evidence, on each kind of database."""
    made = workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url)
    made.engine.act(TakeStep(case=made.case, step="open_evidence"), made.actor("Boss Bold"))
    yield made
    made.engine.close()


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[Story]:
    """Yields the same in a SQLite file."""
    made = workspace(tmp_path / "ws")
    made.engine.act(TakeStep(case=made.case, step="open_evidence"), made.actor("Boss Bold"))
    yield made
    made.engine.close()


@pytest.fixture
def on_server(postgres_url: str, tmp_path: Path) -> Iterator[Story]:
    """Yields the same on PostgreSQL."""
    made = workspace(tmp_path / "ws", database=postgres_url)
    made.engine.act(TakeStep(case=made.case, step="open_evidence"), made.actor("Boss Bold"))
    yield made
    made.engine.close()


def attach(engine: Engine, story: Story, key: str) -> tuple[int, ...]:
    """Returns the places in the log of one exhibit, attached under a key."""
    day = date(2026, 6, 1)
    command = AttachEvidence(case=story.case, kind="coaching", text=f"Exhibit of {key}", happened_on=day)
    return tuple(one.seq for one in engine.act(command, story.actor("Boss Bold"), key=key).events)


def told(work: Callable[[], object], code: int) -> str:
    """Returns the one sentence that an error is shown as at the terminal, which ends with an exit code."""
    with pytest.raises(RungError) as raised:
        work()
    said = shown(raised.value)
    assert said.exit_code == code and "\n" not in said.message
    return said.message


def test_a_command_that_dies_at_any_statement_has_wholly_happened_or_not_at_all(
    url: str, tmp_path: Path
) -> None:
    plain = workspace(tmp_path / "ws", database=None if url.startswith("sqlite") else url)
    dying = Dying(plain.engine)
    decided(judged(frozen(Story(cast(Engine, dying), plain.ids, plain.case))))
    with plain.engine.read() as tx:
        assert len(list(read_log(tx))) == 29
    assert dying.commands > 15 and dying.deaths > 10 * dying.commands
    sound(plain.engine)
    derived(plain.engine)
    plain.engine.close()


def killed_at(root: Path, story: Story, key: str, at: int) -> None:
    engine = open_engine(root)
    with fault(engine.store, at, lambda: os.kill(os.getpid(), signal.SIGKILL)):
        attach(engine, story, key)


def test_a_process_killed_at_any_statement_leaves_a_whole_record(
    story: Story, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    story.engine.close()
    for at in count(step=1 if request.config.getoption("--long") else 7):
        before = size(story.engine)
        story.engine.close()
        child = FORK.Process(target=killed_at, args=(tmp_path / "ws", story, f"key-{at}", at))
        child.start()
        child.join()
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        engine = open_engine(tmp_path / "ws")
        assert size(engine) - before in (0, 2)
        sound(engine)
        assert attach(engine, story, f"key-{at}") == (before, before + 1)
        assert size(engine) == before + 2
        engine.close()
    assert at > 10
    derived(story.engine)


def attach_for_ever(root: Path, story: Story, name: str, heard: Connection) -> None:
    engine = open_engine(root)
    for n in count():
        heard.send((f"{name}-{n}", attach(engine, story, f"{name}-{n}")))


def test_what_a_killed_process_acknowledged_is_there_exactly_once(story: Story, tmp_path: Path) -> None:
    acknowledged: dict[str, tuple[int, ...]] = {}
    for round_ in range(4):
        story.engine.close()
        heard, says = FORK.Pipe(duplex=False)
        child = FORK.Process(target=attach_for_ever, args=(tmp_path / "ws", story, f"round-{round_}", says))
        child.start()
        says.close()
        for _ in range(2 + round_):
            key, seqs = heard.recv()
            acknowledged[key] = seqs
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        with suppress(EOFError):
            while True:
                key, seqs = heard.recv()
                acknowledged[key] = seqs
        engine = open_engine(tmp_path / "ws")
        sound(engine)
        before = size(engine)
        assert {key: attach(engine, story, key) for key in acknowledged} == acknowledged
        assert size(engine) == before
        attach(engine, story, f"{key.rpartition('-')[0]}-{int(key.rpartition('-')[2]) + 1}")
        derived(engine)
        with engine.read() as tx:
            attached = [one for one in read_log(tx) if one.type == "EvidenceAttached"]
            keys = tx.connection.exec_driver_sql("select count(*) from command").scalar()
        assert len(attached) == keys
        engine.close()


NOT_KNOWN = (
    "{} went away while it was saving, so whether it did is not known; "
    "look before you repeat, or repeat with the same key."
)


@pytest.mark.parametrize("saved", [True, False])
def test_a_connection_lost_around_the_commit_is_not_known_and_the_same_key_settles_it(
    on_server: Story, postgres_url: str, monkeypatch: pytest.MonkeyPatch, saved: bool
) -> None:
    engine, killer = on_server.engine, reopened(postgres_url)
    before, commits, commit = size(engine), count(), engine.store.dialect.commit

    def lose(connection: Any) -> None:
        next(commits)
        pid = connection.exec_driver_sql("select pg_backend_pid()").scalar()
        if saved:
            commit(connection)
        with killer.engine.begin() as other:
            other.exec_driver_sql(f"select pg_terminate_backend({pid}, 5000)")
        connection.exec_driver_sql("select 1") if saved else commit(connection)

    with monkeypatch.context() as patch:
        patch.setattr(engine.store.dialect, "commit", lose)
        sentence = told(lambda: attach(engine, on_server, "lost"), 5)
    assert sentence == NOT_KNOWN.format(engine.store.name)
    assert next(commits) == 1
    assert size(engine) == before + 2 * saved
    sound(engine)
    assert attach(engine, on_server, "lost") == (before, before + 1)
    assert size(engine) == before + 2
    killer.close()


def test_a_connection_lost_at_any_statement_changes_nothing_and_is_told(
    on_server: Story, postgres_url: str
) -> None:
    engine, killer = on_server.engine, reopened(postgres_url)
    for at in range(0, 12, 2):
        before = size(engine)
        with killer.engine.connect() as other:
            names = {"me": other.exec_driver_sql("select pg_backend_pid()").scalar()}

            def cut(other: Any = other, names: Any = names) -> None:
                other.exec_driver_sql(
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                    f" where pid <> {names['me']} and datname = current_database()"
                    " and state = 'idle in transaction'"
                )

            with fault(engine.store, at, cut) as passed:
                try:
                    attach(engine, on_server, f"cut-{at}")
                except RungError as error:
                    said = shown(error)
                    assert said.exit_code == 2 and "cannot be reached: " in said.message
                    assert said.message.endswith("Nothing was changed.")
        assert len(passed) > at
        sound(engine)
        assert attach(engine, on_server, f"cut-{at}") == (before, before + 1)
        assert size(engine) == before + 2
    killer.close()


def test_a_full_disk_is_told_and_nothing_is_changed(on_file: Story) -> None:
    engine, pages = on_file.engine, 0
    with engine.read() as tx:
        pages = int(tx.connection.exec_driver_sql("pragma page_count").scalar() or 0)
    engine.close()

    def limit(connection: Any, _: Any) -> None:
        connection.execute(f"pragma max_page_count = {pages + 1}")

    event.listen(engine.store.engine, "connect", limit)
    done: list[int] = []

    def fill() -> None:
        for n in range(500):
            done.extend(attach(engine, on_file, f"fill-{n}"))

    sentence = told(fill, 2)
    assert sentence == (
        f"{engine.store.name} cannot be written: database or disk is full; make room, then try again. "
        "Nothing was changed."
    )
    assert size(engine) == done[-1] + 1
    sound(engine)
    event.remove(engine.store.engine, "connect", limit)
    engine.close()
    assert attach(engine, on_file, f"fill-{len(done) // 2}") == (done[-1] + 1, done[-1] + 2)
    derived(engine)


def test_a_file_that_may_only_be_read_is_told_and_can_be_read(on_file: Story) -> None:
    engine = on_file.engine
    engine.close()
    config = replace(engine.config, database=f"sqlite:///file:{engine.root / 'rung.db'}?mode=ro&uri=true")
    reader = engine_at(engine.root, config, engine.sources)
    before = size(reader)
    sentence = told(lambda: attach(reader, on_file, "read-only"), 2)
    assert sentence == (f"{reader.store.name} cannot be written; check the file's and the folder's rights.")
    assert size(reader) == before
    sound(reader)
    reader.close()


def test_a_file_that_another_program_keeps_locked_is_told_and_waits_for_nobody_for_ever(
    on_file: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 1)
    engine = open_engine(on_file.engine.root)
    before = size(engine)
    other = sqlite.driver().connect(on_file.engine.root / "rung.db", isolation_level=None)
    other.execute("begin immediate")
    sentence = told(lambda: attach(engine, on_file, "locked"), 4)
    assert sentence == f"{engine.store.name} is busy with another writer; try again."
    other.execute("rollback")
    other.close()
    assert attach(engine, on_file, "locked") == (before, before + 1)
    engine.close()


def test_a_server_whose_head_somebody_keeps_locked_is_told(
    on_server: Story, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.SETTINGS, "lock_timeout", "5ms")
    engine, other = open_engine(on_server.engine.root), reopened(postgres_url)
    before = size(engine)
    with other.write():
        sentence = told(lambda: attach(engine, on_server, "locked"), 4)
    assert sentence == f"{engine.store.name} is busy with other writers; try again."
    assert attach(engine, on_server, "locked") == (before, before + 1)
    other.close()
    engine.close()


def test_a_clock_that_steps_back_never_takes_the_record_back(story: Story) -> None:
    engine, steps = story.engine, count()
    start = engine.sources.clock()
    back = replace(engine.sources, clock=lambda: start - timedelta(hours=next(steps)))
    engine.store.sources = engine.sources = back
    for n in range(5):
        attach(engine, story, f"back-{n}")
    with engine.read() as tx:
        moments = [one.recorded_at for one in read_log(tx)]
    assert moments == sorted(set(moments))
    sound(engine)
    derived(engine)


def test_a_transaction_that_others_undo_at_any_statement_happens_once(on_server: Story) -> None:
    engine, chance = on_server.engine, Random(7)
    undoings = 0
    for n in range(25):
        before, left = size(engine), iter([True] * 5)
        with undone(engine.store, lambda left=left: chance.random() < 0.15 and next(left, False)) as failed:  # type: ignore[misc]  # bound now
            assert attach(engine, on_server, f"storm-{n}") == (before, before + 1)
        undoings += len(failed)
        assert size(engine) == before + 2
    assert undoings > 15
    sound(engine)
    derived(engine)


def test_in_a_storm_of_serialization_failures_each_writer_is_done_once_or_told(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.SETTINGS, "default_transaction_isolation", "serializable")
    new_store(postgres_url).close()
    store = reopened(postgres_url)

    def write(name: str) -> int:
        done = 0
        for _ in range(6):
            with suppress(Busy):
                write_one(store, name)
                done += 1
        return done

    with ThreadPoolExecutor(8) as pool:
        done = sum(pool.map(write, [f"s{n}" for n in range(8)]))
    with store.read() as tx:
        assert [one.seq for one in read_log(tx)] == list(range(done))
    assert done > 0
    store.close()


def test_an_interrupted_command_leaves_the_engine_usable(story: Story) -> None:
    before = size(story.engine)
    with pytest.raises(Died), fault(story.engine.store, 4, die):
        attach(story.engine, story, "interrupted")
    assert attach(story.engine, story, "interrupted") == (before, before + 1)
