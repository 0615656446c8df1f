"""Whether the server lives and reaches its database: for whoever watches it."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

from engine.view.record import record_json
from terms.error import RungError
from web.joined import Joined

router = APIRouter(tags=["health"])
VERSION = version("rung")


class Health(BaseModel):
    """Holds that all is well: the record's size, as a stranger may know it, is read from the database."""

    model_config = ConfigDict(extra="forbid")
    status: Literal["ok", "down"]
    version: str
    size: int | None = None


@router.get("/healthz", response_model=Health, operation_id="health", responses={503: {"model": Health}})
def health(engine: Joined) -> JSONResponse:
    """Answers 200 where the database can be read, 503 where it cannot."""
    try:
        with engine.read() as tx:
            size = record_json(tx, None)["size"]
    except RungError:
        return JSONResponse({"status": "down", "version": VERSION, "size": None}, 503)
    return JSONResponse({"status": "ok", "version": VERSION, "size": size})
