"""Screening at the command line: every engine tells what the evaluator in Python tells."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.acceptance.terminal import Terminal
from tests.screening import ready_for_spark

pytest.importorskip("duckdb", reason="the extra `screen` is not installed")


@pytest.mark.parametrize(
    ("engine", "level"),
    [
        ("duckdb", "senior-ae"),
        ("duckdb", "sales-manager"),
        ("postgres", "senior-ae"),
        ("postgres", "sales-manager"),
        ("spark", "senior-ae"),  # Spark plans for half a minute
    ],
)
def test_every_engine_tells_of_everybody_what_python_tells(
    company: Terminal, engine: str, level: str, request: pytest.FixtureRequest
) -> None:
    if engine == "spark" and not ready_for_spark():
        pytest.skip("Spark needs the extra `spark` and Java")
    where = request.getfixturevalue("postgres_server") if engine == "postgres" else engine
    asked = ("screen", "--to", level, "--as-of", "2026-10-15", "--json")
    plain = company.run(*asked).json
    assert plain["people"]
    assert company.run(*asked, "--on", where).json == plain


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
    quota = next(line for line in lines if ",quota," in line).split(",")
    assert (quota[2], quota[-1]) == ("Nadia Kerr", "1")


def test_what_holds_most_people_back_comes_first_with_of_how_many_it_is_asked(company: Terminal) -> None:
    asked = ("screen", "--to", "sales-manager", "--as-of", "2026-10-15")
    counts = company.run(*asked, "--json").json["criteria"]
    back = [one.get("not_met", 0) + one.get("undetermined", 0) for one in counts.values()]
    assert back == sorted(back, reverse=True)
    out = company.run(*asked).out
    assert re.search(r"criterion +not met +undetermined +of\n", out)
    for name, counted in counts.items():
        numbers = counted.get("not_met", 0), counted.get("undetermined", 0), sum(counted.values())
        assert re.search(rf"\n {name} +{' +'.join(map(str, numbers))} *\n", out)


def test_a_parquet_file_holds_what_the_csv_holds(company: Terminal) -> None:
    import duckdb

    plain, packed = (company.workspace / f"who.{kind}" for kind in ("csv", "parquet"))
    company.run("screen", "--to", "senior-ae", "--csv", plain, "--parquet", packed)
    with duckdb.connect() as connection:
        rows = connection.read_parquet(str(packed)).fetchall()
    written = [line.split(",", 7)[:7] for line in plain.read_text(encoding="utf-8").splitlines()[1:]]
    assert [[str(cell) for cell in row[:7]] for row in rows] == written
    assert {type(row[4]) for row in rows} == {int}


def test_a_picture_has_a_bar_for_each_criterion_as_long_as_the_counts(company: Terminal) -> None:
    file = company.workspace / "who.svg"
    told = company.run("screen", "--to", "senior-ae", "--plot", file, "--json").json
    drawn = ElementTree.fromstring(file.read_text(encoding="utf-8"))
    titles = [one.text or "" for one in drawn.iter("{http://www.w3.org/2000/svg}title")]
    for name in told["people"][0]["findings"]:
        met = sum(one["findings"][name] == "met" for one in told["people"])
        assert (f"{name}, met: {met}" in titles) == (met > 0)


@pytest.mark.parametrize("kind", ["csv", "parquet", "plot"])
def test_a_file_that_cannot_be_written_is_told(company: Terminal, kind: str) -> None:
    nowhere = company.workspace / "nowhere" / "who"
    said = company.run("screen", "--to", "senior-ae", f"--{kind}", nowhere, code=2).err
    assert str(nowhere.parent) in said
    assert said.count("\n") == 1


def test_an_engine_that_is_none_is_refused_with_those_there_are(company: Terminal) -> None:
    told = company.run("screen", "--to", "senior-ae", "--on", "oracle", code=2).err
    assert "'oracle' is no engine to screen on; use python, duckdb, postgres, spark" in told


def test_a_near_miss_is_told_with_what_is_asked(company: Terminal) -> None:
    told = company.run("screen", "--to", "senior-ae", "--as-of", "2026-10-15").out
    assert re.search(r"Tobias Lund +3 +next-level \(0 of 3\); executives \(0 of 2\)", told)
    assert "path (management, not ic)" in " ".join(told.split())
