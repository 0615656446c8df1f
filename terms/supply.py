"""Which kind of file brings a fact that a finding may lack: what the rules name and the importer reads."""

from __future__ import annotations

ACTUALS, TARGETS, SCORES = "attainment", "quotas", "scores"
PEOPLE, COACHING = "people", "coaching"
RATINGS, SEATS, TRAINING, STANDING = "ratings", "seats", "training", "standing"
STATED = (TRAINING, STANDING)
KINDS = (ACTUALS, TARGETS, SCORES, PEOPLE, COACHING, RATINGS, SEATS, *STATED)


def asked(kind: str) -> str:
    """Returns the command that brings a kind of fact; for a register, with the day that it is complete up to."""
    return f"rung import {kind}" + (" --complete-as-of DATE" if kind in STATED else "")
