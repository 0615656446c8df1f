"""Bad input to growth: each gets its own whole sentence and exit code, and leaves the record exactly as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.bootstrap import open_engine
from engine.record.log import head
from rules.shipped import ladder_text
from tests.acceptance.terminal import Terminal

TOO_LONG = "coachability=" + "x" * 2001
JUNIOR = "  - {from: entry, to: junior}\n"


@pytest.fixture(scope="module")
def made_busy(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the small company with a cycle open, one closed, an action planned, one done, a role offered."""
    root = tmp_path_factory.mktemp("busy") / "ws"
    shutil.copytree(made, root)
    run = Terminal(root).run
    run("cycle", "open", "2026-Q3", "--start", "2026-07-01", "--end", "2026-10-01", acting="H-1")
    run("cycle", "ask", "2026-Q3", acting="H-1")
    days = ("--start", "2026-01-01", "--end", "2026-04-01")
    run("cycle", "open", "Spring", *days, "--team", "North", acting="H-1")
    run("cycle", "ask", "Spring", acting="H-1")
    run("cycle", "close", "Spring", "--early", acting="H-1")
    add = (
        "plan",
        "add",
        "Tobias",
        "--to",
        "sales-manager",
        "--gap",
        "peer-contribution",
        "--kind",
        "mentoring",
    )
    for text in ("Help Joel", "Help Pia"):
        run(*add, "--text", text, "--due", "2026-12-01", "--owner", "Tobias", acting="H-6")
    run("plan", "finish", "A-0002", "--result", "Done", "--shows", "coached-peer", acting="H-11")
    offer = ("interim", "offer", "Tobias", "--to", "sales-manager", "--until", "2027-01-31")
    run(*offer, "--because", "Cover", acting="H-6")
    circle = ladder_text("six-levels").replace(JUNIOR, JUNIOR + "  - {from: junior, to: entry}\n")
    circle = circle.replace("name: Junior\n    rank: 2", "name: Junior\n    rank: 1")
    (root / "circle.yaml").write_text(circle, encoding="utf-8")
    (root / "there.html").write_text("mine", encoding="utf-8")
    return root


def record(root: Path) -> tuple[int, str]:
    """Returns the size of a workspace's record and its root."""
    engine = open_engine(root)
    with engine.read() as tx:
        top = head(tx)
    engine.close()
    return top.size, top.root


