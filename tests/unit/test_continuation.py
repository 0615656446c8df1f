"""Laws of imported periods that no calendar names: they are taken to go on, and what is missing shows."""

from __future__ import annotations

import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rules.continuation import continued
from rules.fact import Figure, Span
from terms.calendar import add_months


def figure(start: str, end: str) -> Figure:
    return Figure(date.fromisoformat(start), date.fromisoformat(end), 10, 10, "count", "f1")


def spans(held: tuple[Figure, ...]) -> list[tuple[str, str]]:
    """Returns the periods for which nothing was imported."""
    return [(str(one.start), str(one.end)) for one in held if not one.source]


SPRING, SUMMER = figure("2024-01-15", "2024-04-15"), figure("2024-04-15", "2024-07-15")
WINTER = figure("2024-10-15", "2025-01-15")


def test_a_series_without_a_hole_stays_as_it_is() -> None:
    assert continued((SPRING, SUMMER), date(2024, 10, 14)) == (SPRING, SUMMER)


def test_a_series_that_stopped_lacks_each_whole_length_since() -> None:
    found = continued((SPRING, SUMMER), date(2025, 1, 15))
    assert spans(found) == [("2024-07-15", "2024-10-15"), ("2024-10-15", "2025-01-15")]


def test_a_hole_between_two_periods_is_a_period_that_was_due() -> None:
    found = continued((SPRING, SUMMER, WINTER), date(2025, 1, 20))
    assert spans(found) == [("2024-07-15", "2024-10-15")]
    assert [one.end for one in found] == sorted(one.end for one in found)


def test_time_out_of_employment_is_no_hole() -> None:
    hired_twice = (
        Span("company", date(2024, 1, 1), date(2024, 7, 15)),
        Span("company", date(2024, 10, 15), None),
    )
    assert spans(continued((SPRING, SUMMER, WINTER), date(2025, 1, 20), hired_twice)) == []


def test_nothing_imported_is_nothing_to_go_on_from() -> None:
    assert continued((), date(2025, 1, 1)) == ()


def test_a_length_that_is_no_whole_month_goes_on_in_days() -> None:
    found = continued((figure("2024-01-01", "2024-01-29"),), date(2024, 3, 1))
    assert spans(found) == [("2024-01-29", "2024-02-26")]


@given(
    st.lists(st.booleans(), min_size=1, max_size=12),
    st.integers(1, 6),
    st.integers(0, 30),
)
def test_every_length_up_to_the_day_is_there_once_whatever_was_imported(
    kept: list[bool], months: int, later: int
) -> None:
    edges = [add_months(date(2023, 1, 1), n * months) for n in range(len(kept) + 1)]
    held = tuple(
        Figure(start, end, 1, 1, "count", "f1")
        for start, end, one in zip(edges, edges[1:], kept, strict=False)
        if one
    )
    if not held:
        return
    by = add_months(edges[-1], later)
    found = continued(held, by)
    assert [one for one in found if one.source] == list(held)
    for before, after in itertools.pairwise(found):
        assert before.end == after.start
    assert found[-1].end <= by or found[-1] == held[-1]
    assert add_months(found[-1].end, months) > by
