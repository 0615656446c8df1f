"""Laws of what a packet tells of calibration: sealed means absent, and a candidate learns no judgement."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.packet.calibration import calibration, sittings
from engine.packet.model import VARIANTS, Variant
from engine.packet.panel import Calibration
from engine.packet.timeline import entries, knowable, log, timeline
from engine.packet.view import Named
from engine.record.event import Event, Gone
from terms.canonical import canonical

CASE, SESSION = "case:c1", "s1"
MEMBERS = ("chair", "ana", "bo", "cy")


class Story:
    """Writes the events of one case, one after another."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, type_: str, actor: str, data: dict[str, Any] | None = None, **payload: Any) -> Story:
        """Appends one event; payload fields count as sealed ones."""
        seq = len(self.events) + 10
        event = Event(
            log="example/log",
            seq=seq,
            v=1,
            type=type_,
            stream=CASE,
            stream_version=len(self.events) + 1,
            about=("rep",),
            command="x",
            recorded_at=f"2026-08-01T00:00:{seq:02d}.000000Z",
            happened_at=None,
            actor=actor,
            acting_for=None,
            authenticated="asserted",
            rule=None,
            edition="e",
            workflow="w",
            data=data or {},
            sealed=dict.fromkeys(payload, "commitment"),
            payload=payload,
        )
        self.events.append(event)
        return self

    def nominated(self) -> Story:
        """Appends a nomination and brings the case before a panel."""
        start = {
            "label": "C-0001",
            "person": "rep",
            "from": "a",
            "to": "b",
            "ladder": "l",
            "as_of": "2026-07-01",
        }
        self.add(
            "CaseNominated", "boss", {**start, "state": "nomination", "stage": "nomination", "fact_set": "f"}
        )
        return self.brought()

    def brought(self) -> Story:
        """Appends the case's coming before the panel."""
        sat = {"members": [*MEMBERS], "chair": "chair", "alternates": ["di"], "barred": [], "quorum": 3}
        return self.add("CaseBrought", "chair", {"session": SESSION, "session_label": "S-0001", **sat})

    def scored(self, seen: bool, **points: int) -> Story:
        """Appends each member's score of one competency, open or sealed."""
        for member, given_points in points.items():
            body = {"deals": {"points": given_points, "note": f"note of {member}"}}
            self.add("ScoresGiven", member, {"session": SESSION}, scores=body if seen else Gone())
        return self.add("ScoresRevealed", "chair", {"session": SESSION}) if seen else self

    def voted(self, seen: bool, **votes: str) -> Story:
        """Appends each member's vote, open or sealed."""
        for member, vote in votes.items():
            body = {"vote": vote, "because": f"reason of {member}"}
            self.add("VoteCast", member, {"session": SESSION}, vote=body if seen else Gone())
        return self.add("VotesRevealed", "chair", {"session": SESSION}) if seen else self

    def decided(self, outcome: str) -> Story:
        """Appends a decision."""
        place = {"to": outcome, "stage": "decision", "final": True, "outcome": outcome, "on": "2026-08-02"}
        return self.add(
            "CaseDecided", "decider", {**place, "cites": [], "effective": None, "next_date": None}
        )

    def told(self, variant: Variant) -> tuple[Calibration, ...]:
        """Returns what a packet tells of the calibration."""
        return tuple(
            calibration(case, variant, name, {"deals": "Deals"}, "2026-08-01", set_aside=aside)
            for case, aside in sittings(self.events)
        )

    def page(self, variant: Variant) -> str:
        """Returns all that a packet tells of calibration and events, as one text."""
        known = knowable(self.events, variant)
        views = [*self.told(variant), *timeline(known, variant, name), *entries(known)]
        views += [*log(known, name)] if variant == "auditor" else []
        return canonical([one.model_dump(mode="json") for one in views]).decode()


def name(identity: str) -> Named:
    """Returns a person's name, made from the id."""
    return Named(name=identity.title(), label=identity)


@pytest.mark.parametrize("variant", VARIANTS)
def test_before_the_reveal_a_packet_tells_neither_judgements_nor_who_has_judged(variant: Variant) -> None:
    silent, busy = Story().nominated(), Story().nominated().scored(False, ana=4, bo=2)
    assert busy.told(variant) == silent.told(variant)
    assert busy.page(variant) == silent.page(variant)
    assert busy.told(variant)[0].scores_are == "sealed"


