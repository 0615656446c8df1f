"""What is read: cases, people, sessions, the queue, the record; as `rung` shows it to the same reader."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from engine.people.directory import person
from engine.view.case import case_rows
from web.joined import PROVED, Asking, Joined

router = APIRouter(prefix="/api", dependencies=PROVED)


@router.get("/me", operation_id="me", tags=["people"])
def me(engine: Joined, actor: Asking) -> dict[str, Any]:
    """Says whose token it is, and which roles they hold today."""
    with engine.read() as tx:
        found, held = person(tx, actor.person), engine.standing(tx, actor)
        behalf = person(tx, actor.acting_for).label if actor.acting_for else None
    roles = sorted(held - {"anyone"})
    return {"person": found.label, "name": found.name, "roles": roles, "for": behalf}


@router.get("/cases", operation_id="list_cases", tags=["cases"])
def list_cases(engine: Joined, actor: Asking, state: str | None = None) -> list[dict[str, Any]]:
    """Lists the cases, by label."""
    with engine.read() as tx:
        return case_rows(tx, state)
