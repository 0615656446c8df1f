"""Development plans: suggestions from the ladder alone, actions with owners, and evidence at the next nomination."""

from __future__ import annotations

import pytest

from engine.bootstrap import open_engine
from engine.store.table.growth import action_row
from rules.ladder import load_ladder
from rules.shipped import ladder_text, policy_text
from tests.acceptance.terminal import Terminal

ADD = ("plan", "add", "Tobias", "--to", "sales-manager")
WHAT = ("--kind", "deal-debrief", "--text", "Debrief two lost deals with Joel")


def add(terminal: Terminal, gap: str = "coaching-others", **rest: str) -> str:
    """Plans one action for Tobias, due at the end of January; returns its label."""
    options = [word for name, value in {"due": "2027-01-31", **rest}.items() for word in (f"--{name}", value)]
    said = terminal.run(*ADD, "--gap", gap, *WHAT, *options, "--json", acting="H-6")
    return str(said.json["action"])


def shown(terminal: Terminal, acting: str = "H-6") -> list[dict[str, object]]:
    """Returns Tobias' plan."""
    found: list[dict[str, object]] = terminal.run("plan", "show", "Tobias", "--json", acting=acting).json
    return found


def publish_bare(terminal: Terminal) -> None:
    """Publishes the sales ladder without a word on what develops anything, and a policy on it."""
    kept = [one for one in ladder_text("sales").splitlines() if not one.lstrip().startswith("- {kind:")]
    ladder = "\n".join(one for one in kept if one.strip() != "develop:") + "\n"
    policy = policy_text("sales").replace("edition: 2026-07", "edition: 2026-10", 1)
    policy = policy.replace("effective: 2026-07-01", "effective: 2026-10-01", 1)
    for kind, text in {"ladder": ladder, "policy": policy}.items():
        file = terminal.workspace / f"{kind}.yaml"
        file.write_text(text, encoding="utf-8")
        terminal.run(kind, "publish", file, acting="H-1")


def test_suggestions_come_from_the_ladder_and_are_planned_once(company: Terminal) -> None:
    steps = load_ladder(ladder_text("sales"), "sales.yaml")
    said = company.run("plan", "suggest", "Tobias", "--to", "sales-manager", "--json", acting="H-6").json
    mine = [(one["kind"], one["to"]) for one in said if one["gap"] == "coaching-others"]
    fitting = steps.develops("coaching-others", 2, 3)
    assert mine == [(one.kind, str(one.to or "")) for one in fitting]
    assert 0 < len(fitting) < len(steps.competencies["coaching-others"].develop)
    adopt = (
        "plan",
        "adopt",
        "Tobias",
        "--to",
        "sales-manager",
        "--gap",
        "coaching-others",
        "--due",
        "2027-01-31",
    )
    company.run(*adopt, acting="H-6")
    held = shown(company)
    assert [one["kind"] for one in held] == [kind for kind, _ in mine]
    assert all(one["from_ladder"] and one["score_then"] == "2" for one in held)
    again = company.run(*adopt, acting="H-6", code=2)
    assert again.err == "What sales suggests for these gaps of Tobias Lund is planned already.\n"


def test_a_ladder_that_says_nothing_is_not_made_up_for(company: Terminal) -> None:
    publish_bare(company)
    adopt = ("plan", "adopt", "Tobias", "--to", "sales-manager", "--due", "2027-01-31")
    assert company.run(*adopt, acting="H-6", code=2).err == (
        "The ladder sales suggests nothing for these gaps of Tobias Lund; plan one with `rung plan add`.\n"
    )


def test_what_was_done_is_evidence_and_stands_in_the_file_of_the_next_nomination(company: Terminal) -> None:
    action = add(company, "coaching")
    run = company.run
    run("plan", "start", action, acting="H-11")
    run("plan", "finish", action, "--result", "Joel closed both", "--shows", "coached-peer", acting="H-11")
    found = run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json["findings"]
    coaching = next(one for one in found if one["id"] == "coaching")
    assert coaching["observed"]["count"] == 1, "not verified yet"
    run("plan", "verify", action, acting="H-6")
    found = run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json["findings"]
    coaching = next(one for one in found if one["id"] == "coaching")
    assert (coaching["status"], coaching["observed"]["count"]) == ("met", 2)
    said = run("nominate", "Tobias", "--to", "sales-manager", "--because", "Coaches now", acting="H-6")
    assert "What was done since is in the file: E1." in said.out
    case = run("case", "show", "C-0001", "--json").json
    (exhibit,) = case["exhibits"]
    assert exhibit["kind"] == "coached-peer"
    assert shown(company)[0]["filed"] == ["C-0001"]
    found = run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json["findings"]
    assert next(one for one in found if one["id"] == "coaching")["observed"]["count"] == 2, "counted once"
    assert run("audit", "replay").code == 0


