"""Who acts for whom and when: a delegation has both names and a window, and is never passed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.people.directory import natural, person
from engine.record.event import SYSTEM, Actor, Draft, Event
from engine.record.kept import kept
from engine.record.log import append, read_log, touch
from engine.store.transaction import Tx
from terms.error import BadInput, Reason, Refused, Unknown

TYPES = ("DelegationGiven", "DelegationEnded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """Holds that somebody acts for somebody from one day to another, the last included."""

    seq: int
    giver: str
    taker: str
    since: str
    until: str

    def holds(self, on: date) -> bool:
        """Returns whether it is in force on a day."""
        return self.since <= on.isoformat() <= self.until

    def meets(self, other: Delegation) -> bool:
        """Returns whether the windows of two share a day."""
        return self.since <= other.until and other.since <= self.until


def delegations(tx: Tx) -> tuple[Delegation, ...]:
    """Returns every delegation that was not ended early, in the order in which they were given."""

    def look() -> tuple[Delegation, ...]:
        found: dict[int, Delegation] = {}
        for event in read_log(tx, types=TYPES):
            if event.type == "DelegationEnded":
                found.pop(int(str(event.data["given"])), None)
                continue
            found[event.seq] = Delegation(
                seq=event.seq,
                giver=event.stream.removeprefix("person:"),
                taker=str(event.data["to"]),
                since=str(event.data["since"]),
                until=str(event.data["until"]),
            )
        return tuple(found.values())

    return kept(tx, "delegations", look)


def principals(tx: Tx, me: str, on: date) -> tuple[str, ...]:
    """Returns for whom somebody may act on a day."""
    mine = (one for one in delegations(tx) if one.holds(on) and natural(tx, one.taker) == natural(tx, me))
    return tuple(dict.fromkeys(natural(tx, one.giver) for one in mine))


def stand_in(tx: Tx, actor: Actor) -> None:
    """Raises Refused where somebody acts for another who has not asked them to, or not for this day."""
    if actor.acting_for is None:
        return
    on, behalf = tx.sources.today(), natural(tx, actor.acting_for)
    if behalf not in principals(tx, actor.person, on):
        mine, theirs = person(tx, actor.person).name, person(tx, behalf).name
        reason = Reason("delegation:none", f"No delegation from {theirs} to {mine} is in force on {on}.")
        raise Refused(f"{mine} does not act for {theirs}.", reasons=(reason,))


def give(tx: Tx, actor: Actor, to: str, since: date, until: date, because: str) -> Event:
    """Returns the event by which somebody lets another act for them; raises Refused with every reason."""
    me, taker, today = natural(tx, actor.person), natural(tx, to), tx.sources.today()
    wanted = Delegation(seq=-1, giver=me, taker=taker, since=since.isoformat(), until=until.isoformat())
    reasons = []
    if actor.person in (SYSTEM, "founder"):
        raise BadInput("Only a person of the directory delegates.")
    if actor.acting_for is not None:
        reasons.append(Reason("delegation:chain", "Who acts for another passes that on to nobody."))
    if taker == me:
        reasons.append(Reason("delegation:self", "Both names are the same human."))
    if until < since or until < today:
        told = f"The window from {since} to {until} is over before it begins, or lies in the past."
        reasons.append(Reason("delegation:window", told))
    if not because.strip():
        reasons.append(Reason("delegation:reason", "A delegation says why."))
    for one in delegations(tx):
        if natural(tx, one.giver) == me and natural(tx, one.taker) == taker and one.meets(wanted):
            told = f"{person(tx, to).name} acts for them from {one.since} to {one.until} already."
            reasons.append(Reason("delegation:twice", told))
        if natural(tx, one.giver) == taker and one.meets(wanted):
            told = (
                f"{person(tx, to).name} cannot act themselves: {person(tx, one.taker).name} acts for them from "
                f"{one.since} to {one.until}."
            )
            reasons.append(Reason("delegation:chain", told))
    if reasons:
        raise Refused("Nothing is delegated.", reasons=tuple(reasons))
    touch(tx)
    draft = Draft(
        type="DelegationGiven",
        stream=f"person:{me}",
        data={"to": taker, "since": wanted.since, "until": wanted.until},
        sealed={"because": because},
        about=(me, taker),
        rule="permit:delegate:anyone",
    )
    return append(tx, [draft], actor=actor, command="Delegate")[0]


def end(tx: Tx, actor: Actor, to: str) -> tuple[Event, ...]:
    """Returns the events that end what the actor has delegated to somebody; raises Unknown where nothing is."""
    me, taker, today = natural(tx, actor.person), natural(tx, to), tx.sources.today().isoformat()
    mine = [
        one
        for one in delegations(tx)
        if natural(tx, one.giver) == me and natural(tx, one.taker) == taker and one.until >= today
    ]
    if not mine or actor.acting_for is not None:
        raise Unknown("You have delegated nothing to them; `rung delegate list` shows what is delegated.")
    touch(tx)
    drafts = [
        Draft(
            type="DelegationEnded",
            stream=f"person:{me}",
            data={"given": one.seq},
            about=(me, taker),
            rule="permit:delegate:anyone",
        )
        for one in mine
    ]
    return append(tx, drafts, actor=actor, command="EndDelegation")
