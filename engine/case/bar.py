"""Who may not judge a case: by law 6 at any time, and by what its definition bars besides when a panel is seated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from engine.access.permit import BECAUSE, CONFLICTED
from engine.case.query import nominations
from engine.case.relation import relations
from engine.case.state import Case
from engine.edition.library import ladder
from engine.people.directory import natural
from engine.people.line import levels_of, reports_to
from engine.record.event import Actor
from engine.store.transaction import Tx

YEAR = timedelta(days=365)


def conflicts_of(tx: Tx, case: Case, member: str, on: date) -> tuple[str, ...]:
    """Returns the relations by which law 6 bars somebody from judging a case; empty where none does."""
    held = relations(tx, case, Actor(member), on)
    return tuple(one for one in CONFLICTED if one in held)


def bars_of(tx: Tx, case: Case, member: str, rule: tuple[str, ...], on: date) -> tuple[str, ...]:
    """Returns why somebody may not judge a case, law 6 first, then what the definition bars besides."""
    return bars_among(tx, case, (member,), rule, on)[member]


def bars_among(
    tx: Tx, case: Case, members: Iterable[str], rule: tuple[str, ...], on: date
) -> dict[str, tuple[str, ...]]:
    """Returns of each of some people why they may not judge a case; all of them in as many questions as one."""
    humans = {one: natural(tx, one) for one in members}
    low = _too_low(tx, case, set(humans.values()), on) if "below target level" in rule else set()
    named = _nominated(tx, case, set(humans.values()), on) if "nominated by candidate" in rule else set()
    found: dict[str, tuple[str, ...]] = {}
    for one, me in humans.items():
        besides = {
            "below target level": me in low,
            "reporting line": "reporting line" in rule and _in_line(tx, natural(tx, case.person), me, on),
            "nominated by candidate": me in named,
        }
        found[one] = (*conflicts_of(tx, case, one, on), *(why for why, holds in besides.items() if holds))
    return found


def told(why: tuple[str, ...]) -> str:
    """Returns the reasons for a bar in words."""
    return "; ".join(BECAUSE.get(one, one) for one in why)


def _in_line(tx: Tx, candidate: str, me: str, on: date) -> bool:
    above = {natural(tx, one) for one in reports_to(tx, candidate, on)}
    below = {natural(tx, one) for one in reports_to(tx, me, on)}
    return me in above or candidate in below


def _too_low(tx: Tx, case: Case, people: set[str], on: date) -> set[str]:
    """Returns those who do not stand on the target level of a case or above it, as far as is known."""
    steps = ladder(tx, case.ladder)
    held = {
        who: steps.levels[own].rank for who, own in levels_of(tx, people, on).items() if own in steps.levels
    }
    target = steps.level(case.target).rank
    return {one for one in people if one not in held or held[one] < target}


def _nominated(tx: Tx, case: Case, people: set[str], on: date) -> set[str]:
    """Returns those whom the candidate has nominated, in a case that is open or not a year old."""
    since, candidate = (on - YEAR).isoformat(), natural(tx, case.person)
    return {
        one
        for one, held in nominations(tx, people).items()
        if any(
            (open_ or day >= since) and natural(tx, nominator) == candidate for nominator, open_, day in held
        )
    }
