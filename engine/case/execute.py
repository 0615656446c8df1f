"""Carries out a command on a case in one transaction: load, look, decide, append, project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from engine.access.permit import require
from engine.case.answer import answer
from engine.case.apply import apply
from engine.case.command import CaseCommand, Decide, MoveEdition, Nominate, TakeStep
from engine.case.decide import Basis, Refusal, Situation, stream
from engine.case.edition import move_edition, settle
from engine.case.guard import recusal_block
from engine.case.project import project
from engine.case.query import CaseLine, cases_of, load, open_case
from engine.case.readiness import Assessed, assess
from engine.case.register import note_level, note_register, unnote_level
from engine.case.relation import relations, toward_person
from engine.case.sanction import turns
from engine.case.state import Case
from engine.case.stuck import Stuck, blocking, stuck
from engine.case.task import ANSWERED, entered_on, put_tasks_right
from engine.edition.library import names as published_names
from engine.edition.library import newest, workflow
from engine.fact.check import cited
from engine.people.directory import names, natural, second_accounts
from engine.record.event import SYSTEM, Actor, Draft, Event, Gone
from engine.record.kept import note_fold
from engine.record.log import append, opens
from engine.store.table.task import task
from engine.store.transaction import Tx
from rules.policy import Move, Policy
from terms.canonical import Json
from terms.error import Ambiguous, BadInput, Conflict, Reason, Refused, Unknown

DEFAULT_WORKFLOW = "promotion-review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Holds what a command came to: the events written, the label of what they are about, and remarks on it."""

    events: tuple[Event, ...]
    label: str | None = None
    id: str | None = None
    remarks: tuple[str, ...] = ()


def nominate(tx: Tx, command: Nominate, actor: Actor) -> Outcome:
    """Opens a case, with the readiness of that day pinned to it.

    Raises Refused where the actor may not nominate, Conflict where such a case is open, Unknown for a move
    that no edition in effect has.
    """
    today = tx.sources.today()
    person = natural(tx, command.person)
    rule = require("nominate", toward_person(tx, person, actor, today), "this person")
    if not command.because.strip():
        raise BadInput("A nomination says why; write --because TEXT.")
    lines, label = cases_of(tx, person)
    bound = _bound(tx, lines, today)
    if bound is not None:
        raise Refused("This person is not nominated now.", reasons=(bound,))
    existing = next((one for one in lines if one.target == command.to and one.open), None)
    if existing is not None:
        raise Conflict(f"{existing.label} is open for this person and {command.to} already.")
    assessed = assess(tx, person, command.to, as_of=today, named=command.policy)
    definition = workflow(tx, _workflow_digest(tx, _named(assessed.policy, assessed.move, command.workflow)))
    case_id = tx.sources.ids()
    start = definition.states[definition.initial]
    draft = Draft(
        type="CaseNominated",
        stream=opens(tx, f"case:{case_id}"),
        data={
            "label": label,
            "person": person,
            "from": assessed.move.source,
            "to": assessed.move.target,
            "ladder": assessed.ladder.digest,
            "state": definition.initial,
            "stage": start.stage,
            "as_of": today.isoformat(),
            "fact_set": assessed.fact_set,
        },
        sealed={"because": command.because, "readiness": assessed.readiness.json()},
        about=(person,),
        rule=rule,
        edition=assessed.policy.digest,
        workflow=definition.digest,
    )
    events = append(tx, [draft], actor=actor, command="Nominate", expected={draft.stream: 0})
    case = apply(events[0], None)
    note_fold(tx, events[0], case)
    project(tx, case, None)
    return Outcome(events=events, label=label, id=case_id)


def _bound(tx: Tx, lines: tuple[CaseLine, ...], on: date) -> Reason | None:
    """Returns why somebody who committed to their role is not nominated for another before that is over."""
    for line in lines:
        if line.outcome == "promoted":
            until = load(tx, line.id).decisions[-1].committed_until
            if until is not None and on.isoformat() < until:
                told = f"They committed to {line.target} until {until} ({line.label})."
                return Reason("commitment:until", told)
    return None


