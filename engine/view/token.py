"""A personal token as JSON, as the terminal and the API list it."""

from __future__ import annotations

from engine.access.token import Token
from engine.people.directory import label_of
from engine.store.transaction import Tx
from terms.canonical import Json


def token_json(tx: Tx, one: Token, note: str | None) -> dict[str, Json]:
    """Returns one token, with what it was said to be for."""
    return {
        "token": one.label,
        "person": label_of(tx, one.person) or one.person,
        "issued_by": label_of(tx, one.issued_by) or one.issued_by,
        "issued_on": one.issued_on,
        "until": one.until,
        "state": one.standing(tx.sources.today()),
        "last_used": one.last_used,
        "note": note,
    }
