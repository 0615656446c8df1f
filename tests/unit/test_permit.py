"""Who may: the laws of access, over every action and every set of relations."""

from itertools import combinations

import pytest

from engine.access.permit import CONFLICTED, FORBIDS, JUDGEMENTS, PERMITS, conflicts, permit, require
from terms.error import Refused

RELATIONS = (
    "anyone",
    "candidate",
    "nominator",
    "manager of candidate",
    "skip-level manager of candidate",
    "panel",
    "chair",
    "chair of session",
    "hr",
    "decider",
    "interested",
    "recused",
    "attacher",
)
SETS = [frozenset(held) for size in range(4) for held in combinations(RELATIONS, size)]


@pytest.mark.parametrize("action", sorted(PERMITS))
def test_forbid_wins_over_permit(action: str) -> None:
    for held in SETS:
        if held & set(FORBIDS.get(action, ())):
            ruling = permit(action, held | set(PERMITS[action]))
            assert not ruling.allowed
            assert ruling.rule.startswith(f"forbid:{action}:")


@pytest.mark.parametrize("action", sorted(PERMITS))
def test_what_no_rule_permits_is_refused(action: str) -> None:
    for held in SETS:
        if not held & set(PERMITS[action]):
            assert not permit(action, held).allowed
    assert not permit("an action nobody thought of", frozenset(RELATIONS)).allowed


@pytest.mark.parametrize("action", sorted(JUDGEMENTS))
def test_nobody_judges_their_own_case_or_one_they_nominated_manage_or_have_an_interest_in(
    action: str,
) -> None:
    everything = frozenset(RELATIONS)
    for conflict in CONFLICTED:
        held = (everything - set(CONFLICTED) - {"recused"}) | {conflict}
        assert not permit(action, held).allowed, f"no second role lifts {conflict}"
    assert permit(action, frozenset({PERMITS[action][0]})).allowed


def test_every_conflict_is_told_at_once() -> None:
    told = conflicts(frozenset({"candidate", "manager of candidate", "hr"}))
    assert [reason.text for reason in told] == [
        "Whoever acts may not judge this case: the case is their own.",
        "Whoever acts may not judge this case: they manage the candidate.",
    ]


def test_a_refusal_names_the_rule_and_who_may() -> None:
    with pytest.raises(Refused) as refused:
        require("publish", frozenset({"anyone"}), "policy sales.yaml")
    assert str(refused.value) == (
        "Not allowed: publish, policy sales.yaml.\n  - Only hr may publish. [permit:publish]"
    )
