"""A policy: the criteria for the moves of a ladder, as one dated, immutable edition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field, field_validator

from rules.criterion import Attainment, Competency, Criterion, Group, Register, Weighted, leaves
from rules.ladder import Ladder
from rules.parse import parse
from rules.place import Setting
from rules.salestime import SalesTime
from rules.timeform import Calendar, RampForm, among, like, one_of
from rules.view import Needs
from terms.calendar import day
from terms.canonical import Json, digest
from terms.error import BadInput, Malformed, RungError, Unknown
from terms.form import Form, near, shaped
from terms.frozen import Frozen
from terms.source import Document, read

FORMAT, SEMANTICS = 1, 1  # what raises the second: docs/editions.md
STEP = ("from", "to", "says", "workflow", "ready", "advisory")
OPEN_CASES = ("keep", "move", "more_favourable")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
DAYS = re.compile(r"(0|[1-9][0-9]{0,3}) days\Z")


class Supplied(Form):
    """Holds what a policy says is supplied: metrics and their units, who verifies which evidence, words of registers.

    Where it stands, the linter refuses a criterion that reads anything else.
    """

    metrics: dict[str, str] = Field(default_factory=dict)
    evidence: dict[str, list[str]] = Field(default_factory=dict)
    training: list[str] = Field(default_factory=list)
    standing: list[str] = Field(default_factory=list)
    ratings: list[str] = Field(default_factory=list)


class PolicyFile(Form):
    """Holds a policy file as it is written; its criteria are read apart, with their places."""

    policy: str
    edition: str
    ladder: str | None = None
    says: str = ""
    effective: Annotated[str, like(DATE)]
    open_cases: Annotated[str, among(*OPEN_CASES)] = "keep"
    workflow: Annotated[str, Field(min_length=1)] | None = None
    calendar: Calendar = Calendar()
    ramp: RampForm | None = None
    transfer: RampForm | None = None
    leave: Annotated[str, among("count", "exclude", "prorate")] = "count"
    joined_by_day: Annotated[int, Field(ge=1, le=366)] | None = None
    figures_due_after: Annotated[str, like(DAYS)] = "0 days"
    missing: Annotated[str | None, among("undetermined", "not_met")] = None
    facts: Supplied | None = None
    registers_stale_after: Annotated[str, like(DAYS)] = "92 days"
    moves: list[dict[str, Any]]

    @field_validator("open_cases")
    @classmethod
    def _open_cases(cls, value: str) -> str:
        if value not in OPEN_CASES:
            raise ValueError(f"{value!r} is none of {', '.join(OPEN_CASES)}.")
        return value

    @field_validator("leave")
    @classmethod
    def _leave(cls, value: str) -> str:
        return one_of(value, ("count", "exclude", "prorate"))

    @field_validator("missing")
    @classmethod
    def _missing(cls, value: str | None) -> str | None:
        return None if value is None else one_of(value, ("undetermined", "not_met"))

    @field_validator("registers_stale_after", "figures_due_after")
    @classmethod
    def _stale(cls, value: str) -> str:
        if not DAYS.match(value):
            raise ValueError(f"{value!r} is no number of days; write 92 days.")
        return value

    @field_validator("effective")
    @classmethod
    def _effective(cls, value: str) -> str:
        try:
            day(value)
        except BadInput as error:
            raise ValueError(error.sentence) from None
        return value


@dataclass(frozen=True, slots=True)
class Move:
    """Holds a step between two levels: criteria that block, and advisory ones that never do.

    `workflow` names the one that its cases go through; empty where the policy leaves that to who nominates.
    """

    source: str
    target: str
    ready: tuple[Criterion, ...]
    advisory: tuple[Criterion, ...]
    workflow: str = ""

    @property
    def id(self) -> str:
        """Returns the name of the move, such as ae-2->senior-ae."""
        return f"{self.source}->{self.target}"

    @property
    def competencies(self) -> tuple[str, ...]:
        """Returns the competencies that its criteria name, each once, in order."""
        found = (
            name
            for criterion in (*self.ready, *self.advisory)
            for leaf in leaves(criterion)
            if isinstance(leaf, Competency)
            for name in leaf.names
        )
        return tuple(dict.fromkeys(found))


def needs(move: Move) -> Needs:
    """Returns what a move reads beyond the person's own facts."""
    held = [leaf for criterion in (*move.ready, *move.advisory) for leaf in leaves(criterion)]
    metrics = {one.metric for one in held if isinstance(one, Attainment)}
    metrics |= {part.metric for one in held if isinstance(one, Weighted) for part in one.components}
    registers = [one for one in held if isinstance(one, Register)]
    return Needs(
        metrics=frozenset(one for one in metrics if ":" in one),
        line=any(one.by in ("line", "outside_line") for one in registers),
        ranks=any(one.least_rank is not None for one in registers),
    )


