"""What published career frameworks ask is said in the policy language, required, and has been seen met and not met."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from engine.founding import PACKS
from rules.evaluate import ready
from rules.finding import Finding, Status
from rules.ladder import Ladder, load_ladder
from rules.policy import Policy, load_policy
from rules.shipped import ladder_text, policy_text, trial_text
from rules.trial import Trial, load_trials
from workflows.shipped import text as workflow_text

SPONSOR = {"statement": "sponsors", "by": "line"}
DEMANDS = [
    # The way to director.
    ("director-path", "seller->sales-manager", "selling", {"tenure": {"in": ["seller"], "at_least": "60 months"}}),
    ("director-path", "seller->sales-manager", "exceeds",
     {"attainment": {"of": "quota", "each": {"at_least": "105%"}, "in_at_least": 4,
                     "over": {"last": 5, "unit": "year"}}}),
    ("director-path", "sales-manager->sales-director", "sold",
     {"tenure": {"in": ["seller", "strategic-seller"], "at_least": "60 months"}}),
    ("director-path", "sales-manager->sales-director", "led", {"tenure": {"in": "level", "at_least": "36 months"}}),
    ("director-path", "sales-manager->sales-director", "team",
     {"attainment": {"of": {"team": "quota"}, "each": {"at_least": "100%"}, "over": {"last": 3, "unit": "year"}}}),
    ("director-path", "sales-manager->sales-director", "extended",
     {"attainment": {"of": "long-forecast", "variance": {"within": "15%"}, "in_at_least": 2,
                     "over": {"last": 3, "unit": "half"}}}),
    ("director-path", "sales-manager->sales-director", "budget",
     {"evidence": {"kind": "budget-owned", "verified": True}}),
    ("director-path", "sales-manager->sales-director", "strategy",
     {"evidence": {"kind": "market-strategy", "verified": True}}),
    ("director-path", "sales-manager->sales-director", "visible", {"at_least": {"count": 2}}),
    ("director-path", "sales-manager->sales-director", "sponsor", {"attestation": SPONSOR}),
    ("director-path", "sales-manager->sales-director", "plan",
     {"evidence": {"kind": "ninety-day-plan", "verified": True}}),
    # The manager's profile.
    ("manager-profile", "team-lead->sales-manager", "selling",
     {"tenure": {"in": ["seller", "senior-seller"], "at_least": "36 months"}}),
    ("manager-profile", "team-lead->sales-manager", "leading", {"tenure": {"in": "level", "at_least": "12 months"}}),
    ("manager-profile", "team-lead->sales-manager", "team", {"attainment": {"of": {"team": "quota"}}}),
    ("manager-profile", "team-lead->sales-manager", "better",
     {"attainment": {"of": {"team": "quota"}, "trend": {"at_least": "0%"}}}),
    ("manager-profile", "team-lead->sales-manager", "developed",
     {"metric": {"of": {"coached": "quota"}, "max": {"at_least": "2 count"}}}),
    ("manager-profile", "team-lead->sales-manager", "forecast",
     {"attainment": {"of": "forecast", "variance": {"within": "10%"}}}),
    ("manager-profile", "team-lead->sales-manager", "coverage",
     {"attainment": {"of": {"team": "coverage"}, "latest": {"at_least": "300%"}}}),
    ("manager-profile", "team-lead->sales-manager", "winning", {"any": []}),
    # Six levels, and the four traits, said by those who saw them.
    *[
        ("six-levels", move, criterion, asked)
        for move in ("entry->junior", "junior->contributor", "contributor->senior", "senior->advanced",
                     "advanced->expert")
        for criterion, asked in (
            ("values", {"attestation": {"statement": "values", "by": "manager"}}),
            ("peers", {"endorsement": {}}),
            ("team-first", {"attestation": {"statement": "team-first", "by": "outside_line"}}),
            ("consistent", {"rating": {"one_of": ["meets", "exceeds"], "last": 2}}),
            ("growing", {"attestation": {"statement": "keeps-growing", "by": "manager"}}),
        )
    ],
    # The sales ladder's signals to move on.
    ("sales", "sdr->ae-1", "meetings",
     {"attainment": {"of": "qualified-meetings", "over": {"last": 2, "unit": "quarter"}}}),
    ("sales", "sdr->ae-1", "full-cycle", {"evidence": {"kind": "full-cycle-deal"}}),
    ("sales", "ae-1->ae-2", "forecast", {"competency": {"is": "forecast-accuracy", "each_of_last": "2 cycles"}}),
    ("sales", "ae-2->senior-ae", "executives", {"evidence": {"kind": "executive-deal", "verified": True}}),
    ("sales", "ae-2->senior-ae", "path", {"track": {"committed_to": "ic", "signed_by": "candidate"}}),
    ("sales", "ae-2->sales-manager", "path", {"track": {"committed_to": "management", "signed_by": "candidate"}}),
    ("sales", "ae-2->sales-manager", "coaching", {"evidence": {"kind": "coached-peer", "verified": True}}),
    ("sales", "sales-manager->director", "better",
     {"attainment": {"of": {"team": "quota"}, "trend": {"at_least": "0%"}}}),
    ("sales", "director->vp", "forecast",
     {"attainment": {"of": "yearly-forecast", "variance": {"within": "5%"}, "over": {"last": 3, "unit": "year"}}}),
    # Another job family.
    ("customer-success", "csm->cs-manager", "coached", {"metric": {"of": {"coached": "renewed"}}}),
    ("customer-success", "cs-manager->vp-cs", "forecast",
     {"attainment": {"of": "forecast", "variance": {"within": "10%"}}}),
]  # fmt: skip


@cache
def pack(name: str) -> tuple[Policy, Ladder, tuple[Trial, ...]]:
    """Returns a shipped policy, its ladder, and its tests."""
    ladder, policy, *_ = PACKS[name]
    steps = load_ladder(ladder_text(ladder), f"{ladder}.yaml")
    held = load_policy(policy_text(policy), f"{policy}.yaml", steps)
    return held, steps, load_trials(trial_text(policy), f"{policy}.test.yaml", held, steps)


def written(policy: Policy, move: str, criterion: str) -> dict[str, Any]:
    """Returns a required criterion of a move as its file writes it."""
    value: Any = policy.document.value
    (found,) = [one for one in value["moves"] if f"{one['from']}->{one['to']}" == move]
    (asked,) = [one for one in found["ready"]["all"] if one["id"] == criterion]
    return dict(asked)


def holds(wanted: Any, found: Any) -> bool:
    """Returns whether all that is wanted stands in what was found."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(
            key in found and holds(one, found[key]) for key, one in wanted.items()
        )
    return not wanted or bool(wanted == found)


