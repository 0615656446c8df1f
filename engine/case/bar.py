"""Who may not judge a case: by law 6 at any time, and by what its definition bars besides when a panel is seated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select

from engine.access.permit import BECAUSE, CONFLICTED
from engine.case.relation import relations
from engine.case.state import Case
from engine.edition.library import ladder
from engine.people.directory import natural
from engine.people.line import level_on, reports_to
from engine.record.event import Actor
from engine.store.table.case import case_row
from engine.store.transaction import Tx

YEAR = timedelta(days=365)


def conflicts_of(tx: Tx, case: Case, member: str, on: date) -> tuple[str, ...]:
    """Returns the relations by which law 6 bars somebody from judging a case; empty where none does."""
    held = relations(tx, case, Actor(member), on)
    return tuple(one for one in CONFLICTED if one in held)


def bars_of(tx: Tx, case: Case, member: str, rule: tuple[str, ...], on: date) -> tuple[str, ...]:
    """Returns why somebody may not judge a case, law 6 first, then what the definition bars besides."""
    return (*conflicts_of(tx, case, member, on), *_besides(tx, case, natural(tx, member), rule, on))


def told(why: tuple[str, ...]) -> str:
    """Returns the reasons for a bar in words."""
    return "; ".join(BECAUSE.get(one, one) for one in why)


def _besides(tx: Tx, case: Case, me: str, rule: tuple[str, ...], on: date) -> Iterator[str]:
    candidate = natural(tx, case.person)
    if "below target level" in rule and not _high_enough(tx, case, me, on):
        yield "below target level"
    if "reporting line" in rule:
        above = {natural(tx, one) for one in reports_to(tx, candidate, on)}
        below = {natural(tx, one) for one in reports_to(tx, me, on)}
        if me in above or candidate in below:
            yield "reporting line"
    if "nominated by candidate" in rule and _nominated(tx, candidate, me, on):
        yield "nominated by candidate"


def _high_enough(tx: Tx, case: Case, me: str, on: date) -> bool:
    steps, own = ladder(tx, case.ladder), level_on(tx, me, on)
    return own in steps.levels and steps.levels[own].rank >= steps.level(case.target).rank


def _nominated(tx: Tx, candidate: str, me: str, on: date) -> bool:
    rows = tx.connection.execute(
        select(case_row.c.nominator, case_row.c.open, case_row.c.nominated_on).where(case_row.c.person == me)
    )
    since = (on - YEAR).isoformat()
    return any(
        natural(tx, row.nominator) == candidate and (row.open or row.nominated_on >= since) for row in rows
    )
