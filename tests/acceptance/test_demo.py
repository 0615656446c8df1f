"""The demo as a newcomer meets it: it tells its story, and whatever it says to type next works."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from cli.demo.command import NEXT
from cli.main import rung
from tests.console import run


def test_what_the_demo_says_to_type_next_works(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    typed = [command.format(folder="rung-demo") for command, _ in NEXT]
    page = "```console\n$ rung demo\n" + "".join(f"$ {one}\n" for one in typed) + "```\n"
    told, *followed = run(page, folder)
    assert told[2] == 0
    assert told[1].count("\n") < 60
    assert all(f"\n  {one}" in told[1] for one in typed)
    answers = {step.typed.strip(): code for step, _, code in followed}
    assert answers == {one: int(one.startswith("rung ready")) for one in typed}  # 1: not met yet


def test_the_demo_answers_json_with_its_cases_and_its_record(tmp_path: Path) -> None:
    done = CliRunner().invoke(rung, ["demo", "--folder", str(tmp_path / "one"), "--json"], prog_name="rung")
    told = json.loads(done.stdout)
    assert {one["decision"] for one in told["cases"]} == {"promoted", "declined", "deferred", None}
    assert all(len(one["edition"]) == 64 for one in told["cases"])
    assert set(told["record"]) == {"size", "root"}
    assert len(told["record"]["root"]) == 64
