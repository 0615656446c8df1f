"""Finds published editions: by digest for a case, by date and move for a nomination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain

from sqlalchemy import select

from engine.record.event import Event
from engine.record.kept import kept, read_stream
from engine.record.log import read_between
from engine.store.table.edition import edition
from engine.store.transaction import Tx
from rules.ladder import Ladder, load_ladder
from rules.policy import Policy, load_policy
from terms.error import Ambiguous, Unknown
from workflows.definition import Workflow, load_workflow

PUBLISHED, APPROVED, PROPOSED = "published", "approved", "proposed"
WITHDRAWN, REJECTED = "withdrawn", "rejected"
WAITS = (PROPOSED, APPROVED)
EFFECTIVE, SUPERSEDED = "effective", "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    """Holds an edition as a list shows it; `state` is as recorded, see `standing` for a day's."""

    kind: str
    name: str
    label: str
    digest: str
    effective: str
    state: str
    text: str
    proposed_by: str
    event: int
    ladder: str | None = None


@lru_cache(maxsize=256)
def _ladder(text: str, file: str) -> Ladder:
    return load_ladder(text, file)


@lru_cache(maxsize=256)
def _policy(text: str, file: str, ladder_text: str, ladder_file: str) -> Policy:
    return load_policy(text, file, _ladder(ladder_text, ladder_file))


@lru_cache(maxsize=256)
def _workflow(text: str, file: str) -> Workflow:
    return load_workflow(text, file)


def _row(tx: Tx, kind: str, digest: str) -> EditionLine:
    for one in editions(tx, kind):
        if one.digest == digest and one.state == PUBLISHED:
            return one
    raise Unknown(f"No published {kind} has the digest {digest[:12]}.")


def ladder(tx: Tx, digest: str) -> Ladder:
    """Returns a published ladder; raises Unknown where there is none."""

    def look() -> Ladder:
        held = _row(tx, "ladder", digest)
        return _ladder(str(held.text), str(held.name))

    return kept(tx, ("ladder", digest), look)


def policy(tx: Tx, digest: str) -> Policy:
    """Returns a published policy edition; raises Unknown where there is none."""

    def look() -> Policy:
        held = _row(tx, "policy", digest)
        base = _row(tx, "ladder", str(held.ladder))
        return _policy(str(held.text), str(held.name), str(base.text), str(base.name))

    return kept(tx, ("policy", digest), look)


def workflow(tx: Tx, digest: str) -> Workflow:
    """Returns a published workflow definition; raises Unknown where there is none."""

    def look() -> Workflow:
        held = _row(tx, "workflow", digest)
        return _workflow(str(held.text), str(held.name))

    return kept(tx, ("workflow", digest), look)


def newest(tx: Tx, kind: str, name: str, on: date | None = None, known_at: str | None = None) -> str | None:
    """Returns the digest of the newest published edition of a name in effect on a day; None where none is.

    With `known_at` only editions published by that moment count.
    """
    held = [one for one in editions(tx, kind) if one.name == name and one.state == PUBLISHED]
    for one in sorted(held, key=lambda one: (one.effective, one.event), reverse=True):
        begun = on is None or one.effective <= on.isoformat()
        if begun and (known_at is None or _recorded(tx, one.event) <= known_at):
            return one.digest
    return None


def _recorded(tx: Tx, seq: int) -> str:
    return kept(tx, ("recorded", seq), lambda: read_between(tx, seq, seq)[0].recorded_at)


def named(tx: Tx, kind: str, name: str, label: str) -> str:
    """Returns the digest of the newest published edition with a name and a label.

    Raises Unknown, with those that there are.
    """
    held = [one for one in editions(tx, kind) if one.name == name and one.state == PUBLISHED]
    for one in reversed(held):
        if label in (one.label, one.digest[:12], one.digest):
            return one.digest
    there = ", ".join(f"{name}@{one.label}" for one in held) or "none of that name"
    raise Unknown(f"No {kind} {name}@{label} is published; there is {there}.")


