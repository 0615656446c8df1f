"""Ticks from many machines at once, on each database: every notice exactly once, and the record derives again."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks.company import Company
from engine.bootstrap import open_engine
from engine.case.command import Nominate
from engine.deadline.tick import Notice
from engine.growth.cycle.command import AskScores, OpenCycle
from engine.growth.plan.command import PlanAction
from engine.record.log import read_log
from engine.replay.replay import replay
from engine.round.command import PlanRounds
from tests.acceptance.test_round import ROUND

LATE = datetime(2026, 12, 1, 6, tzinfo=UTC)


def test_ticks_at_once_from_many_machines_write_each_notice_exactly_once(url: str, tmp_path: Path) -> None:
    made = Company(tmp_path / "ws", 3, None if url.startswith("sqlite") else url)
    engine, hr = made.engine, made.actor("H-1")
    engine.act(PlanRounds(text=ROUND, file="r.yaml", year=2026), hr)
    for one in made.candidates:
        engine.act(Nominate(person=made.ids[one], to="senior-ae", because="Ready"), hr)
        engine.act(
            PlanAction(
                person=made.ids[one], to="senior-ae", gap="deal-complexity", kind="shadowing", text="Learn",
                owner=made.ids[one], due=date(2026, 11, 1),
            ),
            hr,
        )  # fmt: skip
    cycle = OpenCycle(name="2026-Q3", start=date(2026, 7, 1), end=date(2026, 10, 1), due=date(2026, 11, 2))
    engine.act(AskScores(cycle=str(engine.act(cycle, hr).id)), hr)
    ticks = count()
    late = replace(engine.sources, clock=lambda: LATE + timedelta(milliseconds=next(ticks)))

    def machine(_: int) -> list[Notice]:
        other = open_engine(made.root, sources=late)
        try:
            return [one for _ in range(2) for one in other.tick().notices]
        finally:
            other.close()

    with ThreadPoolExecutor(4) as pool:
        notices = [one for held in pool.map(machine, range(6)) for one in held]
    told = Counter((one.label, one.kind) for one in notices)
    assert set(told.values()) == {1}
    assert Counter(one.kind for one in notices) == {
        "leave": 3, "action": 3, "scores": 1, "sessions": 1, "people told": 1,
    }  # fmt: skip
    with engine.read() as tx:
        written = read_log(
            tx, types=("DeadlineEscalated", "DeadlineReminded", "DutyEscalated", "DutyReminded", "DutyEnded")
        )
        assert sorted(one.seq for one in written) == sorted(one.seq for one in notices)
        assert replay(tx).differences == ()
    engine.close()
