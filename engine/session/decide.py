"""Answers a judgement on a case in a session: pure, `(session, case, command, situation) -> drafts | Refusal`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from engine.access.permit import permit
from engine.case.decide import Refusal, stream, voiding
from engine.case.guard import recusal_block
from engine.case.state import Case, Judgement
from engine.record.event import Draft
from engine.session.command import VOTES, CastVote, GiveScores, Judging, Recuse, Reveal
from engine.session.state import CLOSED, Session
from terms.canonical import Json
from terms.error import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Holds what a judgement reads besides session and case: who acts, and the scale of the ladder."""

    actor: str
    relations: frozenset[str]
    competencies: tuple[str, ...]
    lowest: int
    highest: int
    today: date
    names: Mapping[str, str]
    file: Callable[[], frozenset[str]] = frozenset
    acting_for: str | None = None
    person: str = ""


def judge(session: Session, case: Case, command: Judging, bench: Bench) -> tuple[Draft, ...] | Refusal:
    """Returns the events of a score, a vote, a recusal or a reveal, or the refusal with every reason.

    What it answers never depends on a sealed judgement's content, only on who has judged (law 7).
    """
    match command:
        case GiveScores():
            return _scores(session, case, command, bench)
        case CastVote():
            return _vote(session, case, command, bench)
        case Recuse():
            return _recusal(session, case, command, bench)
        case Reveal():
            return _reveal(session, case, command, bench)
        case _:
            from engine.session.discuss import discuss

            return discuss(session, case, command, bench)


def vault_name(session: Session, case: Case, what: str) -> str:
    """Returns the name of the key that seals one case's scores or votes in one session."""
    since = case.panel.since if case.panel else 0
    ballot = f"{what}{case.revotes}" if what == "votes" and case.revotes else what
    return f"{session.id}.{case.id}.{since}.{ballot}"


def _in_person(case: Case, bench: Bench) -> Iterator[Reason]:
    if bench.acting_for is None or case.panel is None:
        return
    if not case.panel.proxy:
        yield Reason("judge:proxy", "There is no proxy: a member judges in person.")
    elif bench.person in {case.panel.chair, *case.panel.members}:
        yield Reason("judge:proxy", "Who sits on the panel judges for nobody else: one human, one voice.")


def placed(session: Session, case: Case) -> Iterator[Reason]:
    """Yields why a case cannot be judged in a session at all: closed, or not before it."""
    if session.state == CLOSED:
        yield Reason("session:closed", f"{session.label} is closed.")
    elif case.panel is None or case.panel.session != session.id:
        yield Reason("session:case", f"{case.label} is not before {session.label}.")
    elif case.stage != "calibration":
        yield Reason("session:stage", f"{case.label} is in {case.state}; its calibration is over.")


def allowed_to(session: Session, case: Case, action: str, bench: Bench) -> tuple[str, list[Reason]]:
    """Returns the rule that allows an action, and every reason against it so far."""
    ruling = permit(action, bench.relations)
    return ruling.rule, [*placed(session, case), *ruling.reasons, *_in_person(case, bench)]


def drafted(case: Case, type_: str, rule: str, data: Mapping[str, Json], **kwargs: object) -> Draft:
    """Returns an event of a case as a draft."""
    return Draft(
        type=type_,
        stream=stream(case),
        data=data,
        about=(case.person,),
        rule=rule,
        edition=case.policy,
        workflow=case.workflow,
        **kwargs,  # type: ignore[arg-type]  # sealed and under, as each caller names them
    )


def _scores(session: Session, case: Case, command: GiveScores, bench: Bench) -> tuple[Draft, ...] | Refusal:
    rule, reasons = allowed_to(session, case, "score", bench)
    if case.scores_revealed:
        reasons.append(Reason("score:revealed", "The scores are revealed, so none can be added."))
    if not command.scores:
        reasons.append(Reason("score:none", "Score at least one competency."))
    for name, points in sorted(command.scores.items()):
        if name not in bench.competencies:
            asked = ", ".join(bench.competencies) or "none"
            reasons.append(Reason("score:competency", f"{name} is not judged here; these are: {asked}."))
        if not bench.lowest <= points <= bench.highest:
            scale = f"{bench.lowest} to {bench.highest}"
            reasons.append(Reason("score:scale", f"{name}: {points} is off the scale of {scale}."))
    reasons += [
        Reason("score:note", f"{name} has a note but no score.")
        for name in sorted(set(command.notes) - set(command.scores))
    ]
    reasons += [
        Reason("score:cite", f"{name} cites the file but has no score.")
        for name in sorted(set(command.cites) - set(command.scores))
    ]
    for name in sorted(command.cites):
        reasons += unknown_citations(command.cites[name], bench)
    if reasons:
        return Refusal(f"The scores on {case.label} are not taken.", tuple(reasons))
    body: Json = {
        name: {"points": points, "note": command.notes.get(name), **_cited(command.cites.get(name))}
        for name, points in sorted(command.scores.items())
    }
    sealed = {"scores": body}
    key = vault_name(session, case, "scores")
    return (drafted(case, "ScoresGiven", rule, {"session": session.id}, sealed=sealed, under=key),)


