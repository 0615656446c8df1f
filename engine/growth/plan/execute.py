"""Carries out a command on a development plan in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from engine.access.permit import require
from engine.case.execute import Outcome, write
from engine.case.query import load
from engine.fact.row import FactRow
from engine.fact.write import write_facts
from engine.growth.cycle.project import write_row
from engine.growth.gap.build import report
from engine.growth.gap.model import GapReport
from engine.growth.plan.command import (
    AdoptSuggestions,
    Changing,
    FinishAction,
    PlanAction,
    PlanCommand,
    VerifyAction,
)
from engine.growth.plan.decide import changing, check
from engine.growth.plan.query import ACTIONS, actions, ladder_of, load_action, next_number, suggestions
from engine.growth.plan.state import DONE, OPEN, Action, apply, fold, row, stream
from engine.growth.standing import toward
from engine.people.directory import natural, person
from engine.record.event import Actor, Draft, Event, Gone
from engine.record.kept import forget
from engine.record.log import append
from engine.store.table.growth import action_row
from engine.store.transaction import Tx
from rules.ladder import Ladder
from terms.canonical import Json
from terms.error import BadInput, Unknown
from terms.form import near
from terms.quantity import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Holds one action to plan: about which gap, what to do, and whether the ladder said so."""

    gap: str
    kind: str
    text: str
    course: str = ""
    ladder: str | None = None


def execute(tx: Tx, command: PlanCommand, actor: Actor) -> Outcome:
    """Carries out a command on a plan; raises Refused with every reason where it is not allowed."""
    match command:
        case PlanAction():
            asked = _Asked(gap=command.gap, kind=command.kind, text=command.text)
            return _plan(tx, command, actor, (asked,))
        case AdoptSuggestions():
            return _plan(tx, command, actor, None)
        case _:
            return _change(tx, command, actor)


def _plan(
    tx: Tx, command: PlanAction | AdoptSuggestions, actor: Actor, asked: tuple[_Asked, ...] | None
) -> Outcome:
    today, who = tx.sources.today(), person(tx, natural(tx, command.person))
    rule = require("plan development", toward(tx, who.id, actor), who.name)
    held = report(tx, who, command.to, today)
    steps = ladder_of(tx, held)
    if asked is None:
        assert isinstance(command, AdoptSuggestions)
        asked = _suggested(tx, steps, held, command)
    owner = person(tx, natural(tx, command.owner)).id
    drafts = [
        _planned(tx, steps, held, one, owner, command.due, today, rule, number)
        for number, one in enumerate(asked, next_number(tx))
    ]
    expected = {one.stream: 0 for one in drafts}
    events = append(tx, drafts, actor=actor, command=type(command).__name__, expected=expected)
    made = [fold([event]) for event in events]
    for one in made:
        forget(tx, ACTIONS)
        write_row(tx, action_row, row(one), new=True)
    return Outcome(events=events, label=", ".join(one.label for one in made), id=made[0].id)


def _suggested(tx: Tx, steps: Ladder, held: GapReport, command: AdoptSuggestions) -> tuple[_Asked, ...]:
    taken = {(one.gap, one.text) for one in actions(tx, person=held.person) if one.state in OPEN}
    found = suggestions(steps, held, command.gap)
    fresh = tuple(
        _Asked(gap=one.gap, kind=one.kind, text=one.text, course=one.course, ladder=steps.digest)
        for one in found
        if (one.gap, one.text) not in taken
    )
    if not fresh:
        if found:
            raise BadInput(f"What {steps.id} suggests for these gaps of {held.name} is planned already.")
        raise BadInput(
            f"The ladder {steps.id} suggests nothing for these gaps of {held.name}; plan one with `rung plan add`."
        )
    return fresh


def _planned(
    tx: Tx,
    steps: Ladder,
    held: GapReport,
    asked: _Asked,
    owner: str,
    due: date,
    today: date,
    rule: str,
    number: int,
) -> Draft:
    check(asked.kind, steps.actions, asked.text, due, today)
    line = next((one for one in held.lines if one.competency == asked.gap), None)
    known = [*(one.competency for one in held.lines), *(one.id for one in held.others)]
    if asked.gap not in known:
        raise Unknown(
            f"{asked.gap!r} is neither a competency nor a criterion on the way to {held.target}; "
            f"{near(asked.gap, known)}"
        )
    data: dict[str, Json] = {
        "label": f"A-{number:04d}",
        "person": held.person,
        "to": held.target,
        "gap": asked.gap,
        "level": line.level if line else "",
        "kind": asked.kind,
        "owner": owner,
        "due": due.isoformat(),
        "on": today.isoformat(),
        "ladder": asked.ladder,
        "course": asked.course,
        "score": plain(line.latest) if line is not None and line.latest is not None else None,
    }
    return Draft(
        type="ActionPlanned",
        stream=stream(tx.sources.ids()),
        data=data,
        sealed={"text": asked.text},
        about=(held.person,),
        rule=rule,
        edition=held.edition,
    )


