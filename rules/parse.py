"""Reads a criterion from what a policy file says, and tells each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from rules.criterion import (
    Attainment,
    Competency,
    Criterion,
    Group,
    NoneOf,
    Not,
    Register,
    Tenure,
    Threshold,
    Track,
    Training,
    Window,
)
from rules.ladder import Ladder
from rules.window import LENGTHS
from terms.error import BadInput, Malformed
from terms.form import near
from terms.quantity import RATIO, SCALE, quantity
from terms.source import Document, Path

SPAN = re.compile(r"([1-9][0-9]{0,2}) (month|cycle)s?\Z")
ID = re.compile(r"[a-z][a-z0-9-]{0,59}\Z")
FORMS = ("each", "cumulative", "mean", "min", "max", "latest")
NOT_YET = ("variance", "trend", "weighted", "seat")
DAYS = re.compile(r"([1-9][0-9]{0,3}) days\Z")


@dataclass(frozen=True, slots=True)
class Setting:
    """Holds what a criterion is read in: the file, the ladder, the move, and the policy's own defaults."""

    document: Document
    ladder: Ladder
    source: str
    target: str
    ramp_months: int | None
    ramp_from: str
    skip_leave: bool
    stale_days: int
    ids: set[str]

    def refuse(self, path: Path, sentence: str, criterion: str = "") -> NoReturn:
        """Raises Malformed with the way to a place: file, line, column, move, criterion."""
        way = [str(self.document.at(path)), f"move {self.source} -> {self.target}"]
        raise Malformed(sentence, *way, *([f"criterion {criterion}"] if criterion else []))


