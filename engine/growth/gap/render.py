"""Draws gap reports as one HTML page that loads nothing, runs nothing, and prints on A4 and Letter."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment
from markupsafe import Markup

from engine.growth.gap.model import CategoryGap, GapLine, GapReport, concentration
from engine.growth.page import environment, style
from terms.quantity import SCALE, plain

LEFT, RIGHT = 10, 230  # where the scale begins and ends, of a drawing 240 wide
STATUS = {"met": "Met", "not_met": "Not met", "undetermined": "Cannot be told"}


@dataclass(frozen=True, slots=True)
class Scale:
    """Holds where points of a scale stand in a drawing."""

    lowest: int
    highest: int

    def x(self, micros: int) -> str:
        """Returns the place of an amount, to a tenth of a unit."""
        wide = (RIGHT - LEFT) * 10 * (micros - self.lowest * SCALE)
        tenths = LEFT * 10 + wide // (max(1, self.highest - self.lowest) * SCALE)
        return f"{tenths // 10}.{tenths % 10}"

    @property
    def ticks(self) -> tuple[str, ...]:
        """Returns the places of the whole points."""
        return tuple(self.x(n * SCALE) for n in range(self.lowest, self.highest + 1))


def as_html(reports: tuple[GapReport, ...], title: str) -> bytes:
    """Returns the page of one report, or of a team's with its sum before them."""
    style = _style()
    page = (
        _environment()
        .get_template("growth/gap.html.j2")
        .render(
            reports=reports,
            title=title,
            together=together(reports),
            sentence=concentration(together(reports)),
            style=Markup(style),  # noqa: S704  # our own file
            style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        )
    )
    return page.encode()


def together(reports: tuple[GapReport, ...]) -> tuple[CategoryGap, ...]:
    """Returns the categories of several reports added up."""
    found: dict[str, CategoryGap] = {}
    for report in reports:
        for one in report.categories:
            before = found.get(one.id)
            found[one.id] = (
                one
                if before is None
                else CategoryGap(
                    id=one.id,
                    name=one.name,
                    asked=before.asked + one.asked,
                    met=before.met + one.met,
                    unknown=before.unknown + one.unknown,
                    to_raise=before.to_raise + one.to_raise,
                )
            )
    return tuple(found.values())


def told(line: GapLine) -> str:
    """Returns what a line's drawing shows, in a sentence for whoever does not see it."""
    now = "no score" if line.latest is None else f"now {plain(line.latest)}"
    past = ", ".join(
        f"{one.cycle}: {'none' if one.value is None else plain(one.value)}" for one in line.points
    )
    return f"{line.name}: {now}, asked {plain(line.asked)}. {past}"


def width(part: int, reports: tuple[CategoryGap, ...]) -> str:
    """Returns how long a category's bar is, of 220 for the longest."""
    widest = max((one.to_raise for one in reports), default=0)
    return str(220 * part // widest) if widest else "0"


@lru_cache(maxsize=1)
def _style() -> str:
    return style("style.css")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment()
    made.filters |= {"points": plain, "told": told}
    made.globals |= {"STATUS": STATUS, "Scale": Scale, "width": width}
    return made
