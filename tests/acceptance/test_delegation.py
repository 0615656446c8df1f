"""Acting for somebody: both names, a window, no chains, and nothing that the two could not do themselves."""

from __future__ import annotations

from datetime import timedelta

from tests.acceptance.bench import BECAUSE, calibrated, members, people, publish, scored, voted
from tests.acceptance.terminal import Terminal

PANEL = ("H-3", "H-4", "H-5")
RULE = "panel: {size: 3, quorum: 2}"


def delegate(terminal: Terminal, giver: str, taker: str, *words: str, code: int = 0) -> str:
    window = words or ("--until", "2026-10-30")
    return terminal.run("delegate", "give", taker, *window, *BECAUSE, acting=giver, code=code).err


def to_decision(terminal: Terminal, workflow: str = "promotion-review", nominator: str = "H-6") -> None:
    calibrated(terminal, workflow, *members(*PANEL), nominator=nominator)
    scored(terminal, *PANEL)
    voted(terminal, H3="yes", H4="yes", H5="yes")
    terminal.run("session", "close", "S-0001", acting="H-3")


DECIDE = ("decide", "C-0001", "promoted", *BECAUSE)


def test_who_acts_for_another_has_what_waits_for_them_and_both_names_are_on_record(company: Terminal) -> None:
    run = company.run
    to_decision(company)
    assert run("queue", "--json", acting="H-7").json == []
    delegate(company, "H-2", "H-7")
    waiting = run("queue", "--json", acting="H-7").json
    assert [(one["case"], one["task"], bool(one["for"])) for one in waiting] == [("C-0001", "decide", True)]
    assert run("queue", "next", "--json", acting="H-7").json["case"] == "C-0001"
    alone = run(*DECIDE, acting="H-7", code=3)
    assert "Only decider may promote." in alone.err
    run(*DECIDE, "--for", "H-2", acting="H-7")
    assert (
        "Promoted on 2026-10-15 by Alma Reyes for Dario Conti: Because" in run("case", "show", "C-0001").out
    )
    assert "Alma Reyes for Dario Conti" in run("case", "history", "C-0001").out
    event = run("audit", "log", "--case", "C-0001", "--type", "CaseDecided", "--json").json[0]
    assert event["actor"] != event["acting_for"] is not None
    out = company.workspace / "p.md"
    run("export", "C-0001", "--as", "candidate", "--format", "md", "--out", out, acting="H-10")
    assert "Alma Reyes for Dario Conti" in out.read_text(encoding="utf-8")
    run("audit", "replay")


def test_a_delegation_holds_in_its_window_and_until_it_is_ended(company: Terminal) -> None:
    run = company.run
    to_decision(company)
    delegate(company, "H-2", "H-7", "--from", "2026-10-20", "--until", "2026-10-22")
    none = "No delegation from Dario Conti to Alma Reyes is in force on 2026-10-15. [delegation:none]"
    assert none in run(*DECIDE, "--for", "H-2", acting="H-7", code=3).err
    started = company.today
    company.today = started + timedelta(days=8)
    assert "is in force on 2026-10-23" in run(*DECIDE, "--for", "H-2", acting="H-7", code=3).err
    company.today = started + timedelta(days=7)
    assert run("queue", "--json", acting="H-7").json
    run("delegate", "end", "H-7", acting="H-2")
    assert run("queue", "--json", acting="H-7").json == []
    assert "is in force on 2026-10-22" in run(*DECIDE, "--for", "H-2", acting="H-7", code=3).err


def test_a_delegation_is_never_passed_on(company: Terminal) -> None:
    run = company.run
    to_decision(company)
    delegate(company, "H-2", "H-7")
    passed = run(
        "delegate", "give", "H-4", "--until", "2026-10-30", *BECAUSE, "--for", "H-2", acting="H-7", code=3
    )
    assert "Who acts for another passes that on to nobody. [delegation:chain]" in passed.err
    delegate(company, "H-7", "H-4")
    assert run("queue", "--json", acting="H-4").json == []
    assert (
        "No delegation from Dario Conti to Petter Vik"
        in run(*DECIDE, "--for", "H-2", acting="H-4", code=3).err
    )
    told = "Alma Reyes cannot act themselves: Petter Vik acts for them from 2026-10-15 to 2026-10-30."
    assert told in delegate(company, "H-5", "H-7", code=3)


