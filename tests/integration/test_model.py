"""The engine beside a plain dict: whatever a case is asked, both say the same, through erasures and restores."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from engine.bootstrap import Command, open_engine
from engine.case.command import AttachEvidence, Decide, TakeStep
from engine.case.execute import Outcome
from engine.case.query import load
from engine.custody.command import ApproveErasure, RequestErasure
from engine.fact.row import FactRow
from engine.fact.write import write_rows
from engine.founding import restore
from engine.record.event import SYSTEM, Actor, Gone
from engine.record.log import read_between
from engine.session.command import BringCase, CastVote, GiveScores, OpenSession, Reveal
from engine.store.vault import FolderVault
from terms.error import RungError
from tests import postgres
from tests.integration.fault import derived, size, sound
from tests.integration.law import lawful
from tests.integration.packet_story import Story, workspace

PANEL = ("Ruth Chair", "Ana Lund", "Bo Chen")
EVERYBODY = (*PANEL, "Rep Rao", "Boss Bold", "Stranger Sam")
REACHED: set[str] = set()
DAY, NEXT = date(2026, 6, 1), date(2027, 2, 1)
members = st.sampled_from(PANEL)
points = st.integers(1, 5)
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).filter(lambda one: one.strip() != "")


class Review(RuleBasedStateMachine):
    """Asks the engine for steps of one case in any order, and a dict what each must come to."""

    server: ClassVar[str | None] = None
    """Where each record gets a schema of its own; None where it is a file."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="rung-model-"))
        self.opened = ExitStack()
        self.story = workspace(self.folder / "0", self.database())
        self.copies = 0
        self.model: dict[str, Any] = {
            "state": "nomination",
            "texts": {},
            "session": None,
            "brought": False,
            "scores": {},
            "revealed": False,
            "votes": {},
            "counted": False,
        }

    def database(self) -> str | None:
        """Returns the URL of an empty database; None for a file."""
        return None if self.server is None else self.opened.enter_context(postgres.schema(self.server))

    @initialize()
    def give_a_second_person_the_role_hr(self) -> None:
        """Two people erase."""
        person = self.story.ids["Stranger Sam"]
        row = FactRow(
            row=99, field="roles", person=person, kind="roles", key="roles", name="hr", start="2025-01-06"
        )
        with self.story.engine.write() as tx:
            write_rows(tx, [row], Actor(SYSTEM), type_="FactsImported", data={}, command="Import", rule=None)

    def ask(self, command: Command, name: str, *, allowed: bool) -> Outcome | None:
        """Returns what the engine answers; holds that it does what the model allows and nothing else."""
        engine = self.story.engine
        before = size(engine)
        try:
            outcome = engine.act(command, self.story.actor(name))
        except RungError as error:
            assert not allowed, f"{command} by {name}: {error}"
            assert size(engine) == before
            return None
        assert allowed, f"{command} by {name} was done in {self.model}"
        return outcome

    def step(self, name: str, source: str, target: str, who: str, *, ready: bool = True) -> None:
        """Asks for a step of the workflow."""
        allowed = self.model["state"] == source and ready
        if self.ask(TakeStep(case=self.story.case, step=name), who, allowed=allowed):
            self.model["state"] = target

    @rule()
    def open_evidence(self) -> None:
        self.step("open_evidence", "nomination", "evidence", "Boss Bold")

    @rule()
    def freeze(self) -> None:
        self.step("freeze_file", "evidence", "calibration", "Boss Bold")

    @rule(text=words)
    def attach(self, text: str) -> None:
        allowed = self.model["state"] in ("nomination", "evidence")
        command = AttachEvidence(case=self.story.case, kind="coaching", text=text, happened_on=DAY)
        outcome = self.ask(command, "Boss Bold", allowed=allowed)
        if outcome:
            self.model["texts"][outcome.events[0].seq] = text

    @precondition(lambda self: self.model["session"] is None)
    @rule()
    def open_session(self) -> None:
        ids = self.story.ids
        seats = tuple(ids[one] for one in PANEL)
        opening = OpenSession(title="A", held_on=DAY, chair=ids["Ruth Chair"], members=seats, quorum=3)
        outcome = self.ask(opening, "Ruth Chair", allowed=True)
        assert outcome is not None
        self.model["session"] = outcome.id

    @property
    def session(self) -> str:
        """Returns the session's id, as commands name it."""
        return str(self.model["session"])

    @rule(times=st.integers(1, 8), given=points, vote=st.sampled_from(("yes", "no")), text=words)
    def carry_on(self, times: int, given: int, vote: str, text: str) -> None:
        """Does what the case waits for next, some times over, so that cases also come to their end."""
        for _ in range(times):
            self.go_on(given, vote, text)

    def go_on(self, given: int, vote: str, text: str) -> None:
        """Does what the case waits for next."""
        model = self.model
        left = [one for one in PANEL if one not in model["votes" if model["revealed"] else "scores"]]
        if model["state"] == "nomination":
            self.open_evidence()
        elif model["state"] == "evidence":
            self.freeze() if model["texts"] else self.attach(text)
        elif model["state"] == "decision":
            self.decide("Vera Vice")
        elif model["state"] == "deferred":
            self.attach(text)
        elif model["session"] is None:
            self.open_session()
        elif not model["brought"]:
            self.bring()
        elif model["counted"]:
            self.conclude()
        elif not left:
            self.reveal("Ruth Chair")
        elif model["revealed"]:
            self.vote(left[0], vote, text)
        else:
            self.score(left[0], given)

    @precondition(lambda self: self.model["session"] is not None)
    @rule()
    def bring(self) -> None:
        allowed = self.model["state"] == "calibration" and not self.model["brought"]
        if self.ask(BringCase(session=self.session, case=self.story.case), "Ruth Chair", allowed=allowed):
            self.model["brought"] = True

    @precondition(lambda self: self.model["session"] is not None)
    @rule(who=st.sampled_from(EVERYBODY), given=points)
    def score(self, who: str, given: int) -> None:
        model = self.model
        if who in model["scores"]:
            return
        allowed = (
            who in PANEL and model["brought"] and not model["revealed"] and model["state"] == "calibration"
        )
        scoring = GiveScores(session=self.session, case=self.story.case, scores={"deals": given}, notes={})
        if self.ask(scoring, who, allowed=allowed):
            model["scores"][who] = given

    @precondition(lambda self: self.model["session"] is not None)
    @rule(who=st.sampled_from(EVERYBODY), vote=st.sampled_from(("yes", "no")), because=words)
    def vote(self, who: str, vote: str, because: str) -> None:
        model = self.model
        if who in model["votes"]:
            return
        allowed = (
            who in PANEL and model["revealed"] and not model["counted"] and model["state"] == "calibration"
        )
        if self.ask(
            CastVote(session=self.session, case=self.story.case, vote=vote, because=because),
            who,
            allowed=allowed,
        ):
            model["votes"][who] = vote

    @precondition(lambda self: self.model["session"] is not None)
    @rule(who=st.sampled_from(("Ruth Chair", "Ana Lund")))
    def reveal(self, who: str) -> None:
        model = self.model
        given = "votes" if model["revealed"] else "scores"
        ready = model["brought"] and len(model[given]) == len(PANEL) and not model["counted"]
        allowed = ready and who == "Ruth Chair" and model["state"] == "calibration"
        if self.ask(Reveal(session=self.session, case=self.story.case), who, allowed=allowed):
            model["counted" if model["revealed"] else "revealed"] = True

    @precondition(lambda self: self.model["brought"])
    @rule()
    def conclude(self) -> None:
        self.step("conclude", "calibration", "decision", "Ruth Chair", ready=self.model["counted"])

    @precondition(lambda self: self.model["state"] in ("decision", "deferred"))
    @rule(who=st.sampled_from(("Vera Vice", "Boss Bold")))
    def decide(self, who: str) -> None:
        why = {"quota": "x", "deals": "x", "shown": "x"}
        deferring = Decide(
            case=self.story.case, outcome="deferred", because="Later", reasons=why, next_date=NEXT
        )
        allowed = self.model["state"] == "decision" and who == "Vera Vice"
        if self.ask(deferring, who, allowed=allowed):
            self.model["state"] = "deferred"

    @precondition(lambda self: self.model["texts"])
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        seq = data.draw(st.sampled_from(sorted(self.model["texts"])))
        there = not isinstance(self.model["texts"][seq], Gone)
        request = RequestErasure(because="Asked", texts=((seq, None),))
        asked = self.ask(request, "Hana Hr", allowed=there)
        if asked is None:
            return
        approving = ApproveErasure(request=asked.events[0].seq)
        self.ask(approving, "Hana Hr", allowed=False)
        approved = self.ask(approving, "Stranger Sam", allowed=True)
        assert approved is not None
        self.model["texts"][seq] = Gone(approved.events[0].seq)

    @rule()
    def go_on_from_a_backup(self) -> None:
        """A restored copy is the same record: the case goes on there."""
        engine, root = self.story.engine, self.folder / str(self.copies + 1)
        engine.backup(self.folder / f"{self.copies}.zip")
        engine.close()
        kept = self.folder / f"{self.copies}.zip"
        assert restore(kept, root, database=self.database()).answer == "consistent"
        vault = FolderVault(root / "keys" / "sessions")
        again = open_engine(root, sources=replace(engine.sources, vault=vault))
        self.copies, self.story = self.copies + 1, Story(again, self.story.ids, self.story.case)

    @invariant()
    def both_say_the_same(self) -> None:
        model, engine, ids = self.model, self.story.engine, self.story.ids
        with engine.read() as tx:
            case = load(tx, self.story.case)
            texts = {seq: read_between(tx, seq, seq)[0].payload for seq in model["texts"]}
        assert case.state == model["state"]
        REACHED.update({case.state, *(one for one in ("revealed", "counted") if model[one])})
        assert len(case.exhibits) == len(model["texts"])
        for seq, payload in texts.items():
            wanted, (held,) = model["texts"][seq], dict(payload).values()
            assert (
                held == wanted
                if isinstance(wanted, Gone)
                else isinstance(held, dict) and held["text"] == wanted
            )
        for given, opened in (("scores", model["revealed"]), ("votes", model["counted"])):
            judged = {one.member: one.body for one in getattr(case, given)}
            assert set(judged) == {ids[one] for one in model[given]}
            for who, told in model[given].items():
                body: Any = judged[ids[who]]
                if opened:
                    assert (body["deals"]["points"] if given == "scores" else body["vote"]) == told
                else:
                    assert body == Gone()

    def teardown(self) -> None:
        """Holds the laws of the record that came of it."""
        try:
            sound(self.story.engine)
            derived(self.story.engine)
            lawful(self.story, self.story.engine)
        finally:
            self.story.engine.close()
            self.opened.close()
            shutil.rmtree(self.folder)


class ReviewOnPostgres(Review):
    """Does the same on a server; a backup is restored into another schema of it."""


@pytest.mark.parametrize(("machine", "short", "long"), [(Review, 8, 150), (ReviewOnPostgres, 5, 15)])
def test_the_engine_says_what_a_plain_dict_says(
    machine: type[Review], short: int, long: int, request: pytest.FixtureRequest
) -> None:
    if machine is ReviewOnPostgres:
        machine.server = request.getfixturevalue("postgres_server")
    longer = request.config.getoption("--long")
    REACHED.clear()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=long if longer else short,
            stateful_step_count=60 if longer else 40,
            deadline=None,
            derandomize=not longer,
            suppress_health_check=list(HealthCheck),
        ),
    )
    wanted = {"calibration", "decision", "deferred", "revealed", "counted"}
    assert wanted <= REACHED or short < 8
