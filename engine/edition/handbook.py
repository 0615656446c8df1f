"""Makes a ladder into a handbook for a team: one HTML page that loads nothing, runs nothing, and prints."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from engine.edition.page import environment
from rules.evaluate import ready
from rules.finding import Finding
from rules.ladder import Ladder
from rules.ladderform import Level
from rules.lattice import svg
from rules.outcome import outcome
from rules.policy import Move, Policy
from rules.view import FactView
from rules.word import words

NOBODY = FactView(
    person="nobody", figures={}, cycles=(), scores={}, spans={}, marks={}, complete={}, ranks={}
)


def handbook(ladder: Ladder, policy: Policy | None = None) -> bytes:
    """Returns the handbook of a ladder, with what each move asks where its policy is given."""
    style = files("templates").joinpath("handbook", "style.css").read_text("utf-8").strip()
    page = _pages().get_template("handbook.html.j2")
    shown = _book(ladder, policy)
    return page.render(book=shown, style=Markup(style)).encode()  # noqa: S704  # our own file


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)


def _book(ladder: Ladder, policy: Policy | None) -> dict[str, Any]:
    levels = sorted(ladder.levels.values(), key=lambda one: one.rank)
    return {
        "name": ladder.name,
        "says": ladder.says,
        "digest": ladder.digest[:12],
        "policy": f"{policy.id} {policy.edition_label}" if policy else "",
        "picture": Markup(svg(ladder)),  # noqa: S704  # the drawing escapes every text it shows
        "tracks": [one.model_dump() for one in ladder.tracks.values()],
        "reversible_for": ladder.commitment.reversible_for,
        "interim": (ladder.interim.longer_than, ladder.interim.shorter_than),
        "lowest": ladder.scale.lowest,
        "highest": ladder.scale.highest,
        "levels": [_level(ladder, one, policy) for one in levels],
        "categories": [
            {
                "name": group.name,
                "grows": group.grows,
                "competencies": _competencies(ladder, group.id, levels),
            }
            for group in ladder.categories
        ],
    }


def _level(ladder: Ladder, level: Level, policy: Policy | None) -> dict[str, Any]:
    judged = []
    for name in level.competencies:
        one, point = ladder.competencies[name], level.expects.get(name)
        looks = one.rubric[str(point)] if point is not None else ""
        judged.append({"id": name, "name": one.name, "point": point, "looks": looks})
    moves = [one for one in policy.moves if one.source == level.id] if policy else []
    return level.model_dump() | {
        "track": ladder.tracks[level.track].name if level.track else "",
        "competencies": judged,
        "variants": [
            {
                "name": one.name or f"{level.name}, {ladder.variants[key]}",
                "scope": one.scope or ladder.variants[key],
            }
            for key, one in level.variants.items()
        ],
        "moves": [_move(ladder, policy, one) for one in moves if policy],
    }


def _move(ladder: Ladder, policy: Policy, move: Move) -> dict[str, Any]:
    """Returns what a move asks, in the words of its criteria: those that the findings of nobody in particular have."""
    found = ready(policy, move, NOBODY, policy.effective)
    return {
        "name": ladder.levels[move.target].name,
        "required": [_asks(one, policy) for one in found.findings],
        "advisory": [_asks(one, policy) for one in found.advisory],
    }


def _asks(finding: Finding, policy: Policy) -> dict[str, str]:
    told = words(outcome(finding, policy.effective))
    return {"says": told.says, "asks": "" if told.says == told.required else told.required}


def _competencies(ladder: Ladder, category: str, levels: list[Level]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "rubric": sorted(one.rubric.items(), key=lambda point: int(point[0])),
            "asked": [
                f"{level.short or level.name}{f': {level.expects[one.id]}' if one.id in level.expects else ''}"
                for level in levels
                if one.id in level.competencies
            ],
            "develop": [{"to": each.to, "text": each.text, "kind": each.kind} for each in one.develop],
        }
        for one in ladder.competencies.values()
        if one.category == category
    ]