class Policy(Frozen):
    """Holds one edition; its digest covers the values as written, the ladder's digest, format and semantics."""

    def __init__(self, document: Document, held: PolicyFile, ladder: Ladder, moves: tuple[Move, ...]) -> None:
        self.document = document
        self.id = held.policy
        self.edition_label = held.edition
        self.says = held.says
        self.effective: date = day(held.effective)
        self.open_cases = held.open_cases
        self.calendar = held.calendar
        self.supplied = held.facts
        self.missing = held.missing
        self.ladder = ladder.digest
        self.moves = moves
        self.semantics = SEMANTICS
        covered: dict[str, Json] = {
            "format": FORMAT,
            "semantics": SEMANTICS,
            "ladder": ladder.digest,
            "policy": document.value,
        }
        if held.calendar.cut_off is not None:
            covered["cut_offs"] = [one.isoformat() for one in held.calendar.cut_offs(self.effective)]
        self.digest = digest(covered)
        self.freeze()

    def move(self, source: str, target: str) -> Move:
        """Returns the move between two levels; raises Unknown where the policy has none."""
        for one in self.moves:
            if (one.source, one.target) == (source, target):
                return one
        ways = ", ".join(one.id for one in self.moves)
        raise Unknown(
            f"The policy {self.id} {self.edition_label} has no move {source}->{target}; it has {ways}."
        )

    def at(self, *path: str | int) -> str:
        """Returns the place in the file where a part of the policy stands."""
        return str(self.document.at(path))


def load_policy(text: str | bytes, file: str, ladder: Ladder) -> Policy:
    """Returns the policy that a YAML text says, for a ladder.

    Raises Malformed with file, line, column, move and criterion for the first fault.
    """
    document = read(text, file)
    held = shaped(PolicyFile, document)
    if held.ladder is not None and held.ladder != ladder.id:
        told = f"This policy is for the ladder {held.ladder}, not for {ladder.id}."
        raise Malformed(told, str(document.at(("ladder",))))
    try:
        moves = tuple(_moves(document, held, ladder))
    except RungError as error:
        raise error.within(f"policy {held.policy} {held.edition}") from None
    return Policy(document, held, ladder, moves)


def _moves(document: Document, held: PolicyFile, ladder: Ladder) -> Iterator[Move]:
    seen: set[tuple[str, str]] = set()
    for index, one in enumerate(held.moves):
        path = ("moves", index)
        for key in one:
            if key not in STEP:
                told = f"`{key}` is not a key here; {near(key, list(STEP))}"
                raise Malformed(told, str(document.at((*path, key))))
        for key in ("from", "to"):
            name = one.get(key)
            if name not in ladder.levels:
                told = f"`{key}`: {name!r} is no level of the ladder {ladder.id}; "
                raise Malformed(told + near(str(name), list(ladder.levels)), str(document.at((*path, key))))
        way = (str(one["from"]), str(one["to"]))
        if way not in ladder.moves:
            told = (
                f"The ladder {ladder.id} has no move from {way[0]} to {way[1]}; add it there or take it out."
            )
            raise Malformed(told, str(document.at(path)))
        if way in seen:
            raise Malformed(f"The move from {way[0]} to {way[1]} is written twice.", str(document.at(path)))
        seen.add(way)
        yield _move(document, held, ladder, path, one)


def _days(text: str) -> int:
    found = DAYS.match(text)
    assert found is not None
    return int(found[1])


def _move(
    document: Document, held: PolicyFile, ladder: Ladder, path: tuple[str | int, ...], one: dict[str, Any]
) -> Move:
    setting = Setting(
        document=document,
        ladder=ladder,
        source=one["from"],
        target=one["to"],
        time=SalesTime(
            fiscal=held.calendar.fiscal(),
            ramp=held.ramp.ramp() if held.ramp else None,
            transfer=held.transfer.ramp() if held.transfer else None,
            leave=held.leave,
            joined_by_day=held.joined_by_day,
            due_after=_days(held.figures_due_after),
            missing=held.missing,
        ),
        stale_days=_days(held.registers_stale_after),
        ids=set(),
    )
    named = one.get("workflow", held.workflow or "")
    if not isinstance(named, str) or ("workflow" in one and not named):
        setting.refuse((*path, "workflow"), f"Here stands {named!r}; write the name of a workflow.")
    if "ready" not in one:
        setting.refuse(path, "`ready` is missing; say what the move asks.")
    top = parse(setting, (*path, "ready"), one["ready"], "ready")
    ready = top.parts if isinstance(top, Group) and top.word == "all" else (top,)
    listed = one.get("advisory", [])
    if not isinstance(listed, list):
        setting.refuse((*path, "advisory"), "`advisory` must be a list of criteria.")
    advisory = tuple(
        parse(setting, (*path, "advisory", n), value, f"advisory.{n + 1}") for n, value in enumerate(listed)
    )
    return Move(one["from"], one["to"], ready, advisory, named)
