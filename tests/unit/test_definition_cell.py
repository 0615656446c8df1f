"""Every cell of role x relation x step x state of each definition that ships or is an example, from its own file.

What is expected is read off the file in a few lines; what happens is what `answer` says of a case for which all holds.
Then each guard that a step names is broken by itself, and each requirement left out: the refusal names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from engine.case.answer import answer
from engine.case.command import Approve, ApproveException, CaseCommand, Decide, RaiseAppeal, TakeStep
from engine.case.decide import Basis, Refusal, Situation
from engine.case.state import (
    Approval,
    Assessment,
    Case,
    Commitment,
    Decision,
    Excepted,
    Exhibit,
    Judgement,
    Panel,
    Recusal,
)
from engine.record.event import Draft
from terms.canonical import Json
from workflows import shipped
from workflows.definition import Transition, Workflow, load_workflow
from workflows.vocabulary import JUDGES_NEVER, RELATIONS, REQUIREMENTS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "process"
DEFINITIONS = {
    **{name: load_workflow(shipped.text(name), f"{name}.yaml") for name in shipped.names()},
    **{
        one.stem: load_workflow(one.read_text(encoding="utf-8"), one.name)
        for one in sorted(EXAMPLES.glob("*.yaml"))
        if one.read_text(encoding="utf-8").startswith("workflow:")
    },
}
TODAY, LATER, ENTERED = date(2026, 10, 15), date(2027, 1, 1), date(2026, 1, 5)
LEVEL = "senior-ae"
ROLES = ("", "hr", "decider", "director", "executive sponsor", "department head", "division head", "total rewards",
         "finance")  # fmt: skip
PLACES = ("", *(one for one in RELATIONS if one not in (*ROLES, "anyone")))
YES: Json = {"vote": "yes", "because": "Why"}


def finding(status: str) -> Json:
    return {"findings": [{"id": "a", "status": status}]}


def whole(definition: Workflow, state: str) -> Case:
    """Returns a case in a state for which everything holds that any step asks for."""
    held, rule = definition.states[state], definition.seats(LEVEL)
    members = tuple(f"m{n}" for n in range(1, (rule.size if rule else 3) + 1))
    groups = [name for name, least in (rule.groups if rule else {}).items() for _ in range(least)]
    panel = Panel(
        session="s", label="S-0001", chair="m1", members=members, barred=(), alternates=("m0",), since=10,
        quorum=rule.quorum if rule else 2, groups=dict(zip(members, groups, strict=False)),
        minimum=rule.groups if rule else {}, affirm=rule.affirm if rule else None,
    )  # fmt: skip
    exhibits = [
        Exhibit(id=f"E{kind}{n}", kind=one.kind, criterion=None, happened_on="2026-01-01", by="n", seq=2, digest="",
                text={"text": "Well"})
        for kind, one in enumerate(definition.file)
        for n in range(one.exactly or one.at_least or 1)
    ]  # fmt: skip
    exhibits.append(Exhibit(id="E1", kind="other", criterion=None, happened_on="2026-01-01", by="n", seq=2, digest="",
                            text={"text": "Well"}))  # fmt: skip
    late = held.stage in ("calibration", "decision")
    case = Case(
        id="c", label="C-0001", version=9, person="p", source="ae-2", target=LEVEL, policy="p", ladder="l",
        workflow=definition.digest, state=state, stage=held.stage, final=held.final, nominator="n",
        nominated_on="2026-01-01", because="Why", exhibits=tuple(exhibits), frozen=late,
        assessments=(Assessment(seq=1, as_of="2026-01-01", fact_set="", payload={"readiness": finding("met")}),),
        panel=panel if late else None, scores_revealed=late, votes_revealed=late,
        votes=tuple(Judgement(seq=20, session="s", member=one, body=YES, at="") for one in members) if late else (),
        commitment=Commitment(seq=30, on="2026-10-01", length="6 months"),
        approvals=tuple(
            Approval(seq=31 + at, relation=one, by=f"a{at}", hand=f"a{at}", on="2026-10-01", because="Why")
            for at, one in enumerate(definition.approvals.of if definition.approvals else ())
        ),
    )  # fmt: skip
    if held.outcome is None:
        return case
    decision = Decision(seq=40, outcome=held.outcome, on="2026-10-10", by="d", because="Why", reasons={}, cites=(),
                        effective=None, next_date="2027-01-01")  # fmt: skip
    return replace(case, decisions=(decision,))


def situation(definition: Workflow, held: frozenset[str], readiness: Json | None = None) -> Situation:
    return Situation(
        relations=held, attached_by_actor=frozenset(), workflow=definition, today=TODAY, names={},
        basis=Basis(lambda: (finding("met") if readiness is None else readiness, "")),
        actor="x", hand="x", entered=ENTERED,
    )  # fmt: skip


def taking(definition: Workflow, step: Transition, leaving: frozenset[str] = frozenset()) -> CaseCommand:
    """Returns the command that takes a step, with all that it can ask for except what is left out."""
    because = "" if "reason" in leaving else "Why"
    later = None if {"next date", "next date set"} & leaving else LATER
    outcome = definition.states[step.to].outcome
    if outcome is None:
        return TakeStep(case="c", step=step.name, because=because or None, next_date=later)
    return Decide(
        case="c", outcome=outcome, because=because, next_date=later,
        effective=None if "effective date set" in leaving else LATER,
        cite=() if "citation" in leaving else ("E1",),
        reasons={} if "reasons per criterion" in leaving else {"a": "Why"},
    )  # fmt: skip


def relations(role: str, place: str) -> frozenset[str]:
    return frozenset({"anyone", role, place} - {""})


def steps() -> Iterator[tuple[str, str]]:
    for name, definition in DEFINITIONS.items():
        for step in dict.fromkeys(one.name for one in definition.transitions):
            yield name, step


@pytest.mark.parametrize(("name", "step"), list(steps()))
def test_who_may_take_a_step_and_when_is_what_the_definition_says(name: str, step: str) -> None:
    definition, taken = DEFINITIONS[name], 0
    for state in definition.states:
        case = whole(definition, state)
        leaving = next(
            (one for one in definition.transitions if one.name == step and state in one.source), None
        )
        command = taking(definition, leaving or next(t for t in definition.transitions if t.name == step))
        for role, place in product(ROLES, PLACES):
            held = relations(role, place)
            found = answer(case, command, situation(definition, held))
            where = f"{name}: {step} in {state} by {role or 'nobody'}, {place or 'a stranger'}"
            if leaving is None:
                assert isinstance(found, Refusal), where
                assert found.reasons[0].rule.split(":")[0] in ("workflow", "decide"), where
                continue
            bars = set(leaving.forbid) | (set(JUDGES_NEVER) if leaving.judges else set())
            if held & set(leaving.who) and not held & bars:
                assert not isinstance(found, Refusal), f"{where}: {found}"
                assert found[0].rule == f"workflow:{step}", where
                taken += 1
                continue
            assert isinstance(found, Refusal), f"{where} is allowed"
            kinds = {reason.rule.split(":")[0] for reason in found.reasons}
            assert kinds <= {"who", "forbid"} and kinds, f"{where}: {found.reasons}"
            assert ("forbid" in kinds) == bool(held & bars), where
    assert taken, f"somebody may take {step} in {name}"


def broken(case: Case, **changes: Any) -> Case:
    return replace(case, **changes)


def read(case: Case, at: Situation) -> Case:
    """Returns a case whose file rests on a situation's readiness."""
    return replace(case, assessments=(replace(case.assessments[0], payload={"readiness": at.readiness}),))


