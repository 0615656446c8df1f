"""Real servers: `rung serve` in processes of their own, on a free port each, on a clock that stands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from terms.canonical import canonical
from tests.console import ROOT

CODE = "from tests.clock import stop; from cli.main import main; stop(); main()"


@dataclass(slots=True)
class Server:
    """Holds a running server and where it listens."""

    process: subprocess.Popen[str]
    port: int

    def send(
        self, method: str, path: str, token: str | None = None, body: Any = None, **headers: str
    ) -> tuple[int, Any]:
        """Returns the status and the JSON that a request over the network is answered; raises OSError where none is."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            told["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, canonical(body) if body is not None else None,
                               {**told, "Content-Type": "application/json"})  # fmt: skip
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        return answer.status, json.loads(data) if data else None

    def command(self, name: str, token: str, key: str | None = None, **values: Any) -> tuple[int, Any]:
        """Returns what a command over the network is answered."""
        headers = {} if key is None else {"idempotency_key": key}
        return self.send("POST", f"/api/commands/{name}", token, values, **headers)

    def kill(self) -> None:
        """Ends the process without a word to it."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(workspace: Path, *words: str) -> Iterator[Server]:
    """Yields a server of a workspace once it answers; it is ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, "serve", "--port", "0", "--workspace", str(workspace), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = next((line for line in process.stdout if "Rung serves" in line), None)
        assert said is not None, "the server ended before it listened"
        found = Server(process, int(said.split(";")[0].rsplit(":", 1)[1]))
        status, health = found.send("GET", "/healthz")
        assert (status, health["status"]) == (200, "ok")
        yield found
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()
