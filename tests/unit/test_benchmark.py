"""Laws of a benchmark's figure: it stands beside its peer, and says itself whether its bar holds."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import replace
from pathlib import Path

from benchmarks.figure import Figure, interleaved

ROOT = Path(__file__).resolve().parents[2]
START = Figure("start", 60.0, "ms", "bare click", 50.0, 1.2, True)


def test_a_figure_holds_up_to_its_bar_and_not_beyond() -> None:
    assert START.holds
    assert not replace(START, value=60.1).holds
    limit = replace(START, bar=60.0, bar_is_ratio=False)
    assert limit.holds
    assert not replace(limit, value=60.1).holds


def test_a_figure_says_its_peer_its_ratio_its_bar_and_whether_it_holds() -> None:
    assert START.said() == {
        "name": "start",
        "value": "60.0",
        "unit": "ms",
        "peer": "bare click: 50.0 ms",
        "ratio": "1.20",
        "bar": "at most 1.2 times the peer",
        "holds": "yes",
    }


def test_both_calls_are_made_in_turn() -> None:
    made: list[str] = []
    interleaved(lambda: made.append("ours"), lambda: made.append("peer"), 3)
    assert made == ["ours", "peer"] * 3


def test_every_benchmark_has_rows_and_a_line_in_the_docs() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    text = (ROOT / "benchmarks" / "__main__.py").read_text(encoding="utf-8")
    for path in (ROOT / "benchmarks").glob("[!_]*.py"):
        if path.stem not in ("figure", "company", "filler", "population", "peer"):
            assert inspect.isfunction(importlib.import_module(f"benchmarks.{path.stem}").rows)
            assert f'"{path.stem}"' in text, f"python -m benchmarks knows no {path.stem}"
            assert f"`{path.stem}`" in page, f"docs/benchmarks.md says nothing of {path.stem}"
