"""What lies ahead of a candidate whose case was declined or deferred: the gap of each criterion, and from when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.case.readiness import Assessed, assess
from engine.case.state import Case
from engine.packet.model import Ahead, Readiness, Step, Variant
from engine.packet.word import day, readable
from engine.record.event import Event
from engine.store.transaction import Tx
from rules.when import Ahead as Coming
from rules.when import When
from rules.word import words

NOT_YET = ("declined", "deferred")
COMMAND = re.compile(r"(:| \()? ?`rung import[^`]*`( and `rung import[^`]*`)*\)?")
ISO = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


def ahead(tx: Tx, case: Case, events: tuple[Event, ...], variant: Variant, found: Readiness) -> Ahead | None:
    """Returns what would meet each criterion after the last decision, on the facts known then; for the candidate alone.

    None where the decision was to promote, where there is none yet, and where the findings are erased.
    """
    if variant != "candidate" or not case.decisions or found.gone:
        return None
    last = case.decisions[-1]
    if last.outcome not in NOT_YET:
        return None
    known_at = next(event.recorded_at for event in events if event.seq == last.seq)
    assessed = assess(
        tx,
        case.person,
        case.target,
        as_of=date.fromisoformat(last.on),
        edition=case.policy,
        source=case.source,
        known_at=known_at,
    )
    return _told(assessed, assessed.when(), last.on)


def _told(assessed: Assessed, found: When, on: str) -> Ahead:
    held: Mapping[str, Any] = assessed.readiness.json()
    from_ = {one.id: one for one in found.criteria}
    steps = [_step(one, from_[str(one["id"])]) for one in held["findings"] if one["status"] != "met"]
    return Ahead(
        as_of=on,
        says=_plain(found.sentence),
        steps=tuple(steps),
        assuming=tuple(_plain(one) for one in found.assuming),
    )


def _step(finding: Mapping[str, Any], found: Coming) -> Step:
    said = words(finding)
    booked = (one.sentence for one in found.running)
    lacking = " ".join(one for one in (said.missing, said.gap, *booked) if one)
    return Step(
        id=str(finding["id"]),
        says=said.says[:1].upper() + said.says[1:],
        status=finding["status"],
        lacking=_plain(lacking),
        on=found.on.isoformat() if found.on else None,
    )


def _plain(text: str) -> str:
    """Returns a sentence for somebody who imports nothing: no commands, and days as a page writes them."""
    return ISO.sub(lambda found: day(found[0]), readable(COMMAND.sub("", text)))
