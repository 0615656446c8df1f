"""Moves open cases from one edition of a workflow to another, all of them or none, each by an event of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from engine.access.permit import require
from engine.case.apply import apply
from engine.case.project import project
from engine.case.query import load
from engine.case.relation import relations
from engine.case.state import Case
from engine.edition.library import workflow
from engine.record.event import Actor, Draft
from engine.record.log import append
from engine.store.table.case import case_row
from engine.store.table.session import session_row
from engine.store.transaction import Tx
from terms.error import BadInput, Reason, Refused
from terms.form import near
from workflows.definition import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """Holds what to move: from which edition to which (digests), which states change names, why, how."""

    old: str
    new: str
    states: Mapping[str, str]
    because: str
    dry_run: bool = False
    leave: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Holds one open case: the state it is in, the one it comes to, and every reason why it cannot move."""

    case: str
    state: str
    to: str
    reasons: tuple[str, ...] = ()


def migrate(tx: Tx, asked: Migration, actor: Actor) -> tuple[Mapped, ...]:
    """Returns every open case of the old edition, each as it maps; without `dry_run` those that can are moved.

    Raises BadInput for a state that neither definition has, Refused where the actor may not, or where a case cannot
    move and is not to be left where it is: nothing moves then.
    """
    before, after = workflow(tx, asked.old), workflow(tx, asked.new)
    _check(asked, before, after)
    query = select(case_row.c.id).where(case_row.c.open == 1, case_row.c.workflow == asked.old)
    cases = [load(tx, row.id) for row in tx.connection.execute(query.order_by(case_row.c.label)).all()]
    found = tuple(_mapped(tx, case, after, asked.states) for case in cases)
    if asked.dry_run:
        return found
    stuck = [one for one in found if one.reasons]
    if stuck and not asked.leave:
        told = tuple(Reason("law:12", f"{one.case}: {reason}") for one in stuck for reason in one.reasons)
        raise Refused("Nothing moves; say --leave to move the others.", reasons=told)
    today = tx.sources.today()
    for case, one in zip(cases, found, strict=True):
        if not one.reasons:
            rule = require("move a case to an edition", relations(tx, case, actor, today), case.label)
            _move(tx, case, one.to, after, asked, rule, actor)
    return found


def _check(asked: Migration, before: Workflow, after: Workflow) -> None:
    if not asked.because.strip():
        raise BadInput("Cases are moved for a reason; write --because TEXT.")
    if asked.old == asked.new:
        raise BadInput("Both are one edition; name another to move to.")
    for name, other in asked.states.items():
        for one, definition in ((name, before), (other, after)):
            if one not in definition.states:
                edition = f"{definition.id}@{definition.edition_label}"
                told = f"{one!r} is no state of {edition}; {near(one, list(definition.states))}"
                raise BadInput(told)


def _mapped(tx: Tx, case: Case, after: Workflow, states: Mapping[str, str]) -> Mapped:
    to = states.get(case.state, case.state)
    reasons = tuple(_obstacles(tx, case, after, to))
    return Mapped(case=case.label, state=case.state, to=to, reasons=reasons)


def _obstacles(tx: Tx, case: Case, after: Workflow, to: str) -> Iterator[str]:
    found = after.states.get(to)
    if found is None:
        yield f"{after.edition_label} has no state {to}; name one with --map {to}=STATE."
    elif found.final:
        yield f"{to} is final in {after.edition_label}, and a migration ends no case."
    elif found.stage != case.stage:
        yield f"{to} is in the stage {found.stage} in {after.edition_label}, the case in {case.stage}."
    if case.panel is not None:
        query = select(session_row.c.state).where(session_row.c.id == case.panel.session)
        if tx.connection.execute(query).scalar_one_or_none() == "open":
            yield f"It is before {case.panel.label}, which is open; close the session first."


def _move(tx: Tx, case: Case, to: str, after: Workflow, asked: Migration, rule: str, actor: Actor) -> None:
    draft = Draft(
        type="WorkflowMoved",
        stream=f"case:{case.id}",
        data={
            "from": asked.old,
            "to": asked.new,
            "was": case.state,
            "state": to,
            "stage": after.states[to].stage,
        },
        sealed={"because": asked.because},
        about=(case.person,),
        rule=rule,
        edition=case.policy,
        workflow=asked.new,
    )
    events = append(
        tx, [draft], actor=actor, command="MigrateWorkflow", expected={draft.stream: case.version}
    )
    moved = apply(events[0], case)
    project(tx, moved, case)
