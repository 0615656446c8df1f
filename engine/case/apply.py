"""Folds events into a case: `apply(event, case) -> case`, pure, one function per event type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.case.choice import EditionChoice, Restatement
from engine.case.course import CHANGES as COURSE
from engine.case.state import (
    JUDGED,
    Assessment,
    Case,
    Change,
    Decision,
    Exhibit,
    Judgement,
    Note,
    Panel,
    Recusal,
)
from engine.record.event import Event, Gone
from terms.canonical import Json
from terms.error import Broken

SEALED = Gone()


def fold(events: Iterable[Event]) -> Case:
    """Returns the case that a stream of events tells; raises Broken where it does not begin with a nomination."""
    case: Case | None = None
    for event in events:
        case = apply(event, case)
    if case is None:
        raise Broken("The stream holds no event.")
    return case


def apply(event: Event, case: Case | None) -> Case:
    """Returns the case after one event; raises Broken for an event that cannot follow."""
    if event.type == "CaseNominated":
        if case is not None:
            raise Broken(f"Event {event.seq} nominates a case that exists.")
        return _nominated(event)
    if case is None:
        raise Broken(f"Event {event.seq} ({event.type}) comes before the nomination.")
    change = CHANGES.get(event.type)
    if change is None:
        raise Broken(f"Event {event.seq} has a type that this version does not know: {event.type}.")
    judgings = case.judgings + (event.type in JUDGED)
    return change(event, case).changed(version=event.stream_version, judgings=judgings)


def held(event: Event, field: str) -> Json | Gone:
    """Returns a sealed field's value, or what stands in its place."""
    return event.payload.get(field, SEALED)


def _nominated(event: Event) -> Case:
    data: Mapping[str, Any] = event.data
    return Case(
        id=event.stream.removeprefix("case:"),
        label=data["label"],
        version=event.stream_version,
        person=data["person"],
        source=data["from"],
        target=data["to"],
        policy=event.edition or "",
        ladder=data["ladder"],
        workflow=event.workflow or "",
        state=data["state"],
        stage=data["stage"],
        final=False,
        nominator=event.acting_for or event.actor,
        nominated_on=data["as_of"],
        nominated_by=event.actor,
        because=held(event, "because"),
        assessments=(_assessment(event),),
        entered_at=event.recorded_at,
    )


def _assessment(event: Event) -> Assessment:
    data: Mapping[str, Any] = event.data
    return Assessment(
        seq=event.seq,
        as_of=data["as_of"],
        fact_set=data["fact_set"],
        payload=event.payload,
        occasion=event.type,
    )


