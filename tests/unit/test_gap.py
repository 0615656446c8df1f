"""Gaps: applying one turns the criterion, nothing smaller does, and a group takes its cheapest parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules import evaluate, reference
from rules.criterion import Competency, Criterion, Group, Not, Threshold
from rules.fact import Cycle, Score
from rules.finding import Finding, Status
from rules.gap import step
from rules.outcome import outcome
from rules.view import FactView
from rules.word import words
from terms.quantity import SCALE, scaled
from terms.supply import KINDS
from tests.unit import strategy as some
from tests.unit.changed import after, named, places, smaller

LEAVES = {
    "figures": some.attainments(),
    "weighted": some.weighteds(),
    "competency": some.competencies(),
    "register": some.registers,
    "rating": some.rated,
    "seat": some.seats,
    "tenure": some.tenures,
    "training": some.trainings,
    "none_of": some.standings,
    "track": some.tracks,
}


def held(finding: Finding, view: FactView, as_of: date, turned: Status) -> None:
    """Asserts that a finding's gap turns it, that nothing smaller does, and that it comes in words."""
    found = step(finding, turned, as_of)
    if found is None or not found.possible:
        return
    assume(named(finding, found.told) <= places(view))  # a sum of months has no figure of its own
    assert after(finding, None, view, as_of) is turned
    assert after(finding, found.told, view, as_of) is not turned
    for less in smaller(finding, found.told):
        assert after(finding, less, view, as_of) is turned


@pytest.mark.parametrize("kind", LEAVES)
@given(data=st.data(), view=some.views() | some.settled(), as_of=some.dates)
def test_applying_a_gap_meets_the_criterion_and_nothing_smaller_does(
    kind: str, data: st.DataObject, view: FactView, as_of: date
) -> None:
    finding = reference.find(data.draw(LEAVES[kind]), view, as_of)
    held(finding, view, as_of, finding.status)


@given(some.criteria, some.views() | some.settled(), some.dates)
def test_applying_the_gap_of_a_tree_meets_it_and_nothing_smaller_does(
    criterion: Criterion, view: FactView, as_of: date
) -> None:
    finding = reference.find(criterion, view, as_of)
    held(finding, view, as_of, finding.status)


@given(some.criteria, some.views() | some.settled(), some.dates)
def test_whatever_is_not_met_says_what_would_meet_it_or_what_is_missing_or_why_nothing_does(
    criterion: Criterion, view: FactView, as_of: date
) -> None:
    shown = outcome(reference.find(criterion, view, as_of), as_of)
    told = words(shown)
    if shown["status"] == "met":
        assert (shown["gap"], told.lacking) == (None, "")
    else:
        assert told.lacking or _silent(shown)
        assert shown["gap"] is None or shown["status"] == "not_met"
    imports = shown["imports"]
    assert isinstance(imports, list) and set(imports) <= set(KINDS)


def _silent(shown: Any) -> bool:
    """Returns whether only parts that lack a figure stand against a tree: each of them says so."""
    return any(one["missing"] or _silent(one) for one in shown["children"])


def cost(parts: list[Any]) -> tuple[int, Fraction]:
    return sum(one.changes for one in parts), sum((one.distance for one in parts), Fraction())


@given(some.criteria.filter(lambda one: isinstance(one, Group)), some.views() | some.settled(), some.dates)
def test_a_group_takes_the_fewest_changes_then_the_least_distance(
    criterion: Group, view: FactView, as_of: date
) -> None:
    finding = reference.find(criterion, view, as_of)
    if finding.status is not Status.NOT_MET:
        return
    found = step(finding, Status.NOT_MET, as_of)
    parts = [
        step(one, one.status, as_of) if one.status is Status.NOT_MET else None for one in finding.children
    ]
    open_ = {n: one for n, one in enumerate(parts) if one is not None and one.possible}
    turning = []
    for size in range(len(open_) + 1):
        for chosen in combinations(open_, size):
            take = [{"at": n, "gap": open_[n].told} for n in chosen]
            if after(finding, {"take": take}, view, as_of) is not Status.NOT_MET:
                turning.append(cost([open_[n] for n in chosen]))
    if found is None:
        assert after(finding, None, view, as_of) is not Status.NOT_MET
    elif not found.possible:
        assert not turning
    else:
        assert cost([found]) == min(turning)


