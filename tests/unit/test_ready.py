"""Readiness: the laws of evaluation over random rule trees and random people, and one property per kind."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from benchmarks.population import person
from rules import evaluate, reference
from rules.criterion import Attainment, Competency, Criterion, Threshold, Weighted, Window, leaves
from rules.fact import Figure, Span
from rules.finding import Status, at_least, conjunction, negation
from rules.inline import generate, inlined
from rules.ladder import load_ladder
from rules.outcome import outcome
from rules.policy import Move, Policy, load_policy
from rules.salestime import SalesTime
from rules.shipped import ladder_text, names, policy_text
from rules.view import FactView
from rules.word import words
from terms.canonical import canonical
from terms.fiscal import Fiscal
from terms.quantity import SCALE
from tests.unit import strategy as some

LADDER = load_ladder(ladder_text("sales"), "sales.yaml")
POLICY = load_policy(policy_text("sales"), "sales.yaml", LADDER)


def both(move: Move, view: FactView, as_of: date) -> tuple[bytes, bytes]:
    fast = evaluate.compiled(POLICY, move)(view, as_of)
    return fast.bytes(), reference.ready(POLICY, move, view, as_of).bytes()


@given(some.moves, some.views(), some.dates)
def test_fast_and_reference_agree_on_every_rule_tree_and_population(
    move: Move, view: FactView, as_of: date
) -> None:
    fast, slow = both(move, view, as_of)
    assert fast == slow


@given(some.moves, st.lists(st.tuples(some.views(), some.dates), min_size=2, max_size=4))
def test_whoever_was_asked_about_before_changes_nobodys_readiness(
    move: Move, asked: list[tuple[FactView, date]]
) -> None:
    compiled = evaluate.compiled(POLICY, move)
    for view, as_of in [*asked, *asked]:
        assert compiled(view, as_of).bytes() == reference.ready(POLICY, move, view, as_of).bytes()


MOVE = POLICY.move("ae-2", "senior-ae")
TODAY = date(2026, 10, 15)


def changed(view: FactView, how: str, at: int) -> FactView:
    """Returns somebody ordinary but for one thing."""
    day, held = TODAY - timedelta(days=at), view.figures["quota"]
    if how == "leave":
        return replace(view, spans={**view.spans, "leave": (Span("leave", day, day + timedelta(days=40)),)})
    if how == "joined":
        return replace(view, spans={**view.spans, "employment": (Span("company", day, None),)})
    if how in ("blank", "gone"):
        blank = (replace(held[at % len(held)], actual=None),) if how == "blank" else ()
        figures = (*held[: at % len(held)], *blank, *held[at % len(held) + 1 :])
        return replace(view, figures={"quota": figures})
    if how == "short":
        return replace(
            view, figures={"quota": (*held[:-1], replace(held[-1], end=held[-1].end - timedelta(days=9)))}
        )
    if how == "own":
        scores = {
            name: tuple(replace(one, by="self") if at % 5 == n else one for n, one in enumerate(row))
            for name, row in view.scores.items()
        }
        return replace(view, scores=scores)
    return view


@settings(max_examples=1200)
@given(
    st.integers(0, 10**6),
    st.sampled_from((*MOVE.ready, *MOVE.advisory, *MOVE.ready[:2], *MOVE.ready[:1])),
    st.sampled_from([0, 0, -90]) | st.integers(-700, 120),
    st.sampled_from(["", "leave", "joined", "joined", "blank", "gone", "own", "short"]),
    st.integers(0, 800),
)
def test_what_is_written_out_in_line_agrees_on_people_with_at_most_one_odd_thing(
    number: int, criterion: Criterion, later: int, how: str, at: int
) -> None:
    view = changed(person(f"person-{number}", MOVE, TODAY, 8), how, at)
    as_of = TODAY + timedelta(days=later)
    event(f"{criterion.id} in line: {n_odd(criterion, view, as_of) == 0}")
    fast, slow = both(replace(MOVE, ready=(criterion,), advisory=()), view, as_of)
    assert fast == slow


def n_odd(criterion: Criterion, view: FactView, as_of: date) -> int:
    return len(inlined((criterion,), evaluate.evaluator)(view, as_of)[-1] or ())


@given(some.moves, some.views(), some.dates)
def test_the_same_edition_facts_and_date_give_the_same_readiness_byte_for_byte(
    move: Move, view: FactView, as_of: date
) -> None:
    again = replace(view, figures=dict(view.figures), scores=dict(view.scores), spans=dict(view.spans))
    assert both(move, view, as_of) == both(move, again, as_of)


def shipped_moves() -> list[tuple[Policy, Move]]:
    found = []
    for name in names("policies"):
        text = policy_text(name)
        ladder = re.search(r"^ladder: (\S+)$", text, re.MULTILINE)
        assert ladder is not None
        policy = load_policy(text, f"{name}.yaml", load_ladder(ladder_text(ladder[1]), "l.yaml"))
        found += [(policy, move) for move in policy.moves]
    return found


@pytest.mark.parametrize(
    ("policy", "move"),
    shipped_moves(),
    ids=lambda one: one.id if isinstance(one, Move) else one.edition_label,
)
def test_silence_never_promotes(policy: Policy, move: Move) -> None:
    nothing = FactView(person="somebody")
    for ready in (evaluate.ready, reference.ready):
        found = ready(policy, move, nothing, some.AS_OF)
        assert found.status is not Status.MET
        assert all(one.status is not Status.MET for one in found.findings)


@given(
    some.trees(
        some.attainments() | some.weighteds() | some.competencies() | some.rated | some.seats | some.tenures
    )
)
def test_silence_never_meets_a_tree_of_open_kinds(criterion: Criterion) -> None:
    held = [one for one in leaves(criterion) if isinstance(one, Attainment | Weighted)]
    assume(
        not any(one.over.missing for one in held)
    )  # such a policy says itself what silence is, never under `not`
    for find in (evaluate.find, reference.find):
        assert find(criterion, FactView(person="somebody"), some.AS_OF).status is Status.UNDETERMINED


def silent(criterion: Criterion) -> bool:
    """Returns whether a criterion reads only facts of open kinds whose absence is never itself an answer."""
    return all(
        isinstance(one, Attainment | Weighted | Competency)
        and (isinstance(one, Competency) or (one.over.unit != "period" and not one.over.missing))
        for one in leaves(criterion)
    )


def quieter(view: FactView, data: st.DataObject) -> FactView:
    """Returns a view that knows less: one figure or score blank, or not on file at all."""
    gone = data.draw(st.booleans())
    if data.draw(st.booleans()):
        metric = data.draw(st.sampled_from(some.METRICS))
        held = list(view.figures[metric])
        if held:
            number = data.draw(st.integers(0, len(held) - 1))
            side = data.draw(st.sampled_from(["actual", "target"]))
            held[number : number + 1] = (
                []
                if gone
                else [
                    replace(held[number], actual=None)
                    if side == "actual"
                    else replace(held[number], target=None)
                ]
            )
        return replace(view, figures={**view.figures, metric: tuple(held)})
    key = (data.draw(st.sampled_from(some.SKILLS)), data.draw(st.sampled_from(["current", "next"])))
    scores = [one for one in view.scores[key] if one.by != "self"]
    if scores:
        number = data.draw(st.integers(0, len(scores) - 1))
        scores[number : number + 1] = [] if gone else [replace(scores[number], value=None)]
    return replace(view, scores={**view.scores, key: tuple(scores)})


@given(
    some.trees(some.attainments() | some.weighteds() | some.competencies()),
    some.views(),
    some.dates,
    st.data(),
)
def test_knowing_less_leaves_a_finding_as_it_was_or_makes_it_undetermined(
    criterion: Criterion, view: FactView, as_of: date, data: st.DataObject
) -> None:
    assume(silent(criterion))
    for find in (evaluate.find, reference.find):
        before, after = (
            find(criterion, view, as_of).status,
            find(criterion, quieter(view, data), as_of).status,
        )
        assert after in (before, Status.UNDETERMINED)


@given(
    some.calendars,
    st.sampled_from(["month", "quarter", "half", "year"]),
    st.integers(1, 4),
    st.sampled_from(["each", "cumulative", "mean", "min"]),
    st.sets(st.integers(0, 5)),
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
)
def test_a_window_is_met_only_where_each_period_that_is_due_is_on_file(
    fiscal: Fiscal, unit: str, last: int, form: str, absent: set[int], as_of: date
) -> None:
    due = list(reversed(fiscal.last(unit, 6, as_of)))
    held = [
        Figure(one.start, one.end, SCALE, SCALE, "USD")
        for number, one in reversed(list(enumerate(due)))
        if number not in absent and one.end is not None
    ]
    view = FactView(person="p", figures={"quota": tuple(held)})
    criterion = replace(asked(form, SCALE, last), over=Window(last, unit, time=SalesTime(fiscal=fiscal)))
    status = Status.UNDETERMINED if absent & set(range(last)) else Status.MET
    for find in (evaluate.find, reference.find):
        assert find(criterion, view, as_of).status is status


@given(some.single, some.views(), some.dates)
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
    finding = find(criterion, FactView(person="p", figures={"quota": held}), date(2025, 7, 1))
    assert finding.status is status
    readiness = evaluate.compiled(POLICY, Move("a", "b", (criterion,), ()))(
        FactView(person="p", figures={"quota": held}), date(2025, 7, 1)
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
    assert evaluate.find(asked("each", SCALE, 2), view, date(2025, 7, 1)).status is Status.NOT_MET


def test_a_cap_is_applied_before_periods_are_added() -> None:
    held = (quarter(0, "30"), quarter(1, "5"))
    view = FactView(person="p", figures={"quota": held})
    free = evaluate.find(asked("cumulative", SCALE, 2), view, date(2025, 7, 1))
    capped = evaluate.find(asked("cumulative", SCALE, 2, cap=1_200_000), view, date(2025, 7, 1))
    assert (free.status, capped.status) == (Status.MET, Status.NOT_MET)


def test_a_ratio_just_under_its_bound_is_never_shown_as_having_reached_it() -> None:
    held = (Figure(date(2025, 1, 1), date(2025, 4, 1), 10**13 - 1, 10**13, "USD"),)
    view = FactView(person="p", figures={"quota": held})
    for form in ("each", "cumulative"):
        shown = outcome(reference.find(asked(form, SCALE, 1), view, date(2025, 4, 1)), date(2025, 4, 1))
        told = words(shown)
        assert (shown["status"], told.arithmetic.split("; ")[0]) == (
            "not_met",
            "9999999.999999 / 10000000 = 99.9999%",
        )
        assert told.gap == "Short by 0.000001 USD in [2025-01-01, 2025-04-01)."


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
    source, _ = generate(spiked, evaluate.evaluator)
    plain, _ = generate(criteria, evaluate.evaluator)
    assert source == plain
    assert set(re.findall(r"'[^']*'", source)) <= {"'standing'", "'training'"}
