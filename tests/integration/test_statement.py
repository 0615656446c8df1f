"""How much a command asks of the database: few statements, and none that grow with what others did."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from benchmarks.company import PANEL, Company
from engine.bootstrap import open_engine
from engine.case.command import (
    AttachEvidence,
    Attest,
    Decide,
    DeclareInterest,
    Endorse,
    Nominate,
    TakeStep,
    TellCandidate,
    VerifyEvidence,
)
from engine.case.due import stream_of
from engine.case.query import cases_of, load
from engine.case.readiness import assess
from engine.growth.plan.query import actions
from engine.people.delegation import delegations
from engine.people.directory import names
from engine.people.line import roles
from engine.record.event import Gone
from engine.record.kept import read_stream
from engine.record.opening import erase
from engine.round.query import round_rows
from engine.session.command import (
    Attend,
    AuthoriseChange,
    BringCase,
    CastVote,
    ChangeScore,
    CloseSession,
    GiveScores,
    OpenSession,
    Recuse,
    Reveal,
    SeatMember,
    TakeNote,
)
from engine.session.query import find_session, load_session
from engine.session.queue import Line, release, take, take_next
from engine.store.transaction import Tx

MOST = 6
AROUND = ("BEGIN", "COMMIT", "SET TRANSACTION")


@pytest.fixture
def company(url: str, tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path / "ws", 3, None if url.startswith("sqlite") else url)
    yield made
    made.engine.close()


def counted(company: Company, command: Any, hr_id: str) -> tuple[int, int]:
    """Returns how many statements a command took, and how many events it wrote."""
    with listened(company) as seen:
        outcome = company.engine.act(command, company.actor(hr_id))
    return len(seen), len(outcome.events)


@contextmanager
def listened(company: Company) -> Iterator[list[str]]:
    """Yields the statements that are asked meanwhile, without those around a transaction."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.startswith(AROUND):
            seen.append(statement)

    engine = company.engine.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def warm(company: Company, person: str, case: str | None) -> None:
    """Reads what a page of somebody, or of their case, shows before anybody acts on it."""
    with company.engine.read() as tx:
        names(tx)
        cases_of(tx, person)
        actions(tx, person=person)
        round_rows(tx)
        roles(tx, person, tx.sources.today())
        assess(tx, person, "senior-ae", as_of=tx.sources.today())
        if case is not None:
            found = load(tx, case)
            read_stream(tx, stream_of(case))
            if found.panel is not None:
                load_session(tx, found.panel.session)


def story(company: Company) -> Iterator[tuple[Any, str]]:
    """Yields the commands that take cases from nomination to their end, each with who gives it."""
    hr, boss, chair, decider = "H-1", "H-6", "H-3", "H-2"
    people = [company.ids[one] for one in company.candidates]
    for one in people[:3]:
        yield Nominate(person=one, to="senior-ae", because="Shown"), boss
    with company.engine.read() as tx:
        one, two, three = (cases_of(tx, person)[0][-1].id for person in people[:3])
    for case in (one, two, three):
        yield TakeStep(case=case, step="open_evidence"), boss
    on = date(2026, 6, 1)
    yield AttachEvidence(case=one, kind="coached-peer", text="Calls", happened_on=on), boss
    yield VerifyEvidence(case=one, exhibit="E1"), hr
    yield Endorse(case=one, because="Yes"), "H-7"
    yield Attest(case=one, statement="ready", because="Yes"), "H-7"
    yield DeclareInterest(case=three, because="A friend"), "H-7"
    yield TakeStep(case=three, step="withdraw", because="Later"), boss
    for case in (one, two):
        yield TakeStep(case=case, step="freeze_file"), boss
    seats = tuple(company.ids[one] for one in PANEL)
    opening = OpenSession(title="T", held_on=date(2026, 10, 20), chair=seats[0], members=seats[:2], quorum=2)
    yield opening, hr
    with company.engine.read() as tx:
        session = find_session(tx, "S-0001")
    yield SeatMember(session=session, member=seats[2]), hr
    for case in (one, two):
        yield BringCase(session=session, case=case), hr
    yield Attend(session=session), "H-4"
    yield Recuse(session=session, case=two, because="Away"), "H-5"
    for case, who in ((one, "H-3"), (one, "H-4"), (one, "H-5"), (two, "H-3"), (two, "H-4")):
        yield GiveScores(session=session, case=case, scores={"deal-complexity": 4}, notes={}), who
    for case in (one, two):
        yield Reveal(session=session, case=case), chair
    yield TakeNote(session=session, case=one, text="Seen"), "H-4"
    points = {"deal-complexity": 5}
    changed = ChangeScore(session=session, case=one, scores=points, code="misread", because="Read again")
    yield changed, "H-4"
    yield AuthoriseChange(session=session, case=one, member=seats[1]), chair
    for case, who in ((one, "H-3"), (one, "H-4"), (one, "H-5"), (two, "H-3"), (two, "H-4")):
        yield CastVote(session=session, case=case, vote="yes", because="Ready"), who
    for case in (one, two):
        yield Reveal(session=session, case=case), chair
    yield TakeStep(case=two, step="return_for_evidence", because="One more call"), chair
    yield TakeStep(case=one, step="conclude"), chair
    yield Decide(case=one, outcome="promoted", because="Ready", effective=date(2026, 11, 1)), decider
    yield TellCandidate(case=one, on=date(2026, 10, 15), because="In person"), boss
    yield CloseSession(session=session), chair


def test_a_command_of_one_event_takes_six_statements_at_most(company: Company) -> None:
    seen: dict[str, int] = {}
    for command, who in story(company):
        case = getattr(command, "case", None)
        person = company.ids[company.candidates[0]]
        if isinstance(command, Nominate):
            person = command.person
        elif case is not None:
            with company.engine.read() as tx:
                person = load(tx, case).person
        warm(company, person, case)
        count, events = counted(company, command, who)
        if events == 1:
            name = f"{type(command).__name__} {getattr(command, 'step', '')}".strip()
            seen[name] = max(count, seen.get(name, 0))
    assert len(seen) >= 19, seen
    assert {name: count for name, count in seen.items() if count > MOST} == {}


def test_a_task_is_claimed_and_given_back_in_six_statements_at_most(company: Company) -> None:
    _, cases = company.calibrating()
    actor = company.actor("H-4")
    with company.engine.read() as tx:
        label = load(tx, cases[0]).label
        names(tx)
        roles(tx, actor.person, tx.sources.today())
        delegations(tx)
    claims: tuple[Callable[[Tx], Line | None], ...] = (
        lambda tx: take_next(tx, actor),
        lambda tx: take(tx, actor, label),
    )
    for claim in claims:
        with listened(company) as seen, company.engine.store.write(head=False) as tx:
            assert claim(tx) is not None
        assert len(seen) <= MOST, seen
        with listened(company) as seen, company.engine.store.write(head=False) as tx:
            release(tx, actor, label)
        assert len(seen) <= MOST, seen


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
