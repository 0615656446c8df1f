"""Clients that act, die, ask again and have clocks that jump, interleaved by a seed: nothing acknowledged is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random  # noqa: TID251  # seeded

import pytest

from engine.bootstrap import engine_at
from engine.case.command import AttachEvidence, Endorse, TakeStep
from engine.record.event import Event
from engine.record.log import read_log
from terms.error import Refused
from tests.integration.fault import Died, derived, die, fault, size, sound
from tests.integration.packet_story import workspace

NAMES = ("Boss Bold", "Stranger Sam", "Ana Lund", "Hana Hr")


def simulate(root: Path, seed: int, steps: int, database: str | None = None) -> list[Event]:
    """Returns the record that a seed leads to, once everything acknowledged was found in it once."""
    chance, story = Random(seed), workspace(root, database=database)
    plain, jump = story.engine.sources, [timedelta()]
    sources = replace(plain, clock=lambda: plain.clock() + jump[0])
    clients = [engine_at(root, story.engine.config, sources) for _ in range(3)]
    clients[0].act(TakeStep(case=story.case, step="open_evidence"), story.actor("Boss Bold"))
    asked: dict[str, tuple[AttachEvidence | Endorse, str]] = {}
    acknowledged: dict[str, tuple[int, ...]] = {}
    for step in range(steps):
        engine = chance.choice(clients)
        jump[0] = timedelta(minutes=chance.randrange(-600, 600))
        key = chance.choice(sorted(asked)) if asked and chance.random() < 0.3 else f"key-{step}"
        text = f"Text of {key}"
        made: AttachEvidence | Endorse = Endorse(case=story.case, because=text)
        if chance.random() < 0.7:
            made = AttachEvidence(case=story.case, kind="coaching", text=text, happened_on=date(2026, 6, 1))
        command, name = asked.setdefault(key, (made, chance.choice(NAMES)))
        at = chance.randrange(40) if chance.random() < 0.4 else 10_000
        try:
            with fault(engine.store, at, die):
                outcome = engine.act(command, story.actor(name), key=key)
            seqs = tuple(one.seq for one in outcome.events)
            assert acknowledged.setdefault(key, seqs) == seqs, f"seed {seed}, step {step}"
        except (Died, Refused):
            pass
        if step % 50 == 49:
            sound(engine)
    with clients[0].read() as tx:
        events = list(read_log(tx))
    placed = [seq for seqs in acknowledged.values() for seq in seqs]
    assert len(placed) == len(set(placed)) and set(placed) <= {one.seq for one in events}, f"seed {seed}"
    assert size(clients[1]) == len(events)
    derived(clients[2])
    for one in (*clients, story.engine):
        one.close()
    return events


def test_whatever_dies_each_acknowledged_command_is_there_exactly_once(
    url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    steps = 2000 if request.config.getoption("--long") else 150
    simulate(tmp_path / "ws", 20261, steps, None if url.startswith("sqlite") else url)


def test_a_seed_replays_exactly(tmp_path: Path) -> None:
    first, again = (simulate(tmp_path / name, 5, 40) for name in ("a", "b"))
    left, right = ([replace(one, log="", key=None) for one in run[1:]] for run in (first, again))
    assert left == right  # but for the founding, which draws the origin of the log, and what it enters
