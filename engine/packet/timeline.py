"""Tells a case's events in words, as many of them as the reader may know of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.case.ballot import sealed_since
from engine.case.word import told
from engine.packet.calibration import Naming, said
from engine.packet.model import Happening, Variant
from engine.packet.proof import Entry, LogEntry
from engine.packet.view import Named
from engine.record.event import Event
from engine.record.log import envelope
from engine.record.tree import leaf_hash
from terms.canonical import canonical

REVEALS = {"ScoresGiven": "ScoresRevealed", "VoteCast": "VotesRevealed"}
ENDS = ("CaseReturned", "CaseBrought", "AppealRaised")
TESTIMONY = ("EndorsementGiven", "StatementAttested")
OTHERS = (*REVEALS, "InterestDeclared", "JudgementVoided")
ASKED = ("InformationAsked", "InformationGiven")
REASONS = (
    "EditionMoved",
    "WorkflowMoved",
    "CaseReturned",
    "CaseWithdrawn",
    "CaseMoved",
    "AppealRaised",
    "ExceptionRequested",
    "ExceptionApproved",
    "ExceptionRefused",
)


def knowable(events: Sequence[Event], variant: Variant) -> tuple[Event, ...]:
    """Returns the events that a reader may know of: a judgement's own only once it is revealed (law 7).

    While a ballot is under seal they end where it began: the numbers of later ones would tell how many there are.
    """
    since = sealed_since(events)
    events = [one for one in events if since is None or one.seq <= since]
    hidden: set[int] = set()
    sealed: dict[str, set[int]] = {reveal: set() for reveal in REVEALS.values()}
    for event in events:
        if event.type in REVEALS:
            sealed[REVEALS[event.type]].add(event.seq)
            hidden.add(event.seq)
        elif event.type in sealed:
            hidden -= sealed[event.type]
        elif event.type in ENDS:
            sealed = {reveal: set() for reveal in REVEALS.values()}
    kept = (event for event in events if event.seq not in hidden)
    return tuple(event for event in kept if variant != "candidate" or event.type not in OTHERS)


def timeline(events: Iterable[Event], variant: Variant, name: Naming) -> Iterator[Happening]:
    """Yields events in words."""
    for event in events:
        confidential = variant == "candidate" and event.type in TESTIMONY
        hidden = variant == "candidate" and event.type.startswith("Exception")
        reason = event.payload.get("because") if event.type in REASONS and not hidden else None
        if event.type in ASKED:
            reason = event.payload.get("text")
        yield Happening(
            seq=event.seq,
            at=event.recorded_at,
            says=told(event),
            by=None if confidential else both(name, event.actor, event.acting_for),
            because=None if reason is None else said(reason),
        )


def both(name: Naming, actor: str, acting_for: str | None) -> Named:
    """Returns what to call whoever acted: under a delegation with both names."""
    hand = name(actor)
    if acting_for is None:
        return hand
    behalf = name(acting_for)
    return Named(name=f"{hand.name} for {behalf.name}", label=f"{hand.label} for {behalf.label}")


def leaf(event: Event) -> str:
    """Returns the leaf hash of an event, in hexadecimal."""
    return leaf_hash(canonical(envelope(event))).hex()


def entries(events: Iterable[Event]) -> tuple[Entry, ...]:
    """Returns each event's place and leaf hash."""
    return tuple(Entry(seq=event.seq, leaf=leaf(event)) for event in events)


def log(events: Iterable[Event], name: Naming) -> Iterator[LogEntry]:
    """Yields events as they stand in the record."""
    for event in events:
        yield LogEntry(
            seq=event.seq,
            type=event.type,
            stream=event.stream,
            stream_version=event.stream_version,
            recorded_at=event.recorded_at,
            happened_at=event.happened_at,
            actor=event.actor,
            who=name(event.actor),
            acting_for=event.acting_for,
            authenticated=event.authenticated,
            rule=event.rule,
            command=event.command,
            data=canonical(event.data).decode(),
            sealed=tuple(sorted(event.sealed.items())),
            leaf=leaf(event),
        )
