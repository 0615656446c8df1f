"""What the rules get to see of a person: cycles due, the line above, the team's figures, those of people coached."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.bootstrap import Engine
from engine.fact.intake import File
from engine.fact.view import gather, view, views
from engine.founding import found
from engine.people.directory import by_hr_id
from engine.store.source import Sources, uuid7
from engine.store.vault import FolderVault
from rules.view import FactView, Needs
from terms.quantity import SCALE

AS_OF = date(2026, 10, 20)
PEOPLE = """hr_id,name,manager,level,hired,manager_since
top,Tora Top,,boss,2020-01-01,
mid,Mila Mid,top,lead,2020-01-01,2020-01-01
rep,Rune Rep,mid,rep,2025-03-01,2025-03-01
old,Olga Old,mid,rep,2020-01-01,2020-01-01
new,Nils New,mid,rep,2026-05-01,2026-05-01
"""
SCORES = """person,cycle,cycle_start,cycle_end,competency,level,score
old,2025-H2,2025-07-01,2026-01-01,selling,current,4
old,2026-H1,2026-01-01,2026-07-01,selling,current,4
rep,2025-H2,2025-07-01,2026-01-01,selling,current,3
"""
FIGURES = """person,metric,period_start,period_end,actual,target,unit
old,quota,2026-04-01,2026-07-01,90,100,EUR
rep,quota,2026-04-01,2026-07-01,110,100,EUR
old,quota,2026-07-01,2026-10-01,100,100,EUR
rep,quota,2026-07-01,2026-10-01,120,100,EUR
new,quota,2026-07-01,2026-10-01,,50,EUR
"""
COACHING = """person,coached,start,end
old,rep,2026-05-15,
old,new,2026-06-01,
"""
SEATS = """level,open,since,until
lead,2,2026-07-01,2026-10-01
lead,1,2026-10-01,
"""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    ticks, ids = itertools.count(), itertools.count()
    start = datetime(2026, 10, 20, 9, tzinfo=UTC)
    sources = Sources(
        clock=lambda: start + timedelta(seconds=next(ticks)),
        ids=lambda: uuid7(1_780_000_000_000, next(ids)),
        salts=lambda: bytes(32),
        vault=FolderVault(tmp_path / "keys" / "sessions"),
        zone=ZoneInfo("UTC"),
    )
    made = found(tmp_path, name="Northwind", solo=True, sources=sources)
    for kind, text in (
        ("people", PEOPLE),
        ("scores", SCORES),
        ("attainment", FIGURES),
        ("coaching", COACHING),
        ("seats", SEATS),
    ):
        made.import_file(File(kind=kind, data=text.encode(), name=f"{kind}.csv"), made.actor(None))
    return made


def seen(engine: Engine, who: str, needs: Needs | None = None) -> FactView:
    with engine.read() as tx:
        return view(
            tx, by_hr_id(tx)[who].id, as_of=AS_OF, needs=needs or Needs(), ranks={"boss": 3, "lead": 2}
        )


def test_a_score_is_due_in_every_cycle_that_somebody_was_employed_for(engine: Engine) -> None:
    assert [one.name for one in seen(engine, "rep").cycles] == ["2025-H2", "2026-H1"]
    assert [one.name for one in seen(engine, "old").cycles] == ["2025-H2", "2026-H1"]
    assert seen(engine, "new").cycles == ()


def test_the_line_holds_skip_levels_and_is_known_only_to_somebody_who_reports_to_nobody(
    engine: Engine,
) -> None:
    with engine.read() as tx:
        ids = {name: one.id for name, one in by_hr_id(tx).items()}
    rep = seen(engine, "rep", Needs(line=True))
    assert {one.name for one in rep.spans["line"]} == {ids["mid"], ids["top"]}
    assert rep.line_known
    assert not seen(engine, "rep").line_known


def test_a_team_sums_who_reported_on_the_last_day_and_is_unknown_where_one_of_them_is(engine: Engine) -> None:
    team = seen(engine, "mid", Needs(metrics=frozenset({"team:quota"}))).figures["team:quota"]
    assert [(str(one.start), one.actual, one.target) for one in team] == [
        ("2026-04-01", None, None),
        ("2026-07-01", None, 250 * SCALE),
    ]
    assert seen(engine, "top", Needs(metrics=frozenset({"team:quota"}))).figures == {}


def test_a_team_s_periods_are_the_same_whoever_else_is_looked_at(engine: Engine) -> None:
    half = FIGURES.splitlines()[0] + "\nmid,quota,2026-01-01,2026-07-01,300,300,EUR\n"
    engine.import_file(File(kind="attainment", data=half.encode(), name="half.csv"), engine.actor(None))
    needs = Needs(metrics=frozenset({"team:quota"}))
    alone = seen(engine, "mid", needs).figures
    with engine.read() as tx:
        ids = {name: one.id for name, one in by_hr_id(tx).items()}
        together = views(tx, [ids["mid"], ids["top"]], as_of=AS_OF, needs=needs, ranks={})
    assert together[ids["mid"]].figures == alone
    assert [str(one.start) for one in together[ids["top"]].figures["team:quota"]] == ["2026-01-01"]


def test_coached_people_count_from_the_first_period_after_the_coaching_began(engine: Engine) -> None:
    coached = seen(engine, "old", Needs(metrics=frozenset({"coached:quota"}))).figures["coached:quota"]
    assert [(str(one.start), one.actual, one.target, one.unit) for one in coached] == [
        ("2026-07-01", None, 2 * SCALE, "count")
    ]


def test_seats_are_the_company_s_and_each_statement_holds_for_its_days(engine: Engine) -> None:
    assert [(one.kind, one.count, one.end) for one in seen(engine, "rep").marks["seat"]] == [
        ("lead", 2, date(2026, 10, 1)),
        ("lead", 1, None),
    ]


def test_the_digest_of_what_was_read_changes_with_others_facts_only_where_they_are_read(
    engine: Engine,
) -> None:
    def read(needs: Needs) -> str:
        with engine.read() as tx:
            return gather(tx, [by_hr_id(tx)["mid"].id], as_of=AS_OF, needs=needs)[1]

    alone, team = Needs(), Needs(metrics=frozenset({"team:quota"}))
    before = read(alone), read(team)
    fixed = FIGURES.splitlines()[0] + "\nnew,quota,2026-07-01,2026-10-01,60,50,EUR\n"
    engine.import_file(File(kind="attainment", data=fixed.encode(), name="late.csv"), engine.actor(None))
    after = read(alone), read(team)
    assert before[0] == after[0]
    assert before[1] != after[1]
