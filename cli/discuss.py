"""`rung session` between the reveals: attend, note, change, authorise, tie, revote."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.session import done, ids, points, session


@session.command()
@click.argument("label", metavar="SESSION")
@click.option("--member", metavar="PERSON", help="Whom the chair sees; yourself otherwise.")
@desk(acts=True, reads=True)
def attend(held: Desk, label: str, member: str | None) -> None:
    """Notes that you attend a session; some workflows count the votes of those who do, and no other.

    Example: rung session attend S-0001 --as E-1004
    """
    from engine.people.directory import find_person
    from engine.session.command import Attend

    session_id, _ = ids(held, label)
    with held.engine.read() as tx:
        who = find_person(tx, member).id if member else None
    done(held, Attend(session=session_id, member=who), "It is noted who attends {label}.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.argument("text")
@click.option("--cite", multiple=True, metavar="ID", help="An exhibit or fact of the file; repeat.")
@desk(acts=True, reads=True, looked=True)
def note(held: Desk, label: str, case: str, text: str, cite: tuple[str, ...]) -> None:
    """Notes what was said of a case, once its scores are revealed.

    Example: rung session note S-0001 C-0001 "The plan was hers alone" --cite E1 --as E-1004
    """
    from engine.session.command import TakeNote

    session_id, case_id = ids(held, label, case)
    command = TakeNote(session=session_id, case=case_id, text=text, cite=cite)
    done(held, command, "The note is in the record of {label}.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.argument("scores", nargs=-1, required=True, metavar="COMPETENCY=POINTS...")
@click.option("--code", required=True, metavar="CODE", help="misread, overlooked, wrong-level or slip.")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True, looked=True)
def change(held: Desk, label: str, case: str, scores: tuple[str, ...], code: str, because: str) -> None:
    """Asks to change your revealed scores; the old ones stay, and the chair authorises it.

    Example: rung session change S-0001 C-0001 deal-complexity=3 --code slip --because "Meant 3" --as E-1004
    """
    from engine.session.command import ChangeScore

    session_id, case_id = ids(held, label, case)
    command = ChangeScore(session=session_id, case=case_id, scores=points(scores), code=code, because=because)
    done(held, command, "The change on {label} waits to be authorised.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.argument("member", metavar="PERSON")
@desk(acts=True, reads=True, looked=True)
def authorise(held: Desk, label: str, case: str, member: str) -> None:
    """Authorises the change of scores that a member asked for; nobody authorises their own.

    Example: rung session authorise S-0001 C-0001 E-1004 --as E-1003
    """
    from engine.people.directory import find_person
    from engine.session.command import AuthoriseChange

    session_id, case_id = ids(held, label, case)
    with held.engine.read() as tx:
        who = find_person(tx, member).natural
    command = AuthoriseChange(session=session_id, case=case_id, member=who)
    done(held, command, "The scores on {label} are changed; the old ones stay on record.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.argument("vote", metavar="yes|no")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True, looked=True)
def tie(held: Desk, label: str, case: str, vote: str, because: str) -> None:
    """Breaks a tie by the chair's vote, where the workflow says that the chair does.

    Example: rung session tie S-0001 C-0001 yes --because "The file carries it" --as E-1003
    """
    from engine.session.command import BreakTie

    session_id, case_id = ids(held, label, case)
    command = BreakTie(session=session_id, case=case_id, vote=vote, because=because)
    done(held, command, "The tie on {label} is broken.")


@session.command()
@click.argument("label", metavar="SESSION")
@click.argument("case", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True, looked=True)
def revote(held: Desk, label: str, case: str, because: str) -> None:
    """Calls a second vote on a tie, once, where the workflow says so; the first stays on record.

    Example: rung session revote S-0001 C-0001 --because "Tied two to two" --as E-1003
    """
    from engine.session.command import CallRevote

    session_id, case_id = ids(held, label, case)
    command = CallRevote(session=session_id, case=case_id, because=because)
    done(held, command, "The panel votes on {label} once more.")
