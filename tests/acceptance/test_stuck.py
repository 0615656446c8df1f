"""An approval that nobody can give: the case says why, hr hears of it by an event, and nothing is decided."""

from __future__ import annotations

from typing import Any

from tests.acceptance.bench import BECAUSE, people, publish
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_exception import APPROVALS, GIVEN, approve, ask, judged, lacking

FINANCE = ("    - approvals: [hr, decider]", "    - approvals: [finance, decider]")
LINE = ("    - approvals: [hr, decider]", "    - approvals: [fourth-level manager of candidate, decider]")


def told(terminal: Terminal, type_: str = "ChainBlocked") -> list[dict[str, Any]]:
    log = terminal.run("audit", "log", "--case", "C-0001", "--type", type_, "--json").json
    return [one["data"] for one in log]


def tasks(terminal: Terminal, who: str) -> list[str]:
    return [one["task"] for one in terminal.run("queue", "--json", acting=who).json]


def test_an_exception_whose_next_approver_nobody_is_blocks_says_why_and_reaches_hr(company: Terminal) -> None:
    run = company.run
    publish(company, "finance", FINANCE)
    lacking(company, "finance")
    ask(company, "path")
    why = "X1 on C-0001 waits for the finance, and nobody can answer: nobody holds the role finance."
    assert f"Blocked: {why}\n" in run("exception", "show", "C-0001").out
    assert why in run("case", "show", "C-0001", "--json").json["blocked"]
    assert why in " ".join(run("case", "show", "C-0001").out.split())
    (event,) = told(company)
    assert (event["chain"], event["relation"], len(event["to"])) == ("X1", "finance", 2)
    assert tasks(company, "H-1") == ["unblock"]
    assert "rung case show C-0001" in run("queue", "next", acting="H-1").out
    run("tick")
    assert len(told(company)) == 1, "it is told once"
    people(company, "H-12,Sana Qureshi,finance")
    run("tick")
    assert len(told(company, "ChainFreed")) == 1
    assert tasks(company, "H-1") == [] and tasks(company, "H-12") == ["exception"]
    approve(company, "X1", "H-12")
    approve(company, "X1", "H-2")
    assert run("exception", "show", "C-0001", "--json").json[0]["until"]
    run("audit", "replay")


def test_a_line_that_is_too_short_for_the_chain_is_told_by_its_missing_manager(company: Terminal) -> None:
    publish(company, "line", LINE)
    lacking(company, "line")
    ask(company, "path")
    assert "nobody can answer: the candidate has no fourth-level manager." in (
        company.run("exception", "show", "C-0001").out
    )
    assert told(company)[0]["relation"] == "fourth-level manager of candidate"


def test_a_chain_whose_only_approver_asked_for_it_names_them_and_what_bars_them(company: Terminal) -> None:
    lacking(company)
    ask(company, "path", acting="H-1")
    assert company.run("exception", "show", "C-0001", "--json").json[0]["blocked"] == (
        "X1 on C-0001 waits for the hr, and nobody can answer: Hedda Rask cannot, as they asked for it themselves, "
        "and a second person approves."
    )
    people(company, "H-12,Sana Qureshi,hr")
    approve(company, "X1", "H-12")


def test_who_leaves_a_role_while_an_approval_waits_is_noticed_by_the_next_tick(company: Terminal) -> None:
    run = company.run
    paid = (APPROVALS[0], APPROVALS[1].replace("hr]", "finance]"))
    publish(company, "approved", paid, GIVEN)
    people(company, "H-12,Sana Qureshi,finance")
    judged(company, "approved")
    run("case", "approve", "C-0001", *BECAUSE, acting="H-2")
    assert (told(company), tasks(company, "H-12")) == ([], ["approve"])
    people(company, "H-12,Sana Qureshi,panel")
    assert "1 approvals wait for somebody who is not there" in run("tick").out
    assert told(company)[0] | {"to": 0} == {
        "chain": "approvals", "relation": "finance", "to": 0,
    }  # fmt: skip
    state = run("case", "show", "C-0001", "--json").json
    assert (state["state"], len(state["blocked"])) == ("decision", 1)
    said = run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2", code=3)
    assert "The finance has not approved. [when:approvals given]" in said.err
    people(company, "H-7,Alma Reyes,finance")
    run("tick")
    assert tasks(company, "H-7") == ["approve"]
    run("case", "approve", "C-0001", *BECAUSE, acting="H-7")
    run("audit", "replay")
