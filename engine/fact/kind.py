"""The kinds of file that can be imported, and how a row of each becomes facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from engine.fact.reading import Reading
from engine.fact.row import FactRow
from terms.calendar import days_after
from terms.canonical import Json
from terms.quantity import SCALE, scaled

Reader: TypeAlias = Callable[[Reading], list[FactRow]]


def attainment(at: Reading) -> list[FactRow]:
    """Returns the expected period of a row, with its actual and target where they are given."""
    start, end, unit = at.date("period_start"), at.date("period_end"), at.text("unit")
    at.before(start, end, "period_end")
    metric, person = at.text("metric"), at.person()
    sides = {"actual": at.amount("actual", needed=False), "target": at.amount("target", needed=False)}
    return _period(at, person, metric, start, end, unit, sides)


def _period(
    at: Reading, person: str, metric: str, start: str, end: str, unit: str, sides: dict[str, str | None]
) -> list[FactRow]:
    common = {"start": start, "end": end, "unit": unit}
    place = (metric, start, end)
    facts = [at.fact("expected", person, "expected", place, metric, **common)]
    facts += [
        at.fact(side, person, side, place, metric, **common, value=value)
        for side, value in sides.items()
        if value is not None
    ]
    return facts


def quota(at: Reading) -> list[FactRow]:
    """Returns the expected period and the target of a row; its end may be found out from the rows after it."""
    start, unit, metric, person = at.date("period_start"), at.text("unit"), at.text("metric"), at.person()
    end = at.date("period_end", needed=at.mapping.periods is None)
    at.before(start, end, "period_end")
    return _period(at, person, metric, start, end, unit, {"target": at.amount("target")})


def booking(at: Reading) -> list[FactRow]:
    """Returns the dated amount of a row; refunds are negative."""
    on, metric, person = at.date("on"), at.text("metric"), at.person()
    key = (metric, at.text("id"))
    end = days_after(date.fromisoformat(on), 1).isoformat() if on else None
    amount, unit = at.amount("amount"), at.text("unit")
    return [at.fact("booking", person, "booking", key, metric, start=on, end=end, value=amount, unit=unit)]


def score(at: Reading) -> list[FactRow]:
    """Returns the scoring cycle that a row expects the person in, and the score where there is one."""
    cycle, start, end = at.text("cycle"), at.date("cycle_start"), at.date("cycle_end")
    at.before(start, end, "cycle_end")
    person, level = at.person(), at.text("level")
    name = at.word("competency", at.catalog.competencies, "competency")
    if level and level not in ("current", "next"):
        at.fault("level", level, "it is neither current nor next")
    value, by = at.amount("score", needed=False), at.text("by", needed=False) or "manager"
    if value is not None and not at.catalog.lowest * SCALE <= scaled(value) <= at.catalog.highest * SCALE:
        at.fault("score", value, f"it is off the scale of {at.catalog.lowest} to {at.catalog.highest}")
    facts = [at.fact("cycle", person, "cycle", (cycle,), cycle, start=start, end=end)]
    facts.append(at.fact("company-cycle", "", "cycle", (cycle,), cycle, start=start, end=end))
    if value is not None:
        key, detail = (name, level, cycle, by), {"cycle": cycle, "level": level, "by": by}
        facts.append(
            at.fact("score", person, "score", key, name, start=start, end=end, value=value, detail=detail)
        )
    return facts


def training(at: Reading) -> list[FactRow]:
    """Returns the course of a row as done on a day."""
    code, on, person = at.text("course"), at.date("on"), at.person()
    return [at.fact("training", person, "training", (code, on), code, start=on)]


def standing(at: Reading) -> list[FactRow]:
    """Returns the standing of a row, such as a performance plan, with its end where it has one."""
    name, since, until = at.text("standing"), at.date("since"), at.date("until", needed=False)
    at.before(since, until, "until")
    person = at.person()
    return [at.fact("standing", person, "standing", (name, since), name, start=since, end=until or None)]


def evidence(at: Reading) -> list[FactRow]:
    """Returns the piece of evidence of a row, verified where somebody other than the person is named."""
    name, on, person = at.text("evidence"), at.date("on"), at.person()
    text = at.text("text")
    verifier = at.text("verified_by", needed=False)
    by = at.person("verified_by") if verifier else ""
    if by and by == person:
        at.fault("verified_by", verifier, "nobody verifies their own evidence")
    detail = {"by": person, "verified_by": by or None, "text": text}
    return [at.fact("evidence", person, "evidence", (name, on, text[:80]), name, start=on, detail=detail)]


def rating(at: Reading) -> list[FactRow]:
    """Returns the rating of a row, such as `exceeding`, given on a day."""
    name, on, person = at.text("rating"), at.date("on"), at.person()
    return [at.fact("rating", person, "rating", (on,), name, start=on)]


def coaching(at: Reading) -> list[FactRow]:
    """Returns the coaching of a row: whom the person coached, from when to when."""
    start, end, person = at.date("start"), at.date("end", needed=False), at.person()
    at.before(start, end, "end")
    coached = at.person("coached")
    if coached and coached == person:
        at.fault("coached", at.text("coached"), "nobody coaches themselves")
    return [at.fact("coaching", person, "coaching", (coached, start), coached, start=start, end=end or None)]


def seat(at: Reading) -> list[FactRow]:
    """Returns the statement of a row: how many seats of a level are open from a day on."""
    level, since, until = (
        at.word("level", at.catalog.levels, "level"),
        at.date("since"),
        at.date("until", needed=False),
    )
    at.before(since, until, "until")
    count = at.text("open")
    if count and not count.isdecimal():
        at.fault("open", count, "it is no whole number")
        count = ""
    detail: dict[str, Json] = {"count": int(count or 0)}
    return [at.fact("seat", "", "seat", (level, since), level, start=since, end=until or None, detail=detail)]


def leave(at: Reading) -> list[FactRow]:
    """Returns the leave of a row, open where it has no end."""
    start, end, person = at.date("start"), at.date("end", needed=False), at.person()
    at.before(start, end, "end")
    return [at.fact("leave", person, "leave", (start,), "leave", start=start, end=end or None)]


READERS: dict[str, Reader] = {
    "attainment": attainment,
    "quotas": quota,
    "bookings": booking,
    "scores": score,
    "training": training,
    "standing": standing,
    "evidence": evidence,
    "leave": leave,
    "ratings": rating,
    "coaching": coaching,
    "seats": seat,
}

COLUMNS: dict[str, tuple[str, ...]] = {
    "people": (
        "hr_id",
        "name",
        "email",
        "manager",
        "level",
        "level_since",
        "hired",
        "team",
        "function",
        "roles",
        "manager_since",
    ),
    "attainment": ("person", "metric", "period_start", "period_end", "actual", "target", "unit"),
    "quotas": ("person", "metric", "period_start", "period_end", "target", "unit"),
    "bookings": ("id", "person", "metric", "on", "amount", "unit"),
    "scores": ("person", "cycle", "cycle_start", "cycle_end", "competency", "level", "score", "by"),
    "training": ("person", "course", "on"),
    "standing": ("person", "standing", "since", "until"),
    "evidence": ("person", "evidence", "on", "text", "verified_by"),
    "leave": ("person", "start", "end"),
    "ratings": ("person", "rating", "on"),
    "coaching": ("person", "coached", "start", "end"),
    "seats": ("level", "open", "since", "until"),
}
