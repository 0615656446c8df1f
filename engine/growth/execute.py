"""Carries out a command of growth in one transaction."""

from __future__ import annotations

from engine.case.execute import Outcome
from engine.growth.command import GrowthCommand
from engine.growth.cycle.execute import execute as execute_cycle
from engine.record.event import Actor
from engine.store.transaction import Tx


def execute(tx: Tx, command: GrowthCommand, actor: Actor) -> Outcome:
    """Carries out a command; raises Refused with every reason where it is not allowed."""
    return execute_cycle(tx, command, actor)
