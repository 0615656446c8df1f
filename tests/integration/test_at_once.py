"""Commands that several people give at the same moment are saved together, each as it would have been alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from benchmarks.company import PANEL, Company
from engine.case.apply import fold
from engine.case.query import cases, load
from engine.record.event import Event
from engine.record.kept import read_stream
from engine.record.log import generation, read_log
from engine.record.memory import memory
from engine.session.command import GiveScores, Reveal
from engine.store.group import Answer, Turn
from terms.error import Refused
from tests.integration.fault import Died, derived, die, fault, size, sound
from tests.integration.test_statement import listened


@pytest.fixture
def company(url: str, tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path / "ws", 4, None if url.startswith("sqlite") else url)
    yield made
    made.engine.close()


def known(company: Company) -> None:
    """Holds that what the process remembers of every case is what the database tells."""
    with company.engine.read() as tx:
        told: dict[str, list[Event]] = {}
        for one in read_log(tx):
            told.setdefault(one.stream, []).append(one)
        for case in cases(tx):
            stream = f"case:{case.id}"
            assert list(read_stream(tx, stream)) == told[stream]
            assert load(tx, case.id) == fold(told[stream])
        number = generation(tx)
        assert number is not None
        assert memory(tx.shared, number).until in (-1, len([one for held in told.values() for one in held]))


def test_commands_that_are_saved_together_are_remembered_as_they_stand(company: Company) -> None:
    engine = company.engine
    session, judged = company.calibrating()
    scores = list(company.scores(session, judged))
    stranger = (scores[0][0], company.actor("H-6"))
    reveals = [(Reveal(session=session, case=one), company.actor("H-3")) for one in judged]
    asked: list[Any] = [*scores[:5], stranger, scores[5], reveals[1], scores[0], *scores[6:], *reveals]
    wrong = [asked.index(stranger), asked.index(reveals[1], asked.index(reveals[1]) + 1)]
    left = [Turn(engine.work(command, actor)) for command, actor in asked]
    found: list[Answer[Any]] = []
    rounds = 0
    while left:
        engine.store.group.answer(left)
        found += [one.answer for one in left if one.answer is not None]
        left = [one for one in left if one.answer is None]
        rounds += 1
        known(company)
    assert [n for n, one in enumerate(found) if isinstance(one.error, Refused)] == wrong
    assert [n for n, one in enumerate(found) if one.error is not None] == wrong
    assert rounds < len(asked) / 2
    sound(engine)
    derived(engine)


def test_commands_that_are_saved_together_ask_the_database_less_than_apart(company: Company) -> None:
    session, judged = company.calibrating()
    scores = list(company.scores(session, judged))
    for command, actor in scores[:4]:
        company.engine.act(command, actor)
    left = [Turn(company.engine.work(command, actor)) for command, actor in scores[4:8]]
    with listened(company) as seen:
        company.engine.store.group.answer(left)
    bounds = [one for one in seen if one.endswith(" part")]
    assert len(bounds) == 2 * len(left)
    assert len(seen) - len(bounds) == 2 + 3 * len(
        left
    )  # the head read and written; payload, log and task of each


def test_commands_that_die_together_at_any_statement_happen_once_each(company: Company) -> None:
    engine = company.engine
    session, judged = company.calibrating()
    asked = [
        (command, actor, f"key-{n}") for n, (command, actor) in enumerate(company.scores(session, judged))
    ]
    stranger = company.actor("H-6")
    at, before = 0, size(engine)
    group = asked[: len(PANEL)]
    while True:
        left = [Turn(engine.work(command, actor, key)) for command, actor, key in group]
        left.insert(1, Turn(engine.work(group[0][0], stranger)))
        try:
            with fault(engine.store, at, die) as passed:
                engine.store.group.answer(left)
        except Died:
            kept = not {"after COMMIT", "after the commit"}.isdisjoint(passed)
            assert size(engine) == before + len(group) * kept
            at, before = at + 1, before + len(group) * kept
            if kept:
                break
        else:
            raise AssertionError("it never died at its COMMIT")
    assert at > 30
    sound(engine)
    again = [Turn(engine.work(command, actor, key)) for command, actor, key in group]
    engine.store.group.answer(again)
    assert [one.answer.get().events[0].type for one in again if one.answer] == ["ScoresGiven"] * 3
    assert size(engine) == before
    derived(engine)


def test_judges_who_score_at_the_same_moment_are_all_heard(company: Company) -> None:
    session, judged = company.calibrating()

    def judge(asked: tuple[GiveScores, Any]) -> int:
        return company.engine.act(*asked).events[0].seq

    scores = list(company.scores(session, judged))
    with ThreadPoolExecutor(12) as pool:
        places = list(pool.map(judge, scores))
    assert len(set(places)) == len(scores)
    known(company)
    sound(company.engine)
    derived(company.engine)
