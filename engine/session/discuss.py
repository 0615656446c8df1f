"""Answers what a panel asks between the reveals: notes, changed scores, a tie broken, a vote once more; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.access.permit import permit
from engine.case.decide import Refusal
from engine.case.guard import tied
from engine.case.state import Case, Change
from engine.record.event import Draft
from engine.session.bench import Bench, allowed_to, drafted, placed, unknown_citations
from engine.session.command import (
    DO_NOT,
    PROMOTE,
    AuthoriseChange,
    BreakTie,
    CallRevote,
    ChangeScore,
    Discussing,
    TakeNote,
)
from engine.session.state import Session
from terms.canonical import Json
from terms.error import Reason

CODES = {
    "misread": "the behavioural anchor was misread",
    "overlooked": "something in the file was overlooked",
    "wrong-level": "the score was given against another level",
    "slip": "a slip of the hand",
}


def discuss(session: Session, case: Case, command: Discussing, bench: Bench) -> tuple[Draft, ...] | Refusal:
    """Returns the events of a note, a changed score, a revote or a broken tie, or the refusal."""
    match command:
        case TakeNote():
            return _note(session, case, command, bench)
        case ChangeScore():
            return _change(session, case, command, bench)
        case AuthoriseChange():
            return _authorise(session, case, command, bench)
        case CallRevote():
            return _revote(session, case, command, bench)
        case BreakTie():
            return _tie(session, case, command, bench)


def _note(session: Session, case: Case, command: TakeNote, bench: Bench) -> tuple[Draft, ...] | Refusal:
    rule, reasons = allowed_to(session, case, "discuss", bench)
    if not command.text.strip():
        reasons.append(Reason("note:text", "A note says something."))
    if not case.scores_revealed:
        told = "The scores are still sealed; a case is discussed once they are revealed."
        reasons.append(Reason("note:order", told))
    if case.panel is not None and case.panel.discuss == "file only" and not command.cite:
        told = "Only what is in the file may be discussed; cite an exhibit, a statement or a fact of it."
        reasons.append(Reason("note:file", told))
    reasons += unknown_citations(command.cite, bench)
    if reasons:
        return Refusal(f"The note on {case.label} is not taken.", tuple(reasons))
    data: dict[str, Json] = {"session": session.id, "cites": list(command.cite)}
    sealed: dict[str, Json] = {"text": command.text}
    return (drafted(case, "NoteTaken", rule, data, sealed=sealed),)


def _open_for_change(case: Case) -> list[Reason]:
    if not case.scores_revealed:
        return [Reason("change:order", "The scores are still sealed; score again to replace yours.")]
    if case.votes_revealed:
        return [Reason("change:late", "The votes are revealed; the scores stay as they are.")]
    return []


def _change(session: Session, case: Case, command: ChangeScore, bench: Bench) -> tuple[Draft, ...] | Refusal:
    rule, reasons = allowed_to(session, case, "change a score", bench)
    reasons += _open_for_change(case)
    if command.code not in CODES:
        told = f"{command.code!r} is no code for a change; write {', '.join(CODES)}."
        reasons.append(Reason("change:code", told))
    if not command.because.strip():
        reasons.append(Reason("change:reason", "A change says why."))
    if not command.scores:
        reasons.append(Reason("change:none", "Change at least one score."))
    before = case.standing(case.scores, bench.actor)
    held: Mapping[str, Any] = before.body if before and isinstance(before.body, Mapping) else {}
    for name, points in sorted(command.scores.items()):
        if name not in held:
            reasons.append(Reason("change:competency", f"This member has no score on {name} to change."))
        elif held[name]["points"] == points:
            reasons.append(Reason("change:same", f"{name} is {points} already."))
        if not bench.lowest <= points <= bench.highest:
            scale = f"{bench.lowest} to {bench.highest}"
            reasons.append(Reason("score:scale", f"{name}: {points} is off the scale of {scale}."))
    if reasons:
        return Refusal(f"The scores on {case.label} stay as they are.", tuple(reasons))
    data: dict[str, Json] = {"session": session.id, "code": command.code}
    sealed: dict[str, Json] = {
        "change": {"scores": dict(sorted(command.scores.items())), "because": command.because}
    }
    return (drafted(case, "ScoreChangeAsked", rule, data, sealed=sealed),)


def _asked(case: Case, member: str) -> Change | None:
    assert case.panel is not None
    found = [
        one
        for one in case.changes
        if one.member == member and one.authorised_by is None and one.seq > case.panel.since
    ]
    return found[-1] if found else None


def _authorise(
    session: Session, case: Case, command: AuthoriseChange, bench: Bench
) -> tuple[Draft, ...] | Refusal:
    own = command.member in (bench.actor, bench.person)
    ruling = permit("authorise a change", bench.relations | {"changer"} if own else bench.relations)
    reasons = [*placed(session, case), *ruling.reasons, *_open_for_change(case)]
    name = bench.names.get(command.member, command.member)
    asked = _asked(case, command.member) if case.panel is not None else None
    if asked is None:
        reasons.append(Reason("change:unasked", f"{name} has asked for no change."))
    if reasons or asked is None:
        return Refusal(f"The scores on {case.label} stay as they are.", tuple(reasons))
    data: dict[str, Json] = {"session": session.id, "change": asked.seq}
    return (drafted(case, "ScoreChangeAuthorised", ruling.rule, data),)


def _revote(session: Session, case: Case, command: CallRevote, bench: Bench) -> tuple[Draft, ...] | Refusal:
    rule, reasons = allowed_to(session, case, "call a revote", bench)
    if not command.because.strip():
        reasons.append(Reason("revote:reason", "A second vote says why."))
    if case.panel is not None and case.panel.ties != "revote once":
        reasons.append(Reason("revote:rule", "The workflow of this case knows no second vote."))
    elif not tied(case):
        reasons.append(Reason("revote:tie", "The votes are not revealed, or not tied."))
    elif case.revotes:
        reasons.append(Reason("revote:once", "The panel has voted once more already; a tie is lost."))
    if reasons:
        return Refusal(f"There is no second vote on {case.label}.", tuple(reasons))
    sealed: dict[str, Json] = {"because": command.because}
    return (drafted(case, "RevoteCalled", rule, {"session": session.id}, sealed=sealed),)


def _tie(session: Session, case: Case, command: BreakTie, bench: Bench) -> tuple[Draft, ...] | Refusal:
    rule, reasons = allowed_to(session, case, "break a tie", bench)
    if command.vote not in (PROMOTE, DO_NOT):
        reasons.append(Reason("tie:word", f"{command.vote!r} breaks no tie; say {PROMOTE} or {DO_NOT}."))
    if not command.because.strip():
        reasons.append(Reason("tie:reason", "Breaking a tie says why."))
    if case.panel is not None and case.panel.ties != "chair":
        reasons.append(Reason("tie:rule", "In the workflow of this case the chair breaks no tie."))
    elif not tied(case):
        reasons.append(Reason("tie:none", "The votes are not revealed, or not tied."))
    elif case.casting is not None:
        reasons.append(Reason("tie:once", "The chair has broken the tie."))
    if reasons:
        return Refusal(f"The tie on {case.label} is not broken.", tuple(reasons))
    data: dict[str, Json] = {"session": session.id, "vote": command.vote}
    sealed: dict[str, Json] = {"because": command.because}
    return (drafted(case, "TieBroken", rule, data, sealed=sealed),)
