"""Carries out a command on a session in one transaction."""

from __future__ import annotations

from dataclasses import replace

from engine.access.permit import require
from engine.case.bar import bars_of
from engine.case.citation import citable
from engine.case.command import TakeStep
from engine.case.decide import Refusal, decide
from engine.case.execute import Outcome, escalate, look, write
from engine.case.query import load
from engine.case.relation import relations
from engine.case.state import Case
from engine.edition.library import ladder, policy, workflow
from engine.people.directory import names, natural
from engine.record.event import Actor, Draft, Event
from engine.record.kept import kept, read_streams
from engine.record.log import append, opens
from engine.record.opening import reveal
from engine.session.bench import Bench
from engine.session.command import (
    Attend,
    BringCase,
    CloseSession,
    Judging,
    OpenSession,
    Reveal,
    SeatMember,
    SessionCommand,
)
from engine.session.decide import judge, tally, vault_name
from engine.session.project import project
from engine.session.query import load_session, next_label
from engine.session.seat import attend, bar_late, bring, present, seat, session_event, standing
from engine.session.state import CLOSED, Session, fold
from engine.store.transaction import Tx
from terms.canonical import Json
from terms.error import BadInput, Reason, Refused
from workflows.machine import allowed


def execute(tx: Tx, command: SessionCommand, actor: Actor) -> Outcome:
    """Carries out a command on a session; raises Refused with every reason where it is not allowed."""
    match command:
        case OpenSession():
            return _open(tx, command, actor)
        case BringCase():
            return bring(tx, command, actor)
        case SeatMember():
            return seat(tx, command, actor)
        case Attend():
            return attend(tx, command, actor)
        case CloseSession():
            return _close(tx, command, actor)
        case _:
            return _judge(tx, command, actor)


def _open(tx: Tx, command: OpenSession, actor: Actor) -> Outcome:
    rule = require("open a session", standing(tx, actor), command.title)
    members = tuple(natural(tx, one) for one in command.members)
    alternates = tuple(natural(tx, one) for one in command.alternates)
    if len({*members, *alternates}) != len(members) + len(alternates):
        raise BadInput("Somebody is named twice among members and alternates; name each person once.")
    quorum = command.quorum if command.quorum is not None else len(members) // 2 + 1
    if not 1 <= quorum <= len(members):
        raise BadInput(
            f"A quorum of {quorum} does not fit a panel of {len(members)}; seat more or ask for less."
        )
    session_id, label = tx.sources.ids(), next_label(tx)
    data: dict[str, Json] = {
        "label": label,
        "held_on": command.held_on.isoformat(),
        "chair": natural(tx, command.chair),
        "members": list(members),
        "alternates": list(alternates),
        "quorum": quorum,
        "groups": {natural(tx, who): group for who, group in sorted(command.groups.items())},
    }
    draft = Draft(
        type="SessionOpened",
        stream=opens(tx, f"session:{session_id}"),
        data=data,
        sealed={"title": command.title},
        rule=rule,
    )
    events = append(tx, [draft], actor=actor, command="OpenSession", expected={draft.stream: 0})
    project(tx, fold(events), new=True)
    return Outcome(events=events, label=label, id=session_id)


def _judge(tx: Tx, command: Judging, actor: Actor) -> Outcome:
    read_streams(tx, [f"session:{command.session}", f"case:{command.case}"])
    session, case = load_session(tx, command.session), load(tx, command.case)
    if isinstance(command, Reveal):
        case = bar_late(tx, case)
    drafts = judge(session, case, command, _bench(tx, case, actor))
    if isinstance(drafts, Refusal):
        raise Refused(drafts.sentence, reasons=drafts.reasons)
    if isinstance(command, Reveal):
        drafts = (_opened(tx, session, case, drafts[0]),)
        case = load(tx, case.id)
    events, _ = write(tx, case, drafts, actor, type(command).__name__)
    return Outcome(events=events, label=case.label, id=case.id)


def _opened(tx: Tx, session: Session, case: Case, draft: Draft) -> Draft:
    """Returns the revealing event, after its payloads were opened; for votes, with their count."""
    what = "votes" if draft.type == "VotesRevealed" else "scores"
    reveal(tx, vault_name(session, case, what), draft.stream)
    if what == "scores":
        return draft
    return replace(draft, data={**draft.data, "tally": tally(load(tx, case.id))})


def _bench(tx: Tx, case: Case, actor: Actor) -> Bench:
    today = tx.sources.today()
    steps = ladder(tx, case.ladder)
    return Bench(
        actor=natural(tx, actor.acting_for or actor.person),
        relations=relations(tx, case, actor, today) | _unfit(tx, case, actor),
        file=lambda: citable(case, case.assessments[-1].readiness),
        acting_for=actor.acting_for,
        person=natural(tx, actor.person),
        competencies=judged_competencies(tx, case),
        lowest=steps.scale.lowest,
        highest=steps.scale.highest,
        today=today,
        names=names(tx),
    )


def _unfit(tx: Tx, case: Case, actor: Actor) -> frozenset[str]:
    """Returns what bars somebody who would judge for another and could not judge themselves."""
    rule = workflow(tx, case.workflow).seats(case.target)
    if actor.acting_for is None or rule is None:
        return frozenset()
    why = bars_of(tx, case, actor.person, tuple(rule.bars), tx.sources.today())
    return frozenset({"barred"} if why else ())


def judged_competencies(tx: Tx, case: Case) -> tuple[str, ...]:
    """Returns what a panel scores on a case: what its criteria name, else what the target level asks."""

    def look() -> tuple[str, ...]:
        named = policy(tx, case.policy).move(case.source, case.target).competencies
        return named or tuple(ladder(tx, case.ladder).level(case.target).competencies)

    return kept(tx, ("judged", case.policy, case.ladder, case.source, case.target), look)


def _close(tx: Tx, command: CloseSession, actor: Actor) -> Outcome:
    session = load_session(tx, command.session)
    rule = require("close a session", standing(tx, actor, session), session.label)
    if session.state == CLOSED:
        raise BadInput(f"{session.label} is closed already.")
    events: list[Event] = []
    reasons: list[Reason] = []
    for one in present(tx, session):
        case = bar_late(tx, one)
        drafts = _conclusion(tx, case, actor)
        if isinstance(drafts, Refusal):
            reasons += [Reason(one.rule, f"{case.label}: {one.text}") for one in drafts.reasons]
        else:
            taken, after = write(tx, case, drafts, actor, "CloseSession")
            events += [*taken, *escalate(tx, after, "CloseSession")]
    if reasons:
        raise Refused(f"{session.label} cannot close yet.", reasons=tuple(reasons))
    events.append(session_event(tx, session, "SessionClosed", {}, rule, actor, "CloseSession"))
    return Outcome(events=tuple(events), label=session.label, id=session.id)


def _conclusion(tx: Tx, case: Case, actor: Actor) -> tuple[Draft, ...] | Refusal:
    now = look(tx, case, actor)
    for one in allowed(now.workflow, case.state):
        if now.workflow.states[one.to].stage == "decision" and not now.workflow.states[one.to].final:
            return decide(case, TakeStep(case=case.id, step=one.name), now)
    told = f"the workflow has no step from {case.state} to a decision."
    return Refusal(f"{case.label} cannot be concluded.", (Reason("workflow:conclude", told),))
