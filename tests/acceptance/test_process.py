"""Committee processes that others have published, and those that ship: files alone, each walking a case."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from rules.shipped import policy_text
from tests.acceptance.bench import BECAUSE, members, people, scored, voted
from tests.acceptance.terminal import Terminal
from workflows import shipped

PROCESSES = Path(__file__).resolve().parents[2] / "examples" / "process"
LEVELLED = "hr_id,name,roles,level,level_since"
PANEL = ("H-3", "H-4", "H-5")


def publish(terminal: Terminal, name: str) -> None:
    file = PROCESSES / f"{name}.yaml"
    if name in shipped.names():
        file = terminal.workspace / f"{name}.yaml"
        file.write_text(shipped.text(name), encoding="utf-8")
    terminal.run("workflow", "lint", file)
    terminal.run("workflow", "publish", file, acting="H-1")


def nominate(terminal: Terminal, workflow: str, who: str = "H-10") -> None:
    words = ("--to", "senior-ae", "--workflow", workflow, *BECAUSE)
    terminal.run("nominate", who, *words, acting="H-6")
    terminal.run("case", "step", "C-0001", "open_evidence", acting="H-6")


def evidence(terminal: Terminal, kind: str, text: str) -> None:
    terminal.run("evidence", "add", "C-0001", "--kind", kind, "--text", text, acting="H-6")


def opened(terminal: Terminal, chair: str, *who: str) -> None:
    words = ("--chair", chair, *members(*who), "--alternate", "H-7")
    terminal.run("session", "open", "--title", "Autumn", *words, acting="H-1")


def test_a_company_wide_process_walks_a_case_with_forum_document_and_approvals(company: Terminal) -> None:
    run = company.run
    publish(company, "company-wide")
    nominate(company, "company-wide")
    freeze = ("case", "step", "C-0001", "freeze_file")
    evidence(company, "promotion-document", "She is rated Exceeding. " + "word " * 1500)
    for number in range(4):
        evidence(company, "business-result", f"Result {number}")
    said = run(*freeze, acting="H-6", code=3)
    assert said.err == (
        "C-0001 cannot freeze_file now.\n"
        "  - E1 has 1504 words; promotion-document has at most 1500. [when:file complete]\n"
        "  - E1 says 'Exceeding'; promotion-document must not. [when:file complete]\n"
        "  - The file holds 4 of business-result; it must hold exactly 3. [when:file complete]\n"
    )
    run("case", "withdraw", "C-0001", *BECAUSE, acting="H-6")
    run("nominate", "H-10", "--to", "senior-ae", "--workflow", "company-wide", *BECAUSE, acting="H-6")
    walk_on(company, "C-0002")


def walk_on(company: Terminal, case: str) -> None:
    run = company.run
    run("case", "step", case, "open_evidence", acting="H-6")
    kinds = ("promotion-document", "business-result", "business-result", "business-result")
    for kind in kinds:
        run("evidence", "add", case, "--kind", kind, "--text", f"A {kind}", acting="H-6")
    run("case", "step", case, "freeze_file", acting="H-6")
    opened(company, "H-3", *PANEL)
    said = run("session", "add", "S-0001", case, acting="H-1", code=3)
    assert "The chair of S-0001 is no department head; the workflow asks for one. [panel:chair]" in said.err
    people(company, "H-3,Celine Obi,chair;panel;department head", "H-7,Alma Reyes,total rewards")
    people(company, "H-12,Sana Qureshi,finance")
    run("session", "add", "S-0001", case, acting="H-1")
    for one in PANEL:
        run("session", "score", "S-0001", case, "deal-complexity=4", acting=one)
    run("session", "reveal", "S-0001", case, acting="H-3")
    for one in PANEL:
        run("session", "vote", "S-0001", case, "yes", *BECAUSE, acting=one)
    run("session", "reveal", "S-0001", case, acting="H-3")
    run("session", "close", "S-0001", acting="H-3")
    promote = ("decide", case, "promoted", *BECAUSE, "--effective", "2026-11-01")
    run("case", "approve", case, *BECAUSE, acting="H-12")
    said = run(*promote, acting="H-2", code=3)
    assert "The hr has not approved." in said.err and "The total rewards has not approved." in said.err
    assert "finance" not in said.err
    for one in ("H-7", "H-1"):
        run("case", "approve", case, *BECAUSE, acting=one)
    run(*promote, acting="H-2")
    assert run("queue", "--json", acting="H-6").json[0]["due"] == "2026-10-31"
    run("audit", "replay")


@pytest.mark.parametrize(("target", "steps"), [("senior-ae", 5), ("sales-manager", 6)])
def test_an_exception_has_as_many_approvals_as_the_level_asks_for(
    company: Terminal, target: str, steps: int
) -> None:
    run = company.run
    publish(company, "company-wide")
    roles = ("department head", "division head", "total rewards", "finance")
    for number, role in enumerate(roles, 31):
        people(company, f"H-{number},Person {number},{role}")
    run("nominate", "H-11", "--to", target, "--workflow", "company-wide", *BECAUSE, acting="H-6")
    findings = run("case", "show", "C-0001", "--json").json["readiness"]["findings"]
    criterion = next(one["id"] for one in findings if one["status"] != "met")
    run("exception", "request", "C-0001", criterion, *BECAUSE, acting="H-2", code=3)
    run("exception", "request", "C-0001", criterion, *BECAUSE, acting="H-1")
    shown = run("exception", "show", "C-0001", "--json").json[0]
    assert len(shown["chain"]) == steps
    # HR asked, so HR cannot approve too: the chain has to wait for a second person of HR.
    people(company, "H-35,Ivo Lang,hr")
    by = {"manager of candidate": "H-6", "hr": "H-35", **{r: f"H-{n}" for n, r in enumerate(roles, 31)}}
    for step in shown["chain"]:
        assert run("exception", "show", "C-0001", "--json").json[0]["until"] is None
        run("exception", "approve", "C-0001", "X1", *BECAUSE, acting=by[step])
    assert run("exception", "show", "C-0001", "--json").json[0]["until"]


def seven(company: Terminal, yes: int) -> None:
    """Takes C-0001 through inspection and a panel of seven, of whom so many vote yes."""
    run = company.run
    publish(company, "five-of-seven")
    nominate(company, "five-of-seven")
    evidence(company, "account-plan", "Plan")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    more = tuple(f"H-{number}" for number in range(41, 45))
    for one in more:
        people(company, f"{one},Person {one[2:]},panel,senior-ae,2020-01-01", head=LEVELLED)
    panel = (*PANEL, *more)
    opened(company, "H-3", *panel)
    said = run("session", "add", "S-0001", "C-0001", acting="H-3", code=3)
    assert "C-0001 stays in inspection until the end of 2026-10-25, and is judged after that." in said.err
    company.today += timedelta(days=10)
    said = run("case", "step", "C-0001", "end_inspection", acting="H-10", code=3)
    assert "C-0001 stays in inspection until the end of 2026-10-25. [when:stay over]" in said.err
    run("export", "C-0001", "--as", "candidate", "--format", "md", "--out", company.workspace / "c.md",
        acting="H-10")  # fmt: skip
    company.today += timedelta(days=1)
    run("case", "step", "C-0001", "end_inspection", acting="H-10")
    run("session", "add", "S-0001", "C-0001", acting="H-3")
    scored(company, *panel)
    note = ("session", "note", "S-0001", "C-0001", "I once saw her")
    assert "Only what is in the file may be discussed" in run(*note, acting="H-4", code=3).err
    voted(company, **{f"H{one[2:]}": "yes" if at < yes else "no" for at, one in enumerate(panel)})
    run("session", "close", "S-0001", acting="H-3")


def test_five_of_seven_must_affirm_after_the_candidate_inspected_the_file_for_ten_days(
    company: Terminal,
) -> None:
    seven(company, 5)
    company.run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2")
    company.run("audit", "replay")


def test_four_of_seven_do_not_affirm(company: Terminal) -> None:
    seven(company, 4)
    said = company.run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2", code=3)
    assert "4 vote yes; 5 must. [when:panel affirms]" in said.err


def test_five_people_of_the_reporting_line_approve_an_exception_one_above_the_other(
    company: Terminal,
) -> None:
    run = company.run
    publish(company, "line-exception")
    head = "hr_id,name,manager,manager_since"
    rows = ("H-51,Three Up,H-52,2020-01-01", "H-52,Four Up,H-53,2020-01-01", "H-53,Five Up,,")
    people(company, *rows, head=head)
    people(company, "H-2,Dario Conti,H-51,2020-01-01", head=head)
    nominate(company, "line-exception", "H-11")
    run("exception", "request", "C-0001", "next-level", *BECAUSE, acting="H-1")
    approve = ("exception", "approve", "C-0001", "X1", *BECAUSE)
    said = run(*approve, acting="H-51", code=3)
    assert "It is the turn of the manager of candidate. [exception:turn]" in said.err
    for one in ("H-6", "H-2", "H-51", "H-52"):
        run(*approve, acting=one)
        assert "is undetermined" in run("case", "step", "C-0001", "freeze_file", acting="H-6", code=3).err
    assert [one["task"] for one in run("queue", "--json", acting="H-53").json] == ["exception"]
    run(*approve, acting="H-53")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    run("audit", "replay")


def test_fast_track_needs_a_manager_and_a_director_and_no_panel(company: Terminal) -> None:
    run = company.run
    file = company.workspace / "fast.yaml"
    file.write_text(shipped.text("fast-track"), encoding="utf-8")
    run("workflow", "publish", file, acting="H-1")
    people(company, "H-6,Milo Brandt,director", "H-7,Alma Reyes,director")
    nominate(company, "fast-track")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    promote = ("decide", "C-0001", "promoted", *BECAUSE)
    said = run(*promote, acting="H-7", code=3)
    assert "The manager of candidate has not approved. [when:approvals given]" in said.err
    run("case", "approve", "C-0001", *BECAUSE, acting="H-6")
    assert "they nominated the candidate." in run(*promote, acting="H-6", code=3).err
    run(*promote, acting="H-7")
    run("audit", "replay")


def test_an_executive_review_has_a_sponsor_who_is_not_the_nominator_and_five_judges(
    company: Terminal,
) -> None:
    run = company.run
    file = company.workspace / "executive.yaml"
    file.write_text(shipped.text("executive-review"), encoding="utf-8")
    run("workflow", "publish", file, acting="H-1")
    words = ("--to", "senior-ae", "--workflow", "executive-review", *BECAUSE)
    run("nominate", "H-10", *words, acting="H-6")
    sponsor = ("case", "step", "C-0001", "sponsor", *BECAUSE)
    people(company, "H-6,Milo Brandt,executive sponsor", "H-7,Alma Reyes,executive sponsor")
    assert "The nominator may not sponsor." in run(*sponsor, acting="H-6", code=3).err
    run(*sponsor, acting="H-7")
    evidence(company, "account-plan", "Plan")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    opened(company, "H-3", *PANEL)
    said = run("session", "add", "S-0001", "C-0001", acting="H-3", code=3)
    assert "S-0001 seats 3; the workflow asks for a panel of 5. [panel:size]" in said.err
    walk_before_executives(company)


def walk_before_executives(company: Terminal) -> None:
    """Takes the sponsored case through five judges, a tie, a second vote, three approvals in order, and an appeal."""
    run = company.run
    chair, *judges = executives = [f"H-{number}" for number in range(61, 66)]
    for one in (*executives, "H-66"):
        people(company, f"{one},Judge {one[2:]},panel,sales-manager,2020-01-01", head=LEVELLED)
    people(company, "H-67,Wage Scale,total rewards", "H-68,Till Keeper,finance")
    words = ("--chair", chair, *members(*executives), "--alternate", "H-66", "--quorum", "4")
    run("session", "open", "--title", "Executives", *words, acting="H-1")
    run("session", "add", "S-0002", "C-0001", acting="H-1")
    here = ("S-0002", "C-0001")
    absent = judges.pop()
    for one in (chair, *judges):
        run("session", "attend", "S-0002", acting=one)
        run("session", "score", *here, "deal-complexity=4", "--cite", "deal-complexity=E1", acting=one)
    run("session", "reveal", *here, acting=chair)
    note = ("session", "note", *here, "I once saw her")
    assert "Only what is in the file may be discussed" in run(*note, acting=chair, code=3).err
    run(*note, "--cite", "E1", acting=chair)
    away = run("session", "vote", *here, "yes", *BECAUSE, acting=absent, code=3)
    assert "Only who attends votes" in away.err

    def ballot(*votes: str) -> None:
        for one, vote in zip((chair, *judges), votes, strict=True):
            run("session", "vote", *here, vote, *BECAUSE, acting=one)
        run("session", "reveal", *here, acting=chair)

    ballot("yes", "yes", "no", "no")
    run("session", "tie", *here, "yes", *BECAUSE, acting=chair, code=3)
    run("session", "revote", *here, *BECAUSE, acting=chair)
    ballot("yes", "yes", "yes", "no")
    run("session", "close", "S-0002", acting=chair)
    promote = ("decide", "C-0001", "promoted", *BECAUSE, "--effective", "2026-11-01")
    assert "The finance has not approved." in run(*promote, acting="H-2", code=3).err
    turn = run("case", "approve", "C-0001", *BECAUSE, acting="H-68", code=3).err
    assert "It is the turn of the hr. [approve:turn]" in turn
    for one in ("H-1", "H-67", "H-68"):
        run("case", "approve", "C-0001", *BECAUSE, acting=one)
    run(*promote, acting="H-2")
    told = run("case", "show", "C-0001", "--json").json
    assert (told["state"], told["decisions"][0]["outcome"]) == ("promoted", "promoted")
    assert [one["task"] for one in run("queue", "--json", acting="H-6").json] == ["tell"]
    run("case", "tell", "C-0001", *BECAUSE, acting="H-6")
    appeal = ("appeal", "raise", "C-0001", "--ground", "process", *BECAUSE)
    said = run(*appeal, acting="H-10", code=3)
    assert "C-0001 is promoted; an appeal lies against declined or deferred. [appeal:against]" in said.err
    run("audit", "replay")


def test_a_move_may_name_a_workflow_of_its_own(company: Terminal) -> None:
    run = company.run
    file = company.workspace / "bound.yaml"
    text = policy_text("sales").replace("edition: 2026-07", "edition: 2026-08")
    file.write_text(
        text.replace("    to: senior-ae\n", "    to: senior-ae\n    workflow: team-lead-review\n"), "utf-8"
    )
    said = run("policy", "publish", file, acting="H-1").out
    waits = "Its cases go through team-lead-review, which is not published yet: rung workflow publish FILE\n"
    assert said.endswith(waits)
    refused = run("nominate", "H-10", "--to", "senior-ae", *BECAUSE, acting="H-6", code=2)
    assert refused.err == "No workflow team-lead-review is published; there is promotion-review.\n"
    publish(company, "team-lead-review")
    assert waits not in run("policy", "publish", file, acting="H-1", code=None).out
    said = run("policy", "diff", "sales@2026-07", file, code=1).out
    assert "workflow for AE II -> Senior AE: any -> team-lead-review\n" in said
    run("nominate", "H-10", "--to", "senior-ae", *BECAUSE, acting="H-6")
    (review,) = [one for one in run("workflow", "list", "--json").json if one["name"] == "team-lead-review"]
    assert run("case", "show", "C-0001", "--json").json["workflow"] == review["digest"]
    run("nominate", "H-11", "--to", "sales-manager", *BECAUSE, acting="H-6")
    assert run("case", "show", "C-0002", "--json").json["workflow"] != review["digest"]


def test_nobody_becomes_a_team_lead_without_being_bound_to_stay(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "ws")
    terminal.run("init", terminal.workspace, "--name", "Calls", "--pack", "sales-development", "--solo")
    head = "hr_id,name,manager,level,level_since,hired,roles"
    boss, rep = (
        "H-6,Milo Brandt,,account-executive,2020-01-01,2020-01-01,",
        "H-10,Nia Oduya,H-6,sdr,2025-01-01,2025-01-01,",
    )
    people(terminal, "H-1,Hedda Rask,,,,2020-01-01,hr", boss, rep, head=head)
    words = ("nominate", "H-10", "--to", "sdr-team-lead", *BECAUSE)
    said = terminal.run(*words, "--workflow", "promotion-review", acting="H-6", code=3).err
    told = "takes sdr->sdr-team-lead through team-lead-review, not promotion-review. [policy:workflow]"
    assert told in said
    terminal.run(*words, acting="H-6")
    used = terminal.run("case", "show", "C-0001", "--json").json["workflow"]
    held = {one["name"]: one["digest"] for one in terminal.run("workflow", "list", "--json").json}
    assert used == held["team-lead-review"]
    rounds = PROCESSES / "monthly-rounds.yaml"
    terminal.run("round", "plan", rounds, "--year", 2027, acting="H-1")
    ready = ("ready", "H-10", "--to", "sdr-team-lead")
    earliest = terminal.run(*ready, "--json", code=None).json["earliest"]
    assert earliest["on"] is None and earliest["rest"] <= earliest["round"]["from"], "a seat has no date"
    assert earliest["round"]["effective"] == earliest["effective"], (
        "the cut-off and the round say the same day"
    )
    shown = " ".join(terminal.run(*ready, code=None).out.split())
    assert f"{earliest['round']['round']} takes nominations then, until" in shown


@pytest.mark.parametrize(("policy", "file"), [
    ("sales-development-2025", PROCESSES / "team-lead-review-2025.yaml"),
    ("sales-development-2026", "team-lead-review"),
    ("sales-development-2026-06", "team-lead-review"),
])  # fmt: skip
def test_a_team_lead_is_kept_for_as_long_as_the_policy_has_them_say(policy: str, file: Path | str) -> None:
    text = shipped.text(file) if isinstance(file, str) else file.read_text(encoding="utf-8")
    (months,) = re.findall(r"^  commitment: (\d+) months$", text, re.MULTILINE)
    assert f"stays-{months}-months" in policy_text(policy)
    assert "commitment signed" in text


def test_the_rounds_of_a_company_wide_process_take_close_and_are_late_on_the_days_that_were_published(
    company: Terminal,
) -> None:
    run = company.run
    publish(company, "company-wide")
    file = PROCESSES / "company-wide-rounds.yaml"
    company.today = company.today.replace(year=2027, month=7, day=30)
    run("round", "plan", file, "--year", 2027, acting="H-1")
    assert [one["round"] for one in run("round", "list", "--json").json] == ["company-wide-2027-11"]
    words = ("--to", "senior-ae", *BECAUSE)
    said = run("nominate", "H-10", *words, acting="H-6", code=3)
    assert (
        "No round takes ae-2 -> senior-ae on 2027-07-30: company-wide-2027-11 opens on 2027-08-01."
        in said.err
    )
    company.today += timedelta(days=20)
    run("nominate", "H-10", *words, acting="H-6")
    shown = run("case", "show", "C-0001", "--json").json
    assert shown["round"] == {
        "round": "company-wide-2027-11",
        "late": False,
        "freeze": "2027-09-02",
        "judged": "2027-09-30",
        "told": "2027-10-31",
        "effective": "2027-11-01",
    }
    company.today = company.today.replace(month=9, day=6)
    late = run("nominate", "H-11", "--to", "sales-manager", *BECAUSE, acting="H-6")
    assert "it is late: X1 waits for department head, hr." in late.out
    company.today = company.today.replace(day=9)
    said = run("nominate", "H-12", "--to", "ae-2", *BECAUSE, acting="H-6", code=3)
    assert "company-wide-2027-11 closed on 2027-09-01." in said.err
    run("audit", "replay")
