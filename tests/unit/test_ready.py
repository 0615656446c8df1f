"""Readiness: the laws of evaluation over random rule trees and random people, and one property per kind."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import evaluate, reference
from rules.criterion import Attainment, Criterion, Group, Not, Threshold, Window
from rules.fact import FactView, Figure
from rules.finding import Status, at_least, conjunction, negation
from rules.inline import generate
from rules.ladder import load_ladder
from rules.policy import Move, Policy, load_policy
from rules.shipped import ladder_text, policy_text
from rules.word import words
from terms.canonical import canonical
from terms.quantity import SCALE
from tests.unit import strategy as some

LADDER = load_ladder(ladder_text("sales"), "sales.yaml")
POLICY = load_policy(policy_text("sales"), "sales.yaml", LADDER)


def both(move: Move, view: FactView, as_of: date) -> tuple[bytes, bytes]:
    fast = evaluate.compiled(POLICY, move)(view, as_of)
    return fast.bytes(), reference.ready(POLICY, move, view, as_of).bytes()


@given(some.moves, some.views(), some.days)
def test_fast_and_reference_agree_on_every_rule_tree_and_population(
    move: Move, view: FactView, as_of: date
) -> None:
    fast, slow = both(move, view, as_of)
    assert fast == slow


@given(some.moves, some.views(), some.days)
def test_the_same_edition_facts_and_date_give_the_same_readiness_byte_for_byte(
    move: Move, view: FactView, as_of: date
) -> None:
    again = replace(view, figures=dict(view.figures), scores=dict(view.scores), spans=dict(view.spans))
    assert both(move, view, as_of) == both(move, again, as_of)


@pytest.mark.parametrize("move", POLICY.moves, ids=lambda one: one.id)
def test_silence_never_promotes(move: Move) -> None:
    nothing = FactView(person="somebody")
    for ready in (evaluate.ready, reference.ready):
        assert ready(POLICY, move, nothing, some.AS_OF).status is not Status.MET


def blanked(view: FactView, metric: str, number: int) -> FactView:
    held = view.figures[metric]
    gone = (*held[:number], replace(held[number], actual=None), *held[number + 1 :])
    return replace(view, figures={**view.figures, metric: gone})


def positive(criterion: Criterion) -> bool:
    if isinstance(criterion, Group):
        return all(positive(one) for one in criterion.parts)
    return not isinstance(criterion, Not)


@given(some.attainments(), some.views(), st.data())
def test_taking_a_figure_away_never_turns_a_criterion_to_met(
    criterion: Criterion, view: FactView, data: st.DataObject
) -> None:
    metric = data.draw(st.sampled_from(some.METRICS))
    if not view.figures[metric]:
        return
    number = data.draw(st.integers(0, len(view.figures[metric]) - 1))
    before = evaluate.find(criterion, view, some.AS_OF).status
    after = evaluate.find(criterion, blanked(view, metric, number), some.AS_OF).status
    if before is not Status.MET:
        assert after is not Status.MET


@given(some.single, some.views(), some.days)
def test_every_finding_has_words(criterion: Criterion, view: FactView, as_of: date) -> None:
    readiness = evaluate.compiled(POLICY, Move("one", "two", (criterion,), ()))(view, as_of)
    shown = readiness.json()["findings"]
    assert isinstance(shown, list)
    told = words(shown[0])
    assert told.required and told.observed
    if shown[0]["status"] == "undetermined":
        assert told.missing.startswith("Missing: ")
    assert canonical(readiness.json())


STATUSES = tuple(Status)


def test_kleene_tables_hold() -> None:
    met, not_met, unknown = Status.MET, Status.NOT_MET, Status.UNDETERMINED
    assert [negation(one) for one in (met, not_met, unknown)] == [not_met, met, unknown]
    for left in STATUSES:
        for right in STATUSES:
            both = conjunction((left, right))
            assert both is (
                not_met if not_met in (left, right) else unknown if unknown in (left, right) else met
            )


@given(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=6), st.integers(1, 6))
def test_at_least_n_is_what_filling_in_the_unknown_both_ways_gives(parts: list[Status], need: int) -> None:
    met, unknown = parts.count(Status.MET), parts.count(Status.UNDETERMINED)
    best, worst = met + unknown >= need, met >= need
    expected = Status.MET if worst else Status.UNDETERMINED if best else Status.NOT_MET
    assert at_least(need, met, unknown) is expected


def quarter(number: int, actual: str | None, target: str | None = "10") -> Figure:
    start = date(2025 + number // 4, 1 + 3 * (number % 4), 1)
    end = date(2025 + (number + 1) // 4, 1 + 3 * ((number + 1) % 4), 1)
    micros = [None if one is None else round(float(one) * SCALE) for one in (actual, target)]
    return Figure(start, end, micros[0], micros[1], "count", f"f1.{number}.actual")


def asked(form: str, bound: int, last: int, **rest: object) -> Attainment:
    return Attainment(
        id="quota",
        says="",
        place="",
        metric="quota",
        ratio=True,
        form=form,
        bound=Threshold(bound, "ratio"),
        over=Window(last, "quarter"),
        **rest,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("find", [evaluate.find, reference.find])
@pytest.mark.parametrize(
    ("figures", "cumulative", "status"),
    [
        ((("8", "10"), ("26", "24")), "100%", Status.MET),
        ((("7.9", "10"), ("13", "10")), "104.5%", Status.NOT_MET),
        ((("8", "10"), (None, "10")), None, Status.UNDETERMINED),
        ((("8", "10"), ("26", "0")), None, Status.UNDETERMINED),
    ],
)
def test_cumulative_is_sum_over_sum_with_a_floor_per_period(
    find: object, figures: tuple[tuple[str | None, str], ...], cumulative: str | None, status: Status
) -> None:
    held = tuple(quarter(n, *one) for n, one in enumerate(figures))
    criterion = asked("cumulative", SCALE, 2, floor=Threshold(800_000, "ratio"))
    assert callable(find)
    finding = find(criterion, FactView(person="p", figures={"quota": held}), date(2026, 1, 1))
    assert finding.status is status
    readiness = evaluate.compiled(POLICY, Move("a", "b", (criterion,), ()))(
        FactView(person="p", figures={"quota": held}), date(2026, 1, 1)
    )
    shown = readiness.json()["findings"]
    assert isinstance(shown, list)
    assert words(shown[0]).observed == (cumulative or "unknown")


def test_a_window_is_the_last_expected_periods_and_never_the_last_rows() -> None:
    held = (quarter(0, "10"), quarter(1, "10"), quarter(2, None), quarter(3, "10"))
    view = FactView(person="p", figures={"quota": held})
    found = evaluate.find(asked("each", SCALE, 2), view, date(2026, 1, 1))
    assert found.status is Status.UNDETERMINED
    assert [one.start for one in found.operands[0]] == [date(2025, 7, 1), date(2025, 10, 1)]


def test_a_known_failure_is_not_met_though_another_period_is_unknown() -> None:
    view = FactView(person="p", figures={"quota": (quarter(0, "9"), quarter(1, None))})
    assert evaluate.find(asked("each", SCALE, 2), view, date(2026, 1, 1)).status is Status.NOT_MET


def test_a_cap_is_applied_before_periods_are_added() -> None:
    held = (quarter(0, "30"), quarter(1, "5"))
    view = FactView(person="p", figures={"quota": held})
    free = evaluate.find(asked("cumulative", SCALE, 2), view, date(2026, 1, 1))
    capped = evaluate.find(asked("cumulative", SCALE, 2, cap=1_200_000), view, date(2026, 1, 1))
    assert (free.status, capped.status) == (Status.MET, Status.NOT_MET)


@given(some.attainments(), some.views())
def test_filling_the_gap_of_an_attainment_meets_it(criterion: Criterion, view: FactView) -> None:
    assert isinstance(criterion, Attainment)
    move = Move("one", "two", (criterion,), ())
    found = evaluate.compiled(POLICY, move)(view, some.AS_OF).json()["findings"]
    assert isinstance(found, list)
    gap = found[0]["gap"]
    if (
        not gap
        or criterion.form not in ("each", "latest", "min", "cumulative")
        or criterion.floor is not None
    ):
        return
    chosen = evaluate.find(criterion, view, some.AS_OF).operands[0]
    if criterion.cap is not None:
        return
    raised: dict[str, int] = {one["period"]: round(float(one["by"]) * SCALE) for one in gap["short"]}
    if "together" in raised:
        raised = {f"[{chosen[-1].start}, {chosen[-1].end})": raised["together"]}
    held = tuple(
        replace(one, actual=one.actual + raised.get(f"[{one.start}, {one.end})", 0))
        if one in chosen and one.actual is not None
        else one
        for one in view.figures[criterion.metric]
    )
    filled = replace(view, figures={**view.figures, criterion.metric: held})
    assert evaluate.find(criterion, filled, some.AS_OF).status is Status.MET


def test_a_policy_that_is_published_is_evaluated_by_its_digest() -> None:
    assert isinstance(POLICY, Policy)
    view = FactView(person="p")
    first = evaluate.ready(POLICY, POLICY.moves[0], view, some.AS_OF)
    assert first.edition == POLICY.digest
    assert first.bytes() == evaluate.ready(POLICY, POLICY.moves[0], view, some.AS_OF).bytes()


@given(st.text(min_size=1, max_size=40), st.lists(some.criteria, min_size=1, max_size=5))
def test_no_text_of_a_policy_reaches_the_generated_source(text: str, criteria: list[Criterion]) -> None:
    named = [replace(one, id=text, says=text) for one in criteria]
    spiked = [replace(one, metric=text) if isinstance(one, Attainment) else one for one in named]
    source, _ = generate(spiked, [evaluate.evaluator(one) for one in spiked])
    plain, _ = generate(criteria, [evaluate.evaluator(one) for one in criteria])
    assert source == plain
    assert set(re.findall(r"'[^']*'", source)) <= {"'leave'", "'self'", "''"}
