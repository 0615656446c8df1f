"""The policy linter: each finding with a policy that shows it, and none on what ships."""

from __future__ import annotations

import pytest

from rules.ladder import Ladder, load_ladder
from rules.policy import Policy, load_policy
from rules.policylint import CHECKS, lint_policy
from rules.shipped import ladder_text, names, policy_text
from terms.source import read

LADDER = """ladder: l
name: L
tracks: {ic: Craft, management: People}
scale: {lowest: 1, highest: 5}
categories: [{id: c, name: C}]
competencies:
  - {id: x, name: X, category: c, rubric: {1: starts, 2: ends, 3: leads, 4: shapes, 5: teaches}}
levels:
  - {id: one, name: One, rank: 1, scope: s, responsibilities: [r], competencies: [x]}
  - {id: two, name: Two, rank: 2, track: ic, scope: s, responsibilities: [r], competencies: [x], apart: More}
  - {id: boss, name: Boss, rank: 2, track: management, scope: s, responsibilities: [r], competencies: [x], apart: More}
  - {id: top, name: Top, rank: 3, track: ic, scope: s, responsibilities: [r], competencies: [x], apart: More}
moves: [{from: one, to: two}, {from: one, to: boss}, {from: two, to: top}]
"""
POLICY = """policy: p
edition: first
ladder: l
effective: 2026-01-01
missing: undetermined
facts: {metrics: {quota: EUR, health: points}, evidence: {deal: [hr], alone: [candidate]},
        training: [a], standing: [plan], ratings: [good]}
moves:
  - from: one
    to: TARGET
    ready: {all: [CRITERIA]}
"""
PEOPLE = "{id: people, competency: {is: x, at_least: 2, each_of_last: 1 cycle}}"
TENURE = "{id: time, tenure: {in: level, at_least: 6 months}}"


def attainment(bound: str, name: str = "", last: int = 2) -> str:
    told = f"id: {name}, " if name else ""
    return f"{{{told}attainment: {{of: quota, each: {{{bound}}}, over: {{last: {last}, unit: quarter}}}}}}"


def held(criteria: str, target: str = "boss", policy: str = POLICY) -> tuple[Policy, Ladder]:
    ladder = load_ladder(LADDER, "l.yaml")
    text = policy.replace("CRITERIA", criteria).replace("TARGET", target)
    return load_policy(text, "p.yaml", ladder), ladder


FAULTS = [
    ("quota-alone", "boss", attainment("at_least: 90%"),
     "The management move one->boss can be satisfied by figures alone. "
     "Require competencies, evidence or an endorsement."),
    ("quota-alone", "boss", f"{{any: [{PEOPLE}, {{none_of: [plan]}}]}}",
     "The management move one->boss can be satisfied by figures alone. "
     "Require competencies, evidence or an endorsement."),
    ("choice", "two", f"{{id: c, any: [{PEOPLE}]}}",
     "c chooses among one. Write the criterion itself, or add another."),
    ("always", "two", attainment("at_least: 0%", "c"),
     "c asks for quota of at least nothing. Ask for more than 0, or take it out."),
    ("always", "two", "{id: c, competency: {is: x, at_least: 1, each_of_last: 1 cycle}}",
     "c asks for the worst point of the scale; every score reaches it. Ask for more than 1, or take it out."),
    ("never", "two", "{id: c, competency: {is: x, above: 5, each_of_last: 1 cycle}}",
     "c asks for better than the best point of the scale. Write `at_least: 5`."),
    ("never", "two", "{id: c, attainment: {of: quota, each: {above: 100%}, cap_each: 100%, "
     "over: {last: 1, unit: year}}}",
     "c asks for more than its caps let anybody reach. Raise the cap or lower the threshold."),
    ("never", "two", "{id: c, tenure: {in: [two], at_least: 6 months}}",
     "c asks for time in two, where nobody is before the move. Ask for time in one, or in the function."),
    ("never", "boss", f"{PEOPLE}, {{id: c, track: {{committed_to: ic}}}}",
     "c asks to commit to ic, but boss is on another track. Write `committed_to: management`."),
    ("window", "two", f"{TENURE}, {attainment('at_least: 90%', 'c', 3)}",
     "c looks back 9 months; one->two asks for 6 months in place. Ask for fewer periods or a longer tenure."),
    ("contradiction", "two", f"{attainment('at_least: 100%', 'c')}, {{id: d, not: {attainment('at_least: 90%')}}}",
     "c and d.1 cannot hold together. Move one of the thresholds."),
    ("overlap", "two",
     f"{{id: c, any: [{attainment('at_least: 90%', 'low')}, {attainment('at_least: 100%', 'high')}]}}",
     "In c, low holds wherever high does, so that one never matters. "
     "Take one out, or close the lower band with `not`."),
    ("gap", "two",
     f"{{id: c, any: [{attainment('at_least: 100%', 'high')}, {{id: low, all: [{attainment('at_least: 80%')}, "
     f"{{not: {attainment('at_least: 95%')}}}, {PEOPLE}]}}]}}",
     "In c, nothing covers 95% to 100%. Let the bands meet."),
    ("overlap", "two",
     f"{{id: c, any: [{attainment('at_least: 90%', 'high')}, {{id: low, all: [{attainment('at_least: 80%')}, "
     f"{{not: {attainment('at_least: 95%')}}}, {PEOPLE}]}}]}}",
     "In c, two bands cover 90% to 95%. Let the bands meet."),
    ("drift", "two", f"{attainment('above: 100%', 'c')}, {attainment('at_least: 90%', 'd', 1)}",
     "c asks for quota above its threshold, other criteria for at least theirs. Write the same word everywhere."),
    ("supply", "two", "{id: c, metric: {of: bookings, each: {at_least: 5 EUR}, over: {last: 1, unit: year}}}",
     "c reads bookings, which nothing is said to supply. Name it under `facts: metrics`, or correct it here."),
    ("supply", "two", "{id: c, training: {done: [a, b]}}",
     "c reads b, which nothing is said to supply. Name it under `facts: training`, or correct it here."),
    ("supply", "two", "{id: c, rating: {one_of: [good, fine]}}",
     "c reads fine, which nothing is said to supply. Name it under `facts: ratings`, or correct it here."),
    ("supply", "two", "{id: c, none_of: [leave]}",
     "c reads leave, which nothing is said to supply. Name it under `facts: standing`, or correct it here."),
    ("unit", "two", "{id: c, metric: {of: health, each: {at_least: 5 EUR}, over: {last: 1, unit: year}}}",
     "c asks for health in EUR; it is supplied in points. Write the threshold in points."),
    ("verifier", "two", "{id: c, evidence: {kind: alone, verified: true}}",
     "c asks for verified alone, which nobody may verify. Name who does: `facts: {evidence: {alone: [hr]}}`."),
]  # fmt: skip


