"""A company whose process is data alone: ladder, policy and workflow of the pack, one case before each forum."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.acceptance.bench import BECAUSE, members, people
from tests.acceptance.terminal import Terminal

HEAD = "hr_id,name,manager,level,level_since,hired,roles"
STAFF = (
    "H-1,Hana Sato,,,,2015-01-01,hr",
    "H-2,Dario Conti,,,,2015-01-01,decider",
    "H-3,Celine Obi,,vice-president,2020-01-01,2010-01-01,panel;chair;department head;division head;executive sponsor",
    "H-4,Noor Haddad,,vice-president,2020-01-01,2010-01-01,panel",
    "H-5,Jan Visser,,vice-president,2020-01-01,2010-01-01,panel",
    "H-7,Alma Reyes,,vice-president,2020-01-01,2010-01-01,panel;total rewards",
    "H-8,Tom Okafor,,vice-president,2020-01-01,2010-01-01,finance",
    "H-9,Ruth Levi,,vice-president,2020-01-01,2010-01-01,",
    "H-10,Iris Blom,,director,2020-01-01,2010-01-01,",
    "H-6,Milo Brandt,,vice-president,2020-01-01,2010-01-01,",
    "H-21,Grade Six,H-6,intermediate,2024-01-01,2022-01-01,",
    "H-22,Grade Nine,H-6,senior-manager,2022-01-01,2012-01-01,",
    "H-23,Grade Ten,H-6,director,2022-01-01,2012-01-01,",
    "H-24,Grade Seven,H-6,senior,2022-01-01,2012-01-01,",
)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    terminal = Terminal(tmp_path_factory.mktemp("graded") / "ws")
    terminal.run("init", terminal.workspace, "--name", "Grades", "--pack", "graded", "--solo")
    people(terminal, *STAFF, head=HEAD)
    for kind, head, rows in (
        ("ratings", "person,rating,on", [f"H-{n},performing,2026-06-30" for n in (21, 22, 23, 24)]),
        ("standing", "person,standing,since,until", ["H-9,written-plan,2026-01-01,2026-02-01"]),
    ):
        file = terminal.workspace / f"{kind}.csv"
        file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        words = ("--complete-as-of", "2099-01-01") if kind == "standing" else ()
        terminal.run("import", kind, file, *words, acting="H-1")
    return terminal.workspace


@pytest.fixture
def graded(founded: Path, tmp_path: Path) -> Terminal:
    shutil.copytree(founded, tmp_path / "ws")
    return Terminal(tmp_path / "ws")


def nominated(terminal: Terminal, who: str, target: str) -> None:
    """Brings C-0001 to the freezing of its file: the document, three results looked at by HR."""
    run = terminal.run
    run("nominate", who, "--to", target, *BECAUSE, acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("evidence", "add", "C-0001", "--kind", "promotion-document", "--text", "What was done", acting="H-6")
    for number in range(3):
        words = ("--kind", "business-result", "--text", f"Result {number}")
        run("evidence", "add", "C-0001", *words, acting="H-6")
        run("evidence", "verify", "C-0001", f"E{number + 2}", acting="H-1")


@pytest.mark.parametrize(
    ("who", "target", "forum"),
    [
        ("H-21", "senior", "department head"),
        ("H-22", "director", "division head"),
        ("H-23", "senior-director", "executive sponsor"),
    ],
)
def test_a_case_of_each_grade_comes_before_the_forum_of_its_grade_and_is_decided(
    graded: Terminal, who: str, target: str, forum: str
) -> None:
    run = graded.run
    nominated(graded, who, target)
    (review,) = run("workflow", "list", "--json").json
    assert run("case", "show", "C-0001", "--json").json["workflow"] == review["digest"]
    if target == "senior-director":
        # Other functions speak first; the line and lower grades speak too, and do not count.
        for one in ("H-6", "H-10", "H-7"):
            run("case", "endorse", "C-0001", *BECAUSE, acting=one)
        held = run("ready", who, "--to", target, "--json", acting="H-1", code=None).json["findings"]
        feedback = next(one for one in held if one["id"] == "feedback")
        assert (feedback["status"], len(feedback["inputs"])) == ("not_met", 1)
        for one in ("H-8", "H-9"):
            run("case", "endorse", "C-0001", *BECAUSE, acting=one)
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    run("session", "open", "--title", "Forum", "--chair", "H-4", *members("H-3", "H-4", "H-5"), acting="H-1")
    said = run("session", "add", "S-0001", "C-0001", acting="H-1", code=3)
    assert f"The chair of S-0001 is no {forum}; the workflow asks for one. [panel:chair]" in said.err
    panel = ("--chair", "H-3", *members("H-3", "H-4", "H-5"), "--alternate", "H-7")
    run("session", "open", "--title", "Forum", *panel, acting="H-1")
    run("session", "add", "S-0002", "C-0001", acting="H-1")
    for one in ("H-3", "H-4", "H-5"):
        run("session", "score", "S-0002", "C-0001", "delivering=4", acting=one)
    run("session", "reveal", "S-0002", "C-0001", acting="H-3")
    for one in ("H-3", "H-4", "H-5"):
        run("session", "vote", "S-0002", "C-0001", "yes", *BECAUSE, acting=one)
    run("session", "reveal", "S-0002", "C-0001", acting="H-3")
    run("session", "close", "S-0002", acting="H-3")
    for one in ("H-1", "H-7", "H-8"):
        run("case", "approve", "C-0001", *BECAUSE, acting=one)
    run("decide", "C-0001", "promoted", *BECAUSE, "--effective", "2026-11-01", acting="H-2")
    assert run("case", "show", "C-0001", "--json").json["decisions"][-1]["outcome"] == "promoted"
    run("audit", "replay")


def test_whoever_nominates_cannot_take_a_case_past_the_forum_that_the_policy_names(graded: Terminal) -> None:
    file = graded.workspace / "fast.yaml"
    from workflows import shipped

    file.write_text(shipped.text("fast-track"), encoding="utf-8")
    graded.run("workflow", "publish", file, acting="H-1")
    words = ("nominate", "H-21", "--to", "senior", *BECAUSE)
    said = graded.run(*words, "--workflow", "fast-track", acting="H-6", code=3)
    assert said.err == (
        "This case cannot be nominated so.\n"
        "  - graded 2026-08 takes intermediate->senior through forum-review, not fast-track. [policy:workflow]\n"
    )
    graded.run(*words, "--workflow", "forum-review", acting="H-6")


@pytest.mark.parametrize(("who", "target", "approvals"), [("H-21", "senior", 5), ("H-22", "director", 6)])
def test_an_exception_takes_five_approvals_up_to_grade_nine_and_six_above(
    graded: Terminal, who: str, target: str, approvals: int
) -> None:
    run = graded.run
    run("nominate", who, "--to", target, *BECAUSE, acting="H-6")
    run("exception", "request", "C-0001", "results", *BECAUSE, acting="H-1")
    assert len(run("exception", "show", "C-0001", "--json").json[0]["chain"]) == approvals
