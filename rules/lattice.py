"""Draws a ladder's lattice: one row per rank, one column per track, the fork where they part; as SVG and as Mermaid."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from rules.ladder import Ladder

WIDE, HIGH, ACROSS, DOWN, MARGIN = 210, 58, 54, 56, 24
LETTERS = 24
STYLE = (
    "text{font:600 14px -apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Liberation Sans',sans-serif}"
    "text{fill:#16191d}"
    ".s{font-weight:400;font-size:12px;fill:#545b64}.h{font-size:13px;fill:#545b64}"
    "rect{fill:#fff;stroke:#16191d;stroke-width:1.4}.o{stroke-dasharray:5 4}"
    "path{fill:none;stroke:#16191d;stroke-width:1.4}.a{stroke:#8a8f96}"
)


@dataclass(frozen=True, slots=True)
class Box:
    """Holds where one level stands, in pixels: its left edge, its top, its middle."""

    left: int
    top: int

    @property
    def middle(self) -> int:
        """Returns the middle across."""
        return self.left + WIDE // 2


def mermaid(ladder: Ladder) -> str:
    """Returns the lattice as Mermaid text."""
    lines = ["flowchart BT"]
    for one in ladder.levels.values():
        track = f"<br/>{_plain(ladder.tracks[one.track].name)}" if one.track else ""
        lines.append(f'  {one.id}["{_plain(one.name)}{track}"]')
    lines += [f"  {start} --> {end}" for start, end in ladder.moves]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Returns a text whose signs mean nothing inside a Mermaid label."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")


def columns(ladder: Ladder) -> tuple[str | None, ...]:
    """Returns the columns of the lattice, left to right: the tracks, or the one column of a ladder without."""
    held = {one.track for one in ladder.levels.values()}
    return tuple(name for name in ladder.tracks if name in held) or (None,)


def places(ladder: Ladder) -> dict[str, Box]:
    """Returns where each level stands: higher ranks higher up; levels of no track in the middle."""
    ways = columns(ladder)
    rows = sorted(ladder.ranks.values(), reverse=True)
    tops = {rank: MARGIN + 30 + n * (HIGH + DOWN) for n, rank in enumerate(dict.fromkeys(rows))}
    held: dict[tuple[int, str | None], list[str]] = {}
    for one in ladder.levels.values():
        held.setdefault((one.rank, one.track), []).append(one.id)
    wide = {way: max([1, *(len(ids) for (_, track), ids in held.items() if track == way)]) for way in ways}
    lefts: dict[str | None, int] = {}
    edge = MARGIN
    for way in ways:
        lefts[way] = edge
        edge += wide[way] * (WIDE + ACROSS)
    whole = edge - ACROSS - MARGIN
    found: dict[str, Box] = {}
    for (rank, track), ids in held.items():
        start = (
            lefts[track] if track in lefts else MARGIN + (whole - len(ids) * (WIDE + ACROSS) + ACROSS) // 2
        )
        beside = track not in lefts and any(other == rank and way in lefts for other, way in held)
        for n, name in enumerate(ids):
            shift = whole + ACROSS if beside else 0
            found[name] = Box((MARGIN + shift if beside else start) + n * (WIDE + ACROSS), tops[rank])
    return found


def svg(ladder: Ladder) -> str:
    """Returns the lattice as one SVG picture that loads nothing and prints in black."""
    held = places(ladder)
    width = max((one.left for one in held.values()), default=0) + WIDE + MARGIN
    height = max((one.top for one in held.values()), default=0) + HIGH + MARGIN
    title = escape(f"{ladder.name}: levels and moves")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{title}">',
        f"<title>{title}</title><style>{STYLE}</style>",
        '<defs><marker id="t" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" style="fill:#16191d;stroke:none"/></marker></defs>',
        *_heads(ladder, held),
        *(_edge(held[start], held[end]) for start, end in ladder.moves),
    ]
    for one in ladder.levels.values():
        lines += _box(held[one.id], one.name, f"rank {one.rank}", dashed=one.optional)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _heads(ladder: Ladder, held: dict[str, Box]) -> Iterator[str]:
    for way in columns(ladder):
        mine = [held[one.id] for one in ladder.levels.values() if one.track == way]
        if way is not None and mine:
            middle = (min(one.left for one in mine) + max(one.left for one in mine) + WIDE) // 2
            shown = escape(ladder.tracks[way].name)
            yield f'<text class="h" x="{middle}" y="{MARGIN + 6}" text-anchor="middle">{shown}</text>'


def _edge(start: Box, end: Box) -> str:
    if start.top == end.top:
        left, right = sorted((start, end), key=lambda one: one.left)
        a, b = (left.left + WIDE, right.left) if start is left else (right.left, left.left + WIDE)
        y = start.top + HIGH // 2
        return f'<path d="M{a} {y}H{b}" marker-end="url(#t)"/>'
    bend = end.top + HIGH + DOWN // 2
    to = end.middle + max(-60, min(60, (start.middle - end.middle) // 6))
    return f'<path d="M{start.middle} {start.top}V{bend}H{to}V{end.top + HIGH + 1}" marker-end="url(#t)"/>'


def _box(box: Box, name: str, below: str, *, dashed: bool) -> Iterator[str]:
    lines = textwrap.wrap(name, LETTERS)[:2] or [""]
    if len(textwrap.wrap(name, LETTERS)) > len(lines):
        lines[-1] = lines[-1][: LETTERS - 1] + "…"
    kind = ' class="o"' if dashed else ""
    yield f'<rect{kind} x="{box.left}" y="{box.top}" width="{WIDE}" height="{HIGH}" rx="3"/>'
    first = box.top + (25 if len(lines) == 1 else 18)
    for n, line in enumerate(lines):
        yield f'<text x="{box.middle}" y="{first + 16 * n}" text-anchor="middle">{escape(line)}</text>'
    told = f"{below}, if wanted" if dashed else below
    yield f'<text class="s" x="{box.middle}" y="{first + 16 * len(lines)}" text-anchor="middle">{told}</text>'