@pytest.mark.parametrize(("check", "target", "criteria", "told"), FAULTS)
def test_each_fault_is_found_once_with_its_place_a_sentence_and_a_fix(
    check: str, target: str, criteria: str, told: str
) -> None:
    found = lint_policy(*held(criteria, target))
    assert [(one.check, f"{one.told} {one.fix}") for one in found] == [(check, told)]
    assert str(found[0]).startswith("p.yaml, line ")


def test_a_tightened_band_may_ask_for_more_below_the_free_one() -> None:
    bands = f"{{any: [{attainment('at_least: 100%')}, {{all: [{attainment('at_least: 90%')}, {PEOPLE}]}}]}}"
    assert lint_policy(*held(bands, "two")) == ()


def test_what_lies_on_both_thresholds_is_no_contradiction() -> None:
    both = f"{attainment('at_least: 100%')}, {{not: {attainment('above: 100%')}}}, {PEOPLE}"
    assert [one.check for one in lint_policy(*held(both, "two"))] == ["drift"]
    none = f"{attainment('above: 100%', 'c')}, {{id: d, not: {attainment('above: 100%')}}}, {PEOPLE}"
    assert [one.told for one in lint_policy(*held(none, "two"))] == ["c and d.1 cannot hold together."]


@pytest.mark.parametrize(
    ("below", "from_", "told"),
    [
        ("at_least: 95%", "above: 95%", "In c, nothing covers exactly 95%."),
        ("above: 95%", "at_least: 95%", "In c, two bands cover exactly 95%."),
        ("at_least: 95%", "at_least: 95%", ""),
        ("above: 95%", "above: 95%", ""),
    ],
)
def test_bands_that_meet_leave_no_point_to_nobody_and_none_to_two(below: str, from_: str, told: str) -> None:
    low = f"{{all: [{attainment('at_least: 80%')}, {{not: {attainment(below)}}}, {PEOPLE}]}}"
    found = lint_policy(*held(f"{{id: c, any: [{attainment(from_)}, {low}]}}", "two"))
    assert [one.told for one in found if one.check in ("gap", "overlap")] == ([told] if told else [])


def test_a_policy_that_does_not_say_what_a_missing_period_means_is_told_once() -> None:
    silent = POLICY.replace("missing: undetermined\n", "")
    found = lint_policy(*held(f"{attainment('at_least: 90%')}, {PEOPLE}", policy=silent))
    assert [one.check for one in found] == ["missing"]


def test_a_move_from_a_level_that_nothing_leads_to_is_told() -> None:
    lost = POLICY.replace("from: one", "from: two").replace("TARGET", "top")
    found = lint_policy(*held(PEOPLE, policy=lost))
    assert [(one.check, one.told) for one in found] == [
        ("unreached", "Nobody can reach two->top: no move of the policy leads to two.")
    ]


def test_every_check_of_the_linter_is_shown_here() -> None:
    shown = {check for check, *_ in FAULTS} | {"missing", "unreached"}
    source = {
        "quota-alone",
        "choice",
        "always",
        "never",
        "window",
        "contradiction",
        "overlap",
        "gap",
        "drift",
    }
    assert shown == source | {"supply", "unit", "verifier", "missing", "unreached"}
    assert len(CHECKS) == 10


@pytest.mark.parametrize("name", names("policies"))
def test_nothing_that_ships_has_a_fault(name: str) -> None:
    text = policy_text(name)
    value = read(text, f"{name}.yaml").value
    assert isinstance(value, dict)
    ladder = load_ladder(ladder_text(str(value["ladder"])), "l.yaml")
    assert lint_policy(load_policy(text, f"{name}.yaml", ladder), ladder) == ()
