"""`rung track`: which path a person commits to at the fork."""

from __future__ import annotations

import click

from cli.option import Desk, desk
from cli.output import show_json, show_table
from terms.canonical import Json


@click.group()
def track() -> None:
    """Shows what each track asks and gives, and signs a commitment to one.

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
        until = outcome.events[0].data["reversible_until"]
        show_json({"track": track_name, "reversible_until": until, "seq": held.seq(outcome.events[0])})
        return
    data = outcome.events[0].data
    click.echo(f"You are committed to the track {track_name}, as of {data['on']}.")
    click.echo(
        f"You can reverse it until {data['reversible_until']}: rung track reverse --because 'I choose otherwise'"
    )


@track.command()
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def reverse(held: Desk, because: str) -> None:
    """Takes your own commitment back, within the window that signing it opened.

    Example: rung track reverse --because "I would miss the deals" --as E-1009
    """
    from engine.growth.track import ReverseTrack

    outcome = held.engine.act(ReverseTrack(because=because), held.actor())
    if held.json:
        show_json({"reversed": outcome.label, "seq": held.seq(outcome.events[0])})
        return
    click.echo(f"Your commitment to {outcome.label} is reversed; you are committed to no track.")


@track.command()
@click.argument("person", metavar="PERSON")
@click.option("--because", required=True, metavar="TEXT", help="Why.")
@desk(acts=True, reads=True)
def release(held: Desk, person: str, because: str) -> None:
    """Releases somebody from a commitment whose window is over, so that they may choose again.

    Example: rung track release "Noor Haddad" --because "The team was dissolved" --as E-1002
    """
    from engine.growth.track import ReleaseTrack
    from engine.people.directory import find_person

    actor = held.actor()
    with held.engine.read() as tx:
        found = find_person(tx, person)
    outcome = held.engine.act(ReleaseTrack(person=found.natural, because=because), actor)
    if held.json:
        show_json({"released": outcome.label, "seq": held.seq(outcome.events[0])})
        return
    click.echo(f"{found.name} may choose again; until then the commitment to {outcome.label} stands.")


@track.command()
@click.argument("person", metavar="[PERSON]", required=False)
@click.option("--ladder", metavar="NAME", help="The ladder, where several are published.")
@desk(acts=True, reads=True)
def show(held: Desk, person: str | None, ladder: str | None) -> None:
    """Shows what each track asks and gives, side by side, and what somebody is committed to.

    Example: rung track show
    """
    from engine.growth.standing import may_see
    from engine.growth.track import commitment, ladders
    from engine.people.directory import find_person

    actor = held.actor() if person else None
    with held.engine.read() as tx:
        known = list(ladders(tx, ladder))
        found = find_person(tx, person) if person else None
        if found is not None and actor is not None:
            may_see(tx, found.natural, actor)
        signed = commitment(tx, found.natural) if found else None
    if held.json:
        shown: list[Json] = [
            {
                "ladder": one.id,
                "reversible_for": one.commitment.reversible_for,
                "tracks": [
                    {
                        "track": name,
                        "name": path.name,
                        "asks": path.asks,
                        "gives": path.gives,
                        "levels": [level.id for level in one.levels.values() if level.track == name],
                    }
                    for name, path in one.tracks.items()
                ],
            }
            for one in known
        ]
        held_by = (
            None if signed is None else {"track": signed.track, "since": signed.since, "until": signed.until}
        )
        show_json({"ladders": shown, **({"commitment": held_by} if found else {})})
        return
    for one in known:
        levels = {name: [o.name for o in one.levels.values() if o.track == name] for name in one.tracks}
        rows = [
            ("asks", *(path.asks for path in one.tracks.values())),
            ("gives", *(path.gives for path in one.tracks.values())),
            ("levels", *("\n".join(levels[name]) for name in one.tracks)),
        ]
        show_table(one.name, ("", *(f"{path.name} ({name})" for name, path in one.tracks.items())), rows)
        click.echo(f"Whoever signs may take it back alone for {one.commitment.reversible_for}.")
    if found is not None and signed is None:
        click.echo(f"{found.name} is committed to no track.")
    elif found is not None and signed is not None:
        free = "HR has released them" if signed.released else f"reversible by them until {signed.until}"
        click.echo(f"{found.name} is committed to {signed.track} since {signed.since}; {free}.")