def _moved(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    return case.changed(
        state=data["to"],
        stage=data["stage"],
        final=data["final"],
        entered_at=event.recorded_at,
    )


def _frozen(event: Event, case: Case) -> Case:
    return _moved(event, case).changed(frozen=True, assessments=(*case.assessments, _assessment(event)))


def _edition(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    choice = EditionChoice(
        seq=event.seq,
        on=data["as_of"],
        why=data["why"],
        edition=data["to"],
        other=data["other"],
        moved=data["from"] != data["to"],
        status=data["status"],
        other_status=data["other_status"],
        by=event.actor,
        because=held(event, "because") if "because" in event.sealed else None,
    )
    return case.changed(
        policy=data["to"],
        ladder=data["ladder"],
        assessments=(*case.assessments, _assessment(event)),
        choices=(*case.choices, choice),
    )


def _workflow(event: Event, case: Case) -> Case:
    """Puts the case under another definition; a state that changed its name is the same state, entered when it was."""
    data: Mapping[str, Any] = event.data
    return case.changed(workflow=data["to"], state=data["state"], stage=data["stage"])


def _restated(event: Event, case: Case) -> Case:
    facts: Any = event.data["facts"]
    pairs = tuple((str(one.get("was") or one["lacked"]), str(one["now"])) for one in facts)
    held_ = Restatement(seq=event.seq, at=event.recorded_at, facts=pairs)
    return case.changed(restatements=(*case.restatements, held_))


def _returned(event: Event, case: Case) -> Case:
    return _moved(event, case).changed(
        frozen=False,
        panel=None,
        approvals=(),
        scores_revealed=False,
        votes_revealed=False,
    )


def _decided(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    decision = Decision(
        seq=event.seq,
        outcome=data["outcome"],
        on=data["on"],
        by=event.actor,
        behalf=event.acting_for,
        because=held(event, "because"),
        reasons=held(event, "reasons"),
        cites=tuple(data["cites"]),
        effective=data["effective"],
        next_date=data["next_date"],
        tell_by=data.get("tell_by"),
        committed_until=data.get("committed_until"),
    )
    return _moved(event, case).changed(decisions=(*case.decisions, decision))


def _exhibit(event: Event) -> Exhibit:
    data: Mapping[str, Any] = event.data
    return Exhibit(
        id=data["exhibit"],
        kind=data["kind"],
        criterion=data["criterion"],
        happened_on=data["happened_on"],
        by=data.get("by", event.actor),
        seq=event.seq,
        digest=event.sealed["content"],
        text=held(event, "content"),
        file_name=data.get("file_name"),
        verified_by=data.get("verified_by"),
        entry=data.get("entry"),
    )


def _attached(event: Event, case: Case) -> Case:
    return case.changed(exhibits=(*case.exhibits, _exhibit(event)))


def _stated(event: Event, case: Case) -> Case:
    return case.changed(statements=(*case.statements, _exhibit(event)))


def _verified(event: Event, case: Case) -> Case:
    return case.changed(
        exhibits=tuple(
            replace(one, verified_by=event.actor) if one.id == event.data["exhibit"] else one
            for one in case.exhibits
        ),
    )


def _interested(event: Event, case: Case) -> Case:
    return case.changed(interests=(*case.interests, event.actor))


def _brought(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    panel = Panel(
        session=data["session"],
        label=data["session_label"],
        chair=data["chair"],
        members=tuple(data["members"]),
        barred=tuple(data["barred"]),
        alternates=tuple(data["alternates"]),
        quorum=data["quorum"],
        since=event.seq,
        why={who: tuple(held) for who, held in data.get("why", {}).items()},
        groups=data.get("groups", {}),
        minimum=data.get("minimum", {}),
        affirm=data.get("affirm"),
        ties=data.get("ties", "lost"),
        attend=data.get("attend", False),
        proxy=data.get("proxy", False),
        discuss=data.get("discuss", "anything"),
        bars=tuple(data.get("bars", ())),
    )
    return case.changed(
        panel=panel, scores_revealed=False, votes_revealed=False, revotes=0, ballot=-1, casting=None
    )


def _seated(event: Event, case: Case) -> Case:
    if case.panel is None:
        raise Broken(f"Event {event.seq} seats a member on a case that has no panel.")
    data: Mapping[str, Any] = event.data
    member, group = str(data["member"]), data.get("group")
    panel = replace(
        case.panel,
        members=(*case.panel.members, member),
        barred=(*case.panel.barred, *([member] if data["barred"] else [])),
        alternates=tuple(one for one in case.panel.alternates if one != member),
        why={**case.panel.why, **({member: tuple(data["why"])} if data.get("why") else {})},
        groups={**case.panel.groups, **({member: group} if group else {})},
    )
    return case.changed(panel=panel)


def _barred(event: Event, case: Case) -> Case:
    if case.panel is None:
        raise Broken(f"Event {event.seq} bars a member from a case that has no panel.")
    data: Mapping[str, Any] = event.data
    member = str(data["member"])
    panel = replace(
        case.panel,
        barred=(*case.panel.barred, member),
        why={**case.panel.why, member: tuple(data["why"])},
    )
    return case.changed(panel=panel)


def _voided(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    return case.changed(voided=(*case.voided, *data["judgements"]))


def _revote(event: Event, case: Case) -> Case:
    return case.changed(votes_revealed=False, revotes=case.revotes + 1, ballot=event.seq, casting=None)


def _noted(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    note = Note(
        seq=event.seq,
        session=data["session"],
        by=event.acting_for or event.actor,
        text=held(event, "text"),
        cites=tuple(data["cites"]),
    )
    return case.changed(notes=(*case.notes, note))


def _asked(event: Event, case: Case) -> Case:
    data: Mapping[str, Any] = event.data
    change = Change(
        seq=event.seq,
        session=data["session"],
        member=event.acting_for or event.actor,
        code=data["code"],
        body=held(event, "change"),
    )
    return case.changed(changes=(*case.changes, change))


def _authorised(event: Event, case: Case) -> Case:
    """Adds a judgement with the changed points; the one before it stays, and each point says what it was."""
    asked = next(one for one in case.changes if one.seq == event.data["change"])
    done = replace(asked, authorised_by=event.actor)
    before = case.standing(case.scores, asked.member)
    changes = tuple(done if one.seq == asked.seq else one for one in case.changes)
    if before is None:
        return case.changed(changes=changes)
    body: Json | Gone = SEALED
    if isinstance(before.body, Mapping) and isinstance(asked.body, Mapping):
        old: Mapping[str, Any] = before.body
        new: Any = asked.body["scores"]
        body = {
            name: {**given, "points": new[name], "was": given["points"]} if name in new else given
            for name, given in old.items()
        }
    judgement = replace(before, seq=event.seq, body=body, at=event.recorded_at)
    return case.changed(changes=changes, scores=(*case.scores, judgement))


def _judgement(event: Event, field: str) -> Judgement:
    return Judgement(
        seq=event.seq,
        session=str(event.data["session"]),
        member=event.acting_for or event.actor,
        body=held(event, field),
        at=event.recorded_at,
    )


def _scored(event: Event, case: Case) -> Case:
    return case.changed(scores=(*case.scores, _judgement(event, "scores")))


def _voted(event: Event, case: Case) -> Case:
    return case.changed(votes=(*case.votes, _judgement(event, "vote")))


def _recused(event: Event, case: Case) -> Case:
    recusal = Recusal(
        seq=event.seq,
        session=str(event.data["session"]),
        member=event.acting_for or event.actor,
        because=held(event, "because"),
    )
    return case.changed(recusals=(*case.recusals, recusal))


CHANGES: dict[str, Callable[[Event, Case], Case]] = {
    "CaseMoved": _moved,
    "FileFrozen": _frozen,
    "CaseReturned": _returned,
    "CaseWithdrawn": _moved,
    "CaseDecided": _decided,
    "EditionMoved": _edition,
    "EditionKept": _edition,
    "WorkflowMoved": _workflow,
    "FactsRestated": _restated,
    "EvidenceAttached": _attached,
    "EvidenceVerified": _verified,
    "EndorsementGiven": _stated,
    "StatementAttested": _stated,
    "InterestDeclared": _interested,
    "CaseBrought": _brought,
    "MemberSeated": _seated,
    "ScoresGiven": _scored,
    "ScoresRevealed": lambda _, case: case.changed(scores_revealed=True),
    "VoteCast": _voted,
    "VotesRevealed": lambda _, case: case.changed(votes_revealed=True),
    "MemberRecused": _recused,
    "MemberBarred": _barred,
    "JudgementVoided": _voided,
    "QuorumLost": lambda _, case: case,
    "RevoteCalled": _revote,
    "TieBroken": lambda event, case: case.changed(casting=str(event.data["vote"])),
    "NoteTaken": _noted,
    "ScoreChangeAsked": _asked,
    "ScoreChangeAuthorised": _authorised,
    **COURSE,
}
