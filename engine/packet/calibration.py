"""Tells what calibration a case went through: one entry per session, as much of it as the reader may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from engine.access.permit import BECAUSE
from engine.case.apply import apply
from engine.case.state import Case, Judgement, Recusal
from engine.packet.model import Variant
from engine.packet.panel import Calibration, Member, MemberScore, Moved, PanelScores, Remark, Vote
from engine.packet.view import Named, Said
from engine.record.event import Event, Gone
from engine.session.command import DO_NOT, PROMOTE, VOTES
from workflows.vocabulary import BARS

Naming: TypeAlias = Callable[[str], Named]
Shown: TypeAlias = Literal["sealed", "shown", "withheld"]
AGAINST = {"promoted": DO_NOT, "declined": PROMOTE, "deferred": PROMOTE}


def said(value: object) -> Said:
    """Returns a text as the packet holds it; what is sealed or erased says so."""
    return Said(text=str(value), gone=isinstance(value, Gone))


def sittings(events: Iterable[Event]) -> Iterator[tuple[Case, bool]]:
    """Yields the case as each panel left it, and whether that panel's work was set aside by a later event."""
    case: Case | None = None
    for event in events:
        if event.type in ("CaseReturned", "CaseBrought") and case is not None and case.panel is not None:
            yield case, True
        case = apply(event, case)
    if case is not None and case.panel is not None:
        yield case, False


def calibration(
    case: Case,
    variant: Variant,
    name: Naming,
    competencies: Mapping[str, str],
    held_on: str,
    *,
    set_aside: bool,
) -> Calibration:
    """Returns what is told of one session: nothing of a judgement before its reveal (law 7)."""
    assert case.panel is not None
    scores_are, votes_are = _shown(case.scores_revealed, variant), _shown(case.votes_revealed, variant)
    scores = case.judged(case.scores) if scores_are == "shown" else {}
    votes = case.judged(case.votes) if votes_are == "shown" else {}
    cast = tuple(_votes(votes, None if set_aside else case.outcome, name))
    count = Counter(one.vote for one in cast)
    return Calibration(
        session=case.panel.label,
        held_on=held_on,
        members=tuple(_members(case, variant, name)),
        quorum=case.panel.quorum,
        scores_are=scores_are,
        votes_are=votes_are,
        scores=tuple(_scores(case, scores, name, competencies)),
        least=tuple(case.panel.minimum.items()),
        counts=tuple(_counts(case)) if votes_are == "shown" else (),
        remarks=tuple(
            Remark(by=name(one.by), text=said(one.text), cites=one.cites)
            for one in case.notes
            if scores_are == "shown" and one.seq > case.panel.since
        ),
        votes=cast,
        tally=tuple((word, count[word]) for word in VOTES) if votes_are == "shown" else (),
        gone=tuple(
            f"The {what} of {name(member).name}: {held.body}"
            for what, judgements in (("scores", scores), ("vote", votes))
            for member, held in judgements.items()
            if isinstance(held.body, Gone)
        ),
        set_aside=set_aside,
    )


def _shown(revealed: bool, variant: Variant) -> Shown:
    if not revealed:
        return "sealed"
    return "withheld" if variant == "candidate" else "shown"


def _members(case: Case, variant: Variant, name: Naming) -> Iterator[Member]:
    assert case.panel is not None
    away: dict[str, Recusal] = {one.member: one for one in case.recusals if one.session == case.panel.session}
    seats: list[tuple[str, Literal["chair", "member", "alternate"]]] = [(case.panel.chair, "chair")]
    seats += [(one, "member") for one in case.panel.members if one != case.panel.chair]
    seats += [(one, "alternate") for one in case.panel.alternates if one != case.panel.chair]
    for member, seat in seats:
        recusal = away.get(member)
        yield Member(
            who=name(member),
            seat=seat,
            votes=member in case.panel.members,
            barred=member in case.panel.barred,
            recused=recusal is not None,
            because=said(recusal.because) if recusal is not None and variant != "candidate" else None,
            group=case.panel.groups.get(member),
            interested=member in case.interests and variant != "candidate",
            why=""
            if variant == "candidate"
            else "; ".join(_why(one) for one in case.panel.why.get(member, ())),
        )


def _why(bar: str) -> str:
    return BECAUSE.get(bar) or BARS.get(bar) or bar


def _counts(case: Case) -> Iterator[str]:
    """Yields how the votes count, and what became of a tie; never who voted which way."""
    panel = case.panel
    assert panel is not None
    if panel.affirm is not None:
        yield f"{panel.affirm} must vote yes."
    if case.revotes:
        yield "The first vote was tied, and the panel voted once more."
    if case.casting is not None:
        yield f"The vote was tied, and the chair's vote was {case.casting}."


def _scores(
    case: Case, given: Mapping[str, Judgement], name: Naming, competencies: Mapping[str, str]
) -> Iterator[PanelScores]:
    held: dict[str, list[MemberScore]] = {}
    for member, judgement in given.items():
        body: Any = judgement.body
        if isinstance(body, Mapping):
            for competency, score in body.items():
                held.setdefault(competency, []).append(
                    MemberScore(
                        member=name(member),
                        points=score["points"],
                        note=score["note"],
                        cites=tuple(score.get("cites", ())),
                        moved=_moved(case, member, competency, score, name),
                    )
                )
    order = [*(one for one in competencies if one in held), *(one for one in held if one not in competencies)]
    for competency in order:
        yield PanelScores(
            id=competency, name=competencies.get(competency, competency), scores=tuple(held[competency])
        )


def _moved(case: Case, member: str, competency: str, score: Mapping[str, Any], name: Naming) -> Moved | None:
    """Returns how a score came to its points after the reveal: the last change of it that was authorised."""
    found = None
    for one in case.changes:
        if one.member != member or one.authorised_by is None or "was" not in score:
            continue
        body: Any = one.body
        if isinstance(body, Gone) or competency in body["scores"]:
            because = said(body if isinstance(body, Gone) else body["because"])
            found = Moved(
                was=score["was"], code=one.code, because=because, authorised_by=name(one.authorised_by)
            )
    return found


def _votes(cast: Mapping[str, Judgement], outcome: str | None, name: Naming) -> Iterator[Vote]:
    for member, judgement in cast.items():
        body: Any = judgement.body
        if isinstance(body, Mapping):
            vote = str(body["vote"])
            against = outcome is not None and AGAINST.get(outcome) == vote
            yield Vote(member=name(member), vote=vote, because=str(body["because"]), dissent=against)
