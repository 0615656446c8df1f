"""Draws who stands where as one HTML page that loads nothing, runs nothing, and prints."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from statistics import median_low
from typing import Any, Protocol

from jinja2 import Environment
from markupsafe import Markup

from engine.growth.org import BLOCKED, NEARLY, READY, Place, Row, Step
from engine.growth.page import environment, style

WIDE = 240  # of a drawing
EDGE = 6  # kept free at both ends of a strip
ROWS = (12, 8, 16, 5, 19)  # where dots of one month stand, one beside the other


class Counted(Protocol):
    """Holds how many are ready, nearly and blocked."""

    @property
    def ready(self) -> int: ...
    @property
    def nearly(self) -> int: ...
    @property
    def blocked(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Holds one team: how many people, on which levels, and each once by the move that they are nearest to."""

    name: str
    people: int
    levels: str
    ready: int
    nearly: int
    blocked: int


def as_html(
    found: Sequence[Place], counted: Sequence[Row], levels: Mapping[str, Step], on: date, title: str
) -> bytes:
    """Returns the page of some people: levels against seats, teams, who is close, everybody."""
    style = _style()
    page = (
        _environment()
        .get_template("growth/org.html.j2")
        .render(
            page=_page(found, counted, levels, on, title),
            style=Markup(style),  # noqa: S704  # our own file
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )
    return page.encode()


def _page(
    found: Sequence[Place], counted: Sequence[Row], levels: Mapping[str, Step], on: date, title: str
) -> dict[str, Any]:
    known = [one.months for one in found if one.months is not None]
    called = {name: one.name for name, one in levels.items()} | {
        name: name for row in counted for name in (row.level, row.target) if name not in levels
    }
    shown = list(dict.fromkeys(row.level for row in reversed(counted)))
    return {
        "title": title,
        "as_of": on.isoformat(),
        "sentence": sentence(found),
        "most": max(12, *known) if known else 12,
        "called": called,
        "levels": [
            {
                "name": called[level],
                "track": levels[level].track if level in levels else "",
                "people": sum(one.level == level for one in found),
                "months": [one.months for one in found if one.level == level and one.months is not None],
                "rows": [row for row in counted if row.level == level],
            }
            for level in shown
        ],
        "teams": teams(found, called | {name: one.short for name, one in levels.items()}),
        "close": _close(found, called),
        "people": [
            {
                "name": one.name,
                "label": one.label,
                "team": one.team,
                "level": called[one.level],
                "months": one.months,
                "moves": "; ".join(f"{called[way.target]}: {way.state}" for way in one.ways),
            }
            for one in sorted(found, key=lambda one: (one.team, one.name, one.label))
        ],
    }


def _close(found: Iterable[Place], called: Mapping[str, str]) -> list[dict[str, Any]]:
    close = [
        (one, way) for state in (READY, NEARLY) for one in found for way in one.ways if way.state == state
    ]
    return [
        {
            "name": one.name,
            "label": one.label,
            "team": one.team,
            "level": called[one.level],
            "target": called[way.target],
            "months": one.months,
            "state": way.state,
            "short": ", ".join(way.short),
        }
        for one, way in close
    ]


def best(one: Place) -> str:
    """Returns how the move stands that somebody is nearest to; empty where none leads on."""
    states = {way.state for way in one.ways}
    return next((state for state in (READY, NEARLY, BLOCKED) if state in states), "")


def sentence(found: Sequence[Place]) -> str:
    """Returns what the page comes to, in a sentence: each person once, by the move that they are nearest to."""
    states = Counter(best(one) for one in found)
    people = f"{len(found)} {'person' if len(found) == 1 else 'people'}"
    levels = len({one.level for one in found})
    counts = [f"{states[READY]} ready for a move", f"{states[NEARLY]} nearly", f"{states[BLOCKED]} blocked"]
    if states[""]:
        counts.append(f"{states['']} with no move to make")
    return f"{people} on {levels} level{'' if levels == 1 else 's'}: {', '.join(counts)}."


def teams(found: Sequence[Place], called: Mapping[str, str]) -> list[Team]:
    """Returns the teams by name; none where nobody is in one."""
    names = sorted({one.team for one in found})
    if names == [""]:
        return []
    made = []
    for name in names:
        here = [one for one in found if one.team == name]
        states = Counter(best(one) for one in here)
        levels = Counter(called[one.level] for one in here)
        made.append(
            Team(
                name=name,
                people=len(here),
                levels=", ".join(f"{count} {level}" for level, count in levels.most_common()),
                ready=states[READY],
                nearly=states[NEARLY],
                blocked=states[BLOCKED],
            )
        )
    return made


def parts(row: Counted) -> list[dict[str, str]]:
    """Returns the parts of a bar of full length, each as long as its share; what is none is left out."""
    whole = row.ready + row.nearly + row.blocked
    made, x = [], 0
    for state, count in ((READY, row.ready), (NEARLY, row.nearly), (BLOCKED, row.blocked)):
        end = x + (WIDE * 10 * count // whole if whole else 0)
        if count:
            made.append({"state": state, "x": _tenth(x), "width": _tenth(end - x)})
        x = end
    return made


def along(months: int, most: int) -> str:
    """Returns where a number of months stands on a strip."""
    return _tenth(EDGE * 10 + (WIDE - 2 * EDGE) * 10 * months // max(1, most))


def dots(months: Sequence[int], most: int) -> list[dict[str, str]]:
    """Returns a dot per person; those of one month stand beside each other, as far as there is room."""
    seen: Counter[int] = Counter()
    made = []
    for one in sorted(months):
        made.append({"x": along(one, most), "y": str(ROWS[seen[one] % len(ROWS)])})
        seen[one] += 1
    return made


def years(most: int) -> range:
    """Returns the months at which a strip has a tick: each year, or each fifth where there are many."""
    return range(0, most + 1, 12 if most <= 144 else 60)


def spread(months: Sequence[int]) -> str:
    """Returns what a strip shows, in words."""
    if not months:
        return "not known"
    if min(months) == max(months):
        return f"{months[0]} month{'' if months[0] == 1 else 's'}{' each' if len(months) > 1 else ''}"
    return f"{min(months)} to {max(months)} months, the middle one {median_low(months)}"


def _tenth(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


@lru_cache(maxsize=1)
def _style() -> str:
    return style("style.css", "org.css")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment()
    made.globals |= {
        "parts": parts,
        "along": along,
        "dots": dots,
        "years": years,
        "spread": spread,
        "middle": median_low,
    }
    return made
