"""A session as its reader may see it, and the list of sessions."""

from __future__ import annotations

from typing import NamedTuple

from engine.case.ballot import seen_by
from engine.case.state import Case
from engine.people.directory import people
from engine.session.query import find_session, load_session, sessions
from engine.session.state import Session
from engine.store.transaction import Tx
from engine.view.case import blocked, judgements
from terms.canonical import Json


class Sat(NamedTuple):
    """Holds a session, its cases each with whether their reader may know who has judged, everybody's name and label."""

    session: Session
    cases: list[tuple[Case, bool]]
    names: dict[str, str]
    labels: dict[str, str]


def sit(tx: Tx, label: str, reader: str | None) -> Sat:
    """Returns a session as somebody may see it; raises BadInput or Unknown."""
    session = load_session(tx, find_session(tx, label))
    cases = [seen_by(tx, one, reader) for one in dict.fromkeys(session.cases)]
    staff = people(tx)
    return Sat(session, cases, {one.id: one.name for one in staff}, {one.id: one.label for one in staff})


def session_rows(tx: Tx) -> list[dict[str, Json]]:
    """Returns every session, one row each, by label."""
    return [
        {"session": one.label, "held_on": one.held_on, "state": one.state, "cases": len(set(one.cases))}
        for one in sessions(tx)
    ]


def session_json(tx: Tx, label: str, reader: str | None) -> dict[str, Json]:
    """Returns a session as JSON: who sits, and per case who has judged, as far as its reader may know."""
    session, cases, _, labels = sit(tx, label, reader)
    return {
        "session": session.label,
        "held_on": session.held_on,
        "state": session.state,
        "quorum": session.quorum,
        "chair": labels.get(session.chair, session.chair),
        "members": [labels.get(one, one) for one in session.members],
        "alternates": [labels.get(one, one) for one in session.alternates],
        "cases": [
            {
                "case": one.label,
                "state": one.state,
                "version": one.page,
                **judgements(one, labels, knows=knows),
                "blocked": blocked(one, labels),
            }
            for one, knows in cases
        ],
    }
