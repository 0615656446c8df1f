"""One value by which a finding is told in a table of many people: what the screen's column holds, worked out slowly.

Figures: millionths of the unit, as a finding shows them. Competencies, groups, training: how many are met. Registers
and ratings: how many count. Tenure: days. Seats: how many are open. Standing: how many hold. Track: the track.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

from rules.criterion import Attainment, Group, NoneOf, Not, Rating, Seat, Tenure, Track, Weighted
from rules.finding import Finding, Status
from rules.outcome import outcome
from terms.quantity import scaled

Observed: TypeAlias = int | str | None
SHOWN = {"competency": "met", "training": "done"}


def observed(finding: Finding, as_of: date) -> Observed:
    """Returns what was observed, as a whole number; a word for a track; None where nothing is known."""
    criterion = finding.criterion
    held: Any = finding.operands
    match criterion:
        case Attainment() | Weighted():
            shown: Any = outcome(finding, as_of)["observed"]
            return None if shown["value"] is None else scaled(shown["value"])
        case Group():
            return sum(one.status is Status.MET for one in finding.children)
        case Not():
            return None
        case Tenure():
            return None if finding.status is Status.UNDETERMINED else int(held[1])
        case Track():
            return held[0].kind if held[0] else None
        case Seat():
            return held[0].count if held[0] else None
        case Rating():
            return sum(one.kind in criterion.words for one in held[0])
        case NoneOf():
            return len(held[0])
        case _:
            told: Any = outcome(finding, as_of)["observed"]
            return int(told[SHOWN.get(criterion.kind, "count")])
