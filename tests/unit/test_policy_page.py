"""The page on policies: every criterion on it is loaded and evaluated."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path

import pytest

from rules.evaluate import ready
from rules.fact import FactView
from rules.finding import Status
from rules.ladder import load_ladder
from rules.parse import READERS
from rules.policy import load_policy
from rules.shipped import ladder_text
from rules.word import words

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml criterion\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
LADDER = load_ladder(ladder_text("sales"), "sales.yaml")
HEAD = """policy: example
edition: 2026-07
ladder: sales
effective: 2026-07-01
ramp: {months: 3}
moves:
  - from: ae-2
    to: senior-ae
    ready:
      all:
        -
"""


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_criterion_on_the_page_loads_and_is_never_met_by_silence(example: str) -> None:
    policy = load_policy(HEAD + textwrap.indent(example, " " * 10), "page.yaml", LADDER)
    found = ready(policy, policy.moves[0], FactView(person="p"), date(2026, 10, 15))
    if "mentor" not in example:
        assert found.status is not Status.MET
    shown = found.json()["findings"]
    assert isinstance(shown, list)
    assert words(shown[0]).required


def test_every_kind_has_an_example_on_the_page() -> None:
    for kind in READERS:
        assert any(re.search(rf"\b{kind}:", one) for one in EXAMPLES), f"{kind} is not on the page"
