"""Answers what is asked of an exception: requested, approved step by step, refused; the finding stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.access.permit import conflicts, permit
from engine.case.command import ApproveException, RefuseException, RequestException
from engine.case.decide import Refusal, Situation, draft
from engine.case.guard import top_level
from engine.case.state import LATE, Case, Excepted
from engine.record.event import Draft
from terms.canonical import Json
from terms.error import Reason
from workflows.deadline import Span


def ask(case: Case, command: RequestException, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the event of a request for an exception from one criterion, or the refusal."""
    ruling = permit("request an exception", now.relations)
    reasons = [*ruling.reasons, *_closed(case)]
    if not command.because.strip():
        reasons.append(Reason("exception:reason", "A request for an exception says why."))
    held = {str(one["id"]): str(one["status"]) for one in top_level(now.readiness)}
    if command.criterion not in held:
        told = f"{command.criterion} is no required criterion of this case; it has {', '.join(sorted(held))}."
        reasons.append(Reason("exception:criterion", told))
    elif held[command.criterion] == "met":
        reasons.append(Reason("exception:met", f"{command.criterion} is met, so there is nothing to except."))
    for one in case.exceptions:
        if one.criterion == command.criterion and (one.waits or one.holds(now.today)):
            told = f"{one.id} asks for {one.criterion} already: {standing(one, now.today)}."
            reasons.append(Reason("exception:twice", told))
    rule = now.workflow.exceptions
    chain = rule.chain(case.target) if rule is not None else ()
    if not chain:
        told = f"The workflow {now.workflow.id} knows no exception for {case.target}."
        reasons.append(Reason("exception:unknown", told))
    if reasons:
        return Refusal(f"No exception is asked for on {case.label}.", tuple(reasons))
    data: dict[str, Json] = {
        "exception": f"X{len(case.exceptions) + 1}",
        "criterion": command.criterion,
        "status": held[command.criterion],
        "chain": list(chain),
        "on": now.today.isoformat(),
    }
    return (draft(case, "ExceptionRequested", ruling.rule, data, because=command.because),)


def answer(
    case: Case, command: ApproveException | RefuseException, now: Situation
) -> tuple[Draft, ...] | Refusal:
    """Returns the event of an approval or a refusal of an exception by whoever's turn it is, or the refusal.

    The last approval of a chain is a judgement (law 6); those before it are testimony.
    """
    approves = isinstance(command, ApproveException)
    found = next((one for one in case.exceptions if one.id == command.exception.upper()), None)
    if found is None:
        held = ", ".join(one.id for one in case.exceptions) or "none"
        told = f"{case.label} has no exception {command.exception}; it has {held}."
        return Refusal("There is nothing to answer.", (Reason("exception:which", told),))
    if not found.waits:
        told = f"{found.id} is answered: {standing(found, now.today)}."
        return Refusal("There is nothing left to answer.", (Reason("exception:answered", told),))
    relations, turn = set(now.relations), found.chain[len(found.approvals)]
    if turn in now.relations:
        relations.add("next approver")
    if now.acting & {now.human(one) for one in (found.by, found.hand)}:
        relations.add("requester")
    if now.acting & {now.human(one) for step in found.approvals for one in (step.by, step.hand)}:
        relations.add("approver")
    ruling = permit("approve an exception", frozenset(relations))
    reasons = [*ruling.reasons, *_closed(case)]
    if turn not in now.relations:
        reasons.append(Reason("exception:turn", f"It is the turn of the {turn}."))
    last = len(found.approvals) == len(found.chain) - 1
    if approves and last:
        reasons += conflicts(now.relations)
    if not command.because.strip():
        reasons.append(Reason("exception:reason", "An answer to an exception says why."))
    if reasons:
        return Refusal(f"{found.id} on {case.label} is not answered.", tuple(reasons))
    data: dict[str, Json] = {"exception": found.id, "relation": turn, "on": now.today.isoformat()}
    if not approves:
        return (draft(case, "ExceptionRefused", ruling.rule, data, because=command.because),)
    if last:
        data["until"] = _until(case, found, now)
    return (draft(case, "ExceptionApproved", ruling.rule, data, because=command.because),)


def _until(case: Case, found: Excepted, now: Situation) -> str:
    """Returns the last day of an exception: as long as the definition says; a late nomination's with its round."""
    if found.criterion == LATE and case.round is not None:
        return max(case.round.effective or "", now.today.isoformat())
    assert now.workflow.exceptions is not None
    return Span(now.workflow.exceptions.lasts).due(now.today, now.workflow.calendar).isoformat()


def _closed(case: Case) -> Iterator[Reason]:
    if case.final:
        yield Reason(f"state:{case.state}", f"{case.label} is closed as {case.state}.")


def standing(one: Excepted, on: date) -> str:
    """Returns in words where an exception stands on a day."""
    if one.refused is not None:
        return f"refused by the {one.refused.relation} on {one.refused.on}"
    if one.until is None:
        done = len(one.approvals)
        return f"{done} of {len(one.chain)} have approved, the {one.chain[done]} is next"
    return f"granted until {one.until}" if one.holds(on) else f"ended on {one.until}"
