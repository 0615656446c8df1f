"""What falls due on a case and when: drawn from its fold, and kept beside it for the tick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from engine.case.sanction import open_for
from engine.case.state import LATE, Case
from engine.case.task import by_round, due_on, entered_on, paused
from engine.edition.library import workflow
from engine.record.event import Event
from engine.record.kept import read_stream
from engine.store.table.deadline import due_row
from engine.store.transaction import Tx
from terms.workday import Workdays
from workflows.deadline import LEADS, HeardRule, Span, ahead
from workflows.definition import Workflow

HR = "hr"
LEAD = 3
"""Days before a deadline on which it is reminded of where a definition does not say."""


def dues(case: Case, definition: Workflow, zone: ZoneInfo) -> Iterator[dict[str, object]]:
    """Yields what is due on a case, one row each; what ends or takes place by itself is escalated to nobody.

    While it is open: leaving its state, answers to questions, exceptions and approvals, the end of an exception. After
    its decision: telling the candidate, the last day for an appeal, the start of the new role.
    """
    if case.final:
        yield from _after(case, definition)
    else:
        yield from _leaving(case, definition, zone)
        yield from _answers(case, definition)
        yield from _approvals(case, definition, zone)


def _leaving(case: Case, definition: Workflow, zone: ZoneInfo) -> Iterator[dict[str, object]]:
    by, rule = due_on(case, definition, zone), definition.states[case.state]
    if by is None:
        return
    heard: HeardRule = rule
    if by_round(case) is not None and case.round is not None:
        heard = HeardRule(
            remind=list(case.round.remind) or rule.remind,
            escalate=rule.escalate or case.round.escalate or HR,
            escalate_after=case.round.escalate_after or rule.escalate_after,
        )
    yield _row(case, "leave", case.entered_at, by, definition.calendar, heard)


def _answers(case: Case, definition: Workflow) -> Iterator[dict[str, object]]:
    calendar = definition.calendar
    for asked in case.questions:
        if asked.answered_on is None:
            by = date.fromisoformat(asked.until)
            yield _row(case, f"answer {asked.id}", str(asked.seq), by, calendar, definition.information)
    rule = definition.exceptions
    for one in case.exceptions:
        if one.until is not None and one.criterion != LATE:
            leads = HeardRule(remind=rule.remind if rule and rule.remind else [])
            yield _row(
                case, f"exception {one.id}", str(one.seq), date.fromisoformat(one.until), calendar, leads
            )
        elif one.waits and rule is not None and rule.answer_within is not None:
            last = one.approvals[-1] if one.approvals else one
            by = Span(rule.answer_within).due(date.fromisoformat(last.on), calendar)
            yield _row(case, f"approve {one.id}", str(last.seq), by, calendar, _or_hr(rule))


def _approvals(case: Case, definition: Workflow, zone: ZoneInfo) -> Iterator[dict[str, object]]:
    rule = definition.approvals
    if rule is None or rule.within is None or case.stage != "decision":
        return
    entered = entered_on(case, zone)
    withheld = {one.relation for one in case.approvals if not one.given}
    start, since = entered, case.entered_at
    if rule.order == "as written" and case.approved:
        start, since = date.fromisoformat(case.approved[-1].on), str(case.approved[-1].seq)
    by = Span(rule.within).due(start, definition.calendar, paused(case, definition, start))
    for relation in open_for(case, rule):
        if relation not in withheld:
            kind = f"approve {relation.removesuffix(' of candidate')}"
            yield _row(case, kind, since, by, definition.calendar, _or_hr(rule))


def _after(case: Case, definition: Workflow) -> Iterator[dict[str, object]]:
    if not case.decisions:
        return
    last, calendar = case.decisions[-1], definition.calendar
    if last.tell_by is not None and not case.told:
        by = date.fromisoformat(last.tell_by)
        yield _row(case, "tell", str(last.seq), by, calendar, _or_hr(definition.after or HeardRule()))
    rule = definition.appeal
    if case.told and rule is not None and case.state in rule.against and rule.remind:
        by = Span(rule.within).due(date.fromisoformat(case.told[-1].on), calendar)
        yield _row(case, "appeal", str(case.told[-1].seq), by, calendar, HeardRule(remind=rule.remind))
    if last.outcome == "promoted" and last.effective is not None:
        by = date.fromisoformat(last.effective)
        yield _row(case, "effective", str(last.seq), by, calendar, HeardRule(remind=[]))


def _or_hr(rule: HeardRule) -> HeardRule:
    return HeardRule(
        remind=rule.remind, escalate=rule.escalate or HR, escalate_after=rule.escalate_after
    )  # fmt: skip


def leads(due: date, rule: HeardRule, calendar: Workdays) -> Sequence[str]:
    """Returns the days (ISO text) on which a deadline is reminded of, earliest first.

    Where whoever stands above hears only later, the day after the deadline is one of them.
    """
    texts = LEADS if rule.remind is None else rule.remind
    days = {ahead(due, one, calendar) for one in texts}
    if rule.escalate_after is not None:
        days.add(due + timedelta(days=1))
    return [one.isoformat() for one in sorted(days)]


def _row(
    case: Case, kind: str, since: str, due: date, calendar: Workdays, rule: HeardRule
) -> dict[str, object]:
    days = leads(due, rule, calendar)
    hears = Span(rule.escalate_after).due(due, calendar) if rule.escalate_after else None
    return {
        "id": f"{case.id}:{kind}",
        "case": case.id,
        "label": case.label,
        "kind": kind,
        "state": case.state,
        "since": since,
        "due": due.isoformat(),
        "leads": " ".join(days),
        "remind": days[0] if days else None,
        "escalate": rule.escalate,
        "hears": hears.isoformat() if hears else None,
        "reminded": None,
        "passed": None,
    }


def following_lead(days: object, on: str) -> str | None:
    """Returns the first day of reminding that comes after a day; None where none does."""
    return next((one for one in str(days).split() if one > on), None)


def stream_of(case: str) -> str:
    """Returns the stream that holds what deadlines did on a case: never the case's own (law 9)."""
    return f"deadline:{case}"


