"""Windows: the last expected periods, never the last rows; what passes one over; what a missing one is called."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules import evaluate, reference
from rules.criterion import Attainment, Threshold, Window
from rules.fact import Figure, Span
from rules.finding import Status
from rules.outcome import outcome
from rules.salestime import Ramp, SalesTime
from rules.view import FactView
from rules.window import summed
from rules.word import words
from terms.calendar import add_months
from terms.fiscal import Fiscal
from terms.quantity import SCALE

FIRST = date(2025, 1, 1)
BOTH = pytest.mark.parametrize("find", [evaluate.find, reference.find], ids=["fast", "reference"])
HALF = SCALE // 2


def asked(last: int, unit: str = "quarter", form: str = "each", **rest: object) -> Attainment:
    ramped = bool(rest.pop("fully_ramped", False))
    year = str(rest.pop("year", ""))
    return Attainment(
        id="q",
        says="",
        place="",
        metric="quota",
        ratio=True,
        form=form,
        bound=Threshold(SCALE, "ratio"),
        over=Window(last, unit, fully_ramped=ramped, year=year, time=SalesTime(**rest)),  # type: ignore[arg-type]
    )


def seen(*numbers: int, low: int = -1, months: int = 3, **spans: tuple[Span, ...]) -> FactView:
    """Returns somebody with a figure at quota for each numbered period from 2025 on; one of them may be low."""
    held = tuple(
        Figure(
            add_months(FIRST, months * n),
            add_months(FIRST, months * n + months),
            (1 if n == low else 9) * SCALE,
            9 * SCALE,
            "USD",
        )
        for n in numbers
    )
    return FactView(person="p", figures={"quota": held}, spans=spans)


def since(*days: str) -> tuple[Span, ...]:
    return tuple(Span("company", date.fromisoformat(one), None) for one in days)


@BOTH
@pytest.mark.parametrize(
    ("numbers", "as_of", "status", "told"),
    [
        ((0, 1, 2), date(2025, 10, 1), Status.MET, ""),
        ((0, 1, 2), date(2025, 12, 31), Status.MET, ""),
        ((0, 1, 2), date(2026, 1, 1), Status.UNDETERMINED, "2025-10-01, 2026-01-01"),
        ((0, 2), date(2025, 10, 1), Status.UNDETERMINED, "2025-04-01, 2025-07-01"),
        ((2,), date(2025, 10, 1), Status.UNDETERMINED, "2025-04-01, 2025-07-01"),
    ],
)
def test_a_period_that_is_due_and_not_on_file_is_unknown_and_is_named(
    find: object, numbers: tuple[int, ...], as_of: date, status: Status, told: str
) -> None:
    assert callable(find)
    found = find(asked(2), seen(*numbers), as_of)
    assert found.status is status
    missing = words(outcome(found, as_of)).missing
    which = f"[{told})"
    assert missing == (f"Missing: actual and target of quota for {which}." if told else "")


@BOTH
def test_a_known_failure_in_the_window_fails_and_one_before_it_does_not_count(find: object) -> None:
    assert callable(find)
    assert find(asked(2), seen(0, 2, low=2), date(2025, 10, 1)).status is Status.NOT_MET
    assert find(asked(2), seen(0, 2, low=0), date(2025, 10, 1)).status is Status.UNDETERMINED


@BOTH
def test_nothing_is_due_before_somebody_was_employed_and_the_window_is_then_short(find: object) -> None:
    assert callable(find)
    found = find(asked(4), seen(2, employment=since("2025-07-01")), date(2025, 10, 1))
    assert (found.status, found.operands[2]) == (Status.UNDETERMINED, "3 more expected quarters of quota")


@BOTH
def test_leave_excuses_the_periods_that_it_touches_and_no_other(find: object) -> None:
    assert callable(find)
    for start, end, status in (
        ("2025-04-10", "2025-06-20", Status.MET),
        ("2025-04-10", None, Status.UNDETERMINED),
        ("2025-07-10", "2025-08-01", Status.UNDETERMINED),
    ):
        gone = Span("leave", date.fromisoformat(start), None if end is None else date.fromisoformat(end))
        view = seen(0, 2, leave=(gone,), employment=since("2024-01-01"))
        assert find(asked(2, leave="exclude"), view, date(2025, 10, 1)).status is status
        assert find(asked(2), view, date(2025, 10, 1)).status is Status.UNDETERMINED


@BOTH
def test_leave_prorates_a_target_by_its_days(find: object) -> None:
    assert callable(find)
    gone = Span("leave", date(2025, 7, 1), date(2025, 8, 16))  # 46 of 92 days
    low = Figure(date(2025, 7, 1), date(2025, 10, 1), 5 * SCALE, 10 * SCALE, "USD")
    view = FactView(person="p", figures={"quota": (low,)}, spans={"leave": (gone,)})
    found = find(asked(1, leave="prorate"), view, date(2025, 10, 1))
    assert found.status is Status.MET
    assert words(outcome(found, date(2025, 10, 1))).arithmetic == "5 / 5 = 100% (5 of 10 counts)"


@BOTH
def test_a_quarter_is_the_sum_of_the_months_that_fill_it(find: object) -> None:
    assert callable(find)
    months = seen(*range(9), months=1, low=8)
    found = find(asked(2, form="cumulative"), months, date(2025, 10, 1))
    assert [(one.actual, one.target) for one in found.operands[0]] == [
        (27 * SCALE, 27 * SCALE),
        (19 * SCALE, 27 * SCALE),
    ]
    assert (
        find(asked(2), seen(*range(4), *range(5, 9), months=1), date(2025, 10, 1)).status
        is Status.UNDETERMINED
    )


@BOTH
@pytest.mark.parametrize(
    ("hired", "fully"),
    [("2025-01-14", "2025-05-01"), ("2025-01-15", "2025-06-01"), ("2025-01-01", "2025-05-01")],
)
def test_a_ramp_by_months_begins_a_month_later_for_who_begins_late_in_a_month(
    find: object, hired: str, fully: str
) -> None:
    assert callable(find)
    steps = (0, SCALE // 4, HALF, 3 * SCALE // 4)
    ramp = Ramp(4, steps=steps, whole_months=True, late_day=15)
    view = seen(*range(12), months=1, employment=since(hired))
    found = find(asked(24, "month", ramp=ramp, fully_ramped=True), view, date(2026, 1, 1))
    assert found.operands[0][0].start.isoformat() == fully


@BOTH
def test_a_ramp_schedule_scales_targets_and_a_month_without_any_is_passed_over(find: object) -> None:
    assert callable(find)
    ramp = Ramp(4, steps=(0, SCALE // 4, HALF, 3 * SCALE // 4), whole_months=True, late_day=15, scaled=True)
    view = seen(*range(6), months=1, employment=since("2025-01-02"))
    found = find(asked(5, "month", ramp=ramp), view, date(2025, 7, 1))
    assert [one.target for one in found.operands[0]] == [
        2_250_000,
        4_500_000,
        6_750_000,
        9 * SCALE,
        9 * SCALE,
    ]


@BOTH
def test_who_changes_team_grows_into_the_new_target(find: object) -> None:
    assert callable(find)
    teams = (Span("north", date(2024, 1, 1), date(2025, 4, 1)), Span("south", date(2025, 4, 1), None))
    move = Ramp(1, steps=(HALF,), whole_months=True, scaled=True)
    view = seen(*range(6), months=1, team=teams, employment=since("2024-01-01"))
    found = find(asked(3, "month", transfer=move), view, date(2025, 7, 1))
    assert [one.target for one in found.operands[0]] == [4_500_000, 9 * SCALE, 9 * SCALE]
    ramped = asked(3, "month", transfer=move, ramp=Ramp(0), fully_ramped=True)
    assert [one.start.month for one in find(ramped, view, date(2025, 7, 1)).operands[0]] == [3, 5, 6]


@BOTH
def test_a_late_joiner_is_not_expected_to_have_a_figure_for_the_period(find: object) -> None:
    assert callable(find)
    view = seen(1, 2, employment=since("2025-02-20"))
    assert find(asked(3), view, date(2025, 10, 1)).operands[2] == ""
    late = find(asked(3, joined_by_day=15), view, date(2025, 10, 1))
    assert late.operands[2] == "1 more expected quarter of quota"


@BOTH
def test_a_figure_is_expected_only_some_days_after_its_period_where_the_policy_says_so(find: object) -> None:
    assert callable(find)
    assert find(asked(2), seen(0, 1), date(2025, 10, 15)).status is Status.UNDETERMINED
    assert find(asked(2, due_after=20), seen(0, 1), date(2025, 10, 15)).status is Status.MET
    assert find(asked(2, due_after=20), seen(0, 1), date(2025, 10, 21)).status is Status.UNDETERMINED


@BOTH
def test_a_missing_figure_fails_where_the_policy_says_so(find: object) -> None:
    assert callable(find)
    for form in ("each", "cumulative", "mean"):
        found = find(asked(2, form=form, missing="not_met"), seen(0, 1), date(2025, 10, 1))
        assert found.status is Status.NOT_MET


@BOTH
def test_a_fiscal_year_window_holds_the_periods_of_that_year(find: object) -> None:
    assert callable(find)
    fiscal = Fiscal(2)
    held = tuple(
        Figure(one.start, one.end, SCALE, SCALE, "USD")
        for one in fiscal.last("quarter", 8, date(2026, 8, 1))
        if one.end
    )
    view = FactView(person="p", figures={"quota": held})
    last = find(asked(4, year="last", fiscal=fiscal), view, date(2026, 8, 15))
    assert [str(one.start) for one in last.operands[0]] == [
        "2025-02-01",
        "2025-05-01",
        "2025-08-01",
        "2025-11-01",
    ]
    current = find(asked(4, year="current", fiscal=fiscal), view, date(2026, 8, 15))
    assert [str(one.start) for one in current.operands[0]] == ["2026-02-01", "2026-05-01"]
    early = find(asked(4, year="current", fiscal=fiscal), view, date(2026, 2, 15))
    assert (early.status, early.operands[2]) == (
        Status.UNDETERMINED,
        "an expected quarter of quota in the current fiscal year",
    )


@BOTH
def test_periods_as_imported_are_all_that_is_expected(find: object) -> None:
    assert callable(find)
    assert find(asked(2, "period"), seen(0, 2), date(2026, 9, 1)).status is Status.MET


def test_weeks_in_a_4_4_5_pattern_give_the_retail_calendars_known_years() -> None:
    retail = Fiscal(2, (4, 4, 5), 5, nearest=True)  # the year ends on the saturday nearest the end of january
    starts = [str(retail.period("year", year).start) for year in range(2022, 2028)]
    assert starts == ["2022-01-30", "2023-01-29", "2024-02-04", "2025-02-02", "2026-02-01", "2027-01-31"]
    quarters = [retail.period("quarter", 2023 * 4 + n) for n in range(4)]
    assert [(one.end - one.start).days // 7 for one in quarters if one.end] == [13, 13, 13, 14]


@BOTH
def test_a_ramp_whose_beginning_is_not_known_is_what_the_window_lacks(find: object) -> None:
    assert callable(find)
    found = find(
        asked(2, ramp=Ramp(3, since="level"), fully_ramped=True),
        seen(0, 1, 2, employment=since("2024-01-01")),
        date(2025, 10, 1),
    )
    assert found.operands[2] == "when the ramp began: no level start is known"


@BOTH
def test_a_floor_in_another_unit_than_its_bound_is_never_reached(find: object) -> None:
    assert callable(find)
    bound, floor = Threshold(5 * SCALE, "USD"), Threshold(SCALE, "count")
    criterion = replace(asked(1), ratio=False, bound=bound, floor=floor)
    found = find(criterion, seen(2), date(2025, 10, 1))
    assert found.status is Status.UNDETERMINED
    assert words(outcome(found, date(2025, 10, 1))).missing.startswith("Missing: a figure in count of quota")


def test_shorter_periods_of_unlike_units_are_no_sum() -> None:
    months = [date(2026, n, 1) for n in (1, 2, 3)]
    held = tuple(
        Figure(start, end, 5, 5, unit)
        for start, end, unit in zip(months, months[1:], ("EUR", "USD"), strict=False)
    )
    assert summed(held, months[0], months[2]) == Figure(months[0], months[2], None, None, "")
