"""The API held to its own description by Schemathesis: no fault on any request, and every answer as described."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from engine.bootstrap import open_engine
from tests.acceptance.conftest import calibrate, small
from web.app import application
from web.front import described
from web.gate import Meter

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EACH, SPARSE = 1, 6
"""Requests of each kind, and of how many commands one is tried, unless asked for more."""


@pytest.fixture(scope="module")
def company_app(tmp_path_factory: pytest.TempPathFactory) -> tuple[uvicorn.Config, str]:
    """Returns the configuration of a server of a company with a case under seal, and the token of its HR."""
    terminal = calibrate(small(tmp_path_factory.mktemp("described") / "ws"))
    token = terminal.run("token", "issue", "H-1", "--for-days", "366", "--json", acting="H-1").json["secret"]
    app = application(open_engine(terminal.workspace))
    for one in app.user_middleware:
        one.kwargs["meter"] = Meter(rate=1e6, burst=1e6)
    return uvicorn.Config(app, log_level="error", access_log=False), token


@pytest.fixture(scope="module")
def served(company_app: tuple[uvicorn.Config, str]) -> Iterator[str]:
    """Yields where a real server of the application listens, in a thread of this process."""
    server = uvicorn.Server(company_app[0])
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(30)


def test_no_request_meets_a_fault_and_every_answer_is_as_described(
    company_app: tuple[uvicorn.Config, str], served: str, request: pytest.FixtureRequest
) -> None:
    config, token = company_app
    schema: Any = schemathesis.openapi.from_dict(described(cast(FastAPI, config.app)))
    each = 200 if request.config.getoption("--long") else EACH
    statuses: set[int] = set()
    for at, result in enumerate(schema.get_all_operations()):
        operation = result.ok()
        if each == EACH and "/commands/" in operation.path and at % SPARSE:
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            statuses |= _held(operation, mode, each, served, token)
    assert {200, 422} <= statuses


def _held(operation: Any, mode: GenerationMode, each: int, served: str, token: str) -> set[int]:
    """Returns the statuses that so many requests were answered, made as the description says, or against it."""
    statuses: set[int] = set()
    headers = {"Authorization": f"Bearer {token}"}

    @settings(
        max_examples=each,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def hold(case: Any) -> None:
        case.headers = {**(case.headers or {}), **headers}
        answer = case.call(base_url=served, headers=headers)
        case.validate_response(answer, checks=CHECKS, headers=headers)
        statuses.add(answer.status_code)

    with suppress(Unsatisfiable):  # where nothing can be wrong in a request
        hold()
    return statuses
