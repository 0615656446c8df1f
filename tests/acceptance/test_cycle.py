"""Scoring cycles at the command line: who scores whom, what is sealed, what becomes a fact."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.bootstrap import open_engine
from engine.store.table.growth import sheet_row
from engine.store.table.record import payload
from tests.acceptance.terminal import Terminal

CYCLE = "2026-Q3"


@pytest.fixture
def cycling(company: Terminal) -> Terminal:
    """Returns the small company with a cycle open and everybody asked."""
    company.run("cycle", "open", CYCLE, "--start", "2026-07-01", "--end", "2026-10-01", acting="H-1")
    company.run("cycle", "ask", CYCLE, acting="H-1")
    return company


def joel(terminal: Terminal) -> tuple[str, ...]:
    """Returns what Joel is scored on, as it is typed."""
    said = terminal.run("cycle", "show", CYCLE, "Joel", "--json", acting="H-1").json
    return tuple(f"{one['level']}:{one['competency']}" for one in said["items"])


def give(
    terminal: Terminal, acting: str, points: int, items: tuple[str, ...] | None = None, **rest: object
) -> str:
    """Scores Joel on some items (all of them otherwise), each with a note; returns what is printed."""
    items = items or joel(terminal)
    words: list[object] = [f"{one}={points}" for one in items]
    for one in items:
        words += ["--note", f"{one}=Seen by {acting}"]
    code = rest.pop("code", 0)
    assert isinstance(code, int)
    extra = [word for name, value in rest.items() for word in (f"--{name}", value)]
    said = terminal.run("cycle", "score", CYCLE, "Joel", *words, *extra, acting=acting, code=code)
    return said.out or said.err


def sheet(terminal: Terminal, acting: str = "H-1") -> dict[str, dict[str, object]]:
    """Returns Joel's sheet by competency."""
    said = terminal.run("cycle", "show", CYCLE, "Joel", "--json", acting=acting).json
    return {one["competency"]: one for one in said["items"]}


def facts(terminal: Terminal, competency: str, cycle: str = CYCLE) -> dict[str, object]:
    """Returns the manager's and the own score of Joel that the rules read."""
    found = terminal.run("cycle", "pattern", "Joel", "--json", acting="H-6").json
    held = next(one for one in found if one["competency"] == competency)
    mark = next((one for one in held["cycles"] if one["cycle"] == cycle), None)
    return {} if mark is None else {"manager": mark["manager"], "self": mark["self"]}


def test_neither_part_sees_the_other_before_both_are_in(cycling: Terminal) -> None:
    give(cycling, "H-6", 4)
    for acting in ("H-13", "H-6", "H-1"):
        assert sheet(cycling, acting)["coachability"]["manager"] == {
            "points": None, "note": "(sealed)", "evidence": "",
        }  # fmt: skip
    engine = open_engine(cycling.workspace)
    with engine.read() as tx:
        assert "Seen by H-6" not in "".join(tx.connection.execute(select(payload.c.body)).scalars())
    engine.close()
    told = give(cycling, "H-13", 5)
    assert "Both parts are in, so each sees the other's now.\n" in told
    held = sheet(cycling, "H-13")["coachability"]
    assert held["manager"] == {"points": 4, "note": "Seen by H-6", "evidence": ""}
    assert held["self"] == {"points": 5, "note": "Seen by H-13", "evidence": ""}


def test_a_closed_cycle_becomes_the_facts_that_criteria_read_and_cites_its_events(cycling: Terminal) -> None:
    give(cycling, "H-6", 4)
    give(cycling, "H-13", 5)
    assert facts(cycling, "coachability") == {}
    closed = cycling.run("cycle", "close", CYCLE, "--early", "--json", acting="H-1").json
    assert (closed["asked"], closed["manager"], closed["self"], closed["facts"]) == (
        9,
        1,
        1,
        10 + 2 * len(joel(cycling)),
    )
    assert facts(cycling, "coachability") == {"manager": "4", "self": "5"}
    found = cycling.run("ready", "Joel", "--to", "ae-1", "--json", code=None).json["findings"]
    craft = next(one for one in found if one["id"] == "craft")
    given = [one for one in craft["inputs"] if one["competency"] == "coachability"]
    assert [(one["cycle"], one["score"]) for one in given] == [("2026-H1", "4"), (CYCLE, "4")]
    assert given[-1]["source"].startswith(f"f{closed['seq']}.")
    assert cycling.run("audit", "replay").code == 0


def test_ones_own_scores_never_count_as_the_managers(cycling: Terminal) -> None:
    give(cycling, "H-13", 5)
    cycling.run("cycle", "close", CYCLE, "--early", acting="H-1")
    assert facts(cycling, "coachability") == {"manager": None, "self": "5"}
    found = cycling.run("ready", "Joel", "--to", "ae-1", "--json", code=None).json["findings"]
    craft = next(one for one in found if one["id"] == "craft")
    assert craft["status"] == "undetermined"
    assert f"score of coachability (current level) in {CYCLE}" in craft["missing"]


