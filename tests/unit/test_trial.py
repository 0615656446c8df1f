"""Policy tests: those that ship come out as expected; what fails, and what was never shown, is told."""

from __future__ import annotations

import pytest

from rules.diff import diff
from rules.ladder import Ladder, load_ladder
from rules.policy import Policy, load_policy
from rules.shipped import ladder_text, names, policy_text, trial_text
from rules.trial import load_trials, run
from terms.error import BadInput
from terms.source import read


def shipped(name: str) -> tuple[Policy, Ladder]:
    text = policy_text(name)
    value = read(text, f"{name}.yaml").value
    assert isinstance(value, dict)
    ladder = load_ladder(ladder_text(str(value["ladder"])), "l.yaml")
    return load_policy(text, f"{name}.yaml", ladder), ladder


@pytest.mark.parametrize("name", names("policies"))
def test_the_tests_of_every_shipped_policy_come_out_as_expected(name: str) -> None:
    policy, ladder = shipped(name)
    failures, _ = run(load_trials(trial_text(name), f"{name}.test.yaml", policy, ladder), policy)
    assert [str(one) for one in failures] == []


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
        "t.yaml, line 3, column 5: a year in place: meetings is undetermined, 0 of 0 periods, not met, 2 of 2 periods."
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
