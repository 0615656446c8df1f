"""Moves an open case to another policy edition, or keeps it, always by an event (law 12)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from engine.access.permit import require
from engine.case.apply import apply
from engine.case.command import MoveEdition
from engine.case.project import project
from engine.case.query import load
from engine.case.readiness import Assessed, assess
from engine.case.relation import relations
from engine.case.state import Case
from engine.edition.library import PUBLISHED, EditionLine, editions, newest, policy
from engine.record.event import SYSTEM, Actor, Draft, Event
from engine.record.log import append
from engine.store.table.case import case_row
from engine.store.transaction import Tx
from rules.finding import Status
from rules.readiness import Readiness
from terms.canonical import Json
from terms.error import BadInput, Conflict, Reason, Refused, Unknown

SETTLER = Actor(SYSTEM, "system")
ORDER = {Status.MET: 0, Status.UNDETERMINED: 1, Status.NOT_MET: 2}
MOVE, FAVOURABLE, BY_HAND = "open_cases: move", "open_cases: more_favourable", "moved by hand"


def favours(new: Readiness, old: Readiness) -> bool:
    """Returns whether a readiness is more favourable to the candidate than another; a tie favours neither.

    Met is better than undetermined, undetermined than not met; then fewer required criteria not met, then fewer
    of them undetermined.
    """
    return _rank(new) < _rank(old)


def _rank(one: Readiness) -> tuple[int, int, int]:
    found = [finding.status for finding in one.findings]
    return ORDER[one.status], found.count(Status.NOT_MET), found.count(Status.UNDETERMINED)


def settle(tx: Tx, case: Case, *, freezing: bool = False) -> tuple[Case, tuple[Event, ...]]:
    """Returns an open case under the edition that it belongs under today, and the events that say so.

    What an edition says of open cases holds from the day it is in effect. Where both editions were weighed before,
    they are weighed once more when the file is frozen. A frozen or closed file keeps its edition.
    """
    if case.final or case.frozen or _alone(tx, case):
        return case, ()
    today = tx.sources.today()
    taking = _taking(tx, case, today)
    if taking is None and freezing and case.choices and case.choices[-1].why == FAVOURABLE:
        return _write(tx, case, _weighed(tx, case, case.choices[-1].other, today, "law:12"))
    if taking is None:
        return case, ()
    rule = policy(tx, taking).open_cases
    if rule == "keep" or not _has_move(tx, taking, case):
        return case, ()
    rule_id = f"edition:{taking[:12]}:open_cases"
    if rule == "move":
        before, after = (_assessed(tx, case, one, today) for one in (case.policy, taking))
        return _write(tx, case, _draft(case, after, before, MOVE, today, rule_id))
    return _write(tx, case, _weighed(tx, case, taking, today, rule_id))


def settle_all(tx: Tx, name: str | None = None) -> tuple[Event, ...]:
    """Returns the events by which every open case (of one policy, or of all) comes under its edition of today."""
    rows = tx.connection.execute(
        select(case_row.c.id, case_row.c.policy).where(case_row.c.open == 1).order_by(case_row.c.label)
    ).all()
    ours = {one.digest for one in editions(tx, "policy") if name in (None, one.name)}
    found: list[Event] = []
    for row in rows:
        if row.policy in ours:
            found += settle(tx, load(tx, row.id))[1]
    return tuple(found)


def move_edition(tx: Tx, command: MoveEdition, actor: Actor) -> tuple[Case, tuple[Event, ...]]:
    """Returns a case moved by hand to a published edition of its policy, and the event.

    Raises Refused where the actor may not or the file is frozen, Conflict where the case is under it already.
    """
    case, today = load(tx, command.case), tx.sources.today()
    rule = require("move a case to an edition", relations(tx, case, actor, today), case.label)
    if not command.because.strip():
        raise BadInput("A case is moved for a reason; write --because TEXT.")
    if case.final or case.frozen:
        told = (
            f"{case.label} is closed as {case.state}."
            if case.final
            else "The file is frozen; return it first."
        )
        raise Refused(f"{case.label} keeps its edition.", reasons=(Reason("law:12", told),))
    if command.edition == case.policy:
        raise Conflict(f"{case.label} is under that edition already.")
    held, new = policy(tx, case.policy), policy(tx, command.edition)
    if held.id != new.id or not _has_move(tx, command.edition, case):
        told = (
            f"{new.id} {new.edition_label} is no edition of {held.id} that has {case.source}->{case.target}."
        )
        raise Refused(f"{case.label} keeps its edition.", reasons=(Reason("law:12", told),))
    before, after = (_assessed(tx, case, one, today) for one in (case.policy, command.edition))
    draft = _draft(case, after, before, BY_HAND, today, rule, because=command.because)
    return _write(tx, case, draft, actor, "MoveEdition")


def _taking(tx: Tx, case: Case, today: date) -> str | None:
    """Returns the edition that has come into effect since the case last had its edition chosen; None where none."""
    held = policy(tx, case.policy)
    digest = newest(tx, "policy", held.id, today)
    if digest is None or digest == case.policy:
        return None
    line = _line(tx, digest)
    last = case.choices[-1] if case.choices else None
    seq, on = (last.seq, last.on) if last else (case.assessments[0].seq, case.nominated_on)
    return digest if line.event > seq or line.effective > on else None


def _alone(tx: Tx, case: Case) -> bool:
    """Returns whether no other edition of the case's policy is published, so that there is nothing to settle."""
    held = policy(tx, case.policy)
    return not any(
        one.name == held.id and one.state == PUBLISHED and one.digest != case.policy
        for one in editions(tx, "policy")
    )


