"""Answers a judgement on a case in a session: pure, `(session, case, command, situation) -> drafts | Refusal`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from engine.case.decide import Refusal, voiding
from engine.case.guard import recusal_block
from engine.case.state import Case, Judgement
from engine.record.event import Draft
from engine.session.bench import Bench, allowed_to, drafted, unknown_citations
from engine.session.command import VOTES, CastVote, GiveScores, Judging, Recuse, Reveal
from engine.session.discuss import discuss
from engine.session.state import Session
from terms.canonical import Json
from terms.error import Reason


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
            return discuss(session, case, command, bench)


def vault_name(session: Session, case: Case, what: str) -> str:
    """Returns the name of the key that seals one case's scores or votes in one session."""
    since = case.panel.since if case.panel else 0
    ballot = f"{what}{case.revotes}" if what == "votes" and case.revotes else what
    return f"{session.id}.{case.id}.{since}.{ballot}"


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
        for name in sorted(command.notes)
        if name not in command.scores
    ]
    reasons += [
        Reason("score:cite", f"{name} cites the file but has no score.")
        for name in sorted(command.cites)
        if name not in command.scores
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
    elif case.panel is not None and not reasons:  # who has judged is for those who may reveal
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
