"""A screening as a page tells it: one row per person whoever evaluated it, the nearest, and what holds people back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from rules.criterion import Attainment, Criterion, Tenure, Track, Weighted, walk
from rules.distance import distance, required
from rules.observed import Observed, observed
from rules.policy import Move
from terms.quantity import amount, plain

if TYPE_CHECKING:
    from engine.case.readiness import Assessed
    from engine.screen.run import Screened

WORDS = {True: "met", False: "not_met", None: "undetermined"}


class Row(NamedTuple):
    """Holds one person's status and that of each required criterion, whichever evaluator found them.

    `seen`: each required criterion with what was observed; `distance`: what is lacking, summed over the unmet.
    """

    person: str
    status: str
    findings: dict[str, str]
    seen: dict[str, tuple[Criterion, Observed]]
    distance: Fraction

    @property
    def unmet(self) -> list[str]:
        """Returns the criteria that are not met or undetermined."""
        return [name for name, status in self.findings.items() if status != "met"]


def assessed(one: Assessed, on: date) -> Row:
    """Returns the row of somebody whom Python evaluated."""
    held = [(each.criterion, str(each.status), observed(each, on)) for each in one.readiness.findings]
    return _row(one.readiness.person, str(one.readiness.status), held, on)


def screened(move: Move, one: Screened, on: date) -> Row:
    """Returns the row of somebody whom an engine evaluated."""
    told = {
        id(each): (WORDS[status], seen)
        for each, status, seen in zip(criteria(move), one.statuses, one.observed, strict=True)
    }
    return _row(one.person, WORDS[one.ready], [(each, *told[id(each)]) for each in move.ready], on)


def criteria(move: Move) -> tuple[Criterion, ...]:
    """Returns the criteria in the order of a screened row: each before its parts, required ones first."""
    return tuple(one for held in (*move.ready, *move.advisory) for one in walk(held))


def _row(person: str, status: str, held: list[tuple[Criterion, str, Observed]], on: date) -> Row:
    far = sum((distance(one, seen, on) for one, told, seen in held if told != "met"), Fraction(0))
    findings = {one.id: told for one, told, _ in held}
    return Row(person, status, findings, {one.id: (one, seen) for one, _, seen in held}, far)


def nearest(found: Iterable[Row]) -> list[Row]:
    """Returns those who are not ready: fewest criteria unmet first, then the least lacking."""
    return sorted((one for one in found if one.unmet), key=lambda one: (len(one.unmet), one.distance))


def by_criterion(found: Iterable[Row]) -> dict[str, Counter[str]]:
    """Returns for each required criterion how many people have each status, what holds most people back first."""
    counts: dict[str, Counter[str]] = {}
    for one in found:
        for name, status in one.findings.items():
            counts.setdefault(name, Counter())[status] += 1
    return dict(sorted(counts.items(), key=lambda one: one[1]["met"] - one[1].total()))


def shown(criterion: Criterion, seen: Observed) -> str:
    """Returns an observed value as text: amounts as decimals, counts, days and words as they are."""
    if seen is None:
        return ""
    figure = isinstance(criterion, Attainment | Weighted) and isinstance(seen, int)
    return plain(int(seen)) if figure else str(seen)


def asked(criterion: Criterion, on: date) -> str:
    """Returns what is asked for, in the measure of what was observed; empty where a criterion counts nothing."""
    if isinstance(criterion, Track):
        return criterion.track
    need = required(criterion, on)
    return "" if need is None else shown(criterion, need)


def lacking(criterion: Criterion, seen: Observed, on: date) -> str:
    """Returns what was observed of what is asked for ("98.1% of 105%"); empty where nothing is known."""
    need = required(criterion, on)
    if isinstance(criterion, Track):
        return f"{seen}, not {criterion.track}" if seen else f"no commitment to {criterion.track}"
    if seen is None or need is None or not isinstance(seen, int):
        return shown(criterion, seen)
    if isinstance(criterion, Attainment | Weighted):
        unit = criterion.bound.unit
        return f"{amount(plain(seen), unit)} of {amount(plain(need), unit)}"
    days = " days" if isinstance(criterion, Tenure) else ""
    return f"{seen} of {need}{days}"
