"""An edition's life, from draft to superseded, and what happens to open cases when one takes effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.shipped import ladder_text, policy_text, trial_text
from tests.acceptance.terminal import Terminal

BECAUSE = ("--because", "The panel asked for it")


def edition(tmp_path: Path, label: str, *changes: tuple[str, str]) -> Path:
    """Returns a policy file: the shipped one under another label, with some of its text replaced everywhere."""
    text = policy_text("sales").replace("edition: 2026-07", f"edition: {label}")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    file = tmp_path / f"{label}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def states(terminal: Terminal) -> dict[str, str]:
    return {one["edition"]: one["state"] for one in terminal.run("policy", "list", "--json").json}


@pytest.fixture
def two(tmp_path: Path) -> Terminal:
    """Returns a workspace of three people with the role hr, in which nobody publishes alone."""
    terminal = Terminal(tmp_path / "two")
    terminal.run("init", terminal.workspace, "--name", "Two")
    file = tmp_path / "people.csv"
    file.write_text("hr_id,name,roles\nA,Ann Hale,hr\nB,Bea Holm,hr\nC,Cid Moor,panel\n", encoding="utf-8")
    terminal.run("import", "people", file)
    steps = tmp_path / "ladder.yaml"
    steps.write_text(ladder_text("sales"), encoding="utf-8")
    for who in ("A", "B"):
        terminal.run("ladder", "publish", steps, acting=who)
    return terminal


def test_an_edition_is_tested_proposed_approved_by_another_and_published_each_step_in_the_record(
    two: Terminal, tmp_path: Path
) -> None:
    file = edition(tmp_path, "2026-07")
    file.with_suffix(".test.yaml").write_text(trial_text("sales"), encoding="utf-8")
    two.run("policy", "publish", file, acting="A")
    assert states(two) == {"2026-07": "proposed"}
    refused = two.run("policy", "approve", "sales@2026-07", acting="A", code=3)
    assert refused.err == (
        "Not allowed: approve an edition, sales 2026-07.\n"
        "  - Whoever acts may not approve an edition: they proposed it themselves. "
        "[forbid:approve an edition:proposer]\n"
    )
    assert two.run("policy", "approve", "sales@2026-07", acting="C", code=3).err.startswith("Not allowed")
    two.run("policy", "approve", "sales@2026-07", acting="B")
    assert states(two) == {"2026-07": "approved"}
    assert "approved already" in two.run("policy", "approve", "sales@2026-07", acting="B", code=4).err
    two.run("policy", "publish", file, acting="A")
    assert states(two) == {"2026-07": "effective"}
    (line,) = two.run("policy", "list", "--json").json
    assert [one["event"] for one in line["steps"]] == ["PolicyProposed", "PolicyApproved", "PolicyPublished"]
    checks = line["steps"][0]["checks"]
    assert checks["tests"] > 0
    assert len(checks["tests_digest"]) == 64
    assert line["steps"][2]["approved_by"] == "a second person"
    assert two.run("audit", "replay").out.endswith("Nothing differs.\n")


def test_a_second_person_who_publishes_approves_by_that(two: Terminal, tmp_path: Path) -> None:
    file = edition(tmp_path, "2026-07")
    two.run("policy", "publish", file, acting="A")
    two.run("policy", "publish", file, acting="B")
    (line,) = two.run("policy", "list", "--json").json
    assert [one["event"] for one in line["steps"]] == ["PolicyProposed", "PolicyApproved", "PolicyPublished"]
    assert line["steps"][0]["by"] != line["steps"][1]["by"]


def test_an_edition_that_fails_its_tests_is_not_even_proposed(two: Terminal, tmp_path: Path) -> None:
    file = edition(tmp_path, "2026-07", ("at_least: 100%", "at_least: 150%"))
    file.with_suffix(".test.yaml").write_text(trial_text("sales"), encoding="utf-8")
    lines = trial_text("sales").splitlines()
    (line,) = [
        n for n, one in enumerate(lines, 1) if one.endswith("name: a seller who shows it all, and chose")
    ]
    before = two.run("audit", "log", "--json").out
    said = two.run("policy", "publish", file, acting="A", code=2).err
    assert f"  2026-07.test.yaml, line {line}, column 5: a seller who shows it all, and chose: " in said
    assert "faults; mend and publish again." in said
    assert two.run("audit", "log", "--json").out == before


FEWER = """policy: sales
tests:
  - {name: nobody, move: ae-1 -> ae-2, as_of: 2026-10-15, expect: {ready: undetermined}}
