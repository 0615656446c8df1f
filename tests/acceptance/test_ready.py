"""Readiness at the terminal: the gap and the earliest date, and the moves at the fork side by side."""

from __future__ import annotations

from tests.acceptance.terminal import Terminal


def test_the_open_moves_stand_side_by_side_on_80_columns_without_colour(company: Terminal) -> None:
    said = company.run("ready", "Tobias", columns=80).out
    assert max(len(line) for line in said.splitlines()) <= 80
    assert "\x1b" not in said
    head = next(line for line in said.splitlines() if line.strip().startswith("criterion"))
    assert "senior-ae (ic)" in head and "sales-manager (management)" in head
    assert said.count("\nEarliest ") + said.count("\nNo date for ") + said.count("No earliest date") == 2


def test_a_move_says_from_when_each_criterion_could_be_met_and_what_that_assumes(company: Terminal) -> None:
    held = company.run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json
    ahead = held["earliest"]
    assert held["track"] == "management"
    assert {one["id"] for one in ahead["criteria"]} == {one["id"] for one in held["findings"]}
    days = [one["on"] for one in ahead["criteria"]]
    assert ahead["on"] == max(days, key=lambda one: one or "9999-12-31") or ahead["on"] is None
    said = company.run("ready", "Tobias", "--to", "sales-manager", code=1, columns=80).out
    assert all(one.split()[0] in said for one in ahead["assuming"])


def test_what_is_missing_names_the_import_that_brings_it(company: Terminal) -> None:
    held = company.run(
        "ready", "Tobias", "--to", "senior-ae", "--as-of", "2027-02-01", "--json", code=None
    ).json
    quota = next(one for one in held["findings"] if one["id"] == "quota")
    assert (quota["status"], quota["imports"]) == ("undetermined", ["attainment", "quotas"])
    said = company.run("ready", "Tobias", "--to", "senior-ae", "--as-of", "2027-02-01", code=None).out
    assert "`rung import" in said
