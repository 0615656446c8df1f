"""What there is to do on a case, for whom: drawn from its state, and kept beside it for the queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, insert, select, update

from engine.case.relation import standing_in
from engine.case.sanction import open_for, turn, turns
from engine.case.state import Case
from engine.edition.library import workflow
from engine.store.prepared import Prepared
from engine.store.table.task import task
from engine.store.transaction import Tx
from workflows.definition import Workflow
from workflows.vocabulary import PERSONAL

DONE = Prepared(delete(task).where(task.c.id == bindparam("gone")))
CLEARED = Prepared(delete(task).where(task.c.case == bindparam("done")))
FREE = {"claimed_by": None, "claimed_until": None, "parked_by": None, "parked_because": None}
JUDGING = ("score", "vote", "reveal", "conclude")
ANSWERED = ("exception", "approve", "unblock")
"""The tasks of a chain of approvals, or of one that nobody can answer."""
FOREVER = "9999-12-31"
"""Stands where a state has no deadline, so that such a task comes after every other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Holds one thing to do: for one member, or for whoever holds a role and takes it first."""

    kind: str
    member: str | None = None
    role: str | None = None


def tasks(case: Case, definition: Workflow) -> Iterator[Task]:
    """Yields what there is to do on a case now; nothing on a closed one."""
    if case.final:
        yield from _telling(case)
        return
    for one in case.exceptions:
        if one.waits:
            yield Task(kind="exception", role=one.chain[len(one.approvals)])
    if case.stage == "calibration" and case.panel is not None:
        yield from _judging(case)
    if case.stage == "decision":
        withheld = {one.relation for one in case.approvals if not one.given}
        waiting = [one for one in open_for(case, definition.approvals) if one not in withheld]
        yield from (Task(kind="approve", role=one) for one in waiting)
        if not waiting:
            yield from _deciding(case, definition)
    if any(turn(*one) in case.unfilled for one in turns(case, definition.approvals)):
        yield Task(kind="unblock", role="hr")


def _judging(case: Case) -> Iterator[Task]:
    assert case.panel is not None
    if case.votes_revealed:
        yield Task(kind="conclude", member=case.panel.chair)
        return
    kind, given = ("vote", case.votes) if case.scores_revealed else ("score", case.scores)
    judged = case.judged(given)
    waiting = [one for one in case.eligible if one not in judged]
    yield from (Task(kind=kind, member=one) for one in waiting)
    if not waiting:
        yield Task(kind="reveal", member=case.panel.chair)


def _telling(case: Case) -> Iterator[Task]:
    if case.decisions and case.decisions[-1].tell_by is not None and not case.told:
        yield Task(kind="tell", role="manager of candidate")


def _deciding(case: Case, definition: Workflow) -> Iterator[Task]:
    deciders = {
        who
        for one in definition.transitions
        if case.state in one.source and definition.states[one.to].outcome is not None
        for who in one.who
    }
    yield from (Task(kind="decide", role=one) for one in sorted(deciders))


def disagreement(case: Case) -> int:
    """Returns how far apart the revealed scores lie at most, in points; 0 while they are sealed (law 7)."""
    if not case.scores_revealed:
        return 0
    points: dict[str, list[int]] = {}
    for one in case.judged(case.scores).values():
        if isinstance(one.body, Mapping):
            for name, held in one.body.items():
                if isinstance(held, Mapping) and isinstance(held["points"], int):
                    points.setdefault(name, []).append(held["points"])
    return max((max(held) - min(held) for held in points.values()), default=0)


def entered_on(case: Case, zone: ZoneInfo) -> date:
    """Returns the day on which a case entered its state, in the workspace's zone."""
    return datetime.fromisoformat(case.entered_at).astimezone(zone).date()


def due_on(case: Case, definition: Workflow, zone: ZoneInfo) -> date | None:
    """Returns the day by whose end a case is due to leave its state; None without a deadline."""
    if case.final:
        tell_by = case.decisions[-1].tell_by if case.decisions else None
        return date.fromisoformat(tell_by) if tell_by else None
    entered = entered_on(case, zone)
    return by_round(case) or definition.due(case.state, entered, paused(case, definition, entered))


def paused(case: Case, definition: Workflow, entered: date) -> int:
    """Returns on how many working days since a case entered its state the clock stands, answers due included."""
    spans = sorted(
        (max(entered, date.fromisoformat(one.on)), date.fromisoformat(one.stands_to))
        for one in case.questions
    )
    days, reached = 0, entered
    for start, end in spans:
        days += definition.calendar.between(max(start, reached), end)
        reached = max(reached, end)
    return days


def by_round(case: Case) -> date | None:
    """Returns the day that its round gives an open case for what it is at; None where no round does."""
    if case.round is None or case.appealed:
        return None
    building = case.stage in ("nomination", "evidence")
    day = case.round.freeze if building else case.round.judged
    return date.fromisoformat(day) if day else None


