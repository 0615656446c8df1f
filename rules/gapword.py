"""A gap in words, from its JSON form: what would meet a criterion, or end one that must not hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from terms.quantity import amount, plural

Gap = Mapping[str, Any]


def gap_words(gap: Gap | None) -> str:
    """Returns the sentence that a gap says; empty where there is none."""
    if not gap:
        return ""
    key = next(one for one in SPEAKERS if one in gap)
    return SPEAKERS[key](gap)


def _figures(gap: Gap) -> str:
    low = [_moved(one) for one in gap["short"] if not one["by"].startswith("-")]
    high = [_moved(one) for one in gap["short"] if one["by"].startswith("-")]
    told = [f"{word} by {'; '.join(held)}." for word, held in (("Short", low), ("Over", high)) if held]
    return " ".join(told)


def _moved(one: Gap) -> str:
    held = amount(one["by"].removeprefix("-"), one["unit"])
    of = f" of {one['metric']}" if "metric" in one else ""
    return f"{held}{of} in {one['period']}"


def _turned(gap: Gap) -> str:
    told = [f"{_moved(one)} {'less' if one['by'].startswith('-') else 'more'}" for one in gap["over"]]
    return f"To turn: {'; '.join(told)}."


def _scores(word: str) -> Callable[[Gap], str]:
    def told(gap: Gap) -> str:
        moves = [f"{one['competency']} from {one['from']} to {one['to']}" for one in gap[word]]
        return f"To {word}: {', '.join(moves)}."

    return told


def _courses(gap: Gap) -> str:
    courses, more = gap["courses"], gap.get("more", len(gap["courses"]))
    listed = ", ".join(courses)
    return f"To do: {listed}." if more == len(courses) else f"To do: {more} of {listed}."


def _of(gap: Gap) -> str:
    return f" {gap['of']}" if "of" in gap else ""


def _rated(gap: Gap) -> str:
    wanted = f"; to be rated {' or '.join(gap['one_of'])}" if "one_of" in gap else ""
    return f"Rated {', '.join(gap['rated'])}{wanted}."


def _take(gap: Gap) -> str:
    names = [str(one["id"]) for one in gap["take"]]
    told = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"To meet: {told}." if len(names) == gap["of"] else f"Nearest: {told}."


def _cease(gap: Gap) -> str:
    held = gap["cease"]
    return f"{held['id']} must cease: {_lower(gap_words(held['gap']))}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


SPEAKERS: dict[str, Callable[[Gap], str]] = {
    "cannot": lambda gap: f"Cannot be met: {gap['cannot']}.",
    "short": _figures,
    "over": _turned,
    "raise": _scores("raise"),
    "lower": _scores("lower"),
    "commit_to": lambda gap: f"To sign: a commitment to {gap['commit_to']}.",
    "leave": lambda gap: f"To sign: a commitment to another track than {gap['leave']}.",
    "months": lambda gap: f"{plural(gap['months'], 'month')} to go.",
    "courses": _courses,
    "more": lambda gap: f"{gap['more']} more{_of(gap)}.",
    "fewer": lambda gap: f"{gap['fewer']} fewer{_of(gap)}.",
    "rated": _rated,
    "none_of": lambda gap: f"To be rated neither {' nor '.join(gap['none_of'])}.",
    "seats": lambda gap: f"{plural(gap['seats'], 'seat')} more.",
    "fewer_seats": lambda gap: f"{plural(gap['fewer_seats'], 'seat')} fewer.",
    "end": lambda gap: f"To end: {', '.join(gap['end'])}.",
    "begin": lambda gap: f"To begin: {' or '.join(gap['begin'])}.",
    "take": _take,
    "cease": _cease,
}
