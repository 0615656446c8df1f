"""A deadline over every state of every shipped definition: what a day can ask for, and that it decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.case.apply import CHANGES
from engine.case.due import dues, following_lead
from engine.case.state import Assessment, Case, Decision, Excepted, Told
from engine.deadline.notice import ESCALATED, LAPSED, NOTICES, REMINDED, notice
from engine.record.log import TIME
from terms.error import Malformed
from workflows import shipped
from workflows.definition import Workflow, load_workflow
from workflows.lint import lint

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


def rows(text: str, case: Case) -> dict[str, dict[str, object]]:
    definition = load_workflow(text, "w.yaml")
    return {str(one["kind"]): one for one in dues(case, definition, ZONE)}


def reminding(more: str) -> str:
    text = shipped.text("promotion-review")
    head, mark, tail = text.partition("  calibration:\n")
    lines = tail.split("\n")
    at = next(n for n, one in enumerate(lines) if one.startswith("    escalate:"))
    return head + mark + "\n".join([*lines[: at + 1], *more.split("\n"), *lines[at + 1 :]])


def test_reminders_and_escalation_come_when_the_definition_says() -> None:
    text = reminding("    remind: [10 days, 2 working days]\n    escalate_after: 3 working days")
    case = case_in(DEFINITIONS["promotion-review"], "calibration")
    row = rows(text, case)["leave"]
    assert row["due"] == "2026-11-14"
    assert row["leads"] == "2026-11-04 2026-11-12 2026-11-15" and row["hears"] == "2026-11-18"
    walk: list[tuple[str, str]] = []
    for days in range(60):
        today = (ENTERED + timedelta(days=days)).isoformat()
        asked = notice(row, today)  # type: ignore[arg-type]
        if asked is not None:
            walk.append((today, asked))
            mark = "reminded" if asked == REMINDED else "passed"
            row = {**row, mark: today, "remind": following_lead(row["leads"], today)}
    assert walk == [
        ("2026-11-04", REMINDED),
        ("2026-11-12", REMINDED),
        ("2026-11-15", REMINDED),
        ("2026-11-19", ESCALATED),
    ]


@given(seen=st.lists(st.integers(0, 80), max_size=12))
def test_however_seldom_somebody_ticks_each_day_asks_for_one_thing_at_most(seen: list[int]) -> None:
    text = reminding("    remind: [10 days, 5 days, 2 days]\n    escalate_after: 3 days")
    row = rows(text, case_in(DEFINITIONS["promotion-review"], "calibration"))["leave"]
    asked: list[str] = []
    for days in sorted(seen):
        today = (ENTERED + timedelta(days=days)).isoformat()
        while (type_ := notice(row, today)) is not None:  # type: ignore[arg-type]
            asked.append(type_)
            mark = "reminded" if type_ == REMINDED else "passed"
            row = {**row, mark: today, "remind": following_lead(row["leads"], today)}
            assert notice(row, today) is None  # type: ignore[arg-type]
    assert asked.count(ESCALATED) <= 1 and asked.count(REMINDED) <= min(4, len(set(seen)))
    assert ESCALATED not in asked[:-1]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("    remind: [40 days]", "40 days before the end of 30 days is before calibration has begun."),
        ("    remind: [soon]", "'soon' is no length of time; write one such as 10 days or 2 working days."),
        (
            "    escalate_after: friday",
            "'friday' is no length of time; write one such as 90 days or 6 months.",
        ),
    ],
)
def test_the_linter_says_which_reminder_cannot_be(more: str, says: str) -> None:
    try:
        told = " ".join(str(one) for one in lint(load_workflow(reminding(more), "w.yaml")))
    except Malformed as error:
        told = str(error)
    assert says in told


def test_approvals_exceptions_and_appeals_have_days_of_their_own_where_a_definition_says() -> None:
    text = shipped.text("promotion-review")
    text = text.replace("after:\n", "approvals: {of: [finance, hr], within: 5 working days}\n\nafter:\n", 1)
    text = text.replace("exceptions:\n", "exceptions:\n  answer_within: 5 days\n", 1)
    text = text.replace("appeal:\n", "appeal:\n  remind: [5 days]\n", 1)
    case = case_in(DEFINITIONS["promotion-review"], "decision")
    asked = Excepted(id="X1", seq=3, criterion="a", status="not_met", by="h", hand="h", on="2026-10-16",
                     chain=("hr", "decider"), because="Why")  # fmt: skip
    found = rows(text, replace(case, exceptions=(asked,)))
    assert {
        kind: (row["due"], row["escalate"]) for kind, row in found.items() if kind.startswith("approve")
    } == {
        "approve finance": ("2026-10-22", "hr"),
        "approve hr": ("2026-10-22", "hr"),
        "approve X1": ("2026-10-21", "hr"),
    }
    decision = Decision(seq=9, outcome="declined", on="2026-10-16", by="d", because="", reasons={}, cites=(),
                        effective=None, next_date=None)  # fmt: skip
    closed = replace(case_in(DEFINITIONS["promotion-review"], "declined"), decisions=(decision,))
    assert "appeal" not in rows(text, closed)
    told = replace(closed, told=(Told(seq=10, on="2026-10-17", by="m", how=""),))
    row = rows(text, told)["appeal"]
    assert (row["due"], row["remind"], row["escalate"]) == ("2026-11-16", "2026-11-11", None)
    assert notice(row, "2026-11-17") == LAPSED  # type: ignore[arg-type]