@given(
    points=st.lists(st.integers(1, 5), min_size=4, max_size=4),
    votes=st.lists(st.sampled_from(["yes", "no", "abstain"]), min_size=4, max_size=4),
)
def test_no_judgement_changes_what_a_candidate_reads(points: list[int], votes: list[str]) -> None:
    def page(points: list[int], votes: list[str]) -> str:
        story = Story().nominated().scored(True, **dict(zip(MEMBERS, points, strict=True)))
        return (
            story.voted(True, **dict(zip(MEMBERS, votes, strict=True))).decided("declined").page("candidate")
        )

    assert page(points, votes) == page([3, 3, 3, 3], ["yes", "yes", "yes", "yes"])
    assert "note of" not in page(points, votes)


def test_after_the_reveal_the_committee_reads_every_score_and_vote_with_its_reason() -> None:
    story = Story().nominated().scored(True, ana=4, bo=2, cy=4).voted(True, ana="yes", bo="no", cy="yes")
    told = story.decided("promoted").told("committee")[0]
    assert [(one.member.label, one.points, one.note) for one in told.scores[0].scores] == [
        ("ana", 4, "note of ana"),
        ("bo", 2, "note of bo"),
        ("cy", 4, "note of cy"),
    ]
    assert told.scores[0].spread == "2 to 4"
    assert [(one.member.label, one.vote, one.because, one.dissent) for one in told.votes] == [
        ("ana", "yes", "reason of ana", False),
        ("bo", "no", "reason of bo", True),
        ("cy", "yes", "reason of cy", False),
    ]
    assert told.tally == (("yes", 2), ("no", 1), ("abstain", 0))


@pytest.mark.parametrize(
    ("outcome", "dissenting"), [("declined", "ana"), ("deferred", "ana"), ("promoted", "bo")]
)
def test_a_vote_against_the_outcome_stays_on_record_as_dissent(outcome: str, dissenting: str) -> None:
    story = Story().nominated().scored(True, ana=4).voted(True, ana="yes", bo="no", cy="abstain")
    told = story.decided(outcome).told("auditor")[0]
    assert [one.member.label for one in told.votes if one.dissent] == [dissenting]


def test_a_panel_whose_work_was_set_aside_is_told_before_the_present_one() -> None:
    story = Story().nominated().scored(True, ana=1).add("CaseReturned", "chair", _back(), because="Too thin.")
    told = story.brought().scored(True, ana=5).told("committee")
    assert [one.set_aside for one in told] == [True, False]
    assert [one.scores[0].scores[0].points for one in told] == [1, 5]


@pytest.mark.parametrize("variant", VARIANTS)
def test_scores_that_were_never_revealed_stay_untold_after_a_later_reveal(variant: Variant) -> None:
    story = Story().nominated().scored(False, bo=1).add("CaseReturned", "chair", _back(), because="Too thin.")
    hidden = story.events[2].seq
    known = knowable(story.brought().scored(True, ana=5).events, variant)
    assert hidden not in {event.seq for event in known}


def test_a_candidate_reads_why_the_case_was_returned() -> None:
    story = Story().nominated().add("CaseReturned", "chair", _back(), because="Too thin.")
    said = [one.because.text for one in timeline(story.events, "candidate", name) if one.because]
    assert said == ["Too thin."]


def test_who_stepped_back_is_told_to_all_and_why_to_all_but_the_candidate() -> None:
    story = Story().nominated().add("MemberRecused", "cy", {"session": SESSION}, because="Old friends.")
    for variant in VARIANTS:
        seats = {one.who.label: one for one in story.told(variant)[0].members}
        assert [label for label, seat in seats.items() if seat.recused] == ["cy"]
        because = seats["cy"].because
        assert (because.text if because else None) == (None if variant == "candidate" else "Old friends.")


def test_an_erased_judgement_is_told_as_erased() -> None:
    story = Story().nominated().scored(True, ana=4)
    gone = story.events[2]
    held = {**{slot: getattr(gone, slot) for slot in Event.__slots__}, "payload": {"scores": Gone(99)}}
    story.events[2] = Event(**held)
    assert story.told("committee")[0].gone == ("The scores of Ana: erased by event 99",)


def _back() -> dict[str, Any]:
    return {"to": "evidence", "stage": "evidence", "final": False}
