"""Attacks on laws 6 to 8 that no single command shows: second roles, stale forms, requests sent again, early eyes."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from engine import bootstrap
from engine.bootstrap import open_engine
from engine.session.command import CastVote, Reveal
from engine.session.queue import queue
from terms.error import Conflict, Refused
from tests.acceptance.bench import BECAUSE, members, people, scored, voted
from tests.acceptance.terminal import Terminal

PANEL = ("H-3", "H-4", "H-5")


def ready_to_decide(terminal: Terminal) -> None:
    scored(terminal, *PANEL)
    voted(terminal, H3="yes", H4="yes", H5="yes")
    terminal.run("session", "close", "S-0001", acting="H-3")


def test_a_form_filled_in_before_the_case_changed_decides_nothing(calibrating: Terminal) -> None:
    run = calibrating.run
    ready_to_decide(calibrating)
    seen = run("case", "show", "C-0001", "--json").json["version"]
    run("case", "interest", "C-0001", *BECAUSE, acting="H-7")
    late = run("decide", "C-0001", "promoted", *BECAUSE, "--seen", seen, acting="H-2", code=4)
    told = f"C-0001 has changed since you looked (version {seen}, now {seen + 1}); look again, then act."
    assert told in late.err
    assert run("case", "show", "C-0001", "--json").json["decisions"] == []
    run("decide", "C-0001", "promoted", *BECAUSE, "--seen", seen + 1, acting="H-2")


def test_a_vote_sent_again_counts_once_and_a_second_one_not_at_all(calibrating: Terminal) -> None:
    scored(calibrating, *PANEL)
    with patch.object(bootstrap, "now", calibrating.clock):
        engine = open_engine(calibrating.workspace)
        try:
            with engine.read() as tx:
                from engine.case.query import find_case
                from engine.session.query import find_session

                here = {"session": find_session(tx, "S-0001"), "case": find_case(tx, "C-0001")}
            actor = engine.actor("H-4")
            vote = CastVote(**here, vote="yes", because="Why")
            first = engine.act(vote, actor, key="form-1")
            again = engine.act(vote, actor, key="form-1")
            assert [one.seq for one in first.events] == [one.seq for one in again.events]
            with pytest.raises(Refused, match="a vote is cast once"):
                engine.act(CastVote(**here, vote="no", because="Why"), actor, key="form-2")
            with pytest.raises(Conflict, match="has changed since you looked"):
                engine.act(Reveal(**here, early=True), engine.actor("H-3"), seen=1)
            with engine.read() as tx:
                assert [one.kind for one in queue(tx, actor)] == []
        finally:
            engine.close()
    log = calibrating.run(
        "audit", "log", "--case", "C-0001", "--type", "VoteCast", "--json", acting="H-3"
    ).json
    assert len(log) == 1


@pytest.mark.parametrize(
    "role", ["hr", "decider", "panel", "chair", "director", "executive sponsor", "finance"]
)
def test_no_second_role_lets_the_candidate_or_the_manager_judge(calibrating: Terminal, role: str) -> None:
    run = calibrating.run
    people(calibrating, f"H-10,Nadia Kerr,{role}", f"H-6,Milo Brandt,{role}")
    run("session", "seat", "S-0001", "H-6", acting="H-3")
    run("session", "seat", "S-0001", "H-10", acting="H-3")
    for one in ("H-6", "H-10"):
        said = run("session", "score", "S-0001", "C-0001", "deal-complexity=5", acting=one, code=3)
        assert "[forbid:score:" in said.err
    ready_to_decide(calibrating)
    for one in ("H-6", "H-10"):
        said = run("decide", "C-0001", "promoted", *BECAUSE, acting=one, code=3)
        assert "Whoever acts may not judge this case" in said.err


def test_who_only_attends_is_waited_for_where_the_workflow_asks_who_attends(company: Terminal) -> None:
    from tests.acceptance.bench import calibrated, publish

    publish(company, "present", ("panel: {size: 3, quorum: 2}", "panel: {size: 3, quorum: 2, attend: true}"))
    calibrated(company, "present", *members(*PANEL))
    for one in ("H-4", "H-5"):
        company.run("session", "attend", "S-0001", acting=one)
        assert (
            "still to come" in company.run("session", "reveal", "S-0001", "C-0001", acting="H-3", code=3).err
        )
        company.run("session", "score", "S-0001", "C-0001", "deal-complexity=3", acting=one)
    company.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