@pytest.mark.parametrize(("name", "move", "criterion", "asked"), DEMANDS)
def test_each_demand_is_a_required_criterion_that_was_seen_met_and_not_met(
    name: str, move: str, criterion: str, asked: dict[str, Any]
) -> None:
    policy, _, trials = pack(name)
    assert holds(asked, written(policy, move, criterion))
    seen = {
        one.status
        for trial in trials
        if trial.move.id == move
        for one in ready(policy, trial.move, trial.view, trial.as_of).findings
        if one.id == criterion
    }
    assert {Status.MET, Status.NOT_MET} <= seen


FIGURES = ("attainment", "metric", "weighted")
TO_MANAGEMENT = [
    (name, move.id)
    for name in PACKS
    for policy, steps, _ in [pack(name)]
    for move in policy.moves
    if steps.levels[move.target].track == "management"
]


@pytest.mark.parametrize(("name", "move"), TO_MANAGEMENT)
def test_nobody_is_made_a_manager_on_figures_alone(name: str, move: str) -> None:
    policy, _, trials = pack(name)
    met = [
        trial
        for trial in trials
        if trial.move.id == move and ready(policy, trial.move, trial.view, trial.as_of).status is Status.MET
    ]
    assert met, f"no test of {name} shows {move} met"
    for trial in met:
        bare = replace(trial.view, scores={}, marks={})
        left = ready(policy, trial.move, bare, trial.as_of)
        assert left.status is not Status.MET
        figures = [one for one in left.findings if _figures(one)]
        assert all(one.status is Status.MET for one in figures), "the figures still hold"


def _figures(finding: Finding) -> bool:
    if finding.children:
        return all(_figures(one) for one in finding.children)
    return finding.criterion.kind in FIGURES


def test_an_executive_sponsors_and_an_executive_panel_judges_on_the_way_to_director() -> None:
    assert PACKS["director-path"][2] == "executive-review"
    text = workflow_text("executive-review")
    sponsoring = text.split("- name: sponsor\n")[1].split("- name:")[0]
    assert "who: [executive sponsor]" in sponsoring
    assert "forbid: [candidate, nominator, manager of candidate, interested]" in sponsoring
    assert "bars: [below target level, reporting line, nominated by candidate]" in text
