"""Who may judge, what a panel's rules ask, and what happens between the reveals: attacked at the command line."""

from __future__ import annotations

import pytest

from tests.acceptance.bench import BECAUSE, calibrated, members, people, publish, scored, voted
from tests.acceptance.terminal import Terminal

PANEL = ("H-3", "H-4", "H-5")
RULE = "panel: {size: 3, quorum: 2}"
TYPES = ("audit", "log", "--case", "C-0001", "--json")
SEAT = "H-3"


def shown(terminal: Terminal) -> dict[str, object]:
    said = terminal.run("session", "show", "S-0001", "--json", acting="H-3")
    held: dict[str, object] = said.json["cases"][0]
    return held


@pytest.mark.parametrize("when", ["scored", "voted", "revealed"])
def test_a_late_recusal_takes_back_by_an_event_what_was_judged(calibrating: Terminal, when: str) -> None:
    run = calibrating.run
    scored(calibrating, *PANEL)
    if when != "scored":
        voted_so_far = PANEL if when == "revealed" else ("H-5",)
        for one in voted_so_far:
            run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting=one)
    if when == "revealed":
        run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    run("session", "recuse", "S-0001", "C-0001", *BECAUSE, acting="H-5")
    events = {one["type"]: one["data"] for one in run(*TYPES, acting=SEAT).json}
    assert len(events["JudgementVoided"]["judgements"]) == (1 if when == "scored" else 2)
    assert events["JudgementVoided"]["why"] == "recusal"
    assert events["QuorumLost"]["quorum"] == 3
    assert len(events["QuorumLost"]["away"]) == len(events["QuorumLost"]["alternates"]) == 1
    assert "P-0005" not in str(shown(calibrating)["voted"])
    said = run("session", "close", "S-0001", acting="H-3", code=3)
    assert "2 judges remain of the 3 that the quorum asks for; recused: Pia Lorenz" in said.err
    assert run("audit", "replay").out


def test_a_late_interest_takes_back_a_vote_as_a_recusal_does(calibrating: Terminal) -> None:
    scored(calibrating, *PANEL)
    voted(calibrating, H3="yes", H4="yes", H5="yes")
    calibrating.run("case", "interest", "C-0001", *BECAUSE, acting="H-4")
    assert shown(calibrating)["voted"] == ["P-0003", "P-0005"]
    said = calibrating.run("session", "close", "S-0001", acting="H-3", code=3)
    assert "C-0001: 2 of the 3 judges that the quorum asks for have voted. [when:quorum present]" in said.err


def test_a_second_account_that_comes_to_light_counts_once(calibrating: Terminal) -> None:
    run = calibrating.run
    scored(calibrating, *PANEL)
    for one in PANEL:
        run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting=one)
    run("person", "join", "H-4", "H-5", "--because", "One passport", acting="H-1")
    said = run("session", "reveal", "S-0001", "C-0001", acting="H-3", code=3)
    assert "2 judges remain of the 3 that the quorum asks for" in said.err
    twice = run("session", "vote", "S-0001", "C-0001", "no", *BECAUSE, acting="H-5", code=3)
    assert "This member has voted on this case; a vote is cast once." in twice.err


def test_a_second_account_of_the_candidate_judges_nothing(calibrating: Terminal) -> None:
    calibrating.run("person", "join", "H-10", "H-4", "--because", "One passport", acting="H-1")
    said = calibrating.run("session", "score", "S-0001", "C-0001", "deal-complexity=5", acting="H-4", code=3)
    assert "Whoever acts may not score: the case is their own. [forbid:score:candidate]" in said.err


def test_accounts_are_joined_by_hr_alone_and_never_by_one_of_the_two(calibrating: Terminal) -> None:
    for acting in ("H-4", "H-10"):
        said = calibrating.run("person", "join", "H-10", "H-4", *BECAUSE, acting=acting, code=3)
        assert "Not allowed: join two accounts, these two." in said.err
    said = calibrating.run("person", "join", "H-1", "H-4", *BECAUSE, acting="H-1", code=3)
    assert "one of the two accounts is their own" in said.err


