"""The gate before every route: bounds what comes in, asks under /api/ who it is, and sets what every answer says."""

from __future__ import annotations

import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.record.event import Actor
from terms.error import Refused, RungError
from web.problem import answer, problem

LARGEST = 8 << 20
"""Bytes of a body: an exhibit of 5 MiB in base64, and its words."""
TOO_LARGE = f"A body is at most {LARGEST >> 20} MiB; send less, or an excerpt."
MANY = "Too many requests; wait a little, then go on."
SCHEME = "bearer "
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@dataclass(slots=True)
class Meter:
    """Holds how many requests each reader has left: `burst` at once, `rate` more per second; the oldest are let go."""

    rate: float
    burst: float
    clock: Callable[[], float] = time.monotonic
    most: int = 10_000
    left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, name: str) -> bool:
        """Returns whether somebody may ask once more, and counts it."""
        now = self.clock()
        held, then = self.left.pop(name, (self.burst, now))
        held = min(self.burst, held + (now - then) * self.rate)
        self.left[name] = (held - 1 if held >= 1 else held, now)
        if len(self.left) > self.most:
            self.left.popitem(last=False)
        return held >= 1


class Gate:
    """Holds the routes behind it; whoever asks below /api/ shows a token, or is answered 401 whatever they asked."""

    def __init__(
        self,
        app: ASGIApp,
        prove: Callable[[str, str | None], Actor],
        store: str = "",
        *,
        meter: Meter | None = None,
        failed: Meter | None = None,
    ) -> None:
        self.app = app
        self.prove = prove
        self.store = store
        self.meter = meter or Meter(rate=20, burst=200)
        self.failed = failed or Meter(rate=1, burst=60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        size = 0

        async def bounded() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST:
                raise HTTPException(413, TOO_LARGE)  # the routes behind let this one through
            return message

        refused = await self._refused(scope)
        if refused is not None:
            await refused(scope, receive, dressed)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await dressed(message)

        try:
            await self.app(scope, bounded, watched)
        except Exception as error:  # noqa: BLE001  # whatever was met, the caller gets a problem and no traceback
            _log(error)
            if not begun:
                told = f"Rung met a fault of its own ({type(error).__name__}); nothing was changed."
                await problem(500, "fault", told)(scope, receive, dressed)

    async def _refused(self, scope: Scope) -> ASGIApp | None:
        """Returns the answer that turns a request away; None where it may go on, with who asks noted in its scope."""
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST:
            return problem(413, "too-large", TOO_LARGE)
        if b"%00" in scope.get("raw_path", b"") + b"?" + scope.get("query_string", b""):
            return problem(400, "bad-input", "An address holds no NUL.")
        path = str(scope["path"])
        client = str((scope.get("client") or ("?",))[0])
        if path != "/api" and not path.startswith("/api/"):
            return None if self.meter.take(f"at {client}") else problem(429, "many", MANY)
        given = headers.get("authorization", "")
        if given[: len(SCHEME)].lower() != SCHEME or not given[len(SCHEME) :].strip():
            told = (
                "Show a personal token: `Authorization: Bearer rung_...`; HR issues one (`rung token issue`)."
            )
            return problem(401, "unproven", told)
        try:
            actor = await run_in_threadpool(self.prove, given[len(SCHEME) :].strip(), headers.get("rung-for"))
        except RungError as error:
            if isinstance(error, Refused) and not self.failed.take(client):
                return problem(
                    429, "many", "Too many tokens that do not hold came from there; wait, then try again."
                )
            return answer(error, self.store)
        if not self.meter.take(actor.person):
            return problem(429, "many", MANY)
        scope["rung.actor"] = actor
        return None


def _log(error: Exception) -> None:
    """Says on stderr where a fault was met, and of which kind; never its words, which may hold personal text."""
    trace, at = error.__traceback__, "?"
    while trace is not None:
        at = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    sys.stderr.write(f"rung serve: a fault of its own: {type(error).__name__} at {at}\n")
