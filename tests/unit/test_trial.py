"""Policy tests: those that ship come out as expected; what fails, and what was never shown, is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from rules.criterion import Criterion
from rules.diff import diff
from rules.evaluate import find
from rules.ladder import Ladder, load_ladder
from rules.policy import Policy, load_policy
from rules.shipped import ladder_text, names, policy_text, trial_text
from rules.trial import load_trials, possible, run
from rules.view import FactView
from terms.error import BadInput
from terms.source import read
from tests.unit.strategy import criteria, dates, views


def shipped(name: str) -> tuple[Policy, Ladder]:
    text = policy_text(name)
    value = read(text, f"{name}.yaml").value
    assert isinstance(value, dict)
    ladder = load_ladder(ladder_text(str(value["ladder"])), "l.yaml")
    return load_policy(text, f"{name}.yaml", ladder), ladder


@pytest.mark.parametrize("name", names("policies"))
def test_the_tests_of_every_shipped_policy_come_out_as_expected(name: str) -> None:
    policy, ladder = shipped(name)
    failures, unseen = run(load_trials(trial_text(name), f"{name}.test.yaml", policy, ladder), policy)
    assert [str(one) for one in failures] == []
    assert unseen == ()


@given(criteria, views(), dates)
def test_a_criterion_never_has_an_outcome_that_coverage_calls_impossible(
    criterion: Criterion, view: FactView, as_of: date
) -> None:
    assert find(criterion, view, as_of).status in possible(criterion)


@pytest.mark.parametrize(
    ("written", "outcomes"),
    [
        ("track: {committed_to: ic}", "met, not_met"),
        ("evidence: {kind: plan, verified: true}", "met, not_met"),
        ("attestation: {statement: values}", "met, not_met"),
        ("attestation: {statement: values, by: candidate}", "met, not_met"),
        ("attestation: {statement: values, by: manager}", "met, not_met, undetermined"),
        ("endorsement: {at_least: 1}", "met, not_met"),
        ("endorsement: {at_least: 1, by: outside_line}", "met, not_met, undetermined"),
        ("endorsement: {at_least: 1, at_or_above: target}", "met, not_met, undetermined"),
        ("any: [{evidence: {kind: plan}}, {track: {committed_to: ic}}]", "met, not_met"),
        ("any: [{evidence: {kind: plan}}, {tenure: {in: level, at_least: 6 months}}]", "met, not_met, undetermined"),
        ("training: {done: [a]}", "met, not_met, undetermined"),
        ("none_of: [plan]", "met, not_met, undetermined"),
    ],
)  # fmt: skip
def test_only_what_rung_itself_keeps_is_never_unknown(written: str, outcomes: str) -> None:
    head = "policy: p\nedition: e\nladder: sales\neffective: 2026-01-01\nmoves:\n  - from: ae-2\n    to: senior-ae\n"
    policy = load_policy(f"{head}    ready: {{id: c, {written}}}\n", "p.yaml", shipped("sales")[1])
    assert ", ".join(possible(policy.moves[0].ready[0])) == outcomes


VARIED = """policy: sales
base:
  seller:
    hired: 2024-01-01
    level: {ae-2: 2025-01-01}
    figures: {quota: {2025-Q4 to 2026-Q3: 330/300 EUR}}
  nobody: {}
tests:
  - name: a year
    like: seller
    move: [ae-2 -> senior-ae, ae-2 -> sales-manager]
    as_of: 2026-10-15
    given: {commitment: {ic: 2026-01-01}}
    expect:
      {every: undetermined, quota: met, year: "met, 110%", time: met, executives: not met, path: met}
    except:
      - {name: and a half, given: {level: {ae-2: 2026-01-01}}, expect: {time: not met, quota: met}}
      - {like: nobody, given: {hired: 2026-10-01}, expect: {time: met}}
