"""What is written: one route per command of the engine, made of its class; a key makes a retry safe."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Header
from pydantic import BaseModel
from starlette.responses import JSONResponse

from engine.bootstrap import Engine
from engine.case.ballot import seals
from engine.case.execute import Outcome
from engine.custody.command import CustodyCommand
from engine.people.directory import natural
from engine.record.command import used
from engine.record.event import Actor
from terms.canonical import canonical
from terms.error import BadInput
from web.form import COMMANDS, LEFT_OUT, Form, flat, form_of
from web.joined import PROVED, Asking, Joined
from web.name import resolved
from web.problem import problem

router = APIRouter(prefix="/api/commands", dependencies=PROVED, tags=["commands"])
VERSION = re.compile(r'(?:W/)?"?([0-9]{1,9})"?\Z')
NUMBERED = {one.__name__ for one in flat(CustodyCommand)}
"""Commands whose entry is named by its number later; elsewhere it would tell how many judged under seal."""
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[!-~]+$",
           description="Send the same request again under the same key: it is answered, and nothing happens twice."),
]  # fmt: skip
Match = Annotated[
    str | None,
    Header(
        alias="If-Match", max_length=20, description="The version of the case that was looked at (its ETag)."
    ),
]


class Written(BaseModel):
    """Holds one event that a command came to; its number where it is named by it later."""

    type: str
    seq: int | None = None


class Done(BaseModel):
    """Holds what a command came to."""

    label: str | None
    events: list[Written]
    remarks: list[str]


def keyed(actor: Actor, key: str, name: str, form: Form) -> tuple[str, str]:
    """Returns the key under which a request is remembered, and how every key begins that the sender chose so.

    Two people's keys never meet; the same key with something else in the request is told.
    """
    whose = sha256(canonical([actor.person, actor.acting_for, key])).hexdigest()
    what = sha256(canonical([name, form.model_dump(mode="json")])).hexdigest()
    return f"api.{whose}.{what[:32]}", f"api.{whose}."


def seen_of(match: str | None) -> int | None:
    """Returns the version that an If-Match header names; raises BadInput for one that names none."""
    if match is None or match.strip() == "*":
        return None
    found = VERSION.match(match.strip())
    if found is None:
        raise BadInput('If-Match names a version of the case, such as "7".')
    return int(found[1])


def _route(command: type[Any]) -> Callable[..., Any]:
    form, name = form_of(command), command.__name__

    def run(engine, actor, given, key=None, match=None):  # type: ignore[no-untyped-def]  # annotated below
        seen = seen_of(match)
        if seen is not None and "case" not in form.model_fields:
            raise BadInput(f"{name} is about no case, so there is no version to match.")
        under = None
        if key is not None:
            under, beginning = keyed(actor, key, name, given)
            with engine.read() as tx:
                before = used(tx, beginning)
            if before not in (None, under):
                return problem(
                    422, "reused", "This Idempotency-Key was sent with another request; choose a new one."
                )
        with engine.read() as tx:
            asked = resolved(tx, command, given)
        outcome = engine.act(asked, actor, under, seen=seen)
        return done(engine, actor, outcome, numbered=name in NUMBERED)

    run.__annotations__ = {
        "engine": Joined,
        "actor": Asking,
        "given": form,
        "key": Key,
        "match": Match,
        "return": Any,
    }
    run.__name__ = name
    run.__doc__ = f"{(command.__doc__ or '').strip()}"
    return run


def done(engine: Engine, actor: Actor, outcome: Outcome, *, numbered: bool) -> JSONResponse:
    """Returns what a command came to as a response; numbers only where they tell nothing of a ballot under seal."""
    if numbered:
        with engine.read() as tx:
            numbered = not seals(tx, natural(tx, actor.person))
    events = [{"type": one.type, "seq": one.seq if numbered else None} for one in outcome.events]
    return JSONResponse({"label": outcome.label, "events": events, "remarks": list(outcome.remarks)})


for _name, _command in COMMANDS.items():
    if _name not in LEFT_OUT:
        router.add_api_route(
            f"/{_name}",
            _route(_command),
            methods=["POST"],
            response_model=Done,
            operation_id=_name,
            summary=" ".join(re.findall(r"[A-Z][a-z]+", _name)),
        )
