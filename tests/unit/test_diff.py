"""What changed between two editions is always said, whatever changed."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.diff import diff
from rules.ladder import Ladder, load_ladder
from rules.policy import Policy, load_policy
from rules.shipped import ladder_text, policy_text
from terms.error import RungError
from terms.source import read

WORDS = ("outside_line", "month", "half", "exclude", "not_met", "move", "current", "level", "deal-complexity")


@cache
def base(name: str) -> tuple[Any, Ladder, Policy]:
    value = json.loads(json.dumps(read(policy_text(name), name).value))  # noqa: TID251  # a plain copy of YAML values
    ladder = load_ladder(ladder_text(value.get("ladder", value["policy"])), "ladder")
    return value, ladder, written(value, ladder)


def written(value: Any, ladder: Ladder) -> Policy:
    return load_policy(json.dumps(value, ensure_ascii=False), "policy", ladder)  # noqa: TID251  # JSON is YAML


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yields the way to every scalar and every list."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from places(held, (*path, key))
    elif isinstance(value, list):
        yield path
        for index, held in enumerate(value):
            yield from places(held, (*path, index))
    else:
        yield path


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@st.composite
def mutants(draw: st.DrawFn, name: str) -> Any:
    """Returns a policy with one value changed: a number, a word, a text, or a list shortened or turned around."""
    value, _, _ = base(name)
    path = draw(st.sampled_from([one for one in places(value) if one != ("edition",)]))
    held = at(value, path)
    if isinstance(held, list):
        new: Any = draw(st.sampled_from([held[:-1], held[1:], held[::-1]]))
    elif isinstance(held, bool):
        new = not held
    elif isinstance(held, int):
        new = held + draw(st.sampled_from([-1, 1]))
    else:
        number = re.match(r"([0-9]+)(.*)", str(held))
        ways = [*WORDS, f"{held} indeed", *([f"{int(number[1]) + 1}{number[2]}"] * 20 if number else [])]
        new = draw(st.sampled_from(ways))
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = new
    return changed


@pytest.mark.parametrize("name", ["sales", "customer-success"])
@settings(max_examples=20)
@given(data=st.data())
def test_no_change_of_a_policy_goes_unsaid(name: str, data: st.DataObject) -> None:
    _, ladder, old = base(name)
    value = data.draw(mutants(name))
    try:
        new = written(value, ladder)
    except RungError:
        assume(False)
    assume(new.digest != old.digest)
    assert diff(old, new, ladder)
    assert diff(new, old, ladder)


def test_a_new_label_alone_is_no_change() -> None:
    value, ladder, old = base("sales")
    new = written({**value, "edition": "2027-01"}, ladder)
    assert new.digest != old.digest
    assert diff(old, new, ladder) == ()


def test_another_ladder_says_so() -> None:
    value, _, old = base("sales")
    text = ladder_text("sales").replace("says: ", "says: Indeed, ", 1)
    other = load_ladder(text, "ladder")
    assert diff(old, written(value, other), other) == (
        f"ladder, edition: {old.ladder[:12]} -> {other.digest[:12]}",
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("9 months", "8 months", "tenure time for SDR -> AE I: at least 9 -> 8 months in sdr"),
        ("open_cases: keep", "open_cases: move", "open_cases: keep -> move"),
    ],
)
def test_a_change_is_said_in_words(old: str, new: str, told: str) -> None:
    _, ladder, before = base("sales")
    text = policy_text("sales")
    assert old in text
    after = load_policy(text.replace(old, new, 1), "policy", ladder)
    assert diff(before, after, ladder) == (told,)
