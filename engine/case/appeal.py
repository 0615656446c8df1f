"""Answers an appeal: on which ground, in time, by whom; the case goes back, its decision stays on record."""

from __future__ import annotations

from datetime import date

from engine.case.command import RaiseAppeal
from engine.case.decide import Refusal, Situation, draft
from engine.case.state import Case
from engine.record.event import Draft
from terms.canonical import Json
from terms.error import Reason
from workflows.deadline import Span


def appeal(case: Case, command: RaiseAppeal, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the event of an appeal, or the refusal with every reason."""
    rule = now.workflow.appeal
    if rule is None:
        told = f"The workflow {now.workflow.id} knows no appeal."
        return Refusal(f"{case.label} is not appealed.", (Reason("appeal:none", told),))
    reasons = []
    if not case.final or not case.decisions:
        reasons.append(Reason("appeal:open", f"{case.label} is not decided; only a decision is appealed."))
    elif case.state not in rule.against:
        told = f"{case.label} is {case.state}; an appeal lies against {' or '.join(rule.against)}."
        reasons.append(Reason("appeal:against", told))
    elif now.today > (last := deadline(case, now)):
        reasons.append(Reason("appeal:late", f"An appeal had to come by {last}; today is {now.today}."))
    if not now.relations & set(rule.who):
        reasons.append(Reason("appeal:who", f"Only {' or '.join(rule.who)} may appeal."))
    if command.ground not in rule.grounds:
        told = f"{command.ground!r} is no ground; there is {', '.join(rule.grounds)}."
        reasons.append(Reason("appeal:ground", told))
    if not command.because.strip():
        reasons.append(Reason("appeal:reason", "An appeal says why."))
    if case.decisions and any(one.against == case.decisions[-1].seq for one in case.appeals):
        reasons.append(Reason("appeal:twice", "This decision has been appealed already."))
    if (other := now.other_open() if case.final else None) is not None:
        told = f"{other} is open for the same person and level; it has to end first."
        reasons.append(Reason("appeal:other", told))
    if reasons:
        return Refusal(f"{case.label} is not appealed.", tuple(reasons))
    to = now.workflow.states[rule.to]
    data: dict[str, Json] = {
        "against": case.decisions[-1].seq,
        "ground": command.ground,
        "on": now.today.isoformat(),
        "from": case.state,
        "to": rule.to,
        "stage": to.stage,
        "final": to.final,
        "new_evidence": rule.new_evidence,
    }
    return (draft(case, "AppealRaised", "workflow:appeal", data, because=command.because),)


def deadline(case: Case, now: Situation) -> date:
    """Returns the last day for an appeal: counted from when the person was told, else from the decision."""
    assert now.workflow.appeal is not None
    start = case.told[-1].on if case.told else case.decisions[-1].on
    return Span(now.workflow.appeal.within).due(date.fromisoformat(start), now.workflow.calendar)