def test_whoever_becomes_the_candidates_manager_after_voting_no_longer_counts(calibrating: Terminal) -> None:
    run = calibrating.run
    scored(calibrating, *PANEL)
    for one in PANEL:
        run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting=one)
    people(calibrating, "H-10,Nadia Kerr,H-5,2026-10-15", head="hr_id,name,manager,manager_since")
    said = run("session", "reveal", "S-0001", "C-0001", acting="H-3", code=3)
    assert "barred by a conflict: Pia Lorenz" in said.err
    run("session", "seat", "S-0001", "H-7", acting="H-3")
    run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting="H-7")
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    types = [one["type"] for one in run(*TYPES, acting=SEAT).json]
    assert types.index("MemberBarred") < types.index("JudgementVoided") < types.index("VotesRevealed")
    assert run(*TYPES, "--type", "VotesRevealed", acting=SEAT).json[0]["data"]["tally"] == {
        "yes": 3,
        "no": 0,
        "abstain": 0,
    }


def test_the_shipped_review_bars_the_line_and_whoever_is_below_the_level_and_says_which(
    company: Terminal,
) -> None:
    run = company.run
    calibrated(company, "promotion-review", *members("H-3", "H-4", "H-12", "H-2"))
    told = " ".join(run("session", "show", "S-0001").out.split())
    assert "Sana Qureshi barred: below target level" in told
    assert "Dario Conti barred: below target level; reporting line" in told
    said = run("session", "score", "S-0001", "C-0001", "deal-complexity=5", acting="H-12", code=3)
    assert said.err == (
        "The scores on C-0001 are not taken.\n"
        "  - Whoever acts may not score: the panel's rules bar them from the case, as those whose own level is below "
        "the level the case is for, or not known. [forbid:score:barred]\n"
    )


def test_a_definition_may_say_that_its_panel_bars_nobody_besides_the_law(company: Terminal) -> None:
    publish(company, "open", (RULE, "panel: {size: 3, quorum: 2, bars: []}"))
    calibrated(company, "open", *members("H-3", "H-12", "H-2"))
    company.run("session", "score", "S-0001", "C-0001", "deal-complexity=5", acting="H-12")
    assert "barred" not in company.run("session", "show", "S-0001").out


def test_whoever_comes_into_the_line_after_voting_no_longer_counts(calibrating: Terminal) -> None:
    run = calibrating.run
    scored(calibrating, *PANEL)
    for one in PANEL:
        run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting=one)
    people(calibrating, "H-6,Milo Brandt,H-5,2026-10-15", head="hr_id,name,manager,manager_since")
    said = run("session", "reveal", "S-0001", "C-0001", acting="H-3", code=3)
    assert "barred by a conflict: Pia Lorenz" in said.err


def test_a_definition_bars_who_is_below_the_level_in_the_line_or_nominated_by_the_candidate(
    company: Terminal,
) -> None:
    bars = "bars: [below target level, reporting line, nominated by candidate]"
    publish(company, "strict", (RULE, f"panel: {{size: 3, quorum: 1, {bars}}}"))
    people(company, "H-10,Nadia Kerr,hr")
    company.run("nominate", "H-7", "--to", "principal-ae", *BECAUSE, acting="H-10", code=None)
    calibrated(company, "strict", *members("H-4", "H-12", "H-2"), "--quorum", "1")
    told = " ".join(company.run("session", "show", "S-0001").out.split())
    assert "barred: below target level" in told
    assert "Dario Conti barred: below target level; reporting" in told
    for one in ("H-12", "H-2"):
        said = company.run("session", "score", "S-0001", "C-0001", "deal-complexity=3", acting=one, code=3)
        assert "the panel's rules bar them from the case, as those " in said.err