def test_an_exhibit_that_came_from_a_plan_is_verified_in_the_case_and_counted_once(company: Terminal) -> None:
    action, run = add(company, "coaching"), company.run
    run("plan", "finish", action, "--result", "Joel closed both", "--shows", "coached-peer", acting="H-11")
    run("nominate", "Tobias", "--to", "sales-manager", "--because", "Coaches now", acting="H-6")
    run("evidence", "verify", "C-0001", "E1", acting="H-1")
    found = run("ready", "Tobias", "--to", "sales-manager", "--json", code=1).json["findings"]
    assert next(one for one in found if one["id"] == "coaching")["observed"]["count"] == 2


def test_nobody_verifies_their_own_action_and_strangers_plan_nothing(company: Terminal) -> None:
    action, run = add(company), company.run
    run("plan", "finish", action, "--result", "Done", acting="H-6")
    told = run("plan", "verify", action, acting="H-6", code=3).err
    assert "they said themselves that it is done. [forbid:verify an action:doer]" in told
    assert run("plan", "verify", action, acting="H-11", code=3).err.startswith(
        "Not allowed: verify an action"
    )
    assert run(*ADD, "--gap", "coaching", *WHAT, "--due", "2027-01-31", acting="H-10", code=3).err.startswith(
        "Not allowed: plan development, Tobias Lund.\n"
    )
    assert run("plan", "show", "Tobias", acting="H-10", code=3).err.startswith("Not allowed: see growth")
    assert run("plan", "list", "--json", acting="H-10").json == []
    assert len(run("plan", "list", "--json", acting="H-2").json) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--gap", "coaching", *WHAT, "--due", "2027-01-31", "--owner", "Nobody"],
         "Nobody here is called 'Nobody'; give an HR id, an e-mail, a label or part of a name.\n"),
        (["--gap", "coaching", *WHAT, "--due", "2027-01-31", "--owner", " "],
         "An action is owned by somebody; write --owner PERSON.\n"),
        (["--gap", "coachng", *WHAT, "--due", "2027-01-31"],
         "'coachng' is neither a competency nor a criterion on the way to sales-manager; did you mean `coaching`?\n"),
        (["--gap", "coaching", *WHAT, "--due", "2026-10-01"],
         "An action cannot be due on 2026-10-01: that day is over.\n"),
        (["--gap", "coaching", "--kind", "deal-debrief", "--text", " ", "--due", "2027-01-31"],
         "An action says what is done; write a text.\n"),
    ],
)  # fmt: skip
def test_bad_actions_are_told_in_one_sentence_and_change_nothing(
    company: Terminal, words: list[str], told: str
) -> None:
    before = company.run("status", "--json").json
    assert company.run(*ADD, *words, acting="H-6", code=2).err == told
    assert company.run("status", "--json").json == before


def test_an_action_goes_its_way_once_and_says_why_it_does_not(company: Terminal) -> None:
    action, run = add(company), company.run
    run("plan", "postpone", action, "--due", "2027-02-28", "--because", "Joel is away", acting="H-11")
    assert shown(company)[0]["due"] == "2027-02-28"
    run("plan", "drop", action, "--because", "Joel left", acting="H-6")
    told = run("plan", "finish", action, "--result", "Done", acting="H-11", code=3).err
    assert told == (
        "A-0001 stays as it is.\n  - It is dropped; only one that is planned or started can be finished. "
        "[growth:dropped]\n"
    )
    other = add(company)
    told = run("plan", "finish", other, "--result", "Done", "--on", "2026-10-16", acting="H-11", code=2).err
    assert told == "Nothing is done on 2026-10-16 already: that day is still to come.\n"
    assert run("plan", "start", "A-0009", acting="H-11", code=2).err == (
        "No action A-0009; `rung plan list` shows those there are.\n"
    )


def test_a_plan_is_tracked_between_cycles_by_the_score_then_and_now(company: Terminal) -> None:
    add(company)
    run = company.run
    run("cycle", "open", "2026-Q3", "--start", "2026-07-01", "--end", "2026-10-01", acting="H-1")
    run("cycle", "ask", "2026-Q3", "Tobias", acting="H-1")
    score = ("cycle", "score", "2026-Q3", "Tobias", "next:coaching-others=3")
    run(*score, "--note", "coaching-others=Heard a debrief", acting="H-6")
    run("cycle", "close", "2026-Q3", "--early", acting="H-1")
    (held,) = shown(company)
    assert (held["score_then"], held["score_now"]) == ("2", "3")
    assert "2 -> 3" in run("plan", "show", "Tobias", acting="H-11").out


def test_replay_tells_an_action_that_was_edited(company: Terminal) -> None:
    add(company)
    engine = open_engine(company.workspace)
    with engine.write() as tx:
        tx.connection.execute(action_row.update().values(state="done"))
    engine.close()
    assert "action_row A-0001, state" in company.run("audit", "replay", code=1).out
