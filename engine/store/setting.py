"""Reads a workspace's rung.toml, and writes text into one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from terms.error import BadInput, Malformed, Unknown

FILE = "rung.toml"
COMPLETE = "complete"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}\Z")


@dataclass(frozen=True, slots=True)
class Config:
    """Holds what rung.toml says: the organisation's name, its zone, whether one person may publish, the database.

    `trust_asserted` says that a name is taken on trust also where the database is shared.
    `covered` says that a policy is published only where its tests show each outcome of each criterion.
    `letter` is the table of that name as it stands there; engine.letter.setting says what it means.
    """

    name: str
    zone: ZoneInfo
    solo: bool
    database: str | None
    letter: Mapping[str, Any] | None = None
    trust_asserted: bool = False
    covered: bool = False

    @property
    def asserted(self) -> bool:
        """Returns whether a name is enough to act: in a file of one's own, or where rung.toml says so."""
        return self.trust_asserted or self.database is None or self.database.startswith("sqlite")


def read_config(root: Path) -> Config:
    """Returns what a workspace's rung.toml says; raises Malformed, with the key, where it is wrong."""
    where = str(root / FILE)
    try:
        held = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"This is not TOML: {error}.", where) from None
    section = held.get("workspace", {})
    unknown = sorted({*held} - {"workspace", "letter"}) + sorted(
        {*section} - {"name", "zone", "solo", "database", "trust_asserted", "policy_tests"}
    )
    if unknown:
        raise Malformed(
            f"`{unknown[0]}` is not a setting; there is name, zone, solo, database, trust_asserted, policy_tests.",
            where,
        )
    name, solo, database = section.get("name"), section.get("solo", False), section.get("database")
    trusts = section.get("trust_asserted", False)
    if not isinstance(name, str) or not NAME.match(name):
        raise Malformed("`name` must be text of letters, digits, spaces and . _ - only.", where)
    for key, given in (("solo", solo), ("trust_asserted", trusts)):
        if not isinstance(given, bool):
            raise Malformed(f"`{key}` must be true or false.", where)
    tests = section.get("policy_tests")
    if tests not in (None, COMPLETE):
        raise Malformed(f'`policy_tests` can only be "{COMPLETE}"; leave it out otherwise.', where)
    if database is not None and not isinstance(database, str):
        raise Malformed("`database` must be a URL in quotes.", where)
    zone = zone_of(section.get("zone", "UTC"), where)
    return Config(name, zone, solo, database, held.get("letter"), trusts, tests == COMPLETE)


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


def find_root(start: Path, given: Path | None) -> Path:
    """Returns the workspace folder: the given one, or the nearest above that holds rung.toml."""
    for folder in [given] if given else [start, *start.parents]:
        if (folder / FILE).is_file():
            return folder
    raise Unknown(
        f"No workspace at {given or start}: no rung.toml there or above; make one with `rung init`."
    )