def _named(policy: Policy, move: Move, asked: str | None) -> str | None:
    """Returns the workflow that a case goes through: the policy's where it names one, and then no other."""
    if move.workflow and asked not in (None, move.workflow):
        told = f"{policy.id} {policy.edition_label} takes {move.id} through {move.workflow}, not {asked}."
        raise Refused("This case cannot be nominated so.", reasons=(Reason("policy:workflow", told),))
    return move.workflow or asked


def _workflow_digest(tx: Tx, named: str | None) -> str:
    known = published_names(tx, "workflow")
    if named is None:
        if len(known) > 1 and DEFAULT_WORKFLOW not in known:
            raise Ambiguous(f"Several workflows are published: {', '.join(known)}; name one.")
        named = DEFAULT_WORKFLOW if DEFAULT_WORKFLOW in known or not known else known[0]
    digest = newest(tx, "workflow", named, tx.sources.today())
    if digest is None:
        raise Unknown(f"No workflow {named} is published; there is {', '.join(known) or 'none'}.")
    return digest


def execute(tx: Tx, command: CaseCommand, actor: Actor) -> Outcome:
    """Carries out a command on an existing case; raises Refused with every reason where it is not allowed."""
    case = load(tx, command.case)
    case, settled = settle(tx, case, freezing=_freezing(tx, case, command))
    now = look(tx, case, actor)
    drafts = answer(case, command, now)
    if isinstance(drafts, Refusal):
        raise Refused(drafts.sentence, reasons=drafts.reasons)
    if isinstance(command, Decide):
        cited_by = {"digests": _digests(tx, case, command.cite)}
        drafts = tuple(replace(one, data={**one.data, **cited_by}) for one in drafts)
    events, after = write(tx, case, drafts, actor, type(command).__name__)
    more = _register(tx, after, command, events[0], actor)
    told = escalate(tx, after, type(command).__name__)
    return Outcome(events=(*events, *more, *settled, *told), label=case.label, id=case.id)


def escalate(tx: Tx, case: Case, command: str) -> tuple[Event, ...]:
    """Returns the events that say which chains of a case nobody can answer since now, or can answer again."""
    if not list(turns(case, workflow(tx, case.workflow).approvals)):
        return ()
    drafts = blocking(tx, case, look(tx, case, Actor(SYSTEM, "system")))
    return write(tx, case, drafts, Actor(SYSTEM, "system"), command)[0] if drafts else ()


def escalate_all(tx: Tx) -> int:
    """Returns how many chains nobody can answer since now, each told by an event: roles and lines change too."""
    query = select(task.c.case).where(task.c.kind.in_(ANSWERED)).distinct().order_by(task.c.case)
    told: list[Event] = []
    for name in tx.connection.execute(query).scalars().all():
        put_tasks_right(tx, load(tx, name))
        told += escalate(tx, load(tx, name), "Tick")
    return sum(one.type == "ChainBlocked" for one in told)


def waiting(tx: Tx, case: Case) -> tuple[Stuck, ...]:
    """Returns each chain of a case that nobody can answer today."""
    if not list(turns(case, workflow(tx, case.workflow).approvals)):
        return ()
    return stuck(tx, case, look(tx, case, Actor(SYSTEM, "system")))


def change_edition(tx: Tx, command: MoveEdition, actor: Actor) -> Outcome:
    """Moves an open case to another edition by hand; see engine.case.edition."""
    case, events = move_edition(tx, command, actor)
    return Outcome(events=events, label=case.label, id=case.id)


def _freezing(tx: Tx, case: Case, command: CaseCommand) -> bool:
    """Returns whether a command would freeze the file, so that the edition is settled before the facts are read."""
    if not isinstance(command, TakeStep) or case.frozen or case.final:
        return False
    definition = workflow(tx, case.workflow)
    return any(
        one.name == command.step and definition.states[one.to].stage == "calibration"
        for one in definition.transitions
        if case.state in one.source
    )


