"""One measured figure beside what it is held against, and how often it is measured."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """Holds a figure, its peer's figure from the same run, and the bar that either value or ratio must not pass."""

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float
    bar: float
    bar_is_ratio: bool
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """Returns how many times the peer's figure this one is."""
        return self.value / self.peer_value

    @property
    def holds(self) -> bool:
        """Returns whether the figure stays under its bar, or reaches it where more is better."""
        found = self.ratio if self.bar_is_ratio else self.value
        return found >= self.bar if self.more_is_better else found <= self.bar

    def said(self) -> dict[str, str]:
        """Returns the figure as text, for a table or for JSON."""
        return {
            "name": self.name,
            "value": f"{self.value:.1f}",
            "unit": self.unit,
            "peer": f"{self.peer}: {self.peer_value:.1f} {self.unit}",
            "ratio": f"{self.ratio:.2f}",
            "bar": " ".join(
                (
                    "at least" if self.more_is_better else "at most",
                    f"{self.bar:g}",
                    "times the peer" if self.bar_is_ratio else self.unit,
                )
            ),
            "holds": "yes" if self.holds else "no",
        }


def interleaved(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Returns the median seconds of each of two calls, made in turn, so that a busy moment slows both."""
    pairs: list[tuple[float, float]] = []
    for _ in range(rounds):
        times = []
        for call in (ours, peer):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        pairs.append((times[0], times[1]))
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)
