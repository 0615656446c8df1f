"""`rung token`: issues, lists and revokes the tokens by which people prove who they are."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table


@click.group()
def token() -> None:
    """Issues personal tokens, by which commands and the HTTP API know who asks; lists and revokes them.

    Example: rung token list --as ruth
    """


@token.command()
@click.argument("person", metavar="[PERSON]", required=False)
@click.option(
    "--for-days", "days", type=int, default=90, show_default=True, metavar="N", help="How long it holds."
)
@click.option("--note", metavar="TEXT", help="What it is for, such as the machine that uses it.")
@desk(acts=True, reads=True)
def issue(held: Desk, person: str | None, days: int, note: str | None) -> None:
    """Issues a token and shows it this once: for a person by HR, for oneself by whoever shows a token already.

    Where the database is shared and nobody was ever issued one, somebody of HR begins with --as. Keep it where only
    its owner reads, and give it to commands as RUNG_TOKEN, or in a file that RUNG_TOKEN_FILE names.

    Example: rung token issue E-1004 --for-days 30 --note "Laptop" --as ruth
    """
    from engine.access.token import issue as make
    from engine.people.directory import find_person

    engine, actor = held.engine, held.actor(first=True)
    with engine.read() as tx:
        found = find_person(tx, person) if person else find_person(tx, actor.person)
    made = engine.attempt(lambda tx: make(tx, found.natural, days, note, actor, engine.standing(tx, actor)))
    if held.json:
        shown = {"token": made.token.label, "person": found.label, "until": made.token.until}
        show_json({**shown, "secret": made.secret})
        return
    click.echo(
        f"{made.token.label} is {found.name}'s, until the end of {made.token.until}. It is shown this once:"
    )
    click.echo(made.secret)


@token.command("list")
@desk(acts=True, reads=True)
def list_tokens(held: Desk) -> None:
    """Lists tokens: HR sees everybody's, others their own. No secret is kept that could be shown.

    Example: rung token list --as ruth
    """
    from engine.access.token import notes, tokens
    from engine.people.directory import names
    from engine.view.token import token_json

    actor = held.actor()
    with held.engine.read() as tx:
        found = tokens(tx, actor, held.engine.standing(tx, actor))
        called, said = names(tx), notes(tx)
        rows = [token_json(tx, one, said.get(one.id)) for one in found]
    if held.json:
        show_json(rows)
        return
    columns = ("token", "person", "until", "state", "last_used", "note")
    heads = ("token", "person", "until", "state", "last used", "note")
    told = [{**row, "person": called.get(one.person, "")} for row, one in zip(rows, found, strict=True)]
    show_table("", heads, [[str(one[name] or "") for name in columns] for one in told])


@token.command()
@click.argument("labels", nargs=-1, required=True, metavar="TOKEN...")
@desk(acts=True, reads=True)
def revoke(held: Desk, labels: tuple[str, ...]) -> None:
    """Ends tokens at once, all or none: anybody's by HR, one's own by whoever shows a token.

    Example: rung token revoke T-0003 --as ruth
    """
    from engine.access.token import revoke as end

    engine, actor = held.engine, held.actor()
    events = engine.attempt(lambda tx: [end(tx, one, actor, engine.standing(tx, actor)) for one in labels])
    if held.json:
        show_json([{"token": str(one.data["label"])} for one in events])
        return
    click.echo(f"Revoked: {', '.join(str(one.data['label']) for one in events)}.")
