"""What an action of a development plan is at one moment: the fold of its own events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.record.event import Event, Gone, folded
from terms.canonical import Json
from terms.error import Broken

PLANNED, STARTED, DONE, DROPPED = "planned", "started", "done", "dropped"
OPEN = (PLANNED, STARTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Holds one action: whose, about which gap on the way to which level, what to do, by whom, until when.

    `from_ladder` says that a ladder's file suggested it; `score` is the manager's score (points) when it was
    planned; `shows` the kind of evidence that it counts as once done; `filed` the cases it was filed in.
    """

    id: str
    label: str
    version: int
    person: str
    target: str
    gap: str
    level: str
    kind: str
    text: Json | Gone
    owner: str
    due: str
    planned_on: str
    from_ladder: bool
    score: str | None
    course: str
    state: str = PLANNED
    done_on: str | None = None
    done_by: str | None = None
    shows: str | None = None
    result: Json | Gone | None = None
    verified_by: str | None = None
    because: Json | Gone | None = None
    filed: tuple[str, ...] = ()
    seq: int = 0


def stream(action: str) -> str:
    """Returns the name of an action's stream."""
    return f"action:{action}"


def fold(events: Iterable[Event]) -> Action:
    """Returns the action that a stream of events tells; raises Broken for an event that cannot follow."""
    return folded(events, apply)


def apply(event: Event, action: Action | None) -> Action:
    """Returns the action after one event; raises Broken for an event that cannot follow."""
    data: Mapping[str, Any] = event.data
    if event.type == "ActionPlanned" and action is None:
        return Action(
            id=event.stream.removeprefix("action:"),
            label=data["label"],
            version=event.stream_version,
            person=data["person"],
            target=data["to"],
            gap=data["gap"],
            level=data["level"],
            kind=data["kind"],
            text=event.payload.get("text", Gone()),
            owner=data["owner"],
            due=data["due"],
            planned_on=data["on"],
            from_ladder=data["ladder"] is not None,
            score=data["score"],
            course=data["course"],
            seq=event.seq,
        )
    if action is None:
        raise Broken(f"Event {event.seq} ({event.type}) comes before its action was planned.")
    because = event.payload.get("because", Gone())
    match event.type:
        case "ActionStarted":
            changed = replace(action, state=STARTED)
        case "ActionFinished":
            changed = replace(
                action,
                state=DONE,
                done_on=data["on"],
                done_by=event.actor,
                shows=data["shows"],
                result=event.payload.get("result", Gone()),
            )
        case "ActionVerified":
            changed = replace(action, verified_by=event.actor)
        case "ActionPostponed":
            changed = replace(action, due=data["due"], because=because)
        case "ActionDropped":
            changed = replace(action, state=DROPPED, because=because)
        case "ActionFiled":
            changed = replace(action, filed=(*action.filed, data["case"]))
        case _:
            raise Broken(f"Event {event.seq} has a type that an action does not know: {event.type}.")
    return replace(changed, version=event.stream_version)


def row(action: Action) -> dict[str, object]:
    """Returns the projection of an action, as replay derives it too."""
    names = ("id", "label", "person", "target", "gap", "kind", "owner", "due", "state", "done_on")
    held: dict[str, object] = {name: getattr(action, name) for name in names}
    return {**held, "verified_by": action.verified_by, "version": action.version}
