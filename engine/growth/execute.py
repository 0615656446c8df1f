"""Carries out a command of growth in one transaction."""

from __future__ import annotations

from engine.case.command import CommitTrack
from engine.case.execute import Outcome
from engine.growth.command import GrowthCommand
from engine.growth.cycle.command import CycleCommand
from engine.growth.cycle.execute import execute as execute_cycle
from engine.growth.interim.command import InterimCommand
from engine.growth.interim.execute import execute as execute_interim
from engine.growth.plan.command import PlanCommand
from engine.growth.plan.execute import execute as execute_plan
from engine.growth.track import commit
from engine.growth.track import execute as execute_track
from engine.record.event import Actor
from engine.store.transaction import Tx


def execute(tx: Tx, command: GrowthCommand, actor: Actor) -> Outcome:
    """Carries out a command; raises Refused with every reason where it is not allowed."""
    if isinstance(command, CycleCommand):
        return execute_cycle(tx, command, actor)
    if isinstance(command, PlanCommand):
        return execute_plan(tx, command, actor)
    if isinstance(command, InterimCommand):
        return execute_interim(tx, command, actor)
    if isinstance(command, CommitTrack):
        return commit(tx, command, actor)
    return execute_track(tx, command, actor)