def waiting(tx: Tx, kind: str, name: str, label: str | None) -> EditionLine:
    """Returns the newest edition of a name (and a label, or digest) that is proposed or approved, not yet published.

    Raises Unknown, with those that wait.
    """
    held = [one for one in editions(tx, kind) if one.state in WAITS]
    for one in reversed(held):
        if one.name == name and (label is None or label in (one.label, one.digest[:12], one.digest)):
            return one
    there = ", ".join(f"{one.name}@{one.label or one.digest[:12]}" for one in held) or "none"
    told = name if label is None else f"{name}@{label}"
    raise Unknown(f"No {kind} {told} waits to be approved; there is {there}.")


def standing(lines: Sequence[EditionLine], on: date) -> dict[str, str]:
    """Returns each edition's state on a day, by digest: a published one is `published` until its effective date,
    then `effective`, then `superseded` from the day on which a later one of its name is effective."""
    found = {one.digest: one.state for one in lines}
    by_name: dict[tuple[str, str], list[EditionLine]] = {}
    for one in lines:
        if one.state == PUBLISHED and one.effective <= on.isoformat():
            by_name.setdefault((one.kind, one.name), []).append(one)
    for held in by_name.values():
        held.sort(key=lambda one: (one.effective, one.event))
        found |= {one.digest: SUPERSEDED for one in held[:-1]}
        found[held[-1].digest] = EFFECTIVE
    return found


def steps(tx: Tx, kind: str, name: str, digest: str) -> tuple[Event, ...]:
    """Returns the events of an edition: proposed, approved, published, withdrawn, rejected; oldest first."""
    return tuple(one for one in read_stream(tx, f"{kind}:{name}") if one.data.get("digest") == digest)


def names(tx: Tx, kind: str) -> tuple[str, ...]:
    """Returns the names of which an edition is published, in order."""
    return tuple(sorted({one.name for one in editions(tx, kind) if one.state == PUBLISHED}))


def governing(
    tx: Tx, source: str, target: str, on: date, named: str | None = None, known_at: str | None = None
) -> str:
    """Returns the digest of the policy edition in effect on a day (and published by a moment) that has the move.

    Raises Unknown where none has it, Ambiguous where several policies do and none is named.
    """
    known = names(tx, "policy")
    if named is not None and named not in known:
        raise Unknown(f"No policy {named} is published; there is {', '.join(known) or 'none'}.")
    found: list[tuple[str, str]] = []
    reachable: set[str] = set()
    for name in [named] if named else known:
        digest = newest(tx, "policy", name, on, known_at)
        if digest is None:
            continue
        moves = policy(tx, digest).moves
        reachable |= {move.target for move in moves if move.source == source}
        if any(move.source == source and move.target == target for move in moves):
            found.append((name, digest))
    if not found:
        ways = ", ".join(sorted(reachable)) or "nowhere"
        raise Unknown(
            f"No policy in effect on {on} has a move from {source} to {target}; from {source} one can move to {ways}."
        )
    if len(found) > 1:
        listed = ", ".join(name for name, _ in found)
        raise Ambiguous(f"Several policies have the move from {source} to {target}: {listed}; name one.")
    return found[0][1]


def editions(tx: Tx, kind: str | None = None) -> tuple[EditionLine, ...]:
    """Returns every edition, published or not, the one that changed last at the end."""
    found = kept(tx, "editions", lambda: _editions(tx))
    return found.get(kind, ()) if kind is not None else tuple(sorted(chain(*found.values()), key=_event))


def _event(line: EditionLine) -> int:
    return line.event


def _editions(tx: Tx) -> dict[str, tuple[EditionLine, ...]]:
    found: dict[str, list[EditionLine]] = {}
    for row in tx.connection.execute(select(edition).order_by(edition.c.event)):
        line = EditionLine(**{name: row._mapping[name] for name in EditionLine.__slots__})
        found.setdefault(line.kind, []).append(line)
    return {kind: tuple(held) for kind, held in found.items()}
