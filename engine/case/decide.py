"""Answers a command on a case: `decide(case, command, situation) -> drafts | Refusal`, pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256

from engine.access.permit import conflicts, permit
from engine.case.citation import citable
from engine.case.command import (
    AttachEvidence,
    Attest,
    CaseCommand,
    Decide,
    DeclareInterest,
    Endorse,
    TakeStep,
    VerifyEvidence,
)
from engine.case.following import following, taking_effect, waits_late
from engine.case.guard import guards, top_level
from engine.case.state import Case
from engine.record.event import Draft, Gone
from terms.canonical import Json
from terms.error import Reason
from workflows.definition import Transition, Workflow
from workflows.machine import Barred, allowed, move


@dataclass(frozen=True, slots=True)
class Refusal:
    """Holds why a command is not carried out: one sentence, and every reason."""

    sentence: str
    reasons: tuple[Reason, ...]


class Basis:
    """Holds what the file rests on: readiness and the digest of the facts it read, made when it is first asked for."""

    def __init__(self, look: Callable[[], tuple[Json | Gone, str]]) -> None:
        self.look = look

    @cached_property
    def found(self) -> tuple[Json | Gone, str]:
        """Returns both: the pinned ones while the file is frozen, else made now from the facts."""
        return self.look()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Holds all that a decision reads besides the case, as values; what few decisions read is looked up for those.

    `names` gives what to call each person in a sentence, `humans` the
    natural person behind each id. `actor` answers for the act, `hand` does it: two people under a delegation.
    """

    relations: frozenset[str]
    attached_by_actor: frozenset[str]
    workflow: Workflow
    today: date
    basis: Basis
    names: Mapping[str, str]
    entered: date | None = None
    other_open: Callable[[], str | None] = lambda: None
    actor: str = ""
    hand: str = ""
    humans: Mapping[str, str] = field(default_factory=dict)

    @property
    def readiness(self) -> Json | Gone:
        """Returns the readiness that the file rests on."""
        return self.basis.found[0]

    @property
    def fact_set(self) -> str:
        """Returns the digest of the facts that it read."""
        return self.basis.found[1]

    @property
    def acting(self) -> frozenset[str]:
        """Returns the natural persons who act: one, or under a delegation two."""
        return frozenset({self.actor, self.hand} - {""})

    def human(self, person: str) -> str:
        """Returns the natural person behind an id."""
        return self.humans.get(person, person)


def decide(case: Case, command: CaseCommand, now: Situation) -> tuple[Draft, ...] | Refusal:
    """Returns the events that a command leads to, or the refusal with every reason."""
    match command:
        case TakeStep():
            return _step(case, command, now)
        case Decide():
            return _decision(case, command, now)
        case AttachEvidence():
            return _exhibit(case, command, now)
        case VerifyEvidence():
            return _verification(case, command, now)
        case Endorse() | Attest():
            return _statement(case, command, now)
        case DeclareInterest():
            return _interest(case, command, now)
        case _:
            raise TypeError(f"{type(command).__name__} is answered elsewhere")


def stream(case: Case) -> str:
    """Returns the name of a case's stream."""
    return f"case:{case.id}"


def draft(case: Case, type_: str, rule: str, data: Mapping[str, Json], **sealed: Json) -> Draft:
    """Returns an event of a case as a draft; what is named besides its data is sealed."""
    return Draft(
        type=type_,
        stream=stream(case),
        data=data,
        sealed=sealed,
        about=(case.person,),
        rule=rule,
        edition=case.policy,
        workflow=case.workflow,
    )


def _transition(case: Case, step: str, now: Situation) -> Transition | Refusal:
    possible = {one.name: one for one in allowed(now.workflow, case.state)}
    if step in possible:
        return possible[step]
    ways = ", ".join(sorted(possible)) or "none: the case is closed"
    reason = Reason(
        f"workflow:{case.state}", f"{case.label} is in {case.state}; the steps from there are {ways}."
    )
    return Refusal(f"{case.label} cannot {step} now.", (reason,))


def _barred(
    case: Case, taken: Transition, now: Situation, given: frozenset[str], *, effective: bool, next_date: bool
) -> tuple[Reason, ...]:
    held = guards(
        taken.when,
        case,
        lambda: now.readiness,
        now.workflow,
        now.names,
        now.today,
        entered=now.entered,
        effective=effective,
        next_date=next_date,
    )
    result = move(now.workflow, case.state, taken.name, now.relations, held, given)
    own = conflicts(now.relations) if taken.judges else ()
    return (*own, *(result.reasons if isinstance(result, Barred) else ()))


