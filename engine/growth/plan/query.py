"""Finds and loads actions; says which are overdue; asks the ladder what it suggests for each gap."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select

from engine.edition.library import ladder, policy
from engine.growth.gap.model import GapLine, GapReport
from engine.growth.plan.state import Action, fold, stream
from engine.people.directory import aliases
from engine.record.kept import read_stream, remembered
from engine.store.table.growth import action_row
from engine.store.transaction import Tx
from rules.ladder import Ladder
from terms.error import BadInput, Unknown
from terms.quantity import SCALE

ACTIONS = "actions"
"""Under which name somebody's actions are remembered."""
LABEL = re.compile(r"A-[0-9]{4,}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Holds what the ladder's file says about one gap: the kind of action, what to do, the point it leads to."""

    gap: str
    level: str
    kind: str
    text: str
    to: int | None
    course: str


def find_action(tx: Tx, text: str) -> str:
    """Returns the id of the action with a label such as A-0007; raises BadInput or Unknown where none has it."""
    if not LABEL.match(text) and len(text) != 36:
        raise BadInput(f"{text!r} is not an action; write its label, such as A-0001 (`rung plan list`).")
    query = select(action_row.c.id).where((action_row.c.label == text.upper()) | (action_row.c.id == text))
    found = tx.connection.execute(query).scalar_one_or_none()
    if found is None:
        raise Unknown(f"No action {text}; `rung plan list` shows those there are.")
    return str(found)


def load_action(tx: Tx, action: str) -> Action:
    """Returns an action folded from its events; raises Unknown where there is none."""
    events = read_stream(tx, stream(action))
    if not events:
        raise Unknown(f"No action {action}.")
    return fold(events)


def actions(tx: Tx, *, person: str | None = None, owner: str | None = None) -> tuple[Action, ...]:
    """Returns every action, by label; of a human or an owner, under any account, where one is given."""
    if person is not None and owner is None:
        ids = remembered(tx, ACTIONS, person, lambda: _ids(tx, person, None))
    else:
        ids = _ids(tx, person, owner)
    return tuple(load_action(tx, one) for one in ids)


def _ids(tx: Tx, person: str | None, owner: str | None) -> tuple[str, ...]:
    query = select(action_row.c.id).order_by(action_row.c.label)
    if person is not None:
        query = query.where(action_row.c.person.in_(aliases(tx, person)))
    if owner is not None:
        query = query.where(action_row.c.owner.in_(aliases(tx, owner)))
    return tuple(map(str, tx.connection.execute(query).scalars()))


def next_number(tx: Tx) -> int:
    """Returns the number of the label that the next action gets."""
    return int(tx.connection.execute(select(func.count()).select_from(action_row)).scalar_one()) + 1


def ladder_of(tx: Tx, report: GapReport) -> Ladder:
    """Returns the ladder that a report's edition stands on."""
    return ladder(tx, policy(tx, report.edition).ladder)


def suggestions(steps: Ladder, report: GapReport, gap: str | None = None) -> tuple[Suggestion, ...]:
    """Returns what the ladder suggests for each known gap of a report, or for one; nothing of our own."""
    found: dict[tuple[str, str, str], Suggestion] = {}
    for line in report.lines:
        if line.status == "not_met" and gap in (None, line.competency):
            for one in steps.develops(line.competency, _whole(line.latest), _wanted(line)):
                made = Suggestion(
                    gap=line.competency,
                    level=line.level,
                    kind=one.kind,
                    text=one.text,
                    to=one.to,
                    course=one.course,
                )
                found.setdefault((line.competency, one.kind, one.text), made)
    return tuple(found.values())


def _whole(micros: int | None) -> int | None:
    return None if micros is None else micros // SCALE


def _wanted(line: GapLine) -> int:
    return -(-line.asked // SCALE) + int(line.strict)
