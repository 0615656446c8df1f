"""What the record leads to can be rebuilt from it: every table of it, whatever became of the rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.access.token import issue
from engine.bootstrap import Engine, open_engine, schema_of
from engine.case.command import Nominate, TakeStep
from engine.fact.intake import File
from engine.growth.cycle.command import AskScores, OpenCycle
from engine.growth.interim.command import OfferInterim
from engine.growth.plan.command import PlanAction
from engine.people.directory import by_hr_id
from engine.record.event import Actor
from engine.replay.projection import NO_PROJECTION, REBUILT, UNNAMED
from engine.round.command import PlanRounds
from engine.session.command import BringCase, CastVote, GiveScores, OpenSession, Reveal
from engine.store.database import NEWEST
from engine.store.migration.run import downgrade
from engine.store.table.whole import metadata
from terms.error import BadInput, Broken, Refused
from tests.acceptance.conftest import EXAMPLES
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_round import ROUND
from tests.integration.packet_story import workspace
from tests.integration.test_growth import company

LATER = (
    "action_row",
    "cycle_row",
    "due_row",
    "interim_row",
    "round_row",
    "sheet_row",
    "task",
    "token",
)
"""The tables that a revision after the first brought: taken down, they lose their rows, which the record leads to."""
TABLES = {name: metadata.tables[name] for name in REBUILT}


def walked(root: Path, url: str) -> tuple[Engine, dict[str, str]]:
    """Returns a company of which every projection has rows, and everybody's id by HR id."""
    engine = company(root, url)
    for kind in ("training", "standing"):
        data = (EXAMPLES / f"{kind}.csv").read_bytes()
        file = File(kind=kind, data=data, name=f"{kind}.csv", complete_as_of="2099-01-01")
        engine.import_file(file, engine.actor("H-1"))
    with engine.read() as tx:
        ids = {hr_id: one.id for hr_id, one in by_hr_id(tx).items()}
    act, hr, boss, chair = engine.act, Actor(ids["H-1"]), Actor(ids["H-6"]), Actor(ids["H-3"])
    for who in ("H-10", "H-11"):
        made = act(Nominate(person=ids[who], to="senior-ae", because="Ready"), boss)
        assert made.id is not None
        if who == "H-10":
            case = made.id
    for step in ("open_evidence", "freeze_file"):
        act(TakeStep(case=case, step=step), boss)
    members = tuple(ids[one] for one in ("H-3", "H-4", "H-5"))
    opening = OpenSession(title="A", held_on=date(2026, 8, 11), chair=ids["H-3"], members=members, quorum=3)
    session = str(act(opening, hr).id)
    act(BringCase(session=session, case=case), chair)
    for one in members:
        act(GiveScores(session=session, case=case, scores={"deal-complexity": 4}, notes={}), Actor(one))
    act(Reveal(session=session, case=case), chair)
    act(CastVote(session=session, case=case, vote="yes", because="Ready"), Actor(ids["H-4"]))
    today = engine.sources.today()
    cycle = str(act(OpenCycle(name="Q3", start=date(2026, 7, 1), end=date(2026, 10, 1), due=today), hr).id)
    act(AskScores(cycle=cycle), hr)
    plan = {"kind": "deal-debrief", "text": "Debrief two deals", "due": date(2027, 1, 31), "gap": "coaching"}
    act(PlanAction(person=ids["H-11"], to="sales-manager", owner=ids["H-11"], **plan), boss)  # type: ignore[arg-type]  # a plain map
    offer = {"start": today, "until": date(2027, 1, 31), "because": "Cover"}
    act(PlanRounds(text=ROUND, file="round.yaml", year=2026), hr)
    act(OfferInterim(person=ids["H-11"], level="sales-manager", **offer), boss)  # type: ignore[arg-type]  # a plain map
    with engine.store.write() as tx:
        issue(tx, ids["H-1"], 90, "Laptop", hr, engine.standing(tx, hr))
    return engine, ids