"""


def test_a_test_of_several_moves_and_its_variations_say_which_one_failed() -> None:
    policy, ladder = shipped("sales")
    held = load_trials(VARIED, "t.yaml", policy, ladder)
    assert len(held) == 6
    failures, _ = run(held, policy)
    assert [str(one) for one in failures] == [
        "t.yaml, line 9, column 5: a year (ae-2->senior-ae): account-plan is not met; expected: undetermined.",
        "t.yaml, line 9, column 5: a year (ae-2->sales-manager): coaching is not met; expected: undetermined.",
        "t.yaml, line 9, column 5: a year (ae-2->sales-manager): endorsed is not met; expected: undetermined.",
        "t.yaml, line 9, column 5: a year (ae-2->sales-manager): path is not met; expected: met.",
        "t.yaml, line 18, column 9: a year, except: 2 (ae-2->senior-ae): time is undetermined; expected: met.",
        "t.yaml, line 18, column 9: a year, except: 2 (ae-2->sales-manager): time is undetermined; expected: met.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("time: not met, quota", "tine: not met, quota",
         "t.yaml, line 17, column 9\n  test a year, except: and a half\n"
         "`expect`: 'tine' is no criterion of these moves; did you mean `time`?"),
        ("like: nobody", "like: nobdy",
         "t.yaml, line 18, column 16\n`like`: 'nobdy' is no base; did you mean `nobody`?"),
        ("{hired: 2026-10-01}", "{hird: 2026-10-01}",
         "t.yaml, line 18, column 38\n`hird` is not a key here; did you mean `hired`?"),
        ("2025-Q4 to 2026-Q3", "2025-Q4 to 2026-09",
         "t.yaml, line 9, column 5\n  test a year\n'2025-Q4 to 2026-09' is no series; write two periods of one "
         "length, such as 2025-Q4 to 2026-Q3."),
        ("[ae-2 -> senior-ae, ae-2 -> sales-manager]", "[]",
         "t.yaml, line 11, column 11\n`move`: Write a move, such as ae-1 -> ae-2, or a list of several."),
    ],
)  # fmt: skip
def test_a_variation_with_a_fault_is_refused_at_its_place(old: str, new: str, told: str) -> None:
    policy, ladder = shipped("sales")
    assert old in VARIED
    with pytest.raises(BadInput) as refused:
        load_trials(VARIED.replace(old, new, 1), "t.yaml", policy, ladder)
    assert str(refused.value) == told


TESTS = """policy: sales
tests:
  - name: a year in place
    move: sdr -> ae-1
    as_of: 2026-10-15
    given: {level: {sdr: 2025-10-01}, figures: {qualified-meetings: {2026-Q3: 44/45}}}
    expect: {time: met, meetings: "met, 2 of 2 periods"}
"""


def test_what_fails_is_told_with_what_was_found() -> None:
    policy, ladder = shipped("sales")
    failures, unseen = run(load_trials(TESTS, "t.yaml", policy, ladder), policy)
    assert [str(one) for one in failures] == [
        "t.yaml, line 3, column 5: a year in place: meetings is undetermined, 0 of 0 periods; "
        "expected: met, 2 of 2 periods."
    ]
    never = {one.criterion: one.never for one in unseen if one.move == "sdr->ae-1"}
    assert never["time"] == ("not_met", "undetermined")
    assert never["full-cycle"] == ("met",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("expect: {time: met", "expect: {tmie: met",
         "t.yaml, line 3, column 5\n  test a year in place\n"
         "`expect`: 'tmie' is no criterion of this move; did you mean `time`?"),
        ("time: met", "time: yes",
         "t.yaml, line 3, column 5\n  test a year in place\n`time`: 'yes' is neither met, not met nor undetermined."),
        ("44/45", "44 of 45",
         "t.yaml, line 3, column 5\n  test a year in place\n"
         "'44 of 45' is no figure; write 8/10, 8/10 EUR, -/10 or 8 EUR."),
        ("policy: sales", "policy: sails",
         "t.yaml, line 1, column 9\nThese tests are of the policy sails, not of sales."),
        ("as_of: 2026-10-15\n", "\n",
         "t.yaml, line 3, column 5\n  test a year in place\nWrite exactly one of `as_of` and `effective`."),
    ],
)  # fmt: skip
def test_a_test_file_with_a_fault_is_refused_in_one_sentence(old: str, new: str, told: str) -> None:
    policy, ladder = shipped("sales")
    with pytest.raises(BadInput) as refused:
        load_trials(TESTS.replace(old, new, 1), "t.yaml", policy, ladder)
    assert str(refused.value) == told


def test_two_editions_differ_in_words() -> None:
    old, ladder = shipped("sales-development-2025")
    new, _ = shipped("sales-development-2026")
    found = diff(old, new, ladder)
    assert "tenure time for SDR -> SDR Team Lead: at least 9 -> 8 months in sdr" in found
    assert (
        "training course for BDR -> Senior BDR: done: role-q1, role-q2; now done: role-q1, role-q2, role-q3"
        in found
    )
    assert len(found) == 9
    last, _ = shipped("sales-development-2026-06")
    assert diff(new, last, ladder) == ("effective: 2026-02-01 -> 2026-06-26", "ramp, late_from_day: 15 -> 16")
    assert diff(new, new, ladder) == ()


def test_the_cut_off_days_of_the_sales_development_policy_are_the_third_fridays() -> None:
    policy, _ = shipped("sales-development-2026")
    from terms.calendar import day

    held = {month: policy.calendar.cut_off_for(day(month)) for month in ("2027-01-01", "2027-02-01")}
    assert held == {"2027-01-01": day("2026-12-18"), "2027-02-01": day("2027-01-15")}
