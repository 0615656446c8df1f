"""The cases of a session side by side, and the panel's figures: after the reveal, informing only."""

from __future__ import annotations

from tests.acceptance.bench import BECAUSE, calibrated, members, publish, scored, voted
from tests.acceptance.terminal import Terminal

PANEL = ("H-3", "H-4", "H-5")
GUIDE = ("states:\n  nomination:", "guidelines:\n  - {says: About a fifth is affirmed., of: affirmed, at_most: 30}\n\n"
         "states:\n  nomination:")  # fmt: skip


def test_cases_stand_side_by_side_with_every_moved_score(company: Terminal) -> None:
    run = company.run
    publish(company, "guided", GUIDE)
    calibrated(company, "guided", *members(*PANEL))
    run("session", "score", "S-0001", "C-0001", "deal-complexity=5", acting="H-4")
    sealed = run("session", "compare", "S-0001", "--json").json["cases"][0]
    assert (sealed["scores"], sealed["votes"], sealed["affirmed"]) == ({}, None, None)
    assert "5" not in str(run("report", "panel", "S-0001", "--json").json["members"])
    scored(company, *PANEL)
    run(
        "session",
        "change",
        "S-0001",
        "C-0001",
        "deal-complexity=4",
        "--code",
        "overlooked",
        *BECAUSE,
        acting="H-4",
    )
    run("session", "authorise", "S-0001", "C-0001", "H-4", acting="H-3")
    voted(company, H3="yes", H4="yes", H5="no")
    shown = run("session", "compare", "S-0001", "--json").json
    assert shown["cases"][0]["scores"]["deal-complexity"]["P-0004"] == {
        "points": 4,
        "was": 3,
        "code": "overlooked",
    }
    assert shown["guidelines"] == [
        {"says": "About a fifth is affirmed.", "of": "affirmed", "count": 1, "cases": 1, "within": False}
    ]
    told = run("session", "compare", "S-0001").out
    assert "Petter Vik 4 (was 3, overlooked)" in " ".join(told.split())
    assert "Here 1 of 1 affirmed; outside the guideline. It informs only." in told
    run("session", "close", "S-0001", acting="H-3")
    run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2")


def test_the_panel_report_says_how_little_one_case_tells(calibrating: Terminal) -> None:
    run = calibrating.run
    for one, points in (("H-3", 3), ("H-4", 5), ("H-5", 3)):
        run("session", "score", "S-0001", "C-0001", f"deal-complexity={points}", acting=one)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    found = run("report", "panel", "--json").json
    assert {one["person"]: one["points_above"] for one in found["members"]} == {
        "P-0003": "-1.0000",
        "P-0004": "2.0000",
        "P-0005": "-1.0000",
    }
    assert all(one["low"] is None for one in found["members"])
    assert found["managers"][0]["cases"] == 1
    told = run("report", "panel", "S-0001").out
    assert "too few cases to tell" in told
    assert "Agreement, sealed: cannot be told from 1 scores that several gave." in told


def test_exceptions_are_counted_by_the_manager_who_nominated(company: Terminal) -> None:
    run = company.run
    run("nominate", "H-11", "--to", "senior-ae", *BECAUSE, acting="H-6")
    run("nominate", "H-10", "--to", "senior-ae", *BECAUSE, acting="H-6")
    run("exception", "request", "C-0001", "path", *BECAUSE, acting="H-6")
    for one in ("H-1", "H-2"):
        run("exception", "approve", "C-0001", "X1", *BECAUSE, acting=one)
    assert run("report", "exceptions", "--json").json == [
        {"nominator": "P-0006", "cases": 2, "excepted": 1, "asked": 1, "granted": 1, "refused": 0}
    ]
    assert "1 of 2" in run("report", "exceptions").out
