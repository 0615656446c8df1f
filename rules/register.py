"""The fast evaluators of registers: evidence, endorsements, attestations, ratings, seats, training, standing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from rules.attainment import enough
from rules.criterion import NoneOf, Rating, Register, Seat, Training
from rules.fact import Mark
from rules.finding import Raw, Status
from rules.view import FactView
from terms.calendar import add_months

Evaluator: TypeAlias = Callable[[FactView, date], Raw]
MET, NOT_MET, UNDETERMINED = Status.MET, Status.NOT_MET, Status.UNDETERMINED


def register(criterion: Register) -> Evaluator:
    """Returns the fast evaluator of Register."""
    need, endorsed = criterion.count, criterion.register == "endorsement"
    sifted = criterion.by or criterion.least_rank is not None

    def run(view: FactView, as_of: date) -> Raw:
        found = noted(criterion, view, as_of)
        unsure: list[Mark] = []
        if endorsed:
            found = [one for one in found if one.by != view.person]
        if sifted:
            found, unsure = _sifted(criterion, view, found)
        if endorsed:
            given = {one.by: one for one in found}
            found = list(given.values())
            unsure = list({one.by: one for one in unsure if one.by not in given}.values())
        status = MET if len(found) >= need else UNDETERMINED if len(found) + len(unsure) >= need else NOT_MET
        return (criterion, status, (tuple(found), tuple(unsure)), ())

    return run


def noted(criterion: Register, view: FactView, as_of: date) -> list[Mark]:
    """Returns the entries of the kind asked for, of the days asked for, verified where that is asked for."""
    entry, within, verified = criterion.entry, criterion.within_months, criterion.verified
    marks = view.marks.get(criterion.register)
    if not marks:
        return []
    since = date.min if within is None else add_months(as_of, -within)
    return [
        one
        for one in marks
        if one.kind == entry and since <= one.on <= as_of and (one.verified or not verified)
    ]


def _sifted(criterion: Register, view: FactView, marks: list[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Returns the entries whose makers are those asked for, and those of whom it is not known."""
    by, least, spans = criterion.by, criterion.least_rank, view.spans
    managers = {one.name for one in spans.get("manager", ())}
    line = managers | {one.name for one in spans.get("line", ())}
    wanted: set[str] = {view.person} if by == "candidate" else managers if by == "manager" else line
    known = by == "candidate" or (bool(managers) if by == "manager" else view.line_known)
    sure: list[Mark] = []
    unsure: list[Mark] = []
    for one in marks:
        rank = least if least is None else view.ranks.get(one.by)
        if least is not None and rank is not None and rank < least:
            continue
        open_ = least is not None and rank is None
        if by == "outside_line":
            if one.by in wanted or one.by == view.person:
                continue
            open_ = open_ or not known
        elif by and one.by not in wanted:
            if known:
                continue
            open_ = True
        (unsure if open_ else sure).append(one)
    return sure, unsure


def rating(criterion: Rating) -> Evaluator:
    """Returns the fast evaluator of Rating."""
    words, last, within = criterion.words, criterion.last, criterion.within_months

    def run(view: FactView, as_of: date) -> Raw:
        since = date.min if within is None else add_months(as_of, -within)
        held = tuple([one for one in view.marks.get("rating", ()) if since <= one.on <= as_of][-last:])
        met = sum([one.kind in words for one in held])
        return (criterion, enough(last, met, len(held) - met, last), (held,), ())

    return run


def seat(criterion: Seat) -> Evaluator:
    """Returns the fast evaluator of Seat."""
    level, need = criterion.level, criterion.count

    def run(view: FactView, as_of: date) -> Raw:
        for one in reversed(view.marks.get("seat", ())):
            if one.kind == level and one.on <= as_of and (one.end is None or as_of < one.end):
                return (criterion, MET if one.count >= need else NOT_MET, (one,), ())
        return (criterion, UNDETERMINED, (None,), ())

    return run


def stated(view: FactView, register: str, stale: timedelta, as_of: date) -> date | None:
    """Returns the day for which a register is stated to be complete, unless that is too long ago."""
    found = view.complete.get(register)
    return None if found is None or found < as_of - stale else found


def training(criterion: Training) -> Evaluator:
    """Returns the fast evaluator of Training."""
    codes, need, stale = criterion.codes, criterion.need, timedelta(days=criterion.stale_days)
    size = len(codes)

    def run(view: FactView, as_of: date) -> Raw:
        marks = view.marks.get("training")
        done = tuple([one for one in marks if one.kind in codes and one.on <= as_of]) if marks else ()
        have = {one.kind for one in done}
        absent = codes if not done else tuple([one for one in codes if one not in have])
        known = stated(view, "training", stale, as_of)
        status = (
            MET if len(have) >= need else NOT_MET if known and len(absent) > size - need else UNDETERMINED
        )
        return (criterion, status, (done, absent, known), ())

    return run


def none_of(criterion: NoneOf) -> Evaluator:
    """Returns the fast evaluator of NoneOf."""
    kinds, stale = criterion.kinds, timedelta(days=criterion.stale_days)

    def run(view: FactView, as_of: date) -> Raw:
        held = tuple(
            [
                one
                for one in view.marks.get("standing", ())
                if one.kind in kinds and one.on <= as_of and (one.end is None or as_of < one.end)
            ]
        )
        known = stated(view, "standing", stale, as_of)
        status = NOT_MET if held else MET if known else UNDETERMINED
        return (criterion, status, (held, known), ())

    return run
