"""Exceptions, approvals, what follows a decision, and appeals: at the command line, and attacked there."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.acceptance.bench import BECAUSE, calibrated, members, people, publish, scored, voted
from tests.acceptance.terminal import Terminal

PANEL = ("H-3", "H-4", "H-5")
RULE = "panel: {size: 3, quorum: 2}"
CHAIN = ("    - approvals: [hr, decider]", "    - approvals: [manager of candidate, hr, finance]")


def lacking(terminal: Terminal, workflow: str = "promotion-review") -> None:
    """Opens C-0001 for Tobias, who lacks three criteria: next-level is undetermined, executives and path not met."""
    words = ("--to", "senior-ae", "--workflow", workflow, *BECAUSE)
    terminal.run("nominate", "H-11", *words, acting="H-6")
    terminal.run("case", "step", "C-0001", "open_evidence", acting="H-6")


def ask(terminal: Terminal, criterion: str, *, acting: str = "H-6", code: int = 0) -> str:
    return terminal.run("exception", "request", "C-0001", criterion, *BECAUSE, acting=acting, code=code).err


def approve(terminal: Terminal, name: str, acting: str, code: int = 0) -> str:
    return terminal.run("exception", "approve", "C-0001", name, *BECAUSE, acting=acting, code=code).err


def granted(terminal: Terminal, *criteria: str) -> None:
    """Has exceptions asked for and granted under promotion-review."""
    for number, criterion in enumerate(criteria, 1):
        ask(terminal, criterion)
        approve(terminal, f"X{number}", "H-1")
        approve(terminal, f"X{number}", "H-2")


def test_an_exception_lets_a_case_go_on_and_leaves_the_finding_as_it_is(company: Terminal) -> None:
    lacking(company)
    freeze = ("case", "step", "C-0001", "freeze_file")
    assert "Criterion next-level is undetermined. " in company.run(*freeze, acting="H-6", code=3).err
    ask(company, "next-level")
    waits = "Criterion next-level is undetermined, and its exception X1 waits for the hr. "
    assert waits in company.run(*freeze, acting="H-6", code=3).err
    before = company.run("case", "show", "C-0001", "--json").json["readiness"]
    approve(company, "X1", "H-1")
    approve(company, "X1", "H-2")
    company.run(*freeze, acting="H-6")
    shown = company.run("case", "show", "C-0001", "--json").json
    assert shown["readiness"] == before
    assert (shown["exceptions"][0]["finding"], shown["exceptions"][0]["until"]) == (
        "undetermined",
        "2027-01-13",
    )
    assert company.run("exception", "show", "C-0001").out == (
        "Exception X1 from next-level, asked by Milo Brandt: Because\n"
        "  approved by Hedda Rask (hr) on 2026-10-15: Because\n"
        "  approved by Dario Conti (decider) on 2026-10-15: Because\n"
        "  granted until 2027-01-13.\n"
    )
    company.run("audit", "replay")


def test_an_exception_ends_with_its_time_and_a_decision_then_lacks_it(company: Terminal) -> None:
    run = company.run
    lacking(company)
    granted(company, "next-level", "executives", "path")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    run("session", "open", "--title", "Autumn", "--chair", "H-3", *members(*PANEL), acting="H-1")
    run("session", "add", "S-0001", "C-0001", acting="H-3")
    scored(company, *PANEL)
    voted(company, H3="yes", H4="yes", H5="yes")
    run("session", "close", "S-0001", acting="H-3")
    started, company.today = company.today, company.today + timedelta(days=91)
    late = run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2", code=3)
    assert (
        "Criterion path is not met, and its exception X3 ended on 2027-01-13. [when:readiness met" in late.err
    )
    company.today = started + timedelta(days=90)
    run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2")
    run("audit", "replay")
    for variant, reason in (
        ("candidate", "given in confidence"),
        ("committee", "Because"),
        ("auditor", "Because"),
    ):
        for form in ("md", "html", "json"):
            out = company.workspace / f"{variant}.{form}"
            run("export", "C-0001", "--as", variant, "--format", form, "--out", out, acting="H-1")
            text = out.read_text(encoding="utf-8")
            assert reason in text and "next-level" in text
            assert (
                form == "json"
                or "Granted until 13 January 2027" in text
                or "granted until 13 January" in text
            )


def test_an_exception_is_asked_for_by_name_where_something_lacks_and_once(company: Terminal) -> None:
    lacking(company)
    assert "quota is met, so there is nothing to except. [exception:met]" in ask(company, "quota", code=3)
    assert "qouta is no required criterion of this case; it has " in ask(company, "qouta", code=3)
    assert "the case is their own" in ask(company, "path", acting="H-11", code=3)
    assert "Only nominator or manager of candidate or hr may request" in ask(
        company, "path", acting="H-4", code=3
    )
    ask(company, "path")
    told = "X1 asks for path already: 0 of 2 have approved, the hr is next. [exception:twice]"
    assert told in ask(company, "path", code=3)
    said = company.run("exception", "refuse", "C-0001", "X1", *BECAUSE, acting="H-2", code=3)
    assert said.err == (
        "X1 on C-0001 is not answered.\n"
        "  - Only next approver may approve an exception. [permit:approve an exception]\n"
        "  - It is the turn of the hr. [exception:turn]\n"
    )
    company.run("exception", "refuse", "C-0001", "X1", *BECAUSE, acting="H-1")
    assert "X1 is answered: refused by the hr on 2026-10-15. [exception:answered]" in approve(
        company, "X1", "H-1", 3
    )
    ask(company, "path")


def test_nobody_approves_an_exception_that_they_asked_for_or_in_two_roles(company: Terminal) -> None:
    lacking(company)
    ask(company, "path", acting="H-1")
    told = "Whoever acts may not approve an exception: they asked for it themselves, and a second person approves."
    assert told in approve(company, "X1", "H-1", 3)
    people(company, "H-2,Dario Conti,decider;hr")
    approve(company, "X1", "H-2")
    assert "they have approved it in another role" in approve(company, "X1", "H-2", 3)
    people(company, "H-7,Alma Reyes,panel;decider")
    company.run("person", "join", "H-2", "H-7", *BECAUSE, acting="H-1")
    assert "they have approved it in another role" in approve(company, "X1", "H-7", 3)
    people(company, "H-6,Milo Brandt,decider")
    assert "Whoever acts may not judge this case: they nominated the candidate." in approve(
        company, "X1", "H-6", 3
    )


def test_a_second_account_does_not_approve_what_the_first_asked_for(company: Terminal) -> None:
    lacking(company)
    ask(company, "path")
    people(company, "H-4,Petter Vik,hr")
    company.run("person", "join", "H-6", "H-4", *BECAUSE, acting="H-1")
    assert "they asked for it themselves" in approve(company, "X1", "H-4", 3)


def test_an_exception_that_waits_is_in_the_queue_of_whoever_has_the_next_turn(company: Terminal) -> None:
    publish(company, "long", CHAIN)
    lacking(company, "long")
    ask(company, "path", acting="H-1")
    tasks = company.run("queue", "--json", acting="H-6").json
    assert [(one["case"], one["task"]) for one in tasks] == [("C-0001", "exception")]
    approve(company, "X1", "H-6")
    assert company.run("queue", "--json", acting="H-6").json == []


APPROVALS = (
    "appeal:\n  grounds",
    "approvals: {order: as written, of: [skip-level manager of candidate, hr]}\n\nappeal:\n  grounds",
)
GIVEN = ("when: [votes revealed, quorum present, no recusal blocks, readiness met or excepted, effective date set]",
         "when: [votes revealed, approvals given, readiness met or excepted, effective date set]")  # fmt: skip


def judged(terminal: Terminal, workflow: str, vote: str = "yes") -> None:
    """Takes C-0001 (Nadia) to decision."""
    calibrated(terminal, workflow, *members(*PANEL), "--alternate", "H-7")
    scored(terminal, *PANEL)
    voted(terminal, H3=vote, H4=vote, H5=vote)
    terminal.run("session", "close", "S-0001", acting="H-3")


def test_a_promotion_waits_for_the_approvals_in_their_order(company: Terminal) -> None:
    publish(company, "approved", APPROVALS, GIVEN)
    judged(company, "approved")
    run = company.run
    promote = ("decide", "C-0001", "promoted", *BECAUSE)
    people(company, "H-3,Celine Obi,chair;panel;decider")
    said = run(*promote, acting="H-3", code=3)
    assert "  - The skip-level manager of candidate has not approved. [when:approvals given]\n" in said.err
    said = run("case", "approve", "C-0001", *BECAUSE, acting="H-1", code=3)
    assert "It is the turn of the skip-level manager of candidate. [approve:turn]" in said.err
    run("case", "approve", "C-0001", "--withhold", *BECAUSE, acting="H-2")
    assert "withheld it on 2026-10-15. [when:approvals given]" in run(*promote, acting="H-3", code=3).err
    run("case", "approve", "C-0001", *BECAUSE, acting="H-2")
    people(company, "H-2,Dario Conti,hr")
    twice = run("case", "approve", "C-0001", *BECAUSE, acting="H-2", code=3)
    assert "Whoever acts may not approve: they have approved it in another role." in twice.err
    people(company, "H-1,Hedda Rask,hr")
    assert run("queue", "--json", acting="H-1").json[0]["task"] == "approve"
    run("case", "approve", "C-0001", *BECAUSE, acting="H-1")
    run(*promote, acting="H-3")
    run("audit", "replay")


def test_the_person_is_told_once_and_their_manager_has_it_in_the_queue(company: Terminal) -> None:
    judged(company, "promotion-review")
    run = company.run
    tell = ("case", "tell", "C-0001", "--because", "In person")
    assert "is not decided, so there is nothing to tell." in run(*tell, acting="H-6", code=3).err
    run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2")
    task = run("queue", "--json", acting="H-6").json[0]
    assert (task["task"], task["due"]) == ("tell", "2026-10-29")
    assert "is not between the decision" in run(*tell, "--on", "2026-10-14", acting="H-6", code=3).err
    assert "the case is their own" in run(*tell, acting="H-10", code=3).err
    run(*tell, acting="H-6")
    assert run("queue", "--json", acting="H-6").json == []
    assert "The candidate was told on 2026-10-15. [tell:twice]" in run(*tell, acting="H-1", code=3).err


def test_who_committed_to_a_role_is_not_nominated_for_another_before_that_is_over(company: Terminal) -> None:
    commitment = ("tell_within: 10 working days", "tell_within: 10 working days\n  commitment: 6 months")
    signed = (GIVEN[0], GIVEN[0].replace("votes revealed,", "votes revealed, commitment signed,"))
    publish(company, "bound", commitment, signed)
    judged(company, "bound")
    promote = ("decide", "C-0001", "promoted", *BECAUSE, "--effective", "2026-11-01")
    assert "The candidate has not committed to the role." in company.run(*promote, acting="H-2", code=3).err
    assert (
        "Only candidate may commit to the role."
        in company.run("case", "commit", "C-0001", acting="H-6", code=3).err
    )
    company.run("case", "commit", "C-0001", acting="H-10")
    company.run(*promote, acting="H-2")
    company.today += timedelta(days=90)
    said = company.run("nominate", "H-10", "--to", "principal-ae", *BECAUSE, acting="H-6", code=3)
    assert "They committed to senior-ae until 2027-05-01 (C-0001). [commitment:until]" in said.err


def declined(terminal: Terminal) -> None:
    judged(terminal, "promotion-review", "no")
    terminal.run("decide", "C-0001", "declined", *BECAUSE, "--next-date", "2027-04-01", acting="H-2")


APPEAL = ("appeal", "raise", "C-0001", "--ground", "process", "--because", "Not read")


def test_a_declined_or_deferred_case_names_a_next_date(company: Terminal) -> None:
    judged(company, "promotion-review", "no")
    for outcome in ("declined", "deferred"):
        said = company.run("decide", "C-0001", outcome, *BECAUSE, acting="H-2", code=3)
        assert "Missing: a date on which the case is looked at again. [requires:next date]" in said.err


def test_the_candidate_of_a_declined_case_reads_what_would_be_needed_and_from_when(
    company: Terminal, tmp_path: Path
) -> None:
    declined(company)

    def packet(variant: str, acting: str) -> Any:
        out = tmp_path / f"{variant}.json"
        company.run(
            "export", "C-0001", "--as", variant, "--format", "json", "--out", out, "--force", acting=acting
        )
        return json.loads(out.read_text())

    ahead = packet("candidate", "H-10")["ahead"]
    assert ahead["as_of"] == "2026-10-15"
    assert ahead["says"].startswith(("Earliest ", "No date for "))
    unmet = [
        one["id"] for one in packet("candidate", "H-10")["readiness"]["criteria"] if one["status"] != "met"
    ]
    assert [one["id"] for one in ahead["steps"]] == unmet
    assert "rung import" not in str(ahead)
    assert packet("committee", "H-1")["ahead"] is None


def test_the_candidate_reads_what_is_booked_so_far_and_what_more_would_do(
    company: Terminal, tmp_path: Path
) -> None:
    head = "person,metric,period_start,period_end,actual,target,unit"
    rows = (
        "H-10,quota,2026-07-01,2026-10-01,190000,300000,USD",
        "H-10,quota,2026-10-01,2027-01-01,9000,300000,USD",
    )
    file = tmp_path / "figures.csv"
    file.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    company.run("import", "attainment", file, acting="H-1")
    judged(company, "promotion-review", "no")
    reasons = [word for one in ("quota", "year") for word in ("--reason", f"{one}=One quarter was far below")]
    company.run("decide", "C-0001", "declined", *BECAUSE, *reasons, "--next-date", "2027-04-01", acting="H-2")
    out = tmp_path / "candidate.json"
    words = ("export", "C-0001", "--as", "candidate", "--format", "json", "--out", out)
    company.run(*words, acting="H-10")
    told = {one["id"]: one["lacking"] for one in json.loads(out.read_text())["ahead"]["steps"]}
    assert "So far 9000 USD of quota in 1 October 2026 to 31 December 2026; " in told["year"], told
    assert " USD more by 31 December 2026 would do." in told["year"]


def test_an_appeal_has_a_ground_a_deadline_and_a_panel_without_anybody_of_the_first(
    company: Terminal,
) -> None:
    run = company.run
    declined(company)
    said = run("appeal", "raise", "C-0001", "--ground", "unfair", "--because", " ", acting="H-6", code=3)
    assert said.err == (
        "C-0001 is not appealed.\n"
        "  - Only candidate may appeal. [appeal:who]\n"
        "  - 'unfair' is no ground; there is process, evidence overlooked, conflict of interest. [appeal:ground]\n"
        "  - An appeal says why. [appeal:reason]\n"
    )
    started, company.today = company.today, company.today + timedelta(days=31)
    assert (
        "An appeal had to come by 2026-11-14; today is 2026-11-15." in run(*APPEAL, acting="H-10", code=3).err
    )
    company.today = started + timedelta(days=30)
    run(*APPEAL, acting="H-10")
    assert "This decision" in run(*APPEAL, acting="H-10", code=3).err
    shown = run("case", "show", "C-0001", "--json").json
    assert (shown["state"], shown["frozen"], shown["session"]) == ("calibration", True, None)
    back = run("case", "return", "C-0001", *BECAUSE, acting="H-1", code=3)
    assert "The definition of this case allows no new evidence on appeal. [appeal:evidence]" in back.err
    assert (
        "The file is frozen"
        in run("evidence", "add", "C-0001", "--kind", "x", "--text", "y", acting="H-6", code=3).err
    )
    run("session", "open", "--title", "Appeal", "--chair", "H-7", *members("H-3", "H-7"), acting="H-1")
    said = run("session", "add", "S-0002", "C-0001", acting="H-1", code=3)
    assert "Nobody judges an appeal who sat, judged or decided before: Celine Obi. [appeal:panel]" in said.err
    for one in ("H-21,Ada Lunde", "H-22,Ben Okoro", "H-23,Cai Long"):
        people(company, f"{one},panel,senior-ae,2020-01-01", head="hr_id,name,roles,level,level_since")
    run("person", "join", "H-4", "H-23", *BECAUSE, acting="H-1")
    panel = ("H-7", "H-21", "H-22")
    run("session", "open", "--title", "Appeal", "--chair", "H-7", *members(*panel), acting="H-1")
    run("session", "add", "S-0003", "C-0001", acting="H-1")
    run("session", "seat", "S-0003", "H-23", acting="H-7")
    for one in ("H-23", "H-5"):
        refused = run("session", "score", "S-0003", "C-0001", "deal-complexity=5", acting=one, code=3)
        assert "they sat, judged or decided before the appeal. [forbid:score:judged before]" in refused.err
    for one in panel:
        run("session", "score", "S-0003", "C-0001", "deal-complexity=4", acting=one)
    run("session", "reveal", "S-0003", "C-0001", acting="H-7")
    for one in panel:
        run("session", "vote", "S-0003", "C-0001", "yes", *BECAUSE, acting=one)
    run("session", "reveal", "S-0003", "C-0001", acting="H-7")
    run("session", "close", "S-0003", acting="H-7")
    again = run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2", code=3)
    assert (
        "Whoever sat, judged or decided before the appeal may not promote. [forbid:promote:judged before]"
        in again.err
    )
    people(company, "H-6,Milo Brandt,decider", "H-13,Joel Marsh,decider")
    run("decide", "C-0001", "promoted", *BECAUSE, acting="H-13")
    rows = run("appeal", "show", "C-0001", "--json").json
    assert [(one["what"], one["says"]) for one in rows] == [
        ("decision 1", "declined"), ("appeal 1", "process"), ("decision 2", "promoted"),
    ]  # fmt: skip
    assert [one["standing"] for one in rows if "decision" in one["what"]] == ["superseded", "stands"]
    run("audit", "replay")
    for variant in ("candidate", "committee", "auditor"):
        out = company.workspace / f"{variant}.md"
        run("export", "C-0001", "--as", variant, "--format", "md", "--out", out, acting="H-1")
        assert "Appeal" in out.read_text(encoding="utf-8")


def test_an_interest_that_comes_to_light_after_calibration_still_costs_the_quorum(company: Terminal) -> None:
    judged(company, "promotion-review")
    run = company.run
    for one in ("H-4", "H-5"):
        run("case", "interest", "C-0001", *BECAUSE, acting=one)
    said = run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2", code=3)
    assert "1 of the 2 judges that the quorum asks for have voted. [when:quorum present]" in said.err
    late = run("session", "recuse", "S-0001", "C-0001", *BECAUSE, acting="H-3", code=3)
    assert "S-0001 is closed." in late.err
    run("case", "return", "C-0001", *BECAUSE, acting="H-1")


def test_an_import_that_disagrees_with_a_promotion_is_listed(company: Terminal) -> None:
    judged(company, "promotion-review")
    run = company.run
    run("decide", "C-0001", "promoted", *BECAUSE, "--effective", "2026-10-15", acting="H-2")
    assert run("report", "levels").out == "No imported level disagrees with a promotion.\n"
    head = "hr_id,name,level,level_since"
    people(company, "H-10,Nadia Kerr,senior-ae,2026-10-15", head=head)
    assert run("report", "levels", "--json").json == []
    people(company, "H-10,Nadia Kerr,ae-2,2026-10-15", head=head)
    told = run("report", "levels", code=1).out
    assert told.startswith(
        "C-0001: Nadia Kerr is senior-ae from 2026-10-15 by decision; more.csv says ae-2 since"
    )
