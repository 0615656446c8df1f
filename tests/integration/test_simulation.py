"""Clients that act, alone or at once, die, ask again and have clocks that jump, interleaved by a seed: nothing
acknowledged is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  # seeded
from typing import TypeAlias

import pytest

from engine.bootstrap import Command, Engine, engine_at, open_engine
from engine.case.command import AttachEvidence, Decide, DeclareInterest, Endorse, TakeStep, VerifyEvidence
from engine.case.execute import Outcome
from engine.case.query import load
from engine.record.command import Reply, remember
from engine.record.event import Event
from engine.record.log import read_log
from engine.session.command import BringCase, CastVote, GiveScores, OpenSession, Recuse, Reveal
from engine.store.group import Turn
from engine.store.transaction import Tx
from terms.error import BadInput, CannotTell, Conflict, Refused
from tests import postgres
from tests.integration.fault import Died, derived, die, fault, size, sound
from tests.integration.law import lawful
from tests.integration.packet_story import STAFF, Story, workspace

EVERYBODY = tuple(STAFF)
PANEL = ("Ruth Chair", "Ana Lund", "Bo Chen", "Dee Cider")
DAY = date(2026, 6, 1)
NEXT = date(2027, 2, 1)
LONG, SHORT = 600, 200
EXPECTED = (type(None), Refused, Conflict, BadInput, CannotTell)
Asked: TypeAlias = tuple[Command, str]
Databases: TypeAlias = Callable[[], AbstractContextManager[str | None]]


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
    """Returns the record that a seed leads to, once everything acknowledged was found in it once.

    What fails says at which step, and how to see it again.
    """
    at = [-1]
    with ExitStack() as opened:
        try:
            return _simulate(root, seed, steps, database, opened, at)
        except Exception as error:
            again = f"scripts/test tests/integration/test_simulation.py --seed {seed}"
            error.add_note(f"seed {seed}, step {at[0]}; again with: {again}")
            raise


def _simulate(
    root: Path, seed: int, steps: int, database: str | None, opened: ExitStack, at_step: list[int]
) -> list[Event]:
    chance, story = Random(seed), workspace(root, database=database)
    opened.callback(story.engine.close)
    plain, jump = story.engine.sources, [timedelta()]
    sources = replace(plain, clock=lambda: plain.clock() + jump[0])
    clients = [engine_at(root, story.engine.config, sources) for _ in range(3)]
    for one in clients:
        opened.callback(one.close)
    asked: dict[str, Asked] = {}
    acknowledged: dict[str, tuple[int, ...]] = {}
    for step in range(steps):
        at_step[0] = step
        engine = chance.choice(clients)
        jump[0] = timedelta(minutes=chance.randrange(-600, 600))
        keys = []
        for n in range(chance.choice((1, 1, 2, 4))):
            old = sorted(asked) if chance.random() < 0.2 else []
            keys.append(chance.choice(old) if old else f"key-{step}-{n}")
            if keys[-1] not in asked:
                asked[keys[-1]] = chosen(chance, story, engine, f"Text of {keys[-1]}")
        at = chance.randrange(40 * len(keys)) if chance.random() < 0.3 else 10_000
        answered = _asked(engine, story, [(key, *asked[key]) for key in keys], at)
        for key, outcome in zip(keys, answered, strict=True):
            if outcome is not None:
                seqs = tuple(one.seq for one in outcome.events)
                assert acknowledged.setdefault(key, seqs) == seqs, f"{key} was done twice"
        if step % 50 == 49:
            sound(engine)
            lawful(story, engine)
    with clients[0].read() as tx:
        events = list(read_log(tx))
    placed = [seq for seqs in acknowledged.values() for seq in seqs]
    assert len(placed) == len(set(placed)) and set(placed) <= {one.seq for one in events}
    assert size(clients[1]) == len(events)
    sound(clients[2])
    lawful(story, clients[1])
    derived(clients[2])
    return events


def _asked(
    engine: Engine, story: Story, asked: list[tuple[str, Command, str]], at: int
) -> list[Outcome | None]:
    """Returns what commands come to that one client gives, or several at the same moment; nothing of who died."""
    turns = [Turn(engine.work(command, story.actor(name), key)) for key, command, name in asked]
    with suppress(Died, Refused, Conflict, BadInput), fault(engine.store, at, die):
        if len(asked) == 1:
            key, command, name = asked[0]
            return [engine.act(command, story.actor(name), key=key)]
        while left := [one for one in turns if one.answer is None]:
            engine.store.group.answer(left)
    found = [one.answer for one in turns]
    assert all(one is None or isinstance(one.error, EXPECTED) for one in found)
    return [None if one is None else one.value for one in found]


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Returns what opens an empty database as often as asked, of each kind in turn; None is a file."""
    if request.param == "sqlite":
        return nullcontext
    server: str = request.getfixturevalue("postgres_server")

    @contextmanager
    def opened() -> Iterator[str]:
        with postgres.schema(server) as url:
            yield url

    return opened


def test_whatever_dies_each_acknowledged_command_is_there_exactly_once(
    databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    long, only = request.config.getoption("--long"), request.config.getoption("--seed")
    on_file, types = databases is nullcontext, set[str]()
    wanted = {"ScoresRevealed", "VotesRevealed", "CaseDecided"}
    seeds = [only] if only is not None else range(3, (28 if on_file else 23) if long else 12)
    for seed in seeds:
        if types and not long and (not on_file or wanted <= types):
            break
        with databases() as url:
            steps = SHORT if only is None and not long else LONG
            types |= {one.type for one in simulate(tmp_path / f"ws-{seed}", seed, steps, url)}
    assert wanted <= types or only is not None or (not on_file and not long)


def comparable(events: list[Event]) -> list[Event]:
    """Returns a record but for the founding, which draws the origin of the log, and what it enters."""
    return [replace(one, log="", key=None) for one in events[1:]]


def test_a_seed_replays_exactly(databases: Databases, tmp_path: Path) -> None:
    runs = []
    for name in ("a", "b"):
        with databases() as url:
            runs.append(comparable(simulate(tmp_path / name, 5, 40, url)))
    assert runs[0] == runs[1]


def test_a_seed_that_fails_fails_again_at_the_same_step_with_the_same_record(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(tx: Tx, key: str, reply: Reply) -> None:
        """Keeps no answer for one command in a while: a fault of the kind that the simulation is to find."""
        if "7-" not in key:
            remember(tx, key, reply)

    monkeypatch.setattr("engine.bootstrap.remember", forgetful)
    found = []
    for name in ("a", "b"):
        root = tmp_path / name
        with databases() as url:
            with pytest.raises(AssertionError) as told:
                simulate(root, 8, SHORT, url)
            engine = open_engine(root)
            with engine.read() as tx:
                found.append((told.value.__notes__, comparable(list(read_log(tx)))))
            engine.close()
    assert found[0] == found[1]
    ((note,), _), _ = found
    assert note.startswith("seed 8, step ") and note.endswith("test_simulation.py --seed 8")
