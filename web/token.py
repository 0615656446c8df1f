"""Personal tokens over the API: one's own by whoever shows one, anybody's by HR."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from engine.access.token import LONGEST, USUAL, issue, notes, revoke, tokens
from engine.people.directory import find_person
from engine.view.token import token_json
from web.form import Form
from web.form import Text as Long
from web.joined import PROVED, Asking, Joined, Text

router = APIRouter(prefix="/api/tokens", dependencies=PROVED, tags=["tokens"])


class Wanted(Form):
    """Holds for whom a token is (whoever asks, otherwise), for how many days, and what it is for."""

    person: Long | None = None
    for_days: Annotated[int, Field(ge=1, le=LONGEST)] = USUAL
    note: Long | None = None


@router.get("", operation_id="list_tokens")
def list_tokens(engine: Joined, actor: Asking) -> list[dict[str, Any]]:
    """Lists tokens: everybody's for HR, else one's own; no secret is kept that could be shown."""
    with engine.read() as tx:
        said = notes(tx)
        return [
            token_json(tx, one, said.get(one.id)) for one in tokens(tx, actor, engine.standing(tx, actor))
        ]


@router.post("", operation_id="issue_token", status_code=201)
def issue_token(engine: Joined, actor: Asking, given: Wanted) -> dict[str, Any]:
    """Issues a token, and shows its secret this once."""
    with engine.read() as tx:
        found = find_person(tx, given.person or actor.person)
    made = engine.attempt(
        lambda tx: issue(tx, found.natural, given.for_days, given.note, actor, engine.standing(tx, actor))
    )
    shown = {"token": made.token.label, "person": found.label, "until": made.token.until}
    return {**shown, "secret": made.secret}


@router.delete("/{label}", operation_id="revoke_token", status_code=204)
def revoke_token(engine: Joined, actor: Asking, label: Text) -> None:
    """Ends a token at once."""
    engine.attempt(lambda tx: revoke(tx, label, actor, engine.standing(tx, actor)))
