"""Track commitments: a signed act of the rep, reversible for a while, and afterwards only where HR releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeAlias

from engine.access.permit import require
from engine.case.command import CommitTrack
from engine.case.execute import Outcome
from engine.case.register import note_commitment
from engine.edition.library import ladder, names, newest
from engine.growth.standing import own, toward
from engine.people.directory import aliases, natural, person
from engine.record.event import Actor, Draft, Event
from engine.record.kept import read_stream
from engine.record.log import append
from engine.store.transaction import Tx
from rules.ladder import Ladder
from terms.error import BadInput, Reason, Refused, Unknown
from terms.form import near

WINDOW = timedelta(days=90)
"""How long a commitment was reversible whose event says nothing of it; later ones say what the ladder said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseTrack:
    """Asks to take back the acting person's own commitment."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseTrack:
    """Asks to release somebody from a commitment whose window is over, so that they may choose again."""

    person: str
    because: str


TrackCommand: TypeAlias = ReverseTrack | ReleaseTrack


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Holds what somebody is committed to, since when, and the last day on which they can reverse it alone."""

    track: str
    since: str
    until: str
    released: bool = False

    def free(self, on: date) -> bool:
        """Returns whether the person may choose again on a day."""
        return self.released or on.isoformat() <= self.until


def commitment(tx: Tx, who: str) -> Commitment | None:
    """Returns what a human is committed to, under whichever account they signed; None where nothing stands."""
    held: Commitment | None = None
    signed = [event for one in aliases(tx, who) for event in read_stream(tx, f"person:{one}")]
    for event in sorted(signed, key=lambda one: one.seq):
        held = _after(event, held)
    return held


def _after(event: Event, held: Commitment | None) -> Commitment | None:
    data: Mapping[str, Any] = event.data
    match event.type:
        case "TrackCommitted":
            until = data.get("reversible_until") or (date.fromisoformat(data["on"]) + WINDOW).isoformat()
            return Commitment(track=data["track"], since=data["on"], until=until)
        case "TrackReversed":
            return None
        case "TrackReleased" if held is not None:
            return replace(held, released=True)
        case _:
            return held


def ladders(tx: Tx, named: str | None = None) -> Iterator[Ladder]:
    """Yields the ladders in effect that have tracks, or the one that is named."""
    for name in [named] if named else names(tx, "ladder"):
        digest = newest(tx, "ladder", name)
        if digest is None:
            raise Unknown(f"No ladder {name} is published.")
        held = ladder(tx, digest)
        if held.tracks:
            yield held


def commit(tx: Tx, command: CommitTrack, actor: Actor) -> Outcome:
    """Records the acting person's commitment to a track, which criteria at the fork read.

    Raises Unknown for a track that no published ladder has, Refused where another one binds still.
    """
    held = [one for one in ladders(tx, command.ladder) if command.track in one.tracks]
    if not held:
        known = sorted({track for one in ladders(tx, command.ladder) for track in one.tracks})
        told = near(command.track, known) if known else "none has tracks."
        raise Unknown(f"No ladder has a track {command.track!r}; {told}")
    own(
        actor,
        "A commitment is signed by the person themself, never for another.",
        "The commitment is not taken.",
    )
    who, today = natural(tx, actor.person), tx.sources.today()
    before = commitment(tx, who)
    if before is not None and before.track == command.track:
        raise BadInput(f"You are committed to {before.track} already, since {before.since}.")
    if before is not None and not before.free(today):
        told = f"The commitment to {before.track} could be reversed until {before.until}; HR can release from it."
        raise Refused("The commitment is not taken.", reasons=(Reason("commit:window", told),))
    draft = Draft(
        type="TrackCommitted",
        stream=f"person:{who}",
        data={
            "track": command.track,
            "on": today.isoformat(),
            "reversible_until": max(one.commitment.window.after(today) for one in held).isoformat(),
            "ladders": [one.digest for one in held],
        },
        about=(who,),
        rule="permit:commit to a track:candidate",
    )
    events = append(tx, [draft], actor=actor, command="CommitTrack")
    return Outcome(events=(*events, *note_commitment(tx, who, events[0], actor)), id=who)


def execute(tx: Tx, command: TrackCommand, actor: Actor) -> Outcome:
    """Carries out a reversal or a release; raises Refused with every reason where it is not allowed."""
    who = natural(tx, command.person if isinstance(command, ReleaseTrack) else actor.person)
    called, today = person(tx, who).name, tx.sources.today()
    releasing = isinstance(command, ReleaseTrack)
    if not releasing:
        own(actor, "A commitment is reversed by the person themself.", "The commitment stands.")
    wanted = "release from a commitment" if releasing else "reverse a commitment"
    rule = require(wanted, toward(tx, who, actor), called)
    held = commitment(tx, who)
    if held is None:
        raise BadInput(f"{called} is committed to no track.")
    if not command.because.strip():
        raise BadInput("Write why: --because TEXT.")
    if not releasing and not held.free(today):
        told = f"It could be reversed until {held.until}; HR can release from it."
        raise Refused(f"The commitment to {held.track} stands.", reasons=(Reason("commit:window", told),))
    draft = Draft(
        type="TrackReleased" if releasing else "TrackReversed",
        stream=f"person:{who}",
        data={"track": held.track if releasing else "", "on": today.isoformat()},
        sealed={"because": command.because},
        about=(who,),
        rule=rule,
    )
    events = append(tx, [draft], actor=actor, command=type(command).__name__)
    more = () if releasing else note_commitment(tx, who, events[0], actor)
    return Outcome(events=(*events, *more), label=held.track, id=who)
