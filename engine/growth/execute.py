"""Carries out a command of growth in one transaction."""

from __future__ import annotations

from engine.case.execute import Outcome
from engine.growth.command import GrowthCommand
from engine.growth.cycle.command import CycleCommand
from engine.growth.cycle.execute import execute as execute_cycle
from engine.growth.plan.execute import execute as execute_plan
from engine.record.event import Actor
from engine.store.transaction import Tx


def execute(tx: Tx, command: GrowthCommand, actor: Actor) -> Outcome:
    """Carries out a command; raises Refused with every reason where it is not allowed."""
    if isinstance(command, CycleCommand):
        return execute_cycle(tx, command, actor)
    return execute_plan(tx, command, actor)
