"""Assesses a person for a level: the governing edition on the facts known, as values to show or to record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.edition.library import governing, ladder, names, newest, policy
from engine.fact.newest import EVERYBODY
from engine.fact.newest import newest as newest_facts
from engine.fact.view import gather, views
from engine.people.directory import people
from engine.people.line import current, level_on, levels_on
from engine.store.transaction import Tx
from rules.evaluate import ready
from rules.ladder import Ladder
from rules.policy import Move, Policy, needs
from rules.readiness import Readiness
from rules.view import FactView
from rules.when import When, when
from terms.error import BadInput, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """Holds a readiness with the edition, the move and the digest of the facts it read."""

    readiness: Readiness
    policy: Policy
    move: Move
    ladder: Ladder
    fact_set: str
    view: FactView

    def when(self) -> When:
        """Returns when the person could be eligible at the earliest, and what that assumes."""
        return when(self.move, self.view, self.readiness.as_of, self.policy.calendar)


def assess(
    tx: Tx,
    person: str,
    target: str,
    *,
    as_of: date,
    edition: str | None = None,
    source: str | None = None,
    named: str | None = None,
    known_at: str | None = None,
) -> Assessed:
    """Returns a person's readiness for a level under an edition, or under the one that governs on that day.

    Raises Unknown where no published edition has the move, BadInput where the person's level is not known.
    """
    source = source or (level_on(tx, person, as_of, known_at) if known_at else level_of(tx, person, as_of))
    if source is None:
        raise BadInput(
            f"The level of this person on {as_of} is not known; import it with `rung import people`."
        )
    digest = edition or governing(tx, source, target, as_of, named, known_at)
    held = policy(tx, digest)
    move = held.move(source, target)
    steps = ladder(tx, held.ladder)
    facts, read = gather(tx, [person], as_of=as_of, known_at=known_at, needs=needs(move), ranks=steps.ranks)
    return Assessed(
        readiness=ready(held, move, facts[person], as_of),
        policy=held,
        move=move,
        ladder=steps,
        fact_set=read,
        view=facts[person],
    )


def level_of(tx: Tx, person: str, on: date) -> str | None:
    """Returns a person's level on a day, out of their facts, which readiness reads as well."""
    rows = [row for row in newest_facts(tx, [EVERYBODY, person], None) if row.kind == "level"]
    return current({(row.person, row.key): (row.start, row.name, row.end) for row in rows}, on).get(person)


def targets(tx: Tx, person: str, on: date, known_at: str | None = None) -> tuple[str, ...]:
    """Returns the levels that a person can move to under the editions in effect on a day."""
    source = level_on(tx, person, on, known_at)
    found: dict[str, None] = {}
    for name in names(tx, "policy"):
        digest = newest(tx, "policy", name, on, known_at)
        if digest is not None:
            found |= {move.target: None for move in policy(tx, digest).moves if move.source == source}
    if not found:
        raise Unknown(f"No policy in effect on {on} has a move from {source or 'an unknown level'}.")
    return tuple(found)


def movers(
    tx: Tx, target: str, *, as_of: date, named: str | None = None, known_at: str | None = None
) -> tuple[tuple[str, ...], dict[str, str], dict[str, tuple[Policy, Move, Ladder]]]:
    """Returns who could move to a level, by label; everybody's level; and the move from each level that has one.

    Raises Unknown where no edition in effect has a move to it.
    """
    levels = levels_on(tx, as_of, known_at)
    staff = [one for one in people(tx) if levels.get(one.id)]
    moves: dict[str, tuple[Policy, Move, Ladder]] = {}
    for source in sorted(set(levels.values())):
        try:
            held = policy(tx, governing(tx, source, target, as_of, named, known_at))
        except Unknown:
            continue
        moves[source] = (held, held.move(source, target), ladder(tx, held.ladder))
    if not moves:
        raise Unknown(f"No policy in effect on {as_of} has a move to {target} from a level that anybody has.")
    return tuple(one.id for one in staff if levels[one.id] in moves), levels, moves


def assess_all(
    tx: Tx, target: str, *, as_of: date, named: str | None = None, known_at: str | None = None
) -> tuple[Assessed, ...]:
    """Returns the readiness of everybody whose level has a move to a level, by label.

    Raises Unknown where no edition in effect has a move to it.
    """
    chosen, levels, moves = movers(tx, target, as_of=as_of, named=named, known_at=known_at)
    facts: dict[str, FactView] = {}
    for source, (_, move, steps) in moves.items():
        here = [person for person in chosen if levels[person] == source]
        facts |= views(tx, here, as_of=as_of, known_at=known_at, needs=needs(move), ranks=steps.ranks)
    return tuple(
        Assessed(
            readiness=ready(held, move, facts[person], as_of),
            policy=held,
            move=move,
            ladder=steps,
            fact_set="",
            view=facts[person],
        )
        for person in chosen
        for held, move, steps in [moves[levels[person]]]
    )
