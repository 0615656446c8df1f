"""`rung session`: calibration from opening to close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day
from terms.error import BadInput

if TYPE_CHECKING:
    from engine.case.execute import Outcome
    from engine.session.command import SessionCommand


@click.group()
def session() -> None:
    """Runs a calibration session: from opening and seating to sealed scores, discussion, sealed votes and close.

    Example: rung session list
    """


def ids(held: Desk, label: str, case: str | None = None) -> tuple[str, str]:
    """Returns the ids of a session and of a case, where one is named."""
    from engine.case.query import find_case
    from engine.session.query import find_session

    with held.engine.read() as tx:
        return find_session(tx, label), find_case(tx, case) if case is not None else ""


def done(held: Desk, command: SessionCommand, said: str) -> None:
    """Carries a command out and says so."""
    outcome: Outcome = held.act(command)
    if held.json:
        shown = {"label": outcome.label, "events": [one.type for one in outcome.events]}
        show_json({**shown, "seq": held.seq(outcome.events[-1])})
        return
    click.echo(said.format(label=outcome.label))


@session.command("list")
@desk(reads=True)
def list_sessions(held: Desk) -> None:
    """Lists the sessions.

    Example: rung session list
    """
    from engine.session.query import sessions
    from engine.view.session import session_rows

    with held.engine.read() as tx:
        if held.json:
            show_json([*session_rows(tx)])
            return
        found = sessions(tx)
    show_table(
        "",
        ("session", "title", "held on", "state", "cases", "quorum"),
        [
            (one.label, str(one.title), one.held_on, one.state, str(len(set(one.cases))), str(one.quorum))
            for one in found
        ],
    )


@session.command()
@click.argument("label", metavar="SESSION")
@desk(reads=True, sees=True)
def show(held: Desk, label: str) -> None:
    """Shows a session: who sits, and for each case who has judged and what keeps it from going on.

    Who has judged is told before the reveal only to whoever names themself as its chair or panel.

    Example: rung session show S-0001
    """
    from cli.page import show_session
    from engine.view.session import session_json

    if held.json:
        reader = held.reader()
        with held.engine.read() as tx:
            show_json(session_json(tx, label, reader))
    else:
        show_session(held.engine, label, held.reader())


@session.command("open")
@click.option("--title", required=True, metavar="TEXT", help="What the session is called.")
@click.option("--on", "held_on", metavar="DATE", help="The day it is held; today otherwise.")
@click.option("--chair", required=True, metavar="PERSON", help="Who chairs.")
@click.option(
    "--member",
    "members",
    multiple=True,
    required=True,
    metavar="PERSON[:GROUP]",
    help="Who sits, and from which group; repeat.",
)
@click.option("--alternate", "alternates", multiple=True, metavar="PERSON", help="Who could step in; repeat.")
@click.option("--quorum", type=int, metavar="N", help="How many must judge; a majority otherwise.")
@desk(acts=True, reads=True)
def open_session(
    held: Desk,
    title: str,
    held_on: str | None,
    chair: str,
    members: tuple[str, ...],
    alternates: tuple[str, ...],
    quorum: int | None,
) -> None:
    """Opens a session with its panel.

    Example: rung session open --title "Autumn" --chair E-1003 --member E-1004 --member E-1005 --as E-1002
    """
    from engine.people.directory import find_person
    from engine.session.command import OpenSession

    with held.engine.read() as tx:
        seated = [one.rpartition(":") if ":" in one else (one, "", "") for one in members]
        sits = {find_person(tx, who).id: group for who, _, group in seated}
        command = OpenSession(
            title=title,
            held_on=day(held_on) if held_on else held.engine.sources.today(),
            chair=find_person(tx, chair).id,
            members=tuple(find_person(tx, who).id for who, _, _ in seated),
            groups={who: group for who, group in sits.items() if group},
            alternates=tuple(find_person(tx, one).id for one in alternates),
            quorum=quorum,
        )
    done(held, command, "{label} is open.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@desk(acts=True, reads=True)
def add(held: Desk, label: str, case: str) -> None:
    """Puts a case whose file is frozen before a session.

    Example: rung session add S-0001 C-0001 --as E-1003
    """
    from engine.session.command import BringCase

    session_id, case_id = ids(held, label, case)
    done(held, BringCase(session=session_id, case=case_id), f"{case.upper()} is before {{label}}.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("member", metavar="PERSON")
@click.option("--group", metavar="NAME", help="The group the member sits for.")
@desk(acts=True, reads=True)
def seat(held: Desk, label: str, member: str, group: str | None) -> None:
    """Seats an alternate, or somebody new, on the panel.

    Example: rung session seat S-0001 E-1006 --as E-1003
    """
    from engine.people.directory import find_person
    from engine.session.command import SeatMember

    session_id, _ = ids(held, label)
    with held.engine.read() as tx:
        found = find_person(tx, member)
    done(
        held, SeatMember(session=session_id, member=found.id, group=group), f"{found.name} sits on {{label}}."
    )


def pairs(given: tuple[str, ...], what: str) -> dict[str, str]:
    """Returns COMPETENCY=VALUE pairs as they are typed; raises BadInput for another form or a pair twice."""
    pairs: dict[str, str] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name or not value.strip():
            raise BadInput(f"{one!r} is no {what}; write COMPETENCY={what.upper()}.")
        if name in pairs:
            raise BadInput(f"{name} has two {what}s; give one.")
        pairs[name] = value
    return pairs


def points(given: tuple[str, ...]) -> dict[str, int]:
    """Returns points per competency as they are typed; raises BadInput for what is no whole number."""
    found: dict[str, int] = {}
    for name, value in pairs(given, "points").items():
        if not value.isdecimal():
            raise BadInput(f"{name}={value}: points are a whole number.")
        found[name] = int(value)
    return found


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.argument("scores", nargs=-1, required=True, metavar="COMPETENCY=POINTS...")
@click.option("--note", "notes", multiple=True, metavar="COMPETENCY=TEXT", help="Why; repeat.")
@click.option("--cite", "cites", multiple=True, metavar="COMPETENCY=ID,...", help="From the file; repeat.")
@desk(acts=True, reads=True, looked=True)
def score(
    held: Desk, label: str, case: str, scores: tuple[str, ...], notes: tuple[str, ...], cites: tuple[str, ...]
) -> None:
    """Scores a case, sealed until revealed; scoring again before the reveal replaces your scores.

    Example: rung session score S-0001 C-0001 deal-complexity=4 executive-presence=3 --as E-1004
    """
    from engine.session.command import GiveScores

    given = points(scores)
    session_id, case_id = ids(held, label, case)
    command = GiveScores(
        session=session_id,
        case=case_id,
        scores=given,
        notes=pairs(notes, "text"),
        cites={name: tuple(one.split(",")) for name, one in pairs(cites, "id").items()},
    )
    done(held, command, "Your scores on {label} are sealed.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.argument("choice", metavar="yes|no|abstain")
@click.option("--because", required=True, metavar="TEXT", help="Why; shown when the votes are revealed.")
@desk(acts=True, reads=True, looked=True)
def vote(held: Desk, label: str, case: str, choice: str, because: str) -> None:
    """Votes on a case, once, sealed until revealed; the scores are revealed before.

    Example: rung session vote S-0001 C-0001 yes --because "Carried two board-level deals" --as E-1004
    """
    from engine.session.command import CastVote

    session_id, case_id = ids(held, label, case)
    command = CastVote(session=session_id, case=case_id, vote=choice, because=because)
    done(held, command, "Your vote on {label} is sealed.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True, looked=True)
def recuse(held: Desk, label: str, case: str, because: str) -> None:
    """Steps back from a case; where too few judges remain, the case waits for an alternate.

    Example: rung session recuse S-0001 C-0002 --because "Former business partner" --as E-1004
    """
    from engine.session.command import Recuse

    session_id, case_id = ids(held, label, case)
    done(held, Recuse(session=session_id, case=case_id, because=because), "You are recused from {label}.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.option("--early", is_flag=True, help="Without waiting for members who have not judged.")
@desk(acts=True, reads=True, looked=True)
def reveal(held: Desk, label: str, case: str, early: bool) -> None:
    """Reveals what is sealed on a case: the scores first, the votes after.

    Example: rung session reveal S-0001 C-0001 --as E-1003
    """
    from engine.case.query import load
    from engine.session.command import Reveal

    session_id, case_id = ids(held, label, case)
    with held.engine.read() as tx:
        what = "votes" if load(tx, case_id).scores_revealed else "scores"
    command = Reveal(session=session_id, case=case_id, early=early)
    done(held, command, f"The {what} on {{label}} are revealed: rung session show {label.upper()}")


@session.command()
@click.argument("label", metavar="SESSION")
@desk(acts=True, reads=True)
def close(held: Desk, label: str) -> None:
    """Closes a session and passes its cases on to decision.

    Example: rung session close S-0001 --as E-1003
    """
    from engine.session.command import CloseSession

    session_id, _ = ids(held, label)
    done(held, CloseSession(session=session_id), "{label} is closed; its cases wait for a decision.")
