"""What somebody may ask of growth: of scoring cycles and development plans."""

from __future__ import annotations

from typing import TypeAlias

from engine.growth.cycle.command import CycleCommand
from engine.growth.plan.command import PlanCommand

GrowthCommand: TypeAlias = CycleCommand | PlanCommand
