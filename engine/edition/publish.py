"""Takes a ladder, a policy or a workflow from draft to edition: checked, approved by a second person, published.

Each step is an event that holds what was checked: lint, and a policy's tests by digest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TypeAlias

from sqlalchemy import insert, select, update

from engine.access.permit import require
from engine.edition.catalog import supply
from engine.edition.library import APPROVED, PROPOSED, PUBLISHED, WAITS, ladder, newest
from engine.people.directory import natural
from engine.record.event import Actor, Draft, Event
from engine.record.log import append, touch
from engine.store.table.edition import edition
from engine.store.transaction import Tx
from rules.ladder import load_ladder
from rules.lint import lint_ladder
from rules.policy import load_policy
from rules.policylint import lint_policy
from rules.trial import Trial, Unseen, complete, load_trials, run
from terms.canonical import Json
from terms.error import BadInput, Conflict, Malformed
from terms.source import read
from workflows.definition import load_workflow
from workflows.lint import lint as lint_workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Draught:
    """Holds a file that was read and checked, before anybody publishes it."""

    kind: str
    name: str
    label: str
    effective: date
    digest: str
    ladder: str | None
    text: str
    tests: int = 0
    tests_digest: str | None = None
    unseen: tuple[Unseen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Holds what a step came to: the edition, its state now, how many tests it passed, and what none of them showed."""

    kind: str
    name: str
    label: str
    digest: str
    state: str
    events: tuple[Event, ...]
    tests: int = 0
    unseen: tuple[Unseen, ...] = ()


Trials: TypeAlias = tuple[str, str]
"""The text of a policy's tests, and the name of their file."""


def publish(
    tx: Tx,
    kind: str,
    text: str,
    file: str,
    actor: Actor,
    relations: frozenset[str],
    *,
    solo: bool,
    trials: Trials | None = None,
    covered: bool = False,
) -> Published:
    """Returns the edition, published, or proposed where a second person has yet to approve the same bytes.

    A second person who publishes a proposed edition approves it by that. Raises Malformed where the file is wrong,
    lint finds fault, a test fails, or complete tests are asked for (`covered`, or by themselves) and none shows some
    outcome of a criterion; Refused where the actor may not publish, Conflict where the edition is
    published already or the same person asks twice. One that was withdrawn or rejected is proposed anew.
    """
    rule = require("publish", relations, f"{kind} {file}")
    draught = READERS[kind](tx, text, file, trials)
    if kind == "policy" and (covered or (trials is not None and complete(*trials))):
        _refuse_uncovered(file, trials, draught.unseen)
    there = tx.connection.execute(select(edition).where(edition.c.digest == draught.digest)).first()
    held = there if there is not None and there.state in (*WAITS, PUBLISHED) else None
    if held is not None and held.state == PUBLISHED:
        raise Conflict(f"This {kind} is published already, as {f'{draught.name} {draught.label}'.strip()}.")
    drafts = []
    if held is None and not solo:
        drafts.append(_draft(draught, PROPOSED, rule))
    else:
        if held is not None and held.state == PROPOSED and not solo:
            if same(tx, held.proposed_by, actor):
                told = f"The same person proposed this {kind}; a second person approves it "
                name = f"{draught.name}@{draught.label or draught.digest[:12]}"
                raise Conflict(f"{told}(`rung {kind} approve {name}`) or publishes it.")
            drafts.append(approval(kind, draught.name, draught.label, draught.digest, rule))
        by = "one person, since rung.toml says solo" if solo else "a second person"
        drafts.append(_draft(draught, PUBLISHED, rule, approved=by))
    touch(tx)
    events = append(tx, drafts, actor=actor, command="Publish")
    state = PROPOSED if held is None and not solo else PUBLISHED
    values = {
        "digest": draught.digest,
        "kind": kind,
        "name": draught.name,
        "label": draught.label,
        "effective": draught.effective.isoformat(),
        "ladder": draught.ladder,
        "text": text,
        "state": state,
        "proposed_by": held.proposed_by if held is not None else actor.person,
        "event": events[-1].seq,
    }
    if there is None:
        tx.connection.execute(insert(edition).values(**values))
    else:
        tx.connection.execute(update(edition).where(edition.c.digest == draught.digest).values(**values))
    return Published(
        kind=kind,
        name=draught.name,
        label=draught.label,
        digest=draught.digest,
        state=state,
        events=events,
        tests=draught.tests,
        unseen=draught.unseen,
    )


