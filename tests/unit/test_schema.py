"""The JSON Schema of policy files: what ships and what the page shows fits it; faults of form do not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rules.ladder import load_ladder
from rules.parse import READERS
from rules.place import Place, Setting
from rules.salestime import SalesTime
from rules.schema import KINDS, schema
from rules.shipped import ladder_text, names, policy_text
from terms.error import BadInput
from terms.source import read
from tests.unit.test_policy_page import EXAMPLES

SCHEMA: dict[str, Any] = dict(schema())
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
SILENT = {"title", "description", "default", "$defs", "$schema"}


def fits(rule: dict[str, Any], value: Any) -> bool:
    """Returns whether a value fits a schema, by the words of JSON Schema that this one uses; any other word raises."""
    return all(CHECKS[word](rule, value) for word in rule if word not in SILENT)


def properties(rule: dict[str, Any], value: Any) -> bool:
    return all(fits(one, value[key]) for key, one in rule["properties"].items() if key in value)


def additional(rule: dict[str, Any], value: Any) -> bool:
    rest, held = rule["additionalProperties"], rule.get("properties", {})
    return all(
        rest is not False and (rest is True or fits(rest, value[key])) for key in value if key not in held
    )


CHECKS: dict[str, Any] = {
    "$ref": lambda rule, value: fits(SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]], value),
    "type": lambda rule, value: (
        isinstance(value, TYPES[rule["type"]]) and (rule["type"] == "boolean" or not isinstance(value, bool))
    ),
    "properties": lambda rule, value: not isinstance(value, dict) or properties(rule, value),
    "additionalProperties": lambda rule, value: not isinstance(value, dict) or additional(rule, value),
    "required": lambda rule, value: not isinstance(value, dict) or set(rule["required"]) <= set(value),
    "items": lambda rule, value: (
        not isinstance(value, list) or all(fits(rule["items"], one) for one in value)
    ),
    "minItems": lambda rule, value: not isinstance(value, list) or len(value) >= rule["minItems"],
    "uniqueItems": lambda rule, value: len(set(value)) == len(value),
    "minLength": lambda rule, value: not isinstance(value, str) or len(value) >= rule["minLength"],
    "pattern": lambda rule, value: not isinstance(value, str) or bool(re.search(rule["pattern"], value)),
    "minimum": lambda rule, value: not isinstance(value, int) or value >= rule["minimum"],
    "maximum": lambda rule, value: not isinstance(value, int) or value <= rule["maximum"],
    "enum": lambda rule, value: value in rule["enum"],
    "const": lambda rule, value: value == rule["const"],
    "allOf": lambda rule, value: all(fits(one, value) for one in rule["allOf"]),
    "anyOf": lambda rule, value: any(fits(one, value) for one in rule["anyOf"]),
    "oneOf": lambda rule, value: sum(fits(one, value) for one in rule["oneOf"]) == 1,
}


@pytest.mark.parametrize("name", names("policies"))
def test_every_shipped_policy_fits_the_schema(name: str) -> None:
    assert fits(SCHEMA, read(policy_text(name), f"{name}.yaml").value)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_criterion_on_the_page_fits_the_schema(example: str) -> None:
    assert fits(SCHEMA["$defs"]["Criterion"], read(example, "page.yaml").value)


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
    assert not fits(SCHEMA, read(text.replace(old, new, 1), "p.yaml").value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_reader_knows_the_keys_that_the_schema_lists(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def mapping(place: Place, *known: str) -> dict[str, Place]:
        asked.append(known)
        raise BadInput("asked")

    monkeypatch.setattr(Place, "mapping", mapping)
    ladder = load_ladder(ladder_text("sales"), "sales.yaml")
    setting = Setting(read("a: 1", "p.yaml"), ladder, "ae", "senior-ae", SalesTime(), 30, set())
    with pytest.raises(BadInput):
        READERS[kind](Place(setting, (), {}, kind), {"id": kind, "says": "", "place": "p.yaml"})
    rule = SCHEMA["$defs"]["Criterion"]["properties"][kind]
    held = SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]] if "$ref" in rule else rule
    if asked:
        # `weighted` of a metric is read only to be refused in a sentence that names attainment
        refused = {"weighted"} if kind == "metric" else set()
        assert set(asked[0]) - refused == set(held["properties"])
    else:
        assert kind in ("all", "any", "not", "none_of")
