"""What a session is at one moment: the fold of its own events; judgements live in the cases' streams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.record.event import Event, Gone, folded
from terms.canonical import Json
from terms.error import Broken

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Holds one dated meeting: who chairs, sits and could step in, the quorum, and the cases before it."""

    id: str
    label: str
    version: int
    title: Json | Gone
    held_on: str
    chair: str
    members: tuple[str, ...]
    alternates: tuple[str, ...]
    quorum: int
    cases: tuple[str, ...] = ()
    state: str = OPEN
    groups: Mapping[str, str] = field(default_factory=dict)
    present: tuple[str, ...] = ()


def fold(events: Iterable[Event]) -> Session:
    """Returns the session that a stream of events tells."""
    return folded(events, apply)


def apply(event: Event, session: Session | None) -> Session:
    """Returns the session after one event; raises Broken for an event that cannot follow."""
    data: Mapping[str, Any] = event.data
    if event.type == "SessionOpened" and session is None:
        return Session(
            id=event.stream.removeprefix("session:"),
            label=data["label"],
            version=event.stream_version,
            title=event.payload.get("title", Gone()),
            held_on=data["held_on"],
            chair=data["chair"],
            members=tuple(data["members"]),
            alternates=tuple(data["alternates"]),
            quorum=data["quorum"],
            groups=data.get("groups", {}),
        )
    if session is None:
        raise Broken(f"Event {event.seq} ({event.type}) comes before its session was opened.")
    match event.type:
        case "CaseListed":
            changed = replace(session, cases=(*session.cases, data["case"]))
        case "SeatTaken":
            member = data["member"]
            spare = tuple(one for one in session.alternates if one != member)
            groups = {**session.groups, **({member: data["group"]} if data.get("group") else {})}
            changed = replace(session, members=(*session.members, member), alternates=spare, groups=groups)
        case "MemberAttended":
            changed = replace(session, present=(*session.present, data["member"]))
        case "SessionClosed":
            changed = replace(session, state=CLOSED)
        case _:
            raise Broken(f"Event {event.seq} has a type that a session does not know: {event.type}.")
    return replace(changed, version=event.stream_version)
