"""Many writers at once on one database: how long each waits, and that nothing is lost, doubled or told as an error."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier as BarrierType
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from benchmarks.company import Company, sources
from benchmarks.figure import Figure
from engine.bootstrap import open_engine
from engine.record.event import Actor
from engine.record.log import read_log, size
from engine.replay.replay import replay
from tests import postgres

PROCESSES, WRITERS, EACH, CASES = 8, 16, 40, 16
PATIENCE = 10_000.0  # milliseconds after which a writer is told that the database is busy
Work: TypeAlias = tuple[Any, Actor, str]


@dataclass(frozen=True, slots=True)
class Raced:
    """Holds how long each command took (milliseconds), each error that was told, and the seconds of it all."""

    times: tuple[float, ...]
    errors: tuple[str, ...]
    seconds: float


def rows() -> list[Figure]:
    """Returns the median, the slowest hundredth and the rate of many writers, each beside one writer alone."""
    found: list[Figure] = []
    with TemporaryDirectory() as name, postgres.server() as server, postgres.schema(server) as url:
        root = Path(name)
        for database, writers, at in (("SQLite", PROCESSES, None), ("PostgreSQL", WRITERS, url)):
            company = Company(root / database, CASES, at)
            many, alone = (raced(company, count, EACH) for count in (writers, 1))
            told = f"{writers} processes on one {database}"
            if many.errors:
                raise AssertionError(many.errors[:3])
            for part, at_most in ((50, PATIENCE), (99, PATIENCE)):
                mine, theirs = (_part(one.times, part) for one in (many, alone))
                found.append(Figure(f"{told}: p{part}", mine, "ms", "one alone", theirs, at_most, False))
            rates = [len(one.times) / one.seconds for one in (many, alone)]
            found.append(Figure(f"{told}: commands", rates[0], "/s", "one alone", rates[1], 0.5, True, True))
            company.engine.close()
    return found


def _part(times: Sequence[float], part: int) -> float:
    return statistics.quantiles(times, n=100)[part - 1]


def raced(company: Company, writers: int, each: int) -> Raced:
    """Returns how so many processes fared that scored cases at once, each command sent once more under its key.

    Raises AssertionError where the record does not hold every command exactly once, or is not whole.
    """
    session, cases = _calibrating(company)
    pairs = list(company.scores(session, cases))
    before = _scored(company)
    works = [
        [(*pairs[(writer + n * writers) % len(pairs)], f"{before.total()}.{writer}.{n}") for n in range(each)]
        for writer in range(writers)
    ]
    company.engine.close()  # no connection is carried over into another process
    fork = multiprocessing.get_context("fork")
    start, ended = fork.Barrier(writers + 1), fork.Queue()
    children = [fork.Process(target=_write, args=(company.root, one, start, ended)) for one in works]
    for child in children:
        child.start()
    start.wait()
    begun = time.perf_counter()
    told = [ended.get() for _ in children]
    seconds = time.perf_counter() - begun
    for child in children:
        child.join()
    times = tuple(took for taken, _ in told for took in taken)
    errors = tuple(error for _, found in told for error in found)
    asked = Counter((work[0].case, work[1].person) for one in works for work in one)
    if not errors:
        assert _scored(company) - before == asked, "a command is missing, or there twice"
    _whole(company)
    return Raced(times, errors, seconds)


def _calibrating(company: Company) -> tuple[str, list[str]]:
    with company.engine.read() as tx:
        opened = list(read_log(tx, types=("CaseBrought",)))
    if not opened:
        return company.calibrating()
    return str(opened[0].data["session"]), [one.stream.removeprefix("case:") for one in opened]


def _scored(company: Company) -> Counter[tuple[str, str]]:
    """Returns how often each member scored each case."""
    with company.engine.read() as tx:
        found = read_log(tx, types=("ScoresGiven",))
        return Counter((one.stream.removeprefix("case:"), one.actor) for one in found)


def _whole(company: Company) -> None:
    """Holds that the log has no gap, every hash fits, and every table is what the record leads to."""
    assert company.engine.verify().faults == ()
    with company.engine.read() as tx:
        assert [one.seq for one in read_log(tx)] == list(range(size(tx)))
        assert replay(tx).differences == ()


def _write(root: Path, works: Sequence[Work], start: BarrierType, ended: Any) -> None:
    """Carries out a writer's commands and tells how long each took, and each error."""
    engine = open_engine(root, sources=sources(root))
    times, errors = [], []
    start.wait()
    for command, actor, key in works:
        begun = time.perf_counter()
        try:
            first = engine.act(command, actor, key=key)
            times.append((time.perf_counter() - begun) * 1e3)
            if engine.act(command, actor, key=key).events != first.events:
                errors.append(f"{key} was answered otherwise when it was asked again")
        except Exception as error:  # noqa: BLE001  # whatever is shown counts
            errors.append(f"{type(error).__name__}: {error}")
    engine.close()
    ended.put((times, errors))
