"""What a transaction takes from outside: time, ids, salts and the keys that never enter the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo


class Vault(Protocol):
    """Keeps symmetric session keys (32 bytes) outside the database."""

    def make(self, name: str) -> bytes:
        """Returns the key kept under a name, made now where there is none."""

    def open(self, name: str) -> bytes:
        """Returns the key kept under a name; raises CannotTell where it is gone."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Holds the clock (aware, UTC), the id source (UUIDv7 text), the salt source (32 bytes) and the vault."""

    clock: Callable[[], datetime]
    ids: Callable[[], str]
    salts: Callable[[], bytes]
    vault: Vault
    zone: ZoneInfo

    def today(self) -> date:
        """Returns the date in the workspace's zone."""
        return self.clock().astimezone(self.zone).date()

    def day_after(self, moment: str, days: int = 0) -> date:
        """Returns the day, in the workspace's zone, that lies so many days after a moment of the record (UTC text)."""
        held = datetime.strptime(moment + "+0000", "%Y-%m-%dT%H:%M:%S.%fZ%z")
        return held.astimezone(self.zone).date() + timedelta(days=days)

    def end_of(self, day: date) -> str:
        """Returns the moment at which a day ends in the workspace's zone, as the record writes moments (UTC)."""
        midnight = datetime.combine(day + timedelta(days=1), time(), self.zone)
        return midnight.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def uuid7(milliseconds: int, bits: int) -> str:
    """Returns the UUIDv7 of a time in milliseconds and 74 random bits."""
    high, low = bits >> 62, bits & (1 << 62) - 1
    return str(UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))
