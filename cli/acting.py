"""Carries out what somebody asks of one case, and says what came of it: the way most commands on a case go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from cli.option import Desk
from cli.output import show_json
from terms.canonical import Json

if TYPE_CHECKING:
    from engine.case.command import CaseCommand
    from engine.case.execute import Outcome


def case_id(held: Desk, label: str) -> str:
    """Returns the id of a case by its label; raises BadInput or Unknown."""
    from engine.case.query import find_case

    with held.engine.read() as tx:
        return find_case(tx, label)


def on_case(
    held: Desk, label: str, command: Callable[[str], CaseCommand], said: str, **shown: Json
) -> Outcome:
    """Returns what a command on a case came to, after it was said: a sentence, or JSON with what is `shown` besides."""
    actor = held.actor()  # who acts is asked first: a stranger learns no labels
    outcome = held.engine.act(command(case_id(held, label)), actor, seen=held.seen)
    if held.json:
        event = outcome.events[0]
        show_json({"case": outcome.label, **shown, "event": event.type, "seq": held.seq(event)})
    else:
        click.echo(said.format(label=outcome.label))
    return outcome
