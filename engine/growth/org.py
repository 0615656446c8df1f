"""The org view: who stands where on the ladder, for how long, how ready for each move, and against which seats."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from engine.case.readiness import Assessed, assess_all
from engine.edition.library import ladder, names, newest, policy
from engine.fact.newest import EVERYBODY
from engine.fact.newest import newest as newest_facts
from engine.people.directory import people
from engine.people.line import levels_on, teams_on
from engine.store.transaction import Tx
from rules.finding import Status
from terms.calendar import months_between

READY, NEARLY, BLOCKED = "ready", "nearly", "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Holds how somebody stands for one move: ready, nearly (one criterion short) or blocked; and what is short."""

    target: str
    state: str
    short: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Holds where one person stands: team, level, whole months on it (None where unknown), each move from there."""

    person: str
    name: str
    label: str
    team: str
    level: str
    months: int | None
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Holds one group of people for one move: how many, how long, how ready, and the seats stated to be open."""

    group: str
    level: str
    target: str
    people: int
    months: int | None
    ready: int
    nearly: int
    blocked: int
    seats: int | None

    @property
    def sentence(self) -> str:
        """Returns what readiness comes to against the seats."""
        if self.seats is None:
            return "seats not stated" if self.target else ""
        if not self.seats and not self.ready:
            return "no seat, and nobody ready"
        if self.ready > self.seats:
            return f"{self.ready - self.seats} more ready than seats"
        free = self.seats - self.ready
        return f"{free} of {self.seats} seats with nobody ready" if free else "a seat for each who is ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Holds what a published ladder calls a level, its rank there, and its track in words (none: empty)."""

    name: str
    short: str
    rank: int
    track: str


def levels(tx: Tx) -> dict[str, Step]:
    """Returns the levels of the ladders in effect by id; of two ladders that share one, the last by name."""
    found: dict[str, Step] = {}
    for name in names(tx, "ladder"):
        digest = newest(tx, "ladder", name)
        held = None if digest is None else ladder(tx, digest)
        for one in held.levels.values() if held else ():
            track = held.tracks[one.track].name if held and one.track else ""
            found[one.id] = Step(name=one.name, short=one.short or one.name, rank=one.rank, track=track)
    return found


def places(tx: Tx, on: date, seen: Collection[str] | None = None) -> tuple[Place, ...]:
    """Returns where everybody with a level stands on a day, by label; of some people only where they are given."""
    stands, teams = levels_on(tx, on), teams_on(tx, on)
    staff = [
        one
        for one in people(tx)
        if one.id == one.natural and stands.get(one.id) and (seen is None or one.id in seen)
    ]
    since = _since(tx, [one.id for one in staff], on)
    ways: dict[str, list[Way]] = defaultdict(list)
    for target in _targets(tx, on, {stands[one.id] for one in staff}):
        for assessed in assess_all(tx, target, as_of=on):
            ways[assessed.readiness.person].append(_way(assessed))
    return tuple(
        Place(
            person=one.id,
            name=one.name,
            label=one.label,
            team=teams.get(one.id, ""),
            level=stands[one.id],
            months=months_between(since[one.id], on) if one.id in since else None,
            ways=tuple(ways[one.id]),
        )
        for one in staff
    )


def _targets(tx: Tx, on: date, sources: Collection[str]) -> list[str]:
    """Returns the levels to which one can move from some levels, by rank on their ladder."""
    found: dict[str, int] = {}
    for name in names(tx, "policy"):
        digest = newest(tx, "policy", name, on)
        held = None if digest is None else policy(tx, digest)
        for move in held.moves if held else ():
            if held is not None and move.source in sources:
                found[move.target] = ladder(tx, held.ladder).ranks[move.target]
    return sorted(found, key=lambda one: (found[one], one))


def _since(tx: Tx, who: list[str], on: date) -> dict[str, date]:
    found: dict[str, date] = {}
    for one in newest_facts(tx, who, None, ["level"]):
        start = date.fromisoformat(one.start)
        if start <= on and start >= found.get(one.person, date.min):
            found[one.person] = start
    return found


def _way(assessed: Assessed) -> Way:
    held = assessed.readiness
    short = tuple(one.id for one in held.findings if one.status is not Status.MET)
    barred = any(one.criterion.kind == "none_of" and one.status is Status.NOT_MET for one in held.findings)
    state = READY if not short else NEARLY if len(short) == 1 and not barred else BLOCKED
    return Way(target=assessed.move.target, state=state, short=short)


def seats(tx: Tx, on: date) -> dict[str, int]:
    """Returns how many seats of each level the newest statement says to be open on a day."""
    found: dict[str, tuple[str, int]] = {}
    for one in newest_facts(tx, [EVERYBODY], None, ["seat"]):
        holds = one.start <= on.isoformat() and (one.end is None or on.isoformat() < one.end)
        if holds and one.start >= found.get(one.name, ("", 0))[0]:
            found[one.name] = (one.start, int(json.loads(one.detail)["count"]))
    return {level: count for level, (_, count) in found.items()}


def rows(held: Iterable[Place], open_seats: Mapping[str, int], *, by_team: bool = False) -> tuple[Row, ...]:
    """Returns people counted per level and move, or per team, level and move; a level without a move once."""
    groups: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for one in held:
        groups[one.team if by_team else "", one.level].append(one)
    found = []
    for (group, level), here in groups.items():
        targets = dict.fromkeys(way.target for one in here for way in one.ways) or {"": None}
        known = [one.months for one in here if one.months is not None]
        for target in targets:
            states = [way.state for one in here for way in one.ways if way.target == target]
            found.append(
                Row(
                    group=group,
                    level=level,
                    target=target,
                    people=len(here),
                    months=median_low(known) if known else None,
                    ready=states.count(READY),
                    nearly=states.count(NEARLY),
                    blocked=states.count(BLOCKED),
                    seats=None if by_team or not target else open_seats.get(target),
                )
            )
    return tuple(found)


def ordered(tx: Tx, found: Iterable[Row]) -> tuple[Row, ...]:
    """Returns rows by group, then by the rank of their level on its ladder."""
    ranks = {name: one.rank for name, one in levels(tx).items()}
    return tuple(
        sorted(
            found,
            key=lambda one: (
                one.group,
                ranks.get(one.level, 0),
                one.level,
                ranks.get(one.target, 0),
                one.target,
            ),
        )
    )