def everybody_away(case: Case) -> Iterator[Recusal]:
    for one in case.panel.members if case.panel else ():
        yield Recusal(seq=50, session="s", member=one, because="Why")


BREAKING: Mapping[str, Callable[[Case], Case]] = {
    "file has evidence": lambda case: broken(case, exhibits=()),
    "file frozen": lambda case: broken(case, frozen=False),
    "case in a session": lambda case: broken(case, panel=None),
    "scores revealed": lambda case: broken(case, scores_revealed=False),
    "votes revealed": lambda case: broken(case, votes_revealed=False),
    "quorum present": lambda case: broken(case, votes=case.votes[:1]),
    "no recusal blocks": lambda case: broken(
        case,
        recusals=tuple(
            Recusal(seq=50, session="s", member=one, because="Why")
            for one in (case.panel.members if case.panel else ())
        ),
    ),
    "panel affirms": lambda case: broken(
        case, votes=tuple(replace(one, body={"vote": "no", "because": "Why"}) for one in case.votes)
    ),
    "approvals given": lambda case: broken(case, approvals=()),
    "commitment signed": lambda case: broken(case, commitment=None),
    "file complete": lambda case: broken(case, exhibits=()),
}
UNMET = {"readiness met or excepted": "not_met", "readiness determined or excepted": "undetermined"}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_each_guard_and_each_requirement_of_a_step_is_held_by_itself(name: str) -> None:
    definition = DEFINITIONS[name]
    for step in definition.transitions:
        who = frozenset({"anyone", next(one for one in step.who if one not in step.forbid)})
        for state in step.source:
            case, now = whole(definition, state), situation(definition, who)
            for guard in step.when:
                where, command = f"{name}: {step.name} in {state} without `{guard}`", taking(definition, step)
                tried, at = case, now
                if guard in BREAKING:
                    tried = BREAKING[guard](case)
                elif guard in UNMET:
                    at = situation(definition, who, finding(UNMET[guard]))
                    tried = replace(
                        case, assessments=(replace(case.assessments[0], payload={"readiness": at.readiness}),)
                    )
                elif guard == "stay over":
                    at = replace(now, entered=TODAY)
                else:
                    command = taking(definition, step, frozenset({guard}))
                found = answer(tried, command, at)
                assert isinstance(found, Refusal), where
                assert f"when:{guard}" in {one.rule for one in found.reasons}, f"{where}: {found.reasons}"
            for wanted in step.requires:
                where = f"{name}: {step.name} in {state} without {REQUIREMENTS[wanted]}"
                at, unmet = now, case
                if wanted == "reasons per criterion":
                    at = situation(definition, who, finding("not_met"))
                    unmet = replace(
                        case, assessments=(replace(case.assessments[0], payload={"readiness": at.readiness}),)
                    )
                found = answer(unmet, taking(definition, step, frozenset({wanted})), at)
                assert isinstance(found, Refusal), where
                assert f"requires:{wanted}" in {one.rule for one in found.reasons}, (
                    f"{where}: {found.reasons}"
                )


