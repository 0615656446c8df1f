"""Tells whom a case is about, which step it is, and which texts govern it."""

from __future__ import annotations

from datetime import date

from engine.case.state import Case
from engine.edition.library import policy, workflow
from engine.packet.calibration import Naming
from engine.packet.model import Candidate, Edition, Move
from engine.people.directory import person
from engine.people.line import manager_of
from engine.store.transaction import Tx
from rules.ladder import Ladder
from rules.view import FactView
from terms.calendar import months_between
from terms.quantity import plural


def candidate(
    tx: Tx, case: Case, steps: Ladder, known: FactView, name: Naming, *, with_contact: bool
) -> Candidate:
    """Returns the candidate on the day that the findings speak of, the level being the one they move from."""
    on = date.fromisoformat(case.assessments[-1].as_of)
    spans = (one for one in known.spans.get("level", ()) if one.name == case.source and one.start <= on)
    since = max((one.start for one in spans if one.end is None or on < one.end), default=None)
    manager = manager_of(tx, case.person, on)
    found = person(tx, case.person)
    contact = (("E-mail", found.email), ("HR id", found.hr_id)) if with_contact else ()
    return Candidate(
        who=name(case.person),
        level=steps.level(case.source).name,
        in_level_since=None if since is None else since.isoformat(),
        time_in_level=None if since is None else plural(months_between(since, on), "month"),
        manager=None if manager is None else name(manager),
        contact=tuple((word, value) for word, value in contact if value),
    )


def move(case: Case, steps: Ladder) -> Move:
    """Returns the step in the ladder's own names."""
    target = steps.level(case.target)
    return Move(
        source=steps.level(case.source).name,
        source_id=case.source,
        target=target.name,
        target_id=case.target,
        track=None if target.track is None else steps.tracks[target.track].name,
    )


def edition(tx: Tx, case: Case, steps: Ladder) -> Edition:
    """Returns the policy, the ladder and the workflow that the case was nominated under."""
    rules, flow = policy(tx, case.policy), workflow(tx, case.workflow)
    return Edition(
        policy=f"{rules.id} {rules.edition_label}",
        policy_digest=case.policy,
        ladder=steps.name,
        ladder_digest=case.ladder,
        workflow=f"{flow.id} {flow.edition_label}",
        workflow_digest=case.workflow,
    )
