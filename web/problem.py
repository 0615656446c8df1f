"""Turns an error into what the API answers: a status and RFC 9457 problem details, in the words of the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from terms.error import (
    Ambiguous,
    BadInput,
    Broken,
    Busy,
    CannotTell,
    Conflict,
    Refused,
    RungError,
    Unavailable,
    Unknown,
    Unproven,
)

MEDIA = "application/problem+json"
STATUSES: tuple[tuple[type[RungError], int, str], ...] = (
    (Unavailable, 503, "unavailable"),
    (Unknown, 404, "unknown"),
    (Ambiguous, 409, "ambiguous"),
    (BadInput, 400, "bad-input"),
    (Unproven, 401, "unproven"),
    (Refused, 403, "refused"),
    (Busy, 503, "busy"),
    (Conflict, 409, "conflict"),
    (Broken, 500, "broken"),
    (CannotTell, 503, "cannot-tell"),
    (RungError, 400, "bad-input"),
)
TITLES = {
    "ambiguous": "The name fits several",
    "bad-input": "What was given is wrong",
    "broken": "The record does not hold",
    "busy": "Others hold what is needed",
    "cannot-tell": "Whether it was saved is not known",
    "conflict": "The state has changed, or stands against it",
    "fault": "Rung met a fault of its own",
    "invalid": "The request breaks the form",
    "many": "Too many requests",
    "not-found": "There is nothing here",
    "refused": "Not allowed",
    "reused": "The key was used for another request",
    "stale": "The case has changed since it was looked at",
    "too-large": "The request is too large",
    "unavailable": "The database cannot be reached or written",
    "unknown": "Nothing has this name",
    "unproven": "Nobody is proven to ask",
}
OWN = re.compile(r"The database cannot be reached: .*?(?= Nothing was changed\.)", re.DOTALL)
"""What the server of a database says of itself."""
AGAIN = {"busy": "1", "unavailable": "5", "many": "10"}
"""After how many seconds the same may be asked again."""


def kind_of(error: RungError) -> tuple[int, str]:
    """Returns the status and the kind of an error."""
    return next((status, kind) for cls, status, kind in STATUSES if isinstance(error, cls))


def problem(status: int, kind: str, detail: str, **more: Any) -> JSONResponse:
    """Returns problem details as a response."""
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="rung"'
    if kind in AGAIN:
        headers["Retry-After"] = AGAIN[kind]
    body: Mapping[str, Any] = {
        "type": f"urn:rung:problem:{kind}",
        "title": TITLES[kind],
        "status": status,
        "detail": detail,
        **more,
    }
    return JSONResponse(body, status, headers, MEDIA)


def answer(error: RungError, store: str, *, looked: bool = False) -> JSONResponse:
    """Returns what a request is answered that met an error; `looked` says that it named the version it saw.

    The database's own name, with its host and user, is for whoever runs the server alone.
    """
    status, kind = kind_of(error)
    if kind == "conflict" and looked:
        status, kind = 412, "stale"
    more: dict[str, Any] = {}
    if error.way:
        more["way"] = list(error.way)
    if isinstance(error, Refused) and error.reasons:
        more["reasons"] = [{"rule": one.rule, "text": one.text} for one in error.reasons]
    detail = error.sentence
    if status == 503 and store in detail:
        detail = OWN.sub("The database cannot be reached.", detail.replace(store, "The database"))
    return problem(status, kind, detail, **more)
