"""What a finding lacks is named so that a late fact finds it: what is written is read again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.criterion import Criterion
from rules.evaluate import find
from rules.finding import Status
from rules.lacking import LackingFigure, LackingScore, lacking
from rules.outcome import outcome
from rules.view import FactView
from tests.unit.strategy import attainments, competencies, dates, views, weighteds

NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
DAYS = st.dates().map(date.isoformat)


@given(st.builds(LackingFigure, st.sampled_from(["actual", "target"]), NAMES, DAYS, DAYS))
def test_a_figure_that_is_lacking_is_read_as_it_was_written(one: LackingFigure) -> None:
    assert lacking(str(one)) == one


@given(st.builds(LackingScore, NAMES, st.sampled_from(["current", "next"]), NAMES))
def test_a_score_that_is_lacking_is_read_as_it_was_written(one: LackingScore) -> None:
    assert lacking(str(one)) == one


@pytest.mark.parametrize(
    "text",
    ["", "a target above 0 of quota for [2026-01-01, 2026-04-01)", "2 more expected quarters of quota"],
)
def test_what_no_single_fact_fills_is_read_as_none(text: str) -> None:
    assert lacking(text) is None


@given(attainments() | weighteds() | competencies(), views(), dates)
def test_a_finding_lacks_only_what_is_not_on_file(criterion: Criterion, view: FactView, as_of: date) -> None:
    found = find(criterion, view, as_of)
    told: Any = outcome(found, as_of)["missing"]
    for gap in map(lacking, told):
        if isinstance(gap, LackingFigure):
            period = (gap.start, gap.end)
            held = [one for one in view.figures[gap.metric] if (str(one.start), str(one.end)) == period]
            assert all(getattr(one, gap.side) is None for one in held)
        elif isinstance(gap, LackingScore):
            scores = view.scores.get((gap.competency, gap.level), ())
            assert all(one.value is None or one.by == "self" for one in scores if one.cycle == gap.cycle)
    assert told or found.status is not Status.UNDETERMINED
