"""A workflow's new edition under running cases: they stay, or move by an event, all or none, and back again."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.case.apply import CHANGES
from engine.case.word import SENTENCES
from tests.acceptance.terminal import Terminal
from workflows import shipped

OLD, NEW = "promotion-review@2026-07", "promotion-review@2027-01"
BECAUSE = ("--because", "The panel asked for it")


def publish(company: Terminal, tmp_path: Path, *changes: tuple[str, str]) -> None:
    text = shipped.text("promotion-review").replace("edition: 2026-07", "edition: 2027-01")
    for old, new in changes:
        text = re.sub(old, new, text)
    file = tmp_path / "new.yaml"
    file.write_text(text, encoding="utf-8")
    company.run("workflow", "publish", file, acting="H-1")


def nominated(company: Terminal) -> None:
    company.run("nominate", "Nadia", "--to", "senior-ae", *BECAUSE, acting="H-6")
    company.run("case", "step", "C-0001", "open_evidence", acting="H-6")


def test_open_cases_stay_or_move_by_an_event_that_replay_derives_and_move_back(
    company: Terminal, tmp_path: Path
) -> None:
    nominated(company)
    publish(company, tmp_path, (r"\bevidence\b(?=[:\],\n])(?<!stage: evidence)", "gathering"))
    move = ("workflow", "migrate", OLD, NEW, *BECAUSE)
    log = company.run("audit", "log", "--json").out
    tried = company.run(*move, "--dry-run", "--json", acting="H-1", code=1).json
    assert tried["cases"] == [
        {
            "case": "C-0001",
            "state": "evidence",
            "to": "evidence",
            "reasons": ["2027-01 has no state evidence; name one with --map evidence=STATE."],
        }
    ]
    refused = company.run(*move, acting="H-1", code=3).err
    assert refused == (
        "Nothing moves; say --leave to move the others.\n"
        "  - C-0001: 2027-01 has no state evidence; name one with --map evidence=STATE. [law:12]\n"
    )
    assert company.run(*move, "--map", "evidence=calibration", "--dry-run", acting="H-1", code=1)
    assert company.run(*move, "--map", "evidence=promoted", acting="H-1", code=3)
    assert company.run("audit", "log", "--json").out == log
    said = company.run(*move, "--map", "evidence=gathering", acting="H-1").out
    assert said.endswith(f"1 of 1 open cases moved from {OLD} to {NEW}.\n")
    assert company.run("case", "show", "C-0001", "--json").json["state"] == "gathering"
    history = company.run("case", "history", "C-0001", "--json").json
    assert history[-1]["event"] == "WorkflowMoved"
    assert history[-1]["says"] == "Moved to another edition of the workflow, in gathering (was evidence)"
    assert company.run("audit", "replay").out.endswith("Nothing differs.\n")
    company.run("workflow", "migrate", NEW, OLD, "--map", "gathering=evidence", *BECAUSE, acting="H-1")
    assert company.run("case", "show", "C-0001", "--json").json["state"] == "evidence"
    company.run("case", "step", "C-0001", "freeze_file", acting="H-6")
    assert company.run("audit", "replay").out.endswith("Nothing differs.\n")


def test_a_case_before_an_open_session_stays(calibrating: Terminal, tmp_path: Path) -> None:
    publish(calibrating, tmp_path)
    tried = calibrating.run("workflow", "migrate", OLD, NEW, *BECAUSE, "--dry-run", acting="H-1", code=1).out
    assert "which is open; close the session first." in " ".join(tried.split())


def test_cases_that_cannot_move_are_left_where_they_are_if_one_says_so(
    company: Terminal, tmp_path: Path
) -> None:
    nominated(company)
    company.run("nominate", "Sana", "--to", "ae-2", *BECAUSE, acting="H-6")
    publish(company, tmp_path, (r"\bevidence\b(?=[:\],\n])(?<!stage: evidence)", "gathering"))
    move = ("workflow", "migrate", OLD, NEW, *BECAUSE)
    refused = company.run(*move, acting="H-1", code=3).err
    assert refused.startswith("Nothing moves; say --leave to move the others.\n  - C-0001: ")
    said = company.run(*move, "--leave", "--json", acting="H-1").json["cases"]
    assert [(one["case"], one["to"], bool(one["reasons"])) for one in said] == [
        ("C-0001", "evidence", True),
        ("C-0002", "nomination", False),
    ]
    moved = {one["case"]: one["workflow"] for one in map(shown(company), ("C-0001", "C-0002"))}
    assert moved["C-0001"] != moved["C-0002"]
    company.run("case", "step", "C-0002", "open_evidence", acting="H-6")
    assert shown(company)("C-0002")["state"] == "gathering"
    company.run("case", "step", "C-0001", "freeze_file", acting="H-6")
    assert company.run("audit", "replay").out.endswith("Nothing differs.\n")


def shown(company: Terminal) -> Callable[[str], dict[str, Any]]:
    return lambda label: dict(company.run("case", "show", label, "--json").json)


def test_what_is_wrong_with_a_migration_is_said_and_nothing_changes(
    company: Terminal, tmp_path: Path
) -> None:
    nominated(company)
    publish(company, tmp_path)
    log = company.run("audit", "log", "--json").out
    run = ("workflow", "migrate")
    assert company.run(*run, "x", NEW, *BECAUSE, acting="H-1", code=2).err == (
        "'x' is no edition; write NAME@EDITION, such as promotion-review@2026-07.\n"
    )
    assert company.run(*run, OLD, NEW, "--map", "a", *BECAUSE, acting="H-1", code=2).err == (
        "'a' is no map; write STATE=STATE, such as review=calibration.\n"
    )
    assert company.run(*run, OLD, NEW, "--map", "evidnce=evidence", *BECAUSE, acting="H-1", code=2).err == (
        f"'evidnce' is no state of {OLD}; did you mean `evidence`?\n"
    )
    assert company.run(*run, OLD, OLD, *BECAUSE, acting="H-1", code=2).err == (
        "Both are one edition; name another to move to.\n"
    )
    assert company.run(*run, OLD, NEW, *BECAUSE, acting="H-6", code=3).err.startswith("Not allowed: ")
    assert company.run("audit", "log", "--json").out == log


def test_a_definition_and_a_case_are_drawn_with_every_state_date_and_name(
    company: Terminal, tmp_path: Path
) -> None:
    nominated(company)
    file = tmp_path / "a.svg"
    for name in shipped.names():
        company.run("workflow", "graph", name, "--svg", file)
        drawn = file.read_text(encoding="utf-8")
        steps = re.findall(r"- name: (\w+)", shipped.text(name))
        assert all(step in drawn for step in steps)
        assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    company.run("case", "graph", "C-0001", "--svg", file)
    drawn = file.read_text(encoding="utf-8")
    assert "2. 2026-10-15 " in drawn
    text = company.run("case", "graph", "C-0001").out
    assert "nomination --> evidence: 2. open_evidence, 2026-10-15, " in text
    assert BECAUSE[1] not in drawn + text


def test_every_event_type_of_a_case_or_a_session_has_words() -> None:
    engine = Path(__file__).resolve().parents[2] / "engine"
    written = {
        node.value
        for room in ("case", "session")
        for path in (engine / room).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"([A-Z][a-z]+){2,}", node.value)
        and re.search(r"(ed|en|st|ought|old|awn|held)$", node.value, re.IGNORECASE)
    }
    assert {"WorkflowMoved", "CaseBrought", "QuorumLost", "NoteTaken"} <= written
    assert {*CHANGES, "CaseNominated", *written} <= set(SENTENCES)