def _place(now: Situation, transition: Transition) -> dict[str, Json]:
    target = now.workflow.states[transition.to]
    return {"to": transition.to, "stage": target.stage, "final": target.final}


def _step(case: Case, command: TakeStep, now: Situation) -> tuple[Draft, ...] | Refusal:
    taken = _transition(case, command.step, now)
    if isinstance(taken, Refusal):
        return taken
    target = now.workflow.states[taken.to]
    if target.outcome is not None:
        reason = Reason("decide", f"`rung decide {case.label} {target.outcome}` says why and what it cites.")
        return Refusal(f"{taken.name} decides the case, so it needs a decision.", (reason,))
    given = frozenset({"reason"} if command.because else set())
    barred = _barred(case, taken, now, given, effective=False, next_date=command.next_date is not None)
    if case.appealed and not case.appeals[-1].new_evidence and target.stage in ("nomination", "evidence"):
        told = "The definition of this case allows no new evidence on appeal."
        barred = (*barred, Reason("appeal:evidence", told))
    barred = (*barred, *(() if target.final else waits_late(case, target.stage)))
    if barred:
        return Refusal(f"{case.label} cannot {taken.name} now.", barred)
    data: dict[str, Json] = {"transition": taken.name, "from": case.state, **_place(now, taken)}
    sealed: dict[str, Json] = {"because": command.because} if command.because else {}
    type_ = "CaseMoved"
    if target.final:
        type_ = "CaseWithdrawn"
    elif target.stage == "evidence" and case.stage in ("calibration", "decision"):
        type_ = "CaseReturned"
    elif target.stage in ("calibration", "decision") and not case.frozen:
        type_ = "FileFrozen"
        data |= {"as_of": now.today.isoformat(), "fact_set": now.fact_set}
        assert not isinstance(now.readiness, Gone)
        sealed["readiness"] = now.readiness
    return (draft(case, type_, f"workflow:{taken.name}", data, **sealed),)


def _decision(case: Case, command: Decide, now: Situation) -> tuple[Draft, ...] | Refusal:
    ways = [
        one
        for one in allowed(now.workflow, case.state)
        if now.workflow.states[one.to].outcome == command.outcome
    ]
    if not ways:
        told = f"{case.label} is in {case.state}; it is decided after calibration, from the stage decision."
        if case.final:
            told = f"{case.label} is closed as {case.state}."
        return Refusal(
            f"{case.label} cannot be {command.outcome} now.", (Reason(f"workflow:{case.state}", told),)
        )
    taken = ways[0]
    given = {"reason"} if command.because.strip() else set()
    effective, mistaken = taking_effect(case, command.outcome, command.effective, now.today, now.workflow)
    unmet = [str(one["id"]) for one in top_level(now.readiness) if one["status"] != "met"]
    missing = [one for one in unmet if not command.reasons.get(one, "").strip()]
    if not missing:
        given.add("reasons per criterion")
    if command.cite:
        given.add("citation")
    if command.next_date is not None:
        given.add("next date")
    reasons = list(
        _barred(
            case,
            taken,
            now,
            frozenset(given),
            effective=effective is not None,
            next_date=command.next_date is not None,
        )
    )
    if missing and "reasons per criterion" in taken.requires:
        reasons.append(Reason("requires:reasons", f"Give a reason for each of: {', '.join(missing)}."))
    reasons += mistaken
    known = {str(one["id"]) for one in top_level(now.readiness)}
    reasons += [
        Reason("decide:criterion", f"{one} is no criterion of this case; it has {', '.join(sorted(known))}.")
        for one in command.reasons
        if one not in known
    ]
    file = citable(case, now.readiness)
    reasons += [
        Reason("law:11", f"{one} is not in the file; a decision cites exhibits or facts that are.")
        for one in command.cite
        if one not in file
    ]
    if command.next_date is not None and command.next_date <= now.today:
        reasons.append(
            Reason("decide:next-date", f"The next date {command.next_date} is not after {now.today}.")
        )
    if reasons:
        return Refusal(f"{case.label} cannot be {command.outcome} now.", tuple(reasons))
    data: dict[str, Json] = {
        "transition": taken.name,
        "from": case.state,
        **_place(now, taken),
        "outcome": command.outcome,
        "on": now.today.isoformat(),
        "cites": list(command.cite),
        "effective": effective.isoformat() if effective else None,
        "next_date": command.next_date.isoformat() if command.next_date else None,
        **following(now.workflow, command.outcome, now.today, effective, case.round),
    }
    sealed: dict[str, Json] = {"because": command.because, "reasons": dict(command.reasons)}
    return (draft(case, "CaseDecided", f"workflow:{taken.name}", data, **sealed),)


