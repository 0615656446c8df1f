"""What a definition provides beside its states: exceptions, approvals, what follows a decision, appeals."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from terms.form import Form
from workflows.deadline import HeardRule, lead_list, length, span_text
from workflows.vocabulary import OUTCOMES, RELATIONS


def relation_list(value: list[str]) -> list[str]:
    """Returns relations, each known and written once; raises ValueError."""
    for one in value:
        if one not in RELATIONS:
            raise ValueError(f"{one!r} is no relation; there is {', '.join(RELATIONS)}.")
    if len(set(value)) != len(value):
        raise ValueError("a word is written twice; keep one.")
    return value


class Chain(Form):
    """Holds who approves an exception, one after the other, for some target levels or for all others."""

    levels: list[str] | None = None
    approvals: Annotated[list[str], Field(min_length=1)]

    _approvals = field_validator("approvals")(relation_list)


class ExceptionRule(HeardRule):
    """Holds how long an exception lasts, and its chains; the first chain that has the target level counts.

    Each of a chain answers within `answer_within`; reminders go out before an answer is due and an exception ends.
    """

    lasts: str
    answer_within: str | None = None
    chains: Annotated[list[Chain], Field(min_length=1)]

    _lasts = field_validator("lasts", "answer_within")(length)

    def chain(self, level: str) -> tuple[str, ...]:
        """Returns who approves for a target level; empty where no chain has it."""
        for one in self.chains:
            if one.levels is None or level in one.levels:
                return tuple(one.approvals)
        return ()


class FileRule(Form):
    """Holds what the file must hold of one kind of exhibit: how many, how long each, which words never."""

    kind: str
    exactly: Annotated[int, Field(ge=0, le=99)] | None = None
    at_least: Annotated[int, Field(ge=0, le=99)] | None = None
    words_at_most: Annotated[int, Field(ge=1)] | None = None
    never_says: list[str] = Field(default_factory=list)


class GuidelineRule(Form):
    """Holds which share of a session's cases a company expects, in percent: it informs and never forces."""

    says: str
    of: str
    at_least: Annotated[int, Field(ge=0, le=100)] | None = None
    at_most: Annotated[int, Field(ge=0, le=100)] | None = None

    @field_validator("of")
    @classmethod
    def _of(cls, value: str) -> str:
        if value not in ("affirmed", *OUTCOMES):
            raise ValueError(f"{value!r} is no share; write affirmed, {', '.join(OUTCOMES)}.")
        return value


class InformationRule(HeardRule):
    """Holds for how long the clock of a state stands while information is asked for, and how often it may be asked."""

    within: str = "10 working days"
    most: Annotated[int, Field(ge=1, le=9)] = 3
    escalate: str | None = "nominator"

    _within = field_validator("within")(length)


class ApprovalRule(HeardRule):
    """Holds who approves a case after calibration, all at once or in the order written, and within which time."""

    order: str = "parallel"
    of: Annotated[list[str], Field(min_length=1)]
    within: str | None = None

    _within = field_validator("within")(length)
    _of = field_validator("of")(relation_list)

    @field_validator("order")
    @classmethod
    def _order(cls, value: str) -> str:
        if value not in ("parallel", "as written"):
            raise ValueError(f"{value!r} is neither `parallel` nor `as written`.")
        return value


class AppealRule(Form):
    """Holds on which grounds a decision may be appealed, until when, where the case goes, and new evidence."""

    grounds: Annotated[list[str], Field(min_length=1)]
    within: str
    to: str
    against: list[str] = Field(default_factory=lambda: ["declined", "deferred"])
    who: list[str] = Field(default_factory=lambda: ["candidate"])
    new_evidence: bool = False
    remind: list[str] | None = None

    _remind = field_validator("remind")(lead_list)
    _who = field_validator("who")(relation_list)
    _within = field_validator("within")(span_text)


class AfterRule(HeardRule):
    """Holds what follows a decision: until when the person is told, and for how long they commit to the role."""

    tell_within: str | None = None
    commitment: str | None = None

    _tell = field_validator("tell_within")(span_text)
    _commitment = field_validator("commitment")(length)
