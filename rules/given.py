"""One person's facts as a policy's test, or a page, writes them; and the view of them that the rules read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from rules.continuation import continued
from rules.fact import Cycle, Figure, Mark, Score, Span
from rules.ladder import Ladder
from rules.view import FactView
from terms.calendar import add_months, day, months_between
from terms.error import BadInput
from terms.fiscal import Fiscal
from terms.form import Form, near
from terms.quantity import scaled

PERIOD = re.compile(r"([0-9]{4})-(?:(Q[1-4])|(H[12])|(0[1-9]|1[0-2]))\Z")
FIGURE = re.compile(r"(-|-?[0-9.]+) */ *(-|[0-9.]+)(?: ([A-Za-z]+))?\Z|(-|-?[0-9.]+) ([A-Za-z]+)\Z")
SPAN = re.compile(r"(\S+)\.\.(\S*)\Z")
SERIES = re.compile(r"(\S+) to (\S+)\Z")
ME = "candidate"
Dated = dict[str, Any]


class Given(Form):
    """Holds one person's facts as a test writes them; whatever is not named is not known.

    `figures`: metric -> period -> `actual/target UNIT` (or `amount UNIT`; `-` is unknown). Periods: `2026-01`,
    `2026-Q1`, `2026-H1`, `2026` (of the calendar year) or `2026-01-05..2026-02-09`; `2025-Q4 to 2026-Q3` is each
    quarter from one to the other. `scores`: competency -> cycle (`2026-H1`) -> points; `next_scores` likewise on the
    next level.
    """

    hired: str | None = None
    level: dict[str, str] = Field(default_factory=dict)
    function: dict[str, str] = Field(default_factory=dict)
    team: dict[str, str] = Field(default_factory=dict)
    leave: list[str] = Field(default_factory=list)
    manager: list[str] = Field(default_factory=list)
    line: list[str] | None = None
    figures: dict[str, dict[str, str]] = Field(default_factory=dict)
    cycles: list[str] = Field(default_factory=list)
    scores: dict[str, dict[str, int | None]] = Field(default_factory=dict)
    next_scores: dict[str, dict[str, int | None]] = Field(default_factory=dict)
    evidence: list[Dated] = Field(default_factory=list)
    endorsements: list[Dated] = Field(default_factory=list)
    attestations: list[Dated] = Field(default_factory=list)
    commitment: dict[str, str] = Field(default_factory=dict)
    ratings: list[Dated] = Field(default_factory=list)
    seats: dict[str, int] | None = None
    training: dict[str, str] = Field(default_factory=dict)
    standing: dict[str, str] = Field(default_factory=dict)
    complete_as_of: str | None = None
    ranks: dict[str, str] = Field(default_factory=dict)


def view(given: Given, as_of: date, fiscal: Fiscal, ladder: Ladder) -> FactView:
    """Returns a person's facts as the rules read them."""
    names = {cycle for held in (given.scores, given.next_scores) for one in held.values() for cycle in one}
    cycles = sorted(
        (Cycle(name, *_period(name, fiscal)) for name in names | set(given.cycles)),
        key=lambda one: (one.end, one.name),
    )
    order = {one.name: n for n, one in enumerate(cycles)}
    scores = {
        (competency, scope): tuple(
            Score(cycle, None if points is None else scaled(str(points)), "manager", f"{competency}/{cycle}")
            for cycle, points in sorted(held.items(), key=lambda one: order[one[0]])
        )
        for scope, table in (("current", given.scores), ("next", given.next_scores))
        for competency, held in table.items()
    }
    for competency, _ in scores:
        if competency not in ladder.competencies:
            raise BadInput(f"{competency!r} is no competency; {near(competency, list(ladder.competencies))}")
    complete = (
        {}
        if given.complete_as_of is None
        else dict.fromkeys(("training", "standing"), day(given.complete_as_of))
    )
    line = [Span(name, date.min, None) for name in given.line or ()]
    ranks = {who: ladder.level(level).rank for who, level in given.ranks.items()}
    return FactView(
        person=ME,
        figures={
            metric: continued(_figures(held, fiscal), as_of, _spans(given).get("employment", ()))
            for metric, held in given.figures.items()
        },
        cycles=tuple(cycles),
        scores=scores,
        spans={kind: tuple(held) for kind, held in _spans(given).items() if held}
        | ({"line": tuple(line)} if line else {}),
        marks={
            kind: tuple(sorted(held, key=lambda one: one.on)) for kind, held in _marks(given, as_of).items()
        },
        complete=complete,
        ranks=ranks,
        line_known=given.line is not None,
    )


