"""Rules who may do what: relations in, a ruling with its rule's id out.

Forbid wins over permit, and what no rule permits is refused. A workflow's own `who` and `forbid` come on
top of these for its transitions; no definition can lift what is forbidden here.
"""

from __future__ import annotations

from dataclasses import dataclass

from terms.error import Reason, Refused

CONFLICTED = ("candidate", "nominator", "manager of candidate", "interested")
LEADING = ("hr", "decider", "director", "division head", "department head", "executive sponsor")
"""Roles that see the whole organisation."""

PERMITS: dict[str, tuple[str, ...]] = {
    "nominate": ("manager of candidate", "skip-level manager of candidate", "hr"),
    "attach evidence": ("candidate", "nominator", "manager of candidate", "hr"),
    "verify evidence": ("manager of candidate", "skip-level manager of candidate", "hr"),
    "endorse": ("anyone",),
    "attest": ("anyone",),
    "commit to a track": ("candidate",),
    "declare an interest": ("anyone",),
    "open a session": ("hr", "chair"),
    "add to a session": ("hr", "chair", "chair of session"),
    "seat a member": ("hr", "chair of session"),
    "score": ("panel",),
    "vote": ("panel",),
    "recuse": ("panel",),
    "see who has judged": ("panel", "chair of session"),
    "discuss": ("panel", "chair of session"),
    "change a score": ("panel",),
    "authorise a change": ("chair of session", "hr"),
    "break a tie": ("chair of session",),
    "call a revote": ("chair of session",),
    "attend": ("panel", "chair of session"),
    "mark who attends": ("chair of session", "hr"),
    "join two accounts": ("hr",),
    "reveal": ("chair of session",),
    "close a session": ("chair of session",),
    "request an exception": ("nominator", "manager of candidate", "hr"),
    "approve an exception": ("next approver",),
    "ask for information": ("panel", "chair of session", "decider", "hr"),
    "give information": ("candidate", "nominator", "manager of candidate", "hr"),
    "approve": ("next approver",),
    "tell the candidate": (
        "manager of candidate",
        "skip-level manager of candidate",
        "nominator",
        "hr",
        "decider",
    ),
    "commit to the role": ("candidate",),
    "import": ("hr",),
    "open a scoring cycle": ("hr",),
    "ask for scores": ("hr",),
    "remind of scores": ("hr",),
    "close a scoring cycle": ("hr",),
    "score oneself": ("candidate",),
    "score as manager": ("manager of candidate",),
    "see the organisation": LEADING,
    "plan development": ("candidate", "manager of candidate", "skip-level manager of candidate", "hr"),
    "do an action": ("owner", "candidate", "manager of candidate"),
    "verify an action": ("manager of candidate", "skip-level manager of candidate", "hr"),
    "reverse a commitment": ("candidate",),
    "release from a commitment": ("hr",),
    "offer an interim role": ("manager of candidate", "skip-level manager of candidate", "hr"),
    "accept an interim role": ("candidate",),
    "end an interim role": ("manager of candidate", "skip-level manager of candidate", "hr"),
    "see growth": ("candidate", "manager of candidate", "skip-level manager of candidate", "hr"),
    "plan rounds": ("hr",),
    "open a round": ("hr",),
    "close a round": ("hr",),
    "publish": ("hr",),
    "approve an edition": ("hr",),
    "withdraw an edition": ("proposer",),
    "reject an edition": ("hr",),
    "move a case to an edition": ("hr",),
    "change the key": ("hr",),
    "rebuild projections": ("hr",),
    "request an erasure": ("subject", "hr"),
    "approve an erasure": ("hr",),
    "decline an erasure": ("hr",),
    "place a hold": ("hr",),
    "lift a hold": ("hr",),
    "set retention": ("hr",),
    "export a subject": ("subject", "hr"),
    "see letters": ("hr", "receiver"),
    "send letters": ("hr",),
    "drop a letter": ("hr",),
    "read a calendar": ("owner",),
    "see a case": (
        "nominator",
        "manager of candidate",
        "skip-level manager of candidate",
        "panel",
        "chair of session",
        "next approver",
        *LEADING,
    ),
    "see how a case was judged": ("panel", "chair of session", "next approver", *LEADING),
    "see a session": ("member", "chair", "alternate", *LEADING),
    "see readiness": (
        "candidate",
        "manager of candidate",
        "skip-level manager of candidate",
        *LEADING,
    ),
    "see the proof of a case": ("candidate", "panel", "chair of session", *LEADING),
    "issue a token": ("hr", "proven owner"),
    "revoke a token": ("hr", "proven owner"),
    "export candidate": ("candidate", "manager of candidate", "hr"),
    "export committee": ("panel", "chair of session", "decider", "hr"),
    "export auditor": ("hr",),
}

