"""A year of a rep and a manager at the terminal, each step as the one before it says."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

from tests.acceptance.terminal import Terminal

REP, MANAGER, HR = "H-11", "H-6", "H-1"
BECAUSE = ("--because", "Because")


def on(company: Terminal, year: int, month: int, day: int) -> Terminal:
    """Returns a terminal of the same company on a day."""
    return Terminal(company.workspace, datetime(year, month, day, 8, tzinfo=UTC))


def follow(terminal: Terminal, said: str, acting: str) -> str:
    """Returns what the command says that stands, to be pasted, as the next one in what was said."""
    (line,) = [one for one in said.splitlines() if one.startswith(("Next: rung ", "Next, by them: rung "))]
    words = shlex.split(line.partition(": ")[2])
    return terminal.run(*words[1:], acting=acting).out


def test_a_year_from_scores_by_a_gap_and_a_plan_to_a_promotion_follows_its_own_hints(
    company: Terminal,
) -> None:
    autumn = on(company, 2026, 10, 15)
    run = autumn.run
    said = run("cycle", "open", "2026-Q3", "--start", "2026-07-01", "--end", "2026-10-01", acting=HR).out
    asked = follow(autumn, said, HR)
    assert asked.splitlines()[0] == "9 people and their managers are asked in 2026-Q3."
    assert follow(autumn, asked, HR).startswith("# Scores of ")
    items = [
        f"{one['level']}:{one['competency']}"
        for one in run("cycle", "show", "2026-Q3", "Tobias", "--json", acting=REP).json["items"]
    ]
    assert {one.partition(":")[0] for one in items} == {"current", "next"}
    for acting, points in ((REP, 4), (MANAGER, 2)):
        words = [word for one in items for word in (f"{one}={points}", "--note", f"{one}=Seen in two calls")]
        said = run("cycle", "score", "2026-Q3", "Tobias", *words, acting=acting).out
    assert "open to both" in follow(autumn, said, MANAGER)

    winter = on(company, 2026, 11, 6)
    run = winter.run
    closed = run("cycle", "close", "2026-Q3", acting=HR).out
    assert (
        closed.splitlines()[0]
        == "2026-Q3 is closed: 1 of 9 sheets are whole from managers, 1 from reps; 36 facts noted."
    )
    assert "sales-manager" in follow(winter, closed, HR)
    assert run("cycle", "pattern", "Tobias", acting=REP).out.startswith(
        "Tobias Lund: 3 cycles; a dot is no score"
    )
    late = run("cycle", "score", "2026-Q3", "Tobias", "next:coaching-others=3", "--note", "coaching-others=Heard more",
               "--because", "Recordings came late", acting=MANAGER).out  # fmt: skip
    assert late.splitlines()[1].startswith("The cycle is closed, so they are late scores")
    gap = run("gap", "Tobias", "--to", "sales-manager", acting=REP).out
    suggested = follow(winter, gap, REP)
    planned = follow(winter, suggested, MANAGER)
    assert planned.startswith("Planned for Tobias Lund, due 2027-02-04: A-0001, ")
    shown = run("plan", "show", "Tobias", acting=REP).out
    assert shown.startswith("Tobias Lund: ") and ", 0 done\n" in shown
    assert follow(winter, shown, REP) == "A-0001 is begun.\n"

    spring = on(company, 2027, 1, 20)
    run = spring.run
    run("plan", "finish", "A-0001", "--result", "Pia closed alone", "--shows", "coached-peer", acting=REP)
    run("plan", "verify", "A-0001", acting=MANAGER)
    offered = run("interim", "offer", "Tobias", "--to", "sales-manager", "--until", "2027-04-30", *BECAUSE,
                  acting=MANAGER).out  # fmt: skip
    assert follow(spring, offered, REP).startswith("I-0001 is accepted; your level")

    summer = on(company, 2027, 5, 2)
    run = summer.run
    nominated = run("nominate", "Tobias", "--to", "sales-manager", *BECAUSE, acting=MANAGER).out
    assert "What was done since is in the file: E1.\n" in nominated
    assert "coaching" in follow(summer, nominated, MANAGER)
    assert run("audit", "replay").code == 0
