"""`rung policy compare`: who would flip under another edition, before anything is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from cli.given import load_given
from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.calendar import day
from terms.error import BadInput

if TYPE_CHECKING:
    from engine.bootstrap import Engine
    from engine.case.compare import Change, Compared, Past
    from engine.people.directory import Person
    from rules.ladder import Ladder
    from rules.policy import Policy

SAID = {"not_met": "not met"}
HEADS = ("people", "ready before", "ready after", "gain", "lose", "flip otherwise")


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--over",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FACTS",
    help="A folder of import files (people.csv, attainment.csv, ...); the workspace's own facts otherwise.",
)
@click.option(
    "--complete-as-of", metavar="DATE", help="With --over: its registers are complete up to that day."
)
@click.option("--as-of", metavar="DATE", help="As it stands on that day; today otherwise.")
@click.option("--history", is_flag=True, help="Over the decided cases instead, each on what was known then.")
@click.option("--ladder", metavar="FILE|NAME", help="The ladder; the one each policy names otherwise.")
@desk(reads=True)
def compare(
    held: Desk,
    old: str,
    new: str,
    over: Path | None,
    complete_as_of: str | None,
    as_of: str | None,
    history: bool,
    ladder: str | None,
) -> None:
    """Says who would flip from one policy to another, on which criterion, in which group; publishes nothing.

    OLD and NEW are each a file, the name of a policy that ships, or NAME@EDITION of the workspace.

    Example: rung policy compare sales@2026-07 sales
    """

    if history and over is not None:
        raise BadInput("--history looks at this workspace's decided cases; leave --over out.")
    if complete_as_of is not None and over is None:
        raise BadInput("--complete-as-of goes with --over FOLDER.")
    before, _ = load_given(old, ladder, held)
    after, steps = load_given(new, ladder, held)
    if history:
        _history(held, before, after, steps)
        return
    if over is None:
        _compare(held, held.engine, before, after, steps, as_of)
        return
    from engine.rehearsal import rehearse

    zone = _zone(held)
    with rehearse(over, zone=zone, complete_as_of=complete_as_of) as engine:
        _compare(held, engine, before, after, steps, as_of)


def _zone(held: Desk) -> ZoneInfo:
    from terms.error import Unknown

    try:
        return held.engine.config.zone
    except Unknown:
        return ZoneInfo("UTC")


def _said(status: str) -> str:
    return SAID.get(status, status)


def _move(move: str) -> str:
    return " -> ".join(move.split("->"))


def _named(policy: Policy) -> str:
    return f"{policy.id} {policy.edition_label}"


def _compare(held: Desk, engine: Engine, old: Policy, new: Policy, steps: Ladder, as_of: str | None) -> None:
    from engine.case import compare as room
    from engine.people.directory import people

    on = day(as_of) if as_of else engine.sources.today()
    with engine.read() as tx:
        found = room.compare(tx, old, new, steps, as_of=on)
        staff = {one.id: one for one in people(tx)}
    moves = list(dict.fromkeys(one.move for one in found))
    counted = {move: room.counts([one for one in found if one.move == move]) for move in moves}
    if held.json:
        show_json(
            {
                "old": {"policy": old.id, "edition": old.edition_label, "digest": old.digest},
                "new": {"policy": new.id, "edition": new.edition_label, "digest": new.digest},
                "as_of": on.isoformat(),
                "moves": [{"move": move, **counted[move]} for move in moves],
                "groups": [
                    {"by": kind, "group": name, **numbers} for kind, name, numbers in room.by_group(found)
                ],
                "criteria": [
                    {"move": key[0], "criterion": key[1], "before": key[2], "after": key[3], "people": count}
                    for key, count in room.by_criterion(found).items()
                ],
                "flips": [
                    {
                        "person": staff[one.person].label,
                        "hr_id": staff[one.person].hr_id,
                        "move": one.move,
                        "before": one.before,
                        "after": one.after,
                        "criteria": room.changes_json(one.changes),
                        **one.groups,
                    }
                    for one in found
                    if one.flips
                ],
            }
        )
        return
    click.echo(f"{_named(old)} against {_named(new)}, on the facts of {on}; nothing is published.")
    show_table("By move", ("move", *HEADS), [(_move(one), *_numbers(counted[one])) for one in moves])
    _flips(found, {one.id: one.name for one in staff.values()})
    rows = [
        (_move(key[0]), key[1], f"{_said(key[2])} -> {_said(key[3])}", str(count))
        for key, count in room.by_criterion(found).items()
    ]
    if rows:
        show_table("Findings that change", ("move", "criterion", "from -> to", "people"), rows)
    grouped = [
        (kind, name, *_numbers(numbers))
        for kind, name, numbers in room.by_group(found)
        if numbers["gain"] or numbers["lose"] or numbers["flip_otherwise"]
    ]
    if grouped:
        show_table("Groups in which anybody flips", ("by", "group", *HEADS), grouped)


def _numbers(numbers: dict[str, int]) -> tuple[str, ...]:
    return tuple(str(one) for one in numbers.values())


def _flips(found: Sequence[Compared], names: dict[str, str]) -> None:
    rows = [
        (
            names[one.person],
            _move(one.move),
            f"{_said(one.before)} -> {_said(one.after)}",
            "; ".join(
                f"{each.criterion}: {_said(each.before)} -> {_said(each.after)}" for each in one.changes
            ),
        )
        for one in found
        if one.flips
    ]
    if rows:
        show_table("Who flips", ("person", "move", "readiness", "on which criterion"), rows)
    else:
        click.echo("Nobody flips.")


def _history(held: Desk, old: Policy, new: Policy, steps: Ladder) -> None:
    from engine.case import compare as room
    from engine.people.directory import people

    with held.engine.read() as tx:
        found = room.history(tx, new, steps)
        staff = {one.id: one for one in people(tx)}
    if held.json:
        show_json(
            {
                "new": {"policy": new.id, "edition": new.edition_label, "digest": new.digest},
                "cases": [
                    {
                        "case": one.label,
                        "person": staff[one.person].label,
                        "move": one.move,
                        "decision": one.outcome,
                        "edition": one.edition,
                        "under_old": one.edition == old.digest,
                        "before": one.before,
                        "after": one.after,
                        "criteria": room.changes_json(one.changes),
                    }
                    for one in found
                ],
                "decisions": [
                    {"decision": key[0], "before": key[1], "after": key[2], "cases": count}
                    for key, count in room.by_decision(found).items()
                ],
                "criteria": [
                    {"move": key[0], "criterion": key[1], "before": key[2], "after": key[3], "cases": count}
                    for key, count in room.by_criterion(found).items()
                ],
            }
        )
        return
    flips = sum(one.before != one.after for one in found)
    cases = f"{len(found)} decided case{'' if len(found) == 1 else 's'}"
    click.echo(f"{cases} against {_named(new)}, each on what was known then; {flips} flip.")
    if found:
        show_table(
            "", ("case", "person", "move", "decided", "readiness", "on which criterion"), _past(found, staff)
        )
        told = [
            (key[0], f"{_said(key[1])} -> {_said(key[2])}", str(n))
            for key, n in room.by_decision(found).items()
        ]
        show_table("By decision", ("decided", "readiness", "cases"), told)


def _past(found: Sequence[Past], staff: Mapping[str, Person]) -> list[tuple[str, ...]]:
    return [
        (
            one.label,
            staff[one.person].name,
            _move(one.move),
            one.outcome,
            _said(one.before) if one.before == one.after else f"{_said(one.before)} -> {_said(one.after)}",
            "; ".join(_detail(each) for each in one.changes),
        )
        for one in found
    ]


def _detail(one: Change) -> str:
    told = f"{one.criterion}: {_said(one.before)} -> {_said(one.after)}"
    return f"{told} ({one.observed}; asked: {one.required})" if one.required else told
