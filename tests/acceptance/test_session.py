"""Calibration at the command line: sealed until revealed, no conflicted judge, no quorum that shrinks silently."""

from __future__ import annotations

import sqlite3
from itertools import permutations

import pytest

from tests.acceptance.terminal import Terminal

BECAUSE = ("--because", "Because")
PANEL = ("H-3", "H-4", "H-5")
SURFACES: tuple[tuple[str, ...], ...] = (
    ("case", "show", "C-0001"),
    ("case", "show", "C-0001", "--json"),
    ("case", "list", "--json"),
    ("session", "show", "S-0001"),
    ("session", "show", "S-0001", "--json"),
    ("session", "compare", "S-0001"),
    ("session", "compare", "S-0001", "--json"),
    ("report", "panel", "--json"),
    ("exception", "show", "C-0001", "--json"),
    ("appeal", "show", "C-0001", "--json"),
    ("queue", "--json"),
    ("audit", "replay", "--json"),
    ("status", "--json"),
    ("export", "C-0001", "--as", "committee", "--format", "md", "--out", "{out}", "--force"),
)


def surfaces(terminal: Terminal) -> list[str]:
    """Returns what every reading command and export says, times, sizes and hashes taken out."""
    found = []
    for words in SURFACES:
        out = terminal.workspace / "packet.md"
        acting = "H-3" if words[0] == "queue" else "H-1"
        said = terminal.run(*(one.format(out=out) for one in words), acting=acting)
        text = said.out + (out.read_text(encoding="utf-8") if "export" in words else "")
        found.append(
            "\n".join(line for line in text.splitlines() if "root" not in line and "Root" not in line)
        )
    return found


def score(terminal: Terminal, member: str, points: int, note: str) -> None:
    terminal.run(
        "session", "score", "S-0001", "C-0001", f"deal-complexity={points}", "--note", f"deal-complexity={note}",
        acting=member,
    )  # fmt: skip


@pytest.mark.parametrize("points", [1, 5])
def test_a_sealed_score_is_unreadable_on_every_surface_until_it_is_revealed(
    calibrating: Terminal, points: int
) -> None:
    score(calibrating, "H-4", points, "UNMISTAKABLE-NOTE")
    score(calibrating, "H-3", 3, "other")
    for said in surfaces(calibrating):
        assert "UNMISTAKABLE-NOTE" not in said
        assert f"deal-complexity {points}" not in said
        assert '"points":' not in said
    raw = b"".join(path.read_bytes() for path in calibrating.workspace.glob("rung.db*"))
    assert b"UNMISTAKABLE-NOTE" not in raw


