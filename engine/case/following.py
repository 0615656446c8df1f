"""Says which days follow from a decision: of its round, where the case is in one, else of its definition."""

from __future__ import annotations

from datetime import date

from engine.case.state import LATE, Case, Tie
from terms.canonical import Json
from terms.error import Reason
from workflows.deadline import Span
from workflows.definition import Workflow
from workflows.moment import Moment


def following(
    workflow: Workflow, outcome: str, on: date, effective: date | None, tie: Tie | None = None
) -> dict[str, Json]:
    """Returns the days that follow from a decision: tell by, committed until; empty without such rules.

    A round's last day of telling counts before the definition's, unless the decision came after it.
    """
    after, found = workflow.after, dict[str, Json]()
    if tie is not None and tie.told is not None and on.isoformat() <= tie.told:
        found["tell_by"] = tie.told
    elif after is not None and after.tell_within is not None:
        found["tell_by"] = Span(after.tell_within).due(on, workflow.calendar).isoformat()
    if after is not None and after.commitment is not None and outcome == "promoted" and effective is not None:
        found["committed_until"] = Span(after.commitment).due(effective, workflow.calendar).isoformat()
    return found


def round_effective(case: Case, on: date, workflow: Workflow) -> date | None:
    """Returns the day on which its round lets a promotion decided on a day take effect; None where no round says."""
    if case.round is None:
        return None
    if case.round.effective is not None:
        return date.fromisoformat(case.round.effective)
    if case.round.takes_effect is None:
        return None
    return Moment(case.round.takes_effect).on(on, {}, workflow.calendar)


def taking_effect(
    case: Case, outcome: str, asked: date | None, on: date, workflow: Workflow
) -> tuple[date | None, tuple[Reason, ...]]:
    """Returns when a decision takes effect, its round's day before any other, and why the day asked for is refused.

    A promotion decided after its round's day may take effect later than that.
    """
    given = round_effective(case, on, workflow) if outcome == "promoted" and case.round else None
    if given is None or case.round is None:
        return asked, ()
    if asked is None or asked == given or (on > given and asked > given):
        return asked or given, ()
    told = f"In the round {case.round.label} a promotion takes effect on {given}, not on {asked}."
    return asked, (Reason("round:effective", told),)


def waits_late(case: Case, stage: str) -> tuple[Reason, ...]:
    """Returns why a late nomination does not go before a panel yet: its round's exception is not granted."""
    late = [one for one in case.exceptions if one.criterion == LATE]
    if case.round is None or not case.round.late or stage not in ("calibration", "decision"):
        return ()
    if case.frozen or any(one.until is not None for one in late):
        return ()
    last = late[-1]
    told = f"It was nominated after {case.round.label} had closed, and {last.id} "
    told += "was refused." if last.refused else f"waits for the {last.chain[len(last.approvals)]}."
    return (Reason("round:late", told),)
