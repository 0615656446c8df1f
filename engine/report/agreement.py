"""Says how far apart scores lie: a rater's leniency with its interval, and a panel's agreement; never a ranking.

Leniency is the mean, over cases, of a rater's points less the mean of the others' on the same competency. Its
interval is Student's t on that many cases, with the spread of all raters where a rater's own is smaller, and
widened (Sidak) so that all intervals of a table hold together. Agreement is Krippendorff's alpha, ordinal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, variance
from typing import TypeAlias

from terms.error import BadInput

Deviations: TypeAlias = Mapping[str, Sequence[float]]
"""Per rater, the deviation on each case, in points."""

Units: TypeAlias = Sequence[tuple[str, Mapping[str, int]]]
"""Per case and competency (the case's label first), each rater's points."""

TOGETHER = 0.95
NEEDS = "this report needs the extra `stats`: pip install 'rung[stats]'."


@dataclass(frozen=True, slots=True, kw_only=True)
class Leniency:
    """Holds how far a rater lies above (or below) the others, in points, over how many cases.

    The interval is None where there is too little to tell: fewer than two cases.
    """

    rater: str
    cases: int
    estimate: float
    low: float | None = None
    high: float | None = None

    @property
    def differs(self) -> bool | None:
        """Returns whether the interval leaves zero out; None where there is none."""
        return None if self.low is None or self.high is None else not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Holds Krippendorff's alpha over so many units, and the lowest and highest with any one case left out.

    Alpha is None where it cannot be told: fewer than two units with two raters, or all scores equal.
    """

    units: int
    alpha: float | None
    low: float | None = None
    high: float | None = None


def leniencies(found: Deviations) -> tuple[Leniency, ...]:
    """Returns each rater's leniency, by name; raises BadInput where scipy is missing."""
    raters = {who: list(held) for who, held in sorted(found.items()) if held}
    able = {who: held for who, held in raters.items() if len(held) > 1}
    if not able:
        return tuple(
            Leniency(rater=who, cases=len(held), estimate=fmean(held)) for who, held in raters.items()
        )
    degrees = sum(len(held) - 1 for held in able.values())
    pooled = sum(variance(held) * (len(held) - 1) for held in able.values()) / degrees
    each = TOGETHER ** (1 / len(able))
    return tuple(_leniency(who, held, pooled, each) for who, held in raters.items())


def _leniency(who: str, held: list[float], pooled: float, level: float) -> Leniency:
    if len(held) < 2:
        return Leniency(rater=who, cases=len(held), estimate=fmean(held))
    try:
        from scipy.special import stdtrit
    except ImportError:
        raise BadInput(f"scipy is not installed; {NEEDS}") from None
    spread = sqrt(max(variance(held), pooled) / len(held))
    half = float(stdtrit(len(held) - 1, (1 + level) / 2)) * spread
    mean = fmean(held)
    return Leniency(rater=who, cases=len(held), estimate=mean, low=mean - half, high=mean + half)


def agreement(units: Units) -> Agreement:
    """Returns how far raters agree; raises BadInput where krippendorff is missing."""
    rated = [one for one in units if len(one[1]) > 1]
    cases = sorted({case for case, _ in rated})
    whole = _alpha([held for _, held in rated])
    if whole is None or len(cases) < 3:
        return Agreement(units=len(rated), alpha=whole)
    without = (_alpha([held for case, held in rated if case != left]) for left in cases)
    found = [one for one in without if one is not None]
    if not found:
        return Agreement(units=len(rated), alpha=whole)
    return Agreement(units=len(rated), alpha=whole, low=min(found), high=max(found))


def _alpha(rated: list[Mapping[str, int]]) -> float | None:
    if len(rated) < 2 or len({points for held in rated for points in held.values()}) < 2:
        return None
    try:
        import krippendorff
    except ImportError:
        raise BadInput(f"krippendorff is not installed; {NEEDS}") from None
    raters = sorted({who for held in rated for who in held})
    data = [[float(held[who]) if who in held else float("nan") for held in rated] for who in raters]
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal"))


def deviations(units: Units) -> dict[str, list[float]]:
    """Returns, per rater, the mean deviation from the others on each case that both they and others scored."""
    found: dict[str, dict[str, list[float]]] = {}
    for case, held in units:
        for who, points in held.items():
            others = [one for name, one in held.items() if name != who]
            if others:
                found.setdefault(who, {}).setdefault(case, []).append(points - fmean(others))
    return {who: [fmean(one) for one in cases.values()] for who, cases in found.items()}


def share(count: int, of: Iterable[object]) -> float:
    """Returns a count as a share of all, in percent; 0 of none."""
    total = len(list(of))
    return 100 * count / total if total else 0.0