def test_what_is_said_before_the_reveal_does_not_depend_on_how_somebody_judged(
    calibrating: Terminal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import shutil

    twin = Terminal(tmp_path_factory.mktemp("twin") / "ws")
    shutil.copytree(calibrating.workspace, twin.workspace)
    for terminal, points, note in ((calibrating, 1, "far too early"), (twin, 5, "yes")):
        for member in PANEL:
            score(terminal, member, points, note)
    sizes = [
        sqlite3.connect(one.workspace / "rung.db")
        .execute("select length(body), length(salt) from payload where under is not null")
        .fetchall()
        for one in (calibrating, twin)
    ]
    assert sizes[0] == sizes[1]
    for left, right in zip(surfaces(calibrating), surfaces(twin), strict=True):
        kept = [
            [line for line in text.splitlines() if "20" not in line and len(line) < 200]
            for text in (left, right)
        ]
        assert kept[0] == kept[1]


def test_the_chair_learns_who_has_not_judged_and_nothing_more(calibrating: Terminal) -> None:
    score(calibrating, "H-3", 2, "x")
    said = calibrating.run("session", "reveal", "S-0001", "C-0001", acting="H-3", code=3)
    assert said.err == (
        "The scores on C-0001 stay sealed.\n"
        "  - Not all scores are in: Petter Vik, Pia Lorenz still to come. [reveal:waiting]\n"
    )


@pytest.mark.parametrize("order", list(permutations(PANEL))[:3])
def test_revealed_scores_and_votes_do_not_depend_on_the_order_they_came_in(
    calibrating: Terminal, order: tuple[str, ...]
) -> None:
    for member in order:
        score(calibrating, member, 2 + PANEL.index(member), member)
    calibrating.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    for member in reversed(order):
        choice = "no" if member == "H-5" else "yes"
        calibrating.run("session", "vote", "S-0001", "C-0001", choice, *BECAUSE, acting=member)
    calibrating.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    shown = calibrating.run("session", "show", "S-0001", "--json").json["cases"][0]
    assert {name: held["deal-complexity"]["points"] for name, held in shown["scores"].items()} == {
        "P-0003": 2,
        "P-0004": 3,
        "P-0005": 4,
    }
    assert {name: held["vote"] for name, held in shown["votes"].items()} == {
        "P-0003": "yes",
        "P-0004": "yes",
        "P-0005": "no",
    }


def test_a_vote_is_cast_once_and_a_score_can_be_corrected_until_the_reveal(calibrating: Terminal) -> None:
    for member in PANEL:
        score(calibrating, member, 3, "first")
    score(calibrating, "H-4", 5, "second")
    calibrating.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    shown = calibrating.run("session", "show", "S-0001", "--json").json["cases"][0]["scores"]
    assert shown["P-0004"]["deal-complexity"] == {"note": "second", "points": 5}
    late = calibrating.run("session", "score", "S-0001", "C-0001", "deal-complexity=1", acting="H-4", code=3)
    assert "The scores are revealed, so none can be added." in late.err
    calibrating.run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting="H-4")
    twice = calibrating.run("session", "vote", "S-0001", "C-0001", "no", *BECAUSE, acting="H-4", code=3)
    assert "This member has voted on this case; a vote is cast once." in twice.err


def test_a_recusal_never_shrinks_the_quorum_silently(calibrating: Terminal) -> None:
    run = calibrating.run
    run("session", "recuse", "S-0001", "C-0001", "--because", "We are neighbours", acting="H-5")
    told = (
        "2 judges remain of the 3 that the quorum asks for; recused: Pia Lorenz; barred by a conflict: none; "
        "alternates who could sit: Alma Reyes."
    )
    assert f"Blocked: {told}" in run("session", "show", "S-0001").out
    for member in ("H-3", "H-4"):
        score(calibrating, member, 4, "x")
    said = run("session", "reveal", "S-0001", "C-0001", "--early", acting="H-3", code=3)
    assert f"  - {told} [law:8]\n" in said.err
    said = run("session", "close", "S-0001", acting="H-3", code=3)
    assert f"  - C-0001: {told} [when:no recusal blocks]\n" in said.err
    said = run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting="H-5", code=3)
    assert "Whoever acts may not vote: they are recused from the case. [forbid:vote:recused]" in said.err
    run("session", "seat", "S-0001", "H-7", acting="H-3")
    score(calibrating, "H-7", 4, "x")
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")


def test_a_member_with_a_conflict_is_barred_from_the_case_though_seated(company: Terminal) -> None:
    run = company.run
    run("nominate", "Nadia", "--to", "senior-ae", *BECAUSE, acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    members = [word for one in ("H-4", "H-5", "H-6") for word in ("--member", one)]
    run("session", "open", "--title", "A", "--chair", "H-3", *members, "--quorum", "3", acting="H-1")
    run("session", "add", "S-0001", "C-0001", acting="H-3")
    assert "barred by a conflict: Milo Brandt" in run("session", "show", "S-0001").out
    said = run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting="H-6", code=3)
    assert "Whoever acts may not score: they nominated the candidate. [forbid:score:nominator]" in said.err


def test_whoever_declared_an_interest_no_longer_judges(calibrating: Terminal) -> None:
    calibrating.run("case", "interest", "C-0001", "--because", "Her former partner", acting="H-4")
    said = calibrating.run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting="H-4", code=3)
    assert "they declared an interest in the case. [forbid:score:interested]" in said.err


def to_decision(terminal: Terminal) -> None:
    """Takes C-0001 through scores, votes and the end of its session."""
    for member in PANEL:
        score(terminal, member, 4, "x")
    terminal.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    for member in PANEL:
        terminal.run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting=member)
    terminal.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    terminal.run("session", "close", "S-0001", acting="H-3")


