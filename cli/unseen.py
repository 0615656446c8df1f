"""What no test of a policy showed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.output import show_table
from terms.canonical import Json

if TYPE_CHECKING:
    from rules.trial import Unseen


def never_seen(unseen: tuple[Unseen, ...]) -> list[Json]:
    """Returns what no policy test showed as JSON."""
    return [{"move": one.move, "criterion": one.criterion, "never": list(one.never)} for one in unseen]


def show_unseen(unseen: tuple[Unseen, ...], *, listed: bool) -> None:
    """Prints what no policy test showed: each criterion with its outcomes, or how many there are."""
    if not unseen:
        click.echo("Every criterion was seen in each outcome that it can have.")
    elif listed:
        rows = [(one.move, one.criterion, ", ".join(one.never).replace("_", " ")) for one in unseen]
        show_table("Never seen", ("move", "criterion", "never"), rows)
    else:
        outcomes = sum(len(one.never) for one in unseen)
        click.echo(f"{outcomes} outcomes of {len(unseen)} criteria were never seen; --coverage lists them.")
