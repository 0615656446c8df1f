"""The page on the linter: each rule is shown by a policy that breaks it, and told as the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from engine.edition.catalog import supply
from engine.fact.kind import COLUMNS
from rules import policyband, policylint, policysupply
from rules.kindform import KINDS
from rules.ladder import load_ladder
from rules.parse import READERS
from rules.policy import Policy, load_policy
from rules.policylint import lint_policy
from rules.policysupply import Supply, imports
from rules.shipped import ladder_text
from terms.canonical import canonical
from terms.source import read
from tests.unit.test_policy_page import EXAMPLES, policy

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "linting.md").read_text(encoding="utf-8")
LADDER = load_ladder(ladder_text("sales"), "sales.yaml")
HEAD: Any = read(re.findall(r"^```yaml head\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0], "head").value
RULES = dict(re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
SHOWN = [
    (rule, fault, told)
    for rule, section in RULES.items()
    for fault, told in re.findall(
        r"^```yaml fault\n(.*?)^```\n\n```text\n(.*?)^```$", section, re.MULTILINE | re.DOTALL
    )
]


def faulty(written: str) -> tuple[Policy, Supply]:
    """Returns a policy with the part that the page shows, and what supplies it."""
    part: Any = read(written, "page").value
    step = {"from": "ae-2", "to": "senior-ae"} | {
        key: part.pop(key) for key in ("from", "to", "ready") if key in part
    }
    known = supply()
    known = Supply(known.imports - set(part.pop("without", ())), known.verifiers)
    before: list[Any] = [
        {"from": low, "to": high, "ready": {"id": "time", "tenure": {"in": "level", "at_least": "6 months"}}}
        for low, high in (("sdr", "ae-1"), ("ae-1", "ae-2"))
    ]
    whole = {
        "policy": "p",
        "edition": "first",
        "effective": "2026-01-01",
        **HEAD,
        **part,
        "moves": [*before, step],
    }
    kept = {key: value for key, value in whole.items() if value is not None}
    return load_policy(canonical(kept), "p.yaml", LADDER), known


@pytest.mark.parametrize(("rule", "fault", "told"), SHOWN)
def test_each_rule_of_the_linter_is_shown_by_a_policy_that_breaks_it(
    rule: str, fault: str, told: str
) -> None:
    held, known = faulty(fault)
    found = lint_policy(held, LADDER, known)
    assert "".join(f"{one.told} {one.fix}\n" for one in found) == told
    assert rule in {one.check for one in found}
    assert all(re.match(r"p\.yaml, line \d+, column \d+$", one.place) for one in found)


def test_the_page_lists_the_rules_that_the_linter_has() -> None:
    sources = [
        Path(str(one.__file__)).read_text(encoding="utf-8") for one in (policylint, policyband, policysupply)
    ]
    there = {name for source in sources for name in re.findall(r'Fault\(\s*"([a-z-]+)"', source)}
    assert set(RULES) == there == {rule for rule, _, _ in SHOWN}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_importers_supply_all_that_a_criterion_of_any_kind_reads(example: str) -> None:
    held = policy(example)
    assert [one for one in lint_policy(held, LADDER, supply()) if one.check in ("import", "verifier")] == []


def test_each_kind_of_criterion_that_is_imported_is_told_where_its_import_is_taken_away() -> None:
    told = {
        kind
        for example in EXAMPLES
        for kind in READERS
        if re.match(rf"id: .*\n(says: .*\n)?{kind}:", example)
        and any(
            one.check == "import"
            for one in lint_policy(policy(example), LADDER, Supply(frozenset(), frozenset()))
        )
    }
    kept = {"track", "evidence", "endorsement", "attestation"}
    assert told == set(KINDS) - kept - {"not"}
    named = {
        one
        for example in EXAMPLES
        for top in policy(example).moves[0].ready
        for _, kinds in imports(top)
        for one in kinds
    }
    assert named <= set(COLUMNS)
