"""Compares those who score with the panel: members over sessions, nominating managers by their cycle scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from engine.case.query import load
from engine.case.state import Case
from engine.fact.view import view
from engine.people.directory import natural
from engine.report.agreement import Agreement, Leniency, agreement, deviations, leniencies
from engine.session.comparison import columns, units
from engine.session.state import Session
from engine.store.transaction import Tx

POINT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelReport:
    """Holds a panel's figures over some sessions: leniency of members and of managers, agreement before and after."""

    cases: int
    members: tuple[Leniency, ...]
    managers: tuple[Leniency, ...]
    sealed: Agreement
    discussed: Agreement
    moved: int


def panel_report(tx: Tx, sessions: Sequence[Session]) -> PanelReport:
    """Returns the figures of the revealed cases of some sessions; sealed ones do not enter (law 7)."""
    held = [load(tx, one) for one in dict.fromkeys(name for session in sessions for name in session.cases)]
    cases = [one for one in held if one.scores_revealed]
    found = columns(cases)
    first = [
        (case, {natural(tx, who): points for who, points in scores.items()})
        for case, scores in units(found, first=True)
    ]
    moved = sum(one.was is not None for case in found for scores in case.scores.values() for one in scores)
    return PanelReport(
        cases=len(cases),
        members=leniencies(deviations(first)),
        managers=leniencies(_managers(tx, cases)),
        sealed=agreement(first),
        discussed=agreement(units(found, first=False)),
        moved=moved,
    )


def _managers(tx: Tx, cases: Sequence[Case]) -> dict[str, list[float]]:
    """Returns, per nominating manager, how their cycle scores on each case lie above the panel's first ones."""
    found: dict[str, list[float]] = {}
    for case in cases:
        last = case.assessments[-1]
        known = view(tx, case.person, as_of=date.fromisoformat(last.as_of))
        apart: list[float] = []
        for competency, scores in columns([case])[0].scores.items():
            given = [
                one.value
                for level in ("current", "next")  # the target level's last word counts, where there is one
                for one in known.scores.get((competency, level), ())
                if one.value is not None and one.by != "self"
            ]
            if given:
                apart.append(given[-1] / POINT - fmean(one.first for one in scores))
        if apart:
            found.setdefault(natural(tx, case.nominator), []).append(fmean(apart))
    return found
