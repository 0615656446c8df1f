"""The queue at the command line: what is handed out, in which order, to one person at a time."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from engine import bootstrap
from engine.bootstrap import open_engine
from engine.case.query import find_case, load
from engine.case.task import put_tasks_right
from engine.session.queue import expire, queue, take_next
from engine.store.table.task import task
from tests.acceptance.conftest import small
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_session import PANEL, score, to_decision

BECAUSE = ("--because", "Because")


def test_a_member_is_handed_what_they_have_to_do_and_how_to_do_it(calibrating: Terminal) -> None:
    run = calibrating.run
    (line,) = run("queue", "--json", acting="H-4").json
    assert line == {
        "case": "C-0001",
        "task": "score",
        "level": "senior-ae",
        "due": "2026-11-14",
        "disagreement": 0,
        "nominated_on": "2026-10-15",
        "changed": 0,
        "held_until": None,
        "parked": None,
        "for": None,
    }
    told = run("queue", "next", acting="H-4").out
    assert told.splitlines()[0].startswith("C-0001: score, for senior-ae, due 2026-11-14. Yours until 08:")
    assert told.splitlines()[1:] == [
        "Read: rung case show C-0001",
        "Do:   rung session score S-0001 C-0001 deal-complexity= executive-presence= strategic-accounts= "
        "cross-functional-influence= territory-ownership= --seen 4",
    ]
    score(calibrating, "H-4", 3, "x")
    assert run("queue", acting="H-4").out == "Nothing waits for you.\n"
    assert run("queue", "next", acting="H-4").out == "Nothing waits for you.\n"


def test_whoever_is_recused_or_interested_has_nothing_to_do_on_the_case(calibrating: Terminal) -> None:
    calibrating.run("session", "recuse", "S-0001", "C-0001", *BECAUSE, acting="H-4")
    calibrating.run("case", "interest", "C-0001", *BECAUSE, acting="H-5")
    assert calibrating.run("queue", "--json", acting="H-4").json == []
    assert calibrating.run("queue", "--json", acting="H-5").json == []


def test_the_task_that_is_left_is_the_chairs(calibrating: Terminal) -> None:
    for member in PANEL:
        score(calibrating, member, 3, "x")
    (line,) = calibrating.run("queue", "--json", acting="H-3").json
    assert line["task"] == "reveal"


def two_deciders(terminal: Terminal) -> None:
    """Brings C-0001 to its decision, with H-2 and H-5 as deciders."""
    to_decision(terminal)
    file = terminal.workspace / "again.csv"
    file.write_text("hr_id,name,roles\nH-5,Pia Lorenz,panel;decider\nH-6,Milo Brandt,decider\n")
    terminal.run("import", "people", file, acting="H-1")


def test_two_never_hold_the_same_task(calibrating: Terminal) -> None:
    two_deciders(calibrating)
    run = calibrating.run
    run("queue", "next", acting="H-2")
    assert run("queue", "next", acting="H-5").out == "Nothing waits for you.\n"
    said = run("queue", "claim", "C-0001", acting="H-5", code=4)
    assert said.err.startswith("C-0001 is with somebody else until 2026-10-15 08:")
    run("queue", "release", "C-0001", acting="H-2")
    assert run("queue", "next", "--json", acting="H-5").json["task"] == "decide"
    said = run("queue", "release", "C-0001", acting="H-2", code=2)
    assert said.err == "You hold nothing on C-0001; `rung queue` shows what you hold.\n"


def test_a_task_that_somebody_may_not_do_is_not_theirs(calibrating: Terminal) -> None:
    two_deciders(calibrating)
    assert calibrating.run("queue", "--json", acting="H-6").json == []
    said = calibrating.run("queue", "claim", "C-0001", acting="H-6", code=2)
    assert said.err == "You have nothing to do on C-0001; `rung queue` shows what you have.\n"


def test_a_lease_runs_out_and_the_next_one_takes_the_task(calibrating: Terminal) -> None:
    two_deciders(calibrating)
    later = datetime(2026, 10, 15, 12, tzinfo=UTC)
    calibrating.run("queue", "next", acting="H-2")
    engine = open_engine(calibrating.workspace)
    hers, his = engine.actor("H-5"), engine.actor("H-2")
    engine.close()
    moved = bootstrap.default_sources(calibrating.workspace, engine.config.zone)
    engine = open_engine(
        calibrating.workspace,
        sources=replace(moved, clock=lambda: later),
    )
    with engine.write() as tx:
        assert expire(tx) == 1
        taken = take_next(tx, hers)
        assert taken is not None
        assert taken.claimed_by == hers.person
        assert take_next(tx, his) is None
    engine.close()


def test_parking_says_why_and_next_passes_over_it(calibrating: Terminal) -> None:
    run = calibrating.run
    run("queue", "park", "C-0001", "--because", "Asked finance", acting="H-4")
    assert run("queue", "next", acting="H-4").out == "Nothing waits for you.\n"
    assert run("queue", "--json", acting="H-4").json[0]["parked"] == "Asked finance"
    assert run("queue", "--json", acting="H-5").json[0]["parked"] is None
    run("queue", "claim", "C-0001", acting="H-4")
    assert run("queue", "--json", acting="H-4").json[0]["parked"] is None
    said = run("queue", "park", "C-0001", "--because", " ", acting="H-4", code=2)
    assert said.err == "Parking says why; write --because TEXT.\n"


def test_a_lease_has_bounds(calibrating: Terminal) -> None:
    said = calibrating.run("queue", "next", "--minutes", "0", acting="H-4", code=2)
    assert said.err == "A lease of 0 minutes is not possible; write 1 to 1440.\n"


def test_what_changed_since_one_looked_is_told_and_judgements_are_not_counted(calibrating: Terminal) -> None:
    run = calibrating.run
    run("queue", "next", acting="H-4")
    score(calibrating, "H-3", 3, "x")
    assert run("queue", "--json", acting="H-4").json[0]["changed"] == 0
    run("session", "recuse", "S-0001", "C-0001", *BECAUSE, acting="H-5")
    assert run("queue", "--json", acting="H-4").json[0]["changed"] == 2


def test_the_order_is_due_date_then_level_then_disagreement_then_age(calibrating: Terminal) -> None:
    rows = [
        ("C-9006", "2026-11-02", "ae-2", 4, "2026-09-01"),
        ("C-9001", "2026-11-01", "ae-2", 4, "2026-09-03"),
        ("C-9004", "2026-11-01", "senior-ae", 2, "2026-09-02"),
        ("C-9002", "2026-11-01", "ae-2", 0, "2026-09-01"),
        ("C-9005", "2026-11-01", "senior-ae", 2, "2026-09-09"),
        ("C-9003", "2026-11-01", "ae-2", 0, "2026-09-02"),
    ]
    engine = open_engine(calibrating.workspace)
    actor = engine.actor("H-4")
    with engine.write() as tx:
        tx.connection.execute(task.delete())
        for label, due, target, apart, since in rows:
            values = {"due": due, "target": target, "disagreement": apart, "since": since}
            held = {"id": label, "case": label, "label": label, "kind": "vote", "member": actor.person}
            tx.connection.execute(task.insert().values(**values, **held))
        assert [one.label for one in queue(tx, actor)] == [f"C-900{n}" for n in range(1, 7)]
        assert [one.label for one in queue(tx, actor, "senior-ae")] == ["C-9004", "C-9005"]
        handed = [take_next(tx, actor, level="senior-ae"), take_next(tx, actor, level="senior-ae")]
        assert [one.label for one in handed if one] == ["C-9004", "C-9004"]
    engine.close()


def test_how_far_scores_lie_apart_enters_the_queue_only_once_they_are_revealed(calibrating: Terminal) -> None:
    for member, points in zip(PANEL[:2], (1, 5), strict=True):
        score(calibrating, member, points, "x")
    assert calibrating.run("queue", "--json", acting="H-5").json[0]["disagreement"] == 0
    score(calibrating, "H-5", 3, "x")
    calibrating.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    assert calibrating.run("queue", "--json", acting="H-5").json[0]["disagreement"] == 4


def test_many_who_ask_at_once_are_never_handed_the_same_task(tmp_path: Path) -> None:
    terminal = small(tmp_path / "ws")
    rows = [f"D-{n},Decider {n},decider" for n in range(6)]
    file = terminal.workspace / "many.csv"
    file.write_text("\n".join(["hr_id,name,roles", *rows]) + "\n")
    terminal.run("import", "people", file, acting="H-1")
    labels = []
    for person in ("Nadia", "Tobias"):
        labels.append(
            terminal.run("nominate", person, "--to", "senior-ae", *BECAUSE, "--json", acting="H-6").json[
                "case"
            ]
        )
    engine = open_engine(terminal.workspace)
    with engine.write() as tx:
        from dataclasses import replace

        for label in labels:
            put_tasks_right(tx, replace(load(tx, find_case(tx, label)), state="decision", stage="decision"))
    actors = [engine.actor(f"D-{n}") for n in range(6)]
    taken: list[str | None] = []

    def ask(n: int) -> None:
        with engine.write() as tx:
            found = take_next(tx, actors[n])
        taken.append(found.label if found else None)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    engine.close()
    assert sorted(one for one in taken if one) == labels
    assert taken.count(None) == 4
