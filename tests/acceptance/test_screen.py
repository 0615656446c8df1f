"""Screening at the command line: every engine tells what the evaluator in Python tells."""

from __future__ import annotations

import pytest

from tests.acceptance.terminal import Terminal

pytest.importorskip("duckdb", reason="the extra `screen` is not installed")


@pytest.mark.parametrize("level", ["senior-ae", "sales-manager"])
def test_duckdb_tells_of_everybody_what_python_tells(company: Terminal, level: str) -> None:
    asked = ("screen", "--to", level, "--as-of", "2026-10-15", "--json")
    plain = company.run(*asked).json
    assert plain["people"]
    assert company.run(*asked, "--on", "duckdb").json == plain


def test_the_nearest_come_first_and_a_file_holds_a_line_per_criterion(company: Terminal) -> None:
    asked = ("screen", "--to", "senior-ae", "--as-of", "2026-10-15", "--csv", company.workspace / "who.csv")
    told = company.run(*asked, "--json").json
    unmet = {
        one["person"]: sum(status != "met" for status in one["findings"].values()) for one in told["people"]
    }
    ranked = [unmet[one] for one in told["near_misses"]]
    assert ranked == sorted(one for one in unmet.values() if one)
    lines = (company.workspace / "who.csv").read_text().splitlines()
    assert len(lines) == 1 + sum(len(one["findings"]) for one in told["people"])
    assert "Nearest to it" in company.run(*asked).out


def test_an_engine_that_is_none_is_refused_with_those_there_are(company: Terminal) -> None:
    told = company.run("screen", "--to", "senior-ae", "--on", "oracle", code=2).err
    assert "'oracle' is no engine to screen on; use python, duckdb, postgres, spark" in told
