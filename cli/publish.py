"""`publish`, the same for ladders, policies and workflows."""

from __future__ import annotations

from pathlib import Path

import click

from cli.authoring import read_text
from cli.option import Desk, desk
from cli.output import show_json


def publishing(kind: str) -> click.Command:
    """Returns the command that publishes a file of one kind."""

    @click.command("publish")
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    @desk(acts=True, reads=True)
    def publish(held: Desk, file: Path) -> None:
        text = read_text(file)
        done = held.engine.publish(kind, text, file.name, held.actor())
        name = f"{done.name} {done.label}".strip()
        if held.json:
            shown = {"kind": kind, "name": done.name, "edition": done.label, "digest": done.digest}
            show_json({**shown, "state": done.state, "seq": done.events[0].seq})
        elif done.state == "published":
            click.echo(f"The {kind} {name} is published, edition {done.digest[:12]}.")
        else:
            click.echo(
                f"The {kind} {name} is proposed; it is published once a second person runs the same command."
            )

    publish.help = (
        f"Checks a {kind} file and publishes it as an edition; a second person confirms unless rung.toml says solo."
        f"\n\nExample: rung {kind} publish {kind}.yaml --as E-1001"
    )
    return publish
