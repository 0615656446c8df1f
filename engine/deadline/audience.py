"""Finds who is reminded of a deadline, and who hears that it passed."""

from __future__ import annotations

from engine.case.relation import standing_in
from engine.case.state import Case
from engine.edition.library import workflow
from engine.people.directory import natural
from engine.store.transaction import Tx
from workflows.vocabulary import RELATIONS


def reminded(tx: Tx, case: Case, kind: str) -> tuple[str, ...]:
    """Returns whose move it is: in calibration every eligible member and the chair, whoever has judged (law 7)."""
    if kind.startswith(("exception ", "approve ")):
        return _asked(tx, case, kind)
    if kind == "appeal":
        return _humans(tx, [case.person])
    if kind == "tell":
        return escalated(tx, case, "manager of candidate")
    if kind.startswith("answer "):
        line = [one for word in ("nominator", "manager of candidate") for one in escalated(tx, case, word)]
        return _humans(tx, [case.person, *line])
    if case.stage == "calibration" and case.panel is not None:
        return _humans(tx, (*case.eligible, case.panel.chair))
    definition = workflow(tx, case.workflow)
    ways = [one for one in definition.transitions if case.state in one.source]
    ends = {name for name, one in definition.states.items() if one.final and one.outcome is None}
    onward = [one for one in ways if one.to not in ends]  # whoever may only withdraw it has nothing to do
    words = dict.fromkeys(who for one in onward for who in one.who if who not in one.forbid)
    return _humans(tx, [one for word in words for one in escalated(tx, case, word)])


def _asked(tx: Tx, case: Case, kind: str) -> tuple[str, ...]:
    """Returns whose answer an exception or an approval waits for; whose exception ends."""
    what, _, name = kind.partition(" ")
    if what == "exception":
        return escalated(tx, case, "nominator")
    found = next((one for one in case.exceptions if one.id == name), None)
    if found is not None:
        return escalated(tx, case, found.chain[len(found.approvals)])
    return escalated(tx, case, name if name in RELATIONS else f"{name} of candidate")


def escalated(tx: Tx, case: Case, relation: str) -> tuple[str, ...]:
    """Returns who stands in a relation to a case today; hr where nobody does, so that somebody hears."""
    today = tx.sources.today()
    return standing_in(tx, case, relation, today) or standing_in(tx, case, "hr", today)


def _humans(tx: Tx, people: object) -> tuple[str, ...]:
    assert isinstance(people, tuple | list)
    return tuple(dict.fromkeys(natural(tx, str(one)) for one in people))
