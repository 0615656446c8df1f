"""Tells one case's way through its workflow: each state that it entered, by which step, when, by whom."""

from __future__ import annotations

from engine.case.apply import apply
from engine.case.state import Case
from engine.edition.picture import Visit
from engine.people.directory import names
from engine.record.kept import read_stream
from engine.store.transaction import Tx
from terms.error import Unknown


def way(tx: Tx, case_id: str) -> tuple[Case, tuple[Visit, ...]]:
    """Returns the case and the states that it entered, oldest first; names as the directory has them now.

    Nothing sealed is read. Raises Unknown where there is no such case.
    """
    known = names(tx)
    case: Case | None = None
    found: list[Visit] = []
    for event in read_stream(tx, f"case:{case_id}"):
        before, case = case, apply(event, case)
        if before is None or (before.state, before.entered_at) != (case.state, case.entered_at):
            hand = known.get(event.actor, event.actor)
            by = f"{hand} for {known.get(event.acting_for, event.acting_for)}" if event.acting_for else hand
            step = str(event.data.get("transition", _STEPS.get(event.type, event.type)))
            found.append(Visit(state=case.state, step=step, on=event.recorded_at[:10], by=by))
    if case is None:
        raise Unknown(f"No case {case_id}.")
    return case, tuple(found)


_STEPS = {"CaseNominated": "nominate", "AppealRaised": "appeal", "WorkflowMoved": "migrate"}
