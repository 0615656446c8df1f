"""What every route is given: the engine, and who asks."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from pydantic import StringConstraints

from engine.bootstrap import Engine
from engine.record.event import Actor

Text: TypeAlias = Annotated[str, StringConstraints(max_length=200)]
BEARER = HTTPBearer(auto_error=False, description="A personal token: `rung token issue`.")


def _engine(request: Request) -> Engine:
    found: Engine = request.app.state.engine
    return found


def _asking(request: Request) -> Actor:
    """Returns who asks: the gate has noted it, and lets nobody else through."""
    found: Actor = request.scope["rung.actor"]
    return found


Joined: TypeAlias = Annotated[Engine, Depends(_engine)]
Asking: TypeAlias = Annotated[Actor, Depends(_asking)]
PROVED = [Security(BEARER)]
