"""`rung erasure`: erases what is kept about people, by two people, and leaves a record that still proves itself."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.error import BadInput


@click.group()
def erasure() -> None:
    """Erases a person, a case's file or a single text: one asks, a second approves.

    Example: rung erasure list
    """


@erasure.command()
@click.argument("person", required=False, metavar="[PERSON]")
@click.option("--case", "case", metavar="CASE", help="The file of a case instead of a person.")
@click.option(
    "--event",
    "events",
    multiple=True,
    metavar="SEQ[:FIELD]",
    help="A single text instead: of an entry of the record (`rung audit log`); repeat.",
)
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def request(held: Desk, person: str | None, case: str | None, events: tuple[str, ...], because: str) -> None:
    """Asks for an erasure; nothing is erased before somebody else approves it.

    Of a PERSON goes everything: names and e-mail in the directory, facts, and every text, score and file in
    their cases. Of a --case go the texts, scores and files in it. HR may ask, and whoever it is about.

    Example: rung erasure request E-1178 --because "Left; asked for it on 3 May" --as ruth
    """
    from engine.case.query import find_case
    from engine.custody.command import RequestErasure
    from engine.custody.erasure import held_back, named_elsewhere
    from engine.people.directory import find_person

    actor, engine = held.actor(), held.engine
    with engine.read() as tx:
        command = RequestErasure(
            because=because,
            person=find_person(tx, person).id if person else None,
            case=find_case(tx, case) if case else None,
            texts=tuple(_place(one) for one in events),
        )
    seq = engine.act(command, actor).events[0].seq
    with engine.read() as tx:
        reasons, elsewhere = held_back(tx, seq), named_elsewhere(tx, seq)
    if held.json:
        show_json(
            {
                "request": seq,
                "held_back": [one.text for one in reasons],
                "named_elsewhere": [f"{event}:{field}" for event, field in elsewhere],
            }
        )
        return
    click.echo(f"Request {seq} is made; somebody else approves it: rung erasure approve {seq}")
    for one in reasons:
        click.echo(f"  not yet: {one.text}")
    for event, field in elsewhere:
        click.echo(
            f"  their name also stands in {event}:{field}, which this does not reach (--event reaches it)"
        )


def _place(text: str) -> tuple[int, str | None]:
    seq, _, field = text.partition(":")
    if not seq.isdecimal():
        raise BadInput(f"{text!r} is no text of the record; write SEQ or SEQ:FIELD, such as 57:because.")
    return int(seq), field or None


@erasure.command("list")
@desk(reads=True)
def list_requests(held: Desk) -> None:
    """Lists every request, what became of it, and by which event.

    Example: rung erasure list
    """
    from engine.case.query import load
    from engine.custody.erasure import requests
    from engine.people.directory import label_of

    with held.engine.read() as tx:
        found = [
            {
                "request": one.seq,
                "scope": one.kind,
                "of": label_of(tx, one.person)
                or (
                    load(tx, one.case).label
                    if one.case
                    else ", ".join(f"{seq}:{name}" for seq, name in one.texts)
                ),
                "by": label_of(tx, one.by) or one.by,
                "state": one.state,
                "event": one.answered,
            }
            for one in requests(tx)
        ]
    if held.json:
        show_json([dict(one) for one in found])
        return
    columns = ("request", "scope", "of", "by", "state", "event")
    show_table("", columns, [[str(one[name] or "") for name in columns] for one in found])


@erasure.command()
@click.argument("number", metavar="REQUEST", type=int)
@desk(acts=True, reads=True)
def approve(held: Desk, number: int) -> None:
    """Erases what a request asks for, and rewrites the files so that no trace is left in them.

    Whoever asked, and whoever it is about, cannot approve. A legal hold, a retention period that runs, an
    open case, or being the last to hold the role hr stands against it. Exports of their cases in the
    workspace's folder go too. The record keeps its hashes and its proofs: what is gone reads `erased by event N`.

    Example: rung erasure approve 57 --as ruth
    """
    from engine.custody.command import ApproveErasure

    outcome = held.engine.act(ApproveErasure(request=number), held.actor())
    event = outcome.events[0]
    data = event.data
    assert isinstance(data["payloads"], list) and isinstance(data["people"], list)
    if held.json:
        show_json(
            {
                "event": event.seq,
                "payloads": len(data["payloads"]),
                "facts": data["facts"],
                "people": len(data["people"]),
                "remarks": list(outcome.remarks),
            }
        )
        return
    click.echo(
        f"Erased by event {event.seq}: {len(data['payloads'])} texts, {data['facts']} facts, "
        f"{len(data['people'])} directory entries."
    )
    for one in outcome.remarks:
        click.echo(f"  {one}")


@erasure.command()
@click.argument("number", metavar="REQUEST", type=int)
@click.option("--because", required=True, metavar="TEXT", help="Why not.")
@desk(acts=True)
def decline(held: Desk, number: int, because: str) -> None:
    """Turns a request down, with the reason.

    Example: rung erasure decline 57 --because "The file is kept until 2028" --as ruth
    """
    from engine.custody.command import DeclineErasure

    event = held.engine.act(DeclineErasure(request=number, because=because), held.actor()).events[0]
    click.echo(f"Request {number} is declined by event {event.seq}.")


@erasure.command()
@desk(reads=True)
def sweep(held: Desk) -> None:
    """Rewrites the database's files once more, where an erasure said that something was left.

    Example: rung erasure sweep
    """
    from engine.custody.trace import sweep as run

    remarks = run(held.engine.store, held.engine.root)
    if held.json:
        show_json({"remarks": list(remarks)})
        return
    click.echo("\n".join(remarks) or "Nothing is left of what was erased in the database's files.")
