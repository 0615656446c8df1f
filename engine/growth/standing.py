"""What an acting person is to the workspace and to somebody's growth: the relations that permits are written in."""

from __future__ import annotations

from datetime import date

from engine.access.permit import permit, require
from engine.case.relation import ANYONE, toward_person
from engine.people.directory import natural, person
from engine.people.line import managers_on, roles
from engine.record.event import SYSTEM, Actor
from engine.store.transaction import Tx
from terms.error import Reason, Refused

FOUNDER = "founder"
WHOLE = "see the organisation"


def standing(tx: Tx, actor: Actor) -> frozenset[str]:
    """Returns an actor's relations to the workspace: their roles; whoever founds it stands in for hr."""
    if actor.person in (FOUNDER, SYSTEM):
        return frozenset({ANYONE, "hr"})
    return frozenset({ANYONE, *roles(tx, natural(tx, actor.acting_for or actor.person), tx.sources.today())})


def toward(tx: Tx, who: str, actor: Actor) -> frozenset[str]:
    """Returns an actor's relations to a person."""
    held = toward_person(tx, who, actor, tx.sources.today())
    return held | {"hr"} if actor.person in (FOUNDER, SYSTEM) else held


def may_see(tx: Tx, who: str, actor: Actor) -> None:
    """Raises Refused, with every reason, where an actor may not see how somebody grows."""
    require("see growth", toward(tx, who, actor), person(tx, who).name)


def those_seen(tx: Tx, actor: Actor, on: date) -> frozenset[str] | None:
    """Returns the people whose growth an actor may see together: the line below them; None for everybody.

    Raises Refused where the actor neither leads anybody nor may see the organisation.
    """
    ruling = permit(WHOLE, standing(tx, actor))
    if ruling.allowed:
        return None
    me = natural(tx, actor.person)
    below = _below(managers_on(tx, on), me)
    if not below:
        raise Refused("Not allowed: see the organisation.", reasons=ruling.reasons)
    return below


def _below(managers: dict[str, str], lead: str) -> frozenset[str]:
    reports: dict[str, list[str]] = {}
    for who, above in managers.items():
        reports.setdefault(above, []).append(who)
    found: set[str] = set()
    waiting = list(reports.get(lead, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += reports.get(one, ())
    return frozenset(found)


def own(actor: Actor, told: str, sentence: str) -> None:
    """Raises Refused where somebody acts for another in what only the person themself signs."""
    if actor.acting_for is not None:
        raise Refused(sentence, reasons=(Reason("growth:own", told),))


def seen_by(tx: Tx, actor: Actor) -> frozenset[str] | None:
    """Returns the people whose growth an actor may see: their own, and the line below them; None for everybody."""
    try:
        below = those_seen(tx, actor, tx.sources.today())
    except Refused:
        below = frozenset()
    return None if below is None else below | {natural(tx, actor.person)}
