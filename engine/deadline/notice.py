"""Says what a day asks for of one deadline: a reminder, an escalation, or that something took its course."""

from __future__ import annotations

from collections.abc import Mapping

ESCALATED = "DeadlineEscalated"
ENDED = "ExceptionEnded"
EFFECTIVE = "PromotionTookEffect"
REMINDED = "DeadlineReminded"
DUTIES = {REMINDED: "DutyReminded", ESCALATED: "DutyEscalated", ENDED: "DutyEnded"}
"""The same beside the cases: of a cycle, an action, a session, an interim role, a delegation or a round."""
LAPSED = "AppealLapsed"
NOTICES = (REMINDED, ESCALATED, ENDED, EFFECTIVE, LAPSED, *DUTIES.values())
"""All that a deadline can ever write; none of them is an event of a case, so none moves one (law 9)."""


def notice(row: Mapping[str, str | None], today: str) -> str | None:
    """Returns the type of event that a day (ISO text) asks for of a due row; None where it asks for none.

    A deadline ends with its day, so it has passed on the day after; an effective date counts from its own. Days on
    which nobody ticked are not made up for: of several reminders that were missed there is one.
    """
    due, kind = str(row["due"]), str(row["kind"])
    if row["passed"] is not None:
        return None
    if kind == "effective":
        return EFFECTIVE if today >= due else None
    if today > due and row["escalate"] is None:
        return LAPSED if kind == "appeal" else ENDED
    if today > (row["hears"] or due):
        return ESCALATED
    return REMINDED if row["remind"] is not None and today >= row["remind"] else None
