"""Who acts on what a page showed says which version that was; where the case has changed, nothing happens (exit 4)."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import click
import pytest

from cli.main import rung
from tests.acceptance.bench import BECAUSE, people, publish, scored, voted
from tests.acceptance.terminal import Terminal
from tests.acceptance.test_exception import APPROVALS, GIVEN, ask, judged, lacking

PANEL = ("H-3", "H-4", "H-5")
HERE = ("S-0001", "C-0001")
LOOKED = {
    "case approve", "case return", "case step", "case tell", "case withdraw", "decide", "evidence verify",
    "exception approve", "exception refuse", "session authorise", "session change", "session note",
    "session recuse", "session reveal", "session revote", "session score", "session tie", "session vote",
}  # fmt: skip


def version(terminal: Terminal) -> int:
    return int(terminal.run("case", "show", "C-0001", "--json").json["version"])


def restless(terminal: Terminal) -> None:
    """Changes something that a page shows: somebody declares an interest."""
    terminal.run("case", "interest", "C-0001", *BECAUSE, acting="H-12")


def scores(terminal: Terminal) -> None:
    pass


def revealed(terminal: Terminal) -> None:
    scored(terminal, *PANEL)


def tied(terminal: Terminal) -> None:
    scored(terminal, *PANEL)
    voted(terminal, H3="yes", H4="no", H5="abstain")


def changed(terminal: Terminal) -> None:
    scored(terminal, *PANEL)
    words = ("deal-complexity=5", "--code", "slip", *BECAUSE)
    terminal.run("session", "change", *HERE, *words, acting="H-4")


CALIBRATING: tuple[tuple[Callable[[Terminal], None], str, tuple[str, ...]], ...] = (
    (scores, "H-4", ("session", "score", *HERE, "deal-complexity=4")),
    (scores, "H-5", ("session", "recuse", *HERE, *BECAUSE)),
    (scores, "H-3", ("session", "reveal", *HERE, "--early")),
    (revealed, "H-4", ("session", "vote", *HERE, "yes", *BECAUSE)),
    (revealed, "H-4", ("session", "note", *HERE, "The plan was hers")),
    (revealed, "H-4", ("session", "change", *HERE, "deal-complexity=5", "--code", "slip", *BECAUSE)),
    (changed, "H-3", ("session", "authorise", *HERE, "H-4")),
    (tied, "H-3", ("session", "tie", *HERE, "yes", *BECAUSE)),
    (tied, "H-3", ("session", "revote", *HERE, *BECAUSE)),
    (tied, "H-3", ("case", "step", "C-0001", "conclude")),
    (scores, "H-1", ("case", "return", "C-0001", *BECAUSE)),
    (scores, "H-1", ("case", "withdraw", "C-0001", *BECAUSE)),
)


def refused(terminal: Terminal, acting: str, words: tuple[str, ...]) -> None:
    """Acts on a page that is no longer true, and on one that never was."""
    seen = version(terminal)
    restless(terminal)
    before = terminal.run("audit", "log", "--json", acting="H-3").out
    for old in (seen, seen + 9):
        late = terminal.run(*words, "--seen", old, acting=acting, code=4)
        told = f"C-0001 has changed since you looked (version {old}, now {seen + 1}); look again, then act.\n"
        assert late.err == told
    assert terminal.run("audit", "log", "--json", acting="H-3").out == before


@pytest.mark.parametrize(("until", "acting", "words"), CALIBRATING, ids=lambda one: " ".join(one[:2])
                         if isinstance(one, tuple) else "")  # fmt: skip
def test_a_judgement_on_a_page_that_has_changed_is_refused_and_nothing_happens(
    calibrating: Terminal, until: Callable[[Terminal], None], acting: str, words: tuple[str, ...]
) -> None:
    until(calibrating)
    refused(calibrating, acting, words)


@pytest.mark.parametrize("verb", ["approve", "refuse"])
def test_an_answer_to_an_exception_on_a_page_that_has_changed_is_refused(
    company: Terminal, verb: str
) -> None:
    lacking(company)
    ask(company, "path")
    words = ("exception", verb, "C-0001", "X1", *BECAUSE)
    refused(company, "H-1", words)
    company.run(*words, "--seen", version(company), acting="H-1")


def test_an_approval_a_decision_and_a_telling_on_a_page_that_has_changed_are_refused(
    company: Terminal,
) -> None:
    publish(company, "approved", APPROVALS, GIVEN)
    judged(company, "approved")
    people(company, "H-7,Alma Reyes,decider")
    approve = ("case", "approve", "C-0001", *BECAUSE)
    refused(company, "H-2", approve)
    company.run(*approve, "--seen", version(company), acting="H-2")
    company.run(*approve, acting="H-1")
    seen = version(company)
    company.run("case", "interest", "C-0001", *BECAUSE, acting="H-13")
    promote = ("decide", "C-0001", "promoted", *BECAUSE)
    company.run(*promote, "--seen", seen, acting="H-7", code=4)
    company.run(*promote, "--seen", seen + 1, acting="H-7")
    company.run("case", "tell", "C-0001", *BECAUSE, "--seen", seen, acting="H-6", code=4)


def test_evidence_is_verified_on_the_page_that_showed_it(company: Terminal) -> None:
    company.run("nominate", "Nadia", "--to", "senior-ae", *BECAUSE, acting="H-6")
    company.run("case", "step", "C-0001", "open_evidence", acting="H-6")
    company.run("evidence", "add", "C-0001", "--kind", "account-plan", "--text", "Plan", acting="H-10")
    refused(company, "H-6", ("evidence", "verify", "C-0001", "E1"))


def test_that_others_judge_makes_no_page_stale(calibrating: Terminal) -> None:
    seen = version(calibrating)
    for member in PANEL:
        words = ("session", "score", *HERE, "deal-complexity=4", "--seen", seen)
        calibrating.run(*words, acting=member)
    calibrating.run("session", "reveal", *HERE, "--seen", seen, acting="H-3")


def test_the_page_names_the_version(calibrating: Terminal) -> None:
    seen = version(calibrating)
    assert f"file frozen, version {seen}\n" in calibrating.run("case", "show", "C-0001").out
    assert f": calibration, version {seen}\n" in calibrating.run("session", "show", "S-0001").out
    assert calibrating.run("session", "show", "S-0001", "--json").json["cases"][0]["version"] == seen


def test_every_command_that_answers_a_page_takes_its_version() -> None:
    found = set()
    for group in ("case", "session", "exception", "evidence", "decide"):
        command = rung.get_command(click.Context(rung), group)
        below = command.commands.items() if isinstance(command, click.Group) else [("", command)]
        for name, one in below:
            assert one is not None
            if any("--seen" in getattr(option, "opts", ()) for option in one.params):
                found.add(f"{group} {name}".strip())
    assert found == LOOKED


def test_each_hint_of_the_queue_can_be_pasted_and_leaves_to_a_person_what_only_they_can_say(
    calibrating: Terminal,
) -> None:
    run = calibrating.run

    def hints(acting: str) -> list[str]:
        answer = run("queue", "next", "--as", acting)
        lines = [one for one in answer.out.splitlines() if one.startswith(("Do:", "or:", "Read:"))]
        read, *rest = (one.partition(": ")[2].strip() for one in lines)
        assert all(not set("|<>&;*?") & set(one) and one.endswith(f"--as {acting}") for one in (read, *rest))
        run(*shlex.split(read.removeprefix("rung ")))
        return rest

    def pasted(hint: str, code: int) -> str:
        return run(*shlex.split(hint.removeprefix("rung ")), code=code).err

    (hint,) = hints("H-4")
    assert pasted(hint, 2) == "'deal-complexity=' is no points; write COMPETENCY=POINTS.\n"
    for member in PANEL:
        run("session", "score", *HERE, "deal-complexity=4", acting=member)
    (hint,) = hints("H-3")
    pasted(hint, 0)
    yes, no, abstain = hints("H-4")
    assert (yes.split()[5], no.split()[5], abstain.split()[5]) == ("yes", "no", "abstain")
    for hint in (yes, no, abstain):
        assert "  - A vote says why. [vote:reason]\n" in pasted(hint, 3)
    voted(calibrating, H3="yes", H4="yes", H5="yes")
    (hint,) = hints("H-3")
    pasted(hint, 0)
    for hint in hints("H-2"):
        assert "Missing: " in pasted(hint, 3)
    run("decide", "C-0001", "promoted", *BECAUSE, acting="H-2")
    (hint,) = hints("H-6")
    pasted(hint, 3)


def test_the_hint_for_an_exception_names_the_one_that_waits_for_its_reader(company: Terminal) -> None:
    lacking(company)
    ask(company, "path")
    company.run("exception", "refuse", "C-0001", "X1", *BECAUSE, acting="H-1")
    ask(company, "path")
    shown = company.run("queue", "next", "--json", acting="H-1").json
    seen = version(company)
    assert shown["do"] == [
        f'rung exception approve C-0001 X2 --because "" --seen {seen}',
        f'rung exception refuse C-0001 X2 --because "" --seen {seen}',
    ]
