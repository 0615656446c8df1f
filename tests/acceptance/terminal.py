"""The command line as a person uses it: what is typed, what comes back, with which exit code."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner

from cli.main import rung
from engine import bootstrap

TODAY = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """Holds what a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Returns the answer read as JSON."""
        return json.loads(self.out)


class Terminal:
    """Runs commands in one workspace; what is not expected to fail must not."""

    def __init__(self, workspace: Path, today: datetime = TODAY) -> None:
        self.workspace = workspace
        self.today = today
        self.ticks: Iterator[int] = itertools.count()

    def clock(self) -> datetime:
        """Returns the next moment of the terminal's day, so that no test grows old."""
        return self.today + timedelta(seconds=next(self.ticks))

    def run(
        self, *words: object, acting: str | None = None, code: int | None = 0, columns: int = 120
    ) -> Said:
        """Returns what a command answers on so many columns; `code` is the exit code that it must have."""
        env: dict[str, str | None] = {
            "RUNG_WORKSPACE": str(self.workspace),
            "RUNG_AS": acting,
            "COLUMNS": str(columns),
            "RUNG_TRACE": "1",
        }
        with patch.object(bootstrap, "now", self.clock):
            done = CliRunner().invoke(rung, [str(one) for one in words], env=env, prog_name="rung")
        said = Said(done.exit_code, done.stdout, done.stderr)
        assert code is None or said.code == code, f"rung {' '.join(map(str, words))}: {said.err or said.out}"
        return said

    def walk(
        self, person: str, target: str, *, hr: str, chair: str, panel: tuple[str, ...], decider: str
    ) -> str:
        """Takes a case from nomination to a promotion by hr, a panel and a decider; returns its label."""
        because = ("--because", "Shown in the file")
        case = str(self.run("nominate", person, "--to", target, *because, "--json", acting=hr).json["case"])
        self.run("case", "step", case, "open_evidence", acting=hr)
        self.run("evidence", "add", case, "--kind", "customer-letter", "--text", "A letter", acting=hr)
        self.run("case", "step", case, "freeze_file", acting=hr)
        members = [word for one in panel for word in ("--member", one)]
        opened = self.run(
            "session", "open", "--title", "Review", "--chair", chair, *members, "--json", acting=hr
        )
        session = opened.json["label"]
        self.run("session", "add", session, case, acting=hr)
        asked = self.run("case", "show", case, "--json").json["competencies"]
        for one in panel:
            self.run("session", "score", session, case, *(f"{name}=4" for name in asked), acting=one)
        self.run("session", "reveal", session, case, acting=chair)
        for one in panel:
            self.run("session", "vote", session, case, "yes", *because, acting=one)
        self.run("session", "reveal", session, case, acting=chair)
        self.run("session", "close", session, acting=chair)
        self.run("decide", case, "promoted", *because, "--cite", "E1", acting=decider)
        return case


def post(terminal: Terminal, more: str = "") -> Terminal:
    """Returns a workspace that writes letters."""
    file = terminal.workspace / "rung.toml"
    text = f'{file.read_text(encoding="utf-8")}\n[letter]\nfrom = "Rung <rung@halden.example>"\n{more}'
    file.write_text(text, encoding="utf-8")
    return terminal