def _line(tx: Tx, digest: str) -> EditionLine:
    return next(one for one in editions(tx, "policy") if one.digest == digest)


def _has_move(tx: Tx, digest: str, case: Case) -> bool:
    try:
        policy(tx, digest).move(case.source, case.target)
    except Unknown:
        return False
    return True


def _assessed(tx: Tx, case: Case, edition: str, today: date) -> Assessed:
    return assess(tx, case.person, case.target, as_of=today, edition=edition, source=case.source)


def _weighed(tx: Tx, case: Case, other: str, today: date, rule: str) -> Draft:
    """Returns the event by which the more favourable of two editions is taken; the present one where they tie."""
    mine, theirs = (_assessed(tx, case, one, today) for one in (case.policy, other))
    taken, left = (theirs, mine) if favours(theirs.readiness, mine.readiness) else (mine, theirs)
    return _draft(case, taken, left, FAVOURABLE, today, rule)


def _draft(
    case: Case, taken: Assessed, left: Assessed, why: str, today: date, rule: str, because: str | None = None
) -> Draft:
    data: dict[str, Json] = {
        "from": case.policy,
        "to": taken.policy.digest,
        "other": left.policy.digest,
        "why": why,
        "ladder": taken.ladder.digest,
        "as_of": today.isoformat(),
        "fact_set": taken.fact_set,
        "status": str(taken.readiness.status),
        "other_status": str(left.readiness.status),
    }
    sealed: dict[str, Json] = {"readiness": taken.readiness.json(), "other": left.readiness.json()}
    return Draft(
        type="EditionKept" if taken.policy.digest == case.policy else "EditionMoved",
        stream=f"case:{case.id}",
        data=data,
        sealed=sealed if because is None else {**sealed, "because": because},
        about=(case.person,),
        rule=rule,
        edition=taken.policy.digest,
        workflow=case.workflow,
    )


def _write(
    tx: Tx, case: Case, draft: Draft, actor: Actor = SETTLER, command: str = "SettleEdition"
) -> tuple[Case, tuple[Event, ...]]:
    events = append(tx, [draft], actor=actor, command=command, expected={draft.stream: case.version})
    after = apply(events[0], case)
    project(tx, after, case)
    return after, events
