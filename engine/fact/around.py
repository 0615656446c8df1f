"""What the people around somebody tell of them: the line above, the team's figures, those of people they coached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, select

from engine.fact.newest import figures, newest, sorted_out, source_of
from engine.store.table.fact import fact
from engine.store.transaction import Tx
from rules.fact import Figure, Span
from rules.view import Needs
from terms.quantity import SCALE

NOTHING = Needs()
NO_RANKS: Mapping[str, int] = MappingProxyType({})
FIGURES = ("expected", "actual", "target")
DEEPEST = 50


class Around:
    """Holds the facts of others that some people's views need; asks for none where a move needs none."""

    def __init__(
        self, tx: Tx, people: Sequence[str], held: Sequence[Row[Any]], known_at: str | None, needs: Needs
    ) -> None:
        self.tx, self.known_at, self.needs = tx, known_at, needs
        self.read: list[Row[Any]] = []
        self.managers: dict[str, list[Row[Any]]] = defaultdict(list)
        self.own = {row.person for row in held}
        self.coached: dict[str, list[Row[Any]]] = defaultdict(list)
        self.members: dict[str, list[Row[Any]]] = defaultdict(list)
        self.theirs: dict[str, Mapping[str, tuple[Figure, ...]]] = {}
        for row in held:
            if row.kind == "manager":
                self.managers[row.person].append(row)
            if row.kind == "coaching":
                self.coached[row.person].append(row)
        if needs.line:
            self._climb(set(people))
        whose = {metric.partition(":")[0] for metric in needs.metrics}
        others = {row.name for rows in self.coached.values() for row in rows} if "coached" in whose else set()
        if "team" in whose:
            others |= self._teams(people)
        if others:
            rows = self._ask(sorted(others), FIGURES)
            by_person: dict[str, list[Row[Any]]] = defaultdict(list)
            for row in rows:
                by_person[row.person].append(row)
            self.theirs = {who: figures(sorted_out(found)) for who, found in by_person.items()}

    def _ask(self, people: Sequence[str], kinds: Collection[str]) -> list[Row[Any]]:
        rows = newest(self.tx, people, self.known_at, kinds)
        self.read += rows
        return rows

    def _climb(self, known: set[str]) -> None:
        """Reads managers' managers, level by level, up to the top."""
        frontier = {row.name for rows in self.managers.values() for row in rows if row.name} - known
        for _ in range(DEEPEST):
            if not frontier:
                return
            known |= frontier
            for row in self._ask(sorted(frontier), ["manager"]):
                self.managers[row.person].append(row)
            frontier = {row.name for who in frontier for row in self.managers[who] if row.name} - known

    def _teams(self, people: Sequence[str]) -> set[str]:
        """Reads who ever reported to some people; returns them."""
        found: set[str] = set()
        for lead in people:
            query = select(fact.c.person).where(fact.c.kind == "manager", fact.c.name == lead).distinct()
            if self.known_at is not None:
                query = query.where(fact.c.recorded_at <= self.known_at)
            found |= {row.person for row in self.tx.connection.execute(query)}
        for row in self._ask(sorted(found), ["manager"]):
            self.members[row.person].append(row)
        return found

    def line(self, person: str, as_of: date) -> tuple[dict[str, tuple[Span, ...]], bool]:
        """Returns everybody above a person and when, and whether the line is known to its top on a day."""
        if not self.needs.line:
            return {}, False
        found = list(self._above(person, date.min, None, {person}))
        return ({"line": tuple(found)} if found else {}), self._reaches_top(person, as_of)

    def _above(self, person: str, start: date, end: date | None, seen: set[str]) -> Iterator[Span]:
        for name, first, last, source in _spans(self.managers.get(person, [])):
            begins = max(first, start)
            ends = min((one for one in (last, end) if one is not None), default=None)
            if not name or name in seen or (ends is not None and ends <= begins):
                continue
            yield Span(name, begins, ends, source)
            yield from self._above(name, begins, ends, seen | {name})

    def _reaches_top(self, person: str, as_of: date) -> bool:
        seen: set[str] = set()
        while person not in seen:
            seen.add(person)
            held = [
                name
                for name, start, end, _ in _spans(self.managers.get(person, []))
                if start <= as_of and (end is None or as_of < end)
            ]
            if not held:
                return False
            if not held[-1]:
                return True
            person = held[-1]
        return False

    def figures(self, person: str) -> dict[str, tuple[Figure, ...]]:
        """Returns the figures of a person's team and of those they coached, as the move asks for them."""
        found = {}
        for metric in sorted(self.needs.metrics):
            whose, _, name = metric.partition(":")
            found[metric] = self._team(person, name) if whose == "team" else self._coached(person, name)
        return {metric: held for metric, held in found.items() if held}

    def _team(self, person: str, metric: str) -> tuple[Figure, ...]:
        """Returns, per period, the sums over those who reported to a person on its last day and carry the metric."""
        gathered: dict[tuple[date, date], list[Figure | None]] = defaultdict(list)
        carriers = [
            (held, who)
            for who, rows in self.members.items()
            for held in [self.theirs.get(who, {}).get(metric, ())]
            if held and any(row.name == person for row in rows)
        ]
        periods = sorted({(one.start, one.end) for held, _ in carriers for one in held})
        for start, end in periods:
            for held, who in carriers:
                if person == manager_on(self.members[who], end - timedelta(days=1)):
                    gathered[start, end].append(
                        next((o for o in held if (o.start, o.end) == (start, end)), None)
                    )
        return _ordered(_added(*period, held) for period, held in gathered.items())

    def _coached(self, person: str, metric: str) -> tuple[Figure, ...]:
        """Returns, per period begun after the coaching, how many coached people had a figure and reached it."""
        counted: dict[tuple[date, date], list[Figure]] = defaultdict(list)
        for row in self.coached.get(person, []):
            for one in self.theirs.get(row.name, {}).get(metric, ()):
                if one.start >= date.fromisoformat(row.start):
                    counted[one.start, one.end].append(one)
        return _ordered(_reached(*period, held) for period, held in counted.items())

    def ranks(self, makers: set[str], ranks: Mapping[str, int], as_of: date) -> dict[str, int]:
        """Returns the rank of the level that each of some people holds on a day, where it is known."""
        if not self.needs.ranks or not makers:
            return {}
        levels: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in self._ask(sorted(makers), ["level"]):
            levels[row.person].append(row)
        found = {}
        for who, rows in levels.items():
            held = [
                name
                for name, start, end, _ in _spans(rows)
                if start <= as_of and (end is None or as_of < end)
            ]
            if held and held[-1] in ranks:
                found[who] = ranks[held[-1]]
        return found


