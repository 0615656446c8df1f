"""Clients that act, die, ask again and have clocks that jump, interleaved by a seed: nothing acknowledged is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  # seeded
from typing import TypeAlias

import pytest

from engine.bootstrap import Command, Engine, engine_at
from engine.case.command import AttachEvidence, Decide, DeclareInterest, Endorse, TakeStep, VerifyEvidence
from engine.case.query import load
from engine.record.event import Event
from engine.record.log import read_log
from engine.session.command import BringCase, CastVote, GiveScores, OpenSession, Recuse, Reveal
from terms.error import BadInput, Conflict, Refused
from tests.integration.fault import Died, derived, die, fault, size, sound
from tests.integration.law import lawful
from tests.integration.packet_story import STAFF, Story, workspace

EVERYBODY = tuple(STAFF)
PANEL = ("Ruth Chair", "Ana Lund", "Bo Chen", "Dee Cider")
DAY = date(2026, 6, 1)
NEXT = date(2027, 2, 1)
Asked: TypeAlias = tuple[Command, str]


def chosen(chance: Random, story: Story, engine: Engine, text: str) -> Asked:
    """Returns what a client asks next, of whom: mostly what the case waits for, sometimes anything by anybody."""
    with engine.read() as tx:
        case = load(tx, story.case)
        session = case.panel.session if case.panel else None
        if session is None:
            session = next((one.stream[8:] for one in read_log(tx, types=("SessionOpened",))), None)
    ids = story.ids
    members = tuple(ids[one] for one in PANEL)
    opening = OpenSession(
        title="A", held_on=date(2026, 8, 11), chair=ids["Ruth Chair"], members=members, quorum=3
    )
    judging: list[Asked] = []
    if session is not None:
        case_id, points = story.case, {"deals": chance.randrange(1, 6)}
        scoring = GiveScores(session=session, case=case_id, scores=points, notes={"deals": text})
        voting = CastVote(session=session, case=case_id, vote=chance.choice(("yes", "no")), because=text)
        given = case.votes if case.scores_revealed else case.scores
        left = [one for one in PANEL if ids[one] not in case.judged(given)]
        judging += [(voting if case.scores_revealed else scoring, who) for who in left or PANEL]
        judging += [(scoring, chance.choice(PANEL)), (voting, chance.choice(PANEL))]
        judging += [(Reveal(session=session, case=case_id), "Ruth Chair")] * (1 if left else 4)
        judging += [(BringCase(session=session, case=case_id), "Ruth Chair")]
        judging += [(Recuse(session=session, case=case_id, because=text), "Dee Cider")]
    reasons = {"quota": text, "deals": text, "shown": text}
    deferring = Decide(case=story.case, outcome="deferred", because=text, reasons=reasons, next_date=NEXT)
    waiting: dict[str, list[Asked]] = {
        "nomination": [(TakeStep(case=story.case, step="open_evidence"), "Boss Bold")],
        "evidence": [
            (AttachEvidence(case=story.case, kind="coaching", text=text, happened_on=DAY), "Boss Bold"),
            (VerifyEvidence(case=story.case, exhibit="E1"), "Hana Hr"),
            (Endorse(case=story.case, because=text), chance.choice(EVERYBODY)),
            (TakeStep(case=story.case, step="freeze_file"), "Boss Bold"),
        ],
        "calibration": [
            *(judging or [(opening, "Ruth Chair")]),
            (TakeStep(case=story.case, step="conclude"), "Ruth Chair"),
        ],
        "decision": [
            (deferring, "Vera Vice"),
            (deferring, "Vera Vice"),
            (TakeStep(case=story.case, step="return_for_evidence", because=text), "Vera Vice"),
            (DeclareInterest(case=story.case, because=text), "Stranger Sam"),
        ],
    }
    if case.state in waiting and chance.random() < 0.8:
        return chance.choice(waiting[case.state])
    command, _ = chance.choice([one for held in waiting.values() for one in held])
    return command, chance.choice(EVERYBODY)


def simulate(root: Path, seed: int, steps: int, database: str | None = None) -> list[Event]:
    """Returns the record that a seed leads to, once everything acknowledged was found in it once."""
    chance, story = Random(seed), workspace(root, database=database)
    plain, jump = story.engine.sources, [timedelta()]
    sources = replace(plain, clock=lambda: plain.clock() + jump[0])
    clients = [engine_at(root, story.engine.config, sources) for _ in range(3)]
    asked: dict[str, Asked] = {}
    acknowledged: dict[str, tuple[int, ...]] = {}
    for step in range(steps):
        engine = chance.choice(clients)
        jump[0] = timedelta(minutes=chance.randrange(-600, 600))
        key = chance.choice(sorted(asked)) if asked and chance.random() < 0.2 else f"key-{step}"
        if key not in asked:
            asked[key] = chosen(chance, story, engine, f"Text of {key}")
        command, name = asked[key]
        at = chance.randrange(40) if chance.random() < 0.3 else 10_000
        try:
            with fault(engine.store, at, die):
                outcome = engine.act(command, story.actor(name), key=key)
            seqs = tuple(one.seq for one in outcome.events)
            assert acknowledged.setdefault(key, seqs) == seqs, f"seed {seed}, step {step}"
        except (Died, Refused, Conflict, BadInput):
            pass
        if step % 50 == 49:
            sound(engine)
            lawful(story, engine)
    with clients[0].read() as tx:
        events = list(read_log(tx))
    placed = [seq for seqs in acknowledged.values() for seq in seqs]
    assert len(placed) == len(set(placed)) and set(placed) <= {one.seq for one in events}, f"seed {seed}"
    assert size(clients[1]) == len(events)
    sound(clients[2])
    lawful(story, clients[1])
    derived(clients[2])
    for one in (*clients, story.engine):
        one.close()
    return events


def test_whatever_dies_each_acknowledged_command_is_there_exactly_once(
    url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long: bool = request.config.getoption("--long")
    on_file, types, seeds = url.startswith("sqlite"), set[str](), 0
    wanted = {"ScoresRevealed", "VotesRevealed", "CaseDecided"}
    for seed in range(3, 28 if long else 12):
        if seeds and (not on_file or (wanted <= types and not long)):
            break  # a schema holds one record
        steps, seeds = 600 if long else 200, seeds + 1
        events = simulate(tmp_path / f"ws-{seed}", seed, steps, None if on_file else url)
        types |= {one.type for one in events}
    assert wanted <= types or not on_file


def test_a_seed_replays_exactly(tmp_path: Path) -> None:
    first, again = (simulate(tmp_path / name, 5, 40) for name in ("a", "b"))
    left, right = ([replace(one, log="", key=None) for one in run[1:]] for run in (first, again))
    assert left == right  # but for the founding, which draws the origin of the log, and what it enters
