"""Laws of a wrong call: one sentence on stderr, which help page to read, exit code 2; help is drawn on demand."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from cli.main import rung

WRONG = {
    "nothing": "rung: No such command 'nothing'. `rung --help` shows how to call it.\n",
    "--nothing": "rung: No such option '--nothing'. `rung --help` shows how to call it.\n",
    "decide": "rung decide: Missing argument 'CASE'. `rung decide --help` shows how to call it.\n",
    "audit log --limit 3": (
        "rung audit log: No such option '--limit'. Did you mean '--last'? "
        "`rung audit log --help` shows how to call it.\n"
    ),
    "audit log --last x": (
        "rung audit log: Invalid value for '--last': 'x' is not a valid integer. "
        "`rung audit log --help` shows how to call it.\n"
    ),
}


@pytest.mark.parametrize("typed", WRONG)
def test_a_wrong_call_is_answered_by_one_sentence_and_where_to_read_on(typed: str) -> None:
    done = CliRunner().invoke(rung, typed.split(), prog_name="rung")
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", WRONG[typed])


def test_help_shows_an_example_on_one_line_however_narrow_the_terminal() -> None:
    done = CliRunner().invoke(rung, ["session", "score", "--help"], prog_name="rung", env={"COLUMNS": "60"})
    example = "rung session score S-0001 C-0001 deal-complexity=4 executive-presence=3 --as E-1004"
    assert f"\n Example: {example}\n" in done.stdout
    assert done.exit_code == 0


def test_rich_is_loaded_for_help_and_not_before() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from cli.main import rung\n"
        "def ask(*words): CliRunner().invoke(rung, words); return 'rich_click' in sys.modules\n"
        "print(ask('--version'), ask('audit', 'verify', '--workspace', 'nowhere'), ask('audit', '--help'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False True\n"
