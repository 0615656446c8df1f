"""What a case is at one moment: the fold of its events, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any

from engine.case.choice import EditionChoice, Restatement
from engine.record.event import Gone
from terms.canonical import Json

JUDGED = ("ScoresGiven", "VoteCast", "JudgementVoided")
"""The events that tell that somebody has judged: for chair and panel alone until the reveal (law 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """Holds one piece of evidence in the file; `digest` is the SHA-256 of its text and content.

    `entry` is the key of the register's entry that it came from, where it stood there before the case.
    """

    id: str
    kind: str
    criterion: str | None
    happened_on: str
    by: str
    seq: int
    digest: str
    text: Json | Gone
    file_name: str | None = None
    verified_by: str | None = None
    entry: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Holds readiness as one event recorded it: which, when, on which facts, in the payload of which event."""

    seq: int
    as_of: str
    fact_set: str
    payload: Mapping[str, Json | Gone]
    occasion: str = ""

    @property
    def readiness(self) -> Json | Gone:
        """Returns the readiness in its JSON form, or what stands in its place."""
        return self.payload.get("readiness", Gone())


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Holds who sits on a case since which event, and how many must judge; the barred sit but never judge it."""

    session: str
    label: str
    chair: str
    members: tuple[str, ...]
    barred: tuple[str, ...]
    alternates: tuple[str, ...]
    quorum: int
    since: int
    why: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    minimum: Mapping[str, int] = field(default_factory=dict)
    affirm: int | None = None
    ties: str = "lost"
    attend: bool = False
    proxy: bool = False
    discuss: str = "anything"
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Holds one member's scores or vote, sealed (Gone) until revealed."""

    seq: int
    session: str
    member: str
    body: Json | Gone
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recusal:
    """Holds who stepped back from a case, in which session, and why."""

    seq: int
    session: str
    member: str
    because: Json | Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Holds what was noted in a discussion after the scores were revealed, and what of the file it cites."""

    seq: int
    session: str
    by: str
    text: Json | Gone
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Holds a score that a member asks to change after the reveal: new points, code, text, who authorised it."""

    seq: int
    session: str
    member: str
    code: str
    body: Json | Gone
    authorised_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Holds one decision; a later one supersedes an earlier one and never replaces it."""

    seq: int
    outcome: str
    on: str
    by: str
    because: Json | Gone
    reasons: Json | Gone
    cites: tuple[str, ...]
    effective: str | None
    next_date: str | None
    tell_by: str | None = None
    committed_until: str | None = None
    behalf: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Holds one step of a chain of approvals: in which relation, by whom, by whose hand, given or withheld."""

    seq: int
    relation: str
    by: str
    hand: str
    on: str
    because: Json | Gone
    given: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Excepted:
    """Holds an exception from one criterion: asked by whom and why, its chain, and until when it holds."""

    id: str
    seq: int
    criterion: str
    status: str
    by: str
    hand: str
    on: str
    chain: tuple[str, ...]
    because: Json | Gone
    approvals: tuple[Approval, ...] = ()
    refused: Approval | None = None
    until: str | None = None

    @property
    def waits(self) -> bool:
        """Returns whether somebody has still to answer."""
        return self.refused is None and self.until is None

    def holds(self, on: date) -> bool:
        """Returns whether it is granted and in force on a day; its last day counts."""
        return self.until is not None and on.isoformat() <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Holds that the candidate was told of the decision: when, by whom, how."""

    seq: int
    on: str
    by: str
    how: Json | Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Holds that the candidate committed to the new role, for how long."""

    seq: int
    on: str
    length: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Holds what somebody asked, and who answered on which day; the clock stands to that day, or `until` at most."""

    id: str
    seq: int
    by: str
    on: str
    until: str
    text: Json | Gone
    answered_by: str | None = None
    answered_on: str | None = None
    answer: Json | Gone | None = None

    @property
    def stands_to(self) -> str:
        """Returns the last day (ISO text) on which the clock stands for it."""
        return self.until if self.answered_on is None else min(self.answered_on, self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Holds an appeal against a decision: on which ground, raised by whom, why."""

    seq: int
    against: int
    ground: str
    by: str
    on: str
    because: Json | Gone
    new_evidence: bool = False


LATE = "late nomination"
"""What a late nomination is an exception from, where its round takes one as such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Holds the round that a case is in, and the days (ISO text) that the round gives it; `late` where it came late."""

    round: str
    label: str
    freeze: str | None
    judged: str | None
    told: str | None
    effective: str | None
    takes_effect: str | None = None
    late: bool = False
    remind: tuple[str, ...] = ()
    escalate: str | None = None
    escalate_after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """Holds one person's review for one move.

    Without slots, so that `changed` can copy it as a whole and what is drawn from it is drawn once.
    """

    id: str
    label: str
    version: int
    person: str
    source: str
    target: str
    policy: str
    ladder: str
    workflow: str
    state: str
    stage: str
    final: bool
    nominator: str
    nominated_on: str
    because: Json | Gone
    assessments: tuple[Assessment, ...]
    entered_at: str = ""
    frozen: bool = False
    exhibits: tuple[Exhibit, ...] = ()
    statements: tuple[Exhibit, ...] = ()
    panel: Panel | None = None
    scores: tuple[Judgement, ...] = ()
    votes: tuple[Judgement, ...] = ()
    scores_revealed: bool = False
    votes_revealed: bool = False
    voided: tuple[int, ...] = ()
    revotes: int = 0
    ballot: int = -1
    casting: str | None = None
    notes: tuple[Note, ...] = ()
    changes: tuple[Change, ...] = ()
    recusals: tuple[Recusal, ...] = ()
    interests: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    exceptions: tuple[Excepted, ...] = ()
    approvals: tuple[Approval, ...] = ()
    told: tuple[Told, ...] = ()
    commitment: Commitment | None = None
    former_judges: tuple[str, ...] = ()
    nominated_by: str = ""
    choices: tuple[EditionChoice, ...] = ()
    restatements: tuple[Restatement, ...] = ()
    round: Tie | None = None
    questions: tuple[Question, ...] = ()
    judgings: int = 0
    unfilled: tuple[str, ...] = ()

    def changed(self, **values: Any) -> Case:
        """Returns the case with some fields changed, as `dataclasses.replace` does at four times the cost."""
        if not values.keys() <= FIELDS:
            raise TypeError(f"A case has no {', '.join(sorted(values.keys() - FIELDS))}.")
        made = object.__new__(Case)
        held = made.__dict__
        held.update(self.__dict__)
        held.update(values)
        if not SEATED.isdisjoint(values):
            held.pop("eligible", None)
            held.pop("recused", None)
        held["drawn"] = {}
        return made

    @property
    def page(self) -> int:
        """Returns the version that a page names and `--seen` gives back; it counts no judgement and tells of none."""
        return self.version - self.judgings

    @property
    def outcome(self) -> str | None:
        """Returns the latest decision's outcome; None while there is none."""
        return self.decisions[-1].outcome if self.decisions else None

    @property
    def approved(self) -> tuple[Approval, ...]:
        """Returns the approvals that stand: for each relation the last word, where it is a yes."""
        return tuple(one for one in {one.relation: one for one in self.approvals}.values() if one.given)

    @property
    def restated(self) -> tuple[Restatement, ...]:
        """Returns the corrections of facts that the readiness recorded last cites; empty where it stands."""
        return tuple(one for one in self.restatements if one.seq > self.assessments[-1].seq)

    @property
    def appealed(self) -> bool:
        """Returns whether the case is before its panel on appeal."""
        return bool(self.appeals)

    @cached_property
    def eligible(self) -> tuple[str, ...]:
        """Returns the seated members whom neither a conflict, an interest nor a recusal keeps from judging."""
        if self.panel is None:
            return ()
        away = {*self.panel.barred, *self.recused, *self.interests}
        return tuple(member for member in self.panel.members if member not in away)

    @cached_property
    def recused(self) -> tuple[str, ...]:
        """Returns who is recused from the case in its present session."""
        if self.panel is None:
            return ()
        return tuple(one.member for one in self.recusals if one.session == self.panel.session)

    @cached_property
    def drawn(self) -> dict[str, Any]:
        """Holds what was drawn from this very case already, by name: what a case is never changes."""
        return {}

    def judged(self, judgements: tuple[Judgement, ...]) -> dict[str, Judgement]:
        """Returns the last judgement of each eligible member since the case came before the present panel."""
        if self.panel is None:
            return {}
        eligible, since = self.eligible, self.panel.since
        if judgements is self.votes:
            since = max(since, self.ballot)
        return {
            one.member: one
            for one in judgements
            if one.seq > since and one.member in eligible and one.seq not in self.voided
        }

    def standing(self, judgements: tuple[Judgement, ...], member: str) -> Judgement | None:
        """Returns a member's judgement that counts now; None where there is none."""
        return self.judged(judgements).get(member)


FIELDS = frozenset(one.name for one in fields(Case))
SEATED = frozenset({"panel", "recusals", "interests"})
"""From what it follows who is eligible and who is recused."""
