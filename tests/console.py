"""The console blocks of a page: what is typed, what comes back, and whether it does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```console(?: exit=(\d+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUNG = f"""#!{sys.executable}
from tests.clock import stop
from cli.main import main
stop()
main()
"""
MARK = "<<<the-command-ended-with-"


@dataclass(frozen=True, slots=True)
class Step:
    """Holds one command of a page: as typed, its expected output, its expected exit code, and where it stands."""

    typed: str
    expected: str
    code: int
    line: int
    span: tuple[int, int]


Ran: TypeAlias = tuple[Step, str, int]
"""A command of a page, what it printed and the exit code it ended with."""


def steps(page: str) -> list[Step]:
    """Returns the commands of a page's console blocks in order; `exit=N` is the last one's code in a block."""
    return [step for block in BLOCK.finditer(page) for step in _read(page, block)]


def _read(page: str, block: re.Match[str]) -> Iterator[Step]:
    starts = [found.start() for found in re.finditer(r"^\$ ", block[2], re.MULTILINE)]
    assert starts and starts[0] == 0, f"a console block starts with `$ `: {block[2][:60]!r}"
    for start, end in zip(starts, [*starts[1:], len(block[2])], strict=True):
        typed = re.match(r"\$ ((?:.*\\\n)*.*\n)", block[2][start:end])
        assert typed is not None
        place = block.start(2) + start
        span = (place + len(typed[0]), block.start(2) + end)
        last = end == len(block[2])
        line = page.count("\n", 0, place) + 1
        yield Step(typed[1], page[slice(*span)], int(block[1] or 0) if last else 0, line, span)


def run(page: str, folder: Path) -> list[Ran]:
    """Returns each command of a page with what it printed and its exit code, run in order in one shell."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    tools = folder.parent / f"{folder.name}-bin"
    tools.mkdir()
    rung = tools / "rung"
    rung.write_text(RUNG, encoding="utf-8")
    rung.chmod(0o755)
    found = steps(page)
    script = "".join(f"{{ {step.typed}}} 2>&1\nprintf '%s%s\\n' '{MARK}' $?\n" for step in found)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RUNG_")}
    env = {
        **kept,
        "PATH": f"{tools}{os.pathsep}{kept['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
    }
    done = subprocess.run(
        ["/bin/bash", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    parts = re.split(rf"{MARK}(\d+)\n", done.stdout)
    assert len(parts) == 2 * len(found) + 1, (
        f"the shell stopped early: {done.stdout[-400:]} {done.stderr[-400:]}"
    )
    return [
        (step, tidy(printed), int(code))
        for step, printed, code in zip(found, parts[0::2], parts[1::2], strict=False)
    ]


def tidy(text: str) -> str:
    """Returns printed text without blanks at the ends of lines."""
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def agrees(expected: str, printed: str) -> bool:
    """Returns whether output is as expected; a line `...` stands for any lines, `...` in a line for any text."""
    pattern = ""
    for line in expected.splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += re.escape(line.rstrip()).replace(re.escape("..."), ".*") + r"\n"
    return re.fullmatch(pattern, printed) is not None


def updated(page: str, ran: list[Ran]) -> str:
    """Returns the page with the output of each command that no longer agrees written anew."""
    for step, printed, _ in reversed(ran):
        if not agrees(step.expected, printed):
            start, end = step.span
            page = page[:start] + printed + page[end:]
    return page