"""


def test_what_no_test_showed_is_said_and_blocks_only_where_complete_tests_are_asked_for(
    company: Terminal, tmp_path: Path
) -> None:
    file = edition(tmp_path, "2026-10")
    beside = file.with_suffix(".test.yaml")
    before = company.run("audit", "log", "--json").out
    publish = ("policy", "publish", file)
    beside.write_text(FEWER.replace("tests:", "coverage: complete\ntests:"), encoding="utf-8")
    refused = company.run(*publish, acting="H-1", code=2).err
    first = "2026-10.test.yaml: ae-1->ae-2 quota: no test shows it met or not met."
    assert first in refused and "faults; mend and publish again." in refused
    assert "was never seen" not in company.run("policy", "test", file, code=1).out
    settings = company.workspace / "rung.toml"
    plain = settings.read_text(encoding="utf-8")
    settings.write_text(f'{plain}policy_tests = "complete"\n', encoding="utf-8")
    beside.write_text(FEWER, encoding="utf-8")
    assert first in company.run(*publish, acting="H-1", code=2).err
    beside.unlink()
    assert company.run(*publish, acting="H-1", code=2).err == (
        "2026-10.yaml\nNo tests stand beside this policy, and rung.toml asks for complete ones; "
        "write them in 2026-10.test.yaml.\n"
    )
    settings.write_text(f'{plain}policy_tests = "some"\n', encoding="utf-8")
    said = company.run("status", code=2).err
    assert said.endswith('`policy_tests` can only be "complete"; leave it out otherwise.\n')
    settings.write_text(plain, encoding="utf-8")
    assert company.run("audit", "log", "--json").out == before
    beside.write_text(FEWER, encoding="utf-8")
    said = company.run(*publish, acting="H-1").out
    assert "Checked: lint found nothing, 1 test passed." in said
    assert "Never seen" in said and "ae-1->ae-2" in said
    listed = company.run("policy", "list", "--json").json
    (held,) = [one for one in listed if one["edition"] == "2026-10"]
    assert held["steps"][-1]["checks"]["unseen"] > 20


def test_what_waits_is_named_where_nothing_fits(two: Terminal, tmp_path: Path) -> None:
    two.run("policy", "publish", edition(tmp_path, "2026-07"), acting="A")
    said = two.run("policy", "approve", "sales@2027-01", acting="B", code=2).err
    assert said == "No policy sales@2027-01 waits to be approved; there is sales@2026-07.\n"


def test_what_was_proposed_is_withdrawn_by_its_proposer_or_rejected_by_another_and_the_reason_stays(
    two: Terminal, tmp_path: Path
) -> None:
    file = edition(tmp_path, "2026-07")
    two.run("policy", "publish", file, acting="A")
    withdraw, reject = ("policy", "withdraw", "sales@2026-07"), ("policy", "reject", "sales@2026-07")
    floor = ("--because", "The floor is too low")
    said = two.run(*reject, *floor, acting="A", code=3)
    assert said.err == (
        "Not allowed: reject an edition, sales 2026-07.\n"
        "  - Whoever acts may not reject an edition: they proposed it themselves. "
        "[forbid:reject an edition:proposer]\n"
    )
    said = two.run(*withdraw, *floor, acting="B", code=3)
    assert said.err == (
        "Not allowed: withdraw an edition, sales 2026-07.\n"
        "  - Only proposer may withdraw an edition. [permit:withdraw an edition]\n"
    )
    assert two.run(*reject, *floor, acting="C", code=3).err.startswith("Not allowed")
    said = two.run(*reject, "--because", " ", acting="B", code=2)
    assert said.err == "Whoever would reject an edition says why; write --because TEXT.\n"
    assert states(two) == {"2026-07": "proposed"}
    said = two.run(*reject, *floor, acting="B")
    assert said.out.startswith("The policy sales 2026-07 is rejected, edition ")
    assert states(two) == {"2026-07": "rejected"}
    said = two.run("policy", "approve", "sales@2026-07", acting="B", code=2)
    assert said.err == "No policy sales@2026-07 waits to be approved; there is none.\n"

    two.run("policy", "publish", file, acting="B")
    two.run("policy", "approve", "sales@2026-07", acting="A")
    said = two.run(*withdraw, "--because", "Not this year", acting="B")
    assert said.out.startswith("The policy sales 2026-07 is withdrawn, edition ")
    (line,) = two.run("policy", "list", "--json").json
    assert [(one["event"], one["because"]) for one in line["steps"]] == [
        ("PolicyProposed", None),
        ("PolicyRejected", "The floor is too low"),
        ("PolicyProposed", None),
        ("PolicyApproved", None),
        ("PolicyWithdrawn", "Not this year"),
    ]
    assert line["state"] == "withdrawn"
    assert two.run("audit", "replay").out.endswith("Nothing differs.\n")
    two.run("policy", "publish", file, acting="A")
    two.run("policy", "publish", file, acting="B")
    assert states(two) == {"2026-07": "effective"}
    said = two.run(*withdraw, *floor, acting="A", code=2)
    assert "waits to be approved" in said.err
    assert two.run("audit", "replay").out.endswith("Nothing differs.\n")


def test_one_person_alone_is_said_to_be_alone(company: Terminal, tmp_path: Path) -> None:
    file = edition(tmp_path, "2026-10", ("effective: 2026-07-01", "effective: 2026-11-01"))
    said = company.run("policy", "publish", file, acting="H-1").out
    assert "is published by one person, since rung.toml says solo, edition" in said
    assert "no tests stand beside it (2026-10.test.yaml)" in said
    assert states(company) == {"2026-07": "effective", "2026-10": "published"}
    company.today = company.today.replace(month=12)
    assert states(company) == {"2026-07": "superseded", "2026-10": "effective"}


def nominated(company: Terminal, who: str = "Nadia") -> str:
    company.run("nominate", who, "--to", "senior-ae", *BECAUSE, acting="H-6")
    return str(company.run("case", "show", "C-0001", "--json").json["edition"])


@pytest.mark.parametrize(
    ("rule", "bound", "moved", "event"),
    [
        ("keep", "150%", False, None),
        ("move", "150%", True, "EditionMoved"),
        ("more_favourable", "150%", False, "EditionKept"),
        ("more_favourable", "80%", False, "EditionKept"),
    ],
)
def test_an_edition_says_what_becomes_of_open_cases_and_an_event_does_it(
    company: Terminal, tmp_path: Path, rule: str, bound: str, moved: bool, event: str | None
) -> None:
    held = nominated(company)
    changes = (("open_cases: keep", f"open_cases: {rule}"), ("at_least: 100%", f"at_least: {bound}"))
    company.run("policy", "publish", edition(tmp_path, "2026-10", *changes), acting="H-1")
    case = company.run("case", "show", "C-0001", "--json").json
    assert (case["edition"] != held) is moved
    log = company.run("audit", "log", "--case", "C-0001", "--json").json
    assert [one["type"] for one in log[1:]] == ([event] if event else [])
    if event:
        (choice,) = case["editions"]
        assert choice["why"] == f"open_cases: {rule}"
        assert {choice["edition"], choice["other"]} >= {held}
        shown = company.run("case", "show", "C-0001").out
        assert ("Moved from edition" if moved else "Kept, and not") in shown
        assert log[-1]["actor"] == "system"
    assert company.run("audit", "replay").out.endswith("Nothing differs.\n")
    assert company.run("policy", "settle", "--json").json == [], "each edition is looked at once"


def test_of_two_editions_the_more_favourable_is_taken_and_weighed_again_at_the_freeze(
    company: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "worse.csv"
    head = "person,metric,period_start,period_end,actual,target,unit"
    file.write_text(f"{head}\nH-10,quota,2026-07-01,2026-10-01,270000,300000,USD\n", encoding="utf-8")
    company.run("import", "attainment", file, acting="H-1")
    held = nominated(company)
    assert company.run("case", "show", "C-0001", "--json").json["readiness"]["status"] == "not_met"
    changes = (("open_cases: keep", "open_cases: more_favourable"), ("at_least: 100%", "at_least: 80%"))
    company.run("policy", "publish", edition(tmp_path, "2026-10", *changes), acting="H-1")
    case = company.run("case", "show", "C-0001", "--json").json
    assert case["edition"] != held
    company.run("case", "step", "C-0001", "open_evidence", acting="H-6")
    company.run("case", "step", "C-0001", "freeze_file", acting="H-6")
    types = [one["type"] for one in company.run("audit", "log", "--case", "C-0001", "--json").json]
    assert types == ["CaseNominated", "EditionMoved", "CaseMoved", "EditionKept", "FileFrozen"]
    assert company.run("audit", "replay").out.endswith("Nothing differs.\n")


def test_an_edition_of_the_future_takes_open_cases_on_its_day_and_not_before(
    company: Terminal, tmp_path: Path
) -> None:
    held = nominated(company)
    changes = (("open_cases: keep", "open_cases: move"), ("effective: 2026-07-01", "effective: 2026-11-01"))
    company.run("policy", "publish", edition(tmp_path, "2026-11", *changes), acting="H-1")
    company.run("case", "step", "C-0001", "open_evidence", acting="H-6")
    assert company.run("case", "show", "C-0001", "--json").json["edition"] == held
    company.today = company.today.replace(month=11)
    said = company.run("policy", "settle").out
    assert said == "1 open cases moved to another edition, 0 kept theirs after both were weighed.\n"
    assert company.run("case", "show", "C-0001", "--json").json["edition"] != held


def test_a_frozen_file_keeps_its_edition_whatever_takes_effect(calibrating: Terminal, tmp_path: Path) -> None:
    held = calibrating.run("case", "show", "C-0001", "--json").json["edition"]
    file = edition(tmp_path, "2026-10", ("open_cases: keep", "open_cases: move"))
    calibrating.run("policy", "publish", file, acting="H-1")
    assert calibrating.run("case", "show", "C-0001", "--json").json["edition"] == held
    said = calibrating.run("case", "edition", "C-0001", "sales@2026-10", *BECAUSE, acting="H-1", code=3).err
    assert said == "C-0001 keeps its edition.\n  - The file is frozen; return it first. [law:12]\n"


def test_hr_moves_an_open_case_by_hand_with_a_reason_and_nobody_else_does(
    company: Terminal, tmp_path: Path
) -> None:
    nominated(company)
    company.run("policy", "publish", edition(tmp_path, "2026-10"), acting="H-1")
    move = ("case", "edition", "C-0001", "sales@2026-10", *BECAUSE)
    assert company.run(*move, acting="H-6", code=3).err.startswith("Not allowed: move a case to an edition")
    said = company.run(*move, acting="H-1").out
    assert said.startswith("C-0001 is under sales@2026-10 now; readiness under it is ")
    assert company.run(*move, acting="H-1", code=4).err == "C-0001 is under that edition already.\n"
    assert company.run("audit", "replay").out.endswith("Nothing differs.\n")