def test_nobody_delegates_to_themselves_or_into_the_past_or_without_a_reason(company: Terminal) -> None:
    company.run("person", "join", "H-4", "H-5", *BECAUSE, acting="H-1")
    assert "Both names are the same human. [delegation:self]" in delegate(company, "H-4", "H-5", code=3)
    assert "is over before it begins, or lies in the past." in delegate(
        company, "H-2", "H-7", "--until", "2026-10-14", code=3
    )


def test_what_bars_either_of_the_two_bars_the_act(company: Terminal) -> None:
    run = company.run
    to_decision(company)
    for one, told in (("H-10", "the case is their own"), ("H-6", "they nominated the candidate")):
        delegate(company, "H-2", one)
        assert run("queue", "--json", acting=one).json == []
        said = run(*DECIDE, "--for", "H-2", acting=one, code=3)
        assert f"Whoever acts may not judge this case: {told}." in said.err
    people(company, "H-6,Milo Brandt,decider")
    delegate(company, "H-6", "H-7")
    said = run(*DECIDE, "--for", "H-6", acting="H-7", code=3)
    assert "Whoever acts may not judge this case: they nominated the candidate." in said.err


def test_who_nominated_for_another_judges_as_little_as_the_other(company: Terminal) -> None:
    run = company.run
    delegate(company, "H-6", "H-4")
    run("nominate", "Nadia", "--to", "senior-ae", *BECAUSE, "--for", "H-6", acting="H-4")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    run("session", "open", "--title", "A", "--chair", "H-3", *members(*PANEL), acting="H-1")
    run("session", "add", "S-0001", "C-0001", acting="H-3")
    said = run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting="H-4", code=3)
    assert "Whoever acts may not score: they nominated the candidate." in said.err


def test_a_member_judges_in_person(calibrating: Terminal) -> None:
    delegate(calibrating, "H-4", "H-7")
    assert calibrating.run("queue", "--json", acting="H-7").json == []
    words = ("session", "score", "S-0001", "C-0001", "deal-complexity=4", "--for", "H-4")
    said = calibrating.run(*words, acting="H-7", code=3)
    assert "There is no proxy: a member judges in person. [judge:proxy]" in said.err
    delegate(calibrating, "H-3", "H-7")
    said = calibrating.run("session", "reveal", "S-0001", "C-0001", "--for", "H-3", acting="H-7", code=3)
    assert "There is no proxy" in said.err
    said = calibrating.run("session", "close", "S-0001", "--for", "H-3", acting="H-7", code=3)
    assert "Only chair of session may close a session." in said.err


def test_where_a_workflow_knows_proxies_one_human_still_has_one_voice(company: Terminal) -> None:
    run = company.run
    publish(company, "proxy", (RULE, "panel: {size: 3, quorum: 2, proxy: true, bars: [below target level]}"))
    calibrated(company, "proxy", *members(*PANEL))
    words = ("session", "score", "S-0001", "C-0001", "deal-complexity=4", "--for", "H-4")
    delegate(company, "H-4", "H-5")
    assert "one human, one voice. [judge:proxy]" in run(*words, acting="H-5", code=3).err
    run("delegate", "end", "H-5", acting="H-4")
    delegate(company, "H-4", "H-12")
    assert "the panel's rules bar them from the case" in run(*words, acting="H-12", code=3).err
    run("delegate", "end", "H-12", acting="H-4")
    delegate(company, "H-4", "H-7")
    run(*words, acting="H-7")
    assert run("session", "show", "S-0001", "--json", acting="H-3").json["cases"][0]["scored"] == ["P-0004"]


def test_nobody_approves_an_exception_for_another_that_they_asked_for(company: Terminal) -> None:
    run = company.run
    run("nominate", "H-11", "--to", "senior-ae", *BECAUSE, acting="H-6")
    run("exception", "request", "C-0001", "path", *BECAUSE, acting="H-6")
    delegate(company, "H-1", "H-6")
    said = run("exception", "approve", "C-0001", "X1", *BECAUSE, "--for", "H-1", acting="H-6", code=3)
    assert "they asked for it themselves" in said.err
    run("delegate", "end", "H-6", acting="H-1")
    delegate(company, "H-1", "H-7")
    run("exception", "approve", "C-0001", "X1", *BECAUSE, "--for", "H-1", acting="H-7")
    delegate(company, "H-2", "H-7")
    said = run("exception", "approve", "C-0001", "X1", *BECAUSE, "--for", "H-2", acting="H-7", code=3)
    assert "they have approved it in another role" in said.err
    assert "approved by Alma Reyes for Hedda Rask (hr)" in run("exception", "show", "C-0001").out
