"""How much a command asks of the database: few statements, and none that grow with what others did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from benchmarks.company import PANEL, Company
from engine.bootstrap import open_engine
from engine.case.command import DeclareInterest
from engine.case.query import load
from engine.record.event import Gone
from engine.record.opening import erase
from engine.session.command import CastVote, GiveScores, Recuse, Reveal, TakeNote

MOST = 6
AROUND = ("BEGIN", "COMMIT", "SET TRANSACTION")


@pytest.fixture
def company(url: str, tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path / "ws", 3, None if url.startswith("sqlite") else url)
    yield made
    made.engine.close()


def counted(company: Company, command: Any, hr_id: str) -> tuple[int, int]:
    """Returns how many statements a command took, and how many events it wrote."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith(AROUND):
            seen.append(statement)

    engine = company.engine.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        outcome = company.engine.act(command, company.actor(hr_id))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen), len(outcome.events)


def test_a_command_of_one_event_takes_six_statements_at_most(company: Company) -> None:
    session, cases = company.calibrating()
    scores = {"deal-complexity": 4}
    interested = DeclareInterest(case=cases[0], because="A friend")
    asked: list[tuple[Any, str]] = [(interested, "H-7")]
    asked += [(GiveScores(session=session, case=cases[1], scores=scores, notes={}), one) for one in PANEL]
    asked += [(Recuse(session=session, case=cases[2], because="Away"), "H-4")]
    counted(company, interested, "H-2")  # the first look at a workspace fills what is kept
    found = {f"{type(command).__name__} by {who}": counted(company, command, who) for command, who in asked}
    company.engine.act(Reveal(session=session, case=cases[1]), company.actor("H-3"))
    counted(company, TakeNote(session=session, case=cases[1], text="Seen"), "H-3")
    votes = [CastVote(session=session, case=cases[1], vote="yes", because="Ready") for _ in PANEL]
    note = TakeNote(session=session, case=cases[1], text="Agreed")
    more: list[tuple[Any, str]] = [(note, "H-4"), *zip(votes, PANEL, strict=True)]
    found |= {f"{type(command).__name__} by {who}": counted(company, command, who) for command, who in more}
    single = {name: count for name, (count, events) in found.items() if events == 1}
    assert len(single) >= 8, found
    assert {name: count for name, count in single.items() if count > MOST} == {}


def test_what_another_process_revealed_or_erased_is_not_remembered(company: Company) -> None:
    session, cases = company.calibrating()
    other = open_engine(company.root, sources=company.engine.sources)
    try:
        company.carry(list(company.scores(session, cases[:1])))
        with other.read() as tx:
            assert {one.body for one in load(tx, cases[0]).scores} == {Gone()}
        company.engine.act(Reveal(session=session, case=cases[0]), company.actor("H-3"))
        with other.read() as tx:
            case = load(tx, cases[0])
            assert not any(isinstance(one.body, Gone) for one in case.scores)
        assert case.because == "Shown in the file"
        with company.engine.write() as tx:
            erase(tx, [(case.assessments[0].seq, "because")], 7)
        with other.read() as tx:
            assert load(tx, cases[0]).because == Gone(7)
            assert case.version == load(tx, cases[0]).version
    finally:
        other.close()
