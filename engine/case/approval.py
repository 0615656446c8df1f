"""Answers what is asked of a case's approvals, which come after calibration and before the decision."""

from __future__ import annotations

from engine.access.permit import permit
from engine.case.command import Approve
from engine.case.decide import Refusal, Situation, draft
from engine.case.sanction import open_for
from engine.case.state import Case
from engine.record.event import Draft
from terms.canonical import Json
from terms.error import Reason


def approve(case: Case, command: Approve, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the event of an approval given or withheld, or the refusal with every reason.

    A human approves in one role only; who withheld an approval may give it later.
    """
    rule = now.workflow.approvals
    if rule is None:
        told = f"The workflow {now.workflow.id} asks for no approvals."
        return Refusal(f"Nobody approves {case.label}.", (Reason("approve:none", told),))
    turns = [one for one in open_for(case, rule) if one in now.relations]
    relations = set(now.relations)
    if turns:
        relations.add("next approver")
    if now.acting & {now.human(one) for step in case.approved for one in (step.by, step.hand)}:
        relations.add("approver")
    ruling = permit("approve", frozenset(relations))
    reasons = list(ruling.reasons)
    if case.final:
        reasons.append(Reason(f"state:{case.state}", f"{case.label} is closed as {case.state}."))
    elif case.stage != "decision":
        told = f"{case.label} is in {case.state}; it is approved after that, in the stage decision."
        reasons.append(Reason("approve:stage", told))
    if not turns:
        waits = " or the ".join(open_for(case, rule))
        told = f"It is the turn of the {waits}." if waits else "Everybody has approved."
        reasons.append(Reason("approve:turn", told))
    if not command.because.strip():
        reasons.append(Reason("approve:reason", "Approving, or not, says why."))
    if reasons:
        return Refusal(f"{case.label} is not approved now.", tuple(reasons))
    data: dict[str, Json] = {"relation": turns[0], "on": now.today.isoformat(), "given": command.given}
    type_ = "ApprovalGiven" if command.given else "ApprovalWithheld"
    return (draft(case, type_, ruling.rule, data, because=command.because),)
