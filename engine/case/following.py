"""Says which days follow from a decision under a definition."""

from __future__ import annotations

from datetime import date

from terms.canonical import Json
from workflows.deadline import Span
from workflows.definition import Workflow


def following(workflow: Workflow, outcome: str, on: date, effective: date | None) -> dict[str, Json]:
    """Returns the days that follow from a decision: tell by, committed until; empty without such rules."""
    after = workflow.after
    if after is None:
        return {}
    found: dict[str, Json] = {}
    if after.tell_within is not None:
        found["tell_by"] = Span(after.tell_within).due(on, workflow.calendar).isoformat()
    if after.commitment is not None and outcome == "promoted" and effective is not None:
        found["committed_until"] = Span(after.commitment).due(effective, workflow.calendar).isoformat()
    return found
