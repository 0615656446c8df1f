"""`publish`, `approve`, `withdraw` and `reject`, the same for ladders, policies and workflows."""

from __future__ import annotations

from pathlib import Path

import click

from cli.authoring import read_text
from cli.option import Desk, desk
from cli.output import show_json
from cli.unseen import never_seen, show_unseen
from terms.canonical import Json
from terms.quantity import plural


def publishing(kind: str) -> click.Command:
    """Returns the command that publishes a file of one kind."""

    @click.command("publish")
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    @desk(acts=True, reads=True)
    def publish(held: Desk, file: Path) -> None:
        text, beside = read_text(file), file.with_suffix(".test.yaml")
        trials = (read_text(beside), beside.name) if kind == "policy" and beside.is_file() else None
        done = held.engine.publish(kind, text, file.name, held.actor(), trials)
        name = f"{done.name} {done.label}".strip()
        if held.json:
            shown = {"kind": kind, "name": done.name, "edition": done.label, "digest": done.digest}
            checked: dict[str, Json] = {
                "state": done.state,
                "seq": held.seq(done.events[-1]),
                "tests": done.tests,
            }
            if kind == "policy":
                checked["never"] = never_seen(done.unseen)
            show_json({**shown, **checked})
            return
        if done.state == "published":
            by = str(done.events[-1].data.get("approved_by", ""))
            alone = f" by {by}" if by.startswith("one person") else ""
            click.echo(f"The {kind} {name} is published{alone}, edition {done.digest[:12]}.")
        else:
            click.echo(
                f"The {kind} {name} is proposed; it is published once a second person runs the same command."
            )
            told = f"{done.name}@{done.label or done.digest[:12]}"
            click.echo(f"They may also approve it alone: rung {kind} approve {told}")
        if kind == "policy":
            tests = (
                f"{plural(done.tests, 'test')} passed"
                if trials
                else f"no tests stand beside it ({beside.name})"
            )
            click.echo(f"Checked: lint found nothing, {tests}.")
            if trials:
                show_unseen(done.unseen, listed=True)
            _absent_workflows(held, text)

    publish.help = (
        f"Checks a {kind} file and publishes it as an edition; a second person confirms unless rung.toml says solo."
        f"\n\nExample: rung {kind} publish {kind}.yaml --as E-1001"
    )
    return publish


def _absent_workflows(held: Desk, text: str) -> None:
    """Prints which workflows a policy's cases go through that nobody has published yet."""
    from engine.edition.library import names
    from terms.source import read

    value = read(text, "policy").value
    parts = [value, *value["moves"]] if isinstance(value, dict) and isinstance(value["moves"], list) else []
    named = dict.fromkeys(
        str(one["workflow"]) for one in parts if isinstance(one, dict) and one.get("workflow")
    )
    with held.engine.read() as tx:
        known = names(tx, "workflow")
    for one in named:
        if one not in known:
            click.echo(f"Its cases go through {one}, which is not published yet: rung workflow publish FILE")


def approving(kind: str) -> click.Command:
    """Returns the command that approves a proposed edition of one kind."""

    @click.command("approve")
    @click.argument("edition", metavar="NAME[@EDITION]")
    @desk(acts=True, reads=True)
    def approve(held: Desk, edition: str) -> None:
        named, _, label = edition.partition("@")
        done = held.engine.approve(kind, named, label or None, held.actor())
        name = f"{done.name} {done.label}".strip()
        if held.json:
            shown = {"kind": kind, "name": done.name, "edition": done.label, "digest": done.digest}
            show_json({**shown, "state": done.state, "seq": held.seq(done.events[-1])})
            return
        click.echo(f"The {kind} {name} is approved, edition {done.digest[:12]}.")
        click.echo(f"Anybody who may publish does so now: rung {kind} publish FILE")

    approve.help = (
        f"Approves a {kind} that somebody else proposed; it waits then to be published."
        f"\n\nExample: rung {kind} approve {'sales@2026-07' if kind == 'policy' else kind} --as E-1001"
    )
    return approve


def dropping(kind: str, act: str) -> click.Command:
    """Returns the command that withdraws or rejects a proposed edition of one kind."""

    @click.command(act)
    @click.argument("edition", metavar="NAME[@EDITION]")
    @click.option("--because", required=True, metavar="TEXT", help="Why; it stands in the record.")
    @desk(acts=True, reads=True)
    def drop(held: Desk, edition: str, because: str) -> None:
        named, _, label = edition.partition("@")
        done = held.engine.drop(act, kind, named, label or None, because, held.actor())
        name = f"{done.name} {done.label}".strip()
        if held.json:
            shown = {"kind": kind, "name": done.name, "edition": done.label, "digest": done.digest}
            show_json({**shown, "state": done.state, "seq": held.seq(done.events[-1])})
            return
        click.echo(
            f"The {kind} {name} is {done.state}, edition {done.digest[:12]}; it may be proposed again."
        )

    example = "sales@2026-07" if kind == "policy" else kind
    told = {
        "withdraw": f"Takes back a {kind} that you proposed and that is not published yet.",
        "reject": f"Turns down a {kind} that somebody else proposed and that is not published yet.",
    }
    drop.help = (
        f'{told[act]}\n\nExample: rung {kind} {act} {example} --because "The floor is too low" --as E-1001'
    )
    return drop
