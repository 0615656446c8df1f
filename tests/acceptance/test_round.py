"""Promotion rounds at the command line: planned, nominated within, refused or late outside, decided with their day."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine.bootstrap import open_engine
from engine.store.table.case import case_row
from engine.store.table.round import round_row
from tests.acceptance.bench import BECAUSE, people
from tests.acceptance.terminal import Terminal

ROUND = """round: autumn
edition: 2026-07
says: One round in autumn.
moves: [{from: ae-2, to: senior-ae}]
held: [{name: autumn, effective: 1 december}]
dates:
  opens: 1 october
  closes: 20 october
  freeze: 30 october
  sessions: [9 november to 13 november]
  told: 25 november to 27 november
late: {nominations: exception, approvals: [skip-level manager of candidate, hr], until: 25 october}
remind: [3 days]
escalate: hr
"""
NOMINATE = ("nominate", "Nadia", "--to", "senior-ae", *BECAUSE)


@pytest.fixture
def rounds(company: Terminal, tmp_path: Path) -> Terminal:
    """Returns the company with a round planned that takes nominations for senior-ae from 1 to 20 October 2026."""
    return planned(company, tmp_path / "round.yaml", ROUND)


def planned(terminal: Terminal, file: Path, text: str) -> Terminal:
    file.write_text(text, encoding="utf-8")
    terminal.run("round", "lint", file)
    terminal.run("round", "plan", file, "--year", 2026, acting="H-1")
    return terminal


def on(terminal: Terminal, month: int, day: int) -> Terminal:
    terminal.today = terminal.today.replace(month=month, day=day)
    return terminal


def test_a_nomination_within_a_round_is_bound_to_it_and_to_its_days(rounds: Terminal) -> None:
    said = rounds.run(*NOMINATE, acting="H-6")
    assert (
        "It is in the round autumn-2026-12, which closes on 2026-10-20; a promotion takes effect on 2026-12-01.\n"
        in said.out
    )
    assert rounds.run("case", "show", "C-0001", "--json").json["round"] == {
        "round": "autumn-2026-12",
        "late": False,
        "freeze": "2026-10-30",
        "judged": "2026-11-13",
        "told": "2026-11-27",
        "effective": "2026-12-01",
    }
    assert "In the round autumn-2026-12: file freeze 2026-10-30" in rounds.run("case", "show", "C-0001").out
    listed = rounds.run("round", "list", "--json").json
    assert [(one["round"], one["stands"], one["cases"]["nomination"]) for one in listed] == [
        ("autumn-2026-12", "takes nominations", 1)
    ]
    assert rounds.run("round", "show", "autumn-2026-12", "--json").json["cases"] == [
        {"case": "C-0001", "state": "nomination"}
    ]
    rounds.run("audit", "replay")


def test_outside_of_every_round_a_nomination_is_refused_in_one_sentence(rounds: Terminal) -> None:
    before = rounds.run("case", "list", "--json").json
    said = on(rounds, 9, 20).run(*NOMINATE, acting="H-6", code=3)
    assert said.err == (
        "This person is not nominated now.\n"
        "  - No round takes ae-2 -> senior-ae on 2026-09-20: autumn-2026-12 opens on 2026-10-01. [round:none]\n"
    )
    said = on(rounds, 10, 26).run(*NOMINATE, acting="H-6", code=3)
    assert "No round takes ae-2 -> senior-ae on 2026-10-26: autumn-2026-12 closed on 2026-10-20." in said.err
    assert rounds.run("case", "list", "--json").json == before


def test_a_move_that_no_round_is_for_is_nominated_at_any_time(rounds: Terminal) -> None:
    said = on(rounds, 12, 24).run(
        "nominate", "H-11", "--to", "sales-manager", *BECAUSE, "--json", acting="H-6"
    )
    assert said.json["round"] is None


def test_a_late_nomination_waits_for_the_approvals_of_its_round(rounds: Terminal) -> None:
    run = on(rounds, 10, 22).run
    said = run(*NOMINATE, acting="H-6").out
    assert (
        "autumn-2026-12 closed on 2026-10-20, so it is late: X1 waits for skip-level manager of candidate, hr.\n"
        in said
    )
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    freeze = ("case", "step", "C-0001", "freeze_file")
    told = "It was nominated after autumn-2026-12 had closed, and X1 waits for the {}. [round:late]"
    assert told.format("skip-level manager of candidate") in run(*freeze, acting="H-6", code=3).err
    approve = ("exception", "approve", "C-0001", "X1", *BECAUSE)
    run(*approve, acting="H-6", code=3)
    run(*approve, acting="H-2")
    assert told.format("hr") in run(*freeze, acting="H-6", code=3).err
    run(*approve, acting="H-1")
    run(*freeze, acting="H-6")
    run("audit", "replay")


def test_a_late_nomination_that_is_refused_goes_nowhere(rounds: Terminal) -> None:
    run = on(rounds, 10, 22).run
    run(*NOMINATE, acting="H-6")
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("exception", "refuse", "C-0001", "X1", *BECAUSE, acting="H-2")
    said = run("case", "step", "C-0001", "freeze_file", acting="H-6", code=3)
    assert "It was nominated after autumn-2026-12 had closed, and X1 was refused. [round:late]" in said.err
    run("case", "withdraw", "C-0001", *BECAUSE, acting="H-6")


def test_the_round_says_when_a_promotion_takes_effect_and_people_are_told(rounds: Terminal) -> None:
    run = rounds.run
    run(*NOMINATE, acting="H-6")
    for step in ("open_evidence", "freeze_file"):
        run("case", "step", "C-0001", step, acting="H-6")
    members = [word for one in ("H-3", "H-4", "H-5") for word in ("--member", one)]
    run("session", "open", "--title", "Autumn", "--chair", "H-3", *members, "--quorum", "3", acting="H-1")
    run("session", "add", "S-0001", "C-0001", acting="H-3")
    for one in ("H-3", "H-4", "H-5"):
        run("session", "score", "S-0001", "C-0001", "deal-complexity=4", acting=one)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    for one in ("H-3", "H-4", "H-5"):
        run("session", "vote", "S-0001", "C-0001", "yes", *BECAUSE, acting=one)
    run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    run("session", "close", "S-0001", acting="H-3")
    promote = ("decide", "C-0001", "promoted", *BECAUSE)
    said = run(*promote, "--effective", "2026-11-15", acting="H-2", code=3)
    assert (
        "  - In the round autumn-2026-12 a promotion takes effect on 2026-12-01, not on 2026-11-15. [round:effective]\n"
        in said.err
    )
    run(*promote, acting="H-2")
    decision = run("case", "show", "C-0001", "--json").json["decisions"][0]
    assert decision["effective"] == "2026-12-01"
    assert run("queue", "--json", acting="H-6").json[0]["due"] == "2026-11-27"
    run("audit", "replay")


def test_a_round_is_opened_early_and_closed_by_hand_with_a_reason(company: Terminal, tmp_path: Path) -> None:
    run = planned(
        company, tmp_path / "round.yaml", ROUND.replace("opens: 1 october", "opens: 19 october")
    ).run
    assert "autumn-2026-12 opens on 2026-10-19." in run(*NOMINATE, acting="H-6", code=3).err
    opening = ("round", "open", "autumn-2026-12", *BECAUSE)
    assert "Only hr may open a round." in run(*opening, acting="H-6", code=3).err
    run(*opening, acting="H-1")
    run(*opening, acting="H-1", code=4)
    run(*NOMINATE, acting="H-6")
    run("round", "close", "autumn-2026-12", *BECAUSE, acting="H-1")
    said = run("nominate", "H-11", "--to", "senior-ae", *BECAUSE, acting="H-6", code=3)
    assert "autumn-2026-12 is closed." in said.err
    run("case", "step", "C-0001", "open_evidence", acting="H-6")
    run("audit", "replay")


def test_days_are_planned_anew_until_a_case_is_in_the_round(rounds: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "round.yaml"
    plan = ("round", "plan", file, "--year", 2026)
    said = rounds.run(*plan, acting="H-1", code=4)
    assert said.err == "Nothing is planned for 2026: its rounds are planned like this already, or over.\n"
    file.write_text(ROUND.replace("closes: 20", "closes: 21"), encoding="utf-8")
    assert rounds.run(*plan, acting="H-1").out == "autumn-2026-12 is planned anew.\n"
    rounds.run(*NOMINATE, acting="H-6")
    file.write_text(ROUND.replace("closes: 20", "closes: 22"), encoding="utf-8")
    said = rounds.run(*plan, acting="H-1", code=3)
    assert "  - autumn-2026-12 keeps its days: 1 cases are in it. [round:bound]\n" in said.err
    file.write_text(ROUND.replace("closes: 20 october", "closes: 20 september"), encoding="utf-8")
    assert (
        "nominations close on 2025-09-20, before they open on 2025-10-01"
        in rounds.run(*plan, acting="H-1", code=2).err
    )
    rounds.run("audit", "replay")


def test_replay_tells_a_round_that_was_edited(rounds: Terminal) -> None:
    rounds.run(*NOMINATE, acting="H-6")
    for table, values in ((round_row, {"closes": "2026-12-31"}), (case_row, {"round": None})):
        engine = open_engine(rounds.workspace)
        with engine.write() as tx:
            before = tx.connection.execute(table.select()).first()
            assert before is not None
            tx.connection.execute(table.update().values(**values))
        assert next(iter(values)) in rounds.run("audit", "replay", code=1).out
        with engine.write() as tx:
            tx.connection.execute(table.update().values(**before._mapping))
        engine.close()
    rounds.run("audit", "replay")


def test_two_kinds_of_rounds_for_one_move_ask_which_is_meant(rounds: Terminal, tmp_path: Path) -> None:
    planned(rounds, tmp_path / "other.yaml", ROUND.replace("round: autumn", "round: second"))
    said = rounds.run(*NOMINATE, acting="H-6", code=2)
    assert said.err == (
        "Several rounds take ae-2 -> senior-ae today: autumn-2026-12, second-2026-12; say which with --round.\n"
    )
    rounds.run(*NOMINATE, "--round", "second-2026-12", acting="H-6")
    assert rounds.run("case", "show", "C-0001", "--json").json["round"]["round"] == "second-2026-12"


def test_all_year_a_promotion_takes_effect_with_the_next_month(company: Terminal) -> None:
    company.run("round", "plan", "all-year", "--year", 2026, acting="H-1")
    company.walk("H-10", "senior-ae", hr="H-1", chair="H-3", panel=("H-3", "H-4", "H-5"), decider="H-2")
    shown = company.run("case", "show", "C-0001", "--json").json
    assert shown["round"]["round"] == "all-year-2026"
    assert shown["decisions"][0]["effective"] == "2026-11-01"


def test_a_delay_of_the_committee_does_not_pull_a_promotion_back(rounds: Terminal) -> None:
    people(rounds, "H-6,Milo Brandt,hr")
    rounds.run(*NOMINATE, acting="H-6")
    rounds.today += timedelta(days=60)
    assert rounds.run("round", "list", "--json").json[0]["stands"] == "over"
    rounds.run("tick")
    assert rounds.run("case", "show", "C-0001", "--json").json["state"] == "nomination"


def test_the_earliest_date_names_the_first_round_that_takes_it(rounds: Terminal, tmp_path: Path) -> None:
    lacking = ("ready", "Tobias", "--to", "senior-ae")
    told = " ".join(rounds.run(*lacking, code=1).out.split())
    assert "No round that is planned now takes nominations from then on." in told
    later = ROUND.replace("round: autumn", "round: later").replace("name: autumn", "name: later")
    rounds.run("round", "plan", written(tmp_path, later), "--year", 2028, acting="H-1")
    earliest = rounds.run(*lacking, "--json", code=1).json["earliest"]
    assert earliest["on"] < "2028-10-01"
    assert earliest["round"] == {
        "round": "later-2028-12", "from": "2028-10-01", "until": "2028-10-20", "effective": "2028-12-01",
    }  # fmt: skip
    told = " ".join(rounds.run(*lacking, code=1).out.split())
    assert (
        f"Earliest {earliest['on']}. The next round that takes them opens 2028-10-01: later-2028-12, until "
        "2028-10-20, for promotions effective 2028-12-01, as planned now." in told
    )
    early = ("round", "open", "later-2028-12", *BECAUSE)
    rounds.run(*early, acting="H-1")
    told = " ".join(rounds.run(*lacking, code=1).out.split())
    assert (
        "The round later-2028-12 takes nominations then, until 2028-10-20, for promotions effective 2028-12-01"
        in told
    )
    other = rounds.run("ready", "Tobias", "--to", "sales-manager", "--json", code=None).json
    assert other["earliest"]["round"] is None, "no round is for that move"


def test_whoever_is_ready_is_told_which_round_takes_them(rounds: Terminal) -> None:
    ready = ("ready", "Nadia", "--to", "senior-ae")
    takes = "takes nominations then, until 2026-10-20, for promotions effective 2026-12-01, as planned now."
    told = " ".join(rounds.run(*ready).out.split())
    assert f"Earliest 2026-10-15. The round autumn-2026-12 {takes}" in told
    told = " ".join(on(rounds, 10, 21).run(*ready).out.split())
    assert "Earliest 2026-10-21. No round that is planned now takes nominations from then on." in told


def written(folder: Path, text: str) -> Path:
    file = folder / "later.yaml"
    file.write_text(text, encoding="utf-8")
    return file
