"""What a packet says: one case as one reader may see it, ready to be read, nothing left to look up.

A packet is plain values. Renderers choose the look and never the content, so each format says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from engine.packet.exempted import Exempted
from engine.packet.panel import Calibration
from engine.packet.proof import LogEntry, Proof
from engine.packet.view import Named, Said, View

Variant: TypeAlias = Literal["candidate", "committee", "auditor"]
VARIANTS: tuple[Variant, ...] = ("candidate", "committee", "auditor")
Status: TypeAlias = Literal["met", "not_met", "undetermined"]
Outcome: TypeAlias = Literal["promoted", "declined", "deferred"]
Label: TypeAlias = Annotated[str, StringConstraints(pattern=r"^C-[0-9]{4,}$")]


class Candidate(View):
    """Holds whom the case is about; `contact` is filled for the auditor alone."""

    who: Named
    level: str
    in_level_since: str | None = None
    time_in_level: str | None = None
    manager: Named | None = None
    contact: tuple[tuple[str, str], ...] = ()


class Move(View):
    """Holds the step asked for: names of both levels, their ids, the track that the target is on."""

    source: str
    source_id: str
    target: str
    target_id: str
    track: str | None = None


class Edition(View):
    """Holds which texts govern the case, each by name and digest."""

    policy: str
    policy_digest: str
    ladder: str
    ladder_digest: str
    workflow: str
    workflow_digest: str


class State(View):
    """Holds where the case stands: the workflow's state and words for it, and who brought the case when."""

    name: str
    says: str
    stage: str
    final: bool
    nominated_on: str
    nominator: Named
    because: Said


class Input(View):
    """Holds one thing that a finding read: what, the value in words, and the facts it came from by source."""

    label: str
    value: str
    sources: tuple[str, ...] = ()


class Criterion(View):
    """Holds one finding in words, with its parts where it is made of others."""

    id: str
    kind: str
    says: str
    status: Status
    advisory: bool = False
    required: str = ""
    observed: str = ""
    arithmetic: str = ""
    gap: str = ""
    missing: str = ""
    inputs: tuple[Input, ...] = ()
    children: tuple[Criterion, ...] = ()

    def walk(self) -> Iterator[Criterion]:
        """Yields this criterion and every one inside it, outermost first."""
        yield self
        for child in self.children:
            yield from child.walk()


class Occasion(View):
    """Holds one time that readiness was recorded: why then, the date it is of, the event, what came out."""

    says: str
    as_of: str
    seq: int
    status: Status | None
    digest: str | None
    fact_set: str


