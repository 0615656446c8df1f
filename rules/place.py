"""One value of a policy file while it is read: where it stands, and the sentences that refuse it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from rules.criterion import Threshold
from rules.kindform import Bound, keys
from rules.ladder import Ladder
from rules.salestime import SalesTime
from terms.error import BadInput, Malformed
from terms.form import near
from terms.quantity import RATIO, quantity
from terms.source import Document, Path

SPAN = re.compile(r"([1-9][0-9]{0,2}) (month|cycle)s?\Z")


@dataclass(frozen=True, slots=True)
class Setting:
    """Holds what a criterion is read in: the file, the ladder, the move, and the policy's own defaults."""

    document: Document
    ladder: Ladder
    source: str
    target: str
    time: SalesTime
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

    @property
    def shown(self) -> str:
        """Returns this value as an error shows it: a list or a map by what it is, as each of its parts has a place."""
        if isinstance(self.value, list):
            return "a list"
        if isinstance(self.value, Mapping):
            return f"a map with {', '.join(f'`{one}`' for one in self.value)}"
        return repr(self.value)

    def mapping(self, *known: str) -> dict[str, Place]:
        """Returns the parts of a map, whose keys must be among the known."""
        if not isinstance(self.value, Mapping):
            self.refuse(f"Here stands {self.shown}; write a map of {', '.join(known)}.")
        for key in self.value:
            if key not in known:
                self.part(key).refuse(f"`{key}` is not a key here; {near(key, list(known))}")
        return {key: self.part(key) for key in self.value}

    def part(self, key: str | int) -> Place:
        """Returns the part of this value under a key."""
        return Place(self.setting, (*self.path, key), self.value[key], self.criterion)

    def text(self) -> str:
        """Returns this value where it is text."""
        if not isinstance(self.value, str) or not self.value:
            self.refuse(f"Here stands {self.shown}; write text.")
        return str(self.value)

    def whole(self, least: int = 1, most: int = 999) -> int:
        """Returns this value where it is a whole number in a range."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse(f"Here stands {self.shown}; write a whole number.")
        number = self.value
        if not least <= number <= most:
            self.refuse(f"{number} is outside {least} to {most}.")
        return number

    def flag(self) -> bool:
        """Returns this value where it is true or false."""
        if not isinstance(self.value, bool):
            self.refuse(f"Here stands {self.shown}; write true or false.")
        return bool(self.value)

    def one_of(self, known: list[str], what: str) -> str:
        """Returns this value where it is one of the known words."""
        if self.value not in known:
            self.refuse(f"{self.value!r} is no {what}; {near(str(self.value), known)}")
        return str(self.value)

    def words(self) -> tuple[str, ...]:
        """Returns this value where it is a list of different words."""
        if not isinstance(self.value, list) or not self.value:
            self.refuse(f"Here stands {self.shown}; write a list.")
        found = tuple(self.part(n).text() for n in range(len(self.value)))
        if len(set(found)) != len(found):
            self.refuse("A word is written twice; keep one.")
        return found

    def span(self, unit: str) -> int:
        """Returns how many months or cycles are written, such as `12 months`."""
        found = SPAN.match(self.value) if isinstance(self.value, str) else None
        if found is None or found[2] != unit:
            self.refuse(f"Here stands {self.shown}; write a number of {unit}s, such as 2 {unit}s.")
        assert found is not None
        return int(found[1])

    def percent(self) -> int:
        """Returns this value where it is a percentage, in millionths of a whole."""
        try:
            held = quantity(str(self.value))
        except BadInput as error:
            self.refuse(error.sentence)
        if held.unit != RATIO:
            self.refuse(f"{self.value!r} must be a percentage, such as 200%.")
        return held.micros

    def bound(self, ratio: bool | None) -> Threshold:
        """Returns a threshold such as `{at_least: 95%}`; it must be a percentage where `ratio` asks so."""
        parts = self.mapping(*keys(Bound))
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
