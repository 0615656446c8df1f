"""Many servers and terminals at once, over a network and one database: nothing lost, nothing twice, one order."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event

import pytest

from engine.access.token import issue
from engine.bootstrap import Engine, open_engine
from engine.case.command import Nominate, TakeStep
from engine.case.query import load
from engine.record.event import Actor
from engine.replay.replay import replay
from engine.session.command import BringCase, OpenSession
from tests.acceptance.server import CODE, Server, serving
from tests.acceptance.terminal import Terminal
from tests.console import ROOT
from tests.integration.test_committee import staffed

PANEL = ("H-3", "H-4", "H-5")


def prepared(root: Path, url: str) -> tuple[dict[str, str], str]:
    """Returns a token for each of a company in which C-0001 is before S-0001, and the id of the case."""
    engine, ids = staffed(root, url)
    hr, boss, chair = Actor(ids["H-1"]), Actor(ids["H-6"]), Actor(ids["H-3"])
    case = str(engine.act(Nominate(person=ids["H-10"], to="senior-ae", because="Ready"), boss).id)
    engine.act(TakeStep(case=case, step="open_evidence"), boss)
    engine.act(TakeStep(case=case, step="freeze_file"), boss)
    members = tuple(ids[one] for one in PANEL)
    opening = OpenSession(title="A", held_on=date(2026, 8, 11), chair=ids["H-3"], members=members, quorum=3)
    engine.act(BringCase(session=str(engine.act(opening, hr).id), case=case), chair)
    tokens = {}
    for who in ("H-1", "H-2", "H-6", *PANEL):
        with engine.store.write() as tx:
            tokens[who] = issue(tx, ids[who], 300, None, hr, engine.standing(tx, hr)).secret
    engine.close()
    return tokens, case


def typed(workspace: Path, token: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Returns what a command in a process of its own says, by whoever shows a token."""
    env = {**os.environ, "RUNG_WORKSPACE": str(workspace), "RUNG_TOKEN": token}
    return subprocess.run(
        [sys.executable, "-c", CODE, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def sound(workspace: Path) -> Engine:
    """Returns the workspace's engine, whose record verifies and derives again."""
    engine = open_engine(workspace)
    assert engine.verify().faults == ()
    with engine.read() as tx:
        assert replay(tx).differences == ()
    return engine


def judge_together(servers: tuple[Server, ...], workspace: Path, tokens: dict[str, str]) -> None:
    """Has the panel score through the servers and vote through servers and a terminal, all at once."""
    here = {"session": "S-0001", "case": "C-0001"}
    with ThreadPoolExecutor(12) as pool:
        scored = [
            pool.submit(
                servers[at % len(servers)].command,
                "GiveScores",
                tokens[who],
                f"{who}-scores",
                **here,
                scores={"deal-complexity": 4},
            )
            for who in PANEL
            for at in range(4)
        ]
        assert [one.result()[0] for one in scored] == [200] * 12
        assert servers[0].command("Reveal", tokens["H-3"], **here)[0] == 200
        words = ("session", "vote", "S-0001", "C-0001", "yes", "--because", "Ready")
        by_hand = pool.submit(typed, workspace, tokens["H-3"], *words)
        voted = [
            pool.submit(
                servers[at % len(servers)].command,
                "CastVote",
                tokens[who],
                f"{who}-vote",
                **here,
                vote="yes",
                because="Ready",
            )
            for who in PANEL[1:]
            for at in range(4)
        ]
        assert [one.result()[0] for one in voted] == [200] * 8
        assert by_hand.result().returncode == 0, by_hand.result().stderr
    assert servers[-1].command("Reveal", tokens["H-3"], **here)[0] == 200


def test_two_servers_and_a_terminal_judge_one_case_on_one_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    tokens, case = prepared(tmp_path / "ws", postgres_url)
    with serving(tmp_path / "ws") as one, serving(tmp_path / "ws") as other:
        judge_together((one, other), tmp_path / "ws", tokens)
        status, shown = other.send("GET", "/api/cases/C-0001", tokens["H-3"])
        assert status == 200 and set(shown["votes"]) == {"P-0003", "P-0004", "P-0005"}
    engine = sound(tmp_path / "ws")
    with engine.read() as tx:
        held = load(tx, case)
    engine.close()
    assert (len(held.scores), len(held.votes)) == (3, 3), "a key sent through two servers is answered once"


def test_a_server_and_a_terminal_judge_one_case_in_one_file(tmp_path: Path) -> None:
    tokens, case = prepared(tmp_path / "ws", f"sqlite:///{tmp_path / 'ws' / 'rung.db'}")
    with serving(tmp_path / "ws") as one:
        judge_together((one,), tmp_path / "ws", tokens)
    engine = sound(tmp_path / "ws")
    with engine.read() as tx:
        held = load(tx, case)
    engine.close()
    assert (len(held.scores), len(held.votes)) == (3, 3)


def test_what_a_server_acknowledged_before_it_was_killed_is_there_exactly_once(
    tmp_path: Path, postgres_url: str
) -> None:
    engine, ids = staffed(tmp_path / "ws", postgres_url)
    hr, boss = Actor(ids["H-1"]), Actor(ids["H-6"])
    case = str(engine.act(Nominate(person=ids["H-10"], to="senior-ae", because="Ready"), boss).id)
    engine.act(TakeStep(case=case, step="open_evidence"), boss)
    with engine.store.write() as tx:
        token = issue(tx, ids["H-6"], 300, None, hr, engine.standing(tx, hr)).secret
    engine.close()
    acknowledged, enough = set(), Event()

    def attach(server: Server, at: int) -> int | None:
        values = {"case": "C-0001", "kind": "account-plan", "text": f"Plan {at}"}
        try:
            status, _ = server.command("AttachEvidence", token, f"plan-{at}", **values)
        except OSError:
            return None
        if status == 200:
            acknowledged.add(at)
            if len(acknowledged) >= 10:
                enough.set()
        return status

    with serving(tmp_path / "ws") as one, serving(tmp_path / "ws") as other:
        with ThreadPoolExecutor(8) as pool:
            sent = {at: pool.submit(attach, (one, other)[at % 2], at) for at in range(60)}
            assert enough.wait(60)
            one.kill()
            left = {at for at, done in sent.items() if done.result() != 200}
        assert left, "the server was killed with requests in flight"
        assert {attach(other, at) for at in sorted(left)} == {200}
    engine = sound(tmp_path / "ws")
    with engine.read() as tx:
        texts = [str(one.text["text"]) for one in load(tx, case).exhibits]  # type: ignore[call-overload,index]  # none is erased
    engine.close()
    assert sorted(texts) == sorted(f"Plan {at}" for at in range(60))


def test_a_server_that_cannot_serve_says_so_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Terminal(tmp_path / "none")
    assert nowhere.run("serve", code=2).err.startswith(f"No workspace at {tmp_path / 'none'}: ")
    made = Terminal(tmp_path / "ws")
    made.run("init", made.workspace, "--name", "Halden")
    with serving(made.workspace) as one:
        assert made.run("serve", "--port", one.port, code=2).err == (
            f"127.0.0.1:{one.port} cannot be listened on: Address already in use; name another --port.\n"
        )
        assert one.send("GET", "/api/cases")[0] == 401
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert made.run("serve", code=2).err == (
        "Serving needs the extra `web`: install rung[web] (it brings FastAPI and uvicorn).\n"
    )


def test_a_server_of_several_processes_serves_and_ends(tmp_path: Path) -> None:
    made = Terminal(tmp_path / "ws")
    made.run("init", made.workspace, "--name", "Halden")
    with serving(made.workspace, "--workers", "2", "--host", "0.0.0.0") as one:
        assert one.send("GET", "/api/me")[0] == 401
    assert one.process.returncode is not None