def test_each_revision_goes_down_and_up_under_a_whole_company_and_what_fell_away_is_rebuilt(
    url: str, tmp_path: Path
) -> None:
    engine, _ = walked(tmp_path / "ws", url)
    before, verdict = rows(engine), engine.verify()
    engine.close()
    for revision in [f"{number:04d}" for number in range(int(NEWEST) - 1, 0, -1)]:
        store = schema_of(tmp_path / "ws")
        with store._connected() as connection:
            store.dialect.begin(connection)
            downgrade(connection, revision)
            store.dialect.commit(connection)
        with pytest.raises(
            BadInput, match=rf"has the schema {revision}, this version of Rung needs {NEWEST}"
        ):
            store.check()
        store.create()
        store.close()
        again = open_engine(tmp_path / "ws")
        assert again.verify().root == verdict.root and again.verify().faults == (), revision
        assert set(again.rebuild(hr(again), write=False).rows) <= set(LATER), revision
        again.close()
    again = open_engine(tmp_path / "ws")
    again.rebuild(hr(again), write=True)
    assert rows(again) == before
    again.close()


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[Engine]:
    """Yields a company on each kind of database."""
    made, _ = walked(tmp_path / "ws", url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rebuilding") / "ws"
    walked(root, f"sqlite:///{root / 'rung.db'}")[0].close()
    return root


@pytest.fixture
def copied(once: Path, tmp_path: Path) -> Iterator[Engine]:
    """Yields the same company in a file of this test's own."""
    shutil.copytree(once, tmp_path / "ws")
    settings = (tmp_path / "ws" / "rung.toml").read_text()
    (tmp_path / "ws" / "rung.toml").write_text(settings.replace(str(once), str(tmp_path / "ws")))
    made = open_engine(tmp_path / "ws")
    yield made
    made.close()


def rows(engine: Engine) -> dict[str, list[Any]]:
    """Returns every row of every projection; of the name of a file, which the record does not keep, nothing."""
    with engine.read() as tx:
        found = {
            name: [dict(row) for row in tx.connection.execute(select(table)).mappings()]
            for name, table in TABLES.items()
        }
    for one in found["intake"]:
        one["file_name"] = UNNAMED
    return {name: sorted(held, key=str) for name, held in found.items()}


def hr(engine: Engine) -> Actor:
    return engine.actor("H-1")


def test_every_table_is_rebuilt_or_is_no_projection_and_says_why() -> None:
    assert set(REBUILT) | set(NO_PROJECTION) == set(metadata.tables)
    assert not set(REBUILT) & set(NO_PROJECTION)
    assert all(why.startswith("it ") and len(why) > 12 for why in NO_PROJECTION.values())


SPOILT = {
    "action_row": "state = 'x'",
    "case_row": "outcome = 'promoted'",
    "cycle_row": "\"end\" = 'x'",
    "due_row": "due = '2020-01-01'",
    "edition": "text = 'x', proposed_by = 'x'",
    "intake": "mapping_digest = 'x'",
    "interim_row": "until = 'x'",
    "person": "\"natural\" = 'x' where hr_id = 'H-10'",
    "round_row": "opens = 'x'",
    "session_row": "chair = 'x'",
    "sheet_row": "by_manager = 7",
    "task": "due = '2020-01-01', target = 'x'",
    "token": "digest = 'x', until = '2099-01-01'",
}


def test_whatever_became_of_the_rows_they_are_rebuilt_as_they_were(engine: Engine) -> None:
    before = rows(engine)
    assert set(SPOILT) == set(REBUILT)
    assert all(before.values()), {name for name, held in before.items() if not held}
    whole = engine.rebuild(hr(engine), write=True)
    assert (dict(whole.rows), whole.differences, whole.left) == ({}, (), ())
    gone = [f"delete from {name}" for name in REBUILT if name != "person"]
    strays = (
        "insert into session_row values ('x', 'S-0009', 'x', '2026-01-01', 1, 'open', 1)",
        'insert into task (id, "case", kind, role, target, due, disagreement, since, label)'
        " values ('x', 'x', 'decide', 'decider', 'x', 'x', 0, 'x', 'x')",
    )
    for edits in ([f"update {name} set {what}" for name, what in SPOILT.items()], gone, strays):
        with engine.store.write() as tx:
            for edit in edits:
                tx.connection.exec_driver_sql(edit)
        spoilt, size = rows(engine), engine.verify().size
        tried = engine.rebuild(hr(engine), write=False)
        assert rows(engine) == spoilt and engine.verify().size == size
        words = {word for edit in edits for word in edit.split()[:3]}
        touched = {name for name in REBUILT if name in words}
        assert set(tried.rows) == touched and tried.left == ()
        done = engine.rebuild(hr(engine), write=True)
        assert done.rows == tried.rows
        assert rows(engine) == before and engine.verify().size == size + 1
    assert engine.verify().faults == ()


def test_leases_stay_and_only_hr_rebuilds(copied: Engine) -> None:
    engine = copied
    with engine.store.write() as tx:
        tx.connection.exec_driver_sql("update task set claimed_by = 'me', parked_because = 'later'")
        tx.connection.exec_driver_sql("update case_row set state = 'x'")
    with pytest.raises(Refused, match="Only hr may rebuild projections"):
        engine.rebuild(engine.actor("H-10"), write=True)
    engine.rebuild(hr(engine), write=True)
    with engine.read() as tx:
        held = tx.connection.exec_driver_sql("select distinct claimed_by, parked_because from task").all()
        state = tx.connection.exec_driver_sql("select count(*) from case_row where state = 'x'").scalar()
    assert [tuple(one) for one in held] == [("me", "later")] and state == 0


def test_nothing_is_rebuilt_from_a_record_that_does_not_hold(copied: Engine) -> None:
    engine = copied
    with engine.store.write() as tx:
        tx.connection.exec_driver_sql("update payload set body = '\"x\"' where field = 'because'")
        tx.connection.exec_driver_sql("update case_row set state = 'x'")
    with pytest.raises(Broken, match=r"^Nothing is rebuilt from a record that does not hold: event "):
        engine.rebuild(hr(engine), write=True)
    with engine.read() as tx:
        assert tx.connection.exec_driver_sql("select count(*) from case_row where state = 'x'").scalar() == 2


def test_a_missing_entry_of_the_directory_is_told_and_nothing_is_rebuilt(copied: Engine) -> None:
    gone = copied.actor("H-2").person
    with copied.store.write() as tx:
        seq = tx.connection.exec_driver_sql(f"select event from person where id = '{gone}'").scalar()
        tx.connection.exec_driver_sql(f"delete from person where id = '{gone}'")
        tx.connection.exec_driver_sql("update case_row set state = 'x'")
    told = f"event {seq}: P-0002, whom this import entered, is gone from the directory"
    with pytest.raises(Broken, match=rf"^Nothing is rebuilt from a record that does not hold: {told}\.$"):
        copied.rebuild(hr(copied), write=True)
    with copied.read() as tx:
        assert tx.connection.exec_driver_sql("select count(*) from case_row where state = 'x'").scalar() == 2


def test_a_missing_entry_that_no_import_committed_to_is_told_and_no_rebuilding_mends_it(
    tmp_path: Path,
) -> None:
    story = workspace(tmp_path / "ws")
    gone, acting = story.ids["Stranger Sam"], story.actor("Hana Hr")
    with story.engine.store.write() as tx:
        tx.connection.exec_driver_sql(f"delete from person where id = '{gone}'")
        tx.connection.exec_driver_sql("update case_row set state = 'x'")
    done = story.engine.rebuild(acting, write=True)
    assert dict(done.rows) == {"case_row": 1}
    assert [str(one) for one in done.left] == [f"person {gone}: stored no row, derived a row"]
    said = Terminal(story.engine.root).run("audit", "rebuild", acting="Hana Hr", code=1).out
    assert said == (
        f"  person {gone}: stored no row, derived a row\n"
        "Every other table holds what the record leads to.\n"
        f"Not mended by this: person {gone}: stored no row, derived a row\n"
    )
    story.engine.close()


def test_the_command_tells_first_and_changes_when_asked(copied: Engine) -> None:
    terminal = Terminal(copied.root)
    assert (
        terminal.run("audit", "rebuild", acting="H-1").out == "Every table holds what the record leads to.\n"
    )
    with copied.store.write() as tx:
        tx.connection.exec_driver_sql("update session_row set state = 'closed'")
    told = "  session_row S-0001, state: stored closed, derived open\n"
    assert terminal.run("audit", "rebuild", acting="H-1").out == (
        f"{told}Rows to put right with --write: 1 of session_row.\n"
    )
    assert terminal.run("audit", "rebuild", "--write", "--json", acting="H-1").json == {
        "written": True,
        "rows": {"session_row": 1},
        "differences": [told.strip()],
        "left": [],
    }
    (event,) = terminal.run("audit", "log", "--type", "ProjectionsRebuilt", "--json", acting="H-3").json
    assert event["data"] == {"rows": {"session_row": 1}} and event["rule"] == "permit:rebuild projections:hr"
    assert terminal.run("audit", "replay", "--json").json["differences"] == []
