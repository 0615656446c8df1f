"""Law 7 at the terminal: every reading command, for every reader, in each ballot under seal, says the same."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from operator import methodcaller
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import pytest

from cli.main import rung
from engine import bootstrap
from engine.access.token import issue
from engine.bootstrap import Engine, open_engine
from tests.acceptance.client import Answer, Client
from tests.acceptance.conftest import calibrate
from tests.acceptance.terminal import Terminal, post
from tests.acceptance.test_letter import HOOK
from web.app import application
from web.front import described

BECAUSE = ("--because", "Because")
HASH = re.compile(r"[0-9a-f]{64}")
PANEL = ("H-3", "H-4", "H-5")
WORLDS = ("nobody", "low", "high", "low, and one stepped back", "nobody, and one stepped back")
INSIDE = ("H-3", "H-4")
OUTSIDE = (None, "H-1", "H-2", "H-5", "H-6", "H-7", "H-10")
"""A stranger, hr, the decider, a member (who steps back), the manager who nominated, an alternate, the candidate."""

SEEING: tuple[tuple[str, ...], ...] = (
    ("case", "show", "C-0001"),
    ("case", "show", "C-0001", "--json"),
    ("case", "history", "C-0001"),
    ("case", "history", "C-0001", "--json"),
    ("session", "show", "S-0001"),
    ("session", "show", "S-0001", "--json"),
    ("audit", "log", "--json"),
    ("audit", "log", "--case", "C-0001"),
    ("status", "--json"),
    ("queue", "--json"),
    ("calendar", "H-4", "--json"),
    ("letter", "list", "--json"),
    ("letter", "show", "L-0009", "--json"),
)
"""What each reader sees of their own."""

READING: tuple[tuple[str, ...], ...] = (
    ("appeal", "show", "C-0001", "--json"),
    ("case", "graph", "C-0001", "--json"),
    ("case", "list", "--json"),
    ("cycle", "list", "--json"),
    ("delegate", "list", "--json"),
    ("erasure", "list", "--json"),
    ("exception", "show", "C-0001", "--json"),
    ("export", "C-0001", "--as", "candidate", "--format", "json", "--out", "{out}", "--force"),
    ("export", "C-0001", "--as", "committee", "--format", "md", "--out", "{out}", "--force"),
    ("export", "C-0001", "--as", "auditor", "--format", "html", "--out", "{out}", "--force"),
    ("export", "C-0001", "--as", "auditor", "--format", "json", "--out", "{out}", "--force"),
    ("hold", "list", "--json"),
    ("ladder", "list", "--json"),
    ("org", "--json"),
    ("person", "list", "--json"),
    ("policy", "list", "--json"),
    ("policy", "settle", "--json"),
    ("ready", "H-10", "--json"),
    ("report", "exceptions", "--json"),
    ("report", "levels", "--json"),
    ("report", "panel", "--json"),
    ("retention", "list", "--json"),
    ("round", "list", "--json"),
    ("screen", "--to", "senior-ae", "--json"),
    ("session", "compare", "S-0001", "--json"),
    ("session", "list", "--json"),
    ("subject", "export", "H-10", "--out", "{out}", "--force"),
    ("workflow", "list", "--json"),
)
OWN = ("queue", "letter", "calendar")
"""What answers only to somebody, with what is theirs."""
WHOLE = {
    "audit checkpoint", "audit proof", "audit stamp", "audit replay", "audit verify", "backup", "demo", "erasure sweep",
    "restore", "tick",
}  # fmt: skip
"""What works on the whole record, and says how many entries it has; or writes."""
FILES = {
    "ladder diff", "ladder lint", "ladder schema", "ladder show", "policy compare", "policy diff", "policy lint",
    "policy schema", "policy show", "policy test", "round lint", "round schema", "round show", "workflow lint",
    "workflow show",
}  # fmt: skip
"""What reads a file of rules, or the days of a round, and no judgement."""

SERVED = (
    "/healthz",
    "/api/cases",
    "/api/cases/C-0001",
    "/api/cases/C-0001/history",
    "/api/export/C-0001?as=auditor&format=html",
    "/api/export/C-0001?as=auditor&format=zip",
    "/api/export/C-0001?as=candidate&format=json",
    "/api/export/C-0001?as=committee&format=md",
    "/api/me",
    "/api/openapi.json",
    "/api/people",
    "/api/people/H-10/readiness",
    "/api/queue",
    "/api/record",
    "/api/record/proof/C-0001",
    "/api/sessions",
    "/api/sessions/S-0001",
    "/api/tokens",
)
"""What the API answers to a reader."""
WHOLLY = ("/api/record", "/api/record/proof/C-0001")
"""What rests on the root of the whole record, which chair and panel are given."""
SENT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Decide", {"case": "C-0001", "outcome": "promoted", "because": "Because"}),
    ("PlaceHold", {"case": "C-0001", "because": "Because"}),
    ("Reveal", {"session": "S-0001", "case": "C-0001"}),
    ("TakeStep", {"case": "C-0001", "step": "conclude"}),
    ("CloseSession", {"session": "S-0001"}),
)
"""What somebody outside may send, and is refused or answered alike."""

REFUSED: tuple[tuple[str, ...], ...] = (
    ("session", "reveal", "S-0001", "C-0001"),
    ("session", "close", "S-0001"),
    ("case", "step", "C-0001", "conclude"),
    ("decide", "C-0001", "promoted", *BECAUSE),
    ("erasure", "request", "--text", "21", *BECAUSE),
    ("erasure", "request", "--text", "25", *BECAUSE),
)
"""What people outside may try, and are refused whoever has judged."""


WRITTEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("H-7", ("case", "interest", "C-0001", *BECAUSE, "--json")),
    ("H-6", ("delegate", "give", "H-7", "--until", "2026-12-01", *BECAUSE, "--json")),
    ("H-10", ("track", "commit", "management", "--json")),
)
"""What people outside may do, and are told of."""


@pytest.fixture(scope="module")
def worlds(made: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Terminal]:
    """Returns the same company under seal, by ballot and by how (and whether) its members have judged."""
    root = tmp_path_factory.mktemp("worlds")
    shutil.copytree(made, root / "scores")
    calibrate(post(Terminal(root / "scores"), HOOK))
    shutil.copytree(root / "scores", root / "votes")
    votes = Terminal(root / "votes")
    judge(votes, "scores", ("3", "3", "3"))
    votes.run("session", "reveal", "S-0001", "C-0001", acting="H-3")
    found = {}
    for ballot, world in itertools.product(("scores", "votes"), WORLDS):
        place = root / f"{ballot}, {world}"
        shutil.copytree(root / ballot, place)
        terminal = found[ballot, world] = Terminal(place)
        low, high = (("1", "2", "1"), ("5", "5", "4")) if ballot == "scores" else (("no",) * 3, ("yes",) * 3)
        if not world.startswith("nobody"):
            judge(terminal, ballot, high if world == "high" else low)
        terminal.ticks = itertools.repeat(50_000)
        if "stepped back" in world:
            terminal.run("session", "recuse", "S-0001", "C-0001", *BECAUSE, acting="H-5")
    return found


def judge(terminal: Terminal, ballot: str, how: tuple[str, ...]) -> None:
    for member, one in zip(PANEL, how, strict=True):
        here = ("S-0001", "C-0001")
        if ballot == "scores":
            words = ("score", *here, f"deal-complexity={one}", "--note", f"deal-complexity=It is a {one}")
        else:
            words = ("vote", *here, one, "--because", f"I say {one}")
        terminal.run("session", *words, acting=member)


def said(terminal: Terminal, words: tuple[str, ...], reader: str | None) -> tuple[int, str]:
    """Returns how a command ends and all that it says and writes, asked at the same moment in each world."""
    terminal.ticks = itertools.count(60_000)
    out = terminal.workspace / "out.txt"
    out.unlink(missing_ok=True)
    given = [one.format(out=out) for one in words]
    answer = terminal.run(*given, acting=reader, code=None)
    written = out.read_text(encoding="utf-8") if out.exists() else ""
    return answer.code, (answer.out + answer.err).replace(str(terminal.workspace), "") + written


@pytest.mark.parametrize("ballot", ["scores", "votes"])
@pytest.mark.parametrize("words", SEEING, ids=" ".join)
def test_who_has_judged_is_seen_by_chair_and_panel_alone_and_how_by_nobody(
    worlds: dict[tuple[str, str], Terminal], words: tuple[str, ...], ballot: str
) -> None:
    for reader in OUTSIDE:
        if reader == "H-5" or (reader is None and words[0] == "queue"):
            continue
        nobody, low, high, less, least = (said(worlds[ballot, one], words, reader) for one in WORLDS)
        assert nobody == low == high, (reader, words)
        assert less == least, (reader, words)
    for reader in INSIDE:
        one, other = (said(worlds[ballot, how], words, reader)[1] for how in ("low", "high"))
        assert HASH.sub("#", one) == HASH.sub("#", other), (reader, words)
    for world in ("low, and one stepped back", "nobody, and one stepped back"):
        inside = said(worlds[ballot, world], words, "H-5")
        if words[0] == "letter":
            assert inside == said(worlds[ballot, "nobody, and one stepped back"], words, "H-5")
        if words[0] not in OWN:
            assert inside == said(worlds[ballot, world], words, None), "who stepped back sits outside"


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_no_other_reading_command_depends_on_whether_somebody_has_judged(
    worlds: dict[tuple[str, str], Terminal], words: tuple[str, ...]
) -> None:
    for ballot, reader in (("scores", "H-1"), ("votes", "H-1")):
        nobody, low, high, less, least = (said(worlds[ballot, one], words, reader) for one in WORLDS)
        assert nobody[0] in (0, 1), nobody
        assert nobody == low == high
        assert less == least


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
def test_no_refusal_tells_an_outsider_who_has_judged(
    worlds: dict[tuple[str, str], Terminal], words: tuple[str, ...]
) -> None:
    for ballot, reader in itertools.product(("scores", "votes"), ("H-1", "H-2", "H-6", "H-10")):
        nobody, low, high, less, least = (said(worlds[ballot, one], words, reader) for one in WORLDS)
        assert nobody[0] in (2, 3), nobody
        assert nobody == low == high
        assert less == least


@pytest.mark.parametrize("words", WRITTEN, ids=lambda one: " ".join(one[1][:2]))
def test_no_command_of_an_outsider_is_answered_with_a_number_that_counts_what_is_under_seal(
    worlds: dict[tuple[str, str], Terminal], words: tuple[str, tuple[str, ...]], tmp_path: Path
) -> None:
    who, given = words
    for ballot in ("scores", "votes"):
        answers = []
        for world in ("nobody", "low", "high"):
            place = tmp_path / f"{ballot}, {world}"
            shutil.copytree(worlds[ballot, world].workspace, place)
            answers.append(said(Terminal(place), given, who))
        assert answers[0][0] == 0, answers[0]
        assert answers[0] == answers[1] == answers[2]


def test_chair_and_panel_are_told_who_has_judged(worlds: dict[tuple[str, str], Terminal]) -> None:
    for ballot, world in itertools.product(("scores", "votes"), ("nobody", "low")):
        for reader in INSIDE:
            words = ("session", "show", "S-0001", "--json")
            shown = worlds[ballot, world].run(*words, acting=reader).json["cases"][0]
            judged = [] if world == "nobody" else ["P-0003", "P-0004", "P-0005"]
            assert shown["scored" if ballot == "scores" else "voted"] == judged
            page = worlds[ballot, world].run("case", "show", "C-0001", acting=reader).out
            assert ("in, sealed" in page, "to come" in page) == (world != "nobody", world == "nobody")


@pytest.fixture(scope="module")
def served(
    worlds: dict[tuple[str, str], Terminal], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], tuple[Terminal, Engine, dict[str | None, Client]]]]:
    """Yields a server of each world, and a client of it for each reader, by ballot and world."""
    found: dict[tuple[str, str], tuple[Terminal, Engine, dict[str | None, Client]]] = {}
    for name, world in worlds.items():
        place = tmp_path_factory.mktemp("served") / "ws"
        shutil.copytree(world.workspace, place)
        terminal = Terminal(place)
        terminal.ticks = itertools.count(55_000)
        with patch.object(bootstrap, "now", terminal.clock):
            engine = open_engine(place)
            app, hr = application(engine), engine.actor("H-1")
            clients: dict[str | None, Client] = {None: Client(app)}
            for who in (*INSIDE, *OUTSIDE):
                if who is not None:
                    mine = engine.actor(who).person
                    with engine.write() as tx:
                        made = issue(tx, mine, 90, None, hr, engine.standing(tx, hr))
                    clients[who] = Client(app, made.secret)
        found[name] = (terminal, engine, clients)
    yield found
    for _, engine, _ in found.values():
        engine.close()


def answered(
    served: tuple[Terminal, Engine, dict[str | None, Client]],
    who: str | None,
    ask: Callable[[Client], Answer],
) -> tuple[int, dict[str, str], bytes]:
    """Returns all that comes back of a request, asked at the same moment in each world."""
    terminal, engine, clients = served
    terminal.ticks = itertools.count(60_000)
    with patch.object(bootstrap, "now", terminal.clock):
        engine.store.sources = engine.sources = bootstrap.default_sources(engine.root, engine.sources.zone)
        answer = ask(clients[who])
    return answer.status, dict(answer.headers), answer.body


@pytest.mark.parametrize("ballot", ["scores", "votes"])
def test_no_answer_of_the_api_depends_on_what_is_under_seal(
    served: dict[tuple[str, str], tuple[Terminal, Engine, dict[str | None, Client]]], ballot: str
) -> None:
    ways: list[tuple[str, Callable[[Client], Answer]]] = [
        (path, methodcaller("get", path)) for path in SERVED
    ]
    ways += [(name, methodcaller("command", name, **values)) for name, values in SENT]
    for way, ask in ways:
        for who in OUTSIDE:
            nobody, low, high, less, least = (answered(served[ballot, one], who, ask) for one in WORLDS)
            assert less == least, (who, way)
            if who != "H-5":
                assert nobody == low == high, (who, way)
        for who in INSIDE if way in SERVED and way not in WHOLLY else ():
            one, other = (answered(served[ballot, how], who, ask) for how in ("low", "high"))
            assert HASH.sub("#", str(one)) == HASH.sub("#", str(other)), (who, way)


def test_every_path_that_is_read_stands_in_the_table(
    served: dict[tuple[str, str], tuple[Terminal, Engine, dict[str | None, Client]]],
) -> None:
    app = served["scores", "nobody"][2][None].app
    read = {path for path, ways in described(app)["paths"].items() if "get" in ways}
    named = {one.partition("?")[0].replace("C-0001", "{case}").replace("S-0001", "{session}").replace("H-10", "{who}")
             for one in SERVED}  # fmt: skip
    assert read == named


def test_every_reading_command_stands_in_the_table() -> None:
    named = {" ".join(one[:2]) for one in (*SEEING, *READING)} | {one[0] for one in (*SEEING, *READING)}
    missing = {" ".join(path) for path in reading(rung)} - named - WHOLE - FILES
    assert not missing, f"add {missing} to the table of what is said under seal"


def reading(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yields the way to each command that answers in JSON and acts for nobody."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from reading(below, (*path, name))
    words = {word for one in command.params for word in getattr(one, "opts", ())}
    if "--json" in words and "--for" not in words:
        yield path
