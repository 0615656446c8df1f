"""Derives again which edition a case was moved to or kept under, and which of its facts were restated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from engine.case.arrival import arrivals, reached
from engine.case.edition import FAVOURABLE, favours
from engine.case.readiness import assess
from engine.case.restatement import restated_facts, superseded
from engine.case.state import Case
from engine.edition.library import workflow
from engine.fact.check import cited
from engine.record.event import Event, Gone
from engine.replay.difference import Difference
from engine.store.transaction import Tx
from terms.canonical import canonical
from terms.error import Unknown


def edition_differences(tx: Tx, case: Case, event: Event) -> Iterator[Difference]:
    """Yields where the edition not taken, or the choice between both, is not what the record leads to."""
    other = event.payload.get("other", Gone())
    if isinstance(other, Gone):
        return
    taken, left = (
        assess(
            tx,
            case.person,
            case.target,
            as_of=date.fromisoformat(str(event.data["as_of"])),
            edition=str(event.data[name]),
            source=case.source,
            known_at=event.recorded_at,
        )
        for name in ("to", "other")
    )
    if canonical(other) != left.readiness.bytes():
        yield Difference(
            seq=event.seq,
            what=f"the readiness of {case.label} under the edition not taken",
            stored=str(event.data["other_status"]),
            derived=str(left.readiness.status),
        )
    moved = event.data["from"] != event.data["to"]
    if event.data["why"] == FAVOURABLE:
        mine, theirs = (left, taken) if moved else (taken, left)
        if favours(theirs.readiness, mine.readiness) is not moved:
            yield Difference(
                seq=event.seq,
                what=f"the more favourable edition for {case.label}",
                stored=str(event.data["to"])[:12],
                derived=str(event.data["other"])[:12],
            )


def workflow_differences(tx: Tx, before: Case, event: Event) -> Iterator[Difference]:
    """Yields where a case was not moved from the definition and state it was in to such a state of the new one."""
    data, after = event.data, workflow(tx, str(event.data["to"]))
    target = after.states.get(str(data["state"]))
    stored = (data["from"], data["was"], data["stage"], False)
    derived = (
        before.workflow,
        before.state,
        target.stage if target else "no such state",
        target.final if target else False,
    )
    if stored != derived:
        told = f"the move of {before.label} to another edition of its workflow"
        yield Difference(seq=event.seq, what=told, stored=str(stored), derived=str(derived))


def restatement_differences(tx: Tx, before: Case, event: Event) -> Iterator[Difference]:
    """Yields where the facts said to be restated are not those that the import corrected or brought."""
    held = before.assessments[-1].readiness
    if isinstance(held, Gone) or not _there(tx, event):
        return
    seq = int(str(event.data["import"]))
    fresh = reached(tx, arrivals(tx, seq), event.recorded_at).get(before.person, ())
    found = restated_facts(canonical(held).decode(), superseded(tx, seq), fresh)
    if found != event.data["facts"]:
        yield Difference(
            seq=event.seq,
            what=f"the facts of {before.label} that were restated",
            stored=str(event.data["facts"]),
            derived=str(found),
        )


def _there(tx: Tx, event: Event) -> bool:
    """Returns whether every fact that an event names is still on file, so that it can be derived again."""
    facts: Any = event.data["facts"]
    try:
        for one in facts:
            for name in ("was", "now"):
                if name in one:
                    cited(tx, one[name])
    except Unknown:
        return False
    return True
