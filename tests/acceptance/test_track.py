"""Track commitments and interim roles: signed by the person, reversible for a while, never deciding anything."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rules.shipped import ladder_text, policy_text
from tests.acceptance.terminal import Terminal

LATER = datetime(2027, 1, 20, 8, tzinfo=UTC)
BECAUSE = ("--because", "Because")
OFFER = ("interim", "offer", "Tobias", "--to", "sales-manager")


def test_both_tracks_stand_side_by_side(company: Terminal) -> None:
    (held,) = [
        one for one in company.run("track", "show", "--json").json["ladders"] if one["ladder"] == "sales"
    ]
    assert [one["track"] for one in held["tracks"]] == ["ic", "management"]
    assert all(one["asks"] and one["gives"] and one["levels"] for one in held["tracks"])
    said = company.run("track", "show", "Nadia", acting="H-6").out
    assert "Nadia Kerr is committed to ic since 2026-10-15; reversible by them until 2027-01-13." in said
    assert company.run("track", "show", "Nadia", acting="H-11", code=3).err.startswith(
        "Not allowed: see growth"
    )


def path_status(terminal: Terminal, person: str, level: str) -> str:
    """Returns what readiness says of the track that a level asks for."""
    found = terminal.run("ready", person, "--to", level, "--json", code=None).json["findings"]
    return str(next(one for one in found if one["id"] == "path")["status"])


def test_a_commitment_is_reversed_by_the_person_within_its_window(company: Terminal) -> None:
    assert path_status(company, "Nadia", "senior-ae") == "met"
    company.run("track", "reverse", *BECAUSE, acting="H-10")
    assert path_status(company, "Nadia", "senior-ae") == "not_met"
    said = company.run("track", "reverse", *BECAUSE, acting="H-10", code=2)
    assert said.err == "Nadia Kerr is committed to no track.\n"
    company.run("track", "commit", "management", acting="H-10")
    assert path_status(company, "Nadia", "sales-manager") == "met"
    said = company.run("track", "commit", "management", acting="H-10", code=2)
    assert said.err == "You are committed to management already, since 2026-10-15.\n"
    assert company.run("audit", "replay").code == 0


def test_after_the_window_only_hr_releases(company: Terminal) -> None:
    later = Terminal(company.workspace, LATER)
    told = "  - The commitment to ic could be reversed until 2027-01-13; HR can release from it. [commit:window]\n"
    said = later.run("track", "commit", "management", acting="H-10", code=3)
    assert said.err == f"The commitment is not taken.\n{told}"
    said = later.run("track", "reverse", *BECAUSE, acting="H-10", code=3)
    assert said.err.startswith("The commitment to ic stands.\n")
    assert later.run("track", "release", "Nadia", *BECAUSE, acting="H-6", code=3).err.startswith(
        "Not allowed: release from a commitment, Nadia Kerr.\n"
    )
    later.run("track", "release", "Nadia", *BECAUSE, acting="H-1")
    assert path_status(later, "Nadia", "senior-ae") == "met", "until they choose again it stands"
    later.run("track", "commit", "management", acting="H-10")
    assert path_status(later, "Nadia", "senior-ae") == "not_met"


def test_an_interim_role_is_accepted_by_the_person_and_leaves_their_level_alone(company: Terminal) -> None:
    run = company.run
    run(*OFFER, "--until", "2027-01-31", *BECAUSE, acting="H-6")
    assert run("interim", "accept", "I-0001", acting="H-6", code=3).err.startswith(
        "Not allowed: accept an interim"
    )
    said = run("interim", "end", "I-0001", "returned", *BECAUSE, acting="H-6", code=3)
    assert said.err == (
        "I-0001 is not ended now.\n  - I-0001 is offered; only one that is accepted is ended. [growth:offered]\n"
    )
    before = run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json["findings"]
    run("interim", "accept", "I-0001", acting="H-11")
    assert run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json["findings"] == before
    assert run(*OFFER, "--until", "2027-01-31", *BECAUSE, acting="H-6", code=4).err == (
        "I-0001 of Tobias Lund runs already; end it first.\n"
    )
    assert run("interim", "list", "--overdue", "--json", acting="H-1").json == []
    later = Terminal(company.workspace, datetime(2027, 2, 1, tzinfo=UTC))
    (held,) = later.run("interim", "list", "--overdue", "--json", acting="H-6").json
    assert held["state"] == "accepted, overdue"
    assert later.run("interim", "list", "--json", acting="H-10").json == []


def test_an_interim_role_ends_in_promotion_only_where_a_case_decided_it(company: Terminal) -> None:
    run = company.run
    run("interim", "offer", "Nadia", "--to", "senior-ae", "--until", "2027-01-31", *BECAUSE, acting="H-6")
    run("interim", "accept", "I-0001", acting="H-10")
    said = run("interim", "end", "I-0001", "promoted", *BECAUSE, acting="H-6", code=3)
    assert said.err == (
        "I-0001 does not end in promotion.\n  - No case has promoted them to senior-ae since 2026-10-15; "
        "an interim role decides nothing. [growth:case]\n"
    )
    company.walk("Nadia", "senior-ae", hr="H-1", chair="H-3", panel=("H-3", "H-4", "H-5"), decider="H-2")
    run("interim", "end", "I-0001", "promoted", *BECAUSE, acting="H-6")
    (held,) = run("interim", "list", "--json", acting="H-1").json
    assert (held["state"], held["case"]) == ("promoted", "C-0001")
    assert run("audit", "replay").code == 0


def test_a_return_leaves_no_mark_that_a_promotion_would_not(company: Terminal) -> None:
    run = company.run
    run(*OFFER, "--until", "2027-01-31", *BECAUSE, acting="H-6")
    run("interim", "accept", "I-0001", acting="H-11")
    before = run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json["findings"]
    run("interim", "end", "I-0001", "returned", *BECAUSE, acting="H-6")
    assert run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json["findings"] == before
    assert run("audit", "replay").code == 0


def test_the_ladder_says_how_long_a_commitment_can_be_reversed_and_an_interim_role_lasts(
    company: Terminal,
) -> None:
    text = ladder_text("sales")
    for old, new in (
        ("reversible_for: 90 days", "reversible_for: 1 month"),
        ("longer_than: 30 days", "longer_than: 2 months"),
        ("shorter_than: 4 months", "shorter_than: 100 days"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    for kind, held in (("ladder", text), ("policy", policy_text("sales").replace("2026-07", "2026-08"))):
        file = company.workspace / f"{kind}.yaml"
        file.write_text(held, encoding="utf-8")
        company.run(kind, "publish", file, acting="H-1")
    company.run("track", "commit", "ic", acting="H-13")
    said = company.run("track", "show", "Joel", "--json", acting="H-6").json
    assert said["commitment"]["until"] == "2026-11-15"
    assert said["ladders"][0]["reversible_for"] == "1 month"
    nadia = company.run("track", "show", "Nadia", "--json", acting="H-6").json["commitment"]
    assert nadia["until"] == "2027-01-13", "what was signed under another window keeps it"
    for until, told in (
        ("2026-12-15", "An interim role lasts more than 2 months; one from 2026-10-15 ends after 2026-12-15, "
                       "not on 2026-12-15.\n"),
        ("2027-01-23", "An interim role lasts under 100 days; one from 2026-10-15 ends before 2027-01-23.\n"),
    ):  # fmt: skip
        assert company.run(*OFFER, *BECAUSE, "--until", until, acting="H-6", code=2).err == told
    company.run(*OFFER, *BECAUSE, "--until", "2026-12-16", acting="H-6")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--until", "2026-11-14"],
         "An interim role lasts more than 30 days; one from 2026-10-15 ends after 2026-11-14, not on 2026-11-14.\n"),
        (["--until", "2027-02-15"],
         "An interim role lasts under 4 months; one from 2026-10-15 ends before 2027-02-15.\n"),
        (["--start", "2026-10-01", "--until", "2027-01-01"],
         "An interim role cannot begin on 2026-10-01: that day is over.\n"),
        (["--to", "vp", "--until", "2027-01-31"], "There is no move to vp for Tobias Lund; "),
    ],
)  # fmt: skip
def test_bad_interim_roles_are_told_in_one_sentence(company: Terminal, words: list[str], told: str) -> None:
    said = company.run(*OFFER, *BECAUSE, *words, acting="H-6", code=2)
    assert said.err.startswith(told)
    assert company.run("interim", "list", "--json", acting="H-1").json == []
