"""What a packet tells of a panel: why a seat does not judge, how a score moved, what was said, how a tie ended."""

from __future__ import annotations

from tests.acceptance.bench import BECAUSE, calibrated, members, publish, scored
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_panel import RULE

HERE = ("S-0001", "C-0001")


def copy(terminal: Terminal, variant: str, form: str = "md") -> str:
    out = terminal.workspace / f"{variant}.{form}"
    words = ("export", "C-0001", "--as", variant, "--format", form, "--out", out, "--force")
    terminal.run(*words, acting="H-1")
    return out.read_text(encoding="utf-8")


def walked(company: Terminal) -> None:
    run = company.run
    panel = "panel: {size: 4, quorum: 2, ties: chair, groups: {west: 1}, alternates: 1}"
    publish(company, "told", (RULE, panel))
    calibrated(
        company, "told", *members("H-3", "H-4:west", "H-5", "H-12"), "--alternate", "H-7", "--quorum", "2"
    )
    run("case", "interest", "C-0001", "--because", "Her former partner", acting="H-5")
    scored(company, "H-3", "H-4")
    words = ("deal-complexity=5", "--code", "misread", "--because", "Read the anchor for four")
    run("session", "change", *HERE, *words, acting="H-4")
    run("session", "authorise", *HERE, "H-4", acting="H-3")
    run("session", "note", *HERE, "The plan was hers alone", "--cite", "E1", acting="H-4")
    for one, vote in (("H-3", "no"), ("H-4", "yes")):
        run("session", "vote", *HERE, vote, *BECAUSE, acting=one)
    run("session", "reveal", *HERE, acting="H-3")
    run("session", "tie", *HERE, "yes", *BECAUSE, acting="H-3")


def test_the_committees_copy_tells_seats_moves_discussion_and_tie(company: Terminal) -> None:
    walked(company)
    said = " ".join(copy(company, "committee").split())
    for told in (
        "Quorum: 2 must judge, 1 of them from west. Panel:",
        "- Petter Vik, for west",
        "- Pia Lorenz, declared an interest",
        "- Sana Qureshi, kept from judging by a conflict: whose own level is below the level the case is for, or not",
        "| Petter Vik | 5 (was 3) | Changed (misread): Read the anchor for four; authorised by Celine Obi. |",
        "#### Discussion - Petter Vik: The plan was hers alone (E1)",
        "The vote was tied, and the chair's vote was yes.",
    ):
        assert told in said, told
    assert "(was 3)" in copy(company, "auditor", "html")
    held = copy(company, "committee", "json")
    assert '"was":3' in held.replace(" ", "")


def test_the_candidates_copy_tells_none_of_it(company: Terminal) -> None:
    walked(company)
    said = (
        copy(company, "candidate") + copy(company, "candidate", "html") + copy(company, "candidate", "json")
    )
    for hidden in (
        "was 3",
        "tied",
        '"was"',
        "hers alone",
        "Lorenz, declared",
        "</bdi>, declared",
        "whose own level",
        "misread",
        "partner",
    ):
        assert hidden not in said, hidden
