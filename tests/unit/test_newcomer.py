"""What a newcomer writes wrong: each error is one sentence that says what stands there and what to write."""

from __future__ import annotations

import pytest

from rules.ladder import load_ladder
from rules.policy import load_policy
from rules.shipped import ladder_text
from terms.error import RungError

LADDER = load_ladder(ladder_text("sales"), "sales.yaml")
GOOD = """policy: mine
ladder: sales
edition: 2026-07
effective: 2026-07-01
missing: undetermined
calendar: {fiscal_year_starts: february}
moves:
  - from: ae-2
    to: senior-ae
    ready:
      all:
        - {id: time, tenure: {in: level, at_least: 12 months}}
"""
TIME = "{id: time, tenure: {in: level, at_least: 12 months}}"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("february", "Feb", "`fiscal_year_starts`: 'Feb' is none of these; did you mean `february`?"),
        ("february", "February", "`fiscal_year_starts`: 'February' is none of these; did you mean `february`?"),
        (
            "      all:\n        - ", "      - ",
            "Here stands a list; write `all:` above it where each must hold, `any:` where one is enough.",
        ),
        ("        - {id", "\t- {id", "A tab stands here; YAML is indented by spaces alone."),
        (TIME, "twelve months", "Here stands 'twelve months'; write a criterion, such as {tenure: {...}}."),
        ("12 months", "1 year", "Here stands '1 year'; write a number of months, such as 2 months."),
        ("12 months", "[12, months]", "Here stands a list; write a number of months, such as 2 months."),
        ("ae-2", "AE-2", "`from`: 'AE-2' is no level of the ladder sales; did you mean `ae-2`?"),
    ],
)  # fmt: skip
def test_a_word_that_is_wrong_is_told_with_what_to_write(old: str, new: str, told: str) -> None:
    load_policy(GOOD, "mine.yaml", LADDER)
    assert old in GOOD
    with pytest.raises(RungError) as raised:
        load_policy(GOOD.replace(old, new, 1), "mine.yaml", LADDER)
    assert raised.value.sentence == told
    assert "mine.yaml, line " in str(raised.value)
