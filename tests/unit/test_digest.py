"""An edition's digest: every change of what a policy says changes it, and no change of how it is laid out does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.ladder import load_ladder
from rules.policy import load_policy
from rules.shipped import ladder_text
from terms.canonical import canonical
from terms.error import RungError
from terms.source import read

LADDER = load_ladder(ladder_text("sales"), "ladder.yaml")
TEXT = """\
policy: small
edition: 2026-07
ladder: sales
effective: 2026-07-01
open_cases: keep
calendar: {fiscal_year_starts: february, cut_off: third friday of the month before}
ramp: {months: 3, since: employment}
leave: exclude
joined_by_day: 45
missing: undetermined
registers_stale_after: 92 days
moves:
  - from: ae-2
    to: senior-ae
    ready:
      all:
        - id: quota
          attainment: {of: quota, each: {at_least: 100%}, over: {last: 2, unit: quarter, fully_ramped: true}}
        - {id: deals, competency: {is: deal-complexity, at_least: 4, each_of_last: 2 cycles}}
        - {id: time, tenure: {in: level, at_least: 12 months}}
        - any:
            - {id: path, track: {committed_to: ic, signed_by: candidate}}
            - {id: course, training: {done: [manager-basics, hiring], at_least: 1}}
    advisory:
      - {id: standing, none_of: [performance-plan]}
"""
POLICY = load_policy(TEXT, "policy.yaml", LADDER)
VALUE: Any = read(TEXT, "policy.yaml").value


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yields the path of every scalar, and of every entry of a list."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from places(one, (*path, key))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield (*path, n)
            yield from places(one, (*path, n))
    else:
        yield path


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def put(value: Any, path: tuple[Any, ...], one: Any) -> Any:
    """Returns a value with another one at a path; without an entry of a list where that is None."""
    if not path:
        return one
    key, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {name: put(held_, rest, one) if name == key else held_ for name, held_ in value.items()}
    inside = [put(held_, rest, one) if n == key else held_ for n, held_ in enumerate(value)]
    return [held_ for n, held_ in enumerate(inside) if n != key or rest or one is not None]


def other(value: Any) -> list[Any]:
    """Returns values near one: what somebody might write instead."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, str):
        number = re.search(r"[0-9]+", value)
        near = [value[: number.start()] + str(int(number[0]) + 1) + value[number.end() :]] if number else []
        return [*near, f"{value} more", "at_least", "quarter", "month"]
    return [None]


@given(st.sampled_from(sorted(places(VALUE), key=str)), st.data())
def test_each_change_of_what_a_policy_says_changes_its_digest(
    path: tuple[Any, ...], data: st.DataObject
) -> None:
    changed = put(VALUE, path, data.draw(st.sampled_from(other(at(VALUE, path)))))
    try:
        again = load_policy(canonical(changed), "policy.yaml", LADDER)
    except RungError:
        return  # what cannot be loaded is no edition
    assert (again.digest == POLICY.digest) == (changed == VALUE)


@given(
    st.sampled_from(range(TEXT.count("\n"))),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20),
)
def test_no_change_of_layout_or_comment_changes_the_digest(line: int, said: str) -> None:
    lines = TEXT.splitlines()
    lines[line:line] = ["", f"# {said}", ""]
    assert load_policy("\n".join(lines), "policy.yaml", LADDER).digest == POLICY.digest


def test_a_policy_on_one_line_has_the_digest_of_the_one_on_many() -> None:
    assert load_policy(canonical(VALUE), "another.yaml", LADDER).digest == POLICY.digest


def test_a_few_changes_are_among_those_that_load() -> None:
    for old, new in (("100%", "99%"), ("keep", "move"), ("12 months", "13 months"), ("exclude", "prorate")):
        again = load_policy(TEXT.replace(old, new), "policy.yaml", LADDER)
        assert again.digest != POLICY.digest
