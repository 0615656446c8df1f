"""What is still missing in a running period: with it the criterion is met once that is due, with less it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules import evaluate, reference
from rules.criterion import Attainment, Group, Threshold, Window
from rules.fact import Figure
from rules.finding import Status
from rules.running import Running, booked, running
from rules.view import FactView
from terms.quantity import SCALE
from tests.unit import strategy as some

COMMON: dict[str, Any] = {"id": "c", "says": "", "place": ""}
ON = date(2026, 11, 20)


@st.composite
def begun(draw: st.DrawFn) -> tuple[FactView, date]:
    """People of whom something is booked in the quarter that a day lies in, whole or by its first months."""
    view = draw(some.settled())
    figures = {}
    for metric in some.METRICS:
        amount = draw(st.sampled_from([None, -10, 0, 40, 95, 120]))
        target = draw(st.sampled_from([None, 70, 100, 100, 100]))
        sides = [None if one is None else one * SCALE for one in (amount, target)]
        whole = Figure(date(2026, 10, 1), date(2027, 1, 1), sides[0], sides[1], "USD")
        months = tuple(
            Figure(start, end, actual, 30 * SCALE, "USD")
            for start, end, actual in (
                (date(2026, 10, 1), date(2026, 11, 1), 20 * SCALE),
                (date(2026, 11, 1), date(2026, 12, 1), draw(st.sampled_from([None, 5 * SCALE]))),
                (date(2026, 12, 1), date(2027, 1, 1), None),
            )
        )
        figures[metric] = (*view.figures[metric], *draw(st.sampled_from([(whole,), (whole,), months])))
    return replace(view, figures=figures), ON


@given(some.attainments() | some.weighteds(), begun())
def test_with_what_is_still_missing_booked_a_criterion_is_met_when_it_is_due_and_with_less_it_is_not(
    criterion: Any, held: tuple[FactView, date]
) -> None:
    view, as_of = held
    for one in running(criterion, view, as_of):
        more = [line.more for line in one.lines]
        assert one.start <= as_of < one.end
        assert reference.find(criterion, view, as_of).status is not Status.MET
        assert came_to(criterion, view, one, more) == {Status.MET}
        for n, by in enumerate(more):
            if by:
                less = [*more[:n], by - 1, *more[n + 1 :]]
                assert Status.MET not in came_to(criterion, view, one, less)


def came_to(criterion: Any, view: FactView, one: Running, more: list[int]) -> set[Status]:
    """Returns what both evaluators find on the day that a period is due, so much more booked in it."""
    facts = booked(view, [line.metric for line in one.lines], (one.start, one.end), more)
    due = one.end + timedelta(days=criterion.over.time.due_after)
    return {find(criterion, facts, due).status for find in (reference.find, evaluate.find)}


def meetings(form: str, least: int, last: int, unit: str = "quarter") -> Attainment:
    bound = Threshold(least * SCALE, "count")
    over = Window(last=last, unit=unit)
    return Attainment(**COMMON, metric="meetings", ratio=False, form=form, bound=bound, over=over)


def quarter(first: int, actual: int | None) -> Figure:
    """Returns the quarter of 2026 that begins with a month, or the running one."""
    end = date(2026, first + 3, 1) if first < 10 else date(2027, 1, 1)
    return Figure(date(2026, first, 1), end, None if actual is None else actual * SCALE, None, "count")


def told(criterion: Any, *figures: Figure) -> list[str]:
    return [one.sentence for one in running(criterion, FactView("me", figures={"meetings": figures}), ON)]


def test_what_is_booked_so_far_is_named_with_what_more_would_do_and_by_when() -> None:
    asked = meetings("cumulative", 20, 2)
    assert told(asked, quarter(4, 9), quarter(7, 8), quarter(10, 5)) == [
        "So far 5 of meetings in [2026-10-01, 2027-01-01); 7 more by 2026-12-31 would do."
    ]
    assert told(asked, quarter(4, 9), quarter(7, 8), quarter(10, 12)) == [
        "So far 12 of meetings in [2026-10-01, 2027-01-01), which is enough once it has ended."
    ]
    month = Figure(date(2026, 10, 1), date(2026, 11, 1), 5 * SCALE, None, "count")
    assert told(asked, quarter(4, 9), quarter(7, 8), month) == told(
        asked, quarter(4, 9), quarter(7, 8), quarter(10, 5)
    )
    parts = Group(**{**COMMON, "id": "all"}, parts=(asked,), need=1, word="all")
    assert told(parts, quarter(4, 9), quarter(7, 8), quarter(10, 5)) == told(
        asked, quarter(4, 9), quarter(7, 8), quarter(10, 5)
    )


def test_nothing_is_said_where_nothing_is_booked_or_the_running_period_decides_nothing() -> None:
    asked = meetings("cumulative", 20, 2)
    assert told(asked, quarter(4, 9), quarter(7, 8)) == []
    assert told(asked, quarter(4, 9), quarter(7, 8), quarter(10, None)) == []
    assert told(asked, quarter(4, 9), quarter(7, None), quarter(10, 5)) == [], "another period is missing"
    assert told(asked, quarter(4, 9), quarter(7, 12), quarter(10, 5)) == [], "it is met today"
    each = meetings("each", 10, 2)
    assert told(each, quarter(4, 9), quarter(7, 8), quarter(10, 5)) == [], "an earlier period stays below"
