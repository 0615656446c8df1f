"""A company of any size whose cases stand before a panel: made through the engine, in a few transactions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from engine.bootstrap import Engine, default_sources
from engine.case.command import CommitTrack, Decide, Nominate, TakeStep
from engine.fact.intake import File
from engine.founding import found
from engine.people.directory import by_hr_id
from engine.record.event import Actor
from engine.session.command import BringCase, CastVote, CloseSession, GiveScores, OpenSession, Reveal
from engine.store.setting import zone_of
from engine.store.source import Sources

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "halden"
MODEL = "H-10"
START = datetime(2026, 10, 15, 8, tzinfo=UTC)
PANEL = ("H-3", "H-4", "H-5")
TICK = timedelta(milliseconds=1)
BATCH = 250


def sources(root: Path) -> Sources:
    """Returns sources whose clock ticks a millisecond a look from a fixed morning."""
    held, moment = default_sources(root, zone_of("UTC", "")), START

    def clock() -> datetime:
        nonlocal moment
        moment += TICK
        return moment

    return Sources(clock=clock, ids=held.ids, salts=held.salts, vault=held.vault, zone=held.zone)


class Company:
    """Holds an engine whose directory has `size` candidates, each as ready as the tutorial's."""

    def __init__(self, root: Path, size: int, database: str | None = None) -> None:
        self.root = root
        self.engine: Engine = found(
            root,
            name="Bench",
            pack="sales",
            solo=True,
            database=database,
            trust_asserted=True,
            sources=sources(root),
        )
        founder = Actor("founder")
        self.candidates = [f"B-{n}" for n in range(size)]
        for kind in ("people", "attainment", "scores", "evidence", "training"):
            file = File(kind=kind, data=self._file(kind), name=f"{kind}.csv")
            self.engine.import_file(file, founder)
            if kind == "people":
                with self.engine.read() as tx:
                    self.ids = {hr_id: one.id for hr_id, one in by_hr_id(tx).items()}
                founder = self.actor("H-1")
        standing = File(
            kind="standing",
            data=self._file("standing"),
            name="standing.csv",
            complete_as_of="2099-01-01",
        )
        self.engine.import_file(standing, founder)
        self.carry([(CommitTrack(track="ic"), self.actor(one)) for one in self.candidates])

    def _file(self, kind: str) -> bytes:
        head, *rows = (EXAMPLES / f"{kind}.csv").read_text(encoding="utf-8").splitlines()
        model = [one for one in rows if one.startswith(f"{MODEL},")]
        copies = [
            f"{name},{row.partition(',')[2]}".replace("nadia", name.lower())
            for name in self.candidates
            for row in model
        ]
        return ("\n".join([head, *rows, *copies]) + "\n").encode()

    def actor(self, hr_id: str) -> Actor:
        """Returns somebody who acts."""
        return Actor(self.ids[hr_id])

    def carry(self, works: Sequence[tuple[Any, Actor]], batch: int = BATCH) -> list[Any]:
        """Returns what commands come to, many in a transaction."""
        done: list[Any] = []
        for start in range(0, len(works), batch):
            with self.engine.write() as tx:
                for command, actor in works[start : start + batch]:
                    done.append(self.engine._carry_out(tx, command, actor))
                    tx.held.pop("streams", None)
        return done

    def calibrating(self) -> tuple[str, list[str]]:
        """Returns a session and the cases of every candidate, each before it."""
        hr, boss = self.actor("H-1"), self.actor("H-6")
        made = self.carry(
            [
                (Nominate(person=self.ids[one], to="senior-ae", because="Shown in the file"), boss)
                for one in self.candidates
            ]
        )
        cases = [one.id for one in made]
        for step in ("open_evidence", "freeze_file"):
            self.carry([(TakeStep(case=one, step=step), boss) for one in cases])
        opening = OpenSession(
            title="Bench",
            held_on=date(2026, 10, 20),
            chair=self.ids["H-3"],
            members=tuple(self.ids[one] for one in PANEL),
            quorum=3,
        )
        session = self.carry([(opening, hr)])[0].id
        self.carry([(BringCase(session=session, case=one), hr) for one in cases])
        return session, cases

    def scores(self, session: str, cases: Sequence[str]) -> Iterator[tuple[GiveScores, Actor]]:
        """Yields each panel member's scores on each case."""
        for case in cases:
            for member in PANEL:
                yield (
                    GiveScores(session=session, case=case, scores={"deal-complexity": 4}, notes={}),
                    self.actor(member),
                )

    def decide(self, session: str, cases: Sequence[str]) -> None:
        """Takes cases that nobody has judged yet to a decision."""
        chair = self.actor("H-3")
        self.carry(list(self.scores(session, cases)))
        self.carry([(Reveal(session=session, case=one), chair) for one in cases])
        votes = [
            (CastVote(session=session, case=one, vote="yes", because="Ready"), self.actor(member))
            for one in cases
            for member in PANEL
        ]
        self.carry(votes)
        self.carry([(Reveal(session=session, case=one), chair) for one in cases])
        self.carry([(CloseSession(session=session), chair)])
        decider = self.actor("H-2")
        effective = date(2026, 11, 1)
        self.carry(
            [
                (Decide(case=one, outcome="promoted", because="Ready", effective=effective), decider)
                for one in cases
            ]
        )