def _cited(ids: tuple[str, ...] | None) -> dict[str, Json]:
    return {"cites": list(ids)} if ids else {}


def unknown_citations(ids: tuple[str, ...], bench: Bench) -> list[Reason]:
    """Returns a reason for each citation that is not in the file (law 11)."""
    file = bench.file() if ids else frozenset()
    return [
        Reason("law:11", f"{one} is not in the file; a judgement cites exhibits or facts that are.")
        for one in ids
        if one not in file
    ]


def _vote(session: Session, case: Case, command: CastVote, bench: Bench) -> tuple[Draft, ...] | Refusal:
    rule, reasons = allowed_to(session, case, "vote", bench)
    if case.panel is not None and case.panel.attend and bench.actor not in session.present:
        reasons.append(Reason("vote:attend", "Only who attends votes; `rung session attend` notes it."))
    if command.vote not in VOTES:
        reasons.append(Reason("vote:word", f"{command.vote!r} is no vote; say {', '.join(VOTES)}."))
    if not command.because.strip():
        reasons.append(Reason("vote:reason", "A vote says why."))
    if not case.scores_revealed:
        reasons.append(
            Reason("vote:order", "The scores are still sealed; they are revealed before the vote.")
        )
    if case.votes_revealed:
        reasons.append(Reason("vote:revealed", "The votes are revealed, so none can be added."))
    elif bench.actor in case.judged(case.votes):
        reasons.append(Reason("vote:twice", "This member has voted on this case; a vote is cast once."))
    if reasons:
        return Refusal(f"The vote on {case.label} is not taken.", tuple(reasons))
    sealed: dict[str, Json] = {"vote": {"vote": command.vote, "because": command.because}}
    key = vault_name(session, case, "votes")
    return (drafted(case, "VoteCast", rule, {"session": session.id}, sealed=sealed, under=key),)


def _recusal(session: Session, case: Case, command: Recuse, bench: Bench) -> tuple[Draft, ...] | Refusal:
    rule, reasons = allowed_to(session, case, "recuse", bench)
    if not command.because.strip():
        reasons.append(Reason("recuse:reason", "A recusal says why."))
    if "recused" in bench.relations:
        reasons.append(Reason("recuse:twice", "This member is recused from this case already."))
    if reasons:
        return Refusal(f"The recusal from {case.label} is not taken.", tuple(reasons))
    sealed: dict[str, Json] = {"because": command.because}
    recused = drafted(case, "MemberRecused", rule, {"session": session.id}, sealed=sealed)
    return (recused, *voiding(case, bench.actor, "recusal"))


def _reveal(session: Session, case: Case, command: Reveal, bench: Bench) -> tuple[Draft, ...] | Refusal:
    rule, reasons = allowed_to(session, case, "reveal", bench)
    what, judgements = ("votes", case.votes) if case.scores_revealed else ("scores", case.scores)
    if case.votes_revealed:
        reasons.append(Reason("reveal:done", "Scores and votes are revealed already."))
    elif case.panel is not None:
        counts = case.panel.attend and (what == "votes" or session.present)
        here = session.present if counts else case.eligible
        reasons += _waiting(case, judgements, what, command.early, bench, here)
    if reasons:
        return Refusal(f"The {what} on {case.label} stay sealed.", tuple(reasons))
    type_ = "VotesRevealed" if what == "votes" else "ScoresRevealed"
    return (drafted(case, type_, rule, {"session": session.id, "early": command.early}),)


def _waiting(
    case: Case,
    judgements: tuple[Judgement, ...],
    what: str,
    early: bool,
    bench: Bench,
    here: tuple[str, ...],
) -> Iterator[Reason]:
    assert case.panel is not None
    for text in recusal_block(case, bench.names):
        yield Reason("law:8", text)
    given = case.judged(judgements)
    waiting = [bench.names.get(one, one) for one in case.eligible if one not in given and one in here]
    if waiting and not early:
        yield Reason("reveal:waiting", f"Not all {what} are in: {', '.join(waiting)} still to come.")
    if len(given) < case.panel.quorum and not (waiting and not early):
        yield Reason("reveal:quorum", f"{len(given)} of the {case.panel.quorum} needed {what} are in.")


def tally(case: Case) -> dict[str, int]:
    """Returns how many eligible members voted each way; every word is present, zero included."""
    counted = Counter(
        str(one.body["vote"]) for one in case.judged(case.votes).values() if isinstance(one.body, Mapping)
    )
    return {word: counted[word] for word in VOTES}
