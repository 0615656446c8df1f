"""How long `rung --version` takes, beside a program that does nothing but use click."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure, interleaved

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 60
BAR = 1.2
BARE = """import click


@click.group()
@click.version_option("0.1.0", prog_name="bare", message="%(prog)s %(version)s")
def bare():
    pass


def main():
    bare(prog_name="bare")
"""
LAUNCH = "import sys\nfrom {module} import main\nsys.exit(main())\n"


def rows() -> list[Figure]:
    """Returns the start of `rung --version` against a bare click program's, launched in the same way in turn."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bare.py").write_text(BARE, encoding="utf-8")
        for module, file in (("cli.main", "rung"), ("bare", "other")):
            (folder / file).write_text(LAUNCH.format(module=module), encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}

        def start(file: str) -> None:
            subprocess.run(
                [sys.executable, folder / file, "--version"], env=env, check=True, stdout=subprocess.DEVNULL
            )

        interleaved(lambda: start("rung"), lambda: start("other"), 3)  # fills the caches of both
        ours, other = interleaved(lambda: start("rung"), lambda: start("other"), ROUNDS)
    return [Figure("start of rung --version", ours * 1e3, "ms", "bare click program", other * 1e3, BAR, True)]
