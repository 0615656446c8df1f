"""How long files are kept: from the later of when something was recorded and when it took effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from engine.access.permit import require
from engine.case.query import CaseLine, cases, load
from engine.custody.command import SetRetention
from engine.record.event import Actor, Draft, Event
from engine.record.kept import read_stream
from engine.record.log import TIME, append, read_log
from engine.store.transaction import Tx
from terms.calendar import add_months
from terms.error import BadInput

SET = "RetentionSet"
MOST = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Holds until when a closed case's file is kept, and the two days of which the later counts."""

    case: CaseLine
    recorded: date
    action: date | None
    until: date

    @property
    def counts_from(self) -> date:
        """Returns the later of the last record and the last action."""
        return max(self.recorded, self.action or self.recorded)


def months(tx: Tx) -> int | None:
    """Returns for how many months files are kept at least; None where nobody has said."""
    found: int | None = None
    for event in read_log(tx, types=(SET,)):
        found = int(str(event.data["months"]))
    return found


def set_retention(tx: Tx, command: SetRetention, actor: Actor, held: frozenset[str]) -> tuple[Event, ...]:
    """Returns the event that says how long files are kept from now on."""
    rule = require("set retention", held, "this workspace")
    if not 1 <= command.months <= MOST:
        raise BadInput(f"Retention is a number of months from 1 to {MOST}, not {command.months}.")
    if not command.because.strip():
        raise BadInput("Setting retention says why; write --because TEXT.")
    draft = Draft(
        type=SET,
        stream="workspace",
        data={"months": command.months},
        sealed={"because": command.because},
        rule=rule,
    )
    return append(tx, [draft], actor=actor, command="SetRetention")


def kept_until(tx: Tx, case_id: str, period: int) -> tuple[date, date | None, date]:
    """Returns a case's last record, its last action (decided or in effect), and the day its file may go."""
    events = read_stream(tx, f"case:{case_id}")
    recorded = _day(tx, events[-1].recorded_at)
    acted = [
        date.fromisoformat(day)
        for one in load(tx, case_id).decisions
        for day in (one.on, one.effective)
        if day is not None
    ]
    action = max(acted, default=None)
    return recorded, action, add_months(max(recorded, action or recorded), period)


def files(tx: Tx) -> tuple[Kept, ...]:
    """Returns every closed case with the day until which its file is kept; empty where no period is set."""
    period = months(tx)
    if period is None:
        return ()
    found = []
    for one in cases(tx):
        if load(tx, one.id).final:
            recorded, action, until = kept_until(tx, one.id, period)
            found.append(Kept(case=one, recorded=recorded, action=action, until=until))
    return tuple(sorted(found, key=lambda one: (one.until, one.case.label)))


def due(tx: Tx) -> tuple[Kept, ...]:
    """Returns the closed cases whose time is over: their files may be erased."""
    today = tx.sources.today()
    return tuple(one for one in files(tx) if one.until <= today)


def recorded_on(tx: Tx, at: str) -> date:
    """Returns the day of a time of recording, in the workspace's zone."""
    return _day(tx, at)


def _day(tx: Tx, at: str) -> date:
    return datetime.strptime(at, TIME).replace(tzinfo=UTC).astimezone(tx.sources.zone).date()
