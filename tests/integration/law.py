"""What holds of every record, whatever happened: the laws, asked of the events and of what readers see."""

from __future__ import annotations

from typing import Any

from engine.bootstrap import Engine
from engine.case.query import load
from engine.record.event import Event, Gone
from engine.record.log import read_log
from tests.integration.packet_story import Story

JUDGED = {"ScoresGiven": "ScoresRevealed", "VoteCast": "VotesRevealed"}


def events_of(engine: Engine) -> tuple[Event, ...]:
    """Returns the whole record."""
    with engine.read() as tx:
        return tuple(read_log(tx))


def lawful(story: Story, engine: Engine) -> None:
    """Holds that a story's record keeps to the laws that can be asked of any record."""
    events = events_of(engine)
    assert [one.seq for one in events] == list(range(len(events)))  # law 10
    assert [one.recorded_at for one in events] == sorted({one.recorded_at for one in events})
    _judges(story, events)
    _sealed(events)
    _quorum(events)
    _decided(engine, story, events)


def _judges(story: Story, events: tuple[Event, ...]) -> None:
    """Law 6: whoever is the candidate, nominated, manages or declared an interest judges nothing; nor the recused."""
    out = {story.ids["Rep Rao"], story.ids["Boss Bold"]}
    for event in events:
        if event.type in ("InterestDeclared", "MemberRecused"):
            out.add(event.actor)
        if event.type in (*JUDGED, *JUDGED.values(), "CaseDecided"):
            assert event.actor not in out, f"event {event.seq}: {event.type} by somebody barred"


def _sealed(events: tuple[Event, ...]) -> None:
    """Law 7: what a judgement says is readable once its own round reveals, and not before."""
    for kind, opening in JUDGED.items():
        for event in events:
            if event.type != kind:
                continue
            after = [one for one in events if one.seq > event.seq and one.stream == event.stream]
            opened = next((one.seq for one in after if one.type == opening), None)
            left = next(
                (one.seq for one in after if one.data.get("transition") == "return_for_evidence"), None
            )
            sealed = [isinstance(one, Gone) and one.by is None for one in event.payload.values()]
            if opened is None:
                assert all(sealed), f"event {event.seq} is open"
            elif left is None or opened < left:
                assert not any(sealed), f"event {event.seq} is sealed"


def _quorum(events: tuple[Event, ...]) -> None:
    """Law 8: votes are revealed only where as many as the quorum judged, recusals or not."""
    quorum = next((one.data["quorum"] for one in events if one.type == "SessionOpened"), None)
    for event in events:
        if event.type == "VotesRevealed":
            tally: Any = event.data["tally"]
            assert isinstance(quorum, int) and sum(tally.values()) >= quorum, f"event {event.seq}"


def _decided(engine: Engine, story: Story, events: tuple[Event, ...]) -> None:
    """Laws 11 and 12: a decision follows votes and cites the file; an edition stays unless an event moves it."""
    with engine.read() as tx:
        case = load(tx, story.case)
    mine = [one for one in events if one.stream == f"case:{story.case}"]
    moved = any(one.type == "EditionMoved" for one in mine)
    assert moved or {one.edition for one in mine if one.edition is not None} <= {case.policy}
    exhibits = {one.id for one in case.exhibits}
    for event in mine:
        if event.type == "CaseDecided":
            assert any(one.type == "VotesRevealed" and one.seq < event.seq for one in mine)
            cites: Any = event.data["cites"]
            assert {one for one in cites if one.startswith("E")} <= exhibits