def same(tx: Tx, proposer: str, actor: Actor) -> bool:
    """Returns whether whoever acts, or for whom they act, is the one who proposed."""
    return natural(tx, proposer) in (natural(tx, actor.person), natural(tx, actor.acting_for or actor.person))


def _draft(draught: Draught, state: str, rule: str, *, approved: str | None = None) -> Draft:
    data: dict[str, Json] = {
        "kind": draught.kind,
        "name": draught.name,
        "label": draught.label,
        "effective": draught.effective.isoformat(),
        "digest": draught.digest,
        "ladder": draught.ladder,
        "text": draught.text,
        "checks": {
            "lint": "no faults",
            "tests": draught.tests,
            "tests_digest": draught.tests_digest,
            "unseen": sum(len(one.never) for one in draught.unseen),
        },
    }
    if approved is not None:
        data["approved_by"] = approved
    return step(draught.kind, draught.name, state, draught.digest, data, rule)


def approval(kind: str, name: str, label: str, digest: str, rule: str) -> Draft:
    """Returns the event of an approval."""
    data: dict[str, Json] = {"kind": kind, "name": name, "label": label, "digest": digest}
    return step(kind, name, APPROVED, digest, data, rule)


def step(
    kind: str,
    name: str,
    state: str,
    digest: str,
    data: dict[str, Json],
    rule: str,
    sealed: Mapping[str, Json] | None = None,
) -> Draft:
    """Returns the event of a step in an edition's life."""
    return Draft(
        type=f"{kind.capitalize()}{state.capitalize()}",
        stream=f"{kind}:{name}",
        data=data,
        sealed=sealed or {},
        rule=rule,
        edition=digest if kind == "policy" else None,
        workflow=digest if kind == "workflow" else None,
    )


def _refuse_faults(kind: str, file: str, faults: tuple[str, ...]) -> None:
    if faults:
        count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
        raise Malformed(f"The {kind} has {count}; mend and publish again.", file, *faults)


def _refuse_uncovered(file: str, trials: Trials | None, unseen: tuple[Unseen, ...]) -> None:
    """Raises Malformed where no test stands beside a policy, or none shows an outcome of a criterion."""
    if trials is None:
        told = "No tests stand beside this policy, and rung.toml asks for complete ones; write them in "
        raise Malformed(f"{told}{file.removesuffix('.yaml')}.test.yaml.", file)
    _refuse_faults("policy", file, tuple(f"{trials[1]}: {one}" for one in unseen))


def _read_ladder(tx: Tx, text: str, file: str, trials: Trials | None) -> Draught:
    held = load_ladder(text, file)
    _refuse_faults("ladder", file, tuple(str(one) for one in lint_ladder(held)))
    return Draught(
        kind="ladder",
        name=held.id,
        label="",
        effective=tx.sources.today(),
        digest=held.digest,
        ladder=None,
        text=text,
    )


def _read_policy(tx: Tx, text: str, file: str, trials: Trials | None) -> Draught:
    value = read(text, file).value
    name = value.get("ladder", value.get("policy")) if isinstance(value, dict) else None
    digest = newest(tx, "ladder", str(name))
    if digest is None:
        raise BadInput(f"The ladder {name} is not published; run `rung ladder publish FILE` first.", file)
    base = ladder(tx, digest)
    held = load_policy(text, file, base)
    _refuse_faults("policy", file, tuple(str(one) for one in lint_policy(held, base, supply())))
    tests: tuple[Trial, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    if trials is not None:
        tests = load_trials(*trials, held, base)
        failures, unseen = run(tests, held)
        _refuse_faults("policy", file, tuple(str(one) for one in failures))
    return Draught(
        kind="policy",
        name=held.id,
        label=held.edition_label,
        effective=held.effective,
        digest=held.digest,
        ladder=digest,
        text=text,
        tests=len(tests),
        tests_digest=None if trials is None else sha256(trials[0].encode()).hexdigest(),
        unseen=unseen,
    )


def _read_workflow(tx: Tx, text: str, file: str, trials: Trials | None) -> Draught:
    held = load_workflow(text, file)
    _refuse_faults("workflow", file, tuple(str(one) for one in lint_workflow(held)))
    return Draught(
        kind="workflow",
        name=held.id,
        label=held.edition_label,
        effective=tx.sources.today(),
        digest=held.digest,
        ladder=None,
        text=text,
    )


READERS: dict[str, Callable[[Tx, str, str, Trials | None], Draught]] = {
    "ladder": _read_ladder,
    "policy": _read_policy,
    "workflow": _read_workflow,
}