def _period(text: str, fiscal: Fiscal) -> tuple[date, date]:
    found = PERIOD.match(text)
    if found is not None:
        start = date(int(found[1]), 1, 1)
        if found[2]:
            return add_months(start, 3 * int(found[2][1]) - 3), add_months(start, 3 * int(found[2][1]))
        if found[3]:
            return add_months(start, 6 * int(found[3][1]) - 6), add_months(start, 6 * int(found[3][1]))
        return add_months(start, int(found[4]) - 1), add_months(start, int(found[4]))
    if re.match(r"FY[0-9]{4}\Z", text):
        held = fiscal.period("year", int(text[2:]))
        return held.start, held.end or held.start
    if re.match(r"[0-9]{4}\Z", text):
        return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
    start, end = _days(text)
    return start, end or start + timedelta(days=1)


def _days(text: str) -> tuple[date, date | None]:
    found = SPAN.match(text)
    if found is None:
        return day(text), None
    return day(found[1]), day(found[2]) if found[2] else None


def _figures(held: Mapping[str, str], fiscal: Fiscal) -> tuple[Figure, ...]:
    figures = []
    for named, text in held.items():
        found = FIGURE.match(str(text))
        if found is None:
            raise BadInput(f"{text!r} is no figure; write 8/10, 8/10 EUR, -/10 or 8 EUR.")
        sides = (found[1], found[2]) if found[2] else (found[4], "-")
        actual, target = (None if one == "-" else scaled(one) for one in sides)
        for name, start, end in _periods(named, fiscal):
            figures.append(Figure(start, end, actual, target, found[3] or found[5] or "count", name))
    return tuple(sorted(figures, key=lambda one: (one.end, one.start)))


def _periods(named: str, fiscal: Fiscal) -> Iterator[tuple[str, date, date]]:
    """Yields the period that a name means, or each of those from one to another: `2025-Q4 to 2026-Q3`."""
    series = SERIES.match(named)
    if series is None:
        yield (named, *_period(named, fiscal))
        return
    first, last = (_period(one, fiscal) for one in series.groups())
    length = months_between(*first)
    if length < 1 or months_between(*last) != length or last[0] < first[0]:
        raise BadInput(
            f"{named!r} is no series; write two periods of one length, such as 2025-Q4 to 2026-Q3."
        )
    count = 0
    while (start := add_months(first[0], count)) <= last[0]:
        count += length
        yield f"{named}, {start}", start, add_months(first[0], count)


def _spans(given: Given) -> dict[str, list[Span]]:
    return {
        "employment": [Span("company", day(given.hired), None)] if given.hired else [],
        "level": _ended(given.level),
        "function": _ended(given.function),
        "team": _ended(given.team),
        "leave": [Span("leave", *_days(one)) for one in given.leave],
        "manager": [Span(name, date.min, None) for name in given.manager],
        "line": [Span(name, date.min, None) for name in given.line or ()],
    }


def _ended(held: Mapping[str, str]) -> list[Span]:
    """Returns spans in order; each ends where the next begins, unless it says when."""
    spans = sorted((Span(name, *_days(text)) for name, text in held.items()), key=lambda one: one.start)
    ends = [*(one.start for one in spans[1:]), None]
    return [Span(one.name, one.start, one.end or end) for one, end in zip(spans, ends, strict=False)]


def _marks(given: Given, as_of: date) -> dict[str, list[Mark]]:
    held = {
        "evidence": [_mark(one, "kind", as_of) for one in given.evidence],
        "endorsement": [_mark({"kind": "endorsement", **one}, "kind", as_of) for one in given.endorsements],
        "attestation": [_mark(one, "statement", as_of) for one in given.attestations],
        "rating": [_mark(one, "rating", as_of) for one in given.ratings],
        "commitment": [Mark(track, day(on), by=ME) for track, on in given.commitment.items()],
        "training": [Mark(code, day(on)) for code, on in given.training.items()],
        "standing": [Mark(kind, *_days(on)) for kind, on in given.standing.items()],
        "seat": [Mark(level, as_of, count=count) for level, count in (given.seats or {}).items()],
    }
    return {kind: marks for kind, marks in held.items() if marks}


def _mark(one: Dated, word: str, as_of: date) -> Mark:
    for key in one:
        if key not in (word, "on", "by", "verified"):
            raise BadInput(f"`{key}` is not a key here; {near(key, [word, 'on', 'by', 'verified'])}")
    if word not in one:
        raise BadInput(f"`{word}` is missing; write it.")
    on = day(str(one["on"])) if "on" in one else as_of
    return Mark(str(one[word]), on, by=str(one.get("by", "peer")), verified=bool(one.get("verified", False)))
