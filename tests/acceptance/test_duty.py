"""What is due beside the cases: reminded of, escalated, noted as over; late ticks say it once and decide nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.bench import BECAUSE, members
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_round import ROUND, planned

LISTS = (
    ("case", "list"),
    ("round", "list"),
    ("session", "list"),
    ("cycle", "list"),
    ("interim", "list"),
    ("delegate", "list"),
)


@pytest.fixture
def busy(company: Terminal, tmp_path: Path) -> Terminal:
    """Returns the company with something of every kind under way, all due within a month from 15 October 2026."""
    run = planned(company, tmp_path / "round.yaml", ROUND).run
    run(
        "cycle",
        "open",
        "2026-Q3",
        "--start",
        "2026-07-01",
        "--end",
        "2026-10-01",
        "--due",
        "2026-11-02",
        acting="H-1",
    )
    run("cycle", "ask", "2026-Q3", acting="H-1")
    run("session", "open", "--title", "Autumn", "--chair", "H-3", *members("H-3", "H-4", "H-5"),
        "--on", "2026-10-20", acting="H-1")  # fmt: skip
    text = (
        "--to",
        "senior-ae",
        "--gap",
        "deal-complexity",
        "--kind",
        "shadowing",
        "--text",
        "Learn",
        "--owner",
        "H-10",
    )
    run("plan", "add", "Nadia", *text, "--due", "2026-10-30", acting="H-6")
    run("delegate", "give", "H-2", "--until", "2026-10-25", *BECAUSE, acting="H-1")
    run("interim", "offer", "H-11", "--to", "sales-manager", "--start", "2026-10-15", "--until", "2026-12-01", *BECAUSE,
        acting="H-6")  # fmt: skip
    run("interim", "accept", "I-0001", acting="H-11")
    run("nominate", "Nadia", "--to", "senior-ae", *BECAUSE, acting="H-6")
    return company


def later(terminal: Terminal, days: int) -> Terminal:
    terminal.today += timedelta(days=days)
    return terminal


def state(terminal: Terminal) -> list[Any]:
    """Returns every list but for what a day alone changes."""
    found: list[Any] = [terminal.run(*one, "--json", acting="H-1").json for one in LISTS]
    for one in found[1]:
        del one["stands"]
    for one in found[4]:
        one["state"] = one["state"].removesuffix(", overdue")
    return found


def test_a_day_that_passes_reminds_and_escalates_once_and_decides_nothing_of_any_kind(busy: Terminal) -> None:
    before = state(busy)
    seen = [one for _ in range(60) for one in later(busy, 1).run("tick", "--json").json["notices"]]
    told = Counter((one["what"], one["event"]) for one in seen)
    assert told == {
        ("nominations close", "DutyReminded"): 1,
        ("nominations close", "DutyEnded"): 1,
        ("file freeze", "DutyReminded"): 1,
        ("file freeze", "DutyEnded"): 1,
        ("sessions", "DutyReminded"): 1,
        ("sessions", "DutyEnded"): 1,
        ("people told", "DutyReminded"): 1,
        ("people told", "DutyEnded"): 1,
        ("session", "DutyReminded"): 2,
        ("session", "DutyEscalated"): 1,
        ("scores", "DutyReminded"): 2,
        ("scores", "DutyEscalated"): 1,
        ("action", "DutyReminded"): 1,
        ("action", "DutyEscalated"): 1,
        ("delegation", "DutyReminded"): 1,
        ("delegation", "DutyEnded"): 1,
        ("interim role", "DutyReminded"): 1,
        ("interim role", "DutyEscalated"): 1,
        ("leave", "DeadlineReminded"): 1,
        ("leave", "DeadlineEscalated"): 1,
    }
    after = state(busy)
    del before[5], after[5]
    assert after == before
    busy.run("audit", "replay")


def test_a_tick_that_comes_a_month_late_says_each_thing_once(busy: Terminal) -> None:
    notices = later(busy, 75).run("tick", "--json").json["notices"]
    assert len({(one["case"], one["what"]) for one in notices}) == len(notices)
    assert {one["event"] for one in notices} <= {"DutyEnded", "DutyEscalated", "DeadlineEscalated"}
    assert busy.run("tick").out == "Nothing is due.\n"


def test_of_several_reminders_that_were_missed_there_is_one(busy: Terminal) -> None:
    later(busy, 17)
    told = [one for one in busy.run("tick", "--json").json["notices"] if one["what"] == "scores"]
    assert [one["event"] for one in told] == ["DutyReminded"]
    assert [
        one for one in later(busy, 1).run("tick", "--json").json["notices"] if one["what"] == "scores"
    ] == []


def test_who_is_told_is_whose_move_it_is(busy: Terminal) -> None:
    seen = [one for _ in range(60) for one in later(busy, 1).run("tick", "--json").json["notices"]]
    labels = {one["hr_id"]: one["person"] for one in busy.run("person", "list", "--json").json}
    to = {(one["what"], one["event"]): set(one["to"]) for one in seen}
    assert to["action", "DutyEscalated"] == {labels["H-6"]}
    assert to["interim role", "DutyReminded"] == {labels["H-11"], labels["H-6"]}
    assert to["delegation", "DutyEnded"] == {labels["H-1"], labels["H-2"]}
    assert to["session", "DutyReminded"] == {labels[one] for one in ("H-3", "H-4", "H-5")}
    assert {labels["H-1"], labels["H-6"]} <= to["nominations close", "DutyReminded"]


def test_a_cycle_says_when_it_is_reminded_of(company: Terminal) -> None:
    opening = (
        "cycle",
        "open",
        "2026-Q3",
        "--start",
        "2026-07-01",
        "--end",
        "2026-10-01",
        "--due",
        "2026-11-02",
    )
    said = company.run(*opening, "--remind", "soon", acting="H-1", code=2)
    assert said.err == "'soon' is no length of time; write one such as 10 days or 2 working days.\n"
    company.run(*opening, "--remind", "10 days", acting="H-1")
    company.run("cycle", "ask", "2026-Q3", acting="H-1")
    told = [later(company, 1).run("tick", "--json").json["notices"] for _ in range(12)]
    assert [at for at, held in enumerate(told, 16) if held] == [23]
    company.run("audit", "replay")
