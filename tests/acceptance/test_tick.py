"""`rung tick` over a case that waits: who is reminded, who hears, and that nothing is decided."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

from sqlalchemy import delete

from engine import bootstrap
from engine.bootstrap import open_engine
from engine.store.table.deadline import due_row
from tests.acceptance.terminal import Terminal


def later(terminal: Terminal, days: int) -> Terminal:
    terminal.today += timedelta(days=days)
    return terminal


def noticed(terminal: Terminal) -> list[dict[str, object]]:
    """Returns what a tick tells of C-0001, beside what it tells of the session."""
    return [one for one in terminal.run("tick", "--json").json["notices"] if one["case"] == "C-0001"]


def test_a_deadline_is_reminded_of_once_and_escalated_once_and_the_case_stays(calibrating: Terminal) -> None:
    run = calibrating.run
    before = run("case", "list", "--json").json
    assert run("tick").out == "Nothing is due.\n"
    later(calibrating, 12)
    seen = [one for _ in range(40) for one in noticed(later(calibrating, 1))]
    assert [one["event"] for one in seen] == ["DeadlineReminded", "DeadlineEscalated"]
    assert {one["state"] for one in seen} == {"calibration"}
    assert run("case", "list", "--json").json == before
    assert run("audit", "replay").code == 0
    assert run("audit", "verify", code=None).code in (0, 5)


def test_who_is_reminded_does_not_tell_who_has_judged(calibrating: Terminal) -> None:
    calibrating.run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting="H-4")
    told: list[dict[str, object]] = []
    while not told:
        told = noticed(later(calibrating, 1))
    to = told[0]["to"]
    assert isinstance(to, list) and len(to) == 3


def test_ticks_at_once_from_many_machines_write_each_notice_once(calibrating: Terminal) -> None:
    late = later(calibrating, 365)
    late.run("case", "list")

    def once(_: int) -> int:
        engine = open_engine(late.workspace)
        try:
            return sum(one.label == "C-0001" for one in engine.tick().notices)
        finally:
            engine.close()

    with patch.object(bootstrap, "now", late.clock), ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(once, range(8)))
    assert sum(counts) == 1


def test_a_case_from_before_there_were_deadlines_is_noted_at_the_first_tick(calibrating: Terminal) -> None:
    engine = open_engine(calibrating.workspace)
    with engine.write() as tx:
        tx.connection.execute(delete(due_row))
    engine.close()
    calibrating.run("audit", "replay", code=1)
    calibrating.run("tick")
    calibrating.run("audit", "replay")
