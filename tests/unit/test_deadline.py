"""A deadline over every state of every shipped definition: what a day can ask for, and that it decides nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.case.apply import CHANGES
from engine.case.due import dues
from engine.case.state import Assessment, Case
from engine.deadline.notice import ESCALATED, NOTICES, REMINDED, notice
from engine.record.log import TIME
from workflows import shipped
from workflows.definition import Workflow, load_workflow

NAMES = ("promotion-review", "fast-track", "executive-review")
DEFINITIONS = {name: load_workflow(shipped.text(name), f"{name}.yaml") for name in NAMES}
STATES = [(name, state) for name, held in DEFINITIONS.items() for state in held.states]
ENTERED = date(2026, 10, 15)
ZONE = ZoneInfo("UTC")


def case_in(definition: Workflow, state: str) -> Case:
    held = definition.states[state]
    entered = datetime(2026, 10, 15, 9, tzinfo=UTC).strftime(TIME)
    return Case(
        id="c", label="C-0001", version=1, person="p", source="ae-2", target="senior-ae", policy="p", ladder="l",
        workflow=definition.digest, state=state, stage=held.stage, final=held.final, nominator="n",
        nominated_on="2026-10-15", because="Why", entered_at=entered,
        assessments=(Assessment(seq=1, as_of="2026-10-15", fact_set="", payload={"readiness": {}}),),
    )  # fmt: skip


@pytest.mark.parametrize(("name", "state"), STATES)
@given(days=st.integers(0, 4000))
def test_a_deadline_reminds_and_escalates_and_never_decides(name: str, state: str, days: int) -> None:
    definition = DEFINITIONS[name]
    today = (ENTERED + timedelta(days=days)).isoformat()
    rows = list(dues(case_in(definition, state), definition, ZONE))
    held = definition.states[state]
    assert [one["kind"] for one in rows] == (["leave"] if held.deadline else [])
    for row in rows:
        asked = notice(row, today)  # type: ignore[arg-type]
        assert asked in (None, REMINDED, ESCALATED)
        assert asked == ESCALATED or today <= str(row["due"])
        assert row["escalate"] == held.escalate is not None
        assert notice({**row, "passed": today}, today) is None  # type: ignore[dict-item]


def test_nothing_that_a_deadline_writes_is_an_event_of_a_case() -> None:
    assert not set(NOTICES) & {*CHANGES, "CaseNominated"}
