"""Compares two policies over the same people before anybody publishes: who flips, on which criterion, by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from engine.case.query import cases, load
from engine.edition.library import policy as published
from engine.fact.view import view, views
from engine.people.directory import people
from engine.people.line import levels_on, managers_on
from engine.record.event import Gone
from engine.record.log import read_between
from engine.store.transaction import Tx
from rules.evaluate import ready
from rules.ladder import Ladder
from rules.outcome import outcome
from rules.policy import Move, Policy, needs
from rules.readiness import Readiness
from rules.view import FactView, Needs
from rules.word import words
from terms.canonical import Json

GROUPS = ("level", "manager", "team", "track")
NO_MOVE = "no move"


@dataclass(frozen=True, slots=True)
class Change:
    """Holds a required criterion whose finding differs; a side that does not ask for it says `not asked`.

    `required` and `observed` are the words of the other edition's finding; empty where it does not ask for it.
    """

    criterion: str
    before: str
    after: str
    required: str = ""
    observed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Holds one person's readiness for one move under both policies, and the groups that the person is in."""

    person: str
    move: str
    before: str
    after: str
    changes: tuple[Change, ...]
    groups: Mapping[str, str]

    @property
    def flips(self) -> bool:
        """Returns whether readiness differs."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Holds a decided case: what readiness was recorded, and what it would have been under another policy."""

    label: str
    person: str
    move: str
    outcome: str
    edition: str
    before: str
    after: str
    changes: tuple[Change, ...]


def compare(tx: Tx, old: Policy, new: Policy, steps: Ladder, *, as_of: date) -> tuple[Compared, ...]:
    """Returns everybody who has a move under either policy, by label and move, judged by both on the same facts."""
    levels = levels_on(tx, as_of)
    chiefs = managers_on(tx, as_of)
    names = {one.id: one.name for one in people(tx)}
    staff = [one.id for one in people(tx) if levels.get(one.id)]
    found: list[Compared] = []
    ways = dict.fromkeys((one.source, one.target) for one in (*old.moves, *new.moves))
    for source, target in ways:
        here = [one for one in staff if levels[one] == source]
        sides = [_move(one, source, target) for one in (old, new)]
        wanted = reduce(or_, [needs(one) for one in sides if one is not None], Needs())
        facts = views(tx, here, as_of=as_of, needs=wanted, ranks=steps.ranks)
        for person in here:
            before, after = (
                None if move is None else ready(policy, move, facts[person], as_of)
                for policy, move in zip((old, new), sides, strict=True)
            )
            groups = _groups(facts[person], source, names.get(chiefs.get(person, ""), "none"), as_of)
            found.append(
                Compared(
                    person=person,
                    move=f"{source}->{target}",
                    before=_status(before),
                    after=_status(after),
                    changes=tuple(_changes(_statuses(before), after)),
                    groups=groups,
                )
            )
    return tuple(found)


def history(tx: Tx, new: Policy, steps: Ladder) -> tuple[Past, ...]:
    """Returns every decided case of the policy, with what its readiness would have been under another edition.

    Each is judged on the day, and with the facts known, of the readiness that its decision rests on. A case whose
    readiness is erased, or whose move the other edition does not have, says so.
    """
    found = []
    for line in cases(tx):
        if line.outcome is None or published(tx, line.policy).id != new.id:
            continue
        case = load(tx, line.id)
        last = case.assessments[-1]
        move = _move(new, case.source, case.target)
        recorded = read_between(tx, last.seq, last.seq)[0].recorded_at
        as_of = date.fromisoformat(last.as_of)
        before: Mapping[str, str] = {}
        status = str(last.readiness)
        if not isinstance(last.readiness, Gone) and isinstance(last.readiness, Mapping):
            status, before = str(last.readiness["status"]), _recorded(last.readiness["findings"])
        after = None
        if move is not None:
            facts = view(
                tx, case.person, as_of=as_of, known_at=recorded, needs=needs(move), ranks=steps.ranks
            )
            after = ready(new, move, facts, as_of)
        found.append(
            Past(
                label=case.label,
                person=case.person,
                move=f"{case.source}->{case.target}",
                outcome=line.outcome,
                edition=case.policy,
                before=status,
                after=_status(after),
                changes=tuple(_changes(before, after)) if before else (),
            )
        )
    return tuple(found)


def by_group(found: Sequence[Compared]) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Yields each group: its kind, its name, how many were ready, are ready, gain and lose it, and flip otherwise."""
    for kind in GROUPS:
        for name in sorted({one.groups[kind] for one in found}):
            yield kind, name, counts([one for one in found if one.groups[kind] == name])


def counts(found: Sequence[Compared]) -> dict[str, int]:
    """Returns how many are judged, ready before and after, gain and lose readiness, and flip otherwise."""
    gained = sum(one.flips and one.after == "met" for one in found)
    lost = sum(one.flips and one.before == "met" for one in found)
    return {
        "people": len(found),
        "ready_before": sum(one.before == "met" for one in found),
        "ready_after": sum(one.after == "met" for one in found),
        "gain": gained,
        "lose": lost,
        "flip_otherwise": sum(one.flips for one in found) - gained - lost,
    }


def by_criterion(found: Sequence[Compared] | Sequence[Past]) -> dict[tuple[str, str, str, str], int]:
    """Returns how many people's finding of a criterion goes from what to what: (move, criterion, before, after)."""
    counted = Counter(
        (one.move, each.criterion, each.before, each.after) for one in found for each in one.changes
    )
    return dict(sorted(counted.items()))


def changes_json(changes: Sequence[Change]) -> list[Json]:
    """Returns changes as JSON."""
    return [
        {
            "criterion": one.criterion,
            "before": one.before,
            "after": one.after,
            "required": one.required or None,
            "observed": one.observed or None,
        }
        for one in changes
    ]


def by_decision(found: Sequence[Past]) -> dict[tuple[str, str, str], int]:
    """Returns how many decided cases go from what readiness to what, by decision: (decision, before, after)."""
    return dict(sorted(Counter((one.outcome, one.before, one.after) for one in found).items()))


def _move(policy: Policy, source: str, target: str) -> Move | None:
    return next((one for one in policy.moves if (one.source, one.target) == (source, target)), None)


def _status(found: Readiness | None) -> str:
    return NO_MOVE if found is None else str(found.status)


def _statuses(found: Readiness | None) -> dict[str, str]:
    return {} if found is None else {one.id: str(one.status) for one in found.findings}


def _recorded(findings: Json) -> dict[str, str]:
    assert isinstance(findings, Sequence)
    return {str(one["id"]): str(one["status"]) for one in findings if isinstance(one, Mapping)}


def _changes(before: Mapping[str, str], found: Readiness | None) -> Iterator[Change]:
    after = _statuses(found)
    findings = {} if found is None else {one.id: one for one in found.findings}
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, "not asked"), after.get(name, "not asked")
        if was != now:
            held = findings.get(name)
            if found is None or held is None:
                yield Change(name, was, now)
            else:
                told = words(outcome(held, found.as_of))
                yield Change(name, was, now, told.required, told.observed)


def _groups(view: FactView, level: str, manager: str, as_of: date) -> dict[str, str]:
    teams = [
        one.name
        for one in view.spans.get("team", ())
        if one.start <= as_of and (one.end is None or as_of < one.end)
    ]
    tracks = [one.kind for one in view.marks.get("commitment", ()) if one.on <= as_of]
    return {
        "level": level,
        "manager": manager,
        "team": teams[-1] if teams else "none",
        "track": tracks[-1] if tracks else "none committed to",
    }