def test_a_late_score_is_a_new_fact_that_says_why_and_keeps_the_old_one(cycling: Terminal) -> None:
    give(cycling, "H-6", 4)
    cycling.run("cycle", "close", CYCLE, "--early", acting="H-1")
    refused = give(cycling, "H-6", 3, ("coachability",), code=3)
    assert refused == (
        "The scores are not taken.\n  - 2026-Q3 is closed; a score now is a late one, and says why: "
        "--because TEXT. [growth:late]\n"
    )
    give(cycling, "H-6", 3, ("coachability",), because="Heard two more calls")
    assert facts(cycling, "coachability") == {"manager": "3", "self": None}
    late = cycling.run("cycle", "show", CYCLE, "Joel", "--json", acting="H-6").json["late"]
    assert [(one["item"], one["points"]) for one in late] == [("current:coachability", 3)]
    assert cycling.run("audit", "replay").code == 0


def test_a_late_score_marks_the_case_whose_readiness_lacked_it(cycling: Terminal) -> None:
    give(cycling, "H-6", 4, tuple(one for one in joel(cycling) if one != "coachability"))
    cycling.run("cycle", "close", CYCLE, "--early", acting="H-1")
    cycling.run("nominate", "Joel", "--to", "ae-1", "--because", "Ready", acting="H-6")
    assert cycling.run("case", "show", "C-0001", "--json").json["restated"] is None
    give(cycling, "H-6", 3, ("coachability",), because="Heard two more calls")
    held = cycling.run("case", "show", "C-0001", "--json").json["restated"]
    assert [one.split(" -> ")[1].endswith("score (3)") for one in held["corrections"]] == [True]
    assert held["told"] == "Its readiness was taken on facts since restated; the freeze takes the newest."
    assert cycling.run("audit", "replay").out.endswith("Nothing differs.\n")


def test_after_both_are_in_a_change_says_why(cycling: Terminal) -> None:
    give(cycling, "H-6", 4)
    give(cycling, "H-13", 5)
    assert "Both parts are in and open to both" in give(cycling, "H-6", 5, ("coachability",), code=3)
    give(cycling, "H-6", 5, ("coachability",), because="We spoke")
    assert sheet(cycling)["coachability"]["manager"]["points"] == 5  # type: ignore[index]


def test_nobody_but_the_person_and_their_manager_scores(cycling: Terminal) -> None:
    for acting in ("H-1", "H-2", "H-10"):
        assert give(cycling, acting, 4, code=3).startswith("Not allowed: score as manager, Joel Marsh.\n")
    told = give(cycling, "H-13", 5, by="manager", code=3)
    assert told.splitlines()[0] == "Nobody scores themselves as their manager."
    assert all(one["manager"] is None and one["self"] is None for one in sheet(cycling).values())
    told = give(cycling, "H-6", 5, by="self", code=3)
    assert told.startswith("Not allowed: score oneself, Joel Marsh.\n")


def test_a_second_account_does_not_make_somebody_their_own_manager(cycling: Terminal) -> None:
    cycling.run("person", "join", "H-6", "H-13", "--because", "One human", acting="H-1")
    told = give(cycling, "H-6", 5, by="manager", code=3)
    assert told.splitlines()[0] == "Nobody scores themselves as their manager."


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["score", CYCLE, "Joel", "coachability=9", "--note", "coachability=x"], 2,
         "coachability=9 is off the scale of 1 to 5.\n"),
        (["score", CYCLE, "Joel", "coachabilty=3", "--note", "coachabilty=x"], 2,
         "'coachabilty' is no competency of sales; did you mean `coachability`?\n"),
        (["score", CYCLE, "Joel", "discovery-depth=3", "--note", "discovery-depth=x"], 2,
         "discovery-depth is asked on the next level: next:discovery-depth=POINTS.\n"),
        (["score", CYCLE, "Joel", "coachability=3"], 2,
         "coachability has no note; say what was seen: --note coachability=TEXT.\n"),
        (["score", CYCLE, "Joel", "coachability=3", "--note", "coachability=x", "--note", "craft=y"], 2,
         "craft has a note or evidence and no points; write craft=POINTS.\n"),
        (["score", CYCLE, "Joel", "coachability=3", "--note", "coachability=x", "--by", "god"], 2,
         "'god' is no part; a sheet is scored by self or by manager.\n"),
        (["score", CYCLE, "Joel"], 2, "Nothing is scored; write COMPETENCY=POINTS for at least one.\n"),
        (["score", "2026-Q9", "Joel", "coachability=3", "--note", "coachability=x"], 2,
         "No cycle '2026-Q9'; did you mean `2026-Q3`?\n"),
        (["show", CYCLE, "Hedda"], 3, "Not allowed: see growth, Hedda Rask.\n"),
    ],
)  # fmt: skip
def test_bad_scores_are_told_in_one_sentence_and_change_nothing(
    cycling: Terminal, words: list[str], code: int, told: str
) -> None:
    before = cycling.run("status", "--json").json
    said = cycling.run("cycle", *words, acting="H-6", code=code)
    assert said.err.startswith(told)
    assert cycling.run("status", "--json").json == before


