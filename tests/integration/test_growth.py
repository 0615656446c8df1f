"""A year of growth on each database: the same cycle, gap, plan and interim role, and replay derives it again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.bootstrap import Engine, default_sources
from engine.case.command import CommitTrack
from engine.fact.intake import File
from engine.founding import found
from engine.growth.cycle.command import AskScores, CloseCycle, Given, OpenCycle, ScoreSheet
from engine.growth.cycle.query import due, load_cycle, load_sheet, progress
from engine.growth.gap.build import report
from engine.growth.interim.command import AnswerInterim, EndInterim, OfferInterim
from engine.growth.interim.query import interims
from engine.growth.org import places
from engine.growth.plan.command import FinishAction, PlanAction, VerifyAction
from engine.growth.plan.query import actions
from engine.growth.track import ReverseTrack, commitment
from engine.people.directory import by_hr_id
from engine.record.event import Actor
from engine.replay.replay import replay
from tests.acceptance.conftest import EXAMPLES


def company(root: Path, url: str) -> Engine:
    """Returns the small company in a workspace whose database a URL names."""
    engine = found(
        root,
        name="Halden",
        pack="sales",
        solo=True,
        database=url,
        trust_asserted=True,
        sources=default_sources(root, ZoneInfo("UTC")),
    )
    for kind in ("people", "attainment", "scores", "evidence"):
        file = File(kind=kind, data=(EXAMPLES / f"{kind}.csv").read_bytes(), name=f"{kind}.csv")
        engine.import_file(file, engine.actor(None if kind == "people" else "H-1"))
    return engine


def test_a_year_of_growth_is_the_same_on_each_database(url: str, tmp_path: Path) -> None:
    engine = company(tmp_path / "ws", url)
    with engine.read() as tx:
        ids = {hr_id: one.id for hr_id, one in by_hr_id(tx).items()}
    today = engine.sources.today()
    hr, manager, rep = (Actor(ids[one]) for one in ("H-1", "H-6", "H-11"))
    engine.act(CommitTrack(track="ic"), rep)
    engine.act(ReverseTrack(because="Chose too fast"), rep)
    engine.act(CommitTrack(track="management"), rep)
    opening = OpenCycle(name="2026-Q3", start=date(2026, 7, 1), end=date(2026, 10, 1), due=today)
    cycle = str(engine.act(opening, hr).id)
    engine.act(AskScores(cycle=cycle), hr)
    with engine.read() as tx:
        items = load_sheet(tx, load_cycle(tx, cycle), rep.person, "").asked
    scores = {one: Given(points=3, note="Seen") for one in items}
    for actor in (manager, rep):
        engine.act(ScoreSheet(cycle=cycle, person=rep.person, scores=scores), actor)
    with engine.read() as tx:
        held = load_cycle(tx, cycle)
        sheet = load_sheet(tx, held, rep.person, "")
        assert sheet.opened
        assert {one.points for one in sheet.entries} == {3}  # the part that opened the sheet too
        assert len(due(tx, held, today)) == 16
        assert sum(one.both for one in progress(tx, held, today)) == 1
    engine.act(CloseCycle(cycle=cycle), hr)
    planning = PlanAction(
        person=rep.person,
        to="sales-manager",
        gap="coaching",
        kind="deal-debrief",
        text="Debrief two deals",
        owner=rep.person,
        due=date(2027, 1, 31),
    )
    action = str(engine.act(planning, manager).id)
    engine.act(FinishAction(action=action, result="Won", on=today, shows="coached-peer"), rep)
    engine.act(VerifyAction(action=action), manager)
    offer = OfferInterim(
        person=rep.person, level="sales-manager", start=today, until=date(2027, 1, 31), because="Cover"
    )
    interim = str(engine.act(offer, manager).id)
    engine.act(AnswerInterim(interim=interim, accept=True), rep)
    engine.act(EndInterim(interim=interim, outcome="returned", because="Back"), manager)
    with engine.read() as tx:
        lines = {
            one.competency: one for one in report(tx, by_hr_id(tx)["H-11"], "sales-manager", today).lines
        }
        assert lines["coaching-others"].latest == 3_000_000
        assert [(one.label, one.state, one.verified_by) for one in actions(tx)] == [
            ("A-0001", "done", manager.person)
        ]
        assert [(one.label, one.state) for one in interims(tx)] == [("I-0001", "returned")]
        signed = commitment(tx, rep.person)
        assert signed is not None
        assert signed.track == "management"
        assert len(places(tx, today)) == 9
        assert replay(tx).differences == ()
    assert engine.verify().answer != "broken"
    engine.close()