@pytest.mark.parametrize(
    ("acting", "words", "code", "told"),
    [
        ("H-6", ["cycle", "score", "2026-Q3", "Joel", "coachability=9", "--note", "coachability=x"], 2,
         "coachability=9 is off the scale of 1 to 5.\n"),
        ("H-6", ["cycle", "score", "2026-Q3", "Joel", "coachability=0", "--note", "coachability=x"], 2,
         "coachability=0 is off the scale of 1 to 5.\n"),
        ("H-6", ["cycle", "score", "2026-Q3", "Joel", "coachability=good", "--note", "coachability=x"], 2,
         "coachability=good: points are a whole number.\n"),
        ("H-6", ["cycle", "score", "2026-Q3", "Joel", "coachabilty=3", "--note", "coachabilty=x"], 2,
         "'coachabilty' is no competency of sales; did you mean `coachability`?\n"),
        ("H-6", ["cycle", "score", "2026-Q3", "Joel", "deal-complexity=3", "--note", "deal-complexity=x"], 2,
         "deal-complexity is not asked of somebody on sdr; asked are coachability, communication-clarity, "
         "discovery-depth, discovery-fundamentals, forecast-accuracy, objection-handling, "
         "pipeline-management, process-adherence, prospecting-discipline, stakeholder-navigation.\n"),
        ("H-6", ["cycle", "score", "2026-Q3", "Joel", "coachability=3", "--note", TOO_LONG], 2,
         "The note on coachability is longer than 2000 characters; say it shorter.\n"),
        ("H-13", ["cycle", "score", "2026-Q3", "Joel", "coachability=3", "--note", "coachability=x", "--by",
         "manager"], 3,
         "Nobody scores themselves as their manager.\n  - Whoever acts may not score as manager: the case is "
         "their own. [forbid:score as manager:candidate]\n"),
        ("H-10", ["cycle", "score", "2026-Q3", "Joel", "coachability=3", "--note", "coachability=x"], 3,
         "Not allowed: score as manager, Joel Marsh.\n  - Only manager of candidate may score as manager. "
         "[permit:score as manager]\n"),
        ("H-6", ["cycle", "score", "2026-Q3", "Nobody", "coachability=3", "--note", "coachability=x"], 2,
         "Nobody here is called 'Nobody'; give an HR id, an e-mail, a label or part of a name.\n"),
        ("H-6", ["cycle", "score", "Spring", "Joel", "coachability=3", "--note", "coachability=x"], 3,
         "The scores are not taken.\n  - Spring is closed; a score now is a late one, and says why: --because "
         "TEXT. [growth:late]\n"),
        ("H-1", ["cycle", "close", "Spring"], 2,
         "Spring is closed already.\n"),
        ("H-1", ["cycle", "close", "Sprung"], 2,
         "No cycle 'Sprung'; did you mean `Spring`?\n"),
        ("H-1", ["cycle", "ask", "Spring"], 2,
         "Spring is closed; its scores can no longer be asked for.\n"),
        ("H-1", ["cycle", "ask", "2026-Q3"], 2,
         "Nobody is left to ask in 2026-Q3.\n"),
        ("H-1", ["cycle", "ask", "2026-Q3", "Nobody"], 2,
         "Nobody here is called 'Nobody'; give an HR id, an e-mail, a label or part of a name.\n"),
        ("H-1", ["cycle", "remind", "Spring"], 2,
         "Spring is closed; nobody owes it anything.\n"),
        ("H-6", ["cycle", "remind", "2026-Q3"], 3,
         "Not allowed: remind of scores, 2026-Q3.\n  - Only hr may remind of scores. [permit:remind of "
         "scores]\n"),
        ("H-1", ["cycle", "open", "Late", "--start", "2026-07-01", "--end", "2026-06-01"], 2,
         "A cycle ends after it begins; 2026-06-01 does not come after 2026-07-01.\n"),
        ("H-1", ["cycle", "open", "Late", "--start", "2026-07-01", "--end", "2026-10-01", "--due", "2026-10-01"], 2,
         "Scores cannot be due on 2026-10-01: that day is over.\n"),
        ("H-1", ["cycle", "open", "Late", "--start", "2026-07-01", "--end", "2026-10-01", "--team", "Nord"], 2,
         "Nobody is in a team 'Nord'.\n"),
        ("H-1", ["cycle", "open", "a/b", "--start", "2026-07-01", "--end", "2026-10-01"], 2,
         "'a/b' is no name for a cycle; write one such as 2026-H2.\n"),
        ("H-1", ["cycle", "open", "2026-Q3", "--start", "2026-07-01", "--end", "2026-10-01"], 2,
         "There is a cycle 2026-Q3 already; give this one another name.\n"),
        ("H-1", ["cycle", "open", "Late", "--start", "2026-07-32", "--end", "2026-10-01"], 2,
         "'2026-07-32' is not a date; write it as 2026-07-01.\n"),
        ("H-6", ["plan", "add", "Nobody", "--to", "sales-manager", "--gap", "peer-contribution", "--kind",
         "mentoring", "--text", "Help", "--due", "2026-12-01"], 2,
         "Nobody here is called 'Nobody'; give an HR id, an e-mail, a label or part of a name.\n"),
        ("H-6", ["plan", "add", "Tobias", "--to", "sales-manager", "--gap", "peer-contribution", "--kind",
         "mentoring", "--text", "Help", "--due", "2026-12-01", "--owner", "Nobody"], 2,
         "Nobody here is called 'Nobody'; give an HR id, an e-mail, a label or part of a name.\n"),
        ("H-6", ["plan", "add", "Tobias", "--to", "sales-manager", "--gap", "peers", "--kind", "mentoring",
         "--text", "Help", "--due", "2026-12-01"], 2,
         "'peers' is neither a competency nor a criterion on the way to sales-manager; there is "
         "accountability, coaching, coaching-others, course, endorsed, forecast-accuracy, hiring-judgement, "
         "path, peer-contribution, performance-differentiation, quota, standing, team-pipeline, time.\n"),
        ("H-6", ["plan", "add", "Tobias", "--to", "sales-manager", "--gap", "peer-contribution", "--kind",
         "mentor", "--text", "Help", "--due", "2026-12-01"], 2,
         "'mentor' is no kind of action of this ladder; did you mean `mentoring`?\n"),
        ("H-6", ["plan", "add", "Tobias", "--to", "sales-manager", "--gap", "peer-contribution", "--kind",
         "mentoring", "--text", " ", "--due", "2026-12-01"], 2,
         "An action says what is done; write a text.\n"),
        ("H-6", ["plan", "add", "Tobias", "--to", "sales-manager", "--gap", "peer-contribution", "--kind",
         "mentoring", "--text", "Help", "--due", "2026-10-01"], 2,
         "An action cannot be due on 2026-10-01: that day is over.\n"),
        ("H-6", ["plan", "add", "Tobias", "--to", "vp", "--gap", "peer-contribution", "--kind", "mentoring",
         "--text", "Help", "--due", "2026-12-01"], 2,
         "No policy in effect on 2026-10-15 has a move from ae-2 to vp; from ae-2 one can move to "
         "sales-manager, senior-ae.\n"),
        ("H-10", ["plan", "add", "Tobias", "--to", "sales-manager", "--gap", "peer-contribution", "--kind",
         "mentoring", "--text", "Help", "--due", "2026-12-01"], 3,
         "Not allowed: plan development, Tobias Lund.\n  - Only candidate or manager of candidate or "
         "skip-level manager of candidate or hr may plan development. [permit:plan development]\n"),
        ("H-6", ["plan", "adopt", "Tobias", "--to", "sales-manager", "--gap", "coaching", "--due", "2026-12-01"], 2,
         "The ladder sales suggests nothing for these gaps of Tobias Lund; plan one with `rung plan add`.\n"),
        ("H-11", ["plan", "finish", "A-0001", "--result", " ", "--shows", "coached-peer"], 2,
         "A result says what is done; write a text.\n"),
        ("H-11", ["plan", "finish", "A-0001", "--result", "Done", "--shows", "coached peer!"], 2,
         "'coached peer!' is no kind of evidence; write one that a policy names.\n"),
        ("H-11", ["plan", "finish", "A-0002", "--result", "Done", "--shows", "coached-peer"], 3,
         "A-0002 stays as it is.\n  - It is done; only one that is planned or started can be finished. "
         "[growth:done]\n"),
        ("H-11", ["plan", "finish", "A-0009", "--result", "Done", "--shows", "coached-peer"], 2,
         "No action A-0009; `rung plan list` shows those there are.\n"),
        ("H-11", ["plan", "verify", "A-0002"], 3,
         "Not allowed: verify an action, A-0002.\n  - Whoever acts may not verify an action: the case is "
         "their own. [forbid:verify an action:candidate]\n  - Whoever acts may not verify an action: they "
         "said themselves that it is done. [forbid:verify an action:doer]\n"),
        ("H-6", ["plan", "verify", "A-0001"], 3,
         "A-0001 stays as it is.\n  - It is planned; only one that is done can be verified. [growth:planned]\n"),
        ("H-11", ["plan", "start", "A-0002"], 3,
         "A-0002 stays as it is.\n  - It is done; only one that is planned can be begun. [growth:done]\n"),
        ("H-11", ["plan", "postpone", "A-0001", "--due", "2026-10-01", "--because", "x"], 2,
         "2026-10-01 is not after today; write a later day.\n"),
        ("H-11", ["plan", "drop", "A-0001", "--because", " "], 2,
         "Dropping says why; write --because TEXT.\n"),
        ("H-11", ["plan", "start", "first"], 2,
         "'first' is not an action; write its label, such as A-0001 (`rung plan list`).\n"),
        ("H-13", ["track", "commit", "managment"], 2,
         "No ladder has a track 'managment'; did you mean `management`?\n"),
        ("H-13", ["track", "reverse", "--because", "x"], 2,
         "Joel Marsh is committed to no track.\n"),
        ("H-10", ["track", "reverse", "--because", " "], 2,
         "Write why: --because TEXT.\n"),
        ("H-1", ["track", "release", "Joel", "--because", "x"], 2,
         "Joel Marsh is committed to no track.\n"),
        ("H-6", ["interim", "offer", "Nobody", "--to", "sales-manager", "--until", "2027-01-31", "--because", "x"], 2,
         "Nobody here is called 'Nobody'; give an HR id, an e-mail, a label or part of a name.\n"),
        ("H-6", ["interim", "offer", "Nadia", "--to", "senior-ae", "--until", "2027-01-31", "--because", " "], 2,
         "An interim role says why; write --because TEXT.\n"),
        ("H-6", ["interim", "accept", "I-0001"], 3,
         "Not allowed: accept an interim role, I-0001.\n  - Only candidate may accept an interim role. "
         "[permit:accept an interim role]\n"),
        ("H-6", ["interim", "end", "I-0001", "returned", "--because", "x"], 3,
         "I-0001 is not ended now.\n  - I-0001 is offered; only one that is accepted is ended. "
         "[growth:offered]\n"),
        ("H-6", ["interim", "end", "I-0001", "fired", "--because", "x"], 2,
         "'fired' is no end of an interim role; it ends in promoted or returned.\n"),
        ("H-6", ["interim", "end", "I-0009", "returned", "--because", "x"], 2,
         "No interim role I-0009; `rung interim list` shows those there are.\n"),
        ("H-1", ["ladder", "publish", "circle.yaml"], 2,
         "circle.yaml, line 178, column 5\nThese moves lead up in a circle: entry -> junior -> entry.\n"),
        ("H-1", ["ladder", "publish", "none.yaml"], 2,
         "No file none.yaml.\n"),
        ("H-6", ["gap", "Nobody", "--to", "sales-manager"], 2,
         "Nobody here is called 'Nobody'; give an HR id, an e-mail, a label or part of a name.\n"),
        ("H-6", ["gap", "Tobias", "--to", "vp"], 2,
         "No policy in effect on 2026-10-15 has a move from ae-2 to vp; from ae-2 one can move to "
         "sales-manager, senior-ae.\n"),
        ("H-6", ["gap", "Tobias", "--to", "sales-manager", "--out", "there.html"], 4,
         "there.html is there already; write elsewhere with --out, or over it with --force.\n"),
    ],
)  # fmt: skip
def test_bad_input_to_growth_is_told_in_its_own_words_and_changes_nothing(
    made_busy: Path, monkeypatch: pytest.MonkeyPatch, acting: str, words: list[str], code: int, told: str
) -> None:
    monkeypatch.chdir(made_busy)
    terminal = Terminal(made_busy)
    before = record(made_busy)
    said = terminal.run(*words, acting=acting, code=code)
    assert said.err == told
    assert record(made_busy) == before
    assert (made_busy / "there.html").read_text(encoding="utf-8") == "mine"
