"""Bad input: one clear sentence, the right exit code, and nothing changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.acceptance.terminal import TODAY, Terminal

BECAUSE = ("--because", "Because")


def digest(terminal: Terminal) -> str:
    """Returns the SHA-256 of the whole database file."""
    return hashlib.sha256((terminal.workspace / "rung.db").read_bytes()).hexdigest()


def refused(terminal: Terminal, words: tuple[object, ...], acting: str, code: int, told: str) -> None:
    """Holds that a command answers with a text and an exit code, and leaves every byte as it was."""
    before = digest(terminal)
    said = terminal.run(*words, acting=acting, code=code)
    assert said.err == told + "\n"
    assert said.out == ""
    assert digest(terminal) == before


@pytest.mark.parametrize(
    ("words", "acting", "code", "told"),
    [
        (
            ("ready", "Nobody Known"),
            "H-1",
            2,
            "Nobody here is called 'Nobody Known'; give an HR id, an e-mail, a label or part of a name.",
        ),
        (
            ("ready", "ar"),
            "H-1",
            2,
            "'ar' fits 2 people: Dario Conti (P-0002, H-2), Joel Marsh (P-0011, H-13); give the label or the HR id.",
        ),
        (
            ("ready", "Nadia", "--to", "vp"),
            "H-1",
            2,
            "No policy in effect on {today} has a move from ae-2 to vp; "
            "from ae-2 one can move to sales-manager, senior-ae.",
        ),
        (
            ("ready", "Nadia", "--to", "senior-ae", "--policy", "sails"),
            "H-1",
            2,
            "No policy sails is published; there is sales.",
        ),
        (
            ("ready", "Nadia", "--to", "senior-ae", "--as-of", "2026-02-30"),
            "H-1",
            2,
            "'2026-02-30' is not a date; write it as 2026-07-01.",
        ),
        (
            ("case", "show", "C-9"),
            "H-1",
            2,
            "'C-9' is not a case; write its label, such as C-0001 (`rung case list`).",
        ),
        (("case", "show", "C-0009"), "H-1", 2, "No case C-0009; `rung case list` shows those there are."),
        (
            ("nominate", "Nadia", "--to", "senior-ae", *BECAUSE),
            "H-13",
            3,
            "Not allowed: nominate, this person.\n  - Only manager of candidate or skip-level manager of "
            "candidate or hr may nominate. [permit:nominate]",
        ),
        (
            ("nominate", "Nadia", "--to", "senior-ae", *BECAUSE),
            "H-10",
            3,
            "Not allowed: nominate, this person.\n  - Whoever acts may not nominate: the case is their own. "
            "[forbid:nominate:candidate]",
        ),
        (
            ("nominate", "Nadia", "--to", "senior-ae", *BECAUSE),
            "Somebody Else",
            2,
            "Nobody here is called 'Somebody Else'; give an HR id, an e-mail, a label or part of a name.",
        ),
        (
            ("track", "commit", "sideways"),
            "H-10",
            2,
            "No ladder has a track 'sideways'; there is ic, management.",
        ),
    ],
)
def test_a_wrong_name_date_or_person_changes_nothing(
    company: Terminal, words: tuple[object, ...], acting: str, code: int, told: str
) -> None:
    refused(company, words, acting, code, told.format(today=TODAY.date()))


def test_nobody_acts_without_a_name(company: Terminal) -> None:
    before = digest(company)
    said = company.run("nominate", "Nadia", "--to", "senior-ae", *BECAUSE, code=2)
    assert said.err == "Nobody acts: name yourself with --as PERSON or RUNG_AS.\n"
    assert digest(company) == before


def test_a_second_nomination_names_the_first(calibrating: Terminal) -> None:
    words = ("nominate", "Nadia", "--to", "senior-ae", *BECAUSE)
    refused(calibrating, words, "H-6", 4, "C-0001 is open for this person and senior-ae already.")


@pytest.mark.parametrize(
    ("acting", "reasons"),
    [
        (
            "H-10",
            "  - Whoever acts may not vote: the case is their own. [forbid:vote:candidate]\n",
        ),
        (
            "H-6",
            "  - Whoever acts may not vote: they nominated the candidate. [forbid:vote:nominator]\n"
            "  - Whoever acts may not vote: they manage the candidate. [forbid:vote:manager of candidate]\n",
        ),
        ("H-13", "  - Only panel may vote. [permit:vote]\n"),
    ],
)
def test_a_vote_by_the_candidate_the_nominator_or_a_stranger_is_refused(
    calibrating: Terminal, acting: str, reasons: str
) -> None:
    told = (
        f"The vote on C-0001 is not taken.\n{reasons}"
        "  - The scores are still sealed; they are revealed before the vote. [vote:order]"
    )
    refused(calibrating, ("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE), acting, 3, told)


def test_a_decision_before_calibration_ends_is_refused(calibrating: Terminal) -> None:
    told = (
        "C-0001 cannot be promoted now.\n"
        "  - C-0001 is in calibration; it is decided after calibration, from the stage decision. "
        "[workflow:calibration]"
    )
    refused(calibrating, ("decide", "C-0001", "promoted", *BECAUSE), "H-2", 3, told)


def shipped(name: str) -> str:
    from rules.shipped import policy_text

    return policy_text(name)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "at_least: 100%",
            "at_least: 100",
            "policy sales 2026-07\n  p.yaml, line 18, column 66\n    move sdr -> ae-1\n      criterion meetings\n"
            "`at_least`: '100' has no unit; write 95%, 3 points, 2 count or 250000 EUR.",
        ),
        (
            "edition: 2026-07\n",
            "edition: 2026-07\nedition: 2026-08\n",
            "p.yaml, line 3, column 1\nThe key `edition` is written twice here; keep one.",
        ),
        (
            "effective: 2026-07-01",
            "effective: 2026-13-01",
            "p.yaml, line 4, column 12\n`effective`: '2026-13-01' is not a date; write it as 2026-07-01.",
        ),
        (
            "is: deal-complexity",
            "is: deal-complexty",
            "policy sales 2026-07\n  p.yaml, line 45, column 32\n    move ae-1 -> ae-2\n"
            "      criterion next-level.1\n"
            "'deal-complexty' is no competency of the ladder sales; did you mean `deal-complexity`?",
        ),
        (
            "says: Nobody",
            "syas: Nobody",
            "p.yaml, line 5, column 7\n`syas` is not a key here; did you mean `says`?",
        ),
        (
            "each: {at_least: 100%}",
            "variance: {at_least: 100%}",
            "policy sales 2026-07\n  p.yaml, line 18, column 70\n    move sdr -> ae-1\n      criterion meetings\n"
            "`at_least` is not a key here; there is within.",
        ),
    ],
)
def test_a_policy_with_a_fault_tells_the_way_to_it(
    company: Terminal, tmp_path: Path, old: str, new: str, told: str
) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(shipped("sales").replace(old, new, 1), encoding="utf-8")
    refused(company, ("policy", "publish", file), "H-1", 2, told)


HEAD = "hr_id,name,email,manager,level,level_since,hired,team,roles\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            b"\x89PNG\r\n\x1a\n\x00\x00",
            "f.csv\nThis is a binary file, not CSV text; export it as CSV (UTF-8).",
        ),
        (
            (HEAD + "X-1,Caf\u00e9,,,,,,,\n").encode("latin-1"),
            "f.csv, line 2\nByte 67 is not UTF-8 text; save the file as CSV (UTF-8).",
        ),
        (
            (HEAD + "X-1,A,,,,,,,\nX-2,B,,\n").encode(),
            "f.csv, line 3\nThis row has 4 cells, the head line 9; is the file complete?",
        ),
        (
            (HEAD + 'X-1,"A,,,,,,,\n').encode(),
            "f.csv, line 2\nThe table breaks off here (unexpected end of data); is the file complete?",
        ),
        (b"", "f.csv\nThe file has no head line that names its columns."),
        (
            (HEAD + "X-1,A,,X-2,,,,,\nX-2,B,,X-1,,,,,\n").encode(),
            "1 row is bad, so nothing of f.csv was taken; mend and import again:\n"
            "  row 2, manager: 'X-2': these report to each other in a circle: X-1 -> X-2 -> X-1",
        ),
        (
            (HEAD + "X-1,A,,H-99,captain,2026-02-30,,,boss\nX-1,,,,,,,,\n").encode(),
            "2 rows are bad, so nothing of f.csv was taken; mend and import again:\n"
            "  row 2, level: 'captain': no published ladder has this level; "
            "there is account-director, ae-1, ae-2, cro, director, principal-ae, sales-manager, sdr, senior-ae, vp.\n"
            "  row 2, level_since: '2026-02-30': '2026-02-30' is not a date; write it as 2026-07-01.\n"
            "  row 2, roles: 'boss': there is no such role; there is chair, decider, department head, director, "
            "division head, executive sponsor, finance, hr, panel, total rewards\n"
            "  row 3, name: '': it is blank",
        ),
    ],
)
def test_a_file_that_is_no_table_or_has_bad_rows_is_refused_whole(
    company: Terminal, tmp_path: Path, data: bytes, told: str
) -> None:
    (tmp_path / "f.csv").write_bytes(data)
    refused(company, ("import", "people", tmp_path / "f.csv"), "H-1", 2, told)


def test_a_missing_file_and_a_missing_workspace_are_told(company: Terminal, tmp_path: Path) -> None:
    said = company.run("import", "people", "nowhere.csv", acting="H-1", code=2)
    assert said.err == "No file nowhere.csv.\n"
    empty = Terminal(tmp_path / "empty")
    said = empty.run("status", code=2)
    expected = (
        f"No workspace at {tmp_path / 'empty'}: no rung.toml there or above; make one with `rung init`.\n"
    )
    assert said.err == expected
