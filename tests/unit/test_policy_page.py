"""The page on policies: every criterion on it is loaded, and evaluated on the facts that stand under it."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.evaluate import ready
from rules.finding import Status
from rules.given import Given, view
from rules.ladder import load_ladder
from rules.parse import READERS
from rules.policy import Policy, load_policy
from rules.reference import ready as slow
from rules.shipped import ladder_text
from rules.view import FactView
from rules.word import words
from terms.form import shaped
from terms.source import read

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml criterion\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SHOWN_AS = re.compile(
    r"^```yaml criterion\n(.*?)^```\n\n```yaml outcomes\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
SHOWN = SHOWN_AS.findall(PAGE)
AS_OF = date(2026, 10, 15)
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


def policy(example: str) -> Policy:
    return load_policy(HEAD + textwrap.indent(example, " " * 10), "page.yaml", LADDER)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_criterion_on_the_page_loads_and_is_never_met_by_silence(example: str) -> None:
    held = policy(example)
    found = ready(held, held.moves[0], FactView(person="p"), AS_OF)
    if "mentor" not in example:
        assert found.status is not Status.MET
    shown = found.json()["findings"]
    assert isinstance(shown, list)
    assert words(shown[0]).required


@pytest.mark.parametrize(("example", "outcomes"), SHOWN)
def test_every_criterion_on_the_page_comes_to_what_stands_under_it(example: str, outcomes: str) -> None:
    held = policy(example)
    document = read(outcomes, "page.yaml")
    written: Any = document.value
    assert {"met", "not met"} <= set(written), example
    for told, facts in written.items():
        given = shaped(Given, document, facts, (told,))
        seen = view(given, AS_OF, held.calendar.fiscal(), LADDER)
        for found in (ready(held, held.moves[0], seen, AS_OF), slow(held, held.moves[0], seen, AS_OF)):
            assert str(found.status).replace("_", " ") == told, (example, facts)


def test_every_kind_of_the_language_is_shown_met_and_not_met() -> None:
    assert len(SHOWN) == len(EXAMPLES)
    shown = {
        kind
        for example, _ in SHOWN
        for kind in READERS
        if re.match(rf"id: .*\n(says: .*\n)?{kind}:", example)
    }
    assert shown == set(READERS)
