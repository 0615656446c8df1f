"""`rung letter`: what was written to whom, what still waits, and why something was given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.canonical import Json

if TYPE_CHECKING:
    from engine.letter.deliver import Delivered
    from engine.letter.outbox import Letter

STATES = ("waiting", "sent", "failed", "dropped")


@click.group()
def letter() -> None:
    """Shows and sends letters: reminders, tasks, decisions to read, by e-mail and webhook.

    Example: rung letter list --state waiting --as E-1002
    """


@letter.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only letters in this state.")
@click.option("--last", type=click.IntRange(1), default=500, show_default=True, help="Only the last N.")
@desk(acts=True, reads=True)
def list_letters(held: Desk, state: str | None, last: int) -> None:
    """Lists letters: all of them for hr, your own for anybody else.

    Example: rung letter list --state failed --as E-1002
    """
    from engine.letter.desk import seen

    actor = held.actor()
    with held.engine.read() as tx:
        found = seen(tx, actor, state, last)
        names = _names(held, found)
    if held.json:
        show_json([_line(one, names) for one in found])
        return
    if not found:
        click.echo("No letters." if held.engine.post else NOT_WRITTEN)
        return
    show_table(
        "",
        ("letter", "to", "about", "state", "tries", "written", "why"),
        [
            (
                one.label,
                names[one.receiver],
                one.subject or one.kind,
                one.state,
                str(one.tries or ""),
                one.written_at[:10],
                one.reason or "",
            )
            for one in found
        ],
    )


NOT_WRITTEN = (
    "No letters are written: rung.toml has no table [letter] (docs/letters.md says what goes into it)."
)


@letter.command()
@click.argument("label", metavar="LETTER")
@desk(acts=True, reads=True)
def show(held: Desk, label: str) -> None:
    """Shows one letter as it was or will be sent.

    Example: rung letter show L-0001 --as E-1002
    """
    from engine.letter.desk import read

    actor = held.actor()
    with held.engine.read() as tx:
        found = read(tx, actor, label)
        names = _names(held, (found,))
    if held.json:
        show_json({**_line(found, names), "text": found.text, "html": found.html})
        return
    click.echo(f"{found.label} to {names[found.receiver]}, by {found.channel}: {_standing(found)}")
    if found.subject:
        click.echo(f"Subject: {found.subject}")
    click.echo("")
    click.echo(found.text.rstrip("\n") or "(its text is gone)")


@letter.command()
@click.option(
    "--most", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Stop after so many."
)
@desk(acts=True, reads=True)
def send(held: Desk, most: int) -> None:
    """Sends the letters that are due now, as `rung tick` does too.

    Example: rung letter send --as E-1002
    """
    from engine.letter.desk import may_send

    actor = held.actor()
    with held.engine.read() as tx:
        may_send(tx, actor, "send letters", "what is due")
    done = held.engine.deliver(most)
    if held.json:
        show_json(counted(done))
        return
    click.echo(said(done) or ("Nothing is due." if held.engine.post else NOT_WRITTEN))
    for one in done.reasons:
        click.echo(one, err=True)


@letter.command()
@click.argument("label", metavar="LETTER")
@desk(acts=True)
def retry(held: Desk, label: str) -> None:
    """Lets a letter be tried again from the beginning: one that waits, failed or was dropped.

    Example: rung letter retry L-0001 --as E-1002
    """
    from engine.letter.desk import retry_letter

    actor = held.actor()
    with held.engine.write() as tx:
        found = retry_letter(tx, actor, label)
    click.echo(f"{found.label} is tried again; `rung letter send` sends it now.")


@letter.command()
@click.argument("label", metavar="LETTER")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is not to be sent.")
@desk(acts=True)
def drop(held: Desk, label: str, reason: str) -> None:
    """Takes a letter out of delivery.

    Example: rung letter drop L-0001 --reason "Told in person" --as E-1002
    """
    from engine.letter.desk import drop_letter

    actor = held.actor()
    with held.engine.write() as tx:
        found = drop_letter(tx, actor, label, reason)
    click.echo(f"{found.label} is not sent.")


def _names(held: Desk, found: tuple[Letter, ...]) -> dict[str, str]:
    from engine.people.directory import names

    with held.engine.read() as tx:
        known = names(tx)
    return {one.receiver: known.get(one.receiver, one.receiver) for one in found}


def _line(one: Letter, names: dict[str, str]) -> dict[str, Json]:
    return {
        "letter": one.label,
        "kind": one.kind,
        "channel": one.channel,
        "to": names[one.receiver],
        "subject": one.subject or None,
        "state": one.state,
        "tries": one.tries,
        "written_at": one.written_at,
        "next_at": one.next_at if one.state == "waiting" else None,
        "settled_at": one.settled_at,
        "reason": one.reason,
    }


def _standing(one: Letter) -> str:
    why = f" ({one.reason})" if one.reason else ""
    if one.state == "waiting":
        return f"waiting, tried {one.tries} times{why}."
    return f"{one.state} on {one.settled_at}{why}."


def counted(done: Delivered) -> dict[str, Json]:
    """Returns what became of letters, for programs."""
    return {"sent": done.sent, "later": done.later, "failed": done.failed, "reasons": list(done.reasons)}


def said(done: Delivered) -> str:
    """Returns what became of letters in a sentence; empty where none was due."""
    told = (
        (done.sent, "sent"),
        (done.later, "to be tried again later"),
        (done.failed, "given up"),
    )
    parts = [f"{count} {what}" for count, what in told if count]
    return f"Letters: {', '.join(parts)}." if parts else ""
