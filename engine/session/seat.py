"""Seats a panel: who may sit on which case, who is barred and why, who attends."""

from __future__ import annotations

from engine.access.permit import require
from engine.case.bar import bars_among, bars_of, conflicts_of, told
from engine.case.decide import stream, voiding
from engine.case.execute import Outcome, write
from engine.case.query import load
from engine.case.relation import ANYONE
from engine.case.state import Case
from engine.case.task import entered_on
from engine.edition.library import workflow
from engine.people.directory import natural, person
from engine.people.line import roles
from engine.record.event import SYSTEM, Actor, Draft, Event
from engine.record.log import append
from engine.session.command import Attend, BringCase, SeatMember
from engine.session.project import project
from engine.session.query import load_session
from engine.session.state import CLOSED, Session, apply
from engine.store.transaction import Tx
from terms.canonical import Json
from terms.error import BadInput, Reason, Refused
from workflows.panel import PanelRule


def standing(tx: Tx, actor: Actor, session: Session | None = None) -> frozenset[str]:
    """Returns an actor's relations to a session: their roles, and whether they chair or sit."""
    held = {ANYONE, *roles(tx, actor.acting_for or actor.person, tx.sources.today())} - {"panel"}
    if actor.acting_for is not None:  # chair and members act in person
        return frozenset(held)
    me = natural(tx, actor.person)
    if session is not None and natural(tx, session.chair) == me:
        held.add("chair of session")
    if session is not None and any(natural(tx, one) == me for one in session.members):
        held.add("panel")
    return frozenset(held)


def session_event(
    tx: Tx, session: Session, type_: str, data: dict[str, Json], rule: str, actor: Actor, command: str
) -> Event:
    """Returns the event appended to a session's own stream, its row written."""
    draft = Draft(type=type_, stream=f"session:{session.id}", data=data, rule=rule)
    event = append(tx, [draft], actor=actor, command=command, expected={draft.stream: session.version})[0]
    project(tx, apply(event, session))
    return event


def bring(tx: Tx, command: BringCase, actor: Actor) -> Outcome:
    """Puts a case before a session; raises Refused where stage, size, groups or the chair do not fit."""
    session, case = load_session(tx, command.session), load(tx, command.case)
    rule = require("add to a session", standing(tx, actor, session), session.label)
    floor = workflow(tx, case.workflow).seats(case.target)
    reasons = _unfit(tx, session, case, floor)
    if reasons:
        raise Refused(f"{case.label} is not added to {session.label}.", reasons=tuple(reasons))
    today, besides = tx.sources.today(), tuple(floor.bars) if floor else ()
    why = bars_among(tx, case, session.members, besides, today)
    data: dict[str, Json] = {
        "session": session.id,
        "session_label": session.label,
        "chair": session.chair,
        "members": list(session.members),
        "barred": [one for one in session.members if why[one]],
        "why": {one: list(held) for one, held in why.items() if held},
        "alternates": list(session.alternates),
        "quorum": max(session.quorum, floor.quorum if floor is not None else 0),
        "groups": dict(session.groups),
    }
    if floor is not None:
        data |= {
            "minimum": dict(floor.groups),
            "affirm": floor.affirm,
            "ties": floor.ties,
            "attend": floor.attend,
            "proxy": floor.proxy,
            "discuss": floor.discuss,
            "bars": list(floor.bars),
        }
    brought = Draft(
        type="CaseBrought",
        stream=stream(case),
        data=data,
        about=(case.person,),
        rule=rule,
        edition=case.policy,
    )
    events, _ = write(tx, case, (brought,), actor, "BringCase")
    listed = session_event(tx, session, "CaseListed", {"case": case.id}, rule, actor, "BringCase")
    return Outcome(events=(*events, listed), label=session.label, id=session.id)


def _unfit(tx: Tx, session: Session, case: Case, floor: PanelRule | None) -> list[Reason]:
    reasons = []
    if session.state == CLOSED:
        reasons.append(Reason("session:closed", f"{session.label} is closed."))
    if case.stage != "calibration":
        text = f"{case.label} is in {case.state}; a case comes before a session once its file is frozen."
        reasons.append(Reason("session:stage", text))
    if case.panel is not None:
        reasons.append(Reason("session:taken", f"{case.label} is before {case.panel.label} already."))
    conflict = conflicts_of(tx, case, session.chair, tx.sources.today())
    if conflict:
        text = f"The chair may not judge {case.label}: {told(conflict)}; bring it before another session."
        reasons.append(Reason("session:chair", text))
    first, sits = (
        {natural(tx, one) for one in case.former_judges},
        dict.fromkeys((session.chair, *session.members)),
    )
    again = [one for one in sits if natural(tx, one) in first]
    if again:
        names = ", ".join(person(tx, one).name for one in again)
        reasons.append(
            Reason("appeal:panel", f"Nobody judges an appeal who sat, judged or decided before: {names}.")
        )
    definition = workflow(tx, case.workflow)
    stays = definition.stays_until(case.state, entered_on(case, tx.sources.zone))
    if stays is not None and tx.sources.today() <= stays:
        text = f"{case.label} stays in {case.state} until the end of {stays}, and is judged after that."
        reasons.append(Reason("session:stay", text))
    if floor is None:
        return reasons
    if floor.chair is not None and floor.chair not in roles(tx, session.chair, tx.sources.today()):
        text = f"The chair of {session.label} is no {floor.chair}; the workflow asks for one."
        reasons.append(Reason("panel:chair", text))
    if len(session.members) < floor.size:
        text = f"{session.label} seats {len(session.members)}; the workflow asks for a panel of {floor.size}."
        reasons.append(Reason("panel:size", text))
    if len(session.alternates) < floor.alternates:
        text = f"{session.label} names {len(session.alternates)} alternates; the workflow asks for {floor.alternates}."
        reasons.append(Reason("panel:alternates", text))
    for group, wanted in floor.groups.items():
        seated = sum(held == group for who, held in session.groups.items() if who in session.members)
        if seated < wanted:
            text = f"{session.label} seats {seated} from {group}; the workflow asks for {wanted}."
            reasons.append(Reason("panel:group", text))
    return reasons