def _spans(rows: Sequence[Row[Any]]) -> list[tuple[str, date, date | None, str]]:
    """Returns names with the days they were true for; each ends at the latest where the next begins."""
    ordered = sorted(rows, key=lambda one: one.start)
    found = []
    for number, one in enumerate(ordered):
        end = None if one.end is None else date.fromisoformat(one.end)
        if number + 1 < len(ordered):
            begins = date.fromisoformat(ordered[number + 1].start)
            end = min(end, begins) if end else begins
        found.append((one.name, date.fromisoformat(one.start), end, source_of(one)))
    return found


def manager_on(rows: Sequence[Row[Any]], day: date) -> str:
    """Returns who somebody reports to on a day, out of all that is on file of that; empty for nobody."""
    held = [name for name, start, end, _ in _spans(rows) if start <= day and (end is None or day < end)]
    return held[-1] if held else ""


def _ordered(held: Iterator[Figure]) -> tuple[Figure, ...]:
    return tuple(sorted(held, key=lambda one: (one.end, one.start)))


def _sum(values: Sequence[int | None]) -> int | None:
    known = [one for one in values if one is not None]
    return sum(known) if len(known) == len(values) else None


def _added(start: date, end: date, held: Sequence[Figure | None]) -> Figure:
    """Returns a period of the sums of some people's; unknown where one has no figure, or their units differ."""
    known = [one for one in held if one is not None]
    if len({one.unit for one in known}) > 1:
        return Figure(start, end, None, None, "", "+".join(one.source for one in known if one.source))
    return Figure(
        start,
        end,
        _sum([None if one is None else one.actual for one in held]),
        _sum([None if one is None else one.target for one in held]),
        "+".join(sorted({one.unit for one in known})),
        "+".join(one.source for one in known if one.source),
    )


def _reached(start: date, end: date, held: Sequence[Figure]) -> Figure:
    """Returns a period of counts: people with a figure due (target), and those of them at their target (actual)."""
    known = all(one.actual is not None and one.target is not None and one.target > 0 for one in held)
    reached = sum((one.actual or 0) >= (one.target or 0) for one in held)
    source = "+".join(one.source for one in held if one.source)
    return Figure(start, end, reached * SCALE if known else None, len(held) * SCALE, "count", source)
