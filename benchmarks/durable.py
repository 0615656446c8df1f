"""How many durable commands a second, of one caller and of many at once, beside SQLAlchemy Core and DBOS's steps."""

from __future__ import annotations

import gc
import json
import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice
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

CANDIDATES, FEW, MANY, WARM, CHUNK = 240, 60, 800, 40, 20
CALLERS, ROUNDS, EACH = 32, 5, 10
EVENTS = 1_000_000
SHARE, TIMES, ALONE, FLAT = 0.6, 4.0, 1.0, 1.5
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
            found += _beside_dbos(root, f"dbos{wal}", f"SQLite {told}", _dbos_file(root, wal=wal))
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
            urls = [stack.enter_context(postgres.schema(server)) for _ in range(2)]
            theirs = make_url(server).set(drivername="postgresql", database="dbos_bench")
            found += _beside_dbos(
                root, "pgdbos", "PostgreSQL", theirs.render_as_string(hide_password=False), urls
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


def _beside_dbos(
    root: Path, name: str, told: str, url: str, ours: Sequence[str | None] = (None, None)
) -> list[Figure]:
    """Returns the rates of one caller and of many at once beside as many workflows of DBOS; none without DBOS."""
    try:
        from dbos import DBOS
    except ImportError:
        return []
    DBOS(config={"name": "bench", "system_database_url": url, "log_level": "ERROR"})

    @DBOS.step()  # type: ignore[untyped-decorator,unused-ignore]
    def score(number: int) -> dict[str, int]:
        return {"deal-complexity": number % 5}

    @DBOS.workflow()  # type: ignore[untyped-decorator,unused-ignore]
    def judge(steps: int) -> int:
        return sum(score(one)["deal-complexity"] for one in range(steps))

    run: Callable[[int], int] = judge
    few = Company(root / name, FEW, ours[0])
    many = Company(root / f"{name}-many", MANY, ours[1])
    DBOS.launch()
    try:
        rates = _alone(few, run), _at_once(many, run)
    finally:
        DBOS.destroy(destroy_registry=True)
        few.engine.close()
        many.engine.close()
    asked = ("sealed scores, one caller", ALONE), (f"sealed scores, {CALLERS} callers at once", TIMES)
    return [
        Figure(what, mine, "/s", f"as many of DBOS's steps, {told}", theirs, bar, True, True)
        for (what, bar), (mine, theirs) in zip(asked, rates, strict=True)
    ]


def _alone(company: Company, run: Callable[[int], int]) -> tuple[float, float]:
    """Returns how many commands a second one caller does, and how many steps one workflow records, in turn."""
    works = _works(company)
    mine, theirs = [], []
    _settle()
    for start in range(0, len(works), CHUNK):
        begun = time.perf_counter()
        run(CHUNK)
        took = time.perf_counter() - begun
        own = _timed(company, works[start : start + CHUNK])
        if start >= WARM:
            theirs.append(took / CHUNK)
            mine.append(own / CHUNK)
    return 1 / statistics.median(mine), 1 / statistics.median(theirs)


def _at_once(company: Company, run: Callable[[int], int]) -> tuple[float, float]:
    """Returns the same of many callers and many workflows at once, all threads of this process on one core."""
    works = iter(_works(company))
    mine, theirs = [], []
    _settle()
    with _one_core(), ThreadPoolExecutor(CALLERS) as pool:
        for number in range(ROUNDS):
            parts = [list(islice(works, EACH)) for _ in range(CALLERS)]
            assert all(len(one) == EACH for one in parts)
            begun = time.perf_counter()
            list(pool.map(lambda part: _timed(company, part), parts))
            own = time.perf_counter() - begun
            begun = time.perf_counter()
            list(pool.map(run, [CHUNK] * CALLERS))
            took = time.perf_counter() - begun
            if number:
                mine.append(CALLERS * EACH / own)
                theirs.append(CALLERS * CHUNK / took)
    return statistics.median(mine), statistics.median(theirs)


@contextmanager
def _one_core() -> Iterator[None]:
    """Keeps this process on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
