"""What is read of people, cases and sessions: as `rung` shows it, to those who may see it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from engine.people.directory import find_person, people, person
from engine.view.door import (
    case_for,
    cases_for,
    judged_case,
    leads,
    may_see_readiness,
    session_for,
    sessions_for,
)
from engine.view.history import history_json
from engine.view.readiness import assessed, opening_of, ready_json
from web.joined import PROVED, Asking, Joined, Text

router = APIRouter(prefix="/api", dependencies=PROVED)
Known = Annotated[date | None, Query(description="As the record told it by the end of that day.")]


@router.get("/me", operation_id="me", tags=["people"])
def me(engine: Joined, actor: Asking) -> dict[str, Any]:
    """Says whose token it is, and which roles they hold today."""
    with engine.read() as tx:
        found, held = person(tx, actor.person), engine.standing(tx, actor)
        behalf = person(tx, actor.acting_for).label if actor.acting_for else None
    roles = sorted(held - {"anyone"})
    return {"person": found.label, "name": found.name, "roles": roles, "for": behalf}


@router.get("/people", operation_id="list_people", tags=["people"])
def list_people(engine: Joined, actor: Asking) -> list[dict[str, Any]]:
    """Lists the directory by label; HR ids are for those who lead."""
    with engine.read() as tx:
        whole, found = leads(tx, actor), people(tx)
    labels = {one.id: one.label for one in found}
    return [
        {
            "person": one.label,
            "name": one.name,
            "hr_id": one.hr_id if whole else None,
            "same_as": labels[one.natural] if one.natural != one.id else None,
        }
        for one in found
    ]


@router.get("/people/{who}/readiness", operation_id="readiness", tags=["people"])
def readiness(
    engine: Joined,
    actor: Asking,
    who: Text,
    to: Text | None = None,
    as_of: date | None = None,
    known_at: Known = None,
    policy: Text | None = None,
) -> list[dict[str, Any]]:
    """Says what somebody still lacks for a level, or for each level they can move to; one entry per move."""
    sources = engine.sources
    on, seen = as_of or sources.today(), sources.end_of(known_at) if known_at else None
    with engine.read() as tx:
        found = find_person(tx, who)
        may_see_readiness(tx, found.natural, actor)
        moves = assessed(tx, found.id, to, on, policy=policy, seen=seen)
        return [ready_json(one, opening_of(tx, one)) for one in moves]


@router.get("/cases", operation_id="list_cases", tags=["cases"])
def list_cases(
    engine: Joined, actor: Asking, state: Text | None = None, of: Text | None = None
) -> list[dict[str, Any]]:
    """Lists the cases that the reader is part of, or all for who leads, by label; in a state, or of a person."""
    with engine.read() as tx:
        return cases_for(tx, actor, state, find_person(tx, of).natural if of else None)


@router.get("/cases/{case}", operation_id="show_case", tags=["cases"])
def show_case(engine: Joined, actor: Asking, case: Text, known_at: Known = None) -> JSONResponse:
    """Shows a case: criteria, evidence, panel, decisions; its ETag is the version that If-Match names."""
    until = engine.sources.end_of(known_at) if known_at else None
    with engine.read() as tx:
        shown = case_for(tx, case, actor, until)
    return JSONResponse(shown, headers={"ETag": f'"{shown["version"]}"'})


@router.get("/cases/{case}/history", operation_id="case_history", tags=["cases"])
def history(engine: Joined, actor: Asking, case: Text) -> list[dict[str, Any]]:
    """Shows every event of a case in words, oldest first, to those who may see how it was judged."""
    with engine.read() as tx:
        return history_json(tx, judged_case(tx, case, actor).label, person(tx, actor.person).natural)


@router.get("/sessions", operation_id="list_sessions", tags=["sessions"])
def list_sessions(engine: Joined, actor: Asking) -> list[dict[str, Any]]:
    """Lists the sessions in which the reader sits, or all for who leads, by label."""
    with engine.read() as tx:
        return sessions_for(tx, actor)


@router.get("/sessions/{session}", operation_id="show_session", tags=["sessions"])
def show_session(engine: Joined, actor: Asking, session: Text) -> dict[str, Any]:
    """Shows a session: who sits, and per case who has judged, as far as its reader may know."""
    with engine.read() as tx:
        return session_for(tx, session, actor)
