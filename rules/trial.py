"""Policy tests in the policy's own words: given facts, expect findings; and what they never showed.

A test file stands beside its policy (`sales.yaml`, `sales.test.yaml`). Each test names a move (or several), a date,
the facts of one person and what each criterion (by id), `every` other one, or `ready`, must come to. Rows under
`except` are the same test with some facts changed, and say what comes out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from pydantic import Field, field_validator

from rules.criterion import Criterion, Register, Track, leaves, walk
from rules.evaluate import ready
from rules.finding import Finding, Status
from rules.given import Given, view
from rules.ladder import Ladder
from rules.outcome import outcome
from rules.policy import Move, Policy
from rules.timeform import among
from rules.view import FactView
from rules.word import words
from terms.calendar import day
from terms.error import BadInput, Malformed
from terms.form import Form, near, shaped
from terms.source import Document, Path, read

READY, EVERY = "ready", "every"


class _Row(Form):
    """Holds one variation of a test: the facts that differ, or another base's, and what then comes out."""

    name: str = ""
    like: str | None = None
    given: dict[str, Any] = Field(default_factory=dict)
    expect: dict[str, Any]


class _Test(Form):
    name: str
    like: str | None = None
    move: list[str]
    as_of: str | None = None
    effective: str | None = None
    given: dict[str, Any] = Field(default_factory=dict)
    expect: dict[str, Any]
    rows: Annotated[list[_Row], Field(alias="except")] = Field(default_factory=list)

    @field_validator("move", mode="before")
    @classmethod
    def _move(cls, value: Any) -> Any:
        held = [value] if isinstance(value, str) else value
        if not isinstance(held, list) or not held or not all(isinstance(one, str) for one in held):
            raise ValueError("Write a move, such as ae-1 -> ae-2, or a list of several.")
        return held


class _File(Form):
    policy: str
    coverage: Annotated[str, among("complete")] | None = None
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
        return f"{self.place}: {self.name}: {self.criterion} is {self.found}; expected: {self.expected}."


@dataclass(frozen=True, slots=True)
class Unseen:
    """Holds a criterion and the outcomes that no test showed."""

    move: str
    criterion: str
    never: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.move} {self.criterion}: no test shows it {' or '.join(self.never).replace('_', ' ')}."


def complete(text: str | bytes, file: str) -> bool:
    """Returns whether a policy's tests ask that each criterion be seen in each outcome that it can have."""
    return _read(text, file)[1].coverage is not None


@lru_cache(maxsize=2)
def _read(text: str | bytes, file: str) -> tuple[Document, _File]:
    """Returns a file of tests as it was written, and by its form; kept, since publishing asks for it twice."""
    document = read(text, file)
    return document, shaped(_File, document)


def load_trials(text: str | bytes, file: str, policy: Policy, ladder: Ladder) -> tuple[Trial, ...]:
    """Returns the tests of a policy; raises Malformed, with the place, for what cannot be read."""
    document, held = _read(text, file)
    if held.policy != policy.id:
        told = f"These tests are of the policy {held.policy}, not of {policy.id}."
        raise Malformed(told, str(document.at(("policy",))))
    return tuple(_trials(document, held, policy, ladder))


def _trials(document: Document, held: _File, policy: Policy, ladder: Ladder) -> Iterator[Trial]:
    for index, value in enumerate(held.tests):
        path: Path = ("tests", index)
        one = shaped(_Test, document, value, path)
        given = {**_base(document, held, one.like, path), **one.given}
        cases = [(path, one.name, given, one.expect)]
        for number, row in enumerate(one.rows):
            at: Path = (*path, "except", number)
            facts = given if row.like is None else _base(document, held, row.like, at)
            name = f"{one.name}, except: {row.name or number + 1}"
            cases.append((at, name, {**facts, **row.given}, row.expect))
        for at, name, facts, expect in cases:
            seen = shaped(Given, document, facts, (*at, "given"))
            try:
                yield from _told(one, name, str(document.at(at)), seen, expect, policy, ladder)
            except BadInput as error:
                raise error.within(f"test {name}").within(str(document.at(at))) from None


def _base(document: Document, held: _File, like: str | None, at: Path) -> dict[str, Any]:
    if like is None:
        return {}
    if like not in held.base:
        told = f"`like`: {like!r} is no base; {near(like, list(held.base))}"
        raise Malformed(told, str(document.at((*at, "like"))))
    written: Any = document.value
    return dict(written["base"][like])


def _told(
    one: _Test,
    name: str,
    place: str,
    given: Given,
    expect: Mapping[str, Any],
    policy: Policy,
    ladder: Ladder,
) -> Iterator[Trial]:
    """Yields one test for each move that it names."""
    moves = [policy.move(*(part.strip() for part in each.partition("->")[::2])) for each in one.move]
    if (one.as_of is None) == (one.effective is None):
        raise BadInput("Write exactly one of `as_of` and `effective`.")
    as_of = day(one.as_of) if one.as_of else policy.calendar.cut_off_for(day(one.effective or ""))
    known = {each: set(_ids(each)) for each in moves}
    anywhere = dict.fromkeys([READY, EVERY, *(each for move in moves for each in _ids(move))])
    for word in expect:
        if word not in anywhere:
            of = "this move" if len(moves) == 1 else "these moves"
            raise BadInput(f"`expect`: {word!r} is no criterion of {of}; {near(word, list(anywhere))}")
    stated = {word: _expected(word, value) for word, value in expect.items()}
    facts = view(given, as_of, policy.calendar.fiscal(), ladder)
    for move in moves:
        wanted = {}
        if EVERY in stated:
            wanted = {top.id: stated[EVERY] for top in (*move.ready, *move.advisory)}
        wanted |= {word: each for word, each in stated.items() if word == READY or word in known[move]}
        full = name if len(moves) == 1 else f"{name} ({move.id})"
        yield Trial(name=full, place=place, move=move, as_of=as_of, view=facts, expect=wanted)


def _ids(move: Move) -> Iterator[str]:
    return (each.id for top in (*move.ready, *move.advisory) for each in walk(top))


def _expected(name: str, value: Any) -> tuple[str, str]:
    """Returns the status expected, and the observed text where the test says one: `met, 104.5%`."""
    status, _, observed = (part.strip() for part in str(value).partition(","))
    status = status.replace(" ", "_")
    if status not in tuple(Status):
        raise BadInput(f"`{name}`: {value!r} is neither met, not met nor undetermined.")
    return status, observed


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
                never = tuple(str(status) for status in possible(one) if str(status) not in shown)
                if never:
                    yield Unseen(move.id, one.id, never)


def possible(criterion: Criterion) -> tuple[Status, ...]:
    """Returns the outcomes that a criterion can have: what Rung itself keeps is never unknown.

    Of such a register it is only unknown whether a maker was the manager, in the line, or of a level.
    """
    certain = all(
        isinstance(one, Track)
        or (isinstance(one, Register) and one.by in ("", "candidate") and one.least_rank is None)
        for one in leaves(criterion)
    )
    return (Status.MET, Status.NOT_MET) if certain else tuple(Status)
