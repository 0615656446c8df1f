"""What somebody has to do, as JSON, and what to type for it."""

from __future__ import annotations

from engine.session.queue import Line
from terms.canonical import Json


def due_of(one: Line) -> str:
    """Returns until when a task is due; empty where it is not."""
    return "" if one.due.startswith("9999") else one.due


def line_json(one: Line) -> dict[str, Json]:
    """Returns one task as JSON."""
    return {
        "case": one.label,
        "task": one.kind,
        "level": one.target,
        "due": due_of(one) or None,
        "disagreement": one.disagreement,
        "nominated_on": one.since,
        "changed": one.changed,
        "held_until": one.claimed_until,
        "parked": one.parked_because,
        "for": one.behalf,
    }