def _change(tx: Tx, command: Changing, actor: Actor) -> Outcome:
    action, today = load_action(tx, command.action), tx.sources.today()
    relations, me = toward(tx, action.person, actor), natural(tx, actor.person)
    if me == natural(tx, action.owner):
        relations |= {"owner"}
    if action.done_by is not None and natural(tx, action.done_by) == me:
        relations |= {"doer"}
    wanted = "verify an action" if isinstance(command, VerifyAction) else "do an action"
    rule = require(wanted, relations, action.label)
    event, after = _write(tx, action, changing(action, command, today, rule), actor, type(command).__name__)
    events = [event]
    if isinstance(command, FinishAction | VerifyAction):
        events.append(write_facts(tx, _facts(after, natural(tx, after.person), event), actor, event))
    return Outcome(events=tuple(events), label=action.label, id=action.id)


def _write(tx: Tx, action: Action, draft: Draft, actor: Actor, command: str) -> tuple[Event, Action]:
    event = append(tx, [draft], actor=actor, command=command, expected={draft.stream: action.version})[0]
    after = apply(event, action)
    write_row(tx, action_row, row(after), new=False)
    return event, after


def entry(action: Action) -> str:
    """Returns the key of the register's entry that a finished action writes."""
    return f"evidence|plan|{action.id}"


def _facts(action: Action, who: str, event: Event) -> list[FactRow]:
    """Returns what a finished action adds to the registers: evidence, and a verified course as training."""
    assert action.done_on is not None and action.shows is not None
    evidence = FactRow(
        row=0,
        field="evidence",
        person=who,
        kind="evidence",
        key=entry(action),
        name=action.shows,
        start=action.done_on,
        detail={
            "by": who,
            "verified_by": action.verified_by,
            "action": action.label,
            "event": event.seq,
        },
    )
    if not action.course or action.verified_by is None:
        return [evidence]
    course = FactRow(
        row=0,
        field="training",
        person=who,
        kind="training",
        key=f"training|{action.course}|{action.done_on}",
        name=action.course,
        start=action.done_on,
    )
    return [evidence, course]


def file_actions(tx: Tx, nominated: Outcome, actor: Actor) -> Outcome:
    """Returns a nomination's outcome with what its candidate has done since the last one put into the file."""
    assert nominated.id is not None and nominated.label is not None
    candidate = nominated.events[0].about[0]
    fresh = [one for one in actions(tx, person=candidate) if one.state == DONE and not one.filed]
    if not fresh:
        return nominated
    case = load(tx, nominated.id)
    drafts = tuple(
        Draft(
            type="EvidenceAttached",
            stream=f"case:{case.id}",
            data={
                "exhibit": f"E{len(case.exhibits) + number}",
                "kind": one.shows,
                "criterion": None,
                "happened_on": one.done_on,
                "file_name": None,
                "by": one.person,
                "verified_by": one.verified_by,
                "entry": entry(one),
                "action": one.label,
            },
            sealed={"content": {"text": f"{_text(one.text)} Result: {_text(one.result)}"}},
            about=(case.person,),
            rule="growth:done actions are filed",
            edition=case.policy,
            workflow=case.workflow,
        )
        for number, one in enumerate(fresh, 1)
    )
    events, _ = write(tx, case, drafts, actor, "Nominate")
    filed = [_write(tx, one, _filing(one, nominated.label), actor, "Nominate")[0] for one in fresh]
    return replace(
        nominated,
        events=(*nominated.events, *events, *filed),
        remarks=(*nominated.remarks, f"What was done since is in the file: {_listed(drafts)}."),
    )


def _filing(action: Action, case: str) -> Draft:
    return Draft(
        type="ActionFiled",
        stream=stream(action.id),
        data={"case": case},
        about=(action.person,),
        rule="growth:done actions are filed",
    )


def _text(value: object) -> str:
    return f"({value})" if isinstance(value, Gone) else str(value).rstrip(".") + "."


def _listed(drafts: tuple[Draft, ...]) -> str:
    return ", ".join(str(one.data["exhibit"]) for one in drafts)