def _digests(tx: Tx, case: Case, cites: tuple[str, ...]) -> dict[str, Json]:
    """Returns the digest of each exhibit, statement or fact that a decision cites (law 11)."""
    held: dict[str, Json] = {one.id: one.digest for one in (*case.exhibits, *case.statements)}
    return {one: held[one] if one in held else cited(tx, one)[1] for one in cites}


def write(
    tx: Tx, case: Case, drafts: tuple[Draft, ...], actor: Actor, command: str
) -> tuple[tuple[Event, ...], Case]:
    """Appends a case's events at the version that was decided on, and writes its row."""
    events = append(tx, drafts, actor=actor, command=command, expected={drafts[0].stream: case.version})
    after = case
    for event in events:
        after = apply(event, after)
    lost = _lost(case, after)
    if lost is not None:
        told = append(tx, (lost,), actor=Actor(SYSTEM, "system"), command=command)
        events, after = (*events, *told), apply(told[0], after)
    note_fold(tx, events[-1], after)
    project(tx, after, case)
    return events, after


def _lost(before: Case, after: Case) -> Draft | None:
    """Returns the event that says a quorum can no longer be reached (law 8), where it just became so."""
    panel = after.panel
    if panel is None or after.final or before.panel is None or before.panel.session != panel.session:
        return None
    if panel is before.panel and after.recusals is before.recusals and after.interests is before.interests:
        return None
    if list(recusal_block(before, {})) or not list(recusal_block(after, {})):
        return None
    data: dict[str, Json] = {
        "session": panel.session,
        "quorum": panel.quorum,
        "eligible": list(after.eligible),
        "away": [one for one in panel.members if one not in after.eligible],
        "alternates": list(panel.alternates),
    }
    return Draft(
        type="QuorumLost",
        stream=stream(after),
        data=data,
        about=(after.person,),
        rule="law:8",
        edition=after.policy,
        workflow=after.workflow,
    )


def look(tx: Tx, case: Case, actor: Actor) -> Situation:
    """Returns all that a decision on a case reads: relations, definition, date, readiness, names."""
    today = tx.sources.today()

    def basis() -> tuple[Json | Gone, str]:
        if case.frozen or case.final:
            return case.assessments[-1].readiness, case.assessments[-1].fact_set
        assessed = current(tx, case, today)
        return assessed.readiness.json(), assessed.fact_set

    def other() -> str | None:
        found = open_case(tx, case.person, case.target)
        return found.label if found else None

    mine = natural(tx, actor.person)
    return Situation(
        relations=relations(tx, case, actor, today),
        attached_by_actor=frozenset(one.id for one in case.exhibits if natural(tx, one.by) == mine),
        workflow=workflow(tx, case.workflow),
        today=today,
        basis=Basis(basis),
        names=names(tx),
        actor=natural(tx, actor.acting_for or actor.person),
        hand=mine,
        humans=second_accounts(tx),
        entered=entered_on(case, tx.sources.zone),
        other_open=other,
    )


def current(tx: Tx, case: Case, on: date) -> Assessed:
    """Returns the case's readiness on a day, under the edition that it is under (law 12)."""
    return assess(tx, case.person, case.target, as_of=on, edition=case.policy, source=case.source)


def _register(tx: Tx, case: Case, command: CaseCommand, event: Event, actor: Actor) -> tuple[Event, ...]:
    """Writes what a case's event adds to the registers that criteria read, as facts that cite it."""
    if event.type in ("EvidenceAttached", "EvidenceVerified", "EndorsementGiven", "StatementAttested"):
        return note_register(tx, case, event, actor)
    if isinstance(command, Decide):
        before = [one for one in case.decisions[:-1] if one.effective is not None]
        if command.outcome == "promoted":
            return note_level(tx, case, event, actor)
        if before and before[-1].outcome == "promoted":
            return unnote_level(tx, case, event, actor, str(before[-1].effective))
    return ()
