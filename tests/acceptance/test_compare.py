"""What if: who flips under another edition, before anything is published."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from rules.shipped import policy_text
from tests.acceptance.conftest import EXAMPLES
from tests.acceptance.terminal import Terminal

COMPARE = ("policy", "compare", "sales@2026-07")


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """Returns a draft that asks for 112% where the shipped policy asks for 100%."""
    text = policy_text("sales").replace("edition: 2026-07", "edition: 2027-01")
    file = tmp_path / "next.yaml"
    file.write_text(text.replace("at_least: 100%", "at_least: 112%"), encoding="utf-8")
    return file


def test_a_draft_is_compared_over_everybody_and_nothing_is_published(
    company: Terminal, stricter: Path
) -> None:
    before = company.run("audit", "log", "--json").out
    found = company.run(*COMPARE, stricter, "--json").json
    (nadia,) = [one for one in found["flips"] if one["move"] == "ae-2->senior-ae"]
    assert (nadia["hr_id"], nadia["before"], nadia["after"]) == ("H-10", "met", "not_met")
    assert {one["criterion"]: (one["before"], one["after"]) for one in nadia["criteria"]}["quota"] == (
        "met",
        "not_met",
    )
    for kind, name in {"level": "ae-2", "manager": "Milo Brandt", "team": "North", "track": "ic"}.items():
        assert nadia[kind] == name
        (group,) = [one for one in found["groups"] if (one["by"], one["group"]) == (kind, name)]
        assert group["lose"] == 1
        assert group["ready_before"] - group["ready_after"] == 1
    shown = company.run(*COMPARE, stricter).out
    assert "Nadia Kerr" in shown
    assert "Groups in which anybody flips" in shown
    assert company.run("audit", "log", "--json").out == before


def test_each_side_of_a_comparison_is_the_readiness_that_its_edition_gives(
    company: Terminal, stricter: Path
) -> None:
    found = company.run(*COMPARE, stricter, "--json").json
    told = {one["move"]: one for one in found["moves"]}
    now = company.run("screen", "--to", "senior-ae", "--json").json["counts"]
    assert told["ae-2->senior-ae"]["ready_before"] == now.get("met", 0)
    company.run("policy", "publish", stricter, acting="H-1")
    then = company.run("screen", "--to", "senior-ae", "--json").json["counts"]
    assert told["ae-2->senior-ae"]["ready_after"] == then.get("met", 0)


def test_a_policy_compared_with_itself_flips_nobody(company: Terminal) -> None:
    found = company.run(*COMPARE, "sales", "--json").json
    assert (found["flips"], found["criteria"]) == ([], [])
    assert "Nobody flips." in company.run(*COMPARE, "sales").out


def test_a_comparison_over_a_folder_of_files_needs_no_workspace(tmp_path: Path, stricter: Path) -> None:
    nowhere = Terminal(tmp_path / "nowhere")
    over = ("--over", EXAMPLES, "--as-of", "2026-10-20", "--complete-as-of", "2026-10-20")
    found = nowhere.run("policy", "compare", "sales", stricter, *over, "--json").json
    with (EXAMPLES / "people.csv").open(encoding="utf-8", newline="") as file:
        standing = Counter(row["level"] for row in csv.DictReader(file))
    assert {one["move"]: one["people"] for one in found["moves"]} == {
        one["move"]: standing[one["move"].split("->")[0]] for one in found["moves"]
    }
    changed = {(one["move"], one["criterion"], one["before"], one["after"]) for one in found["criteria"]}
    assert ("ae-2->senior-ae", "quota", "met", "not_met") in changed
    assert not nowhere.workspace.exists()


def test_history_judges_decided_cases_on_what_was_known_then(company: Terminal, stricter: Path) -> None:
    company.walk("Nadia", "senior-ae", hr="H-1", chair="H-3", panel=("H-3", "H-4", "H-5"), decider="H-2")
    later = company.workspace / "later.csv"
    head = "person,metric,period_start,period_end,actual,target,unit"
    later.write_text(f"{head}\nH-10,quota,2026-07-01,2026-10-01,900000,300000,USD\n", encoding="utf-8")
    company.run("import", "attainment", later, acting="H-1")
    found = company.run(*COMPARE, stricter, "--history", "--json").json
    (case,) = found["cases"]
    assert found["decisions"] == [{"decision": "promoted", "before": "met", "after": "not_met", "cases": 1}]
    assert {one["criterion"]: one["cases"] for one in found["criteria"]}["quota"] == 1
    (quota,) = [one for one in case["criteria"] if one["criterion"] == "quota"]
    assert quota["required"] == "quota at least 112% in each of the last 2 fully ramped quarters"
    assert quota["observed"] == "1 of 2 periods, lowest 109%"
    assert (case["case"], case["decision"], case["under_old"]) == ("C-0001", "promoted", True)
    assert (case["before"], case["after"]) == ("met", "not_met")
    assert "quota" in [one["criterion"] for one in case["criteria"]]
    said = company.run(*COMPARE, stricter, "--history").out
    assert said.startswith("1 decided case against sales 2027-01, each on what was known then; 1 flip.")
    assert "By decision" in said


def test_what_cannot_be_compared_is_said(company: Terminal, stricter: Path, tmp_path: Path) -> None:
    run = company.run
    assert run("policy", "compare", "sales@1999", stricter, code=2).err == (
        "No policy sales@1999 is published; there is sales@2026-07.\n"
    )
    broken = tmp_path / "broken.yaml"
    broken.write_text(stricter.read_text(encoding="utf-8").replace("to: senior-ae", "to: ae-9"), "utf-8")
    assert run(*COMPARE, broken, code=2).err.splitlines()[1].strip().startswith("broken.yaml, line ")
    assert run(*COMPARE, stricter, "--over", tmp_path, code=2).err == (
        f"{tmp_path} holds no people.csv; a comparison needs to know who there is.\n"
    )
    assert run(*COMPARE, stricter, "--over", EXAMPLES, "--history", code=2).err == (
        "--history looks at this workspace's decided cases; leave --over out.\n"
    )
    assert run(*COMPARE, stricter, "--complete-as-of", "2026-10-01", code=2).err == (
        "--complete-as-of goes with --over FOLDER.\n"
    )
