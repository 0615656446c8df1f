"""`rung track`: which path a person commits to at the fork."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json


@click.group()
def track() -> None:
    """Signs a commitment to a track.

    Example: rung track commit ic --as E-1009
    """


@track.command()
@click.argument("track_name", metavar="TRACK")
@click.option("--ladder", metavar="NAME", help="The ladder, where several are published.")
@desk(acts=True, reads=True)
def commit(held: Desk, track_name: str, ladder: str | None) -> None:
    """Commits yourself to a track; nobody else can sign for you.

    Example: rung track commit management --as E-1009
    """
    from engine.case.command import CommitTrack

    outcome = held.engine.act(CommitTrack(track=track_name, ladder=ladder), held.actor())
    if held.json:
        show_json({"track": track_name, "seq": outcome.events[0].seq})
        return
    click.echo(f"You are committed to the track {track_name}, as of {outcome.events[0].data['on']}.")