def marked(row: dict[str, object], events: Iterable[Event]) -> dict[str, object]:
    """Returns a row with the days on which its very deadline was reminded of and passed on."""
    for event in events:
        if all(event.data[name] == row[name] for name in ("kind", "since", "due")):
            on = str(event.data["on"])
            row = {**row, str(event.data["mark"]): on}
            if event.data["mark"] == "reminded":
                row["remind"] = following_lead(row["leads"], on)
    return row


def due_rows(tx: Tx, case: Case) -> dict[str, dict[str, object]]:
    """Returns the rows that case and record lead to, by id."""
    found = list(dues(case, workflow(tx, case.workflow), tx.sources.zone))
    events = read_stream(tx, stream_of(case.id)) if found else ()
    return {str(one["id"]): marked(one, events) for one in found}


def note_dues(tx: Tx, case: Case, before: Case | None) -> None:
    """Writes what is due on a case where that differs from what was due before."""
    if before is not None and _ground(before) == _ground(case):
        return
    zone = tx.sources.zone
    wanted = {one["id"]: one for one in dues(case, workflow(tx, case.workflow), zone)}
    held = (
        {}
        if before is None
        else {one["id"]: one for one in dues(before, workflow(tx, before.workflow), zone)}
    )
    gone = sorted(str(name) for name in held if name not in wanted)
    if gone:
        tx.connection.execute(delete(due_row).where(due_row.c.id.in_(gone)))
    changed = [one for name, one in wanted.items() if held.get(name) != one]
    if before is not None and any(one["since"] in _known(before) for one in changed):
        events = read_stream(tx, stream_of(case.id))
        changed = [marked(one, events) for one in changed]
    fresh = [one for one in changed if one["id"] not in held or not _rewritten(tx, one)]
    if fresh:
        tx.connection.execute(insert(due_row), fresh)


def _rewritten(tx: Tx, row: dict[str, object]) -> bool:
    """Returns whether there was such a row to write anew."""
    return tx.connection.execute(update(due_row).where(due_row.c.id == row["id"]).values(**row)).rowcount > 0


def _known(case: Case) -> set[str]:
    """Returns since when, or by which entries, something was or had been due: only that can be marked already."""
    seqs = [one.seq for held in (case.decisions, case.exceptions, case.questions) for one in held]
    return {case.entered_at, *map(str, seqs)}


def _ground(case: Case) -> tuple[object, ...]:
    """Returns all of a case that what is due on it is drawn from."""
    return (
        case.workflow,
        case.state,
        case.final,
        case.entered_at,
        case.questions,
        case.exceptions,
        case.decisions,
        case.told,
        case.round,
        case.appeals,
    )


def unnoted(tx: Tx, cases: Iterable[Case]) -> int:
    """Writes what is due on cases of which nothing is noted yet, and returns of how many."""
    known = set(tx.connection.execute(select(due_row.c.case)).scalars())
    rows = [row for case in cases if case.id not in known for row in due_rows(tx, case).values()]
    if rows:
        tx.connection.execute(insert(due_row), rows)
    return len({row["case"] for row in rows})
