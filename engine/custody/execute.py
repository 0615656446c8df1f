"""Carries out a command on what is kept about people, in one transaction."""

from __future__ import annotations

from engine.case.execute import Outcome
from engine.custody import erasure, hold, retention, subject
from engine.custody.command import (
    ApproveErasure,
    CustodyCommand,
    DeclineErasure,
    LiftHold,
    NoteSubjectExport,
    PlaceHold,
    RequestErasure,
    SetRetention,
)
from engine.record.event import Actor
from engine.store.transaction import Tx


def execute(tx: Tx, command: CustodyCommand, actor: Actor, held: frozenset[str]) -> Outcome:
    """Carries out a command by somebody with these relations to the workspace; raises what the command does."""
    match command:
        case RequestErasure():
            events = erasure.request(tx, command, actor, held)
        case ApproveErasure():
            events = erasure.approve(tx, command, actor, held)
        case DeclineErasure():
            events = erasure.decline(tx, command, actor, held)
        case PlaceHold():
            events = hold.place(tx, command, actor, held)
        case LiftHold():
            events = hold.lift(tx, command, actor, held)
        case SetRetention():
            events = retention.set_retention(tx, command, actor, held)
        case NoteSubjectExport():
            events = subject.note(tx, command, actor, held)
    return Outcome(events=events)