def test_a_panel_has_the_size_the_groups_and_the_alternates_that_its_workflow_asks_for(
    company: Terminal,
) -> None:
    publish(company, "wide", (RULE, "panel: {size: 4, quorum: 2, alternates: 1, groups: {west: 2}}"))
    run = company.run
    run("nominate", "Nadia", "--to", "senior-ae", "--workflow", "wide", *BECAUSE, acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    run("session", "open", "--title", "A", "--chair", "H-3", *members("H-3", "H-4:west", "H-5"), acting="H-1")
    assert run("session", "add", "S-0001", "C-0001", acting="H-3", code=3).err == (
        "C-0001 is not added to S-0001.\n"
        "  - S-0001 seats 3; the workflow asks for a panel of 4. [panel:size]\n"
        "  - S-0001 names 0 alternates; the workflow asks for 1. [panel:alternates]\n"
        "  - S-0001 seats 1 from west; the workflow asks for 2. [panel:group]\n"
    )


def test_a_group_without_enough_judges_blocks_as_the_quorum_does(company: Terminal) -> None:
    publish(company, "grouped", (RULE, "panel: {size: 3, quorum: 2, groups: {west: 2}}"))
    calibrated(company, "grouped", *members("H-3", "H-4:west", "H-5:west"), "--alternate", "H-7")
    scored(company, "H-3", "H-4", "H-5")
    company.run("session", "recuse", "S-0001", "C-0001", *BECAUSE, acting="H-5")
    said = company.run("session", "reveal", "S-0001", "C-0001", "--early", acting="H-3", code=3)
    assert "1 judges remain of the 2 that the quorum asks for from west. [law:8]" in said.err
    company.run("session", "seat", "S-0001", "H-7", "--group", "west", acting="H-3")
    for one in ("H-3", "H-4", "H-7"):
        company.run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting=one)
    company.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    company.run("session", "close", "S-0001", acting="H-3")


def test_only_who_attends_votes_where_the_workflow_says_so(company: Terminal) -> None:
    publish(company, "present", (RULE, "panel: {size: 3, quorum: 2, attend: true}"))
    calibrated(company, "present", *members(*PANEL))
    scored(company, *PANEL)
    said = company.run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting="H-4", code=3)
    assert "Only who attends votes; `rung session attend` notes it. [vote:attend]" in said.err
    company.run("session", "attend", "S-0001", acting="H-4")
    company.run("session", "attend", "S-0001", "--member", "H-5", acting="H-3")
    said = company.run("session", "attend", "S-0001", "--member", "H-3", acting="H-4", code=3)
    assert "Only chair of session or hr may mark who attends." in said.err
    voted(company, H4="yes", H5="no")
    assert shown(company)["voted"] == ["P-0004", "P-0005"]


TIE = ("when: [votes revealed, quorum present, no recusal blocks, readiness met or excepted, effective date set]",
       "when: [votes revealed, panel affirms, readiness met or excepted, effective date set]")  # fmt: skip


def tied(company: Terminal, ties: str) -> None:
    publish(company, "tie", (RULE, f"panel: {{size: 2, quorum: 1, ties: {ties}}}"), TIE)
    calibrated(company, "tie", *members("H-4", "H-5"), "--quorum", "2")
    scored(company, "H-4", "H-5")
    voted(company, H4="yes", H5="no")


def promotes(company: Terminal, told: str | None) -> None:
    said = company.run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2", code=3 if told else 0)
    assert told is None or f"  - {told} [when:panel affirms]\n" in said.err


def test_a_tie_is_lost_where_the_workflow_says_so(company: Terminal) -> None:
    tied(company, "lost")
    said = company.run("session", "tie", "S-0001", "C-0001", "yes", *BECAUSE, acting="H-3", code=3)
    assert "In the workflow of this case the chair breaks no tie. [tie:rule]" in said.err
    company.run("session", "close", "S-0001", acting="H-3")
    promotes(company, "The votes are tied, 1 to 1, and a tie is lost.")


def test_the_chair_breaks_a_tie_once_where_the_workflow_says_so(company: Terminal) -> None:
    tied(company, "chair")
    said = company.run("session", "tie", "S-0001", "C-0001", "yes", *BECAUSE, acting="H-4", code=3)
    assert "Only chair of session may break a tie." in said.err
    company.run("session", "tie", "S-0001", "C-0001", "yes", *BECAUSE, acting="H-3")
    said = company.run("session", "tie", "S-0001", "C-0001", "no", *BECAUSE, acting="H-3", code=3)
    assert "The chair has broken the tie. [tie:once]" in said.err
    company.run("session", "close", "S-0001", acting="H-3")
    promotes(company, None)


def test_a_panel_votes_once_more_and_a_second_tie_is_lost(company: Terminal) -> None:
    tied(company, "revote once")
    company.run("session", "revote", "S-0001", "C-0001", *BECAUSE, acting="H-3")
    assert shown(company)["voted"] == []
    voted(company, H5="no", H4="yes")
    said = company.run("session", "revote", "S-0001", "C-0001", *BECAUSE, acting="H-3", code=3)
    assert "The panel has voted once more already; a tie is lost. [revote:once]" in said.err
    company.run("session", "close", "S-0001", acting="H-3")
    promotes(company, "The votes are tied, 1 to 1, and a tie is lost.")
    assert [one["type"] for one in company.run(*TYPES, acting=SEAT).json].count("VoteCast") == 4
    company.run("audit", "replay")


