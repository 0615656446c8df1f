"""What the terminal says of a case besides its state: how it came to its edition, which of its facts were restated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from engine.bootstrap import Engine
    from engine.case.state import Case

STATUS = {"met": "met", "not_met": "NOT MET", "undetermined": "UNDETERMINED"}


def show_choices(case: Case) -> None:
    """Prints how the case came to be under its edition, with readiness under the other one too."""
    for one in case.choices:
        done = f"Moved from edition {one.other[:12]}" if one.moved else f"Kept, and not {one.other[:12]}"
        both = f"{STATUS[one.status]} under {one.edition[:12]}, {STATUS[one.other_status]} under {one.other[:12]}"
        because = "" if one.because is None else f", {one.because}"
        click.echo(f"  {done} on {one.on} ({one.why}{because}): {both}")


def show_restated(engine: Engine, case: Case) -> None:
    """Prints that facts behind the readiness were corrected, which, and what an open case comes to on the newest."""
    from engine.case.execute import current
    from engine.case.restatement import corrections, mark

    if not case.restated:
        return
    click.echo(mark(case))
    with engine.read() as tx:
        for one in corrections(tx, case):
            click.echo(f"  {one}")
        if not case.final:
            now = current(tx, case, engine.sources.today()).readiness
            unmet = ", ".join(each.id for each in now.findings if each.status != "met")
            click.echo(f"  On the newest facts: {STATUS[str(now.status)]}{f' ({unmet})' if unmet else ''}")
