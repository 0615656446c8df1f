"""How many durable commands a second, beside SQLAlchemy Core writing the same rows, and beside DBOS's steps."""

from __future__ import annotations

import gc
import json
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.engine import make_url

from benchmarks.company import PANEL, Company
from benchmarks.figure import Figure
from benchmarks.filler import fill
from engine.record.log import peaks_of
from engine.record.tree import grow
from engine.store import sqlite
from engine.store.copying import copy_rows
from engine.store.database import Store
from engine.store.table.record import head, log, payload
from engine.store.table.task import task
from tests import postgres

CANDIDATES, FEW, WARM, CHUNK = 240, 60, 40, 20
EVENTS = 1_000_000
SHARE, TIMES, FLAT = 0.6, 4.0, 1.5
LOG, PAYLOAD, HEAD = insert(log), insert(payload), update(head)
DONE = delete(task).where(task.c.id == bindparam("task"))


def rows() -> list[Figure]:
    """Returns the rates on SQLite (both safe settings) and PostgreSQL, DBOS's, and how the first grows with the log."""
    found = []
    with TemporaryDirectory() as name:
        root = Path(name)
        ours, core = _measured(Company(root / "wal", CANDIDATES), f"sqlite:///{root / 'core.db'}")
        found.append(_share("sealed scores, SQLite WAL+FULL", ours, core))
        for told, wal in (("as it comes (rollback journal)", False), ("in WAL, as Rung", True)):
            steps, beside = _beside_dbos(Company(root / f"dbos{wal}", FEW), _dbos_file(root, wal=wal))
            if steps:
                peer = f"DBOS's steps, SQLite {told}"
                found.append(
                    Figure("the same, SQLite WAL+FULL", beside, "/s", peer, steps, TIMES, True, True)
                )
        few, many = _growing(root)
        found.append(
            Figure(f"time per command, {EVENTS:,} events", many, "us", "1,000 events", few, FLAT, True)
        )
        with _rollback():
            journal = Company(root / "journal", CANDIDATES)
            ours, core = _measured(journal, f"sqlite:///{root / 'other.db'}")
        found.append(_share("sealed scores, SQLite rollback journal+EXTRA", ours, core))
        with ExitStack() as stack:
            server = stack.enter_context(postgres.server())
            urls = [stack.enter_context(postgres.schema(server)) for _ in range(2)]
            ours, core = _measured(Company(root / "pg", CANDIDATES, urls[0]), urls[1])
            found.append(_share("sealed scores, PostgreSQL", ours, core))
            url = stack.enter_context(postgres.schema(server))
            theirs = make_url(server).set(drivername="postgresql", database="dbos_bench")
            steps, beside = _beside_dbos(
                Company(root / "pgdbos", FEW, url), theirs.render_as_string(hide_password=False)
            )
        if steps:
            found.append(
                Figure(
                    "the same, PostgreSQL", beside, "/s", "DBOS's steps, PostgreSQL", steps, TIMES, True, True
                )
            )
    return found


def _share(name: str, ours: float, core: float) -> Figure:
    return Figure(name, ours, "/s", "SQLAlchemy Core, same rows", core, SHARE, True, True)


@contextmanager
def _rollback() -> Iterator[None]:
    """Makes SQLite take the settings for a version whose write-ahead log is not safe."""
    safe, sqlite.WAL_SAFE = sqlite.WAL_SAFE, (99, 0, 0)
    try:
        yield
    finally:
        sqlite.WAL_SAFE = safe


