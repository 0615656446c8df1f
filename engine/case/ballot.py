"""What a ballot under seal hides of a case: that somebody has judged is for its chair and panel alone (law 7)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from engine.access.permit import permit
from engine.case.query import load
from engine.case.relation import relations
from engine.case.state import JUDGED, Case
from engine.record.event import Actor, Event
from engine.record.kept import read_streams
from engine.store.table.case import case_row
from engine.store.transaction import Tx

SEALS = ("CaseBrought", "ScoresRevealed", "RevoteCalled")


def under_seal(case: Case) -> bool:
    """Returns whether a case is being judged sealed now; what was never revealed is over once it moves on."""
    return case.panel is not None and case.stage == "calibration" and not case.votes_revealed


def knows(tx: Tx, case: Case, reader: str | None) -> bool:
    """Returns whether somebody may know who has judged a case: whoever sits on it or chairs, and judges it."""
    if reader is None:
        return False
    held = relations(tx, case, Actor(reader), tx.sources.today())
    return permit("see who has judged", held).allowed


def veiled(case: Case) -> Case:
    """Returns a case as everybody else sees it: as if nobody had judged in the ballot that is under seal."""
    if case.panel is None or not under_seal(case):
        return case
    since = case.panel.since
    scores = case.scores if case.scores_revealed else tuple(one for one in case.scores if one.seq < since)
    votes = tuple(one for one in case.votes if one.seq < max(since, case.ballot))
    return case.changed(scores=scores, votes=votes)


def seen_by(tx: Tx, case_id: str, reader: str | None, until: str | None = None) -> tuple[Case, bool]:
    """Returns a case as somebody may see it, and whether they may know who has judged.

    Raises Unknown where there is no such case, or nothing of it was recorded before `until`.
    """
    case = load(tx, case_id, until)
    if not under_seal(case) or knows(tx, case, reader):
        return case, True
    return veiled(case), False


def sealed_since(events: Iterable[Event]) -> int | None:
    """Returns the entry with which a case's ballot under seal began; None where none is under seal."""
    found = None
    for event in events:
        if event.type in SEALS:
            found = event.seq
        elif event.type == "VotesRevealed" or event.data.get("stage", "calibration") != "calibration":
            found = None
    return found


def told(events: Iterable[Event]) -> tuple[tuple[Event, ...], int | None]:
    """Returns a case's events without those that tell who has judged under seal, and where the seal began.

    Numbers after that place tell how many were left out, so they are not for whoever may not know.
    """
    events = tuple(events)
    since = sealed_since(events)
    if since is None:
        return events, None
    return tuple(one for one in events if one.seq <= since or one.type not in JUDGED), since


def seals(tx: Tx, reader: str | None) -> dict[str, int]:
    """Returns where the seal began on each case, by label, whose ballot somebody may not know of."""
    query = select(case_row.c.id, case_row.c.label).where(
        case_row.c.open == 1, case_row.c.stage == "calibration", case_row.c.session.is_not(None)
    )
    held = {f"case:{row.id}": row.label for row in tx.connection.execute(query)}
    found = {stream: sealed_since(events) for stream, events in read_streams(tx, sorted(held)).items()}
    return {
        held[stream]: since
        for stream, since in sorted(found.items())
        if since is not None and not knows(tx, load(tx, stream.removeprefix("case:")), reader)
    }
