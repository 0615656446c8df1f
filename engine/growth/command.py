"""What somebody may ask of growth: of a scoring cycle."""

from __future__ import annotations

from typing import TypeAlias

from engine.growth.cycle.command import CycleCommand

GrowthCommand: TypeAlias = CycleCommand
