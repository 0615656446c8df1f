"""What a promotion round is at one moment: the fold of its own events, and whether it takes nominations on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from engine.record.event import Event, Gone, folded
from terms.canonical import Json
from terms.error import Broken
from workflows.round import EXCEPTION, Dates, RoundDefinition

PLANNED, OPEN, CLOSED = "planned", "open", "closed"
ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Holds one round of one year: its days (ISO text), the moves it is for, what becomes of late nominations.

    `days` has every day or days by name, in the order in which the round walks through them.
    """

    id: str
    label: str
    version: int
    definition: str
    digest: str
    year: int
    name: str
    says: str
    workflow: str | None
    moves: tuple[tuple[str | None, str], ...]
    days: tuple[tuple[str, str, str], ...]
    opens: str
    closes: str
    late_until: str | None
    effective: str | None
    takes_effect: str | None
    freeze: str | None
    judged: str | None
    told: str | None
    late: str
    approvals: tuple[str, ...]
    remind: tuple[str, ...] = ()
    escalate: str | None = None
    escalate_after: str | None = None
    state: str = PLANNED
    because: Json | Gone | None = None

    def covers(self, source: str | None, target: str) -> bool:
        """Returns whether the round is for a move."""
        return not self.moves or any(to == target and by in (None, source) for by, to in self.moves)


def stream(round_id: str) -> str:
    """Returns the name of a round's stream."""
    return f"round:{round_id}"


def planned(held: RoundDefinition, dates: Dates, year: int, text: str) -> dict[str, Json]:
    """Returns what the event of a planned round says: its days, its rules, and the file that they come from."""

    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    return {
        "label": dates.label,
        "definition": held.id,
        "digest": held.digest,
        "text": text,
        "year": year,
        "name": dates.name,
        "says": held.says,
        "workflow": held.workflow,
        "moves": [[source, to] for source, to in held.moves],
        "days": [[name, days.first.isoformat(), days.last.isoformat()] for name, days in dates.rows()],
        "opens": dates.opens.isoformat(),
        "closes": dates.closes.isoformat(),
        "late_until": iso(dates.late_until),
        "effective": iso(dates.effective),
        "takes_effect": held.effective if dates.effective is None else None,
        "freeze": iso(dates.freeze),
        "judged": iso(max((one.last for one in dates.sessions), default=None)),
        "told": iso(dates.told.last) if dates.told else None,
        "late": held.late.nominations,
        "approvals": list(held.late.approvals),
        "remind": list(held.remind),
        "escalate": held.escalate,
        "escalate_after": held.escalate_after,
    }


PLAIN = (
    "label", "definition", "digest", "year", "name", "says", "workflow", "opens", "closes", "late_until", "effective",
    "takes_effect", "freeze", "judged", "told", "late", "escalate", "escalate_after",
)  # fmt: skip


def fold(events: Iterable[Event]) -> Round:
    """Returns the round that a stream of events tells; raises Broken for an event that cannot follow."""
    return folded(events, apply)


def apply(event: Event, held: Round | None) -> Round:
    """Returns the round after one event; raises Broken for an event that cannot follow."""
    data: Mapping[str, Any] = event.data
    if event.type == "RoundPlanned":
        return Round(
            id=event.stream.removeprefix("round:"),
            version=event.stream_version,
            moves=tuple((source, to) for source, to in data["moves"]),
            days=tuple((name, first, last) for name, first, last in data["days"]),
            approvals=tuple(data["approvals"]),
            remind=tuple(data["remind"]),
            state=held.state if held else PLANNED,
            **{name: data[name] for name in PLAIN},
        )
    if held is None:
        raise Broken(f"Event {event.seq} ({event.type}) comes before its round was planned.")
    because = event.payload.get("because", Gone())
    match event.type:
        case "RoundOpened":
            changed = replace(held, state=OPEN, because=because)
        case "RoundClosed":
            changed = replace(held, state=CLOSED, because=because)
        case _:
            raise Broken(f"Event {event.seq} has a type that a round does not know: {event.type}.")
    return replace(changed, version=event.stream_version)


def covers(moves: str, source: str | None, target: str) -> bool:
    """Returns whether a round is for a move, by the moves of its projection."""
    return not moves or any(one in (f"{ANY}>{target}", f"{source}>{target}") for one in moves.split())


def takes(state: str, opens: str, closes: str, on: str) -> bool:
    """Returns whether a round takes nominations on a day (ISO text): by its days, or since it was opened early."""
    return state != CLOSED and on <= closes and (state == OPEN or opens <= on)


def takes_late(held: Round, on: str) -> bool:
    """Returns whether a nomination on a day is taken as an exception: after the round has closed, until its end."""
    if held.late != EXCEPTION or held.state == CLOSED or on <= held.closes:
        return False
    return on <= (held.late_until or held.freeze or held.closes)


def standing(held: Round, on: str) -> str:
    """Returns in a few words where a round stands on a day."""
    if held.state == CLOSED:
        return "closed"
    if takes(held.state, held.opens, held.closes, on):
        return "takes nominations"
    if on < held.opens:
        return "planned"
    if takes_late(held, on):
        return "takes late nominations as exceptions"
    if held.effective is not None and on >= held.effective:
        return "over"
    return "under way"


def row(held: Round) -> dict[str, object]:
    """Returns the projection of a round, as replay derives it too."""
    moves = " ".join(f"{source or ANY}>{to}" for source, to in held.moves)
    names = ("id", "label", "definition", "opens", "closes", "late_until", "effective", "state", "version")
    return {**{name: getattr(held, name) for name in names}, "moves": moves}
