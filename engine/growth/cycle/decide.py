"""Answers a command on a sheet or a cycle: pure, `(state, command, what is known) -> drafts`, or raises."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from engine.growth.cycle.command import MANAGER, SELF, CloseCycle, Given, OpenCycle, ScoreSheet
from engine.growth.cycle.state import CLOSED, Cycle, Sheet, stream, vault
from engine.record.event import Draft
from rules.ladder import Ladder
from terms.calendar import days_after
from terms.canonical import Json
from terms.error import BadInput, Reason, Refused, Unknown
from terms.form import near
from workflows.deadline import lead_list

DUE_DAYS = 21
LONGEST = 2000
LEVELS = ("current", "next")


def opening(command: OpenCycle, cycle_id: str, taken: Collection[str], today: date, rule: str) -> Draft:
    """Returns the event that opens a cycle.

    Raises BadInput where its days do not follow on one another, or its name is taken by scores on file.
    """
    due = command.due or max(days_after(command.end, DUE_DAYS), days_after(today, DUE_DAYS))
    if command.end <= command.start:
        raise BadInput(f"A cycle ends after it begins; {command.end} does not come after {command.start}.")
    if command.start > today:
        raise BadInput(f"{command.name} begins on {command.start}, so there is nothing to score yet.")
    if due < today:
        raise BadInput(f"Scores cannot be due on {due}: that day is over.")
    if command.name in taken:
        raise BadInput(f"There is a cycle {command.name} already; give this one another name.")
    data: dict[str, Json] = {
        "name": command.name,
        "start": command.start.isoformat(),
        "end": command.end.isoformat(),
        "due": due.isoformat(),
        "team": command.team,
        "on": today.isoformat(),
    }
    if command.remind:
        try:
            data["remind"] = list(lead_list(list(command.remind)) or ())
        except ValueError as error:
            raise BadInput(f"{str(error)[:1].upper()}{str(error)[1:]}") from None
    return Draft(type="CycleOpened", stream=stream(cycle_id), data=data, rule=rule)


def scoring(
    cycle: Cycle, sheet: Sheet, command: ScoreSheet, by: str, steps: Ladder, today: date, rule: str
) -> tuple[Draft, ...]:
    """Returns the event that takes the scores, and the one that opens the sheet where both parts are in.

    Raises BadInput for an item that is not asked or a score off the scale, Refused for a change without reason.
    """
    if not command.scores:
        raise BadInput("Nothing is scored; write COMPETENCY=POINTS for at least one.")
    for item, given in command.scores.items():
        _check(sheet, item, given, steps)
    late = sheet.opened or cycle.state == CLOSED
    if late and not (command.because or "").strip():
        told = f"{cycle.name} is closed" if cycle.state == CLOSED else "Both parts are in and open to both"
        reason = Reason("growth:late", f"{told}; a score now is a late one, and says why: --because TEXT.")
        raise Refused("The scores are not taken.", reasons=(reason,))
    data: dict[str, Json] = {
        "cycle": cycle.name,
        "by": by,
        "items": sorted(command.scores),
        "late": late,
        "on": today.isoformat(),
    }
    sealed: dict[str, Json] = {"scores": {item: _body(one) for item, one in command.scores.items()}}
    if late:
        sealed["because"] = command.because
    taken = Draft(
        type="CycleScored",
        stream=stream(sheet.cycle, sheet.person),
        data=data,
        sealed=sealed,
        under=None if late else vault(sheet),
        about=(sheet.person,),
        rule=rule,
    )
    other = SELF if by == MANAGER else MANAGER
    complete = not set(sheet.missing(by)) - set(command.scores) and not sheet.missing(other)
    if sheet.opened or not complete:
        return (taken,)
    return taken, unsealing(sheet, "growth:both are in")


def unsealing(sheet: Sheet, rule: str) -> Draft:
    """Returns the event that opens a sheet to both who scored it."""
    return Draft(
        type="SheetOpened", stream=stream(sheet.cycle, sheet.person), about=(sheet.person,), rule=rule
    )


def _body(given: Given) -> Json:
    return {"points": given.points, "note": given.note, "evidence": given.evidence}


def _check(sheet: Sheet, item: str, given: Given, steps: Ladder) -> None:
    name = item.partition(":")[2]
    if name not in steps.competencies:
        raise Unknown(f"{name!r} is no competency of {steps.id}; {near(name, list(steps.competencies))}")
    if item not in sheet.asked:
        other = next((one for one in sheet.asked if one.endswith(f":{name}")), None)
        if other is not None:
            told = "the next level: next:" if other.startswith("next") else "the current level: "
            raise BadInput(f"{name} is asked on {told}{name}=POINTS.")
        asked = ", ".join(sorted({one.partition(":")[2] for one in sheet.asked}))
        raise BadInput(f"{name} is not asked of somebody on {sheet.level}; asked are {asked}.")
    scale = steps.scale
    if not scale.lowest <= given.points <= scale.highest:
        raise BadInput(f"{name}={given.points} is off the scale of {scale.lowest} to {scale.highest}.")
    if not given.note.strip():
        raise BadInput(f"{name} has no note; say what was seen: --note {name}=TEXT.")
    if max(len(given.note), len(given.evidence)) > LONGEST:
        raise BadInput(f"The note on {name} is longer than {LONGEST} characters; say it shorter.")


def closing(cycle: Cycle, sheets: Collection[Sheet], command: CloseCycle, today: date, rule: str) -> Draft:
    """Returns the event that closes a cycle.

    Raises BadInput where it is closed, Refused where scores are missing before it is due.
    """
    if cycle.state == CLOSED:
        raise BadInput(f"{cycle.name} is closed already.")
    whole = {by: sum(not one.missing(by) for one in sheets) for by in (SELF, MANAGER)}
    missing = len(sheets) - whole[MANAGER]
    if missing and today.isoformat() < cycle.due and not command.early:
        told = (
            f"{missing} of {len(sheets)} sheets lack the manager's scores, and they are due on {cycle.due}; "
            "--early closes without them."
        )
        raise Refused(f"{cycle.name} stays open.", reasons=(Reason("growth:missing", told),))
    data: dict[str, Json] = {
        "on": today.isoformat(),
        "asked": len(sheets),
        "manager": whole[MANAGER],
        "self": whole[SELF],
        "early": command.early,
    }
    return Draft(type="CycleClosed", stream=stream(cycle.id), data=data, rule=rule)


def items(
    level: str, steps: Ladder, tracks: Collection[str], named: Mapping[str, Mapping[str, Collection[str]]]
) -> tuple[str, ...]:
    """Returns what somebody on a level is scored on: its competencies, and those of each level above it.

    `tracks` is what the person committed to (none: every way is asked); `named` gives per target and level
    what the policies' criteria name besides.
    """
    found = dict.fromkeys(f"current:{one}" for one in steps.level(level).competencies)
    for target in [to for source, to in steps.moves if source == level]:
        if steps.ranks[target] <= steps.ranks[level]:
            continue
        track = steps.level(target).track
        if tracks and track is not None and track not in tracks:
            continue
        found |= dict.fromkeys(f"next:{one}" for one in steps.level(target).competencies)
        for at in LEVELS:
            found |= dict.fromkeys(f"{at}:{one}" for one in named.get(target, {}).get(at, ()))
    order = {name: n for n, name in enumerate(steps.competencies)}
    return tuple(sorted(found, key=lambda one: (one.startswith("next"), order[one.partition(":")[2]])))
