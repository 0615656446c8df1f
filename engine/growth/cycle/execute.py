"""Carries out a command on a scoring cycle in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import select

from engine.access.permit import permit, require
from engine.case.execute import Outcome
from engine.edition.library import ladder, names, newest, policy
from engine.fact.newest import EVERYBODY
from engine.fact.newest import newest as newest_facts
from engine.growth.cycle.command import (
    MANAGER,
    SELF,
    AskScores,
    CloseCycle,
    CycleCommand,
    OpenCycle,
    RemindCycle,
    ScoreSheet,
)
from engine.growth.cycle.decide import closing, items, opening, scoring, unsealing
from engine.growth.cycle.fact import facts_of
from engine.growth.cycle.project import project_cycle, project_sheet
from engine.growth.cycle.query import NAME, asked, due, load_cycle, load_sheet, sheets
from engine.growth.cycle.state import (
    CLOSED,
    Cycle,
    Sheet,
    apply_cycle,
    apply_sheet,
    fold_cycle,
    fold_sheet,
    stream,
    vault,
)
from engine.growth.standing import own, standing, toward
from engine.people.directory import natural, people, person
from engine.people.line import levels_on, teams_on
from engine.record.event import Actor, Draft, Event
from engine.record.log import append
from engine.record.opening import reveal
from engine.store.table.growth import cycle_row
from engine.store.transaction import Tx
from rules.criterion import Competency, leaves
from rules.ladder import Ladder
from terms.canonical import Json
from terms.error import BadInput, Refused, Unknown


def execute(tx: Tx, command: CycleCommand, actor: Actor) -> Outcome:
    """Carries out a command on a cycle; raises Refused with every reason where it is not allowed."""
    match command:
        case OpenCycle():
            return _open(tx, command, actor)
        case AskScores():
            return _ask(tx, command, actor)
        case ScoreSheet():
            return _score(tx, command, actor)
        case RemindCycle():
            return _remind(tx, command, actor)
        case CloseCycle():
            return _close(tx, command, actor)


def _open(tx: Tx, command: OpenCycle, actor: Actor) -> Outcome:
    rule = require("open a scoring cycle", standing(tx, actor), command.name)
    if not NAME.match(command.name):
        raise BadInput(f"{command.name!r} is no name for a cycle; write one such as 2026-H2.")
    today = tx.sources.today()
    if command.team is not None and command.team not in teams_on(tx, today).values():
        raise Unknown(f"Nobody is in a team {command.team!r}.")
    taken = {str(one) for one in tx.connection.execute(select(cycle_row.c.label)).scalars()}
    taken |= {one.name for one in newest_facts(tx, [EVERYBODY], None, ["cycle"])}
    cycle_id = tx.sources.ids()
    draft = opening(command, cycle_id, taken, today, rule)
    events = append(tx, [draft], actor=actor, command="OpenCycle", expected={draft.stream: 0})
    project_cycle(tx, fold_cycle(events), new=True)
    return Outcome(events=events, label=command.name, id=cycle_id)


def _ask(tx: Tx, command: AskScores, actor: Actor) -> Outcome:
    cycle = load_cycle(tx, command.cycle)
    rule = require("ask for scores", standing(tx, actor), cycle.name)
    if cycle.state == CLOSED:
        raise BadInput(f"{cycle.name} is closed; its scores can no longer be asked for.")
    have = set(asked(tx, cycle.id))
    drafts = [one for one in _asking(tx, cycle, command.people, rule) if one.about[0] not in have]
    if not drafts:
        raise BadInput(f"Nobody is left to ask in {cycle.name}.")
    expected = {one.stream: 0 for one in drafts}
    events = append(tx, drafts, actor=actor, command="AskScores", expected=expected)
    for event in events:
        project_sheet(tx, fold_sheet([event]), new=True)
    return Outcome(events=events, label=cycle.name, id=cycle.id)


def _asking(tx: Tx, cycle: Cycle, only: Sequence[str], rule: str) -> Iterator[Draft]:
    """Yields the event that asks for each person's scores: who has a level of a ladder, and is in the cycle's team."""
    today = tx.sources.today()
    levels, teams = levels_on(tx, today), teams_on(tx, today)
    named = {natural(tx, one) for one in only}
    chosen = [
        one.id
        for one in people(tx)
        if one.id == one.natural and (one.id in named if only else cycle.team in (None, teams.get(one.id)))
    ]
    steps, wanted = _ladders(tx), _named(tx)
    committed = _tracks(tx, chosen)
    for who in chosen:
        level = levels.get(who)
        of = next((one for one in steps if level in one.levels), None)
        if of is None or level is None:
            if only:
                raise BadInput(
                    f"{person(tx, who).name} has no level on a ladder, so there is nothing to ask."
                )
            continue
        listed: list[Json] = list(items(level, of, committed.get(who, ()), wanted.get(level, {})))
        if listed:
            data: dict[str, Json] = {"level": level, "ladder": of.digest, "items": listed}
            yield Draft(type="ScoresAsked", stream=stream(cycle.id, who), data=data, about=(who,), rule=rule)


def _ladders(tx: Tx) -> tuple[Ladder, ...]:
    digests = [newest(tx, "ladder", one) for one in names(tx, "ladder")]
    return tuple(ladder(tx, one) for one in digests if one is not None)


def _named(tx: Tx) -> dict[str, dict[str, dict[str, set[str]]]]:
    """Returns what the criteria in effect name: source -> target -> current or next -> competencies."""
    found: dict[str, dict[str, dict[str, set[str]]]] = {}
    for name in names(tx, "policy"):
        digest = newest(tx, "policy", name, tx.sources.today())
        for move in policy(tx, digest).moves if digest else ():
            at = found.setdefault(move.source, {}).setdefault(move.target, {})
            for top in (*move.ready, *move.advisory):
                for leaf in leaves(top):
                    if isinstance(leaf, Competency):
                        at.setdefault(leaf.level, set()).update(leaf.names)
    return found


def _tracks(tx: Tx, chosen: Sequence[str]) -> Mapping[str, Collection[str]]:
    """Returns the track that each person is committed to, where they are."""
    held = {one.person: one.name for one in newest_facts(tx, chosen, None, ["commitment"])}
    return {who: (track,) for who, track in held.items() if track}


def _score(tx: Tx, command: ScoreSheet, actor: Actor) -> Outcome:
    cycle, today = load_cycle(tx, command.cycle), tx.sources.today()
    who = natural(tx, command.person)
    called = person(tx, who).name
    relations = toward(tx, who, actor)
    by = command.by or (SELF if "candidate" in relations else MANAGER)
    rule = _part(by, relations, called)
    if by == SELF:
        own(actor, "One scores oneself in person.", "The scores are not taken.")
    sheet = load_sheet(tx, cycle, who, called)
    drafts = scoring(cycle, sheet, command, by, ladder(tx, sheet.ladder), today, rule)
    after, events = _write(tx, sheet, drafts, actor, "ScoreSheet")
    if after.opened and not sheet.opened:
        reveal(tx, vault(sheet), stream(sheet.cycle, sheet.person))
    if cycle.state == CLOSED:
        events = (
            *events,
            facts_of(tx, cycle, [after], actor, events[0], only=frozenset(command.scores), by=by),
        )
    return Outcome(events=events, label=cycle.name, id=cycle.id)


def _part(by: str, relations: frozenset[str], called: str) -> str:
    """Returns the rule by which somebody scores in a part; raises Refused with every reason otherwise."""
    if by not in (SELF, MANAGER):
        raise BadInput(f"{by!r} is no part; a sheet is scored by self or by manager.")
    if by == MANAGER and "candidate" in relations:
        ruling = permit("score as manager", relations)
        raise Refused("Nobody scores themselves as their manager.", reasons=ruling.reasons)
    return require("score oneself" if by == SELF else "score as manager", relations, called)


def _write(
    tx: Tx, sheet: Sheet, drafts: tuple[Draft, ...], actor: Actor, command: str
) -> tuple[Sheet, tuple[Event, ...]]:
    events = append(tx, drafts, actor=actor, command=command, expected={drafts[0].stream: sheet.version})
    for event in events:
        sheet = apply_sheet(event, sheet)
    project_sheet(tx, sheet)
    return sheet, events


def _remind(tx: Tx, command: RemindCycle, actor: Actor) -> Outcome:
    cycle, today = load_cycle(tx, command.cycle), tx.sources.today()
    rule = require("remind of scores", standing(tx, actor), cycle.name)
    if cycle.state == CLOSED:
        raise BadInput(f"{cycle.name} is closed; nobody owes it anything.")
    owing = sorted({one.owed_by for one in due(tx, cycle, today) if one.owed_by})
    if not owing:
        raise BadInput(f"All scores of {cycle.name} are in; there is nobody to remind.")
    listed: list[Json] = list(owing)
    data: dict[str, Json] = {"on": today.isoformat(), "people": listed}
    draft = Draft(type="CycleReminded", stream=stream(cycle.id), data=data, rule=rule)
    event = _cycle_event(tx, cycle, draft, actor, "RemindCycle")
    return Outcome(events=(event,), label=cycle.name, id=cycle.id)


def _cycle_event(tx: Tx, cycle: Cycle, draft: Draft, actor: Actor, command: str) -> Event:
    event = append(tx, [draft], actor=actor, command=command, expected={draft.stream: cycle.version})[0]
    project_cycle(tx, apply_cycle(event, cycle))
    return event


def _close(tx: Tx, command: CloseCycle, actor: Actor) -> Outcome:
    cycle, today = load_cycle(tx, command.cycle), tx.sources.today()
    rule = require("close a scoring cycle", standing(tx, actor), cycle.name)
    draft = closing(cycle, sheets(tx, cycle), command, today, rule)
    events: list[Event] = []
    for sheet in sheets(tx, cycle, second=True):
        if not sheet.opened:
            events += _write(tx, sheet, (unsealing(sheet, "growth:cycle closed"),), actor, "CloseCycle")[1]
            reveal(tx, vault(sheet), stream(sheet.cycle, sheet.person))
    closed = _cycle_event(tx, cycle, draft, actor, "CloseCycle")
    noted = facts_of(tx, cycle, sheets(tx, cycle, second=True), actor, closed)
    return Outcome(events=(*events, closed, noted), label=cycle.name, id=cycle.id)
