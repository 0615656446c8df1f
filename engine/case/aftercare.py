"""Answers what follows a decision: that the person was told, that they commit to the new role."""

from __future__ import annotations

from engine.access.permit import permit
from engine.case.command import CommitToRole, TellCandidate
from engine.case.decide import Refusal, Situation, draft
from engine.case.state import Case
from engine.record.event import Draft
from terms.canonical import Json
from terms.error import Reason


def tell(case: Case, command: TellCandidate, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the event that the person was told of the decision, or the refusal."""
    ruling = permit("tell the candidate", now.relations)
    reasons = list(ruling.reasons)
    if not case.final or not case.decisions:
        reasons.append(Reason("tell:open", f"{case.label} is not decided, so there is nothing to tell."))
    elif case.told:
        reasons.append(Reason("tell:twice", f"The candidate was told on {case.told[-1].on}."))
    elif command.on > now.today or command.on.isoformat() < case.decisions[-1].on:
        told = f"{command.on} is not between the decision of {case.decisions[-1].on} and today, {now.today}."
        reasons.append(Reason("tell:date", told))
    if not command.because.strip():
        reasons.append(Reason("tell:how", "Say how the candidate was told."))
    if reasons:
        return Refusal(f"It is not noted that the candidate of {case.label} was told.", tuple(reasons))
    data: dict[str, Json] = {"on": command.on.isoformat(), "decision": case.decisions[-1].seq}
    return (draft(case, "CandidateTold", ruling.rule, data, how=command.because),)


def commit(case: Case, command: CommitToRole, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the event of a candidate's commitment to the new role, or the refusal."""
    ruling = permit("commit to the role", now.relations)
    reasons = list(ruling.reasons)
    after = now.workflow.after
    if now.hand != now.actor:
        told = "A commitment is signed by the person themself, never for another."
        reasons.append(Reason("commit:own", told))
    if case.final:
        reasons.append(Reason(f"state:{case.state}", f"{case.label} is closed as {case.state}."))
    if after is None or after.commitment is None:
        told = f"The workflow {now.workflow.id} asks for no commitment to the role."
        reasons.append(Reason("commit:none", told))
    if case.commitment is not None:
        reasons.append(Reason("commit:twice", "The candidate has committed to the role already."))
    if reasons or after is None:
        return Refusal(f"No commitment is noted on {case.label}.", tuple(reasons))
    data: dict[str, Json] = {"for": after.commitment, "on": now.today.isoformat()}
    return (draft(case, "RoleCommitted", ruling.rule, data),)
