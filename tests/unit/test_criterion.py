"""Each kind of criterion: one property that holds its two evaluators together, and the text of its fault."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import evaluate, reference
from rules.criterion import Criterion, Register
from rules.fact import Mark, Span
from rules.ladder import load_ladder
from rules.outcome import outcome
from rules.parse import READERS
from rules.policy import load_policy
from rules.shipped import ladder_text
from rules.view import FactView
from terms.error import Malformed
from tests.unit import strategy as some

LADDER = load_ladder(ladder_text("sales"), "sales.yaml")
HEAD = """policy: p
edition: 1
ladder: sales
effective: 2026-07-01
moves:
  - from: ae-2
    to: senior-ae
    ready:
      all:
        - {id: c, CRITERION}
""".replace("edition: 1", "edition: first")

KINDS = {
    "attainment": some.attainments().filter(lambda one: one.kind == "attainment") | some.weighteds(),
    "metric": some.attainments().filter(lambda one: one.kind == "metric"),
    "competency": some.competencies(),
    "track": some.tracks,
    "tenure": some.tenures,
    "evidence": some.registers.filter(lambda one: one.kind == "evidence"),
    "endorsement": some.registers.filter(lambda one: one.kind == "endorsement"),
    "attestation": some.registers.filter(lambda one: one.kind == "attestation"),
    "rating": some.rated,
    "seat": some.seats,
    "training": some.trainings,
    "none_of": some.standings,
    "all": some._grouped(some.single).filter(lambda one: one.kind == "all"),
    "any": some._grouped(some.single).filter(lambda one: one.kind == "any"),
    "at_least": some._grouped(some.single).filter(lambda one: one.kind == "at_least"),
    "not": some._grouped(some.single).filter(lambda one: one.kind == "not"),
}


def test_every_kind_the_loader_reads_has_its_property_and_its_fault() -> None:
    assert set(KINDS) == set(READERS)
    assert {kind for kind, _, _ in FAULTS} == set(READERS)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data(), view=some.views(), as_of=some.dates)
def test_both_evaluators_find_the_same_of_every_kind(
    kind: str, data: st.DataObject, view: FactView, as_of: date
) -> None:
    criterion: Criterion = data.draw(KINDS[kind])
    fast, slow = evaluate.find(criterion, view, as_of), reference.find(criterion, view, as_of)
    assert outcome(fast, as_of) == outcome(slow, as_of)


FAULTS = [
    ("attainment", "attainment: {of: quota, each: {at_least: 100}, over: {last: 2, unit: quarter}}",
     "`at_least`: '100' has no unit; write 95%, 3 points, 2 count or 250000 EUR."),
    ("attainment", "attainment: {of: quota, each: {at_least: 5 EUR}, over: {last: 2, unit: quarter}}",
     "`at_least: 5 EUR` must be a percentage, such as 95%."),
    ("attainment", "attainment: {of: quota, each: {at_least: 9%}}",
     "`over` is missing; say how many periods, such as {last: 2, unit: quarter}."),
    ("attainment",
     "attainment: {of: quota, each: {at_least: 9%}, mean: {at_least: 9%}, over: {last: 2, unit: quarter}}",
     "Write exactly one of each, cumulative, mean, min, max, latest, trend, variance; here stands each, mean."),
    ("attainment", "attainment: {of: quota, each: {at_least: 9%}, over: {last: 2, unit: quarter, fully_ramped: true}}",
     "The policy says no `ramp`, so nobody is known to be fully ramped."),
    ("attainment",
     "attainment: {of: quota, cumulative: {at_least: 100%}, over: {last: 2, unit: quarter}, cap_each: 90%}",
     "The cap lies below the threshold, so the criterion can never hold."),
    ("attainment", "attainment: {of: quota, each: {at_least: 9%}, over: {last: 2, unit: fortnight}}",
     "'fortnight' is no unit; there is half, month, period, quarter, year."),
    ("attainment", "attainment: {of: quota, each: {at_least: 9%}, over: {unit: quarter}}",
     "Write exactly one of `last: 2` (periods) and `fiscal_year: last` (or current)."),
    ("attainment", "attainment: {of: quota, each: {at_least: 9%}, over: {fiscal_year: last, unit: period}}",
     "A fiscal year needs a unit of the calendar, and neither `trend` nor `latest`."),
    ("attainment", "attainment: {of: {teem: quota}, each: {at_least: 9%}, over: {last: 2, unit: quarter}}",
     "`teem` is not a key here; did you mean `team`?"),
    ("attainment", "attainment: {of: forecast, variance: {at_least: 9%}, over: {last: 2, unit: quarter}}",
     "`at_least` is not a key here; there is within."),
    ("attainment", "attainment: {of: quota, trend: {at_least: 5%}, floor: {at_least: 5%}, "
     "over: {last: 2, unit: quarter}}",
     "`floor` does not go with `trend`."),
    ("attainment", "attainment: {weighted: [{of: a, weight: 50%}, {of: b, weight: 40%}], each: {at_least: 9%}, "
     "over: {last: 2, unit: quarter}}",
     "The weights come to 90%; each above 0, they must come to 100%."),
    ("attainment", "attainment: {weighted: [{of: a, weight: 50%}, {of: b, weight: 50%}], each: {at_least: 9%}, "
     "over: {last: 2, unit: period}}",
     "`weighted` needs a unit of the calendar, not `period`."),
    ("metric", "metric: {of: quota, each: {at_least: 5 EUR}, floor: {at_least: 1 USD}, over: {last: 2, unit: quarter}}",
     "The floor is in USD, the threshold in EUR; write both in one unit."),
    ("metric", "metric: {of: quota, trend: {at_least: 5 EUR}, over: {last: 2, unit: quarter}}",
     "`at_least: 5 EUR` must be a percentage, such as 95%."),
    ("metric", "metric: {of: quota, each: {at_most: 100 EUR}, over: {last: 2, unit: quarter}}",
     "`at_most` is not a key here; did you mean `at_least`?"),
    ("competency", "competency: {is: deal-complexity, at_least: 9, each_of_last: 2 cycles}",
     "9 is outside 1 to 5."),
    ("competency", "competency: {is: deal-complexity, at_least: 4, each_of_last: 2}",
     "Here stands 2; write a number of cycles, such as 2 cycles."),
    ("track", "track: {committed_to: managment}", "'managment' is no track; did you mean `management`?"),
    ("tenure", "tenure: {in: level, at_least: 12}",
     "Here stands 12; write a number of months, such as 2 months."),
    ("evidence", "evidence: {at_least: 2}", "`kind` is missing; write it."),
    ("endorsement", "endorsement: {at_least: 0}", "0 is outside 1 to 99."),
    ("endorsement", "endorsement: {by: peer}",
     "'peer' is no maker; there is line, manager, outside_line."),
    ("endorsement", "endorsement: {at_or_above: senior}", "'senior' is no level; did you mean `senior-ae`?"),
    ("attestation", "attestation: {statement: 7}", "Here stands 7; write text."),
    ("rating", "rating: {last: 2}", "`one_of` is missing; list the ratings that do."),
    ("seat", "seat: {level: senior}", "'senior' is no level; did you mean `senior-ae`?"),
    ("training", "training: {done: [a, a]}", "A word is written twice; keep one."),
    ("none_of", "none_of: performance-plan", "Here stands 'performance-plan'; write a list."),
    ("all", "all: []", "Write a list of criteria."),
    ("any", "any: [{id: c, none_of: [x]}]", "The id c is used twice in this move; rename one."),
    ("at_least", "at_least: {count: 3, of: [{none_of: [x]}]}", "3 is outside 1 to 1."),
    ("not", "not: [1]",
     "Here stands a list; write `all:` above it where each must hold, `any:` where one is enough."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "criterion", "told"), FAULTS)
def test_a_fault_of_each_kind_is_told_in_one_sentence_with_its_place(
    kind: str, criterion: str, told: str
) -> None:
    with pytest.raises(Malformed) as refused:
        load_policy(HEAD.replace("CRITERION", criterion), "p.yaml", LADDER)
    *way, sentence = str(refused.value).splitlines()
    assert sentence == told, kind
    assert way[0] == "policy p first"
    assert way[1].startswith("  p.yaml, line 10, column ")
    assert way[2] == "    move ae-2 -> senior-ae"
    assert way[3].startswith("      criterion c")


def test_not_over_figures_is_refused_where_a_missing_one_fails_as_silence_would_meet_it() -> None:
    text = HEAD.replace("moves:", "missing: not_met\nmoves:").replace(
        "CRITERION",
        "not: {all: [{attainment: {of: quota, each: {at_least: 9%}, over: {last: 2, unit: quarter}}}]}",
    )
    with pytest.raises(Malformed) as refused:
        load_policy(text, "p.yaml", LADDER)
    assert str(refused.value).splitlines()[-1] == (
        "With `missing: not_met` a figure that is not on file would satisfy this `not`, and silence never "
        "promotes; write `missing: undetermined`, or say it without `not`."
    )


def endorsed(by: str, least: int | None = None) -> Register:
    return Register(
        id="e",
        says="",
        place="",
        register="endorsement",
        entry="endorsement",
        count=1,
        by=by,
        least_rank=least,
    )


BOSS = (Span("boss", date(2020, 1, 1), None),)
TOP = (*BOSS, Span("top", date(2020, 1, 1), None))


@pytest.mark.parametrize("find", [evaluate.find, reference.find], ids=["fast", "reference"])
@pytest.mark.parametrize(
    ("maker", "criterion", "view", "status"),
    [
        ("peer", endorsed("outside_line"), {"spans": {"manager": BOSS, "line": TOP}, "line_known": True}, "met"),
        ("top", endorsed("outside_line"), {"spans": {"manager": BOSS, "line": TOP}, "line_known": True}, "not_met"),
        ("peer", endorsed("outside_line"), {"spans": {"manager": BOSS}}, "undetermined"),
        ("boss", endorsed("outside_line"), {"spans": {"manager": BOSS}}, "not_met"),
        ("me", endorsed("outside_line"), {"line_known": True}, "not_met"),
        ("me", endorsed(""), {}, "not_met"),
        ("top", endorsed("line"), {"spans": {"line": TOP}, "line_known": True}, "met"),
        ("peer", endorsed("manager"), {}, "undetermined"),
        ("peer", endorsed("", 3), {"ranks": {"peer": 3}}, "met"),
        ("peer", endorsed("", 3), {"ranks": {"peer": 2}}, "not_met"),
        ("peer", endorsed("", 3), {}, "undetermined"),
    ],
)  # fmt: skip
def test_an_endorsement_counts_by_who_gave_it_and_is_unknown_where_that_is(
    find: object, maker: str, criterion: Register, view: dict[str, Any], status: str
) -> None:
    assert callable(find)
    marks = {"endorsement": (Mark("endorsement", date(2026, 1, 1), by=maker),)}
    found = find(criterion, FactView(person="me", marks=marks, **view), date(2026, 10, 1))
    assert found.status == status
