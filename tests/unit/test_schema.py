"""The JSON Schema of policy files: whatever the loader takes fits it, and faults of form do not, however deep."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from rules.kindform import KINDS
from rules.ladder import load_ladder
from rules.parse import READERS
from rules.policy import load_policy
from rules.schema import schema
from rules.shipped import ladder_text, names, policy_text
from terms.canonical import canonical
from terms.error import RungError
from terms.source import read
from tests.unit.test_policy_page import EXAMPLES
from tests.unit.written import maps, policies

SCHEMA: dict[str, Any] = dict(schema())
POLICIES = Draft202012Validator(SCHEMA)
LADDER = load_ladder(ladder_text("sales"), "sales.yaml")


def fits(value: Any) -> bool:
    return bool(POLICIES.is_valid(value))


def loads(value: Any) -> bool:
    try:
        load_policy(canonical(value), "p.yaml", LADDER)
    except RungError:
        return False
    return True


def test_the_schema_is_one_of_the_draft_that_it_names() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", names("policies"))
def test_every_shipped_policy_fits_the_schema(name: str) -> None:
    assert fits(read(policy_text(name), f"{name}.yaml").value)


def whole(example: str) -> Any:
    """Returns a policy that holds one criterion of the page."""
    return {
        "policy": "p",
        "edition": "first",
        "effective": "2026-01-01",
        "ramp": {"schedule": ["0%", "25%"], "counted": "by month", "late_from_day": 15, "targets": "scaled"},
        "calendar": {"fiscal_year_starts": "february", "cut_off": "third friday of the month before"},
        "facts": {"metrics": {"quota": "EUR"}, "training": ["manager-basics"]},
        "moves": [{"from": "ae-2", "to": "senior-ae", "ready": read(example, "page.yaml").value}],
    }


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_criterion_on_the_page_fits_the_schema(example: str) -> None:
    assert fits(whole(example))
    assert loads(whole(example))


@given(policies)
def test_whatever_the_loader_takes_fits_the_schema(written: Any) -> None:
    if loads(written):
        assert fits(written)


def altered(value: Any) -> Iterator[tuple[str, Any]]:
    """Yields a policy once for each map in it with a key that nothing takes, and for each key with it left out."""
    for number, held in enumerate(maps(value)):
        one = copy.deepcopy(value)
        maps(one)[number]["fortnight"] = "2 weeks"
        yield "added", one
        for key in held:
            one = copy.deepcopy(value)
            del maps(one)[number][key]
            yield key, one


@pytest.mark.parametrize("example", EXAMPLES)
def test_loader_and_schema_refuse_the_same_keys_at_every_depth(example: str) -> None:
    for key, one in altered(whole(example)):
        # that a window asks for a ramp which the policy does not have is more than a schema can say
        assert fits(one) == loads(one) or (key == "ramp" and "fully_ramped" in example), (key, one)


def test_the_schema_knows_the_kinds_that_the_loader_reads() -> None:
    assert set(KINDS) == set(READERS)
    assert set(SCHEMA["$defs"]["Criterion"]["properties"]) == {"id", "says", *READERS}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("effective: 2026-07-01\n", ""),
        ("open_cases: keep", "open_case: keep"),
        ("tenure: {in: level, at_least: 9 months}", "tenure: {in: level, at_least: 9}"),
        ("tenure: {in: level, at_least: 9 months}", "tenur: {in: level, at_least: 9 months}"),
        ("tenure: {in: level, at_least: 9 months}", "tenure: {in: level, at_least: 9 months}, seat: {}"),
        ("each: {at_least: 100%}", "each: {at_most: 100%}"),
        ("each: {at_least: 100%}", "each: {at_least: 100%}, mean: {at_least: 100%}"),
        ("unit: quarter", "unit: fortnight"),
        ("each_of_last: 2 cycles", "each_of_last: 2"),
        ("from: sdr", "form: sdr"),
    ],
)  # fmt: skip
def test_a_fault_of_form_does_not_fit_the_schema(old: str, new: str) -> None:
    text = policy_text("sales")
    assert old in text
    assert not fits(read(text.replace(old, new, 1), "p.yaml").value)
