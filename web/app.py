"""The application that a server runs: one engine, the routes, the gate before them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from engine.bootstrap import Engine, open_engine
from engine.store.setting import find_root
from terms.error import RungError
from web import command, front, health, queue, read, record, token
from web.gate import Gate
from web.problem import answer, problem

THREADS = 12
"""How many requests one process works on at once; a database connection each."""
ABOUT = "Promotion reviews run on written rules. What a reader sees, and what is refused, is as on the command line."


def create() -> FastAPI:
    """Returns the application for the workspace that RUNG_WORKSPACE names: what a server's processes begin with."""
    given = os.environ.get("RUNG_WORKSPACE")
    return application(open_engine(find_root(Path.cwd(), Path(given) if given else None)))


def application(engine: Engine) -> FastAPI:
    """Returns the application over an engine, which it closes at its end."""

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield
        engine.close()

    app = FastAPI(
        title="Rung",
        version=health.VERSION,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=living,
        middleware=[Middleware(Gate, prove=engine.proven, store=engine.store.name)],
    )
    app.state.engine = engine
    app.add_exception_handler(RungError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _nothing)
    for one in (front, health, read, queue, command, record, token):
        app.include_router(one.router)
    return app


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, RungError)
    name = request.app.state.engine.store.name
    return answer(error, name, looked="if-match" in request.headers)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [{"at": "/".join(str(part) for part in one["loc"]), "text": one["msg"]} for one in error.errors()]
    told = f"{found[0]['at']}: {found[0]['text']}." if found else "The request breaks the form."
    return problem(422, "invalid", told, errors=found)


async def _nothing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 413:
        return problem(413, "too-large", error.detail)
    kind = "not-found" if error.status_code in (404, 405) else "bad-input"
    made = problem(error.status_code, kind, f"{request.method} is not answered here: {error.detail}.")
    made.headers.update(error.headers or {})
    return made
