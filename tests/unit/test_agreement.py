"""Leniency and agreement: honest about how little a few cases say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.report.agreement import agreement, deviations, leniencies

pytest.importorskip("scipy")
krippendorff = pytest.importorskip("krippendorff")

POINTS = st.integers(1, 5)
UNITS = st.lists(
    st.tuples(
        st.sampled_from(["C-1", "C-2", "C-3", "C-4"]),
        st.dictionaries(st.sampled_from(["ana", "bo", "cy"]), POINTS, min_size=1),
    ),
    max_size=12,
)


def test_one_case_gives_an_estimate_and_no_interval() -> None:
    (ana, bo) = leniencies(deviations([("C-1", {"ana": 4, "bo": 2})]))
    assert (ana.estimate, ana.low, ana.high, ana.differs) == (2.0, None, None, None)
    assert bo.estimate == -2.0


def test_a_few_cases_show_no_difference_that_many_do() -> None:
    apart = [0.5, 1.5]
    few = leniencies({"ana": apart, "bo": [-one for one in apart]})[0]
    many = leniencies({"ana": apart * 20, "bo": [-one for one in apart] * 20})[0]
    assert few.estimate == many.estimate == 1.0
    assert (few.differs, many.differs) == (False, True)


def test_a_rater_without_spread_gets_the_spread_of_all() -> None:
    ana = next(one for one in leniencies({"ana": [1.0, 1.0], "bo": [-2.0, 0.0]}) if one.rater == "ana")
    assert ana.low is not None and ana.low < 0 < (ana.high or 0)


@given(UNITS)
def test_what_one_gives_more_the_others_give_less(units: list[tuple[str, dict[str, int]]]) -> None:
    two: list[tuple[str, dict[str, int]]] = [
        (case, {who: points for who, points in held.items() if who != "cy"}) for case, held in units
    ]
    found = {one.rater: one for one in leniencies(deviations(two))}
    assert set(found) in (set(), {"ana", "bo"})
    if found:
        assert found["ana"].estimate == pytest.approx(-found["bo"].estimate)


@given(UNITS)
def test_every_interval_holds_its_estimate_and_raters_stand_by_name(
    units: list[tuple[str, dict[str, int]]],
) -> None:
    found = leniencies(deviations(units))
    assert [one.rater for one in found] == sorted(one.rater for one in found)
    for one in found:
        assert one.low is None or one.high is None or one.low <= one.estimate <= one.high
        assert (one.low is None) == (one.cases < 2)


def test_agreement_is_what_the_published_example_says() -> None:
    # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: four observers, twelve units, ordinal 0.815.
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [
        (f"C-{at}", {f"r{who}": one for who, row in enumerate(rows) if (one := row[at]) is not None})
        for at in range(12)
    ]
    found = agreement(units)
    assert found.alpha == pytest.approx(0.815, abs=0.001)
    assert found.units == 11
    assert found.low is not None and found.high is not None and found.alpha is not None
    assert found.low <= found.alpha <= found.high


@pytest.mark.parametrize("units", [[], [("C-1", {"ana": 3, "bo": 3})], [("C-1", {"ana": 3, "bo": 3})] * 3])
def test_agreement_of_too_little_or_of_equal_scores_is_not_told(
    units: list[tuple[str, dict[str, int]]],
) -> None:
    assert agreement(units).alpha is None
