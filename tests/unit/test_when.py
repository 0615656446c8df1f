"""The earliest day: with the facts assumed the evaluator finds everything met on it, and not on the day before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules import reference
from rules.criterion import Attainment, Criterion, NoneOf, Seat, Tenure, Threshold, Window
from rules.fact import Figure, Mark, Span
from rules.finding import Status, conjunction
from rules.policy import Move
from rules.timeform import Calendar
from rules.view import FactView
from rules.when import When, when
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


COMMON: dict[str, Any] = {"says": "", "place": ""}
ON = date(2026, 10, 15)


def asked(criterion: Criterion, view: FactView, calendar: Calendar | None = None) -> When:
    return when(Move("one", "two", (criterion,), ()), view, ON, calendar)


def test_nothing_is_assumed_of_what_is_missing_of_seats_or_of_a_standing_without_an_end() -> None:
    seat = Seat(**COMMON, id="seat", level="two", count=2)
    shut = asked(seat, FactView("me", marks={"seat": (Mark("two", date(2026, 1, 1), count=1),)}))
    assert (shut.on, shut.criteria[0].why) == (None, "1 seat more.")
    plan = NoneOf(**COMMON, id="plan", kinds=("plan",), stale_days=92)
    held = Mark("plan", date(2026, 1, 1))
    assert asked(plan, FactView("me", marks={"standing": (held,)})).criteria[0].why == "To end: plan."
    ends = Mark("plan", date(2026, 1, 1), date(2027, 3, 1))
    assert asked(plan, FactView("me", marks={"standing": (ends,)})).on == date(2027, 3, 1)
    over = Window(last=2, unit="quarter")
    bound = Threshold(1_000_000, "ratio")
    quota = Attainment(**COMMON, id="quota", metric="quota", ratio=True, form="each", bound=bound, over=over)
    last = Figure(date(2026, 7, 1), date(2026, 10, 1), None, 100_000_000, "USD")
    first = Figure(date(2026, 4, 1), date(2026, 7, 1), 120_000_000, 100_000_000, "USD")
    found = asked(quota, FactView("me", figures={"quota": (first, last)}))
    assert found.on == date(2027, 4, 1)  # two quarters that come in; the one that is missing is passed by
    assert found.assuming == ("quota at 100% in each coming quarter, the next one [2026-10-01, 2027-01-01)",)


def test_a_day_names_the_first_promotion_whose_cut_off_it_is_in_time_for() -> None:
    time = Tenure(**COMMON, id="time", span="level", names=(), months=12)
    view = FactView("me", spans={"level": (Span("one", date(2026, 1, 20), None),)})
    found = asked(time, view, Calendar(cut_off="third friday of the month before"))
    assert (found.on, found.effective, found.cut_off) == (
        date(2027, 1, 20),
        date(2027, 3, 1),
        date(2027, 2, 19),
    )
    told = "Earliest 2027-01-20, for a promotion effective 2027-03-01 whose cut-off is 2027-02-19."
    assert found.sentence == told
