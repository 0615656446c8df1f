"""Which expected periods a window holds: the last n ended by the date, ramp and leave passed over.

The one reading of `expected period` that the reference evaluator and the fast one share a definition of;
the fast one has its own code, and a property test holds the two together.
"""

from __future__ import annotations

from datetime import date

from rules.criterion import Window
from rules.fact import FactView, Figure
from terms.calendar import add_months

LENGTHS = {"month": (28, 35), "quarter": (84, 98), "half": (175, 190), "year": (350, 380)}


def fits(figure: Figure, unit: str) -> bool:
    """Returns whether a period has the length that a unit names; every length is a `period`."""
    if unit == "period":
        return True
    shortest, longest = LENGTHS[unit]
    return shortest <= figure.days <= longest


def ramp_end(view: FactView, window: Window, as_of: date) -> date | None:
    """Returns the day from which a person is fully ramped; None where the start is not known."""
    spans = [one for one in view.spans.get(window.ramp_from, ()) if one.start <= as_of]
    if not spans:
        return None
    first = spans[-1].start if window.ramp_from == "level" else min(one.start for one in spans)
    return add_months(first, window.ramp_months)


def on_leave(view: FactView, figure: Figure) -> bool:
    """Returns whether a leave touches a period."""
    return any(
        one.start < figure.end and (one.end is None or one.end > figure.start)
        for one in view.spans.get("leave", ())
    )


def periods(view: FactView, metric: str, window: Window, as_of: date) -> tuple[tuple[Figure, ...], str]:
    """Returns a window's periods, oldest first, and what keeps it from being complete (empty: nothing)."""
    ramped = ramp_end(view, window, as_of) if window.fully_ramped else date.min
    if ramped is None:
        return (), f"when the ramp began: no {window.ramp_from} start is known"
    chosen = [
        one
        for one in view.figures.get(metric, ())
        if one.end <= as_of
        and fits(one, window.unit)
        and one.start >= ramped
        and not (window.skip_leave and on_leave(view, one))
    ][-window.last :]
    lacking = window.last - len(chosen)
    if lacking:
        return tuple(chosen), f"{lacking} more expected {window.unit}{'s' if lacking > 1 else ''} of {metric}"
    return tuple(chosen), ""
