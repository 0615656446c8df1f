"""Policy tests in the policy's own words: given facts, expect findings; and what they never showed.

A test file stands beside its policy (`sales.yaml`, `sales.test.yaml`). Each test names a move, a date, the facts
of one person and what each criterion (by id), or `ready`, must come to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from rules.continuation import continued
from rules.criterion import Criterion, Register, Track, leaves, walk
from rules.evaluate import ready
from rules.fact import Cycle, FactView, Figure, Mark, Score, Span
from rules.finding import Finding, Status
from rules.ladder import Ladder
from rules.outcome import outcome
from rules.policy import Move, Policy
from rules.word import words
from terms.calendar import add_months, day
from terms.error import BadInput, Malformed
from terms.fiscal import Fiscal
from terms.form import Form, near, shaped
from terms.quantity import scaled
from terms.source import Document, Path, read

PERIOD = re.compile(r"([0-9]{4})-(?:(Q[1-4])|(H[12])|(0[1-9]|1[0-2]))\Z")
FIGURE = re.compile(r"(-|-?[0-9.]+) */ *(-|[0-9.]+)(?: ([A-Za-z]+))?\Z|(-|-?[0-9.]+) ([A-Za-z]+)\Z")
SPAN = re.compile(r"(\S+)\.\.(\S*)\Z")
ME = "candidate"
Dated = dict[str, Any]


class Given(Form):
    """Holds one person's facts as a test writes them; whatever is not named is not known.

    `figures`: metric -> period -> `actual/target UNIT` (or `amount UNIT`; `-` is unknown). Periods: `2026-01`,
    `2026-Q1`, `2026-H1`, `2026` (of the calendar year) or `2026-01-05..2026-02-09`. `scores`: competency -> cycle
    (`2026-H1`) -> points; `next_scores` likewise on the next level.
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


class _Test(Form):
    name: str
    move: str
    as_of: str | None = None
    effective: str | None = None
    given: Given = Given()
    expect: dict[str, Any]


