"""How long `queue next` takes in a session of 50 members and 2,000 cases, before and after 100,000 closed cases."""

from __future__ import annotations

import statistics
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import delete, insert

from benchmarks.figure import Figure
from engine.bootstrap import Engine
from engine.founding import found
from engine.record.event import Actor
from engine.session.queue import look_at, take_next
from engine.store.table.case import case_row
from engine.store.table.deadline import due_row
from engine.store.table.fact import fact
from engine.store.table.record import log
from engine.store.table.task import task

MEMBERS, OPEN, CLOSED, EVENTS = 50, 2_000, 100_000, 3
CHUNK = 5_000
ASKED = 200
BAR, FLAT = 20.0, 1.5
LEVELS = ("ae-1", "ae-2", "senior-ae", "sales-manager")


def rows() -> list[Figure]:
    """Returns the median of `queue next` with only open cases, and beside it with the closed ones added."""
    with TemporaryDirectory() as name:
        engine = found(Path(name) / "ws", name="Queue", solo=True)
        try:
            _cases(engine, 0, OPEN, closed=False)
            _tasks(engine)
            _roles(engine)
            few = _measured(engine)
            for start in range(OPEN, OPEN + CLOSED, CHUNK):
                _cases(engine, start, CHUNK, closed=True)
            many = _measured(engine)
        finally:
            engine.close()
    size = f"{MEMBERS} members, {OPEN:,} open cases"
    return [
        Figure(f"queue next, {size}, {CLOSED:,} closed", many, "ms", "none closed", few, BAR, False),
        Figure("queue next, growth with closed cases", many, "ms", "none closed", few, FLAT, True),
    ]


def _cases(engine: Engine, start: int, count: int, *, closed: bool) -> None:
    held = [
        {
            "id": f"case-{n}",
            "label": f"C-{n:06d}",
            "person": f"rep-{n}",
            "source": "ae-2",
            "target": LEVELS[n % len(LEVELS)],
            "policy": "p" * 64,
            "ladder": "l" * 64,
            "workflow": "w" * 64,
            "state": "declined" if closed else "calibration",
            "stage": "decision" if closed else "calibration",
            "nominator": f"boss-{n % 500}",
            "nominated_on": "2026-09-01",
            "session": None if closed else "session-1",
            "outcome": "declined" if closed else None,
            "decided_on": "2026-09-30" if closed else None,
            "open": 0 if closed else 1,
            "version": EVENTS,
        }
        for n in range(start, start + count)
    ]
    entries = [
        {
            "seq": 1_000 + n * EVENTS + at,
            "stream": f"case:case-{n}",
            "stream_version": at + 1,
            "type": "CaseMoved",
            "body": b'{"actor":"x"}',
            "leaf": b"0" * 32,
            "nodes": b"",
        }
        for n in range(start, start + count)
        for at in range(EVENTS)
    ]
    kind, due, passed = ("tell", "2026-10-14", "2026-10-15") if closed else ("leave", "2026-11-30", None)
    dues = [
        {
            "id": f"case-{n}:{kind}",
            "case": f"case-{n}",
            "label": f"C-{n:06d}",
            "kind": kind,
            "state": "declined" if closed else "calibration",
            "since": "2026-10-01",
            "due": due,
            "remind": "2026-10-11" if closed else "2026-11-27",
            "escalate": "hr",
            "reminded": passed,
            "passed": passed,
        }
        for n in range(start, start + count)
    ]
    with engine.write() as tx:
        tx.connection.execute(insert(case_row), held)
        tx.connection.execute(insert(due_row), dues)
        tx.connection.execute(insert(log), entries)


def _tasks(engine: Engine) -> None:
    first = date(2026, 10, 1)
    with engine.write() as tx:
        for n in range(OPEN):
            shared = {
                "case": f"case-{n}",
                "kind": "vote",
                "target": LEVELS[n % len(LEVELS)],
                "due": (first + timedelta(days=n % 7)).isoformat(),
                "disagreement": n % 5,
                "since": "2026-09-01",
                "label": f"C-{n:06d}",
            }
            mine = [
                {**shared, "id": f"case-{n}:vote:m{m}", "member": f"m{m}", "role": None}
                for m in range(MEMBERS)
            ]
            tx.connection.execute(insert(task), mine)
        decide = [
            {
                "id": f"case-{n}:decide:decider",
                "case": f"case-{n}",
                "kind": "decide",
                "target": "ae-1",
                "due": "2026-12-31",
                "disagreement": 0,
                "since": "2026-09-01",
                "label": f"C-{n:06d}",
                "member": None,
                "role": "decider",
            }
            for n in range(100)
        ]
        tx.connection.execute(insert(task), decide)


def _roles(engine: Engine) -> None:
    """Makes every member a decider too, so that the exclusive tasks and their bars are looked at."""
    held = [
        {
            "import_seq": 1,
            "row": n,
            "field": "roles",
            "person": f"m{n}",
            "kind": "roles",
            "key": "roles",
            "name": "panel;decider",
            "start": "2026-01-01",
            "end": None,
            "value": None,
            "unit": None,
            "detail": "{}",
            "recorded_at": "",
            "salt": "",
        }
        for n in range(MEMBERS)
    ]
    with engine.write() as tx:
        tx.connection.execute(insert(fact), held)


def _measured(engine: Engine) -> float:
    times = []
    for n in range(ASKED):
        actor = Actor(f"m{n % MEMBERS}")
        start = time.perf_counter()
        with engine.write() as tx:
            taken = take_next(tx, actor)
            assert taken is not None
            look_at(tx, actor, taken.case)
        times.append(time.perf_counter() - start)
        with engine.write() as tx:
            tx.connection.execute(
                delete(task).where(task.c.case == taken.case, task.c.claimed_by == actor.person)
            )
    return statistics.median(times) * 1000
