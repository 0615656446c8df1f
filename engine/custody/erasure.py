"""Erasure by two people: one asks, a second approves; what was erased is named by the event that erased it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.access.permit import require
from engine.case.query import load
from engine.custody.command import ApproveErasure, DeclineErasure, RequestErasure
from engine.custody.hold import holds
from engine.custody.letter import erase_letters
from engine.custody.retention import kept_until, months, recorded_on
from engine.custody.scope import PERSON, TEXT, Scope, case_scope, mentions, person_scope, text_scope
from engine.fact.erase import Stones, erase_facts, stones_of
from engine.people.directory import aliases, blot, natural, people
from engine.people.line import holders
from engine.record.event import Actor, Draft, Event, Gone
from engine.record.log import append, read_log
from engine.record.opening import erase
from engine.record.verify import ERASING
from engine.store.transaction import Tx
from terms.calendar import add_months
from terms.canonical import Json
from terms.error import BadInput, Conflict, Reason, Refused, Unknown

REQUESTED, DECLINED = "ErasureRequested", "ErasureDeclined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Holds one request: the event that made it, what it reaches, by whom, and what became of it."""

    seq: int
    kind: str
    person: str | None
    case: str | None
    texts: tuple[tuple[int, str], ...]
    by: str
    at: str
    because: Json | Gone
    state: str = "open"
    answered: int | None = None
    approver: str | None = None


def requests(tx: Tx) -> tuple[Request, ...]:
    """Returns every request for an erasure, oldest first."""
    found: dict[int, dict[str, Any]] = {}
    for event in read_log(tx, types=(REQUESTED, ERASING, DECLINED)):
        data: Mapping[str, Any] = event.data
        if event.type == REQUESTED:
            found[event.seq] = {
                "seq": event.seq,
                "kind": data["scope"],
                "person": data["person"],
                "case": data["case"],
                "texts": tuple((int(seq), str(field)) for seq, field in data["texts"]),
                "by": event.actor,
                "at": event.recorded_at,
                "because": event.payload.get("because", Gone()),
            }
        elif data["request"] in found:
            state = "approved" if event.type == ERASING else "declined"
            answer = {"state": state, "answered": event.seq, "approver": event.actor}
            found[data["request"]] |= answer
    return tuple(Request(**one) for one in found.values())


def find_request(tx: Tx, seq: int) -> Request:
    """Returns the request that an event made; raises Unknown where it made none."""
    found = next((one for one in requests(tx) if one.seq == seq), None)
    if found is None:
        raise Unknown(f"No event {seq} asks for an erasure; `rung erasure list` shows those there are.")
    return found


def scope_of(tx: Tx, request: Request | RequestErasure) -> Scope:
    """Returns what a request reaches as things stand now."""
    if request.texts:
        return text_scope(tx, tuple(request.texts))
    if request.case is not None:
        return case_scope(tx, request.case, load(tx, request.case).person)
    return person_scope(tx, str(request.person))


def request(tx: Tx, command: RequestErasure, actor: Actor, held: frozenset[str]) -> tuple[Event, ...]:
    """Returns the event that asks for an erasure; nothing is erased yet.

    Raises Refused where the actor may not ask, BadInput or Unknown where there is nothing to erase.
    """
    if sum(one is not None for one in (command.person, command.case, command.texts or None)) != 1:
        raise BadInput(
            "Ask to erase a person, a case's file (--case) or single texts (--event); one of them."
        )
    scope = scope_of(tx, command)
    rule = require("request an erasure", held | _toward(tx, actor, scope.people), "this erasure")
    if not command.because.strip():
        raise BadInput("A request for an erasure says why; write --because TEXT.")
    if scope.kind != PERSON and not scope.payloads:
        raise BadInput("Nothing that could be erased is kept there.")
    person = natural(tx, command.person) if command.person else None
    for one in requests(tx):
        if one.state == "open" and (one.kind, one.person, one.case, one.texts) == (
            scope.kind,
            person,
            command.case,
            scope.payloads if scope.kind == TEXT else (),
        ):
            raise Conflict(f"Event {one.seq} asks for this already; `rung erasure approve {one.seq}`.")
    texts: list[Json] = [[seq, field] for seq, field in scope.payloads] if scope.kind == TEXT else []
    draft = Draft(
        type=REQUESTED,
        stream="workspace",
        data={"scope": scope.kind, "person": person, "case": command.case, "texts": texts},
        sealed={"because": command.because},
        about=scope.people,
        rule=rule,
    )
    return append(tx, [draft], actor=actor, command="RequestErasure")


