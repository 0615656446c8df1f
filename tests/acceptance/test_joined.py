"""Two entries that turn out to be one human: scores, plans, tracks and roles follow the human."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.terminal import Terminal

CYCLE = "2026-Q3"
SECOND = "hr_id,name,manager,level,hired,team\nH-99,J. Marsh,H-6,sdr,2024-01-08,North\n"
JOIN = ("person", "join", "H-13", "H-99", "--because", "Same passport")
SCORE = ("cycle", "score", CYCLE)


@pytest.fixture
def doubled(company: Terminal) -> Terminal:
    """Returns the small company with a second account of Joel, and a cycle open."""
    file = company.workspace / "second.csv"
    file.write_text(SECOND, encoding="utf-8")
    company.run("import", "people", file, acting="H-1")
    company.run("cycle", "open", CYCLE, "--start", "2026-07-01", "--end", "2026-10-01", acting="H-1")
    return company


def items(terminal: Terminal, person: str) -> dict[str, dict[str, object]]:
    """Returns somebody's sheet by competency."""
    said = terminal.run("cycle", "show", CYCLE, person, "--json", acting="H-1").json
    return {one["competency"]: one for one in said["items"]}


def scored(terminal: Terminal, person: str, competency: str) -> str | None:
    """Returns the manager's score of a person in the cycle, as the rules read it."""
    found = terminal.run("cycle", "pattern", person, "--json", acting="H-6").json
    held: dict[str, Any] = next((one for one in found if one["competency"] == competency), {"cycles": []})
    return next((one["manager"] for one in held["cycles"] if one["cycle"] == CYCLE), None)


def test_a_sheet_follows_the_human_while_the_cycle_is_open_and_when_it_closes(doubled: Terminal) -> None:
    run = doubled.run
    run("cycle", "ask", CYCLE, "H-99", acting="H-1")
    run(*SCORE, "H-99", "coachability=4", "--note", "coachability=Heard", acting="H-6")
    run(*JOIN, acting="H-1")
    owed = run("cycle", "remind", CYCLE, "--list", "--json", acting="H-1").json
    assert {(one["person"], one["part"]) for one in owed} == {("P-0011", "manager"), ("P-0011", "self")}
    run(*SCORE, "Joel", "process-adherence=3", "--note", "process-adherence=Heard", acting="H-6")
    run(*SCORE, "Joel", "coachability=5", "--note", "coachability=Mine", acting="H-13")
    assert (
        run("cycle", "ask", CYCLE, "Joel", acting="H-1", code=2).err == f"Nobody is left to ask in {CYCLE}.\n"
    )
    run("cycle", "close", CYCLE, "--early", acting="H-1")
    assert (scored(doubled, "Joel", "coachability"), scored(doubled, "Joel", "process-adherence")) == (
        "4",
        "3",
    )
    assert items(doubled, "Joel")["coachability"]["self"]["points"] == 5  # type: ignore[index]
    assert run("audit", "replay").code == 0
    assert run("audit", "verify", code=None).code in (0, 5)


def test_of_two_sheets_the_humans_own_is_owed_and_what_the_other_says_besides_counts(
    doubled: Terminal,
) -> None:
    run = doubled.run
    run("cycle", "ask", CYCLE, "H-99", "H-13", acting="H-1")
    run(*SCORE, "H-99", "coachability=2", "process-adherence=3", "--note", "coachability=Old",
        "--note", "process-adherence=Old", acting="H-6")  # fmt: skip
    run(*SCORE, "H-13", "coachability=4", "--note", "coachability=New", acting="H-6")
    run(*JOIN, acting="H-1")
    (north,) = run("cycle", "progress", CYCLE, "--json", acting="H-6").json
    assert (north["team"], north["asked"]) == ("North", 1)
    run("cycle", "close", CYCLE, "--early", acting="H-1")
    assert (scored(doubled, "Joel", "coachability"), scored(doubled, "Joel", "process-adherence")) == (
        "4",
        "3",
    )
    assert run("audit", "replay").code == 0


def test_what_a_closed_cycle_a_plan_and_a_signature_said_of_one_entry_is_said_of_the_human(
    doubled: Terminal,
) -> None:
    run = doubled.run
    run("cycle", "ask", CYCLE, "H-99", acting="H-1")
    run(*SCORE, "H-99", "coachability=4", "--note", "coachability=Heard", acting="H-6")
    run("cycle", "close", CYCLE, "--early", acting="H-1")
    plan = ("--to", "ae-1", "--gap", "full-cycle", "--kind", "stretch-assignment", "--due", "2026-12-01")
    for text in ("Run a small deal", "Run another"):
        run("plan", "add", "H-99", *plan, "--text", text, acting="H-6")
    run("plan", "finish", "A-0001", "--result", "Won", "--shows", "full-cycle-deal", acting="H-99")
    run("track", "commit", "ic", acting="H-99")
    run(
        "interim",
        "offer",
        "H-99",
        "--to",
        "ae-1",
        "--until",
        "2027-01-31",
        "--because",
        "Cover",
        acting="H-6",
    )
    run(*JOIN, acting="H-1")
    assert scored(doubled, "Joel", "coachability") == "4"
    shown = run("plan", "show", "Joel", "--json", acting="H-6").json
    assert [(one["action"], one["state"]) for one in shown] == [("A-0001", "done"), ("A-0002", "planned")]
    listed = run("plan", "list", "--mine", "--json", acting="H-13").json
    assert {one["person"] for one in listed} == {"P-0011"}
    run("plan", "verify", "A-0001", acting="H-6")
    run("plan", "finish", "A-0002", "--result", "Lost", acting="H-13")
    assert run("track", "show", "Joel", "--json", acting="H-6").json["commitment"]["track"] == "ic"
    told = run("track", "commit", "ic", acting="H-13", code=2).err
    assert told == "You are committed to ic already, since 2026-10-15.\n"
    (role,) = run("interim", "list", "--json", acting="H-13").json
    assert role["person"] == "P-0011"
    run("interim", "accept", role["interim"], acting="H-13")
    found = run("ready", "Joel", "--to", "ae-1", "--json", code=None).json["findings"]
    deal = next(one for one in found if one["id"] == "full-cycle")
    assert deal["status"] == "met", "what was done under the second account counts, verified"
    said = run("nominate", "Joel", "--to", "ae-1", "--because", "Ready", acting="H-6").out
    assert "What was done since is in the file: E1, E2.\n" in said
    assert run("audit", "replay").code == 0


def test_a_standing_that_one_entry_has_bars_the_human(doubled: Terminal) -> None:
    file = doubled.workspace / "standing.csv"
    file.write_text("person,standing,since,until\nH-99,performance-plan,2026-09-01,\n", encoding="utf-8")
    doubled.run("import", "standing", file, "--complete-as-of", "2099-01-01", acting="H-1")
    assert standing(doubled) == "met"
    doubled.run(*JOIN, acting="H-1")
    assert standing(doubled) == "not_met"


def standing(terminal: Terminal) -> str:
    """Returns what readiness says of Joel's standing."""
    found = terminal.run("ready", "Joel", "--to", "ae-1", "--json", code=None).json["findings"]
    return str(next(one for one in found if one["id"] == "standing")["status"])
