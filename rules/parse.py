"""Reads a criterion from what a policy file says, and tells each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rules import kindform
from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Rating,
    Register,
    Seat,
    Tenure,
    Threshold,
    Track,
    Training,
    Weighted,
    leaves,
)
from rules.figure import figures
from rules.kindform import keys
from rules.place import Place, Setting
from terms.form import Form, near
from terms.quantity import SCALE
from terms.source import Path

ID = re.compile(r"[a-z][a-z0-9-]{0,59}\Z")
MAKERS = ("candidate", "manager", "line", "outside_line")


def parse(setting: Setting, path: Path, value: Any, fallback: str) -> Criterion:
    """Returns the criterion that stands at a path; `fallback` names it where it has no id of its own."""
    place = Place(setting, path, value, fallback)
    if not isinstance(value, Mapping):
        if isinstance(value, list):
            place.refuse(
                "Here stands a list; write `all:` above it where each must hold, `any:` where one is enough."
            )
        place.refuse(f"Here stands {place.shown}; write a criterion, such as {{tenure: {{...}}}}.")
    name = value.get("id", fallback)
    if not isinstance(name, str) or not ID.match(name.replace(".", "-")):
        setting.refuse((*path, "id"), f"{name!r} is no id; use small letters, digits and -.")
    if name in setting.ids:
        setting.refuse((*path, "id"), f"The id {name} is used twice in this move; rename one.", name)
    setting.ids.add(name)
    place = Place(setting, path, value, name)
    kinds = [key for key in value if key not in ("id", "says")]
    if len(kinds) != 1:
        place.refuse(f"A criterion has exactly one kind; here stands {', '.join(kinds) or 'none'}.")
    kind = kinds[0]
    if kind not in READERS:
        place.part(kind).refuse(f"`{kind}` is no kind of criterion; {near(kind, list(READERS))}")
    says = place.part("says").text() if "says" in value else ""
    return READERS[kind](
        place.part(kind), {"id": name, "says": says, "place": str(setting.document.at(path))}
    )


def _list(place: Place, owner: str) -> tuple[Criterion, ...]:
    if not isinstance(place.value, list) or not place.value:
        place.refuse("Write a list of criteria.")
    return tuple(
        parse(place.setting, (*place.path, n), one, f"{owner}.{n + 1}") for n, one in enumerate(place.value)
    )


def _all(place: Place, common: dict[str, str]) -> Criterion:
    parts = _list(place, common["id"])
    return Group(**common, parts=parts, need=len(parts), word="all")


def _any(place: Place, common: dict[str, str]) -> Criterion:
    return Group(**common, parts=_list(place, common["id"]), need=1, word="any")


def _at_least(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping(*keys(kindform.AtLeast))
    for key in ("count", "of"):
        if key not in parts:
            place.refuse(f"`{key}` is missing; write it.")
    held = _list(parts["of"], common["id"])
    return Group(**common, parts=held, need=parts["count"].whole(1, len(held)), word="at_least")


def _not(place: Place, common: dict[str, str]) -> Criterion:
    part = parse(place.setting, place.path, place.value, f"{common['id']}.1")
    if any(isinstance(one, Attainment | Weighted) and one.over.missing for one in leaves(part)):
        place.refuse(
            "With `missing: not_met` a figure that is not on file would satisfy this `not`, and silence never "
            "promotes; write `missing: undetermined`, or say it without `not`."
        )
    return Not(**common, part=part)


def _competency(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping(*keys(kindform.Competency))
    chosen = [key for key in ("is", "every", "any_of") if key in parts]
    if len(chosen) != 1:
        place.refuse("Write exactly one of is, every, any_of.")
    key = chosen[0]
    names = (parts[key].text(),) if key == "is" else parts[key].words()
    ladder = place.setting.ladder
    for name in names:
        if name not in ladder.competencies:
            told = f"{name!r} is no competency of the ladder {ladder.id}; "
            parts[key].refuse(told + near(name, list(ladder.competencies)))
    if "count" in parts and key != "any_of":
        parts["count"].refuse("`count` goes with `any_of`.")
    need = len(names) if key != "any_of" else parts["count"].whole(1, len(names)) if "count" in parts else 1
    if ("each_of_last" in parts) == ("mean_of_last" in parts):
        place.refuse("Write exactly one of each_of_last and mean_of_last, such as each_of_last: 2 cycles.")
    mean = "mean_of_last" in parts
    cycles = parts["mean_of_last" if mean else "each_of_last"].span("cycle")
    bounds = [word for word in ("at_least", "above") if word in parts]
    if len(bounds) != 1:
        place.refuse("Write exactly one of `at_least` and `above`.")
    scale = ladder.scale
    ends = (scale.lowest * SCALE, scale.highest * SCALE)
    best, worst = ends if scale.best == "lowest" else ends[::-1]
    points = parts[bounds[0]].whole(scale.lowest, scale.highest)
    return Competency(
        **common,
        names=names,
        need=need,
        level=parts["level"].one_of(["current", "next"], "level") if "level" in parts else "current",
        cycles=cycles,
        mean=mean,
        bound=Threshold(points * SCALE, "points", bounds[0] == "above"),
        lower_is_better=scale.best == "lowest",
        best=best,
        worst=worst,
    )


def _track(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping(*keys(kindform.Track))
    if "committed_to" not in parts:
        place.refuse("`committed_to` is missing; write it.")
    if "signed_by" in parts:
        parts["signed_by"].one_of(["candidate"], "signer")
    return Track(**common, track=parts["committed_to"].one_of(list(place.setting.ladder.tracks), "track"))


def _tenure(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping(*keys(kindform.Tenure))
    for key in ("in", "at_least"):
        if key not in parts:
            place.refuse(f"`{key}` is missing; write it.")
    inside = parts["in"]
    months = parts["at_least"].span("month")
    if isinstance(inside.value, list):
        levels = tuple(
            inside.part(n).one_of(list(place.setting.ladder.levels), "level")
            for n in range(len(inside.value))
        )
        return Tenure(**common, span="level", names=levels, months=months)
    word = inside.one_of(["level", "function", "company"], "place to count months in")
    if word == "level":
        return Tenure(**common, span="level", names=(place.setting.source,), months=months)
    return Tenure(**common, span="function" if word == "function" else "employment", names=(), months=months)


def _register(register: str, form: type[Form]) -> Callable[[Place, dict[str, str]], Criterion]:
    entry = {"evidence": "kind", "endorsement": "", "attestation": "statement"}[register]

    def read(place: Place, common: dict[str, str]) -> Criterion:
        parts = place.mapping(*keys(form))
        if entry and entry not in parts:
            place.refuse(f"`{entry}` is missing; write it.")
        return Register(
            **common,
            register=register,
            entry=parts[entry].text() if entry else register,
            count=parts["at_least"].whole(1, 99) if "at_least" in parts else 1,
            within_months=parts["within"].span("month") if "within" in parts else None,
            verified=parts["verified"].flag() if "verified" in parts else False,
            by=_maker(parts, register),
            least_rank=_rank(parts["at_or_above"]) if "at_or_above" in parts else None,
        )

    return read


def _maker(parts: dict[str, Place], register: str) -> str:
    outside = "outside_line" in parts and parts["outside_line"].flag()
    if "by" not in parts:
        return "outside_line" if outside else ""
    if outside:
        parts["by"].refuse("Write either `by` or `outside_line`.")
    known = [one for one in MAKERS if register != "endorsement" or one != "candidate"]
    return parts["by"].one_of(known, "maker")


def _rank(place: Place) -> int:
    setting = place.setting
    levels = setting.ladder.levels
    name = place.one_of(["target", *levels], "level")
    return levels[setting.target if name == "target" else name].rank


def _rating(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping(*keys(kindform.Rating))
    if "one_of" not in parts:
        place.refuse("`one_of` is missing; list the ratings that do.")
    return Rating(
        **common,
        words=parts["one_of"].words(),
        last=parts["last"].whole(1, 20) if "last" in parts else 1,
        within_months=parts["within"].span("month") if "within" in parts else None,
    )


def _seat(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping(*keys(kindform.Seat))
    levels = list(place.setting.ladder.levels)
    return Seat(
        **common,
        level=parts["level"].one_of(levels, "level") if "level" in parts else place.setting.target,
        count=parts["at_least"].whole(1, 999) if "at_least" in parts else 1,
    )


def _training(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping(*keys(kindform.Training))
    if "done" not in parts:
        place.refuse("`done` is missing; list the courses.")
    codes = parts["done"].words()
    need = parts["at_least"].whole(1, len(codes)) if "at_least" in parts else len(codes)
    return Training(**common, codes=codes, need=need, stale_days=place.setting.stale_days)


def _none_of(place: Place, common: dict[str, str]) -> Criterion:
    return NoneOf(**common, kinds=place.words(), stale_days=place.setting.stale_days)


READERS: dict[str, Callable[[Place, dict[str, str]], Criterion]] = {
    "all": _all,
    "any": _any,
    "at_least": _at_least,
    "not": _not,
    "attainment": lambda place, common: figures(place, common, ratio=True),
    "metric": lambda place, common: figures(place, common, ratio=False),
    "competency": _competency,
    "track": _track,
    "tenure": _tenure,
    "evidence": _register("evidence", kindform.Evidence),
    "endorsement": _register("endorsement", kindform.Endorsement),
    "attestation": _register("attestation", kindform.Attestation),
    "rating": _rating,
    "seat": _seat,
    "training": _training,
    "none_of": _none_of,
}
