"""Says in words what changed from one ladder to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.ladder import Ladder


def changes(old: Ladder, new: Ladder) -> tuple[str, ...]:
    """Returns one sentence per change: levels, competencies, tracks, moves, in that order."""
    found = [
        *_named("Level", old.levels, new.levels),
        *_named("Competency", old.competencies, new.competencies),
        *_named("Category", *({one.id: one for one in held.categories} for held in (old, new))),
        *_named("Track", old.tracks, new.tracks),
    ]
    for what, left, right in (
        ("The name", old.name, new.name),
        ("What it says", old.says, new.says),
        ("The scale", _scale(old), _scale(new)),
        ("How long a commitment can be reversed", *(one.commitment.reversible_for for one in (old, new))),
        ("What an interim role lasts longer than", *(one.interim.longer_than for one in (old, new))),
        ("What an interim role lasts shorter than", *(one.interim.shorter_than for one in (old, new))),
    ):
        if left != right:
            found.append(f"{what}: {left!r} became {right!r}.")
    for kind, held, other in (
        ("variant", old.variants, new.variants),
        ("kind of action", old.actions, new.actions),
    ):
        found += [f"The {kind} {name} is gone." for name in held if name not in other]
        found += [f"The {kind} {name} is new." for name in other if name not in held]
        found += [
            f"The {kind} {name} is told otherwise."
            for name in held
            if other.get(name, held[name]) != held[name]
        ]
    found += [f"The move {a} -> {b} is gone." for a, b in old.moves if (a, b) not in new.moves]
    found += [f"The move {a} -> {b} is new." for a, b in new.moves if (a, b) not in old.moves]
    return tuple(found)


def _scale(held: Ladder) -> str:
    return f"{held.scale.lowest} to {held.scale.highest}, the {held.scale.best} best"


def _named(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in old:
        if name not in new:
            yield f"{what} {name} is gone."
    for name, one in new.items():
        if name not in old:
            yield f"{what} {name} is new."
        elif old[name] != one:
            yield from _parts(f"{what} {name}", old[name].model_dump(), one.model_dump())


def _parts(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key, after in new.items():
        before = old[key]
        if before == after:
            continue
        if isinstance(after, dict) and isinstance(before, dict):
            for part in [*before, *(one for one in after if one not in before)]:
                if before.get(part) != after.get(part):
                    told = f"{_shown(before.get(part))} became {_shown(after.get(part))}"
                    yield f"{what}, {key} {part}: {told}."
        elif isinstance(after, list) and isinstance(before, list):
            yield from (f"{what}, {key}: {_shown(one)} is gone." for one in before if one not in after)
            yield from (f"{what}, {key}: {_shown(one)} is new." for one in after if one not in before)
            if sorted(map(str, before)) == sorted(map(str, after)):
                yield f"{what}, {key}: in another order."
        else:
            yield f"{what}, {key}: {_shown(before)} became {_shown(after)}."


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return repr(str(value.get("text") or value.get("name") or value))
    return "nothing" if value is None or value == "" else repr(value)