@pytest.mark.parametrize("name", DEFINITIONS)
def test_each_turn_of_each_chain_belongs_to_whom_the_definition_names(name: str) -> None:
    definition = DEFINITIONS[name]
    chains = [one.approvals for one in definition.exceptions.chains] if definition.exceptions else []
    state = next(
        one for one, held in definition.states.items() if held.stage == "decision" and not held.final
    )
    for chain in chains:
        for at, turn in enumerate(chain):
            done = tuple(
                Approval(seq=60 + n, relation=one, by=f"a{n}", hand=f"a{n}", on="2026-10-01", because="Why")
                for n, one in enumerate(chain[:at])
            )
            asked = Excepted(id="X1", seq=50, criterion="a", status="not_met", by="h", hand="h", on="2026-10-01",
                             chain=tuple(chain), because="Why", approvals=done)  # fmt: skip
            case = replace(whole(definition, state), exceptions=(asked,))
            last = at == len(chain) - 1
            bars = {*(JUDGES_NEVER if last else ("candidate", "interested"))}
            command = ApproveException(case="c", exception="X1", because="Why")
            _belongs(definition, case, command, {turn}, bars, f"{name}: turn {at + 1} of {chain}")
    rule = definition.approvals
    for missing in rule.of if rule else ():
        assert rule is not None
        case = whole(definition, state)
        before = rule.of.index(missing) if rule.order == "as written" else len(rule.of)
        given = tuple(
            one
            for one in case.approvals
            if one.relation != missing and (rule.of.index(one.relation) < before or before == len(rule.of))
        )
        asked_for = Approve(case="c", because="Why")
        bars = {"candidate", "interested"}
        _belongs(definition, replace(case, approvals=given), asked_for, {missing}, bars, f"{name}: {missing}")


@pytest.mark.parametrize("name", [name for name, one in DEFINITIONS.items() if one.appeal is not None])
def test_an_appeal_lies_where_the_definition_says_and_belongs_to_whom_it_names(name: str) -> None:
    definition = DEFINITIONS[name]
    rule = definition.appeal
    assert rule is not None
    command = RaiseAppeal(case="c", ground=rule.grounds[0], because="Why")
    for state in definition.states:
        case = whole(definition, state)
        if state in rule.against:
            _belongs(definition, case, command, set(rule.who), set(), f"{name}: appeal in {state}")
            continue
        for role, place in product(ROLES, PLACES):
            found = answer(case, command, situation(definition, relations(role, place)))
            assert isinstance(found, Refusal), f"{name}: appeal in {state}"


def _belongs(
    definition: Workflow, case: Case, command: CaseCommand, who: set[str], bars: set[str], where: str
) -> None:
    taken = 0
    for role, place in product(ROLES, PLACES):
        held = relations(role, place)
        found: tuple[Draft, ...] | Refusal = answer(case, command, situation(definition, held))
        may = bool(held & who) and not held & bars
        assert may != isinstance(found, Refusal), f"{where}, {role}, {place}: {found}"
        taken += may
    assert taken, where