def test_a_changed_score_keeps_the_old_one_and_says_who_authorised_it_and_why(calibrating: Terminal) -> None:
    run = calibrating.run
    change = ("session", "change", "S-0001", "C-0001", "deal-complexity=2", "--code", "misread", *BECAUSE)
    said = run(*change, acting="H-4", code=3)
    assert "The scores are still sealed; score again to replace yours. [change:order]" in said.err
    scored(calibrating, *PANEL)
    run(*change, acting="H-4")
    assert shown(calibrating)["scores"]["P-0004"]["deal-complexity"] == {"note": None, "points": 3}  # type: ignore[index]
    allow = ("session", "authorise", "S-0001", "C-0001", "H-4")
    for acting in ("H-4", "H-5"):
        said = run(*allow, acting=acting, code=3)
        assert "authorise a change" in said.err
    run(*allow, acting="H-3")
    assert shown(calibrating)["scores"]["P-0004"]["deal-complexity"] == {  # type: ignore[index]
        "note": None,
        "points": 2,
        "was": 3,
    }
    assert (
        "Change asked by Petter Vik (misread): deal-complexity 2: Because; authorised by Celine Obi."
        in run("session", "show", "S-0001").out
    )
    run(
        "session", "change", "S-0001", "C-0001", "deal-complexity=4", "--code", "slip", *BECAUSE, acting="H-3"
    )
    said = run("session", "authorise", "S-0001", "C-0001", "H-3", acting="H-3", code=3)
    assert "Whoever acts may not authorise a change: the changed score is their own." in said.err
    run("session", "authorise", "S-0001", "C-0001", "H-3", acting="H-1")
    said = run("session", "change", "S-0001", "C-0001", "deal-complexity=9", "--code", "x", "--because", " ",
               acting="H-5", code=3)  # fmt: skip
    assert said.err == (
        "The scores on C-0001 stay as they are.\n"
        "  - 'x' is no code for a change; write misread, overlooked, wrong-level, slip. [change:code]\n"
        "  - A change says why. [change:reason]\n"
        "  - deal-complexity: 9 is off the scale of 1 to 5. [score:scale]\n"
    )


def test_a_case_is_discussed_after_the_scores_are_revealed_and_from_the_file_where_the_workflow_says_so(
    company: Terminal,
) -> None:
    publish(company, "file", (RULE, "panel: {size: 3, quorum: 2, discuss: file only}"))
    calibrated(company, "file", *members(*PANEL))
    note = ("session", "note", "S-0001", "C-0001", "The plan was hers")
    said = company.run(*note, "--cite", "E1", acting="H-4", code=3)
    assert "a case is discussed once they are revealed. [note:order]" in said.err
    scored(company, *PANEL)
    said = company.run(*note, acting="H-4", code=3)
    assert "Only what is in the file may be discussed;" in said.err
    said = company.run(*note, "--cite", "E7", acting="H-4", code=3)
    assert "E7 is not in the file; a judgement cites exhibits or facts that are. [law:11]" in said.err
    company.run(*note, "--cite", "E1", acting="H-4")
    assert "Noted by Petter Vik: The plan was hers [E1]" in company.run("session", "show", "S-0001").out


def test_a_score_cites_the_file_and_nothing_else(calibrating: Terminal) -> None:
    words = ("session", "score", "S-0001", "C-0001", "deal-complexity=3", "--cite")
    said = calibrating.run(*words, "deal-complexity=E9", acting="H-4", code=3)
    assert "E9 is not in the file" in said.err


def test_a_chair_who_may_not_judge_a_case_does_not_get_it(company: Terminal) -> None:
    run = company.run
    run("nominate", "Nadia", "--to", "senior-ae", *BECAUSE, acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("case", "step", "C-0001", "freeze_file", acting="H-6")
    run("session", "open", "--title", "A", "--chair", "H-6", *members(*PANEL), acting="H-1")
    said = run("session", "add", "S-0001", "C-0001", acting="H-1", code=3)
    assert said.err == (
        "C-0001 is not added to S-0001.\n"
        "  - The chair may not judge C-0001: they nominated the candidate; they manage the candidate; "
        "bring it before another session. [session:chair]\n"
    )
