"""What a policy means is pinned: each kind's findings on the examples of the page on policies, by digest."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from rules.criterion import walk
from rules.evaluate import ready
from rules.given import Given, view
from rules.parse import READERS
from rules.policy import SEMANTICS
from terms.canonical import canonical
from terms.form import shaped
from terms.source import read
from tests.unit.test_policy_page import AS_OF, LADDER, SHOWN, policy

KEPT = Path(__file__).with_name("semantics.txt")
CHANGED = (
    "A published policy would now mean something else. If that is meant, and anything is released, raise "
    "rules.policy.SEMANTICS and keep the old meaning runnable; write the list anew with --update-docs."
)


def found() -> tuple[list[str], set[str]]:
    """Returns a line for each example and outcome: semantics, criterion, outcome, digest; and the kinds they hold."""
    lines, kinds = [f"semantics {SEMANTICS}"], set()
    for example, outcomes in SHOWN:
        held = policy(example)
        criterion = held.moves[0].ready[0]
        kinds |= {one.kind for one in walk(criterion)}
        written: Any = read(outcomes, "page.yaml").value
        for told, facts in written.items():
            seen = view(
                shaped(Given, read(outcomes, "page.yaml"), facts, (told,)),
                AS_OF,
                held.calendar.fiscal(),
                LADDER,
            )
            json = ready(held, held.moves[0], seen, AS_OF).json()
            digest = sha256(canonical([json["status"], json["findings"], json["advisory"]])).hexdigest()
            lines.append(f"{criterion.id}, {told}: {digest[:32]}")
    return lines, kinds


def test_no_kind_of_criterion_changes_its_meaning_or_its_bytes_unnoticed(
    request: pytest.FixtureRequest,
) -> None:
    lines, kinds = found()
    if request.config.getoption("--update-docs"):
        KEPT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert kinds == set(READERS)
    assert lines == KEPT.read_text(encoding="utf-8").splitlines(), CHANGED
