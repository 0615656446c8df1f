"""A program that talks to the API: requests in one process, answered by the application itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI

from terms.canonical import canonical


@dataclass(frozen=True, slots=True)
class Answer:
    """Holds what came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Returns the body read as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class Client:
    """Holds an application and the token that is shown to it."""

    app: FastAPI
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> Answer:
        """Returns what a GET is answered."""
        return self.send("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """Returns what a POST of JSON is answered; `if_match` and so on are headers."""
        return self.send("POST", path, body, **headers)

    def command(self, name: str, **values: Any) -> Answer:
        """Returns what a command is answered."""
        return self.post(f"/api/commands/{name}", values)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Returns what a request is answered."""
        raw = body if isinstance(body, bytes) else b"" if body is None else canonical(body)
        told = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.token is not None:
            told.setdefault("authorization", f"Bearer {self.token}")
        if body is not None:
            told.setdefault("content-type", "application/json")
        told.setdefault("content-length", str(len(raw)))
        return asyncio.run(_call(self.app, method, path, raw, told))


async def _call(app: FastAPI, method: str, path: str, raw: bytes, headers: Mapping[str, str]) -> Answer:
    place = urlsplit(path)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": place.path,
        "raw_path": place.path.encode(),
        "root_path": "",
        "query_string": place.query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    given = iter([{"type": "http.request", "body": raw, "more_body": False}])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(given, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]  # plain dictionaries, as a server's are
    start = sent[0]
    told = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], told, b"".join(one.get("body", b"") for one in sent[1:]))
