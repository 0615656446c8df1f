"""The earliest day: with the facts assumed the evaluator finds everything met on it, and not on the day before."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules import reference
from rules.criterion import Criterion
from rules.fact import FactView
from rules.finding import Status, conjunction
from rules.policy import Move
from rules.when import when
from tests.unit import strategy as some

people = some.views() | some.settled()


def status(criteria: tuple[Criterion, ...], view: FactView, on: date) -> Status:
    return conjunction(tuple(reference.find(one, view, on).status for one in criteria))


@given(
    st.lists(some.single, min_size=1, max_size=2) | st.lists(some.criteria, min_size=1, max_size=3),
    people,
    some.dates,
)
def test_on_the_earliest_day_with_what_is_assumed_the_move_is_met_and_not_the_day_before(
    criteria: list[Criterion], view: FactView, as_of: date
) -> None:
    found = when(Move("one", "two", tuple(criteria), ()), view, as_of)
    held = found.assumed.view
    if found.on is not None:
        assert status(tuple(criteria), held, found.on) is Status.MET
        assert (
            found.on == as_of or status(tuple(criteria), held, found.on - timedelta(days=1)) is not Status.MET
        )
    for one, criterion in zip(found.criteria, criteria, strict=True):
        assert (one.on is None) == bool(one.why)
        if one.on is not None:
            assert status((criterion,), held, one.on) is Status.MET
            assert one.on == as_of or status((criterion,), held, one.on - timedelta(days=1)) is not Status.MET