class Readiness(View):
    """Holds the findings that the case rests on, and earlier recordings; `gone` says why none is shown."""

    occasion: Occasion
    earlier: tuple[Occasion, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    advisory: tuple[Criterion, ...] = ()
    gone: str | None = None

    def count(self, status: Status) -> int:
        """Returns how many required criteria have a status."""
        return sum(one.status == status for one in self.criteria)


class Exhibit(View):
    """Holds one thing in the file: an exhibit, or a statement somebody made about the candidate."""

    id: str
    kind: str
    criterion: str | None
    on: str
    text: Said
    by: Named | None
    verified_by: Named | None
    digest: str
    seq: int
    file_name: str | None = None


class Cell(View):
    """Holds one competency score of one cycle: the value in words and its fact; no value is said as None."""

    value: str | None
    source: str | None = None


class Competency(View):
    """Holds one competency's scores, one cell per column of the table, beside what the criteria ask."""

    id: str
    name: str
    category: str
    cells: tuple[Cell, ...]
    required: str = ""


class CycleScores(View):
    """Holds the scores of the last cycles: a column for each cycle and level (`current`, `next`)."""

    columns: tuple[tuple[str, Literal["current", "next"]], ...] = ()
    rows: tuple[Competency, ...] = ()


class Citation(View):
    """Holds one thing that a decision cites: its id in the file, what it is, and its digest."""

    id: str
    says: str
    digest: str


class CriterionReason(View):
    """Holds the reason given for one criterion."""

    criterion: str
    says: str
    reason: str


class Decision(View):
    """Holds one decision; `superseded` says that a later one stands."""

    outcome: Outcome
    on: str
    by: Named
    because: Said
    reasons: tuple[CriterionReason, ...] = ()
    cites: tuple[Citation, ...] = ()
    effective: str | None = None
    next_date: str | None = None
    seq: int
    superseded: bool = False


class Step(View):
    """Holds a required criterion that was not met: what is lacking, and from when it could be met, if that is known."""

    id: str
    says: str
    status: Status
    lacking: str
    on: str | None = None


class Ahead(View):
    """Holds what would be needed after a decision not to promote, in a sentence, by criterion, and what it assumes."""

    as_of: str
    says: str
    steps: tuple[Step, ...] = ()
    assuming: tuple[str, ...] = ()


class FactRow(View):
    """Holds one fact that the packet relies on: source id, what it is, file and row, when known, digest."""

    source: str
    says: str
    digest: str
    file: str
    row: int | None = None
    recorded_at: str


class Happening(View):
    """Holds one event of the case in words, with the reason given where one was."""

    seq: int
    at: str
    says: str
    by: Named | None = None
    because: Said | None = None


class Packet(View):
    """Holds one case in one variant."""

    format: Literal[1] = 1
    variant: Variant
    organisation: str
    label: Label
    case: str
    candidate: Candidate
    move: Move
    edition: Edition
    state: State
    readiness: Readiness
    exhibits: tuple[Exhibit, ...] = ()
    statements: tuple[Exhibit, ...] = ()
    cycle_scores: CycleScores = CycleScores()
    calibrations: tuple[Calibration, ...] = ()
    exceptions: tuple[Exempted, ...] = ()
    decisions: tuple[Decision, ...] = ()
    next_date: str | None = None
    ahead: Ahead | None = None
    restated: str = ""
    corrections: tuple[str, ...] = ()
    facts: tuple[FactRow, ...] = ()
    timeline: tuple[Happening, ...] = ()
    proof: Proof
    log: tuple[LogEntry, ...] = ()
    left_out: Annotated[
        tuple[str, ...], Field(description="What this variant does not show, a sentence each.")
    ]

    @model_validator(mode="after")
    def _within_the_variant(self) -> Packet:
        """Returns the packet; refuses one that holds what its variant must not show, whoever built it."""
        if self.variant != "auditor" and (self.log or self.candidate.contact):
            raise ValueError(f"a {self.variant}'s packet holds contact details or the log")
        if self.variant != "candidate" and self.ahead is not None:
            raise ValueError(f"a {self.variant}'s packet holds what the candidate alone reads ahead")
        if self.variant == "candidate":
            if any(one.scores or one.votes or one.tally for one in self.calibrations):
                raise ValueError("a candidate's packet holds what the panel scored or voted")
            if any(seat.because for one in self.calibrations for seat in one.members):
                raise ValueError("a candidate's packet holds why a member stepped back")
            if any(one.by or not one.text.gone for one in self.statements):
                raise ValueError("a candidate's packet holds what others said in confidence")
            if any(not held.gone for one in self.exceptions for held in one.reasons()):
                raise ValueError("a candidate's packet holds the reasons of an exception")
        return self

    @property
    def decision(self) -> Decision | None:
        """Returns the decision that stands; None while there is none."""
        return self.decisions[-1] if self.decisions else None

    def evidence(self) -> tuple[tuple[str | None, str, tuple[Exhibit, ...]], ...]:
        """Returns the exhibits by criterion (id, what it says), those for the case as a whole last."""
        says = {one.id: one.says for top in self._all() for one in top.walk()}
        ids = dict.fromkeys(one.criterion for one in self.exhibits if one.criterion is not None)
        order = [one for one in says if one in ids] + [one for one in ids if one not in says]
        named: list[str | None] = [*order, None]
        grouped = ((key, tuple(one for one in self.exhibits if one.criterion == key)) for key in named)
        return tuple((key, says.get(key or "", key or ""), held) for key, held in grouped if held)

    def _all(self) -> tuple[Criterion, ...]:
        return (*self.readiness.criteria, *self.readiness.advisory)
