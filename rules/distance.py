"""How far somebody is from a criterion: what is lacking of what it asks for, as a share of it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    Rating,
    Register,
    Seat,
    Tenure,
    Training,
    Weighted,
)
from rules.observed import Observed
from terms.calendar import days_for

WHOLE = Fraction(1)


def distance(criterion: Criterion, seen: Observed, as_of: date) -> Fraction:
    """Returns the share, 0 to 1, that an observed value lacks; 1 where nothing is known or nothing is counted."""
    asked = required(criterion, as_of)
    if asked is None or asked <= 0 or not isinstance(seen, int):
        return WHOLE
    lacking = asked - seen
    if isinstance(criterion, Attainment) and criterion.form == "variance":
        lacking = -lacking
    return min(max(Fraction(lacking, asked), Fraction(0)), WHOLE)


def required(criterion: Criterion, as_of: date) -> int | None:
    """Returns what a criterion asks for, in the measure of its observed value; None where it counts nothing."""
    match criterion:
        case Attainment() | Weighted():
            return criterion.bound.micros
        case Group() | Competency() | Training():
            return criterion.need
        case Register() | Seat():
            return criterion.count
        case Rating():
            return criterion.last
        case Tenure():
            return days_for(criterion.months, as_of)
        case _:
            return None
