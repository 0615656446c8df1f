"""Which cases and sessions somebody who is known may look into: the door of the web, where every reader is somebody."""

from __future__ import annotations

from engine.access.permit import LEADING, permit, require
from engine.case.ballot import seals
from engine.case.query import cases, find_case, load
from engine.case.relation import relations, toward_person
from engine.case.sanction import turns
from engine.case.state import Case
from engine.edition.library import workflow
from engine.people.directory import natural, person
from engine.people.line import roles
from engine.record.event import Actor
from engine.session.query import find_session, load_session
from engine.store.transaction import Tx
from engine.view.case import JUDGED, case_json, case_rows
from engine.view.session import session_json, session_rows
from terms.canonical import Json
from terms.error import Reason, Refused

OWN = "Your own copy of it is the candidate's packet."


def held(tx: Tx, case: Case, actor: Actor) -> frozenset[str]:
    """Returns an actor's relations to a case, and whether the next approval is theirs to give."""
    found = relations(tx, case, actor, tx.sources.today())
    waits = {relation for _, relation in turns(case, workflow(tx, case.workflow).approvals)}
    return found | {"next approver"} if waits & found else found


def case_for(tx: Tx, label: str, actor: Actor, until: str | None = None) -> dict[str, Json]:
    """Returns a case as JSON for somebody who may see it; how it was judged is left out for those who only testify.

    Raises Refused where they may not see it, and the candidate too: their copy is their packet.
    """
    case = load(tx, find_case(tx, label))
    mine = held(tx, case, actor)
    ruling = permit("see a case", mine)
    if not ruling.allowed:
        own = (Reason("candidate:packet", OWN),) if "candidate" in mine else ()
        raise Refused(f"Not allowed: see a case, {case.label}.", reasons=(*ruling.reasons, *own))
    shown = case_json(tx, label, natural(tx, actor.person), until)
    if permit("see how a case was judged", mine).allowed:
        return {**shown, "withheld": []}
    return {**shown, **dict.fromkeys(JUDGED), "withheld": list(JUDGED)}


def judged_case(tx: Tx, label: str, actor: Actor) -> Case:
    """Returns a case for somebody who may see how it was judged; raises Refused otherwise."""
    case = load(tx, find_case(tx, label))
    require("see how a case was judged", held(tx, case, actor), case.label)
    return case


def cases_for(
    tx: Tx, actor: Actor, state: str | None = None, person: str | None = None
) -> list[dict[str, Json]]:
    """Returns the rows of the cases that somebody may know of: all for who leads, else those they are part of."""
    rows = case_rows(tx, state, person)
    if leads(tx, actor):
        return rows
    known = {one.label: one.id for one in cases(tx, state=state, person=person)}
    return [row for row in rows if _part(tx, known[str(row["case"])], actor)]


def _part(tx: Tx, case_id: str, actor: Actor) -> bool:
    mine = held(tx, load(tx, case_id), actor)
    return "candidate" in mine or permit("see a case", mine).allowed


def leads(tx: Tx, actor: Actor) -> bool:
    """Returns whether somebody holds a role that sees the whole organisation."""
    return bool(roles(tx, natural(tx, actor.acting_for or actor.person), tx.sources.today()) & {*LEADING})


def session_for(tx: Tx, label: str, actor: Actor) -> dict[str, Json]:
    """Returns a session as JSON for somebody who sits in it or leads; raises Refused for others."""
    found = load_session(tx, find_session(tx, label))
    require("see a session", _seat(tx, found.id, actor), found.label)
    return session_json(tx, label, natural(tx, actor.person))


def sessions_for(tx: Tx, actor: Actor) -> list[dict[str, Json]]:
    """Returns the rows of the sessions that somebody may see."""
    rows = session_rows(tx)
    if leads(tx, actor):
        return rows
    return [
        row
        for row in rows
        if permit("see a session", _seat(tx, find_session(tx, str(row["session"])), actor)).allowed
    ]


def _seat(tx: Tx, session_id: str, actor: Actor) -> frozenset[str]:
    found, me = load_session(tx, session_id), natural(tx, actor.person)
    mine = set(roles(tx, natural(tx, actor.acting_for or actor.person), tx.sources.today())) & {*LEADING}
    seats = {"chair": (found.chair,), "member": found.members, "alternate": found.alternates}
    return frozenset(mine | {name for name, who in seats.items() if me in {natural(tx, one) for one in who}})


def may_see_readiness(tx: Tx, who: str, actor: Actor) -> None:
    """Raises Refused where somebody may not see how ready a person is."""
    require("see readiness", toward_person(tx, who, actor, tx.sources.today()), person(tx, who).label)


def may_see_proof(tx: Tx, label: str, actor: Actor) -> None:
    """Raises Refused where somebody may not have the proof of a case, or not while a ballot is under seal for them."""
    case = load(tx, find_case(tx, label))
    require("see the proof of a case", held(tx, case, actor), case.label)
    wait_for_seals(tx, actor)


def wait_for_seals(tx: Tx, actor: Actor) -> None:
    """Raises Refused for what tells the record's size, while that would tell somebody how many have judged (law 7)."""
    hidden = seals(tx, natural(tx, actor.person))
    if hidden:
        told = f"It tells how many have judged, and {', '.join(hidden)} is under seal; wait for the reveal."
        raise Refused("This is not handed out now.", reasons=(Reason("law:7", told),))
