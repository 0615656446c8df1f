"""A sheet as a form to fill in: YAML with the rubric beside each line, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.growth.cycle.command import Given
from engine.growth.cycle.state import Cycle, Sheet
from rules.ladder import Ladder
from terms.error import Malformed
from terms.source import Document, read

KEYS = ("points", "note", "evidence")


def blank(cycle: Cycle, sheet: Sheet, steps: Ladder, called: str) -> str:
    """Returns the form of a sheet, every competency with its rubric, nothing filled in."""
    lines = [
        f"# Scores of {_line(called)} ({steps.level(sheet.level).name}) in {cycle.name}, due {cycle.due}.",
        "# Fill in points and a note (what you saw); evidence says where it can be looked up.",
        "# Leave out what you cannot judge: a blank is unknown, never a low score.",
    ]
    before = ""
    for item in sheet.asked:
        level, _, name = item.partition(":")
        if level != before:
            lines += ["", f"{level}:"]
            before = level
        held = steps.competencies[name]
        lines.append(f"  {name}:  # {_line(held.name)}")
        lines += [f"    # {point}: {_line(told)}" for point, told in held.rubric.items()]
        lines += ["    points:", "    note:", "    evidence:"]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def filled(text: str | bytes, file: str) -> dict[str, Given]:
    """Returns the scores of a form that has been filled in; a line without points is left out.

    Raises Malformed with line and column for another form.
    """
    document = read(text, file)
    if not isinstance(document.value, Mapping):
        raise Malformed("Write `current:` and `next:`, as `rung cycle form` prints them.", file)
    found: dict[str, Given] = {}
    for level, part in document.value.items():
        if level not in ("current", "next"):
            raise _wrong(document, (level,), f"`{level}` is neither current nor next.")
        if part is None:
            continue
        if not isinstance(part, Mapping):
            raise _wrong(document, (level,), "Write each competency below it.")
        for name, held in part.items():
            given = _given(document, level, name, held)
            if given is not None:
                found[f"{level}:{name}"] = given
    return found


def _given(document: Document, level: str, name: str, held: Any) -> Given | None:
    if not isinstance(held, Mapping):
        raise _wrong(document, (level, name), "Write points, note and evidence below it.")
    for key in held:
        if key not in KEYS:
            raise _wrong(
                document,
                (level, name, key),
                f"`{key}` is no part of a score; there is points, note, evidence.",
            )
    points = held.get("points")
    if points is None or points == "":
        return None
    if not str(points).isdecimal():
        raise _wrong(document, (level, name, "points"), f"{points!r} is no whole number of points.")
    return Given(
        points=int(str(points)), note=str(held.get("note") or ""), evidence=str(held.get("evidence") or "")
    )


def _wrong(document: Document, path: tuple[str, ...], sentence: str) -> Malformed:
    return Malformed(sentence, str(document.at(path)))