def decline(tx: Tx, command: DeclineErasure, actor: Actor, held: frozenset[str]) -> tuple[Event, ...]:
    """Returns the event that turns a request down."""
    found = find_request(tx, command.request)
    scope = scope_of(tx, found)
    rule = require("decline an erasure", held | _toward(tx, actor, scope.people), f"request {found.seq}")
    _refuse_answered(found)
    if not command.because.strip():
        raise BadInput("Declining says why; write --because TEXT.")
    draft = Draft(
        type=DECLINED,
        stream="workspace",
        data={"request": found.seq},
        sealed={"because": command.because},
        about=scope.people,
        rule=rule,
    )
    return append(tx, [draft], actor=actor, command="DeclineErasure")


def approve(tx: Tx, command: ApproveErasure, actor: Actor, held: frozenset[str]) -> tuple[Event, ...]:
    """Returns the event that erased; payloads, facts and directory entries in its scope are gone.

    Raises Refused where the actor may not, or a hold, a retention period or an open case forbids it, with
    every reason; Conflict where the request was answered.
    """
    found = find_request(tx, command.request)
    _refuse_answered(found)
    scope = scope_of(tx, found)
    relations = held | _toward(tx, actor, scope.people)
    if natural(tx, actor.person) == natural(tx, found.by):
        relations |= {"requester"}
    rule = require("approve an erasure", relations, f"request {found.seq}")
    reasons = tuple(obstacles(tx, scope))
    if reasons:
        raise Refused(f"Request {found.seq} cannot be approved now.", reasons=reasons)
    stones = stones_of(tx, scope.people) if scope.erases_people else Stones(())
    data: dict[str, Json] = {
        "request": found.seq,
        "scope": scope.kind,
        "payloads": [[seq, field] for seq, field in scope.payloads],
        "people": list(scope.people) if scope.erases_people else [],
        "facts": len(stones.rows),
        "root": stones.root,
    }
    draft = Draft(type=ERASING, stream="workspace", data=data, about=scope.people, rule=rule)
    event = append(tx, [draft], actor=actor, command="ApproveErasure")[0]
    erase(tx, scope.payloads, event.seq)
    if scope.erases_people:
        erase_facts(tx, scope.people, stones, event.seq)
        blot(tx, scope.people, event.seq)
    erase_letters(tx, scope, event.seq)
    return (event,)


def obstacles(tx: Tx, scope: Scope) -> Iterator[Reason]:
    """Yields why a scope may not be erased today: holds, open cases, retention, the last holder of hr."""
    for hold in holds(tx):
        if hold.reaches(scope.people, scope.cases):
            yield Reason("hold", f"A legal hold stands, placed by event {hold.seq}; it is lifted first.")
    if scope.kind == TEXT:
        return
    today = tx.sources.today()
    open_cases = [one for one in (load(tx, name) for name in scope.cases) if not one.final]
    for case in open_cases:
        yield Reason("erase:open", f"{case.label} is open; decide or withdraw it first.")
    period = months(tx)
    if period is not None:
        closed = [one for one in scope.cases if one not in {case.id for case in open_cases}]
        until = max((kept_until(tx, one, period)[2] for one in closed), default=date.min)
        if scope.kind == PERSON and scope.last:
            until = max(until, add_months(recorded_on(tx, scope.last), period))
        if until > today:
            told = f"It is kept until {until}: {period} months from the later of record and action."
            yield Reason("retention", told)
    if scope.erases_people and not set(holders(tx, "hr", today)) - set(scope.people):
        yield Reason("erase:last-hr", "Nobody else has the role hr; give it to somebody first.")


def held_back(tx: Tx, seq: int) -> tuple[Reason, ...]:
    """Returns why a request could not be approved today by whoever may; empty where nothing stands against it."""
    return tuple(obstacles(tx, scope_of(tx, find_request(tx, seq))))


def named_elsewhere(tx: Tx, seq: int) -> tuple[tuple[int, str], ...]:
    """Returns the texts outside a request's reach in which the names of its people stand."""
    scope = scope_of(tx, find_request(tx, seq))
    if not scope.erases_people:
        return ()
    held = [one for one in people(tx) if one.id in scope.people]
    return mentions(tx, scope, tuple(word for one in held for word in (one.name, one.hr_id, one.email or "")))


def _toward(tx: Tx, actor: Actor, people: tuple[str, ...]) -> frozenset[str]:
    mine = {natural(tx, one) for one in (actor.person, actor.acting_for) if one is not None}
    theirs = {alias for one in people for alias in aliases(tx, natural(tx, one))}
    return frozenset({"subject"}) if mine & theirs else frozenset()


def _refuse_answered(found: Request) -> None:
    if found.state != "open":
        raise Conflict(f"Request {found.seq} was {found.state} by event {found.answered}.")