@pytest.mark.parametrize(
    ("manager", "acting", "told"),
    [
        ("H-2", "H-2", "Whoever acts may not judge this case: they manage the candidate."),
        ("H-6", "H-6", "Whoever acts may not judge this case: they nominated the candidate."),
        ("H-6", "H-10", "Whoever acts may not judge this case: the case is their own."),
    ],
)
def test_nobody_decides_a_case_of_their_own_whatever_role_they_are_given(
    calibrating: Terminal, tmp_path: object, manager: str, acting: str, told: str
) -> None:
    to_decision(calibrating)
    rows = [
        "hr_id,name,manager,roles,manager_since",
        "H-2,Dario Conti,,decider,",
        "H-6,Milo Brandt,H-2,decider,",
        f"H-10,Nadia Kerr,{manager},decider,2026-01-01",
    ]
    file = calibrating.workspace / "again.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    calibrating.run("import", "people", file, acting="H-1")
    said = calibrating.run("decide", "C-0001", "promoted", *BECAUSE, acting=acting, code=3)
    assert told in said.err


def test_a_case_returned_for_evidence_is_judged_anew(calibrating: Terminal) -> None:
    run = calibrating.run
    to_decision(calibrating)
    run("case", "return", "C-0001", "--because", "The account plan is missing", acting="H-2")
    assert run("case", "show", "C-0001", "--json").json["state"] == "evidence"
    run("evidence", "add", "C-0001", "--kind", "account-plan", "--text", "Here", acting="H-6")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    members = [word for one in PANEL for word in ("--member", one)]
    run("session", "open", "--title", "B", "--chair", "H-3", *members, acting="H-1")
    run("session", "add", "S-0002", "C-0001", acting="H-3")
    shown = run("session", "show", "S-0002", "--json", acting="H-3").json["cases"][0]
    assert (shown["scored"], shown["voted"], shown["scores"], shown["votes"]) == ([], [], None, None)
    run("audit", "replay")
    assert run("audit", "verify", code=5).out.startswith("Cannot tell: ")
    run("audit", "checkpoint")
    run("audit", "verify")


def test_dissent_stays_on_record_and_reasons_are_asked_for_what_is_not_met(calibrating: Terminal) -> None:
    run = calibrating.run
    to_decision(calibrating)
    said = run("decide", "C-0001", "deferred", *BECAUSE, acting="H-2", code=3)
    assert "Missing: a date on which the case is looked at again. [requires:next date]" in said.err
    said = run("decide", "C-0001", "declined", *BECAUSE, "--cite", "E9", acting="H-2", code=3)
    assert "E9 is not in the file; a decision cites exhibits or facts that are. [law:11]" in said.err
    run("decide", "C-0001", "deferred", *BECAUSE, "--next-date", "2099-01-01", acting="H-2")
    shown = run("case", "show", "C-0001", "--json").json
    assert shown["decisions"][0]["next_date"] == "2099-01-01"
    said = run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2", code=3)
    assert "C-0001 is closed as deferred." in said.err


def test_a_promotion_writes_the_new_level_as_a_fact_from_its_effective_date(calibrating: Terminal) -> None:
    run = calibrating.run
    to_decision(calibrating)
    run("decide", "C-0001", "promoted", *BECAUSE, "--effective", "2099-01-01", acting="H-2")
    now = run("screen", "--to", "senior-ae", "--json").json["people"]
    then = run("screen", "--to", "senior-ae", "--as-of", "2099-01-02", "--json").json["people"]
    assert {one["person"] for one in now} - {one["person"] for one in then} == {"P-0008"}


def test_a_decision_names_what_it_cites_by_digest(calibrating: Terminal) -> None:
    run = calibrating.run
    to_decision(calibrating)
    fact = (
        run("case", "show", "C-0001", "--json")
        .json["readiness"]["findings"][0]["inputs"][0]["source"]
        .split("+")[0]
    )
    run("decide", "C-0001", "promoted", *BECAUSE, "--cite", fact, acting="H-2")
    event = run("audit", "log", "--case", "C-0001", "--type", "CaseDecided", "--json").json[0]
    assert event["data"]["cites"] == [fact]
    assert set(event["data"]["digests"]) == {fact}
    assert len(event["data"]["digests"][fact]) == 64
