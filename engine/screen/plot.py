"""A picture of a screening: for each criterion, how many meet it, do not, and of how many it cannot be told."""

from __future__ import annotations

from collections.abc import Mapping

from engine.edition.page import environment

COLOURS = {
    "met": ("#a9d3b8", "#16191d"),
    "not met": ("#8a1c1c", "#fff"),
    "undetermined": ("#f2c14e", "#16191d"),
}
"""Each status's colour and that of the count on it: told apart by how light they are, also in grey."""
LEFT, WIDE, ROW, TOP, DIGIT = 190, 520, 28, 70, 8


def plot(title: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    """Returns an SVG with a bar per criterion; `counts` gives how many have each status (met, not_met, ...)."""
    bars = [_bar(n, name, held) for n, (name, held) in enumerate(counts.items())]
    legend = [
        {"x": 16 + 120 * n, "name": name, "colour": colour}
        for n, (name, (colour, _)) in enumerate(COLOURS.items())
    ]
    held = environment("screen").get_template("plot.svg.j2")
    height = TOP + ROW * max(1, len(bars)) + 12
    return held.render(
        title=title, bars=bars, legend=legend, left=LEFT, width=LEFT + WIDE + 20, height=height
    )


def _bar(number: int, name: str, held: Mapping[str, int]) -> dict[str, object]:
    total = sum(held.values()) or 1
    parts, x = [], float(LEFT)
    for status, (colour, ink) in COLOURS.items():
        count = held.get(status.replace(" ", "_"), 0)
        width = round(WIDE * count / total, 2)
        if count:
            fits = width >= DIGIT * len(str(count))
            part = {"x": round(x, 2), "width": width, "count": count, "name": status}
            parts.append({**part, "colour": colour, "ink": ink, "fits": fits})
        x += width
    return {"name": name, "y": TOP + ROW * number, "parts": parts}
