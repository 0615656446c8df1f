"""Applies a gap to facts, and makes every gap that is smaller in one place: how tests hold gaps to what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeAlias

from rules import reference
from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Rating,
    Register,
    Seat,
    Tenure,
    Track,
    Training,
    Weighted,
)
from rules.fact import Figure, Mark, Score, Span
from rules.finding import Finding, Status, at_least, negation
from rules.view import FactView
from terms.quantity import SCALE, plain, scaled

Gap: TypeAlias = Any
OTHER = "something-else"


def after(finding: Finding, gap: Gap, view: FactView, as_of: date) -> Status:
    """Returns a finding's status once its gap is applied, each part of a group on facts of its own.

    A period without a figure is unknown here, whatever the policy makes of it: it is no known fact that could change.
    """
    criterion = finding.criterion
    if isinstance(criterion, Group):
        taken = {one["at"]: one["gap"] for one in gap["take"]} if gap else {}
        found = [after(one, taken.get(n), view, as_of) for n, one in enumerate(finding.children)]
        return at_least(criterion.need, found.count(Status.MET), found.count(Status.UNDETERMINED))
    if isinstance(criterion, Not):
        return negation(after(finding.children[0], gap["cease"]["gap"] if gap else None, view, as_of))
    held = changed(finding, gap, view, as_of) if gap else view
    return reference.find(unsure(criterion), held, as_of).status


def unsure(criterion: Criterion) -> Criterion:
    """Returns a criterion of which a period without a figure makes nothing."""
    if isinstance(criterion, Attainment | Weighted):
        time = replace(criterion.over.time, missing=None)
        return replace(criterion, over=replace(criterion.over, time=time))
    return criterion


def smaller(finding: Finding, gap: Gap) -> Iterator[Gap]:
    """Yields every gap that is smaller by one unit in one place."""
    criterion = finding.criterion
    for key, value in gap.items():
        if key in ("short", "over"):
            for n, one in enumerate(value):
                by = scaled(one["by"])
                yield {key: _with(value, n, {**one, "by": plain(by - (1 if by > 0 else -1))})}
        elif key in ("raise", "lower"):
            assert isinstance(criterion, Competency)
            for n, one in enumerate(value):
                yield {key: _with(value, n, None)}
                step = SCALE if scaled(one["by"]) >= SCALE else 1
                less = {**one, "by": plain(scaled(one["by"]) - step), "less": True}
                yield {key: _with(value, n, less)}
        elif key in ("days", "more", "fewer", "seats", "fewer_seats"):
            yield {**gap, key: value - 1}
        elif key in ("rated", "end"):
            for n in range(len(value)):
                yield {**gap, key: _with(value, n, None)}
        elif key == "take":
            for n, one in enumerate(value):
                yield {**gap, key: _with(value, n, None)}
                for less in smaller(finding.children[one["at"]], one["gap"]):
                    yield {**gap, key: _with(value, n, {**one, "gap": less})}
        elif key == "cease":
            for less in smaller(finding.children[0], value["gap"]):
                yield {key: {**value, "gap": less}}


def _with(held: list[Any], at: int, one: Any) -> list[Any]:
    return [*held[:at], *([] if one is None else [one]), *held[at + 1 :]]


def changed(finding: Finding, gap: Gap, view: FactView, as_of: date) -> FactView:
    """Returns a person's facts with the gap of one criterion applied."""
    criterion = finding.criterion
    held: Any = finding.operands
    match criterion:
        case Attainment() | Weighted():
            return _figures(criterion, gap, view)
        case Competency():
            return _scores(criterion, held, gap, view)
        case Track():
            kind = gap.get("commit_to", OTHER)
            return _marked(view, "commitment", Mark(kind, as_of, None, view.person))
        case Tenure():
            name = criterion.names[0] if criterion.names else OTHER
            long_ago = date(1950, 1, 1)
            span = Span(name, long_ago, long_ago + timedelta(days=gap["days"]))
            return replace(
                view, spans={**view.spans, criterion.span: (span, *view.spans.get(criterion.span, ()))}
            )
        case Register():
            return _register(criterion, held[0], gap, view, as_of)
        case Rating():
            left = list(gap.get("rated", [None]))
            marks = []
            for one in reversed(view.marks.get("rating", ())):
                bad = one in held[0] and one.kind not in criterion.words
                if "none_of" in gap and one == held[0][-1] and left:
                    left.pop()
                    one = replace(one, kind=OTHER)
                elif bad and one.kind in left:
                    left.remove(one.kind)
                    one = replace(one, kind=criterion.words[0])
                marks.append(one)
            return _marks(view, "rating", tuple(reversed(marks)))
        case Seat():
            by = gap.get("seats", 0) - gap.get("fewer_seats", 0)
            return _marks(
                view,
                "seat",
                tuple(
                    replace(one, count=one.count + by) if one is held[0] else one
                    for one in view.marks["seat"]
                ),
            )
        case Training():
            more = [Mark(code, as_of) for code in gap["courses"][: gap["more"]]]
            return _marked(view, "training", *more)
        case NoneOf():
            if "begin" in gap:
                return _marked(view, "standing", Mark(gap["begin"][0], as_of))
            ended = list(gap["end"])
            kept = []
            for one in view.marks["standing"]:
                if one in held[0] and one.kind in ended:
                    ended.remove(one.kind)
                else:
                    kept.append(one)
            return _marks(view, "standing", tuple(kept))
        case _:
            raise TypeError(type(criterion).__name__)


