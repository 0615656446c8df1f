"""Finds a chain of approvals that nobody can answer as it stands: who could, and what bars each of them.

A chain waits for a relation, such as finance. It is stuck where nobody stands in it today, or where everybody who
does is barred: they asked for the exception, approved before in another role, or the case is theirs. What bars is what
the answer itself would be refused for. A stuck chain is told by an event, once per turn; it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.case.answer import answer
from engine.case.command import Approve, ApproveException
from engine.case.decide import Refusal, Situation, draft
from engine.case.relation import relations, standing_in
from engine.case.sanction import APPROVALS, turn, turns
from engine.case.state import Case
from engine.people.line import holders
from engine.record.event import Actor, Draft
from engine.store.transaction import Tx
from workflows.vocabulary import PERSONAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Holds a chain that nobody can answer: X1 or the approvals, whose turn it is, and why in words."""

    chain: str
    relation: str
    told: str


def stuck(tx: Tx, case: Case, now: Situation) -> tuple[Stuck, ...]:
    """Returns each chain of a case that nobody can answer today."""
    found = []
    for chain, relation in turns(case, now.workflow.approvals):
        why = _why(tx, case, now, chain, relation)
        if why is not None:
            waits = f"{chain} on {case.label}" if chain != APPROVALS else f"{case.label}"
            told = f"{waits} waits for the {relation}, and nobody can answer: {why}"
            found.append(Stuck(chain=chain, relation=relation, told=told))
    return tuple(found)


def _why(tx: Tx, case: Case, now: Situation, chain: str, relation: str) -> str | None:
    people = standing_in(tx, case, relation, now.today)
    if not people:
        if relation in PERSONAL:
            return f"the candidate has no {relation.removesuffix(' of candidate')}."
        return f"nobody holds the role {relation}."
    barred = []
    for one in people:
        held = relations(tx, case, Actor(one), now.today)
        command = (
            Approve(case=case.id, because="asked")
            if chain == APPROVALS
            else ApproveException(case=case.id, exception=chain, because="asked")
        )
        answered = answer(case, command, replace(now, relations=held, actor=one, hand=one))
        if not isinstance(answered, Refusal):
            return None
        reasons = (reason.text.rpartition(": ")[2].removesuffix(".") for reason in answered.reasons)
        barred.append(f"{now.names.get(one, one)} cannot, as {' and '.join(dict.fromkeys(reasons))}")
    return f"{'; '.join(barred)}."


def blocking(tx: Tx, case: Case, now: Situation) -> tuple[Draft, ...]:
    """Returns the events of chains that are stuck since now, and of those that are so no longer."""
    found = stuck(tx, case, now)
    waiting = {
        turn(chain, relation): (chain, relation) for chain, relation in turns(case, now.workflow.approvals)
    }
    held = {turn(one.chain, one.relation) for one in found}
    told = [
        draft(
            case,
            "ChainBlocked",
            "chain:nobody",
            {"chain": one.chain, "relation": one.relation, "to": list(_to(tx, case, now))},
        )
        for one in found
        if turn(one.chain, one.relation) not in case.unfilled
    ]
    freed = [waiting[key] for key in case.unfilled if key in waiting and key not in held]
    return (
        *told,
        *(
            draft(case, "ChainFreed", "chain:somebody", {"chain": chain, "relation": who})
            for chain, who in freed
        ),
    )


def _to(tx: Tx, case: Case, now: Situation) -> tuple[str, ...]:
    """Returns who hears of it: hr, who can name somebody, and whoever nominated; the decider where there is no hr."""
    people = holders(tx, "hr", now.today) or holders(tx, "decider", now.today)
    return tuple(dict.fromkeys(now.human(one) for one in (*people, case.nominator)))
