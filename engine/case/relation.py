"""What an acting person is to a case: the relations that permits, forbids and workflows are written in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from engine.access.permit import CONFLICTED
from engine.case.state import Case
from engine.people.directory import natural, second_accounts
from engine.people.line import holders, reports_to, roles
from engine.record.event import Actor
from engine.record.kept import kept
from engine.store.transaction import Tx
from workflows.vocabulary import UPWARD

ANYONE = "anyone"
BINDING = frozenset({*CONFLICTED, "recused", "barred", "judged before"})
"""What bars somebody also where they act for another."""


def relations(tx: Tx, case: Case, actor: Actor, on: date) -> frozenset[str]:
    """Returns every relation of an actor to a case.

    Under a delegation: those of whom they act for, and what bars either of the two.
    """
    own = _of(tx, case, natural(tx, actor.person), on)
    if actor.acting_for is None:
        return own
    return _of(tx, case, natural(tx, actor.acting_for), on) | own & BINDING


def standing_in(tx: Tx, case: Case, relation: str, on: date) -> tuple[str, ...]:
    """Returns the humans who stand in a relation or role to a case on a day; empty where nobody does."""
    line = reports_to(tx, case.person, on)
    people: dict[str, tuple[str, ...]] = {
        "candidate": (case.person,),
        "nominator": (case.nominator,),
        "skip-level manager of candidate": line[1:2],
        **{name: line[at : at + 1] for at, name in enumerate(UPWARD)},
        "chair": (case.panel.chair,) if case.panel else (),
        "panel": case.eligible,
    }
    found = people[relation] if relation in people else holders(tx, relation, on)
    return tuple(dict.fromkeys(natural(tx, one) for one in found))


def toward_person(tx: Tx, person: str, actor: Actor, on: date) -> frozenset[str]:
    """Returns the relations of an actor to a person, before there is a case."""
    own = _toward(tx, natural(tx, person), natural(tx, actor.person), on)
    if actor.acting_for is None:
        return own
    return _toward(tx, natural(tx, person), natural(tx, actor.acting_for), on) | own & BINDING


def _toward(tx: Tx, candidate: str, me: str, on: date) -> frozenset[str]:
    """Returns what follows from the directory, lines and roles alone: kept until one of them may have changed."""
    return kept(tx, ("toward", candidate, me, on), lambda: _found_toward(tx, candidate, me, on))


def _found_toward(tx: Tx, candidate: str, me: str, on: date) -> frozenset[str]:
    held, human = {ANYONE, *roles(tx, me, on)} - {"panel", "candidate", "nominator"}, second_accounts(tx)
    if me == candidate:
        held.add("candidate")
    line = [human.get(one, one) for one in reports_to(tx, candidate, on)]
    if me in line[1:]:
        held.add("skip-level manager of candidate")
    held |= {name for name, one in zip(UPWARD, line, strict=False) if one == me}
    return frozenset(held)


def _of(tx: Tx, case: Case, me: str, on: date) -> frozenset[str]:
    held, human = set(_toward(tx, natural(tx, case.person), me, on)) - {"chair"}, second_accounts(tx)

    def among(people: Collection[str]) -> bool:
        return me in people if not human else any(human.get(one, one) == me for one in people)

    if among((case.nominator, case.nominated_by)):
        held.add("nominator")
    if among(case.interests):
        held.add("interested")
    if among(case.former_judges):
        held.add("judged before")
    if case.panel is not None:
        if among((case.panel.chair,)):
            held |= {"chair", "chair of session"}
        if among(case.panel.members):
            held.add("panel")
        if among(case.recused):
            held.add("recused")
        if among(case.panel.barred):
            held.add("barred")
    return frozenset(held)
