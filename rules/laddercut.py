"""Makes a ladder of one's own from one that ships: the levels wanted, in one variant, under a name of one's own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML

from rules.ladder import Ladder, load_ladder
from rules.ladderflaw import NAME
from terms.error import BadInput
from terms.form import near


def cut(
    text: str,
    file: str,
    *,
    name: str,
    keep: Sequence[str] = (),
    add: Sequence[str] = (),
    variant: str | None = None,
) -> str:
    """Returns the YAML text of a ladder that holds some levels of another.

    `keep` names the levels (all that are not optional, where empty), `add` optional ones. Where a level between two
    kept ones is left out, the moves through it are joined. Raises BadInput for a name that the ladder has not.
    """
    held = load_ladder(text, file)
    if not NAME.match(name):
        raise BadInput(f"{name!r} is no name for a ladder; use small letters, digits and -.")
    for one in (*keep, *add):
        held.level(one)
    if variant is not None and variant not in held.variants:
        known = near(variant, list(held.variants)) if held.variants else "it has none."
        raise BadInput(f"The ladder {held.id} has no variant {variant!r}; {known}")
    wanted = [
        one.id
        for one in held.levels.values()
        if one.id in add or (one.id in keep if keep else not one.optional)
    ]
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = 118
    value = writer.load(text)
    _trim(value, held, wanted, name, variant)
    out = io.StringIO()
    writer.dump(value, out)
    return out.getvalue()


def _trim(value: Any, held: Ladder, wanted: Sequence[str], name: str, variant: str | None) -> None:
    value["ladder"] = name
    levels = [one for one in value["levels"] if one["id"] in wanted]
    ranks = {rank: n for n, rank in enumerate(sorted({one["rank"] for one in levels}), 1)}
    for one in levels:
        one["rank"] = ranks[one["rank"]]
        chosen = one.get("variants", {}).get(variant, {}) if variant else {}
        one.update({key: chosen[key] for key in ("name", "scope") if chosen.get(key)})
        one.pop("optional", None)
        if variant:
            one.pop("variants", None)
    _keep(value["levels"], lambda one: one["id"] in wanted)
    if variant:
        value.pop("variants", None)
    used = {each for one in levels for each in one["competencies"]}
    _keep(value["competencies"], lambda one: one["id"] in used)
    kept = {one["category"] for one in value["competencies"]}
    _keep(value["categories"], lambda one: one["id"] in kept)
    tracks = {one.get("track") for one in levels}
    for track in [one for one in value.get("tracks", {}) if one not in tracks]:
        del value["tracks"][track]
    joined = joins(held, wanted)
    there = {(one["from"], one["to"]) for one in value["moves"]}
    _keep(value["moves"], lambda one: (one["from"], one["to"]) in joined)
    value["moves"].extend({"from": a, "to": b} for a, b in joined if (a, b) not in there)


def _keep(listed: Any, fits: Any) -> None:
    """Takes out of a list, in place, what does not fit, so that comments beside the rest stay."""
    for index in reversed(range(len(listed))):
        if not fits(listed[index]):
            del listed[index]


def joins(held: Ladder, wanted: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Returns the moves between the levels kept; a way through levels left out becomes one move."""
    found: dict[tuple[str, str], None] = {}
    for source in wanted:
        ahead = [end for start, end in held.moves if start == source]
        seen: set[str] = set()
        while ahead:
            one = ahead.pop(0)
            if one in wanted:
                found[source, one] = None
            elif one not in seen:
                seen.add(one)
                ahead += [end for start, end in held.moves if start == one]
    return tuple(found)
