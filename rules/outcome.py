"""A finding as JSON: required, observed, inputs, arithmetic, gap, missing; made only when somebody reads it.

Both evaluators keep the same operands, so one rendering serves both, and equal findings have equal bytes.
Amounts are decimal text; a ratio is rounded half to even at six places for show, never for comparing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rules.criterion import (
    Attainment,
    Competency,
    Group,
    NoneOf,
    Not,
    Register,
    Tenure,
    Threshold,
    Track,
    Training,
)
from rules.fact import Figure, Mark, Score, Span
from rules.finding import Finding, Status
from terms.calendar import months_between
from terms.canonical import Json
from terms.quantity import RATIO, SCALE, plain, ratio


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
        "children": [outcome(one, as_of) for one in finding.children],
    }
    held: Any = finding.operands
    match criterion:
        case Group():
            shown["required"] = {"form": criterion.word, "need": criterion.need, "of": len(criterion.parts)}
            met = sum(one.status is Status.MET for one in finding.children)
            shown["observed"] = {"met": met, "of": len(criterion.parts)}
        case Not():
            shown["required"] = {"form": "not"}
            shown["observed"] = {"inner": str(finding.children[0].status)}
        case Attainment():
            shown |= _attainment(criterion, held[0], held[1], finding.status)
        case Competency():
            shown |= _competency(criterion, held[0], held[1], held[2])
        case Track():
            shown |= _track(criterion, held[0])
        case Tenure():
            shown |= _tenure(criterion, held[0], held[1], held[2], as_of)
        case Register():
            shown |= _register(criterion, held[0])
        case Training():
            shown |= _training(criterion, held[0], held[1], held[2], as_of)
        case NoneOf():
            shown |= _none_of(criterion, held[0], held[1], as_of)
    return shown


def _bound(bound: Threshold) -> dict[str, Json]:
    return {"word": "above" if bound.strict else "at_least", "value": plain(bound.micros), "unit": bound.unit}


def _attainment(
    criterion: Attainment, chosen: tuple[Figure, ...], lacking: str, status: Status
) -> dict[str, Json]:
    over = criterion.over
    required: dict[str, Json] = {
        "metric": criterion.metric,
        "form": criterion.form,
        "bound": _bound(criterion.bound),
        "last": over.last,
        "unit": over.unit,
        "fully_ramped": over.fully_ramped,
        "count": criterion.count,
        "floor": _bound(criterion.floor) if criterion.floor else None,
        "cap": plain(criterion.cap) if criterion.cap is not None else None,
    }
    inputs: list[Json] = []
    missing: list[Json] = [lacking] if lacking else []
    values: list[int | None] = []
    for one in chosen:
        value = _value(criterion, one)
        values.append(value)
        name = f"[{one.start}, {one.end})"
        inputs.append(
            {
                "period": name,
                "actual": None if one.actual is None else plain(one.actual),
                "target": None if one.target is None else plain(one.target),
                "unit": one.unit,
                "ratio": plain(value) if criterion.ratio and value is not None else None,
                "source": one.source,
            }
        )
        missing += [f"{what} of {criterion.metric} for {name}" for what in _lacks(criterion, one)]
    if len({one.unit for one in chosen}) > 1:
        missing.append(f"one unit for {criterion.metric}: unlike units never add")
    whole = None if missing else _whole(criterion, chosen, values)
    known = [one for one in values if one is not None]
    shown = whole if criterion.form in ("cumulative", "mean") else None
    if criterion.form in ("each", "min", "count", "latest") and known:
        shown = min(known)
    if criterion.form == "max" and known:
        shown = max(known)
    met = sum(_reaches(criterion, one) for one in chosen)
    observed: dict[str, Json] = {
        "value": None if shown is None else plain(shown),
        "unit": RATIO if criterion.ratio else criterion.bound.unit,
        "periods_met": met,
        "periods": len(chosen),
    }
    return {
        "required": required,
        "observed": observed,
        "inputs": inputs,
        "arithmetic": _sums(criterion, chosen, values, whole),
        "gap": _gap(criterion, chosen, values, status) if not missing else None,
        "missing": missing,
    }


def _lacks(criterion: Attainment, one: Figure) -> list[str]:
    found = ["actual"] if one.actual is None else []
    if criterion.ratio:
        if one.target is None:
            found.append("target")
        elif one.target <= 0:
            found.append("a target above 0")
    elif one.unit != criterion.bound.unit:
        found.append(f"a figure in {criterion.bound.unit}")
    return found


def _value(criterion: Attainment, one: Figure) -> int | None:
    if _lacks(criterion, one):
        return None
    assert one.actual is not None
    if not criterion.ratio:
        return one.actual
    assert one.target is not None
    value = ratio(one.actual, one.target)
    return value if criterion.cap is None else min(value, criterion.cap)


def _reaches(criterion: Attainment, one: Figure) -> bool:
    if _lacks(criterion, one):
        return False
    assert one.actual is not None
    limit, strict = criterion.bound.micros, criterion.bound.strict
    left, right = one.actual, limit
    if criterion.ratio:
        assert one.target is not None
        left, right = one.actual * SCALE, limit * one.target
        if criterion.cap is not None:
            left = min(left, criterion.cap * one.target)
    return left > right or (left == right and not strict)


def _whole(criterion: Attainment, chosen: tuple[Figure, ...], values: list[int | None]) -> int | None:
    known = [one for one in values if one is not None]
    if not known:
        return None
    if criterion.form == "mean":
        return ratio(sum(known), len(known) * SCALE)
    if not criterion.ratio:
        return sum(known)
    above, below = _sides(criterion, chosen)
    return ratio(above, below * SCALE)


def _sides(criterion: Attainment, chosen: tuple[Figure, ...]) -> tuple[int, int]:
    """Returns the capped actuals at scale 10^12 and the targets at 10^6, both summed."""
    above = below = 0
    for one in chosen:
        assert one.actual is not None and one.target is not None
        left = one.actual * SCALE
        above += left if criterion.cap is None else min(left, criterion.cap * one.target)
        below += one.target
    return above, below


def _sums(
    criterion: Attainment, chosen: tuple[Figure, ...], values: list[int | None], whole: int | None
) -> list[Json]:
    lines: list[Json] = []
    for one, value in zip(chosen, values, strict=True):
        if criterion.ratio and value is not None:
            capped = " (capped)" if criterion.cap is not None and value == criterion.cap else ""
            lines.append(f"{plain(one.actual or 0)} / {plain(one.target or 0)} = {_percent(value)}{capped}")
    if whole is None or criterion.form not in ("cumulative", "mean"):
        return lines
    known = [one for one in values if one is not None]
    if criterion.form == "mean":
        terms = " + ".join(_percent(one) if criterion.ratio else plain(one) for one in known)
        shown = _percent(whole) if criterion.ratio else plain(whole)
        lines.append(f"({terms}) / {len(known)} = {shown}")
    elif criterion.ratio:
        above, below = _sides(criterion, chosen)
        lines.append(f"{plain(above // SCALE)} / {plain(below)} = {_percent(whole)}")
    else:
        lines.append(f"{' + '.join(plain(one) for one in known)} = {plain(whole)}")
    return lines


def _percent(micros: int) -> str:
    return f"{plain(micros * 100)}%"


def _gap(criterion: Attainment, chosen: tuple[Figure, ...], values: list[int | None], status: Status) -> Json:
    """Returns what the window's actuals would have had to be more by; None where nothing is short."""
    if status is not Status.NOT_MET or not chosen:
        return None
    short: list[Json] = []
    if criterion.ratio and criterion.form == "cumulative":
        above, below = _sides(criterion, chosen)
        lack = criterion.bound.micros * below - above
        amount = -(-lack // SCALE) + (1 if criterion.bound.strict and lack % SCALE == 0 else 0)
        if amount > 0:
            short.append({"period": "together", "by": plain(amount), "unit": chosen[0].unit})
    for one in chosen:
        for bound in (criterion.bound, criterion.floor):
            if bound is None or (bound is criterion.bound and criterion.form in ("cumulative", "mean")):
                continue
            assert one.actual is not None
            need = bound.micros
            if criterion.ratio:
                need = -(-bound.micros * (one.target or 0) // SCALE)
            need += 1 if bound.strict else 0
            if one.actual < need:
                short.append(
                    {"period": f"[{one.start}, {one.end})", "by": plain(need - one.actual), "unit": one.unit}
                )
    return {"short": short} if short else None


def _competency(
    criterion: Competency,
    cycles: tuple[str, ...],
    rows: tuple[tuple[Score | None, ...], ...],
    statuses: tuple[Status, ...],
) -> dict[str, Json]:
    inputs: list[Json] = []
    missing: list[Json] = []
    gap: list[Json] = []
    for name, row, status in zip(criterion.names, rows, statuses, strict=True):
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
                missing.append(f"score of {name} ({criterion.level} level) in {cycle}")
        lacking = criterion.cycles - len(row)
        if lacking:
            missing.append(f"{lacking} more scoring cycle{'s' if lacking > 1 else ''} with {name}")
        if status is Status.NOT_MET:
            known = [one.value for one in row if one is not None and one.value is not None]
            worst = max(known) if criterion.lower_is_better else min(known)
            gap.append({"competency": name, "from": plain(worst), "to": plain(criterion.bound.micros)})
    met = sum(one is Status.MET for one in statuses)
    if met >= criterion.need:
        missing, gap = [], []
    return {
        "required": {
            "competencies": list(criterion.names),
            "need": criterion.need,
            "bound": _bound(criterion.bound),
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
        "gap": {"raise": gap} if gap else None,
        "missing": missing,
    }


def _track(criterion: Track, latest: Mark | None) -> dict[str, Json]:
    return {
        "required": {"track": criterion.track},
        "observed": {"track": latest.kind if latest else None},
        "inputs": [_mark(latest)] if latest else [],
        "gap": None
        if latest is not None and latest.kind == criterion.track
        else {"commit_to": criterion.track},
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


def _tenure(criterion: Tenure, used: tuple[Span, ...], days: int, leave: int, as_of: date) -> dict[str, Json]:
    months = months_between(as_of - timedelta(days=days), as_of)
    short = criterion.months - months
    return {
        "required": {"in": criterion.span, "names": list(criterion.names), "months": criterion.months},
        "observed": {"months": months, "days": days, "leave_days": leave},
        "inputs": [
            {
                "span": one.name,
                "from": one.start.isoformat(),
                "to": one.end.isoformat() if one.end else None,
                "source": one.source,
            }
            for one in used
        ],
        "gap": {"months": short} if used and short > 0 else None,
        "missing": [] if used else [f"when the time in this {criterion.span} began"],
    }


def _register(criterion: Register, found: tuple[Mark, ...]) -> dict[str, Json]:
    short = criterion.count - len(found)
    return {
        "required": {
            "register": criterion.register,
            "entry": criterion.entry,
            "count": criterion.count,
            "within_months": criterion.within_months,
            "verified": criterion.verified,
            "outside_line": criterion.outside_line,
        },
        "observed": {"count": len(found)},
        "inputs": [_mark(one) for one in found],
        "gap": {"more": short} if short > 0 else None,
    }


def _training(
    criterion: Training, done: tuple[Mark, ...], absent: tuple[str, ...], stated: date | None, as_of: date
) -> dict[str, Json]:
    enough = len(criterion.codes) - len(absent) >= criterion.need
    return {
        "required": {"courses": list(criterion.codes), "need": criterion.need},
        "observed": {"done": len(criterion.codes) - len(absent), "complete_as_of": _day(stated)},
        "inputs": [_mark(one) for one in done],
        "gap": {"courses": list(absent)} if not enough and stated else None,
        "missing": [] if enough or stated else [_statement("training", criterion.stale_days, as_of)],
    }


def _none_of(criterion: NoneOf, held: tuple[Mark, ...], stated: date | None, as_of: date) -> dict[str, Json]:
    return {
        "required": {"none_of": list(criterion.kinds)},
        "observed": {"held": [one.kind for one in held], "complete_as_of": _day(stated)},
        "inputs": [_mark(one) for one in held],
        "gap": {"end": [one.kind for one in held]} if held else None,
        "missing": [] if held or stated else [_statement("standing", criterion.stale_days, as_of)],
    }


def _day(day: date | None) -> Any:
    return day.isoformat() if day else None


def _statement(register: str, stale_days: int, as_of: date) -> str:
    return f"a statement, at most {stale_days} days old on {as_of}, that the {register} register is complete"