def seat(tx: Tx, command: SeatMember, actor: Actor) -> Outcome:
    """Seats a member on a session and on each case before it; raises Refused on a closed one."""
    session, member = load_session(tx, command.session), natural(tx, command.member)
    rule = require("seat a member", standing(tx, actor, session), session.label)
    if session.state == CLOSED:
        closed = Reason("session:closed", f"{session.label} is closed.")
        raise Refused(f"Nobody is seated on {session.label}.", reasons=(closed,))
    if member in {natural(tx, one) for one in session.members}:
        raise BadInput(f"This person sits on {session.label} already.")
    group = command.group or session.groups.get(member)
    taken: dict[str, Json] = {"member": member, "group": group}
    events = [session_event(tx, session, "SeatTaken", taken, rule, actor, "SeatMember")]
    for case in present(tx, session):
        floor = workflow(tx, case.workflow).seats(case.target)
        why = bars_of(tx, case, member, tuple(floor.bars) if floor else (), tx.sources.today())
        if member in {natural(tx, one) for one in case.former_judges}:
            why = (*why, "judged before")
        data: dict[str, Json] = {
            "session": session.id,
            "member": member,
            "barred": bool(why),
            "why": list(why),
            "group": group,
        }
        draft = Draft(type="MemberSeated", stream=stream(case), data=data, about=(case.person,), rule=rule)
        events += write(tx, case, (draft,), actor, "SeatMember")[0]
    return Outcome(events=tuple(events), label=session.label, id=session.id)


def attend(tx: Tx, command: Attend, actor: Actor) -> Outcome:
    """Notes that a member attends: the acting one, or one whom chair or HR sees."""
    session = load_session(tx, command.session)
    me = natural(tx, actor.person)
    member = me if command.member is None else natural(tx, command.member)
    action = "attend" if member == me and actor.acting_for is None else "mark who attends"
    rule = require(action, standing(tx, actor, session), session.label)
    if session.state == CLOSED:
        closed = Reason("session:closed", f"{session.label} is closed.")
        raise Refused(f"Nobody attends {session.label}.", reasons=(closed,))
    if member not in session.members:
        raise BadInput(f"This person does not sit on {session.label}.")
    if member in session.present:
        raise BadInput(f"It is noted already that this person attends {session.label}.")
    event = session_event(tx, session, "MemberAttended", {"member": member}, rule, actor, "Attend")
    return Outcome(events=(event,), label=session.label, id=session.id)


def present(tx: Tx, session: Session) -> list[Case]:
    """Returns the cases still before a session: a case sent back for evidence is before it no longer."""
    held = (load(tx, one) for one in dict.fromkeys(session.cases))
    return [
        one
        for one in held
        if one.panel is not None and one.panel.session == session.id and one.stage == "calibration"
    ]


def bar_late(tx: Tx, case: Case) -> Case:
    """Returns a case after every member was barred whom a conflict, the panel's rules or a second account bar by now.

    Facts change under a session: somebody becomes the candidate's manager, two accounts turn out to be one
    human. What such a member has judged is taken back by an event, before anything is counted.
    """
    if case.panel is None:
        return case
    today, seen = tx.sources.today(), set[str]()
    bars = bars_among(tx, case, case.eligible, case.panel.bars, today)
    for member in case.eligible:
        human = natural(tx, member)
        why = bars[member] or (("second account",) if human in seen else ())
        seen.add(human)
        if why:
            data: dict[str, Json] = {"session": case.panel.session, "member": member, "why": list(why)}
            draft = Draft(
                type="MemberBarred", stream=stream(case), data=data, about=(case.person,), rule="law:6"
            )
            drafts = (draft, *voiding(case, member, "conflict"))
            _, case = write(tx, case, drafts, Actor(SYSTEM, "system"), "BarMember")
    return case
