"""Two laws of a case at the command line: what a decision may cite, and which edition an open case keeps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.shipped import policy_text
from tests.acceptance.terminal import Terminal

PANEL = ("H-3", "H-4", "H-5")
BECAUSE = ("--because", "The file shows it")


@pytest.fixture
def voted(calibrating: Terminal) -> Terminal:
    """Returns the company with C-0001 ready to be decided by H-2 and nothing in its file but facts."""
    run = calibrating.run
    asked = run("case", "show", "C-0001", "--json").json["competencies"]
    for member in PANEL:
        run("session", "score", "S-0001", "C-0001", *(f"{name}=4" for name in asked), acting=member)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    for member in PANEL:
        run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting=member)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    run("session", "close", "S-0001", acting="H-3")
    return calibrating


def other_edition(tmp_path: Path) -> Path:
    """Returns a policy file that asks for more than the shipped one does."""
    text = policy_text("sales")
    stricter = text.replace("edition: 2026-07", "edition: 2026-10").replace(
        "at_least: 100%", "at_least: 150%"
    )
    assert stricter.count("150%") > text.count("150%")
    file = tmp_path / "stricter.yaml"
    file.write_text(stricter, encoding="utf-8")
    return file


@pytest.mark.parametrize("cited", ["E9", "f2.1.actual", "nothing"])
def test_a_decision_cites_only_what_is_in_the_file(voted: Terminal, cited: str) -> None:
    before = voted.run("audit", "log", "--json").out
    refused = voted.run("decide", "C-0001", "promoted", *BECAUSE, "--cite", cited, acting="H-2", code=3)
    assert refused.err == (
        "C-0001 cannot be promoted now.\n"
        f"  - {cited} is not in the file; a decision cites exhibits or facts that are. [law:11]\n"
    )
    assert voted.run("audit", "log", "--json").out == before
    assert voted.run("case", "show", "C-0001", "--json").json["state"] == "decision"


def test_what_a_decision_cites_resolves_to_the_fact_by_its_digest(voted: Terminal) -> None:
    shown = voted.run("case", "show", "C-0001", "--json").json
    quota = shown["readiness"]["findings"][0]["inputs"][0]["source"].split("+")[0]
    voted.run("decide", "C-0001", "promoted", *BECAUSE, "--cite", quota, acting="H-2")
    (decided,) = voted.run("audit", "log", "--type", "CaseDecided", "--json").json
    assert decided["data"]["cites"] == [quota]
    out = voted.workspace / "packet.json"
    voted.run("export", "C-0001", "--as", "auditor", "--format", "json", "--out", out, "--actor", "H-1")
    packet = json.loads(out.read_text(encoding="utf-8"))
    (cited,) = packet["decisions"][0]["cites"]
    (fact,) = [one for one in packet["facts"] if one["source"] == quota]
    assert (cited["id"], cited["digest"]) == (quota, fact["digest"])
    assert len(cited["digest"]) == 64


def test_an_open_case_keeps_the_edition_it_was_nominated_under(calibrating: Terminal, tmp_path: Path) -> None:
    run = calibrating.run
    held = run("case", "show", "C-0001", "--json").json["edition"]
    run("policy", "publish", other_edition(tmp_path), acting="H-1")
    newer = run("ready", "Nadia", "--to", "senior-ae", "--json", code=None).json
    assert held not in str(newer), "a new reading of readiness is by the new edition"
    run("case", "return", "C-0001", *BECAUSE, acting="H-1")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    kept = run("case", "show", "C-0001", "--json").json
    assert kept["edition"] == held
    assert held in str(kept["readiness"])
    for event in run("audit", "log", "--case", "C-0001", "--json").json:
        assert event["edition"] in (held, None)