@given(some.attainments() | some.weighteds() | some.competencies(), some.views() | some.settled(), some.dates)
def test_what_cannot_be_met_is_met_by_no_figure_and_no_score(
    criterion: Any, view: FactView, as_of: date
) -> None:
    finding = reference.find(criterion, view, as_of)
    found = step(finding, Status.NOT_MET, as_of)
    if found is None or found.possible:
        return
    best = getattr(criterion, "best", None)
    scores = {
        key: tuple(replace(one, value=best if one.value is not None else None) for one in row)
        for key, row in view.scores.items()
    }
    figures = {
        metric: tuple(replace(one, actual=None if one.actual is None else 10**15) for one in row)
        for metric, row in view.figures.items()
    }
    raised = replace(view, scores=scores, figures=figures)
    assert reference.find(criterion, raised, as_of).status is Status.NOT_MET
    shown = words(outcome(finding, as_of)).gap
    assert shown.startswith("Cannot be met: ")


@given(some.competencies(), st.booleans(), some.settled(), some.dates)
def test_a_gap_never_asks_for_a_score_that_the_scale_does_not_hold(
    asked: Any, inverted: bool, view: FactView, as_of: date
) -> None:
    ends = (SCALE, 5 * SCALE)
    best, worst = ends if asked.lower_is_better else ends[::-1]
    finding = reference.find(replace(asked, best=best, worst=worst), view, as_of)
    if (finding.status is Status.MET) is not inverted:
        return
    found = step(finding, finding.status, as_of)
    if found is None:
        return
    if found.possible:
        (moves,) = found.told.values()
        assert isinstance(moves, list)
        assert all(SCALE <= scaled(one["to"]) <= 5 * SCALE for one in moves)
        return
    extreme = worst if inverted else best
    scores = {
        key: tuple(replace(one, value=extreme if one.value is not None else None) for one in row)
        for key, row in view.scores.items()
    }
    assert reference.find(finding.criterion, replace(view, scores=scores), as_of).status is finding.status


@pytest.mark.parametrize(
    ("lower", "bound", "strict", "told"),
    [
        (False, 1, False, "Cannot be met: no score is below 1."),
        (False, 2, False, "c must cease: to lower: closing from 3 to 1."),
        (False, 1, True, "c must cease: to lower: closing from 3 to 1."),
        (True, 5, False, "Cannot be met: no score is above 5."),
        (True, 4, False, "c must cease: to lower: closing from 3 to 5."),
    ],
)
def test_what_must_not_hold_and_cannot_be_ended_on_the_scale_says_so(
    lower: bool, bound: int, strict: bool, told: str
) -> None:
    common: dict[str, Any] = {"id": "c", "says": "", "place": ""}
    ends = (SCALE, 5 * SCALE)
    best, worst = ends if lower else ends[::-1]
    asked = Competency(
        **common, names=("closing",), need=1, level="current", cycles=1, mean=False, lower_is_better=lower,
        bound=Threshold(bound * SCALE, "points", strict), best=best, worst=worst,
    )  # fmt: skip
    cycle = Cycle("one", date(2026, 1, 1), date(2026, 7, 1))
    view = FactView("me", cycles=(cycle,), scores={("closing", "current"): (Score("one", 3 * SCALE),)})
    for find in (reference.find, evaluate.find):
        shown = outcome(find(Not(**common, part=asked), view, date(2026, 10, 1)), date(2026, 10, 1))
        assert words(shown).gap == told
