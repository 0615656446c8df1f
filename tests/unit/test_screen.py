"""Screening in SQL: the third evaluator gives each person the status and the observed value that the others do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.screen.run import screen
from engine.screen.staging import Staging
from engine.screen.summary import lacking
from rules import evaluate
from rules.criterion import Attainment, Threshold, Window
from rules.fact import Figure, Span
from rules.ladder import load_ladder
from rules.policy import Move, load_policy
from rules.salestime import Ramp, SalesTime
from rules.shipped import ladder_text, policy_text
from rules.view import FactView
from terms.error import BadInput
from terms.quantity import LARGEST, SCALE
from tests.screening import company, expected, run
from tests.unit import strategy as some

pytest.importorskip("duckdb", reason="the extra `screen` is not installed")
pytest.importorskip("sqlglot", reason="the extra `screen` is not installed")

from engine.screen.duck import duck
from rules.sql.statement import statement

# smaller trees than the other evaluators get: an engine plans each statement anew
small = st.builds(
    lambda ready, advisory: Move("one", "two", tuple(ready), tuple(advisory)),
    st.lists(st.recursive(some.single, some._grouped, max_leaves=2), min_size=1, max_size=2),
    st.lists(some.single, max_size=1),
)


@settings(max_examples=25)
@given(small, st.lists(some.views(), min_size=3, max_size=6), some.dates)
def test_the_screen_agrees_with_fast_and_reference_on_every_rule_tree_and_population(
    move: Move, views: list[FactView], as_of: date
) -> None:
    people = company(views)
    with duck() as warehouse:
        found = run(warehouse, move, people, as_of)
    for one in people:
        slow = expected(move, one, as_of)
        assert expected(move, one, as_of, evaluate.find) == slow
        assert found[one.person] == slow
    assert len(found) == len(people)


def test_criteria_that_reckon_time_by_different_ramps_each_count_their_own_quarters() -> None:
    hired = {"employment": (Span("company", date(2026, 3, 31), None),)}
    figures = tuple(
        Figure(start, end, 100 * SCALE, 100 * SCALE, "USD")
        for start, end in ((date(2026, 4, 1), date(2026, 7, 1)), (date(2026, 7, 1), date(2026, 10, 1)))
    )
    (asked,) = quarter().ready
    assert isinstance(asked, Attainment)
    ramped = [
        replace(asked, over=Window(2, "quarter", fully_ramped=True, time=SalesTime(ramp=Ramp(months))))
        for months in (4, 0)
    ]
    move = Move("one", "two", tuple(ramped), ())
    people = [FactView("p", {"quota": figures}, spans=hired)]
    with duck() as warehouse:
        found = run(warehouse, move, people, some.AS_OF)
    assert found["p"] == expected(move, people[0], some.AS_OF)
    assert found["p"].statuses == (None, True)


def quarter(bound: int = SCALE) -> Move:
    asked = Attainment(
        id="quota",
        says="",
        place="",
        metric="quota",
        ratio=True,
        form="cumulative",
        bound=Threshold(bound, "ratio"),
        over=Window(1, "quarter"),
    )
    return Move("one", "two", (asked,), ())


def test_a_figure_restated_later_is_read_as_it_was_known(tmp_path: Path) -> None:
    view = FactView("p", {}, spans={"employment": (Span("company", date(2020, 1, 1), None),)})
    period = (date(2026, 7, 1), date(2026, 10, 1))
    with Staging(tmp_path) as staged:
        staged.company(view)
        staged.add([view])
        for known, actual in (("2026-10-02", 110), ("2026-10-09", 90)):
            row = ("p", "quota", *period, actual * SCALE, 100 * SCALE, "USD", known)
            staged.write("expected_period", row)
    with duck() as warehouse:
        for seen, ready, value in (
            (None, False, 900_000),
            ("2026-10-05", True, 1_100_000),
            ("2026-10-01", None, None),
        ):
            warehouse.load(tmp_path)
            (found,) = screen(warehouse, quarter(), some.AS_OF, staged, known_at=seen)
            assert (found.ready, found.observed) == (ready, (value,))


def test_an_amount_that_outgrows_38_digits_is_refused_in_a_sentence() -> None:
    figure = Figure(date(2026, 7, 1), date(2026, 10, 1), LARGEST * LARGEST // 10, SCALE, "USD")
    with duck() as warehouse, pytest.raises(BadInput, match="An amount outgrows 38 digits"):
        run(warehouse, quarter(), [FactView("p", {"quota": (figure,)})], some.AS_OF)


def test_no_word_of_a_policy_is_part_of_the_statement() -> None:
    ladder = load_ladder(ladder_text("sales"), "sales.yaml")
    held = load_policy(policy_text("sales"), "sales.yaml", ladder)
    for move in held.moves:
        for dialect in ("duckdb", "postgres", "spark"):
            made = statement(move, some.AS_OF, dialect)
            assert made.params
            words = set(made.params.values()) - {"endorsement"}
            assert not [
                one for one in words if re.search(rf"'{re.escape(one)}'|\b{re.escape(one)}\b", made.text)
            ]


def test_an_unknown_engine_is_named_with_those_there_are() -> None:
    with pytest.raises(BadInput, match="'oracle' is no engine to screen on; use duckdb, postgres, spark"):
        statement(replace(quarter()), some.AS_OF, "oracle")


def test_what_a_near_miss_lacks_is_said_in_the_measure_of_its_criterion() -> None:
    (asked,) = quarter(1_050_000).ready
    assert lacking(asked, 981_389, some.AS_OF) == "98.1389% of 105%"
    assert lacking(asked, None, some.AS_OF) == ""