def _growing(root: Path) -> tuple[float, float]:
    """Returns the microseconds of a command in a short log and in a long one, timed in turn."""
    short, long = Company(root / "short", CANDIDATES // 4), Company(root / "long", CANDIDATES // 4)
    each = [(one, _works(one)) for one in (short, long)]
    fill(long.engine.store, EVENTS)
    spent: tuple[list[float], list[float]] = ([], [])
    _settle()
    for start in range(0, len(each[0][1]), CHUNK):
        for number, (company, works) in enumerate(each):
            took = _timed(company, works[start : start + CHUNK])
            if start >= WARM:
                spent[number].append(took / CHUNK)
    short.engine.close()
    long.engine.close()
    few, many = (statistics.median(one) * 1e6 for one in spent)
    return few, many


def _measured(company: Company, url: str) -> tuple[float, float]:
    try:
        return _raced(company, _works(company), url)
    finally:
        company.engine.close()


def _works(company: Company) -> list[Any]:
    """Returns the sealed scores of two of three members on every case: one event, one task done."""
    session, cases = company.calibrating()
    return [one for one in company.scores(session, cases) if one[1] != company.actor(PANEL[2])]


def _timed(company: Company, works: Sequence[Any]) -> float:
    start = time.perf_counter()
    for command, actor in works:
        company.engine.act(command, actor)
    return time.perf_counter() - start


def _raced(company: Company, works: Sequence[Any], url: str) -> tuple[float, float]:
    """Returns how many commands a second Rung does, and Core writing the same rows and bytes, in turn."""
    other = Store(url, company.engine.sources)
    other.create()
    with company.engine.read() as source, other.write() as target:
        copy_rows(source, target)
    with company.engine.read() as tx:
        first = tx.connection.execute(select(head.c.size)).scalar_one()
    mine: list[float] = []
    theirs: list[float] = []
    _settle()
    for start in range(0, len(works), CHUNK):
        chunk = works[start : start + CHUNK]
        spent = _timed(company, chunk)
        ready = list(_written(company, first + start, chunk))
        other_spent = _core(other, ready)
        if start >= WARM:
            mine.append(spent / len(chunk))
            theirs.append(other_spent / len(chunk))
    other.close()
    return 1 / statistics.median(mine), 1 / statistics.median(theirs)


def _settle() -> None:
    """Takes what making the company left out of the garbage collector's sight, for whoever is measured next."""
    gc.collect()
    gc.freeze()


def _written(company: Company, first: int, works: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yields, per command, the rows that it wrote, ready to be written again."""
    with company.engine.read() as tx:
        size = first + len(works)
        entries = tx.connection.execute(
            select(log).where(log.c.seq.between(first, size - 1)).order_by(log.c.seq)
        )
        held = tx.connection.execute(select(payload).where(payload.c.event.between(first, size - 1)))
        bodies = {row.event: dict(row._mapping) for row in held}
        before = tx.connection.execute(
            select(log.c.seq, log.c.leaf).where(log.c.seq < first).order_by(log.c.seq)
        )
        peaks: tuple[bytes, ...] = ()
        for row in before:
            peaks, _ = grow(peaks, row.seq, row.leaf)
        for row, (command, actor) in zip(entries.all(), works, strict=True):
            peaks, _ = grow(peaks, row.seq, row.leaf)
            at = json.loads(row.body)["recorded_at"]
            yield {
                "log": dict(row._mapping),
                "payload": bodies[row.seq],
                "head": {"size": row.seq + 1, "frontier": b"".join(peaks).hex(), "recorded_at": at},
                "task": {"task": f"{command.case}:score:{actor.person}"},
            }
        assert peaks_of(b"".join(peaks).hex()) == peaks


def _core(store: Store, ready: Sequence[dict[str, Any]]) -> float:
    lite = store.url.get_backend_name() == "sqlite"
    begin: Callable[[Connection], Any] = _immediate if lite else Connection.begin
    commit: Callable[[Connection], Any] = _commit if lite else Connection.commit
    with store.engine.connect() as connection:
        start = time.perf_counter()
        for one in ready:
            begin(connection)
            connection.execute(PAYLOAD, one["payload"])
            connection.execute(LOG, one["log"])
            connection.execute(HEAD, one["head"])
            connection.execute(DONE, one["task"])
            commit(connection)
        return time.perf_counter() - start


def _immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _commit(connection: Connection) -> None:
    connection.exec_driver_sql("COMMIT")


def _dbos_file(root: Path, *, wal: bool) -> str:
    """Returns the URL of a new file for DBOS, in WAL or with the rollback journal that it takes by itself.

    Either mode is the file's; synchronous=FULL is what a connection begins with.
    """
    path = root / f"dbos-{wal}.db"
    if wal:
        file = sqlite3.connect(path)
        assert file.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        assert file.execute("PRAGMA synchronous").fetchone() == (2,)
        file.close()
    return f"sqlite:///{path}"


def _beside_dbos(company: Company, url: str) -> tuple[float, float]:
    """Returns how many steps a second DBOS records in its database, and a company's commands in turn with them.

    Nothing where DBOS is not installed.
    """
    try:
        from dbos import DBOS
    except ImportError:
        company.engine.close()
        return 0.0, 0.0
    DBOS(config={"name": "bench", "system_database_url": url, "log_level": "ERROR"})

    @DBOS.step()  # type: ignore[untyped-decorator,unused-ignore]
    def score(number: int) -> dict[str, int]:
        return {"deal-complexity": number % 5}

    @DBOS.workflow()  # type: ignore[untyped-decorator,unused-ignore]
    def judge(steps: int) -> int:
        return sum(score(one)["deal-complexity"] for one in range(steps))

    run: Callable[[int], int] = judge
    works = _works(company)
    theirs: list[float] = []
    mine: list[float] = []
    DBOS.launch()
    _settle()
    try:
        for start in range(0, len(works), CHUNK):
            begun = time.perf_counter()
            run(CHUNK)
            took = time.perf_counter() - begun
            own = _timed(company, works[start : start + CHUNK])
            if start >= WARM:
                theirs.append(took / CHUNK)
                mine.append(own / CHUNK)
    finally:
        DBOS.destroy(destroy_registry=True)
        company.engine.close()
    return 1 / statistics.median(theirs), 1 / statistics.median(mine)
