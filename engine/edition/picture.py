"""Draws a workflow definition, and one case's way through it: as SVG, and as Mermaid text."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from jinja2 import Template

from engine.edition.page import environment
from rules.lattice import STYLE
from workflows.definition import Workflow

WIDE, LINE, GAP, LANE, MARGIN, LETTER = 230, 18, 46, 16, 24, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Holds that a case entered a state: by which step, on which day, by whom."""

    state: str
    step: str
    on: str
    by: str


@dataclass(slots=True, kw_only=True)
class Box:
    """Holds one state as it is drawn: where, with which lines below its name, whether the case was there."""

    name: str
    left: int
    top: int
    high: int
    lines: list[str]
    final: bool
    visited: bool


@dataclass(slots=True, kw_only=True)
class Edge:
    """Holds one way as it is drawn: its path, and its label with its place and anchor."""

    path: str
    label: str
    x: int
    y: int
    anchor: str
    taken: bool


@dataclass(slots=True)
class _Ways:
    """Holds the ways of one definition by the side on which they are drawn, each with the steps that take it."""

    down: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    left: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    right: dict[tuple[str, str], list[str]] = field(default_factory=dict)


def _ways(workflow: Workflow) -> _Ways:
    """Returns the ways: to the next state straight down, to an end on the right, all others on the left."""
    found, order = _Ways(), [name for name, one in workflow.states.items() if not one.final]
    following = dict(itertools.pairwise(order))
    for one in workflow.transitions:
        for start in one.source:
            if workflow.states[one.to].final:
                side = found.right
            else:
                side = found.down if following.get(start) == one.to else found.left
            side.setdefault((start, one.to), []).append(one.name)
    return found


def svg(workflow: Workflow, visits: Sequence[Visit] = (), case: str | None = None) -> str:
    """Returns a definition as one SVG picture that loads nothing and prints in black.

    With a case's visits, the states and ways that it took are drawn strong, with dates and names.
    """
    ways = _ways(workflow)
    went = {(a.state, b.state, b.step) for a, b in itertools.pairwise(visits)}
    room = _room(ways.left)
    left = MARGIN + room
    boxes = _boxes(workflow, ways, visits, left, left + WIDE + _room(ways.right))
    edges = [
        *_straight(boxes, ways.down, went),
        *_around(boxes, ways.left, went, out=-1),
        *_around(boxes, ways.right, went, out=1),
    ]
    told = f"{workflow.id} {workflow.edition_label}"
    return _template().render(
        title=f"The way of {case} through {told}" if case else f"{told}: states and steps",
        style=STYLE,
        boxes=boxes.values(),
        edges=edges,
        wide=WIDE,
        line=LINE,
        width=max(one.left for one in boxes.values()) + WIDE + MARGIN,
        height=max(one.top + one.high for one in boxes.values()) + MARGIN,
    )


def _room(ways: dict[tuple[str, str], list[str]]) -> int:
    """Returns how much room a side needs: its longest label, and a lane for each state that ways lead to."""
    if not ways:
        return 0
    longest = max(len(", ".join(names)) for names in ways.values())
    return longest * LETTER + 16 + LANE * (len({to for _, to in ways}) + 1)


def _boxes(workflow: Workflow, ways: _Ways, visits: Sequence[Visit], left: int, right: int) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    tops = {False: MARGIN + 40, True: MARGIN + 40}
    for name, state in workflow.states.items():
        lines = [
            f"{n}. {one.on} {one.by}"[: WIDE // LETTER + 4]
            for n, one in enumerate(visits, 1)
            if one.state == name
        ]
        if not visits:
            lines = [f"due: {state.deadline}" if state.deadline else state.outcome or state.stage]
        ports = max(sum(start == name for start, _ in side) for side in (ways.left, ways.right))
        high = 32 + LINE * max(1, len(lines), ports + 1)
        boxes[name] = Box(
            name=name,
            left=right if state.final else left,
            top=tops[state.final],
            high=high,
            lines=lines,
            final=state.final,
            visited=any(one.state == name for one in visits),
        )
        tops[state.final] += high + GAP
    return boxes


def _straight(
    boxes: dict[str, Box], ways: dict[tuple[str, str], list[str]], went: set[tuple[str, str, str]]
) -> list[Edge]:
    found = []
    for (start, end), names in ways.items():
        x, top, foot = boxes[start].left + WIDE // 2, boxes[start].top + boxes[start].high, boxes[end].top
        taken = any((start, end, name) in went for name in names)
        path = f"M{x} {top}V{foot - 1}"
        middle = (top + foot) // 2 + 4
        found.append(Edge(path=path, label=", ".join(names), x=x + 8, y=middle, anchor="start", taken=taken))
    return found


def _around(
    boxes: dict[str, Box], ways: dict[tuple[str, str], list[str]], went: set[tuple[str, str, str]], out: int
) -> list[Edge]:
    """Returns the ways of one side: out of the state, along the lane of the state that they lead to, into it."""
    if not ways:
        return []
    longest = max(len(", ".join(names)) for names in ways.values()) * LETTER + 16
    lanes = {name: n for n, name in enumerate(dict.fromkeys(to for _, to in ways))}
    used: dict[str, int] = {}
    found = []
    for (start, end), names in ways.items():
        used[start] = used.get(start, 0) + 1
        side = boxes[start].left + (WIDE if out > 0 else 0)
        y = boxes[start].top + 14 + LINE * used[start]
        lane = side + out * (longest + LANE * lanes[end])
        path = f"M{side} {y}H{lane}V{boxes[end].top + 14}H{boxes[end].left - 1}"
        taken = any((start, end, name) in went for name in names)
        anchor = "start" if out > 0 else "end"
        found.append(
            Edge(path=path, label=", ".join(names), x=side + out * 8, y=y - 4, anchor=anchor, taken=taken)
        )
    return found


def way_mermaid(visits: Sequence[Visit]) -> str:
    """Returns a case's way as Mermaid text: one arrow for each step, in order, with its day and who took it."""
    lines, before = ["stateDiagram-v2"], "[*]"
    for n, one in enumerate(visits, 1):
        by = "".join(sign if sign.isalnum() or sign in " .-'" else " " for sign in one.by)
        lines.append(f"  {before} --> {one.state}: {n}. {one.step}, {one.on}, {by}")
        before = one.state
    return "\n".join(lines) + "\n"


@cache
def _template() -> Template:
    return environment("workflow", trim_blocks=True).get_template("graph.svg.j2")
