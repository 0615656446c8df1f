"""What somebody may ask of growth: of scoring cycles, development plans, tracks and interim roles."""

from __future__ import annotations

from typing import TypeAlias

from engine.case.command import CommitTrack
from engine.growth.cycle.command import CycleCommand
from engine.growth.interim.command import InterimCommand
from engine.growth.plan.command import PlanCommand
from engine.growth.track import TrackCommand

GrowthCommand: TypeAlias = CycleCommand | PlanCommand | InterimCommand | TrackCommand | CommitTrack