def _open_for(case: Case, action: str, now: Situation) -> Refusal | str:
    ruling = permit(action, now.relations)
    reasons = ruling.reasons
    if case.final:
        reasons = (*reasons, Reason(f"state:{case.state}", f"{case.label} is closed as {case.state}."))
    elif case.frozen and action != "declare an interest":
        told = "The file is frozen; have the case returned for evidence first."
        reasons = (*reasons, Reason("state:frozen", told))
    if reasons:
        return Refusal(f"Not now: {action} on {case.label}.", reasons)
    return ruling.rule


def _exhibit(case: Case, command: AttachEvidence, now: Situation) -> tuple[Draft, ...] | Refusal:
    rule = _open_for(case, "attach evidence", now)
    if isinstance(rule, Refusal):
        return rule
    known = {str(one["id"]) for one in top_level(now.readiness)}
    if command.criterion is not None and command.criterion not in known:
        told = f"{command.criterion} is no criterion of this case; it has {', '.join(sorted(known))}."
        return Refusal("The exhibit has nowhere to go.", (Reason("evidence:criterion", told),))
    if command.happened_on > now.today:
        told = f"{command.happened_on} is after {now.today}."
        return Refusal("Evidence cannot come from the future.", (Reason("evidence:date", told),))
    content: dict[str, Json] = {"text": command.text}
    if command.content is not None:
        content |= {"sha256": sha256(command.content).hexdigest(), "file": command.content.hex()}
    data: dict[str, Json] = {
        "exhibit": f"E{len(case.exhibits) + 1}",
        "kind": command.kind,
        "criterion": command.criterion,
        "happened_on": command.happened_on.isoformat(),
        "file_name": command.file_name,
    }
    return (draft(case, "EvidenceAttached", rule, data, content=content),)


def _verification(case: Case, command: VerifyEvidence, now: Situation) -> tuple[Draft, ...] | Refusal:
    attached = command.exhibit in now.attached_by_actor
    relations = now.relations | {"attacher"} if attached else now.relations
    rule = _open_for(case, "verify evidence", replace(now, relations=relations))
    if isinstance(rule, Refusal):
        return rule
    found = next((one for one in case.exhibits if one.id == command.exhibit), None)
    if found is None:
        held = ", ".join(one.id for one in case.exhibits) or "none"
        told = f"{case.label} has no exhibit {command.exhibit}; it has {held}."
        return Refusal("There is nothing to verify.", (Reason("evidence:exhibit", told),))
    if found.verified_by is not None:
        told = f"{found.id} was verified by {now.names.get(found.verified_by, found.verified_by)}."
        return Refusal("There is nothing left to verify.", (Reason("evidence:verified", told),))
    return (draft(case, "EvidenceVerified", rule, {"exhibit": found.id, "kind": found.kind}),)


def _statement(case: Case, command: Endorse | Attest, now: Situation) -> tuple[Draft, ...] | Refusal:
    endorses = isinstance(command, Endorse)
    rule = _open_for(case, "endorse" if endorses else "attest", now)
    if isinstance(rule, Refusal):
        return rule
    data: dict[str, Json] = {
        "exhibit": f"T{len(case.statements) + 1}",
        "kind": "endorsement" if isinstance(command, Endorse) else command.statement,
        "criterion": None,
        "happened_on": now.today.isoformat(),
    }
    type_ = "EndorsementGiven" if endorses else "StatementAttested"
    return (draft(case, type_, rule, data, content={"text": command.because}),)


def _interest(case: Case, command: DeclareInterest, now: Situation) -> tuple[Draft, ...] | Refusal:
    rule = _open_for(case, "declare an interest", now)
    if isinstance(rule, Refusal):
        return rule
    return (
        draft(case, "InterestDeclared", rule, {}, because=command.because),
        *voiding(case, now.actor, "interest"),
    )


def voiding(case: Case, member: str, why: str) -> tuple[Draft, ...]:
    """Returns the event that takes back what a member has judged on a case, if they have: never silently."""
    given = [one for one in (case.standing(case.scores, member), case.standing(case.votes, member)) if one]
    if not given or case.panel is None:
        return ()
    data: dict[str, Json] = {
        "session": case.panel.session,
        "member": member,
        "judgements": [one.seq for one in given],
        "why": why,
    }
    return (draft(case, "JudgementVoided", f"void:{why}", data),)