def test_a_cycle_closes_once_and_late_only_where_scores_are_missing(cycling: Terminal) -> None:
    close = ("cycle", "close", CYCLE)
    said = cycling.run(*close, acting="H-1", code=3)
    assert said.err == (
        "2026-Q3 stays open.\n  - 9 of 9 sheets lack the manager's scores, and they are due on 2026-11-05; "
        "--early closes without them. [growth:missing]\n"
    )
    assert cycling.run(*close, "--early", acting="H-6", code=3).err.startswith("Not allowed: close")
    cycling.run(*close, "--early", acting="H-1")
    assert cycling.run(*close, acting="H-1", code=2).err == "2026-Q3 is closed already.\n"
    said = cycling.run("cycle", "ask", CYCLE, acting="H-1", code=2)
    assert said.err == "2026-Q3 is closed; its scores can no longer be asked for.\n"


def test_a_cycle_is_opened_by_hr_under_a_name_of_its_own(cycling: Terminal) -> None:
    days = ("--start", "2026-07-01", "--end", "2026-10-01")
    run = cycling.run
    assert run("cycle", "open", "X", *days, acting="H-6", code=3).err.startswith(
        "Not allowed: open a scoring"
    )
    for name in (CYCLE, "2026-H1"):
        said = run("cycle", "open", name, *days, acting="H-1", code=2)
        assert said.err == f"There is a cycle {name} already; give this one another name.\n"
    said = run("cycle", "open", "autumn", acting="H-1", code=2)
    assert said.err.startswith("autumn is no half-year such as 2026-H2, so say its days")
    said = run("cycle", "open", "2027-H1", acting="H-1", code=2)
    assert said.err == "2027-H1 begins on 2027-01-01, so there is nothing to score yet.\n"
    run("cycle", "open", "2026-H2", acting="H-1")
    assert run("cycle", "list", "--json").json[-1]["due"] == "2027-01-22"


def test_progress_and_reminders_name_who_owes_what(cycling: Terminal) -> None:
    give(cycling, "H-6", 4)
    owed = cycling.run("cycle", "remind", CYCLE, "--list", "--json", acting="H-1").json
    assert {(one["person"], one["part"]) for one in owed if one["person"] == "P-0011"} == {("P-0011", "self")}
    cycling.run("cycle", "remind", CYCLE, acting="H-1")
    found = cycling.run("cycle", "progress", CYCLE, "--json", acting="H-6").json
    assert found == [{"team": "North", "asked": 4, "by_manager": 1, "by_self": 0, "both": 0}]
    said = cycling.run("cycle", "progress", CYCLE, acting="H-13", code=3)
    assert said.err.startswith("Not allowed: see the organisation.\n")


def test_a_team_can_have_a_cycle_of_its_own_that_nobody_else_owes_a_score_in(company: Terminal) -> None:
    run = company.run
    run(
        "cycle",
        "open",
        "North",
        "--start",
        "2026-07-01",
        "--end",
        "2026-10-01",
        "--team",
        "North",
        acting="H-1",
    )
    run("cycle", "ask", "North", acting="H-1")
    assert run("cycle", "list", "--json").json[0]["asked"] == "5"
    run("cycle", "close", "North", "--early", acting="H-1")
    pattern = run("cycle", "pattern", "Pia", "--json", acting="H-1").json
    assert all(mark["cycle"] != "North" for one in pattern for mark in one["cycles"])


def test_a_form_is_printed_filled_in_and_read_back(cycling: Terminal) -> None:
    text = cycling.run("cycle", "form", CYCLE, "Joel", acting="H-6").out
    assert "    # 5: Brings the experiment" in text
    file = cycling.workspace / "joel.yaml"
    file.write_text(text.replace("points:", "points: 4").replace("note:", "note: Seen"), encoding="utf-8")
    cycling.run("cycle", "score", CYCLE, "Joel", "--form", file, acting="H-6")
    give(cycling, "H-13", 3)
    assert {one["manager"]["points"] for one in sheet(cycling).values()} == {4}  # type: ignore[index]
    file.write_text(text.replace("points:", "points: four", 1), encoding="utf-8")
    said = cycling.run("cycle", "score", CYCLE, "Joel", "--form", file, acting="H-6", code=2)
    assert said.err == "joel.yaml, line 12, column 13\n'four' is no whole number of points.\n"


def test_replay_tells_a_sheet_that_was_edited(cycling: Terminal) -> None:
    engine = open_engine(cycling.workspace)
    with engine.write() as tx:
        tx.connection.execute(sheet_row.update().values(by_manager=5))
    engine.close()
    assert "sheet_row" in cycling.run("audit", "replay", code=1).out
