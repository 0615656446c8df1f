"""A committee's tools on each database: leases that two never share, cases that move to a definition and back, and
what is left to do on one that is sent back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import insert, select

from benchmarks.company import Company
from engine.bootstrap import Engine, open_engine
from engine.case.command import Nominate, TakeStep
from engine.case.migration import Migration
from engine.case.query import load
from engine.case.task import put_tasks_right
from engine.edition.library import named
from engine.fact.intake import File
from engine.people.directory import by_hr_id
from engine.record.event import Actor
from engine.replay.replay import replay
from engine.session.queue import take_next
from engine.store.table.task import task
from terms.error import Refused
from tests.acceptance.conftest import EXAMPLES
from tests.integration.test_growth import company
from workflows import shipped

HR, BOSS = "H-1", "H-6"
RENAMED = (
    ("  evidence:\n", "  gathering:\n"),
    ("to: evidence\n", "to: gathering\n"),
    ("from: [evidence]", "from: [gathering]"),
    ("[nomination, evidence,", "[nomination, gathering,"),
)


def staffed(root: Path, url: str) -> tuple[Engine, dict[str, str]]:
    """Returns the small company with its registers, and everybody's id by HR id."""
    engine = company(root, url)
    for kind in ("training", "standing"):
        data = (EXAMPLES / f"{kind}.csv").read_bytes()
        file = File(kind=kind, data=data, name=f"{kind}.csv", complete_as_of="2099-01-01")
        engine.import_file(file, engine.actor(HR))
    with engine.read() as tx:
        return engine, {hr_id: one.id for hr_id, one in by_hr_id(tx).items()}


def published(engine: Engine, hr: Actor, edition: str, *changes: tuple[str, str]) -> str:
    text = shipped.text("promotion-review").replace("edition: 2026-07", f"edition: {edition}")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    engine.publish("workflow", text, "new.yaml", hr)
    with engine.read() as tx:
        return named(tx, "workflow", "promotion-review", edition)


def test_open_cases_move_to_a_new_definition_and_back_and_those_that_cannot_are_left(
    url: str, tmp_path: Path
) -> None:
    engine, ids = staffed(tmp_path / "ws", url)
    with engine.read() as tx:
        old = named(tx, "workflow", "promotion-review", "2026-07")
    hr, boss = Actor(ids[HR]), Actor(ids[BOSS])
    cases = []
    for who, target in (("H-10", "senior-ae"), ("H-12", "ae-2")):
        cases.append(str(engine.act(Nominate(person=ids[who], to=target, because="Ready"), boss).id))
    engine.act(TakeStep(case=cases[0], step="open_evidence"), boss)
    new = published(engine, hr, "2027-01", *RENAMED)

    def asked(**more: object) -> Migration:
        return Migration(old=old, new=new, because="A new name", **{"states": {}, **more})  # type: ignore[arg-type]

    dry = engine.migrate(asked(dry_run=True), hr)
    assert [(one.state, bool(one.reasons)) for one in dry] == [("evidence", True), ("nomination", False)]
    with pytest.raises(Refused, match="Nothing moves"):
        engine.migrate(asked(), hr)
    left = engine.migrate(asked(leave=True), hr)
    assert left == dry, "what a dry run says is what happens"

    def where() -> list[tuple[str, str]]:
        with engine.read() as tx:
            found = [load(tx, one) for one in cases]
            assert not replay(tx).differences
        return [(one.workflow, one.state) for one in found]

    assert where() == [(old, "evidence"), (new, "nomination")]
    engine.migrate(asked(states={"evidence": "gathering"}), hr)
    assert where() == [(new, "gathering"), (new, "nomination")]
    back = Migration(old=new, new=old, states={"gathering": "evidence"}, because="It was better")
    engine.migrate(back, hr)
    assert where() == [(old, "evidence"), (old, "nomination")]
    engine.act(TakeStep(case=cases[0], step="freeze_file"), boss)
    engine.close()


def test_those_who_ask_at_once_are_never_handed_the_same_task_of_a_role(url: str, tmp_path: Path) -> None:
    root = tmp_path / "ws"
    engine, ids = staffed(root, url)
    boss, judges = Actor(ids[BOSS]), ("H-3", "H-4", "H-5", "H-7")
    cases = [
        str(engine.act(Nominate(person=ids[who], to=target, because="Ready"), boss).id)
        for who, target in (("H-10", "senior-ae"), ("H-11", "senior-ae"), ("H-12", "ae-2"))
    ]
    with engine.write() as tx:
        for one in cases:
            put_tasks_right(tx, replace(load(tx, one), state="decision", stage="decision"))
        tx.connection.execute(task.update().values(role="panel"))
    ready = Barrier(len(judges))

    def ask(who: str) -> str | None:
        mine = open_engine(root)
        try:
            ready.wait()
            with mine.write() as tx:
                found = take_next(tx, Actor(ids[who]))
            return found.case if found else None
        finally:
            mine.close()

    with ThreadPoolExecutor(len(judges)) as pool:
        given = list(pool.map(ask, judges))
    engine.close()
    assert sorted(one for one in given if one is not None) == sorted(cases)
    assert given.count(None) == 1


def test_a_case_that_is_sent_back_leaves_nothing_to_do_in_its_session_and_keeps_the_rest(
    url: str, tmp_path: Path
) -> None:
    held = Company(tmp_path / "ws", 2, None if url.startswith("sqlite") else url)
    _, (one, other) = held.calibrating()
    rest = {"member": None, "role": "hr", "target": "senior-ae", "due": "", "disagreement": 0, "since": ""}
    with held.engine.write() as tx:
        tx.connection.execute(
            insert(task).values(id=f"{one}:unblock:hr", case=one, kind="unblock", label="C-0001", **rest)
        )
    assert todo(held.engine, one) == ["score", "score", "score", "unblock"]
    chair = held.actor("H-3")
    held.engine.act(TakeStep(case=one, step="return_for_evidence", because="One more call"), chair)
    assert (todo(held.engine, one), todo(held.engine, other)) == (["unblock"], ["score"] * 3)
    held.engine.close()


def todo(engine: Engine, case: str) -> list[str]:
    """Returns the kinds of what there is to do on a case."""
    with engine.read() as tx:
        query = select(task.c.kind).where(task.c.case == case).order_by(task.c.kind)
        return list(tx.connection.execute(query).scalars())


def test_a_trigger_that_somebody_dropped_is_told_by_what_is_derived_again(url: str, tmp_path: Path) -> None:
    held = Company(tmp_path / "ws", 1, None if url.startswith("sqlite") else url)
    _, (case,) = held.calibrating()
    with held.engine.write() as tx:
        on = "" if url.startswith("sqlite") else " ON case_row"
        tx.connection.exec_driver_sql(f"DROP TRIGGER case_row_session_left{on}")
    sent = TakeStep(case=case, step="return_for_evidence", because="One more call")
    held.engine.act(sent, held.actor("H-3"))
    with held.engine.read() as tx:
        found = replay(tx).differences
    assert [(one.what[:46], one.stored, one.derived) for one in found] == [
        (f"task {case}:scor", "a row", "no row")
    ] * 3
    held.engine.close()
