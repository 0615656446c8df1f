"""Reads a workspace's rung.toml, and writes text into one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from terms.error import BadInput, Malformed

FILE = "rung.toml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}\Z")


@dataclass(frozen=True, slots=True)
class Config:
    """Holds what rung.toml says: the organisation's name, its zone, whether one person may publish, the database.

    `letter` is the table of that name as it stands there; engine.letter.setting says what it means.
    """

    name: str
    zone: ZoneInfo
    solo: bool
    database: str | None
    letter: Mapping[str, Any] | None = None


def read_config(root: Path) -> Config:
    """Returns what a workspace's rung.toml says; raises Malformed, with the key, where it is wrong."""
    where = str(root / FILE)
    try:
        held = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"This is not TOML: {error}.", where) from None
    section = held.get("workspace", {})
    unknown = sorted({*held} - {"workspace", "letter"}) + sorted(
        {*section} - {"name", "zone", "solo", "database"}
    )
    if unknown:
        raise Malformed(f"`{unknown[0]}` is not a setting; there is name, zone, solo, database.", where)
    name, solo, database = section.get("name"), section.get("solo", False), section.get("database")
    if not isinstance(name, str) or not NAME.match(name):
        raise Malformed("`name` must be text of letters, digits, spaces and . _ - only.", where)
    if not isinstance(solo, bool):
        raise Malformed("`solo` must be true or false.", where)
    if database is not None and not isinstance(database, str):
        raise Malformed("`database` must be a URL in quotes.", where)
    return Config(name, zone_of(section.get("zone", "UTC"), where), solo, database, held.get("letter"))


def zone_of(text: object, where: str) -> ZoneInfo:
    """Returns the time zone that a text names; raises BadInput where none has that name."""
    try:
        return ZoneInfo(str(text))
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(f"{text!r} is no time zone; write one such as Europe/Berlin.", where) from None


def quoted(text: str) -> str:
    """Returns text as a TOML basic string; raises BadInput for what a URL cannot hold."""
    if not text.isprintable() or '"' in text or "\\" in text:
        raise BadInput(
            "A database URL holds no quotes, backslashes or control characters; encode them (%22)."
        )
    return f'"{text}"'