class _File(Form):
    policy: str
    base: dict[str, Given] = Field(default_factory=dict)
    tests: Annotated[list[dict[str, Any]], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Holds one test: the move, the date, the facts, and what is expected of each criterion."""

    name: str
    place: str
    move: Move
    as_of: date
    view: FactView
    expect: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Failure:
    """Holds one expectation that did not come true."""

    place: str
    name: str
    criterion: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.place}: {self.name}: {self.criterion} is {self.found}, not {self.expected}."


@dataclass(frozen=True, slots=True)
class Unseen:
    """Holds a criterion and the outcomes that no test showed."""

    move: str
    criterion: str
    never: tuple[str, ...]


def load_trials(text: str | bytes, file: str, policy: Policy, ladder: Ladder) -> tuple[Trial, ...]:
    """Returns the tests of a policy; raises Malformed, with the place, for what cannot be read."""
    document = read(text, file)
    held = shaped(_File, document)
    if held.policy != policy.id:
        told = f"These tests are of the policy {held.policy}, not of {policy.id}."
        raise Malformed(told, str(document.at(("policy",))))
    return tuple(_trials(document, held, policy, ladder))


def _trials(document: Document, held: _File, policy: Policy, ladder: Ladder) -> Iterator[Trial]:
    for index, value in enumerate(held.tests):
        path: Path = ("tests", index)
        base = value.get("like")
        given = dict(value.get("given", {}))
        if base is not None:
            if base not in held.base:
                told = f"`like`: {base!r} is no base; {near(str(base), list(held.base))}"
                raise Malformed(told, str(document.at((*path, "like"))))
            written: Any = document.value
            given = {**written["base"][base], **given}
        merged = {key: one for key, one in value.items() if key != "like"} | {"given": given}
        one = shaped(_Test, document, merged, path)
        try:
            yield _trial(one, str(document.at(path)), policy, ladder)
        except BadInput as error:
            raise error.within(f"test {one.name}").within(str(document.at(path))) from None


def _trial(one: _Test, place: str, policy: Policy, ladder: Ladder) -> Trial:
    source, _, target = (part.strip() for part in one.move.partition("->"))
    move = policy.move(source, target)
    if (one.as_of is None) == (one.effective is None):
        raise BadInput("Write exactly one of `as_of` and `effective`.")
    as_of = day(one.as_of) if one.as_of else policy.calendar.cut_off_for(day(one.effective or ""))
    known = {"ready": None} | {each.id: each for top in (*move.ready, *move.advisory) for each in walk(top)}
    for name in one.expect:
        if name not in known:
            raise BadInput(f"`expect`: {name!r} is no criterion of this move; {near(name, list(known))}")
    expect = {name: _expected(name, value) for name, value in one.expect.items()}
    return Trial(
        name=one.name,
        place=place,
        move=move,
        as_of=as_of,
        view=view(one.given, as_of, policy.calendar.fiscal(), ladder),
        expect=expect,
    )


def _expected(name: str, value: Any) -> tuple[str, str]:
    """Returns the status expected, and the observed text where the test says one: `met, 104.5%`."""
    status, _, observed = (part.strip() for part in str(value).partition(","))
    status = status.replace(" ", "_")
    if status not in tuple(Status):
        raise BadInput(f"`{name}`: {value!r} is neither met, not met nor undetermined.")
    return status, observed


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
    for name, text in held.items():
        found = FIGURE.match(str(text))
        if found is None:
            raise BadInput(f"{text!r} is no figure; write 8/10, 8/10 EUR, -/10 or 8 EUR.")
        start, end = _period(name, fiscal)
        sides = (found[1], found[2]) if found[2] else (found[4], "-")
        actual, target = (None if one == "-" else scaled(one) for one in sides)
        figures.append(Figure(start, end, actual, target, found[3] or found[5] or "count", name))
    return tuple(sorted(figures, key=lambda one: (one.end, one.start)))


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


def run(trials: tuple[Trial, ...], policy: Policy) -> tuple[tuple[Failure, ...], tuple[Unseen, ...]]:
    """Returns the expectations that did not come true, and the outcomes that no test showed."""
    failures: list[Failure] = []
    seen: dict[tuple[str, str], set[str]] = {}
    for one in trials:
        found = ready(policy, one.move, one.view, one.as_of)
        held = {each.id: each for top in (*found.findings, *found.advisory) for each in _all(top)}
        for each in held.values():
            seen.setdefault((one.move.id, each.id), set()).add(str(each.status))
        for name, (status, observed) in one.expect.items():
            status_found = found.status if name == "ready" else held[name].status
            told = str(status_found).replace("_", " ")
            shown = "" if name == "ready" or not observed else words(outcome(held[name], one.as_of)).observed
            if status_found != status or shown != observed:
                expected = ", ".join(part for part in (status.replace("_", " "), observed) if part)
                failures.append(
                    Failure(one.place, one.name, name, expected, f"{told}, {shown}" if observed else told)
                )
    return tuple(failures), tuple(_unseen(policy, seen))


def _all(finding: Finding) -> Iterator[Finding]:
    yield finding
    for part in finding.children:
        yield from _all(part)


def _unseen(policy: Policy, seen: Mapping[tuple[str, str], set[str]]) -> Iterator[Unseen]:
    for move in policy.moves:
        for top in (*move.ready, *move.advisory):
            for one in walk(top):
                shown = seen.get((move.id, one.id), set())
                never = tuple(str(status) for status in _possible(one) if str(status) not in shown)
                if never:
                    yield Unseen(move.id, one.id, never)


def _possible(criterion: Criterion) -> tuple[Status, ...]:
    """Returns the outcomes that a criterion can have: what Rung itself keeps is never unknown."""
    certain = all(
        isinstance(one, Track)
        or (isinstance(one, Register) and one.by in ("", "candidate") and one.least_rank is None)
        for one in leaves(criterion)
    )
    return (Status.MET, Status.NOT_MET) if certain else tuple(Status)
