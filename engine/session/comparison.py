"""Lays the cases of a session side by side: findings, revealed scores before and after, votes, guidelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.case.guard import affirms, counted, top_level
from engine.case.state import Case
from workflows.provision import GuidelineRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Holds one member's revealed points on one competency; `was` where they were changed, and with which code."""

    member: str
    points: int
    was: int | None = None
    code: str | None = None

    @property
    def first(self) -> int:
        """Returns the points as they were sealed, before any discussion."""
        return self.points if self.was is None else self.was


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Holds one case of a comparison; scores and votes are empty until they are revealed (law 7)."""

    label: str
    person: str
    nominator: str
    findings: Mapping[str, str]
    scores: Mapping[str, tuple[Score, ...]]
    votes: Mapping[str, int]
    affirmed: bool | None
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """Holds what a guideline says beside what is so here; it informs and refuses nothing."""

    says: str
    of: str
    count: int
    cases: int
    within: bool


def columns(cases: Sequence[Case]) -> tuple[Column, ...]:
    """Returns the cases side by side, in the order given."""
    return tuple(_column(one) for one in cases)


def _column(case: Case) -> Column:
    held: dict[str, list[Score]] = {}
    if case.scores_revealed:
        for member, judgement in case.judged(case.scores).items():
            for score, competency in _points(case, member, judgement.body):
                held.setdefault(competency, []).append(score)
    revealed = case.votes_revealed
    return Column(
        label=case.label,
        person=case.person,
        nominator=case.nominator,
        findings={str(one["id"]): str(one["status"]) for one in top_level(case.assessments[-1].readiness)},
        scores={name: tuple(scores) for name, scores in held.items()},
        votes=counted(case) if revealed else {},
        affirmed=affirms(case) if revealed else None,
        outcome=case.outcome,
    )


def _points(case: Case, member: str, body: Any) -> Iterator[tuple[Score, str]]:
    if not isinstance(body, Mapping):
        return
    codes = [one.code for one in case.changes if one.member == member and one.authorised_by is not None]
    for competency, given in body.items():
        was = given.get("was")
        code = codes[-1] if was is not None and codes else None
        yield Score(member=member, points=int(given["points"]), was=was, code=code), competency


def units(found: Sequence[Column], *, first: bool) -> tuple[tuple[str, dict[str, int]], ...]:
    """Returns each case's competencies with each member's points: as sealed at first, or as they stand."""
    return tuple(
        (case.label, {one.member: one.first if first else one.points for one in scores})
        for case in found
        for scores in case.scores.values()
    )


def guides(found: Sequence[Column], rules: Sequence[GuidelineRule]) -> Iterator[Guide]:
    """Yields what each guideline of a definition says beside what is so in these cases."""
    for rule in rules:
        if rule.of == "affirmed":
            known = [one for one in found if one.affirmed is not None]
            count = sum(one.affirmed is True for one in known)
        else:
            known = [one for one in found if one.outcome is not None]
            count = sum(one.outcome == rule.of for one in known)
        low, high = rule.at_least or 0, 100 if rule.at_most is None else rule.at_most
        within = not known or low * len(known) <= 100 * count <= high * len(known)
        yield Guide(says=rule.says, of=rule.of, count=count, cases=len(known), within=within)
