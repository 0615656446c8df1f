"""Folds into a case what surrounds its decision: exceptions, approvals, telling, commitment, appeals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.case.sanction import turn
from engine.case.state import Appeal, Approval, Case, Commitment, Excepted, Question, Tie, Told
from engine.record.event import Event, Gone

SEALED = Gone()


def _approval(event: Event) -> Approval:
    data: Mapping[str, Any] = event.data
    return Approval(
        seq=event.seq,
        relation=data["relation"],
        by=event.acting_for or event.actor,
        hand=event.actor,
        on=data["on"],
        because=event.payload.get("because", SEALED),
        given=data.get("given", True),
    )


def _requested(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    asked = Excepted(
        id=data["exception"],
        seq=event.seq,
        criterion=data["criterion"],
        status=data["status"],
        by=event.acting_for or event.actor,
        hand=event.actor,
        on=data["on"],
        chain=tuple(data["chain"]),
        because=event.payload.get("because", SEALED),
    )
    return case.changed(exceptions=(*case.exceptions, asked))


def _answered(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    step = _approval(event)

    def after(one: Excepted) -> Excepted:
        if one.id != data["exception"]:
            return one
        if event.type == "ExceptionRefused":
            return replace(one, refused=step)
        return replace(one, approvals=(*one.approvals, step), until=data.get("until"))

    return case.changed(exceptions=tuple(after(one) for one in case.exceptions))


def _approved(event: Event, case: Case) -> Case:
    return case.changed(approvals=(*case.approvals, _approval(event)))


def _blocked(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    name = turn(data["chain"], data["relation"])
    others = tuple(one for one in case.unfilled if one != name)
    return replace(case, unfilled=(*others, name) if event.type == "ChainBlocked" else others)


def _told(event: Event, case: Case) -> Case:
    told = Told(seq=event.seq, on=str(event.data["on"]), by=event.actor, how=event.payload.get("how", SEALED))
    return case.changed(told=(*case.told, told))


def _committed(event: Event, case: Case) -> Case:
    given = Commitment(seq=event.seq, on=str(event.data["on"]), length=str(event.data["for"]))
    return case.changed(commitment=given)


def _appealed(event: Event, case: Case) -> Case:
    """Opens the case again: who sat or decided stays barred, what was said for the first decision is over."""
    data: Mapping[str, Any] = event.data
    raised = Appeal(
        seq=event.seq,
        against=data["against"],
        ground=data["ground"],
        by=event.acting_for or event.actor,
        on=data["on"],
        because=event.payload.get("because", SEALED),
        new_evidence=data["new_evidence"],
    )
    sat = (case.panel.chair, *case.panel.members) if case.panel is not None else ()
    judged = (one.member for one in (*case.scores, *case.votes))
    first = (*case.former_judges, *sat, *judged, case.decisions[-1].by, case.decisions[-1].behalf or "")
    return case.changed(
        appeals=(*case.appeals, raised),
        former_judges=tuple(one for one in dict.fromkeys(first) if one),
        state=data["to"],
        stage=data["stage"],
        final=data["final"],
        frozen=data["stage"] not in ("nomination", "evidence"),
        panel=None,
        scores_revealed=False,
        votes_revealed=False,
        approvals=(),
        told=(),
        entered_at=event.recorded_at,
    )


def _bound(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    names = ("round", "label", "freeze", "judged", "told", "effective", "takes_effect", "late")
    tie = Tie(
        **{name: data[name] for name in names},
        remind=tuple(data.get("remind", ())),
        escalate=data.get("escalate"),
        escalate_after=data.get("escalate_after"),
    )
    return case.changed(round=tie)


def _asked(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    asked = Question(
        id=data["question"],
        seq=event.seq,
        by=event.acting_for or event.actor,
        on=data["on"],
        until=data["until"],
        text=event.payload.get("text", SEALED),
    )
    return case.changed(questions=(*case.questions, asked))


def _given(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data

    def after(one: Question) -> Question:
        if one.id != data["question"]:
            return one
        by = event.acting_for or event.actor
        return replace(one, answered_by=by, answered_on=data["on"], answer=event.payload.get("text", SEALED))

    return case.changed(questions=tuple(after(one) for one in case.questions))


CHANGES: dict[str, Callable[[Event, Case], Case]] = {
    "ExceptionRequested": _requested,
    "ExceptionApproved": _answered,
    "ExceptionRefused": _answered,
    "ChainBlocked": _blocked,
    "ChainFreed": _blocked,
    "ApprovalGiven": _approved,
    "ApprovalWithheld": _approved,
    "CandidateTold": _told,
    "RoleCommitted": _committed,
    "AppealRaised": _appealed,
    "InformationAsked": _asked,
    "InformationGiven": _given,
    "RoundBound": _bound,
}
