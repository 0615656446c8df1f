"""`rung queue`: what you have to do, and the lease that keeps two from doing the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from engine.view.queue import due_of, line_json

if TYPE_CHECKING:
    from engine.case.state import Case
    from engine.session.queue import Line
    from engine.store.transaction import Tx

MINUTES = click.option("--minutes", type=int, default=30, show_default=True, help="How long you hold it.")
DO: dict[str, tuple[str, ...]] = {
    "score": ("rung session score {session} {label} {points}",),
    "vote": tuple(
        f'rung session vote {{session}} {{label}} {word} --because ""' for word in ("yes", "no", "abstain")
    ),
    "reveal": ("rung session reveal {session} {label}",),
    "conclude": ("rung session close {session}",),
    "decide": tuple(
        f'rung decide {{label}} {word} --because ""' for word in ("promoted", "declined", "deferred")
    ),
    "approve": (
        'rung case approve {label} --because ""',
        'rung case approve {label} --withhold --because ""',
    ),
    "exception": (
        'rung exception approve {label} {asked} --because ""',
        'rung exception refuse {label} {asked} --because ""',
    ),
    "unblock": ("rung case show {label}",),
    "tell": ('rung case tell {label} --because ""',),
}
"""What to type for a task, pasteable as it stands: what only a person can say is left empty, and refused so."""
BLIND = ("conclude", "unblock")
"""Tasks whose command asks for no version of the case."""


@click.group(invoke_without_command=True)
@click.option("--level", metavar="LEVEL", help="Only the cases for this level.")
@desk(acts=True, reads=True)
def queue(held: Desk, level: str | None) -> None:
    """Lists what you have to do: by due date, then level, then disagreement, then age.

    Example: rung queue next --as E-1005
    """
    if click.get_current_context().invoked_subcommand is not None:
        return
    from engine.session.queue import queue as listed

    actor = held.actor()
    with held.engine.read() as tx:
        lines = listed(tx, actor, level)
    if held.json:
        show_json([line_json(one) for one in lines])
        return
    if not lines:
        click.echo("Nothing waits for you.")
        return
    show_table(
        "",
        ("case", "to do", "level", "due", "apart", "nominated", "changed", "lease"),
        [
            (
                one.label,
                one.kind if one.behalf is None else f"{one.kind} (delegated)",
                one.target,
                due_of(one),
                str(one.disagreement or ""),
                one.since,
                str(one.changed or ""),
                _lease(one),
            )
            for one in lines
        ],
    )


def _lease(one: Line) -> str:
    if one.parked_because:
        return f"parked: {one.parked_because}"
    return f"yours until {one.claimed_until[11:16]} UTC" if one.claimed_until else ""


def _tell(held: Desk, one: Line) -> None:
    from engine.case.query import load
    from engine.case.relation import relations
    from engine.people.directory import person

    actor = held.actor()
    with held.engine.read() as tx:
        case = load(tx, one.case)
        turns = relations(tx, case, actor, held.engine.sources.today())
        waiting = [
            asked for asked in case.exceptions if asked.waits and asked.chain[len(asked.approvals)] in turns
        ]
        more = "" if one.kind in BLIND else f" --seen {case.page}"
        if one.behalf is not None and actor.acting_for is None:
            more += f" --for {person(tx, one.behalf).label}"
        asked = waiting[0].id if waiting else ""
        hints = [hint + more + held.pasted() for hint in _hints(tx, one, case, asked)]
    if held.json:
        show_json({**line_json(one), "version": case.page, "do": list(hints)})
        return
    due = f", due {due_of(one)}" if due_of(one) else ""
    lease = _lease(one)
    click.echo(f"{one.label}: {one.kind}, for {one.target}{due}. {lease[:1].upper()}{lease[1:]}.")
    if one.changed:
        click.echo(f"{one.changed} events since you last looked: rung case history {one.label}")
    click.echo(f"Read: rung case show {one.label}{held.pasted()}")
    for at, hint in enumerate(hints):
        click.echo(f"{'or:  ' if at else 'Do:  '} {hint}")


def _hints(tx: Tx, one: Line, case: Case, exception: str) -> Iterator[str]:
    from engine.session.execute import judged_competencies

    asked = " ".join(f"{name}=" for name in judged_competencies(tx, case)) if one.kind == "score" else ""
    for hint in DO[one.kind]:
        yield hint.format(
            session=case.panel.label if case.panel else "",
            label=one.label,
            points=asked,
            asked=exception,
        )


@queue.command("next")
@click.option("--level", metavar="LEVEL", help="Only a case for this level.")
@MINUTES
@desk(acts=True, reads=True)
def next_case(held: Desk, level: str | None, minutes: int) -> None:
    """Hands you the next task and holds it for you; the one in your hands first.

    Example: rung queue next --as E-1005
    """
    from engine.session.queue import look_at, take_next

    actor = held.actor()
    with held.engine.write() as tx:
        found = take_next(tx, actor, level=level, minutes=minutes)
        if found is not None:
            look_at(tx, actor, found.case)
    if found is None:
        show_json(None) if held.json else click.echo("Nothing waits for you.")
        return
    _tell(held, found)


@queue.command()
@click.argument("label", metavar="CASE")
@MINUTES
@desk(acts=True, reads=True)
def claim(held: Desk, label: str, minutes: int) -> None:
    """Holds your task on one case, renews the lease, or takes it out of parking.

    Example: rung queue claim C-0004 --minutes 60 --as E-1001
    """
    from engine.session.queue import look_at, take

    actor = held.actor()
    with held.engine.write() as tx:
        found = take(tx, actor, label.upper(), minutes=minutes)
        look_at(tx, actor, found.case)
    _tell(held, found)


@queue.command()
@click.argument("label", metavar="CASE")
@desk(acts=True)
def release(held: Desk, label: str) -> None:
    """Gives a task back before its lease runs out.

    Example: rung queue release C-0004 --as E-1001
    """
    from engine.session.queue import release as give_back

    actor = held.actor()
    with held.engine.write() as tx:
        give_back(tx, actor, label.upper())
    click.echo(f"{label.upper()} is free again.")


@queue.command()
@click.argument("label", metavar="CASE")
@click.option("--because", required=True, metavar="TEXT", help="What you wait for.")
@desk(acts=True)
def park(held: Desk, label: str, because: str) -> None:
    """Sets a task aside until you claim it by name; `rung queue next` passes over it.

    Example: rung queue park C-0004 --because "Asked finance about the refund" --as E-1001
    """
    from engine.session.queue import park as set_aside

    actor = held.actor()
    with held.engine.write() as tx:
        set_aside(tx, actor, label.upper(), because)
    click.echo(f"{label.upper()} is parked.")
