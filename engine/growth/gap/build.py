"""Builds gap reports from readiness and scores; every gap is the rules' own, none is reckoned here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.case.readiness import Assessed, assess
from engine.edition.library import names, newest, policy
from engine.fact.view import view
from engine.growth.cycle.pattern import Line, lines
from engine.growth.gap.model import CategoryGap, GapLine, GapReport, OtherGap, Point
from engine.people.directory import Person, people
from engine.people.line import levels_on
from engine.store.transaction import Tx
from rules.ladder import Ladder
from rules.word import words
from terms.error import Unknown
from terms.quantity import SCALE, scaled

STRICT = "above"


@dataclass(slots=True)
class _Asked:
    """Holds what criteria ask of one competency on one level, gathered over the whole tree."""

    bound: int
    strict: bool
    statuses: list[str] = field(default_factory=list)
    criteria: list[str] = field(default_factory=list)
    advisory: bool = True
    to_raise: int = 0


def report(tx: Tx, who: Person, target: str, on: date, named: str | None = None) -> GapReport:
    """Returns what a person lacks for a level on a day.

    Raises Unknown where no edition in effect has the move, BadInput where the person's level is not known.
    """
    assessed = assess(tx, who.natural, target, as_of=on, named=named)
    scored = lines(view(tx, who.natural, as_of=on), on)
    return _report(who, assessed, scored, on)


def team_reports(
    tx: Tx, members: frozenset[str], target: str, on: date, named: str | None = None
) -> tuple[GapReport, ...]:
    """Returns the reports of those of some people whose level has a move to a level, by label.

    Raises Unknown where none of them has.
    """
    levels = levels_on(tx, on)
    sources = _sources(tx, target, on)
    chosen = [
        one
        for one in people(tx)
        if one.id == one.natural and one.id in members and levels.get(one.id) in sources
    ]
    if not chosen:
        raise Unknown(f"Nobody of these has a level from which one moves to {target}.")
    return tuple(report(tx, one, target, on, named) for one in chosen)


def _sources(tx: Tx, target: str, on: date) -> set[str]:
    digests = [newest(tx, "policy", name, on) for name in names(tx, "policy")]
    return {
        move.source
        for digest in digests
        if digest is not None
        for move in policy(tx, digest).moves
        if move.target == target
    }


def _report(who: Person, assessed: Assessed, scored: tuple[Line, ...], on: date) -> GapReport:
    steps, move = assessed.ladder, assessed.move
    held: Mapping[str, Any] = assessed.readiness.json()
    asked: dict[tuple[str, str], _Asked] = {}
    for part, advisory in (("findings", False), ("advisory", True)):
        for finding in held[part]:
            _gather(finding, str(finding["id"]), advisory, asked)
    by_place = {(one.competency, one.level): one for one in scored}
    found = [_line(steps, key, one, by_place.get(key)) for key, one in asked.items()]
    found += _expected(steps, move.target, asked, by_place)
    order = {one.id: n for n, one in enumerate(steps.categories)}
    found.sort(key=lambda one: (order[one.category], one.level == "next", one.competency))
    others = [
        _other(finding) for finding in held["findings"] if not set(_kinds(finding)) <= {"competency", "group"}
    ]
    return GapReport(
        person=who.natural,
        name=who.name,
        label=who.label,
        source=move.source,
        target=move.target,
        source_name=steps.level(move.source).name,
        target_name=steps.level(move.target).name,
        edition=assessed.policy.digest,
        as_of=on.isoformat(),
        status=str(held["status"]),
        lowest=steps.scale.lowest,
        highest=steps.scale.highest,
        cycles=tuple(mark.cycle for mark in scored[0].marks) if scored else (),
        lines=tuple(found),
        categories=_categories(steps, found),
        others=tuple(others),
    )


def _kinds(finding: Mapping[str, Any]) -> Iterator[str]:
    if finding["children"]:
        yield "group"
        for child in finding["children"]:
            yield from _kinds(child)
    else:
        yield str(finding["kind"])


def _gather(
    finding: Mapping[str, Any], top: str, advisory: bool, asked: dict[tuple[str, str], _Asked]
) -> None:
    for child in finding["children"]:
        _gather(child, top, advisory, asked)
    if finding["kind"] != "competency":
        return
    required, gap = finding["required"], finding["gap"] or {}
    raises = {one["competency"]: one for one in gap.get("raise", ())}
    for name in required["competencies"]:
        bound, strict = scaled(required["bound"]["value"]), required["bound"]["word"] == STRICT
        one = asked.setdefault((name, required["level"]), _Asked(bound, strict))
        if bound > one.bound:
            one.bound, one.strict = bound, strict
        one.statuses.append(str(finding["observed"]["statuses"][name]))
        one.criteria.append(top)
        one.advisory = one.advisory and advisory
        if name in raises and not advisory:
            rise = abs(scaled(raises[name]["to"]) - scaled(raises[name]["from"]))
            one.to_raise = max(one.to_raise, rise)


def _line(steps: Ladder, key: tuple[str, str], asked: _Asked, scored: Line | None) -> GapLine:
    held = steps.competencies[key[0]]
    worst = next(
        (one for one in ("not_met", "undetermined") if one in asked.statuses),
        "met",
    )
    return GapLine(
        competency=held.id,
        name=held.name,
        category=held.category,
        category_name=next(one.name for one in steps.categories if one.id == held.category),
        level=key[1],
        asked=asked.bound,
        strict=asked.strict,
        status=worst,
        criteria=tuple(dict.fromkeys(asked.criteria)),
        advisory=asked.advisory,
        points=_points(scored),
        to_raise=asked.to_raise,
    )


def _points(scored: Line | None) -> tuple[Point, ...]:
    if scored is None:
        return ()
    return tuple(
        Point(cycle=one.cycle, value=one.manager, own=one.own, source=one.source) for one in scored.marks
    )


def _expected(
    steps: Ladder,
    target: str,
    asked: Mapping[tuple[str, str], _Asked],
    scored: Mapping[tuple[str, str], Line],
) -> Iterator[GapLine]:
    """Yields what the ladder expects on the target level and no criterion asks: shown, never blocking."""
    best = 1 if steps.scale.best == "highest" else -1
    for name, point in steps.level(target).expects.items():
        if (name, "next") in asked:
            continue
        one = _line(steps, (name, "next"), _Asked(point * SCALE, False), scored.get((name, "next")))
        status = "undetermined"
        if one.latest is not None:
            status = "met" if one.latest * best >= point * SCALE * best else "not_met"
        yield replace(one, status=status)


def _categories(steps: Ladder, found: list[GapLine]) -> tuple[CategoryGap, ...]:
    counted = []
    for category in steps.categories:
        here = [one for one in found if one.category == category.id and one.criteria]
        if here:
            counted.append(
                CategoryGap(
                    id=category.id,
                    name=category.name,
                    asked=len(here),
                    met=sum(one.status == "met" for one in here),
                    unknown=sum(one.status == "undetermined" for one in here),
                    to_raise=sum(one.to_raise for one in here),
                )
            )
    return tuple(counted)


def _other(finding: Mapping[str, Any]) -> OtherGap:
    told = words(finding)
    return OtherGap(
        id=str(finding["id"]),
        status=str(finding["status"]),
        required=told.says if finding["children"] else told.required,
        observed=told.observed,
        lacking=told.lacking,
    )