FORBIDS: dict[str, tuple[str, ...]] = {
    "nominate": ("candidate",),
    "verify evidence": ("candidate", "attacher"),
    "endorse": ("candidate",),
    "see a case": ("candidate",),
    "see how a case was judged": (*CONFLICTED, "recused", "barred"),
    "score": (*CONFLICTED, "recused", "barred", "judged before"),
    "vote": (*CONFLICTED, "recused", "barred", "judged before"),
    "see who has judged": (*CONFLICTED, "recused", "barred", "judged before"),
    "change a score": (*CONFLICTED, "recused", "barred", "judged before"),
    "authorise a change": (*CONFLICTED, "changer"),
    "break a tie": (*CONFLICTED, "recused", "judged before"),
    "call a revote": CONFLICTED,
    "discuss": CONFLICTED,
    "reveal": CONFLICTED,
    "request an exception": ("candidate",),
    "approve an exception": ("candidate", "interested", "requester", "approver"),
    "ask for information": (*CONFLICTED, "recused", "barred"),
    "approve": ("candidate", "interested", "approver"),
    "tell the candidate": ("candidate",),
    "join two accounts": ("concerned",),
    "approve an erasure": ("subject", "requester"),
    "decline an erasure": ("subject",),
    "lift a hold": ("subject",),
    "approve an edition": ("proposer",),
    "reject an edition": ("proposer",),
    "move a case to an edition": ("candidate",),
    "score as manager": ("candidate",),
    "verify an action": ("candidate", "doer"),
    "release from a commitment": ("candidate",),
    "offer an interim role": ("candidate",),
    "end an interim role": ("candidate",),
    "export committee": ("candidate",),
    "export auditor": ("candidate",),
}

JUDGEMENTS = frozenset({"score", "vote", "change a score", "break a tie"})

BECAUSE: dict[str, str] = {
    "candidate": "the case is their own",
    "nominator": "they nominated the candidate",
    "manager of candidate": "they manage the candidate",
    "interested": "they declared an interest in the case",
    "recused": "they are recused from the case",
    "attacher": "they attached it themselves",
    "barred": "the panel's rules bar them from the case",
    "changer": "the changed score is their own",
    "subject": "it is about them",
    "requester": "they asked for it themselves, and a second person approves",
    "approver": "they have approved it in another role",
    "judged before": "they sat, judged or decided before the appeal",
    "proposer": "they proposed it themselves",
    "doer": "they said themselves that it is done",
    "concerned": "one of the two accounts is their own",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """Holds whether an action is allowed, by which rule, and every reason where it is not."""

    allowed: bool
    rule: str
    reasons: tuple[Reason, ...] = ()


def permit(action: str, relations: frozenset[str]) -> Ruling:
    """Returns the ruling on an action for somebody with these relations to what is acted on."""
    forbidden, allowed = FORBIDS.get(action, ()), PERMITS.get(action, ())
    if not relations.isdisjoint(forbidden):
        barred = tuple(
            Reason(f"forbid:{action}:{relation}", f"Whoever acts may not {action}: {BECAUSE[relation]}.")
            for relation in forbidden
            if relation in relations
        )
        return Ruling(False, barred[0].rule, barred)
    for relation in allowed:
        if relation in relations:
            return Ruling(True, f"permit:{action}:{relation}")
    told = f"Only {' or '.join(allowed) or 'nobody'} may {action}."
    return Ruling(False, f"permit:{action}", (Reason(f"permit:{action}", told),))


def require(action: str, relations: frozenset[str], subject: str) -> str:
    """Returns the id of the rule that allows an action; raises Refused with every reason otherwise."""
    ruling = permit(action, relations)
    if not ruling.allowed:
        raise Refused(f"Not allowed: {action}, {subject}.", reasons=ruling.reasons)
    return ruling.rule


def conflicts(relations: frozenset[str]) -> tuple[Reason, ...]:
    """Returns why somebody with these relations may not judge a case (law 6); empty where nothing bars them."""
    return tuple(
        Reason(f"forbid:judge:{relation}", f"Whoever acts may not judge this case: {BECAUSE[relation]}.")
        for relation in CONFLICTED
        if relation in relations
    )