def places(view: FactView) -> set[tuple[str, str]]:
    """Returns each period that has a figure of its own, by metric."""
    return {
        (metric, f"[{one.start}, {one.end})")
        for metric, held in view.figures.items()
        for one in held
        if one.actual is not None
    }


def named(finding: Finding, gap: Gap) -> set[tuple[str, str]]:
    """Returns the periods that a gap names, by metric, parts of a group included."""
    if not gap:
        return set()
    if "take" in gap:
        return set().union(*(named(finding.children[one["at"]], one["gap"]) for one in gap["take"]))
    if "cease" in gap:
        return named(finding.children[0], gap["cease"]["gap"])
    metric = getattr(finding.criterion, "metric", "")
    return {
        (one.get("metric", metric), one["period"]) for key in ("short", "over") for one in gap.get(key, ())
    }


def _figures(criterion: Attainment | Weighted, gap: Gap, view: FactView) -> FactView:
    metric = criterion.metric if isinstance(criterion, Attainment) else ""
    by = {
        (one.get("metric", metric), one["period"]): scaled(one["by"])
        for one in gap.get("short", gap.get("over", ()))
    }

    def moved(name: str, one: Figure) -> Figure:
        change = by.get((name, f"[{one.start}, {one.end})"))
        return one if change is None else replace(one, actual=(one.actual or 0) + change)

    return replace(
        view, figures={name: tuple(moved(name, one) for one in held) for name, held in view.figures.items()}
    )


def _scores(criterion: Competency, held: Any, gap: Gap, view: FactView) -> FactView:
    lines = {one["competency"]: one for one in (*gap.get("raise", ()), *gap.get("lower", ()))}
    scores = dict(view.scores)
    for name, row in zip(criterion.names, held[1], strict=True):
        if name not in lines:
            continue
        moves = dict(_moves(criterion, lines[name], row, lower="lower" in gap))
        key = (name, criterion.level)
        scores[key] = tuple(
            replace(one, value=moves[id(one)]) if id(one) in moves else one for one in view.scores[key]
        )
    return replace(view, scores=scores)


def _moves(
    criterion: Competency, line: Any, row: tuple[Score | None, ...], *, lower: bool
) -> Iterator[tuple[int, int]]:
    known = [(one, one.value) for one in row if one is not None and one.value is not None]
    to, by = scaled(line["to"]), scaled(line["by"])
    sign = (-1 if criterion.lower_is_better else 1) * (-1 if lower else 1)
    if criterion.mean:
        one, value = known[-1]
        yield id(one), value + sign * by
        return
    if lower:
        one, value = max(known, key=lambda held: sign * held[1])
        yield id(one), value + sign * by
        return
    for one, value in known:
        if sign * value < sign * to:
            move = min(by, sign * (to - value))
            by -= move
            yield id(one), value + sign * move


def _register(
    criterion: Register, found: tuple[Mark, ...], gap: Gap, view: FactView, as_of: date
) -> FactView:
    if "fewer" in gap:
        gone = found[: gap["fewer"]]
        makers = {one.by for one in gone} if criterion.register == "endorsement" else set()
        return _marks(
            view,
            criterion.register,
            tuple(one for one in view.marks[criterion.register] if one not in gone and one.by not in makers),
        )
    names = [f"new-{n}" for n in range(gap["more"])]
    spans = dict(view.spans)
    where = {"manager": "manager", "line": "line"}.get(criterion.by)
    known = view.spans.get("manager") if where == "manager" else view.line_known
    if where and known:
        spans[where] = (*view.spans.get(where, ()), *(Span(name, date(2020, 1, 1), None) for name in names))
    by = [view.person if criterion.by == "candidate" else name for name in names]
    marks = [Mark(criterion.entry, as_of, None, name, True) for name in by]
    held = replace(view, spans=spans, ranks={**view.ranks, **dict.fromkeys(names, criterion.least_rank or 1)})
    return _marked(held, criterion.register, *marks)


def _marked(view: FactView, register: str, *more: Mark) -> FactView:
    return _marks(
        view, register, tuple(sorted((*view.marks.get(register, ()), *more), key=lambda one: one.on))
    )


def _marks(view: FactView, register: str, marks: tuple[Mark, ...]) -> FactView:
    return replace(view, marks={**view.marks, register: marks})
