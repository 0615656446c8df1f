"""Finds what rounds say but cannot mean, in every year from 2025 to 2040: each finding with its place and a fix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import TypeAlias

from terms.error import BadInput
from workflows.definition import Workflow
from workflows.lint import NOBODY, Finding
from workflows.moment import Days, Moment, moments
from workflows.round import EXCEPTION, Dates, RoundDefinition

YEARS = range(2025, 2041)
NO_APPROVER = ("candidate", "panel", "chair", "recused", "judged before", "interested", "anyone")
Check: TypeAlias = Callable[[RoundDefinition, Dates], Iterator[tuple[str, str, str, str]]]
"""Yields of one round of one year: which check, which key it lies in, what is wrong, how to mend it."""


def lint_round(held: RoundDefinition, workflow: Workflow | None = None) -> tuple[Finding, ...]:
    """Returns every finding; with the workflow that its cases go through, also where the two do not fit.

    What is wrong in several years is found once, with the first of them and how many more there are.
    """
    return (*_written(held), *_yearly(held, workflow))


def _yearly(held: RoundDefinition, workflow: Workflow | None) -> Iterator[Finding]:
    first: dict[tuple[str, str, str], tuple[int, str, str]] = {}
    more: dict[tuple[str, str, str], int] = {}
    for year in YEARS:
        try:
            rounds = held.planned(year)
        except BadInput as error:
            key = ("dates", "dates", held.id)
            first.setdefault(key, (year, error.sentence, "Write the days so that each follows from others."))
            more[key] = more.get(key, -1) + 1
            continue
        found = [(one.name, told) for one in rounds for check in CHECKS for told in check(held, one)]
        if workflow is not None:
            found += [(one.name, told) for one in rounds for told in _inspected(held, one, workflow)]
        found += [(rounds[0].name, told) for told in _beside(rounds)]
        for name, (check_name, key_name, told, fix) in found:
            key = (check_name, key_name, name)
            first.setdefault(key, (year, told, fix))
            more[key] = more.get(key, -1) + 1
    for (check_name, key_name, name), (year, told, fix) in first.items():
        years = more[check_name, key_name, name]
        also = f" So it is in {years} more of the years to {YEARS[-1]}." if years else ""
        yield Finding(check_name, _place(held, name, key_name), f"{name} {year}: {told}{also}", fix)


def _place(held: RoundDefinition, name: str, key: str) -> str:
    """Returns where a day of a round is written: with the round, else with all of them."""
    for index, one in enumerate(held.held):
        if one.name == name and ("held", index, key) in held.document.positions:
            return held.at("held", index, key)
    return held.at("dates", key) if ("dates", key) in held.document.positions else held.at("held")


def _ordered(held: RoundDefinition, one: Dates) -> Iterator[tuple[str, str, str, str]]:
    if one.closes < one.opens:
        told = f"nominations close on {one.closes}, before they open on {one.opens}."
        yield "order", "closes", told, "Let them close later, or open earlier."
    walk: list[tuple[str, str, Days]] = [("nominations close", "closes", Days(one.closes, one.closes))]
    if one.freeze is not None:
        walk.append(("the file is frozen", "freeze", Days(one.freeze, one.freeze)))
    if one.inspection is not None:
        walk.append(("the candidate's inspection", "inspection", one.inspection))
    walk += [("a session", "sessions", day) for day in one.sessions]
    if one.told is not None:
        walk.append(("people are told", "told", one.told))
    if one.effective is not None:
        walk.append(("decisions take effect", "effective", Days(one.effective, one.effective)))
    for (was, _, before), (now, key, after) in pairwise(walk):
        if after.first < before.last and not was == now == "a session":
            told = f"{now} on {after}, and {was} on {before}, which is not before it."
            yield "order", key, told, "Change one of the two days."
    if one.inspection is not None and one.sessions and one.sessions[0].first <= one.inspection.last:
        told = f"a session on {one.sessions[0]} falls into the inspection, {one.inspection}."
        yield "inspection", "sessions", told, "Hold it after the inspection."
    for name, days in (*one.steps.items(), *(("session", day) for day in one.sessions), ("told", one.told)):
        if days is not None and days.last < days.first:
            key = name if name == "told" else "sessions" if name == "session" else "steps"
            yield "order", key, f"{name} ends on {days.last} and begins on {days.first}.", "Turn them round."


def _worked(held: RoundDefinition, one: Dates) -> Iterator[tuple[str, str, str, str]]:
    kinds = [("sessions", "a session is held", day) for day in one.sessions]
    if one.told is not None:
        kinds.append(("told", "people are told", one.told))
    for key, what, days in kinds:
        span = (days.last - days.first).days + 1
        if not any(held.calendar.works(days.first + timedelta(days=at)) for at in range(max(span, 1))):
            fix = "Write `, or the next working day` after it, or another day."
            yield "holiday", key, f"{what} on {days}, when nobody works.", fix


def _late(held: RoundDefinition, one: Dates) -> Iterator[tuple[str, str, str, str]]:
    if one.late_until is not None and one.late_until <= one.closes:
        told = f"late nominations end on {one.late_until}, and nominations close on {one.closes}."
        yield "late", "closes", told, "Let `late: until` come after `closes`."
    if one.late_until is not None and one.sessions and one.late_until >= one.sessions[-1].last:
        told = f"late nominations end on {one.late_until}, and the last session on {one.sessions[-1].last}."
        yield "late", "sessions", told, "Let `late: until` come before the last session."


CHECKS: tuple[Check, ...] = (_ordered, _worked, _late)


def _inspected(held: RoundDefinition, one: Dates, workflow: Workflow) -> Iterator[tuple[str, str, str, str]]:
    """Yields where the workflow lets a case stay longer in a state than the round leaves for the inspection."""
    for name, state in workflow.states.items():
        if state.stay is None or one.freeze is None:
            continue
        needed = workflow.stays_until(name, one.freeze)
        assert needed is not None
        fix = f"Write `inspection: {state.stay}` or longer, and hold the session after it."
        if one.inspection is None or one.inspection.last < needed:
            said = f"lasts until {one.inspection.last}" if one.inspection else "is not planned"
            told = f"the inspection {said}, and {workflow.id} lets a case stay in {name} until {needed}."
            yield "inspection", "inspection", told, fix


def _beside(rounds: tuple[Dates, ...]) -> Iterator[tuple[str, str, str, str]]:
    labels = [one.label for one in rounds]
    for at, one in enumerate(rounds):
        if one.label in labels[:at]:
            told = f"two rounds take effect in one month, {one.label}."
            yield "twice", "effective", told, "Keep one of them."
    for before, after in pairwise(rounds):
        if after.opens <= before.closes and before.label != after.label:
            told = f"{after.name} opens on {after.opens}, before {before.name} closes on {before.closes}."
            yield "twice", "opens", told, "A nomination would fall into both; move one of the two."


def _written(held: RoundDefinition) -> Iterator[Finding]:
    """Yields what is wrong in the words alone, whatever the year."""
    if held.late.nominations == EXCEPTION and not held.late.approvals:
        told = "A late nomination is an exception, and nobody approves it."
        yield Finding("late", held.at("late"), told, "Write `approvals`, or `nominations: refused`.")
    if held.late.nominations != EXCEPTION and (held.late.approvals or held.late.until):
        told = "Late nominations are refused, so nobody approves them and they have no end."
        yield Finding("late", held.at("late"), told, "Remove `approvals` and `until`.")
    for index, name in enumerate(held.late.approvals):
        if name in NO_APPROVER:
            yield Finding(
                "late", held.at("late", "approvals", index), f"The {name} approves no exception.",
                "Name a role or manager.",
            )  # fmt: skip
    if held.escalate is None:
        told = "Nobody hears when a day of the round passes and cases wait."
        yield Finding("escalate", held.at("round"), told, "Write `escalate`, such as hr.")
    elif held.escalate in NOBODY:
        told = f"The {held.escalate} is nobody in particular, so nobody hears."
        yield Finding("escalate", held.at("escalate"), told, "Name a role or relation, such as hr.")
    dates = [("dates", name) for name in ("opens", "closes", "freeze", "told")]
    for path in dates:
        text = getattr(held.dates, path[1])
        if text is not None and any(one.absolute for one in moments(text)):
            told = f"`{text}` is a day of one year, and this file is for every year."
            fix = "Write it below `years`, or as a day that each year has."
            yield Finding("absolute", held.at(*path), told, fix)
    for index, one in enumerate(held.held):
        if Moment(one.effective).absolute:
            told = f"`{one.effective}` is a day of one year, and this file is for every year."
            fix = "Write it as a day that each year has, such as 1 november."
            yield Finding("absolute", held.at("held", index, "effective"), told, fix)
