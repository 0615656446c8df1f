"""A workflow definition: states, transitions, panel; read from YAML with every fault's place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field, field_validator

from terms.canonical import digest
from terms.error import Malformed
from terms.form import Form, near, shaped
from terms.source import Document, Path, read
from workflows.deadline import CalendarRule, HeardRule, Span, length, span_text, workdays
from workflows.panel import ForumRule, PanelRule
from workflows.provision import (
    AfterRule,
    AppealRule,
    ApprovalRule,
    ExceptionRule,
    FileRule,
    GuidelineRule,
    InformationRule,
)
from workflows.vocabulary import GUARDS, OUTCOMES, RELATIONS, REQUIREMENTS, STAGES

FORMAT = 1
NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}\Z")


def _known(word: str, words: Mapping[str, object], what: str) -> str:
    if word not in words:
        raise BadInputValue(f"{word!r} is no {what}; {near(word, list(words))}")
    return word


class BadInputValue(ValueError):
    """A word that the vocabulary does not have."""


class State(HeardRule):
    """Holds one state: its stage and purpose, how a case ends there, who is reminded and hears when it is late."""

    stage: str
    says: str
    final: bool = False
    outcome: str | None = None
    deadline: str | None = None
    stay: str | None = None

    @field_validator("stage")
    @classmethod
    def _stage(cls, value: str) -> str:
        return _known(value, STAGES, "stage")

    @field_validator("outcome")
    @classmethod
    def _outcome(cls, value: str | None) -> str | None:
        return value if value is None else _known(value, dict.fromkeys(OUTCOMES), "outcome")

    _deadline = field_validator("deadline")(span_text)
    _stay = field_validator("stay")(length)


def _words(known: Mapping[str, object], what: str) -> Any:
    def check(value: list[str]) -> tuple[str, ...]:
        for word in value:
            _known(word, known, what)
        if len(set(value)) != len(value):
            raise BadInputValue("a word is written twice; keep one.")
        return tuple(value)

    return check


class Transition(Form):
    """Holds one way from some states to another: who may take it, who never, what it needs, when it holds."""

    name: str
    source: Annotated[tuple[str, ...], Field(alias="from")]
    to: str
    who: tuple[str, ...]
    forbid: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    judges: bool = False

    @field_validator("name")
    @classmethod
    def _name(cls, value: str) -> str:
        if not NAME.match(value):
            raise BadInputValue(f"{value!r} is no name; use small letters, digits, - and _.")
        return value

    @field_validator("source", mode="before")
    @classmethod
    def _source(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("who", "forbid", mode="before")
    @classmethod
    def _relations(cls, value: Any) -> Any:
        return _words(RELATIONS, "relation")(value) if isinstance(value, list) else value

    @field_validator("requires", mode="before")
    @classmethod
    def _requires(cls, value: Any) -> Any:
        return _words(REQUIREMENTS, "requirement")(value) if isinstance(value, list) else value

    @field_validator("when", mode="before")
    @classmethod
    def _when(cls, value: Any) -> Any:
        return _words(GUARDS, "guard")(value) if isinstance(value, list) else value


class _File(Form):
    workflow: str
    edition: str
    says: str
    initial: str
    calendar: CalendarRule | None = None
    panel: PanelRule | None = None
    forums: list[ForumRule] = Field(default_factory=list)
    exceptions: ExceptionRule | None = None
    approvals: ApprovalRule | None = None
    after: AfterRule | None = None
    appeal: AppealRule | None = None
    information: InformationRule = Field(default_factory=InformationRule)
    file: list[FileRule] = Field(default_factory=list)
    guidelines: list[GuidelineRule] = Field(default_factory=list)
    states: dict[str, State]
    transitions: list[Transition]


class Workflow:
    """Holds a definition as it was written, named by the digest of its values."""

    def __init__(self, document: Document, held: _File) -> None:
        self.document = document
        self.id = held.workflow
        self.edition_label = held.edition
        self.says = held.says
        self.initial = held.initial
        self.calendar = workdays(held.calendar, document)
        self.panel = held.panel
        self.forums = tuple(held.forums)
        self.exceptions = held.exceptions
        self.approvals = held.approvals
        self.after = held.after
        self.appeal = held.appeal
        self.information = held.information
        self.file = tuple(held.file)
        self.guidelines = tuple(held.guidelines)
        self.states = held.states
        self.transitions = tuple(held.transitions)
        self.digest = digest({"format": FORMAT, "workflow": document.value})

    def due(self, state: str, entered: date, paused: int = 0) -> date | None:
        """Returns the day by whose end a case that entered a state is due to leave; None without a deadline."""
        text = self.states[state].deadline
        return None if text is None else Span(text).due(entered, self.calendar, paused)

    def seats(self, level: str) -> PanelRule | None:
        """Returns what is asked of a panel on a case for a level: its forum's, else everybody's; None: nothing."""
        found = (one.panel for one in self.forums if level in one.levels)
        return next(found, self.panel)

    def stays_until(self, state: str, entered: date) -> date | None:
        """Returns the last day on which a case that entered a state stays in it; None without such a rule."""
        text = self.states[state].stay
        return None if text is None else Span(text).due(entered, self.calendar)

    def at(self, *path: str | int) -> str:
        """Returns the place in the file where a part of the definition stands."""
        return str(self.document.at(path))


def load_workflow(text: str | bytes, file: str) -> Workflow:
    """Returns the workflow that a YAML text defines.

    Raises Malformed with file, line and column for a wrong form, an unknown word or a name of no state.
    """
    document = read(text, file)
    held = shaped(_File, document)
    for name in held.states:
        if not NAME.match(name):
            _refuse(document, ("states", name), f"{name!r} is no name; use small letters, digits, - and _.")
    if held.initial not in held.states:
        _refuse(
            document, ("initial",), f"{held.initial!r} is no state; {near(held.initial, list(held.states))}"
        )
    if held.appeal is not None:
        _state(document, ("appeal", "to"), held.appeal.to, held)
        for index, name in enumerate(held.appeal.against):
            _state(document, ("appeal", "against", index), name, held)
    for index, one in enumerate(held.transitions):
        for place, name in ((("from", n), s) for n, s in enumerate(one.source)):
            _state(document, ("transitions", index, *place), name, held)
        _state(document, ("transitions", index, "to"), one.to, held)
        if not one.source:
            _refuse(document, ("transitions", index, "from"), f"{one.name} leaves no state; name one.")
    return Workflow(document, held)


def _state(document: Document, path: Path, name: str, held: _File) -> None:
    if name not in held.states:
        _refuse(document, path, f"{name!r} is no state; {near(name, list(held.states))}")


def _refuse(document: Document, path: Path, sentence: str) -> None:
    raise Malformed(sentence, str(document.at(path)))
