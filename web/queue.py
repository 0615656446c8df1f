"""The queue: what the reader has to do, and the lease that keeps two from doing the same."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from engine.case.query import load
from engine.session.queue import LEASE, LONGEST, Line, look_at, park, queue, release, take, take_next
from engine.store.transaction import Tx
from engine.view.queue import line_json
from web.form import Form
from web.form import Text as Long
from web.joined import PROVED, Asking, Joined, Text

router = APIRouter(prefix="/api/queue", dependencies=PROVED, tags=["queue"])
Minutes = Annotated[int, Field(ge=1, le=LONGEST)]


class Lease(Form):
    """Holds for how long a task is held."""

    minutes: Minutes = LEASE


class Next(Lease):
    """Holds which task is asked for: any, or one for a level."""

    level: Long | None = None


class Parked(Form):
    """Holds why a task is set aside."""

    because: Long


def _told(tx: Tx, line: Line) -> dict[str, Any]:
    return {**line_json(line), "version": load(tx, line.case).page}


@router.get("", operation_id="list_queue")
def list_queue(engine: Joined, actor: Asking, level: Text | None = None) -> list[dict[str, Any]]:
    """Lists what the reader has to do: by due date, then level, then disagreement, then age."""
    with engine.read() as tx:
        return [line_json(one) for one in queue(tx, actor, level)]


@router.post("/next", operation_id="take_next_task")
def take_next_task(engine: Joined, actor: Asking, given: Next) -> dict[str, Any] | None:
    """Hands out the next task and holds it, the one in hand first; null where nothing waits."""

    def work(tx: Tx) -> dict[str, Any] | None:
        found = take_next(tx, actor, level=given.level, minutes=given.minutes)
        if found is None:
            return None
        look_at(tx, actor, found.case)
        return _told(tx, found)

    return engine.attempt(work)


@router.post("/{case}/claim", operation_id="claim_task")
def claim(engine: Joined, actor: Asking, case: Text, given: Lease) -> dict[str, Any]:
    """Holds the reader's task on one case, renews the lease, or takes it out of parking."""

    def work(tx: Tx) -> dict[str, Any]:
        found = take(tx, actor, case.upper(), minutes=given.minutes)
        look_at(tx, actor, found.case)
        return _told(tx, found)

    return engine.attempt(work)


@router.post("/{case}/release", operation_id="release_task", status_code=204)
def release_task(engine: Joined, actor: Asking, case: Text) -> None:
    """Gives a task back before its lease runs out."""
    engine.attempt(lambda tx: release(tx, actor, case.upper()))


@router.post("/{case}/park", operation_id="park_task", status_code=204)
def park_task(engine: Joined, actor: Asking, case: Text, given: Parked) -> None:
    """Sets a task aside until it is claimed by name."""
    engine.attempt(lambda tx: park(tx, actor, case.upper(), given.because))
