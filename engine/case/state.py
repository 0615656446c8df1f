"""What a case is at one moment: the fold of its events, frozen."""

from __future__ import annotations

from dataclasses import dataclass

from engine.record.event import Gone
from terms.canonical import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """Holds one piece of evidence in the file; `digest` is the SHA-256 of its text and content."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Holds readiness as one event recorded it: which, when, on which facts; `readiness` is its JSON form."""

    seq: int
    as_of: str
    fact_set: str
    readiness: Json | Gone


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Holds one person's review for one move."""

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
    paused_days: int = 0
    frozen: bool = False
    exhibits: tuple[Exhibit, ...] = ()
    statements: tuple[Exhibit, ...] = ()
    panel: Panel | None = None
    scores: tuple[Judgement, ...] = ()
    votes: tuple[Judgement, ...] = ()
    scores_revealed: bool = False
    votes_revealed: bool = False
    recusals: tuple[Recusal, ...] = ()
    interests: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def outcome(self) -> str | None:
        """Returns the latest decision's outcome; None while there is none."""
        return self.decisions[-1].outcome if self.decisions else None

    @property
    def eligible(self) -> tuple[str, ...]:
        """Returns the seated members whom neither a conflict, an interest nor a recusal keeps from judging."""
        if self.panel is None:
            return ()
        away = {*self.panel.barred, *self.recused, *self.interests}
        return tuple(member for member in self.panel.members if member not in away)

    @property
    def recused(self) -> tuple[str, ...]:
        """Returns who is recused from the case in its present session."""
        if self.panel is None:
            return ()
        return tuple(one.member for one in self.recusals if one.session == self.panel.session)

    def judged(self, judgements: tuple[Judgement, ...]) -> dict[str, Judgement]:
        """Returns the last judgement of each eligible member since the case came before the present panel."""
        if self.panel is None:
            return {}
        eligible, since = self.eligible, self.panel.since
        return {one.member: one for one in judgements if one.seq > since and one.member in eligible}