@dataclass(frozen=True, slots=True)
class Place:
    """Holds one value of the file while it is read: where it is, and of which criterion it is part."""

    setting: Setting
    path: Path
    value: Any
    criterion: str

    def refuse(self, sentence: str) -> NoReturn:
        """Raises Malformed at this place."""
        self.setting.refuse(self.path, sentence, self.criterion)

    def mapping(self, *known: str) -> dict[str, Place]:
        """Returns the parts of a map, whose keys must be among the known."""
        if not isinstance(self.value, Mapping):
            self.refuse(f"Here stands {self.value!r}; write a map of {', '.join(known)}.")
        for key in self.value:
            if key not in known:
                if key in NOT_YET:
                    self.part(key).refuse(f"`{key}` is not yet possible in a policy.")
                self.part(key).refuse(f"`{key}` is not a key here; {near(key, list(known))}")
        return {key: self.part(key) for key in self.value}

    def part(self, key: str | int) -> Place:
        """Returns the part of this value under a key."""
        return Place(self.setting, (*self.path, key), self.value[key], self.criterion)

    def text(self) -> str:
        """Returns this value where it is text."""
        if not isinstance(self.value, str) or not self.value:
            self.refuse(f"Here stands {self.value!r}; write text.")
        return str(self.value)

    def whole(self, least: int = 1, most: int = 999) -> int:
        """Returns this value where it is a whole number in a range."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse(f"Here stands {self.value!r}; write a whole number.")
        number = self.value
        if not least <= number <= most:
            self.refuse(f"{number} is outside {least} to {most}.")
        return number

    def flag(self) -> bool:
        """Returns this value where it is true or false."""
        if not isinstance(self.value, bool):
            self.refuse(f"Here stands {self.value!r}; write true or false.")
        return bool(self.value)

    def one_of(self, known: list[str], what: str) -> str:
        """Returns this value where it is one of the known words."""
        if self.value not in known:
            self.refuse(f"{self.value!r} is no {what}; {near(str(self.value), known)}")
        return str(self.value)

    def words(self) -> tuple[str, ...]:
        """Returns this value where it is a list of different words."""
        if not isinstance(self.value, list) or not self.value:
            self.refuse(f"Here stands {self.value!r}; write a list.")
        found = tuple(self.part(n).text() for n in range(len(self.value)))
        if len(set(found)) != len(found):
            self.refuse("A word is written twice; keep one.")
        return found

    def span(self, unit: str) -> int:
        """Returns how many months or cycles are written, such as `12 months`."""
        found = SPAN.match(self.value) if isinstance(self.value, str) else None
        if found is None or found[2] != unit:
            self.refuse(f"Here stands {self.value!r}; write a number of {unit}s, such as 2 {unit}s.")
        assert found is not None
        return int(found[1])

    def bound(self, ratio: bool | None) -> Threshold:
        """Returns a threshold such as `{at_least: 95%}`; it is a percentage exactly where `ratio` asks so."""
        parts = self.mapping("at_least", "above")
        if len(parts) != 1:
            self.refuse("Write exactly one of `at_least` and `above`.")
        key, part = next(iter(parts.items()))
        try:
            held = quantity(str(part.value) if not isinstance(part.value, bool) else "")
        except BadInput as error:
            part.refuse(f"`{key}`: {error.sentence}")
        if ratio and held.unit != RATIO:
            part.refuse(f"`{key}: {part.value}` must be a percentage, such as 95%.")
        return Threshold(held.micros, held.unit, key == "above")


def parse(setting: Setting, path: Path, value: Any, fallback: str) -> Criterion:
    """Returns the criterion that stands at a path; `fallback` names it where it has no id of its own."""
    place = Place(setting, path, value, fallback)
    if not isinstance(value, Mapping):
        place.refuse(f"Here stands {value!r}; write a criterion, such as {{tenure: {{...}}}}.")
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
    if kind in NOT_YET:
        place.part(kind).refuse(f"`{kind}` is not yet possible in a policy.")
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
    parts = place.mapping("count", "of")
    for key in ("count", "of"):
        if key not in parts:
            place.refuse(f"`{key}` is missing; write it.")
    held = _list(parts["of"], common["id"])
    return Group(**common, parts=held, need=parts["count"].whole(1, len(held)), word="at_least")


def _not(place: Place, common: dict[str, str]) -> Criterion:
    return Not(**common, part=parse(place.setting, place.path, place.value, f"{common['id']}.1"))


def _figures(place: Place, common: dict[str, str], *, ratio: bool) -> Criterion:
    known = ["of", *FORMS, "over", "floor", "in_at_least", *(["cap_each"] if ratio else [])]
    parts = place.mapping(*known)
    if "of" not in parts:
        place.refuse("`of` is missing; name the metric.")
    forms = [one for one in FORMS if one in parts]
    if len(forms) != 1:
        place.refuse(f"Write exactly one of {', '.join(FORMS)}; here stands {', '.join(forms) or 'none'}.")
    form, count = forms[0], 0
    over = _window(place, parts.get("over"))
    if "in_at_least" in parts:
        if form != "each":
            parts["in_at_least"].refuse("`in_at_least` goes with `each`.")
        form, count = "count", parts["in_at_least"].whole(1, over.last)
    if form == "latest":
        over = Window(1, over.unit, over.fully_ramped, over.ramp_months, over.ramp_from, over.skip_leave)
    cap = parts.get("cap_each")
    bound = parts[forms[0]].bound(ratio)
    capped = None if cap is None else _percent(cap)
    if capped is not None and capped < bound.micros and cap is not None:
        cap.refuse("The cap lies below the threshold, so the criterion can never hold.")
    return Attainment(
        **common,
        metric=parts["of"].text(),
        ratio=ratio,
        form=form,
        bound=bound,
        over=over,
        count=count,
        floor=parts["floor"].bound(ratio) if "floor" in parts else None,
        cap=capped,
    )


def _percent(place: Place) -> int:
    try:
        held = quantity(str(place.value))
    except BadInput as error:
        place.refuse(error.sentence)
    if held.unit != RATIO:
        place.refuse(f"{place.value!r} must be a percentage, such as 200%.")
    return held.micros


def _window(place: Place, over: Place | None) -> Window:
    if over is None:
        place.refuse("`over` is missing; say how many periods, such as {last: 2, unit: quarter}.")
    assert over is not None
    parts = over.mapping("last", "unit", "fully_ramped")
    for key in ("last", "unit"):
        if key not in parts:
            over.refuse(f"`{key}` is missing; write it.")
    setting = place.setting
    ramped = parts["fully_ramped"].flag() if "fully_ramped" in parts else False
    if ramped and setting.ramp_months is None:
        parts["fully_ramped"].refuse("The policy says no `ramp`, so nobody is known to be fully ramped.")
    return Window(
        last=parts["last"].whole(1, 60),
        unit=parts["unit"].one_of([*LENGTHS, "period"], "unit"),
        fully_ramped=ramped,
        ramp_months=(setting.ramp_months or 0) if ramped else 0,
        ramp_from=setting.ramp_from,
        skip_leave=setting.skip_leave,
    )


def _competency(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping(
        "is", "every", "any_of", "count", "at_least", "above", "each_of_last", "mean_of_last", "level"
    )
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
    )


def _track(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping("committed_to", "signed_by")
    if "committed_to" not in parts:
        place.refuse("`committed_to` is missing; write it.")
    if "signed_by" in parts:
        parts["signed_by"].one_of(["candidate"], "signer")
    return Track(**common, track=parts["committed_to"].one_of(list(place.setting.ladder.tracks), "track"))


def _tenure(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping("in", "at_least")
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


def _register(register: str) -> Callable[[Place, dict[str, str]], Criterion]:
    entry = {"evidence": "kind", "endorsement": "", "attestation": "statement"}[register]

    def read(place: Place, common: dict[str, str]) -> Criterion:
        known = ["at_least", "within"]
        known += [entry] if entry else ["outside_line"]
        known += ["verified"] if register == "evidence" else []
        parts = place.mapping(*known)
        if entry and entry not in parts:
            place.refuse(f"`{entry}` is missing; write it.")
        return Register(
            **common,
            register=register,
            entry=parts[entry].text() if entry else register,
            count=parts["at_least"].whole(1, 99) if "at_least" in parts else 1,
            within_months=parts["within"].span("month") if "within" in parts else None,
            verified=parts["verified"].flag() if "verified" in parts else False,
            outside_line=parts["outside_line"].flag() if "outside_line" in parts else False,
        )

    return read


def _training(place: Place, common: dict[str, str]) -> Criterion:
    parts = place.mapping("done", "at_least")
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
    "attainment": lambda place, common: _figures(place, common, ratio=True),
    "metric": lambda place, common: _figures(place, common, ratio=False),
    "competency": _competency,
    "track": _track,
    "tenure": _tenure,
    "evidence": _register("evidence"),
    "endorsement": _register("endorsement"),
    "attestation": _register("attestation"),
    "training": _training,
    "none_of": _none_of,
}
