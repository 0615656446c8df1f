"""A finding as JSON: required, observed, inputs, arithmetic, gap, missing; made only when somebody reads it.

Both evaluators keep the same operands, so one rendering serves both, and equal findings have equal bytes.
Amounts are decimal text; a ratio is rounded half to even at six places for show, never for comparing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rules.arithmetic import bound, components, figures
from rules.brought import brought
from rules.criterion import (
    Attainment,
    Competency,
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
from rules.fact import Mark, Score, Span
from rules.finding import Finding, Status
from rules.gap import gap
from rules.lacking import LackingScore
from terms.calendar import months_between
from terms.canonical import Json
from terms.quantity import plain


def outcome(finding: Finding, as_of: date) -> dict[str, Json]:
    """Returns a finding as JSON, children included."""
    criterion = finding.criterion
    shown: dict[str, Json] = {
        "id": criterion.id,
        "kind": criterion.kind,
        "says": criterion.says,
        "status": str(finding.status),
        "required": None,
        "observed": None,
        "inputs": [],
        "arithmetic": [],
        "gap": None,
        "missing": [],
        "imports": [],
        "children": [outcome(one, as_of) for one in finding.children],
    }
    shown |= _shown(finding, as_of)
    shown["gap"] = gap(finding, as_of)
    if shown["missing"] and finding.status is not Status.MET and not finding.children:
        shown["imports"] = list(brought(criterion, finding.operands))
    return shown


def _shown(finding: Finding, as_of: date) -> dict[str, Json]:
    criterion = finding.criterion
    held: Any = finding.operands
    match criterion:
        case Group():
            met = sum(one.status is Status.MET for one in finding.children)
            return {
                "required": {"form": criterion.word, "need": criterion.need, "of": len(criterion.parts)},
                "observed": {"met": met, "of": len(criterion.parts)},
            }
        case Not():
            return {"required": {"form": "not"}, "observed": {"inner": str(finding.children[0].status)}}
        case Attainment():
            return figures(criterion, held, finding.status)
        case Weighted():
            return components(criterion, held[0], held[2])
        case Rating():
            return _rating(criterion, held[0])
        case Seat():
            return _seat(criterion, held[0])
        case Competency():
            return _competency(criterion, held[0], held[1], held[2])
        case Track():
            return _track(criterion, held[0])
        case Tenure():
            return _tenure(criterion, held[0], held[1], held[2], finding.status, as_of)
        case Register():
            return _register(criterion, held[0], held[1], finding.status)
        case Training():
            return _training(criterion, held[0], held[1], held[2], as_of)
        case NoneOf():
            return _none_of(criterion, held[0], held[1], as_of)
        case _:
            raise TypeError(f"nothing to show of {type(criterion).__name__}")


def _competency(
    criterion: Competency,
    cycles: tuple[str, ...],
    rows: tuple[tuple[Score | None, ...], ...],
    statuses: tuple[Status, ...],
) -> dict[str, Json]:
    inputs: list[Json] = []
    missing: list[Json] = []
    for name, row in zip(criterion.names, rows, strict=True):
        for cycle, score in zip(cycles, row, strict=True):
            value = None if score is None else score.value
            inputs.append(
                {
                    "competency": name,
                    "cycle": cycle,
                    "score": None if value is None else plain(value),
                    "source": "" if score is None else score.source,
                }
            )
            if value is None:
                missing.append(str(LackingScore(name, criterion.level, cycle)))
        lacking = criterion.cycles - len(row)
        if lacking:
            missing.append(f"{lacking} more scoring cycle{'s' if lacking > 1 else ''} with {name}")
    met = sum(one is Status.MET for one in statuses)
    if met >= criterion.need:
        missing = []
    return {
        "required": {
            "competencies": list(criterion.names),
            "need": criterion.need,
            "bound": bound(criterion.bound),
            "level": criterion.level,
            "cycles": criterion.cycles,
            "mean": criterion.mean,
        },
        "observed": {
            "met": met,
            "of": len(criterion.names),
            "statuses": {name: str(one) for name, one in zip(criterion.names, statuses, strict=True)},
        },
        "inputs": inputs,
        "missing": missing,
    }


def _track(criterion: Track, latest: Mark | None) -> dict[str, Json]:
    return {
        "required": {"track": criterion.track},
        "observed": {"track": latest.kind if latest else None},
        "inputs": [_mark(latest)] if latest else [],
    }


def _mark(one: Mark) -> dict[str, Json]:
    return {
        "entry": one.kind,
        "on": one.on.isoformat(),
        "until": one.end.isoformat() if one.end else None,
        "by": one.by,
        "verified": one.verified,
        "source": one.source,
    }


def _tenure(
    criterion: Tenure, used: tuple[Span, ...], days: int, leave: int, status: Status, as_of: date
) -> dict[str, Json]:
    months = months_between(as_of - timedelta(days=days), as_of)
    unknown = status is Status.UNDETERMINED
    return {
        "required": {"in": criterion.span, "names": list(criterion.names), "months": criterion.months},
        "observed": {"months": None if unknown else months, "days": days, "leave_days": leave},
        "inputs": [
            {
                "span": one.name,
                "from": one.start.isoformat(),
                "to": one.end.isoformat() if one.end else None,
                "source": one.source,
            }
            for one in used
        ],
        "missing": [f"when the time in this {criterion.span} began"] if unknown else [],
    }


def _register(
    criterion: Register, found: tuple[Mark, ...], unsure: tuple[Mark, ...], status: Status
) -> dict[str, Json]:
    missing: list[Json] = []
    if status is Status.UNDETERMINED:
        line = "the whole reporting line"
        what = {"manager": "who the manager is", "line": line, "outside_line": line}
        if criterion.by in what:
            missing.append(what[criterion.by])
        if criterion.least_rank is not None:
            missing.append(f"the level of whoever made the {criterion.register}")
    return {
        "required": {
            "register": criterion.register,
            "entry": criterion.entry,
            "count": criterion.count,
            "within_months": criterion.within_months,
            "verified": criterion.verified,
            "by": criterion.by,
            "least_rank": criterion.least_rank,
        },
        "observed": {"count": len(found), "unsure": len(unsure)},
        "inputs": [_mark(one) for one in (*found, *unsure)],
        "missing": missing,
    }


def _rating(criterion: Rating, held: tuple[Mark, ...]) -> dict[str, Json]:
    lacking = criterion.last - len(held)
    recent = f" of the last {criterion.within_months} months" if criterion.within_months is not None else ""
    return {
        "required": {
            "one_of": list(criterion.words),
            "last": criterion.last,
            "within_months": criterion.within_months,
        },
        "observed": {"ratings": [one.kind for one in held]},
        "inputs": [_mark(one) for one in held],
        "missing": [f"{lacking} more rating{'s' if lacking > 1 else ''}{recent}"] if lacking else [],
    }


def _seat(criterion: Seat, stated: Mark | None) -> dict[str, Json]:
    return {
        "required": {"level": criterion.level, "count": criterion.count},
        "observed": {"open": stated.count if stated else None},
        "inputs": [_mark(stated)] if stated else [],
        "missing": [] if stated else [f"how many seats are open for {criterion.level}"],
    }


def _training(
    criterion: Training, done: tuple[Mark, ...], absent: tuple[str, ...], stated: date | None, as_of: date
) -> dict[str, Json]:
    enough = len(criterion.codes) - len(absent) >= criterion.need
    return {
        "required": {"courses": list(criterion.codes), "need": criterion.need},
        "observed": {"done": len(criterion.codes) - len(absent), "complete_as_of": _day(stated)},
        "inputs": [_mark(one) for one in done],
        "missing": [] if enough or stated else [_statement("training", criterion.stale_days, as_of)],
    }


def _none_of(criterion: NoneOf, held: tuple[Mark, ...], stated: date | None, as_of: date) -> dict[str, Json]:
    return {
        "required": {"none_of": list(criterion.kinds)},
        "observed": {"held": [one.kind for one in held], "complete_as_of": _day(stated)},
        "inputs": [_mark(one) for one in held],
        "missing": [] if stated else [_statement("standing", criterion.stale_days, as_of)],
    }


def _day(day: date | None) -> Any:
    return day.isoformat() if day else None


def _statement(register: str, stale_days: int, as_of: date) -> str:
    return f"a statement, at most {stale_days} days old on {as_of}, that the {register} register is complete"