def note_tasks(tx: Tx, case: Case, before: Case | None) -> None:
    """Writes what there is to do on a case: new tasks appear, done ones go, a lease on the others stays.

    With the case as it was `before` (None: it is new), only what differs is written.
    """
    wanted = _wanted(tx, case)
    earlier = {} if before is None else _todo(before, workflow(tx, before.workflow))
    if before is not None and before.panel is not None and case.panel is None:  # see revision 0012
        earlier = {name: one for name, one in earlier.items() if one.kind not in JUDGING}
    if not wanted:
        if earlier:
            CLEARED.run(tx.connection, {"done": case.id})
        return
    moved = before is None or _ground(before) != _ground(case)
    _write(tx, case, wanted, _held(tx, case, earlier), moved=moved)


def put_tasks_right(tx: Tx, case: Case) -> None:
    """Does the same by what stands in the table, whatever that is."""
    _write(tx, case, _wanted(tx, case), _noted(tx, case), moved=True)


def _todo(case: Case, definition: Workflow) -> Mapping[str, Task]:
    """Returns what there is to do on a case by id, drawn once; a relation stands as such."""
    found: Mapping[str, Task] | None = case.drawn.get("todo")
    if found is None:
        found = case.drawn["todo"] = {_id(case, one): one for one in tasks(case, definition)}
    return found


def _wanted(tx: Tx, case: Case) -> Mapping[str, Task]:
    found = _todo(case, workflow(tx, case.workflow))
    if not _personal(found):
        return found
    return {_id(case, one): one for one in _resolved(tx, case, found.values())}


def _personal(found: Mapping[str, Task]) -> bool:
    return any(one.role in PERSONAL for one in found.values())


def _noted(tx: Tx, case: Case) -> set[str]:
    return set(tx.connection.execute(select(task.c.id).where(task.c.case == case.id)).scalars())


def _write(tx: Tx, case: Case, wanted: Mapping[str, Task], held: set[str], *, moved: bool) -> None:
    gone, fresh = sorted(held - set(wanted)), [name for name in wanted if name not in held]
    if moved and len(held) > len(gone):
        tx.connection.execute(update(task).where(task.c.case == case.id).values(**_shared(tx, case)))
    if len(gone) == len(fresh) == 1:
        one, shared = wanted[fresh[0]], _shared(tx, case) if moved else {}
        values = {"id": fresh[0], "kind": one.kind, "member": one.member, "role": one.role}
        handed = update(task).where(task.c.id == gone[0]).values(**values, **shared, **FREE)
        tx.connection.execute(handed)
        return
    if len(gone) == 1:
        DONE.run(tx.connection, {"gone": gone[0]})
    elif gone:
        tx.connection.execute(delete(task).where(task.c.id.in_(gone)))
    if fresh:
        shared = _shared(tx, case)
        rows = [
            {
                "id": name,
                "case": case.id,
                "kind": wanted[name].kind,
                "member": wanted[name].member,
                "role": wanted[name].role,
                "target": case.target,
                "since": case.nominated_on,
                "label": case.label,
                **shared,
            }
            for name in fresh
        ]
        tx.connection.execute(insert(task), rows)


def _held(tx: Tx, case: Case, earlier: Mapping[str, Task]) -> set[str]:
    """Returns the ids of a case's tasks as they are written.

    They follow from what there was to do, except where a relation meant one person: that depends on the day.
    """
    return _noted(tx, case) if _personal(earlier) else set(earlier)


def _shared(tx: Tx, case: Case) -> dict[str, object]:
    """Returns what all tasks of a case have in common: by when they are due, how far revealed scores lie apart."""
    due = due_on(case, workflow(tx, case.workflow), tx.sources.zone)
    return {"due": due.isoformat() if due else FOREVER, "disagreement": disagreement(case)}


def _ground(case: Case) -> tuple[object, ...]:
    """Returns what that is drawn from."""
    last = case.decisions[-1].seq if case.decisions else None
    place = case.workflow, case.state, case.final, case.entered_at, case.questions
    return *place, last, case.round, case.appealed, disagreement(case)


def member_rows(tx: Tx, case: Case) -> Iterator[dict[str, object]]:
    """Yields what stands of each task that follows from the case alone: a named member's, and by when it is due."""
    definition = workflow(tx, case.workflow)
    found = [one for one in tasks(case, definition) if one.kind in JUDGING and one.role is None]
    due = due_on(case, definition, tx.sources.zone)
    for one in found:
        yield {
            "id": _id(case, one),
            "case": case.id,
            "kind": one.kind,
            "member": one.member,
            "target": case.target,
            "due": due.isoformat() if due else FOREVER,
            "disagreement": disagreement(case),
            "since": case.nominated_on,
            "label": case.label,
        }


def _id(case: Case, one: Task) -> str:
    return f"{case.id}:{one.kind}:{one.member or one.role}"


def _resolved(tx: Tx, case: Case, found: Iterable[Task]) -> Iterator[Task]:
    """Yields each task with a relation that means one person resolved to that person; as it is where nobody does."""
    for one in found:
        people = (
            standing_in(tx, case, one.role, tx.sources.today()) if one.role and one.role in PERSONAL else ()
        )
        if not people:
            yield one
        for person in people:
            yield Task(kind=one.kind, member=person)
